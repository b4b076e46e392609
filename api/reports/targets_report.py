"""Progress and rates as tables for people, and as one JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.reports.figures import amount
from api.reports.register_words import filters_said, key_said, missing_said, region_said
from api.reports.sheets import Cell, Document, Heading, Sheet
from api.usecases.targets import TargetsReport
from features.language import Language, say
from features.schema import PROGRAMMES
from matcher.rates import Filters, Rates, published
from matcher.register import Register
from matcher.targets import Progress

__all__ = [
    "about", "as_json", "document", "projects_sheet", "rates_json", "rates_sheet", "sheets_of",
    "total_notes",
]  # fmt: skip

_DATES = ("signed_on", "started_on", "production_on", "completed_on", "ended_on")
_COUNTS = ("fulfilled", "started", "in_production", "completed", "ended")
_MONEY = ("agreed_wan", "in_place_wan", "aid_wan", "subsidy_wan", "apart_wan", "over_wan")


def heading(name: str, lang: Language, **options: Any) -> Heading:
    """A column with its label from the catalogue."""
    return Heading(name, say(f"register.column.{name}", lang), **options)


def document(
    report: TargetsReport,
    lang: Language,
    *,
    generated_at: str,
    made_by: str,
    definitions: bool = False,
) -> Document:
    """Everything that was asked for, as sheets.

    Parameters
    ----------
    definitions : bool
        Whether to add what each indicator is, counts and lacks.
    """
    register = report.register
    return Document(
        title=say("register.title.targets", lang, as_of=register.as_of),
        sheets=tuple(sheets_of(report, lang, definitions=definitions)),
        about=about(
            register, report.filters, lang, made_up=report.made_up,
            generated_at=generated_at, made_by=made_by,
        ),
        mark=say("report.mark", lang) if report.made_up else None,
    )  # fmt: skip


def sheets_of(report: TargetsReport, lang: Language, *, definitions: bool) -> list[Sheet]:
    """Progress, rates, projects: what was asked for."""
    register = report.register
    sheets: list[Sheet] = []
    if report.in_year:
        sheets.append(_progress_sheet(report, report.in_year, lang))
    if report.in_plan:
        sheets.append(_progress_sheet(
            report, report.in_plan, lang, notes="defined" if definitions else "definitions"
        ))  # fmt: skip
    if definitions and report.in_year:
        sheets.append(_definitions(report.in_year, lang))
    total = rates_sheet(register, None, [report.total], lang, notes=_notes(report, lang))
    cuts = [rates_sheet(register, by, rows, lang) for by, rows in report.cuts.items()]
    # A script that asks for one cut gets that one as CSV, people read the whole first.
    sheets += [total, *cuts] if report.in_year else [*cuts, total]
    if report.projects is not None:
        sheets.append(projects_sheet(register, report.projects, lang))
    return sheets


def about(
    register: Register, filters: Filters, lang: Language, *, made_up: bool, generated_at: str,
    made_by: str,
) -> tuple[tuple[str, str], ...]:  # fmt: skip
    """How a report on the register was made, as (label, value)."""
    data = "report.mark" if made_up else "report.data_own"
    said = filters_said(filters, register.regions, register.as_of.year, lang)
    return (
        (say("report.about.data", lang), say(data, lang)),
        (say("register.about.as_of", lang), register.as_of.isoformat()),
        (say("register.about.filters", lang), said),
        (say("report.about.generated_at", lang),
         say("report.about.generated_value", lang, stamp=generated_at)),
        (say("report.about.made_by", lang), made_by),
    )  # fmt: skip


def _progress_sheet(
    report: TargetsReport, rows: Sequence[Progress], lang: Language, *, notes: str = ""
) -> Sheet:
    """``notes``: that they are wanted, and which of them says where indicators are defined."""
    first, last = rows[0].first_year, rows[0].last_year
    code = "in_year" if first == last else "in_plan"
    title = say(f"register.sheet.{code}", lang, year=last, first=first, last=last)
    split = any(row.part_of is not None for row in rows)
    headings = (
        heading("indicator", lang, width=28),
        heading("region", lang, width=16, on_screen=split),
        heading("unit", lang, width=8),
        heading("target", lang, form="amount"),
        heading("own_target", lang, width=12, on_screen=False),
        heading("reached", lang, form="amount"),
        heading("share", lang, form="percent", width=9),
        heading("from_register", lang, form="amount", on_screen=False),
        heading("from_actuals", lang, form="amount", on_screen=False),
        heading("expected", lang, form="amount"),
        heading("p10", lang, form="amount", on_screen=not split),
        heading("p50", lang, form="amount", on_screen=False),
        heading("p90", lang, form="amount", on_screen=not split),
        heading("missing", lang, form="count", width=7),
        heading("ids", lang, form="ids", width=40, on_screen=False),
    )
    said: list[str] = []
    if split:
        said.append(say("register.note.split", lang))
    if notes:
        said.append(say("register.note.forecast", lang))
        lacks = rows[0].indicator.about.get("lacks")
        if lacks is not None:
            said.append(say("register.note.caution", lang, lacks=lacks[lang]))
        said.append(say(f"register.note.{notes}", lang))
    cells = [_progress_row(report.register, row, lang) for row in rows]
    return Sheet(title, title, headings, cells, tuple(said))


def _progress_row(register: Register, row: Progress, lang: Language) -> tuple[Cell, ...]:
    source = None
    if row.target is not None:
        whole = row.part_of is None or row.indicator.measure == "level"
        source = "own" if row.own_target and not whole else "plan" if whole else "split"
    band = row.forecast
    return (
        row.indicator.label[lang],
        region_said(register.regions, row.region, row.last_year, lang),
        _unit(row.indicator.unit, lang),
        row.target,
        say(f"register.key.{source}", lang) if source else None,
        row.reached,
        row.share,
        row.from_register,
        row.from_actuals,
        band.expected if band else None,
        band.p10 if band else None,
        band.p50 if band else None,
        band.p90 if band else None,
        row.missing or None,
        ";".join(row.ids),
    )


def _unit(unit: str, lang: Language) -> str:
    """The plan's units are Chinese words."""
    return say(f"register.unit.{_UNITS[unit]}", lang) if unit in _UNITS else unit


