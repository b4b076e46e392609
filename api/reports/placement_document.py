"""Placements through the year as tables: who goes where, and what everything costs each week."""

from __future__ import annotations

from typing import Any

from api.reports.sheets import Cell, Document, Heading, Sheet
from features.language import Language, say
from matcher.arrivals import QUANTITIES
from matcher.placement_report import Placed, PlacementReport


def document(
    found: PlacementReport, lang: Language, *, on_screen: bool, generated_at: str, made_by: str
) -> Document:
    """The placements, then the prices of every week (not on a screen: they are thousands)."""
    sheets = [_placements(found, lang, on_screen=on_screen)]
    if not on_screen:
        sheets.append(_prices(found, lang))
    about = [
        (say("place.about.years", lang), ", ".join(map(str, found.about["years"]))),  # type: ignore[call-overload]
        *(
            (say(f"place.about.{name}", lang), str(found.about[name]))
            for name in ("as_of", "model", "pairing")
            if found.about.get(name)
        ),
        (say("report.about.generated_at", lang), generated_at),
        (say("report.about.made_by", lang), made_by),
    ]
    return Document(
        say("place.title", lang), tuple(sheets), tuple(about),
        say("report.mark", lang) if found.made_up else None,
    )  # fmt: skip


def _heading(name: str, lang: Language, **options: Any) -> Heading:
    return Heading(name, say(f"place.column.{name}", lang), **options)


def _price_headings(found: PlacementReport, lang: Language) -> tuple[Heading, ...]:
    """The prices; what is scarce nowhere is not shown on a screen."""
    return tuple(
        _heading(
            f"price_{name}", lang, form="amount", width=11,
            on_screen=any(p.prices.get(name) for p in found.placements),
        )
        for name in QUANTITIES
    )  # fmt: skip


def _placements(found: PlacementReport, lang: Language, *, on_screen: bool) -> Sheet:
    headings = (
        _heading("week", lang, form="count", width=6),
        _heading("enterprise_id", lang, width=16, on_screen=not found.names),
        _heading("enterprise_name", lang, width=26, on_screen=bool(found.names)),
        _heading("resource_id", lang, width=16, on_screen=not found.names),
        _heading("resource_name", lang, width=26, on_screen=bool(found.names)),
        _heading("score", lang, form="amount", width=9),
        _heading("cost", lang, form="amount", width=9), *_price_headings(found, lang),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for p in found.placements:
        figures = [p.score, p.cost, *(p.prices.get(name) for name in QUANTITIES)]
        cells = [_short(f) for f in figures] if on_screen else figures
        place = p.resource_id
        if place is None and on_screen:
            place = say("place.not_placed", lang)
        rows.append(
            (
                p.week, p.enterprise_id, found.names.get(p.enterprise_id), place,
                _resource_name(found, p, lang, on_screen=on_screen), *cells,
            )
        )  # fmt: skip
    placed = sum(p.resource_id is not None for p in found.placements)
    notes = [
        say(
            "place.summary", lang, placed=placed, arrivals=len(found.placements),
            objective=f"{found.objective:,.2f}",
        ),
        say("place.reading", lang),
    ]  # fmt: skip
    if found.unscored:
        notes.insert(1, say("place.unscored", lang, count=found.unscored))
    name = say("place.sheet.placements", lang)
    return Sheet(name, name, headings, rows, tuple(notes))


def _resource_name(
    found: PlacementReport, placed: Placed, lang: Language, *, on_screen: bool
) -> str | None:
    if placed.resource_id is None:
        return say("place.not_placed", lang) if on_screen else None
    return found.names.get(placed.resource_id)


def _prices(found: PlacementReport, lang: Language) -> Sheet:
    headings = (
        _heading("week", lang, form="count", width=6), _heading("resource_id", lang, width=16),
        *_price_headings(found, lang),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for row in found.prices:
        figures = [row[name] for name in QUANTITIES]
        rows.append((row["week"], row["resource_id"], *figures))  # type: ignore[arg-type]
    name = say("place.sheet.prices", lang)
    return Sheet(name, name, headings, rows)


def _short(value: float | None) -> str | None:
    """Three figures: prices of a mu and of a place lie far apart."""
    return None if value is None else f"{value:.3g}"
