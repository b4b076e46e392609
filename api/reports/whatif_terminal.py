"""What other terms of a place would change, in words for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from api.reports.figures import cell, money, money_range
from features.language import Language, say
from features.schema import TABLES
from matcher.outlook import Band
from matcher.whatif import Loser, Standing, WhatIf


def as_text(found: WhatIf, lang: Language) -> str:
    """The answer first, how it was come by last; lines are for the terminal to break."""
    lines = []
    if found.made_up:
        lines.append(say("cli.simulate.made_up", lang))
    lines.append(say("report.whatif.head", lang, name=found.name, id=found.resource_id))
    for column, (old, new) in found.changes.items():
        lines.append(
            say("report.whatif.change", lang, term=_label(column, lang), old=cell(old, lang),
                new=cell(new, lang))
        )  # fmt: skip
    said, assumed = sentences(found, lang)
    return "\n".join([*lines, "", *said, "", *(f"· {one}" for one in assumed)]) + "\n"


def sentences(found: WhatIf, lang: Language) -> tuple[list[str], list[str]]:
    """What would change, and on what assumptions: each a sentence."""
    lines = [_signed(found, lang)]
    lines.append(
        say("report.whatif.rank", lang, before=_standing(found.before, lang),
            after=_standing(found.after, lang))
    )  # fmt: skip
    for code, places in (("passed", found.passed), ("passed_by", found.passed_by)):
        if places:
            lines.append(say(f"report.whatif.{code}", lang, places=_places(places, lang)))
    for column, band in found.cost_wan.items():
        lines.append(_cost(column, band, lang))
    if found.not_costed:
        terms = say("report.comma", lang).join(_label(c, lang) for c in found.not_costed)
        lines.append(say("report.whatif.not_costed", lang, terms=terms))
    return lines, [one[lang] for one in found.assumptions]


def _signed(found: WhatIf, lang: Language) -> str:
    apart = found.signed
    return say(
        "report.whatif.signed", lang, n=found.introductions,
        before=f"{found.signed_before.expected:.2f}", after=f"{found.signed_after.expected:.2f}",
        apart=f"{apart.expected:+.2f}", low=f"{apart.p10:+.2f}", high=f"{apart.p90:+.2f}",
        sure=say(f"report.whatif.{found.direction}", lang),
    )  # fmt: skip


def _standing(at: Standing, lang: Language) -> str:
    median = say("report.dash", lang) if at.median is None else f"{at.median:.0f}"
    return say("report.whatif.standing", lang, five=at.first_five, twenty=at.listed, median=median)


def _places(places: Sequence[Loser], lang: Language) -> str:
    return say("requirement.and", lang).join(
        say("report.whatif.place", lang, name=one.name, id=one.resource_id, n=one.lists)
        for one in places
    )


def _cost(column: str, band: Band, lang: Language) -> str:
    low, high = sorted((band.p10, band.p90))
    return say(
        "report.whatif.cost", lang, term=_label(column, lang),
        expected=money(band.expected, lang), band=money_range(low, high, lang),
    )  # fmt: skip


def _label(column: str, lang: Language) -> str:
    return column if column.startswith("x_") else TABLES["resources"].column(column).label[lang]
