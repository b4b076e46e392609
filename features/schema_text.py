"""The schema in words, for people: what templates and documents say of a column."""

from __future__ import annotations

from features.columns import Column
from features.language import Language, say


def kind_words(column: Column, lang: Language) -> str:
    """What goes into the column, with its limits (``whole number, 0 to 3``)."""
    said = say(f"kind_name.{column.form if column.form == 'time' else column.kind}", lang,
               limit=column.max_length)  # fmt: skip
    low, high = column.low, column.high
    if low is not None and high is not None:
        limits = say("kind_name.between", lang, low=_figure(low), high=_figure(high))
    elif low is not None:
        limits = say("kind_name.at_least", lang, low=_figure(low))
    else:
        return said
    return said + say("kind_name.joint", lang) + limits


def required_words(column: Column, lang: Language) -> str:
    """``required``, or nothing."""
    return say("template.yes", lang) if column.required else ""


def unit_words(column: Column, lang: Language) -> str:
    """The column's unit, or nothing."""
    return column.unit[lang] if column.unit else ""


def _figure(limit: float) -> str:
    return f"{limit:g}" if abs(limit) < 1e6 else str(limit)
