"""How names, cells and figures are written in a reason, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from features.industries import Industries
from features.language import LANGUAGES, Text, text
from features.regions import Regions
from features.schema import INTENTS, RESOURCE_KINDS, TABLES, choice_label
from features.tables import Value

DASH: Text = {"zh": "—", "en": "—"}


@lru_cache(maxsize=16384)
def figure(value: object) -> str:
    """A number as people write it: no needless decimals, a dash where it is not known."""
    number = float(value) if isinstance(value, int | float | np.floating) else float("nan")
    if np.isnan(number):
        return "—"
    if abs(number) >= 100 or number.is_integer():
        return f"{number:.0f}"
    if abs(number) >= 10:
        return f"{number:.1f}".removesuffix(".0")
    short = f"{float(f'{number:.2g}'):.4f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def percent(value: Value) -> float | None:
    """A fraction in percent; None where it is none."""
    return 100 * float(value) if isinstance(value, int | float) else None


@lru_cache(maxsize=1024)
def label(table: str, column: str, value: Value) -> Text:
    """What a value of a choice column is called; a dash where there is none."""
    if value is None or (column == "kind" and table == "resources" and value not in RESOURCE_KINDS):
        return dict(DASH)
    return choice_label(table, column, str(value))


def both(a: Value, b: Value) -> list[str]:
    """What stands in two lists, in the order of the first."""
    if not (isinstance(a, tuple) and isinstance(b, tuple)):
        return []
    return [str(v) for v in a if v in b]


def written(words: list[str]) -> list[Text]:
    """What a user wrote is said as written, in either language."""
    return [dict.fromkeys(LANGUAGES, word) for word in words]


def joined(names: Sequence[Text], english_joint: str = ", ") -> Text:
    """Names one after another; a dash where there are none."""
    if not names:
        return dict(DASH)
    return {
        "zh": "、".join(n["zh"] for n in names),
        "en": english_joint.join(n["en"] for n in names),
    }


@lru_cache(maxsize=8192)
def name_of(named: Regions | Industries, code: Value) -> Text:
    """What a code is called in both languages; a dash where there is none of it."""
    if not (isinstance(code, str) and code in named.index):
        return dict(DASH)
    return {lang: named.name(code, lang=lang) for lang in LANGUAGES}


@lru_cache(maxsize=64)
def intents_named(declared: bytes) -> Text:
    """The intents that an enterprise has declared, from their row of the profiles' field."""
    shares = np.frombuffer(declared, np.float32)
    return joined([label("enterprises", "intents", one)
                    for one, share in zip(INTENTS, shares, strict=True) if share > 0])  # fmt: skip


@lru_cache(maxsize=8192)
def welcome_named(industries: Industries, welcome: Value, own: Value) -> Text:
    """The industries that a place welcomes, a few of them; that nearest to an own one first."""
    codes = [str(c) for c in welcome] if isinstance(welcome, tuple) else []
    code = str(own or "")
    # What decides comes first: a list that is cut must not hide it.
    codes.sort(key=lambda one: -next((n for n in range(4, 0, -1) if one[:n] == code[:n]), 0))
    told = joined([name_of(industries, one) for one in codes[:3]], "; ")
    return {lang: said + ("…" if codes[3:] else "") for lang, said in told.items()}


def cells_named(cells: Sequence[tuple[str, str]]) -> Text:
    """Labels of cells, saying whose they are.

    Parameters
    ----------
    cells : sequence of (table, column)
        A column of the user's own is called by its name.
    """
    return joined([text(f"cell_of.{table}", label=_column_label(table, column))
                   for table, column in cells])  # fmt: skip


def _column_label(table: str, column: str) -> Text:
    if column.startswith("x_"):
        return dict.fromkeys(LANGUAGES, column)
    return TABLES[table].column(column).label
