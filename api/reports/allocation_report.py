"""An allocation as tables for people: the pairs, and what is scarce."""

from __future__ import annotations

from typing import Any

from api.reports.figures import amount
from api.reports.sheets import Cell, Document, Heading, Sheet
from api.usecases.allocate import AllocationReport
from features.language import Language, say

#: Scarce capacities shown; a workbook holds them all.
_SHOWN = 20


def document(
    report: AllocationReport, lang: Language, *, generated_at: str, made_by: str, all_rows: bool
) -> Document:
    """Pairs and scarce capacities as sheets.

    Parameters
    ----------
    all_rows : bool
        Whether every scarce capacity is told, or only the first few.
    """
    return Document(
        title=say("allocate.title", lang),
        sheets=(_pairs(report, lang), _scarce(report, lang, all_rows=all_rows)),
        about=_about(report, lang, generated_at=generated_at, made_by=made_by),
        mark=say("report.mark", lang) if report.made_up else None,
    )


def _pairs(report: AllocationReport, lang: Language) -> Sheet:
    named = bool(report.names)
    headings = [_heading("enterprise_id", lang, width=20), _heading("resource_id", lang, width=20)]
    if named:
        headings.insert(1, _heading("enterprise", lang, width=28))
        headings.append(_heading("resource", lang, width=28))
    headings.append(
        Heading("score", say(f"allocate.value.{report.value}", lang), form="amount", width=14)
    )
    rows: list[tuple[Cell, ...]] = []
    for e, r, worth in report.pairs:
        if named:
            owner, place = report.names["enterprises"][e], report.names["resources"][r]
            rows.append((e, owner, r, place, worth))
        else:
            rows.append((e, r, worth))
    found = report.found
    notes = [
        say(
            "allocate.total", lang,
            objective=amount(found.objective), bound=amount(found.bound),
            gap=f"{found.gap:.2%}", seconds=f"{found.seconds:.1f}",
        ),
        *(note[lang] for note in report.notes),
    ]  # fmt: skip
    left = len(report.enterprises) - len(rows)
    if left:
        notes.append(say("allocate.unplaced", lang, count=left))
    title = say(
        "allocate.pairs", lang, count=len(rows), enterprises=len(report.enterprises),
        resources=len(report.resources),
    )  # fmt: skip
    return Sheet(say("allocate.pairs_tab", lang), title, tuple(headings), rows, tuple(notes))


def _scarce(report: AllocationReport, lang: Language, *, all_rows: bool) -> Sheet:
    name, title = say("allocate.scarce_tab", lang), say("allocate.scarce", lang)
    scarce = report.scarce if all_rows else report.scarce[:_SHOWN]
    if not scarce:
        return Sheet(name, title, (), [], (say("allocate.nothing_scarce", lang),))
    headings = [
        _heading("resource_id", lang, width=20),
        _heading("quantity", lang, width=16),
        *(_heading(column, lang, form="amount") for column in ("available", "used", "price")),
    ]
    if report.names:
        headings.insert(1, _heading("resource", lang, width=28))
    rows: list[tuple[Cell, ...]] = []
    for r, quantity, available, taken, price in scarce:
        called = (report.names["resources"][r],) if report.names else ()
        rows.append((r, *called, say(f"allocate.column.{quantity}", lang), available, taken, price))
    return Sheet(name, title, tuple(headings), rows)


def _heading(name: str, lang: Language, **options: Any) -> Heading:
    return Heading(name, say(f"allocate.column.{name}", lang), **options)


def _about(
    report: AllocationReport, lang: Language, *, generated_at: str, made_by: str
) -> tuple[tuple[str, str], ...]:
    rows = [(say("allocate.value_used", lang), say(f"allocate.value.{report.value}", lang))]
    if report.about:
        data = "report.mark" if report.made_up else "report.data_own"
        rows.append((say("report.about.data", lang), say(data, lang)))
        rows.append((say("register.about.as_of", lang), str(report.about["as_of"])))
    stamp = say("report.about.generated_value", lang, stamp=generated_at)
    return (
        *rows,
        (say("report.about.generated_at", lang), stamp),
        (say("report.about.made_by", lang), made_by),
    )