_UNITS = {"个": "count", "亿元": "yi", "万人次": "person_times", "万人": "people", "%": "percent"}


def _definitions(rows: Sequence[Progress], lang: Language) -> Sheet:
    title = say("register.sheet.definitions", lang)
    parts = ("definition", "counted", "lacks")
    headings = (
        heading("indicator", lang, width=24),
        *(heading(part, lang, width=44) for part in parts),
    )
    seen = {row.indicator.name: row.indicator for row in rows}
    cells: list[tuple[Cell, ...]] = [
        (each.label[lang], *(each.about[part][lang] if part in each.about else None
                             for part in parts))
        for each in seen.values()
    ]  # fmt: skip
    return Sheet(title, title, headings, cells)


def rates_sheet(
    register: Register,
    by: str | None,
    rows: Sequence[Rates],
    lang: Language,
    *,
    notes: Sequence[str] = (),
) -> Sheet:
    """A table of rates."""
    name = by or "total"
    title = say(f"register.sheet.{name}", lang)
    headings = (
        heading(name, lang, width=24),
        heading("projects", lang, form="count", width=8),
        *(heading(rate, lang, form="percent", width=9) for rate in rows_of_rates()),
        *(heading(column, lang, form="amount", width=14, on_screen=column in _MONEY[:2])
          for column in _MONEY),
        *(heading(column, lang, form="count", width=8, on_screen=False) for column in _COUNTS),
        heading("missing", lang, width=30, on_screen=False),
        heading("ids", lang, form="ids", width=40, on_screen=False),
    )  # fmt: skip
    year = register.as_of.year
    cells: list[tuple[Cell, ...]] = [
        (
            key_said(by, row.key, register.regions, year, lang),
            row.projects,
            *row.rates().values(),
            *(getattr(row, column) for column in _MONEY),
            *(getattr(row, column) for column in _COUNTS),
            missing_said(row.missing, lang),
            ";".join(row.ids),
        )
        for row in rows
    ]
    said = tuple(notes)
    if by in ("line", "city_line"):
        said = (*said, say("register.note.lines", lang))
    return Sheet(title, title, headings, cells, said)


def rows_of_rates() -> tuple[str, ...]:
    """The names of the four rates, in their order."""
    return ("fulfilment_rate", "start_rate", "production_rate", "funds_in_place_rate")


def total_notes(total: Rates, lang: Language) -> list[str]:
    """What must be said beside rates: their meaning, other money, what is missing."""
    money = {"aid": amount(total.aid_wan), "subsidy": amount(total.subsidy_wan)}
    said = [say("register.note.rates", lang), say("register.note.other", lang, **money)]
    if total.missing:
        listed = missing_said(total.missing, lang)
        said.append(say("register.note.missing", lang, listed=listed))
    if total.apart_wan:
        said.append(say("register.note.apart", lang, amount=amount(total.apart_wan)))
    if total.over_wan:
        said.append(say("register.note.over", lang, amount=amount(total.over_wan)))
    return said


def _notes(report: TargetsReport, lang: Language) -> list[str]:
    said = total_notes(report.total, lang)
    undated = report.register.undated
    if undated:
        ids = "; ".join(undated[:10]) + (" …" if len(undated) > 10 else "")
        said.append(say("register.note.undated", lang, count=len(undated), ids=ids))
    reference = published(report.register.as_of)
    if reference is not None:
        until, found = reference
        rates = [
            say("register.note.rate", lang, label=say(f"register.column.{name}", lang),
                rate=f"{found[name]:.1%}")
            for name in rows_of_rates() if name in found
        ]  # fmt: skip
        said.append(
            say("register.note.published", lang, until=until,
                projects=amount(found["projects_signed"]),
                agreed=amount(found["agreed_investment"]),
                rates=say("report.comma", lang).join(rates))
        )  # fmt: skip
    return said


