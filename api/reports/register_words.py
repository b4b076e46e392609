"""How keys, filters and missing figures of the register are said to people."""

from __future__ import annotations

from collections.abc import Mapping

from api.reports.figures import amount
from features.language import Language, say
from features.regions import Regions
from features.schema import choice_label
from matcher.plan import PROVINCE
from matcher.rates import OUTSIDE_KEY, Filters
from matcher.targets import NOT_SPLIT

__all__ = ["filters_said", "key_said", "missing_said", "region_said"]


def region_said(regions: Regions, code: str, year: int, lang: Language) -> str:
    """A region as it was called in a year; the province, a rest, a place outside."""
    if code == PROVINCE:
        return say("register.key.province", lang)
    if code == NOT_SPLIT:
        return say("register.key.not_split", lang)
    return _place(regions, code, year, lang)


def _place(regions: Regions, code: str, year: int, lang: Language) -> str:
    if code == OUTSIDE_KEY:
        return say("register.key.merchant", lang)
    if code == "":
        return say("register.key.not_known", lang)
    return regions.name(code, year, lang)


def key_said(
    by: str | None, key: tuple[str, ...], regions: Regions, year: int, lang: Language
) -> str:
    """What the projects of a row share."""
    if by is None:
        return say("register.key.all", lang)
    if by in ("line", "city_line"):
        giving, taking = (_place(regions, code, year, lang) for code in key)
        return say("register.key.line", lang, developed=giving, underdeveloped=taking)
    (value,) = key
    if value == "":
        return say("register.key.not_known", lang)
    if by in ("region", "city"):
        return _place(regions, value, year, lang)
    return choice_label("projects", "programme", value)[lang] if by == "programme" else value


def missing_said(missing: Mapping[str, float], lang: Language) -> str:
    """What is missing of how many projects; empty where nothing is."""
    parts = [
        say("register.missing.one", lang, what=say(f"register.missing.{name}", lang),
            count=amount(count))
        for name, count in missing.items()
    ]  # fmt: skip
    return say("report.separator", lang).join(parts)


def filters_said(filters: Filters, regions: Regions, year: int, lang: Language) -> str:
    """The filters that were set, in words."""
    said = []
    for name, value in vars(filters).items():
        if value is None:
            continue
        shown = str(value)
        if name in ("region", "developed"):
            shown = _place(regions, shown, year, lang)
        elif name == "programme":
            shown = choice_label("projects", "programme", shown)[lang]
        label = say(f"register.filter.{name}", lang)
        said.append(say("report.labelled", lang, label=label, value=shown))
    return say("report.separator", lang).join(said) or say("register.about.none", lang)