def projects_sheet(register: Register, rows: Sequence[int], lang: Language) -> Sheet:
    """The projects behind the figures, one a row."""
    title = say("register.sheet.projects", lang)
    headings = (
        heading("id", lang, width=14),
        heading("name", lang, width=30),
        heading("region", lang, width=12),
        heading("programme", lang, width=12, on_screen=False),
        heading("agreed_wan", lang, form="amount"),
        heading("in_place_wan", lang, form="amount"),
        heading("aid_wan", lang, form="amount", on_screen=False),
        heading("subsidy_wan", lang, form="amount", on_screen=False),
        *(heading(column, lang, form="date", on_screen=column in _DATES[:2]) for column in _DATES),
        heading("park", lang, width=18, on_screen=False),
        heading("campaign", lang, width=14, on_screen=False),
    )
    facts = [_facts(register, i, lang) for i in rows]
    cells = [tuple(fact[h.name] for h in headings) for fact in facts]
    return Sheet(title, title, headings, cells)


def _facts(register: Register, i: int, lang: Language | None) -> dict[str, Cell]:
    """One project; codes instead of words where no language is given."""
    place, programme = int(register.region[i]), int(register.programme[i])
    region = register.regions.codes[place] if place >= 0 else None
    kind = PROGRAMMES[programme] if programme >= 0 else None
    if lang is not None:
        year = register.as_of.year
        region = key_said("region", (region or "",), register.regions, year, lang)
        kind = key_said("programme", (kind or "",), register.regions, year, lang)
    agreed = float(register.agreed_wan[i])
    dates = {column: int(register.dates[column][i]) for column in _DATES}
    park, campaign = register.park, register.campaign
    return {
        "id": register.ids[i],
        "name": str(register.table["name"][int(register.row[i])]),
        "region": region,
        "programme": kind,
        "agreed_wan": None if agreed != agreed else agreed,
        "in_place_wan": float(register.in_place["investment"][i]),
        "aid_wan": float(register.in_place["aid"][i]),
        "subsidy_wan": float(register.in_place["subsidy"][i]),
        **{column: date.fromordinal(day) if day else None for column, day in dates.items()},
        "park": park.names[park.code[i]] if park.code[i] >= 0 else None,
        "campaign": campaign.names[campaign.code[i]] if campaign.code[i] >= 0 else None,
    }


def as_json(report: TargetsReport, *, generated_at: str) -> dict[str, object]:
    """The report as one JSON document; every figure with the ids of the projects behind it."""
    register = report.register
    reference = published(register.as_of)
    found: dict[str, object] = {
        "as_of": register.as_of.isoformat(),
        "made_up": report.made_up,
        "generated_at": generated_at,
        "filters": {k: v for k, v in vars(report.filters).items() if v is not None},
        "year": report.year,
        "plan_years": list(report.years) if report.years else None,
        "targets": [_progress_json(row) for row in (*report.in_year, *report.in_plan)],
        "rates": {
            "total": rates_json(report.total, None),
            "by": {
                by: [rates_json(row, by) for row in rows] for by, rows in report.cuts.items()
            },
        },
        "undated": list(register.undated),
        "published": None if reference is None else {"until": reference[0].isoformat()}
        | reference[1],
    }  # fmt: skip
    if report.projects is not None:
        found["projects"] = [
            {k: v.isoformat() if isinstance(v, date) else v
             for k, v in _facts(register, i, None).items()}
            for i in report.projects
        ]  # fmt: skip
    return found


def rates_json(row: Rates, by: str | None) -> dict[str, object]:
    """One row of rates."""
    named: dict[str, object] = {}
    if by in ("line", "city_line"):
        named = {"developed": row.key[0] or None, "underdeveloped": row.key[1] or None}
    elif by is not None:
        named = {by: row.key[0] or None}
    return named | {
        "projects": row.projects,
        **{name: None if v is None else round(v, 6) for name, v in row.rates().items()},
        **{name: getattr(row, name) for name in (*_COUNTS, *_MONEY)},
        "missing": row.missing,
        "project_ids": list(row.ids),
    }


def _progress_json(row: Progress) -> dict[str, object]:
    band = row.forecast
    return {
        "indicator": row.indicator.name,
        "label": row.indicator.label,
        "unit": row.indicator.unit,
        "region": row.region or None,
        "part_of": row.part_of,
        "first_year": row.first_year,
        "last_year": row.last_year,
        "target": row.target,
        "target_is_own": row.own_target,
        "reached": row.reached,
        "share": None if row.share is None else round(row.share, 6),
        "from_register": row.from_register,
        "from_actuals": row.from_actuals,
        "forecast": None if band is None else {
            "expected": round(band.expected, 6), "p10": round(band.p10, 6),
            "p50": round(band.p50, 6), "p90": round(band.p90, 6),
        },
        "missing": row.missing,
        "about": row.indicator.about,
        "project_ids": list(row.ids),
    }  # fmt: skip
