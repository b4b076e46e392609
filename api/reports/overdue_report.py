"""What is behind, and the brief of a pair line, as tables for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api import settings
from api.reports.register_words import region_said
from api.reports.sheets import Cell, Document, Heading, Sheet
from api.reports.targets_report import (
    about,
    projects_sheet,
    rates_json,
    rates_sheet,
    total_notes,
)
from api.usecases.overdue import Brief, OverdueReport
from features.language import Language, say
from matcher.overdue import LineWithoutVisit, OpenProblem, ProjectBehind
from matcher.overdue_rules import FILE
from matcher.register import Register

__all__ = [
    "as_json", "brief_document", "brief_json", "document", "rules_said", "sheets_of",
    "summary",
]  # fmt: skip

_WHAT = ("start", "completion", "money")


def _heading(name: str, lang: Language, **options: Any) -> Heading:
    return Heading(name, say(f"overdue.column.{name}", lang), **options)


def document(
    report: OverdueReport, lang: Language, *, generated_at: str, made_by: str, light: str | None
) -> Document:
    """What is behind, as sheets.

    Parameters
    ----------
    light : str or None
        ``red`` or ``yellow``: only findings at least so bad.
    """
    title = say("overdue.title.overdue", lang, as_of=report.register.as_of)
    said = [rules_said(report, lang), *_where_rules(report, lang)]
    sheets = [summary(report, lang, said), *sheets_of(report, lang, light=light)]
    return Document(
        title=title,
        sheets=tuple(sheets),
        about=_about(report, lang, generated_at, made_by),
        mark=say("report.mark", lang) if report.made_up else None,
    )


def _about(
    report: OverdueReport, lang: Language, generated_at: str, made_by: str
) -> tuple[tuple[str, str], ...]:
    return about(
        report.register, report.filters, lang, made_up=report.made_up,
        generated_at=generated_at, made_by=made_by,
    )  # fmt: skip


def rules_said(report: OverdueReport, lang: Language) -> str:
    """From when on something is yellow or red."""
    rules = report.rules
    limits = {
        f"{name}_{light}": f"{value:g}"
        for name in ("start", "completion", "money", "problems", "visits")
        for light, value in zip(("yellow", "red"), getattr(rules, name), strict=True)
    }
    level = say(f"overdue.note.level_{rules.visits_level}", lang)
    return say("overdue.note.rules", lang, level=level, **limits)


def _where_rules(report: OverdueReport, lang: Language) -> list[str]:
    if report.rules_file is not None:
        return [say("overdue.note.file", lang, file=report.rules_file)]
    return [say("overdue.note.built_in", lang, file=settings.home() / FILE)]


def summary(report: OverdueReport, lang: Language, notes: Sequence[str] = ()) -> Sheet:
    """How many red and yellow lights there are, of what."""
    title = say("overdue.sheet.summary", lang)
    headings = (
        _heading("scope", lang, width=24),
        *(_heading(name, lang, form="count", width=10)
          for name in ("red", "yellow", "open", "not_judged")),
    )  # fmt: skip
    found = report.found
    groups: list[tuple[str, Sequence[Any], int | None]] = [
        (what, [p for p in found.projects if p.what == what], len(found.not_judged.get(what, ())))
        for what in _WHAT
    ]
    groups += [("problems", found.problems, None), ("lines", found.lines, None)]
    rows: list[tuple[Cell, ...]] = [
        (
            say(f"overdue.what.{what}", lang),
            sum(item.light == "red" for item in items),
            sum(item.light == "yellow" for item in items),
            sum(item.light == "none" for item in items) if what == "problems" else None,
            unknown,
        )
        for what, items, unknown in groups
    ]
    return Sheet(title, title, headings, rows, tuple(notes))


def sheets_of(report: OverdueReport, lang: Language, *, light: str | None = None) -> list[Sheet]:
    """The three tables of what is behind."""
    worst = {"red": ("red",), "yellow": ("red", "yellow")}.get(light or "")
    found, register = report.found, report.register

    def kept(items: Sequence[Any]) -> list[Any]:
        return [item for item in items if worst is None or item.light in worst]

    return [
        behind_sheet(register, kept(found.projects), "projects", lang),
        problems_sheet(report, kept(found.problems), "problems", lang),
        lines_sheet(register, kept(found.lines), "lines", lang),
    ]


def behind_sheet(
    register: Register, items: Sequence[ProjectBehind], name: str, lang: Language
) -> Sheet:
    """Projects behind their dates or their money."""
    title = say(f"overdue.sheet.{name}", lang)
    headings = (
        _heading("light", lang, width=6),
        Heading("id", say("register.column.id", lang), width=14),
        Heading("name", say("register.column.name", lang), width=30),
        Heading("region", say("register.column.region", lang), width=14),
        _heading("what", lang, width=12),
        _heading("planned", lang, form="date", width=12),
        _heading("late", lang, width=14),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            say(f"overdue.light.{item.light}", lang),
            item.project_id,
            _name(register, item.project),
            _region(register, item.project, lang),
            say(f"overdue.what.{item.what}", lang),
            item.due,
            _late(item, lang),
        )
        for item in items
    ]
    return Sheet(title, title, headings, rows)


def _late(item: ProjectBehind, lang: Language) -> str:
    if item.what == "money":
        return say("overdue.late.points", lang, points=f"{item.late:g}")
    return say("overdue.late.days", lang, days=f"{item.late:g}")


def _name(register: Register, project: int) -> str:
    return str(register.table["name"][int(register.row[project])])


def _region(register: Register, project: int, lang: Language) -> str:
    at = int(register.region[project])
    if at < 0:
        return say("register.key.not_known", lang)
    return register.regions.name(register.regions.codes[at], register.as_of.year, lang)


def problems_sheet(
    report: OverdueReport, items: Sequence[OpenProblem], name: str, lang: Language
) -> Sheet:
    """Problems that are not answered."""
    title = say(f"overdue.sheet.{name}", lang)
    headings = (
        _heading("light", lang, width=6),
        Heading("id", say("register.column.id", lang), width=12),
        _heading("project", lang, width=26),
        _heading("problem", lang, width=26),
        _heading("owner", lang, width=12),
        _heading("due_on", lang, form="date", width=12),
        _heading("days_late", lang, form="count", width=8),
        _heading("raised_on", lang, form="date", width=12, on_screen=False),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            say(f"overdue.light.{item.light}", lang), item.id,
            _name(report.register, item.project), item.text, item.owner, item.due_on,
            item.days_late or None, item.raised_on,
        )
        for item in items
    ]  # fmt: skip
    notes: tuple[str, ...] = ()
    if any(not item.due_is_given for item in items):
        notes = (say("overdue.note.given", lang, days=f"{report.rules.due_days:g}"),)
    return Sheet(title, title, headings, rows, notes)


def lines_sheet(
    register: Register, items: Sequence[LineWithoutVisit], name: str, lang: Language
) -> Sheet:
    """Pair lines without a visit or trade event."""
    title = say(f"overdue.sheet.{name}", lang)
    headings = (
        _heading("light", lang, width=6),
        Heading("line", say("register.column.line", lang), width=26),
        _heading("kind", lang, width=14),
        _heading("last", lang, width=14),
    )
    year = register.as_of.year
    rows: list[tuple[Cell, ...]] = [
        (
            say(f"overdue.light.{item.light}", lang),
            say(
                "register.key.line", lang,
                developed=region_said(register.regions, item.developed, year, lang),
                underdeveloped=region_said(register.regions, item.underdeveloped, year, lang),
            ),
            say(f"overdue.visit.{item.kind}", lang),
            item.last.isoformat() if item.last else say("overdue.note.never", lang),
        )
        for item in items
    ]  # fmt: skip
    return Sheet(title, title, headings, rows)


def brief_document(found: Brief, lang: Language, *, generated_at: str, made_by: str) -> Document:
    """The brief of a pair line: progress, problems, next."""
    report = found.report
    register = report.register
    year = register.as_of.year
    names = {
        "developed": region_said(register.regions, found.developed, year, lang),
        "underdeveloped": region_said(register.regions, found.underdeveloped, year, lang),
    }
    notes = [*total_notes(found.total, lang), say("overdue.note.shared", lang)]
    if not found.paired:
        notes.insert(0, say("overdue.note.not_paired", lang))
    total = rates_sheet(register, None, [found.total], lang, notes=notes)
    fresh = projects_sheet(register, found.fresh, lang)
    sheets = [
        _renamed(_of_the_line(total, lang), "progress", lang),
        _renamed(rates_sheet(register, "year", found.years, lang), "years", lang),
        _renamed(fresh, "fresh", lang),
        behind_sheet(register, report.found.projects, "behind", lang),
        problems_sheet(report, report.found.problems, "open", lang),
        lines_sheet(register, report.found.lines, "lines", lang),
        _visits_sheet(found, lang),
        _coming_sheet(found, lang),
    ]
    return Document(
        title=say("overdue.title.brief", lang, as_of=register.as_of, **names),
        sheets=tuple(sheets),
        about=_about(report, lang, generated_at, made_by),
        mark=say("report.mark", lang) if report.made_up else None,
    )


def _of_the_line(total: Sheet, lang: Language) -> Sheet:
    """The one row says whose projects it counts: not all of them, those between the two."""
    (row,) = total.rows
    named = (say("overdue.note.between", lang), *row[1:])
    return Sheet(total.name, total.title, total.headings, [named], total.notes)


def _renamed(sheet: Sheet, name: str, lang: Language) -> Sheet:
    title = say(f"overdue.sheet.{name}", lang)
    return Sheet(title, title, sheet.headings, sheet.rows, sheet.notes)


def _visits_sheet(found: Brief, lang: Language) -> Sheet:
    title = say("overdue.sheet.visits", lang)
    headings = (
        _heading("date", lang, form="date", width=12), _heading("visit", lang, width=16),
        _heading("note", lang, width=40),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (met, say(f"overdue.visit.{kind}", lang), note) for met, kind, note in found.visits
    ]
    return Sheet(title, title, headings, rows)


def _coming_sheet(found: Brief, lang: Language) -> Sheet:
    title = say("overdue.sheet.next", lang)
    register = found.report.register
    headings = (
        _heading("due", lang, form="date", width=12), _heading("project", lang, width=34),
        _heading("what", lang, width=30),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (item.due, _name(register, item.project),
         say(f"overdue.coming.{item.what}", lang, said=item.said))
        for item in found.coming
    ]  # fmt: skip
    return Sheet(title, title, headings, rows)


def as_json(
    report: OverdueReport, *, generated_at: str, light: str | None = None
) -> dict[str, object]:
    """What is behind as one JSON document."""
    worst = {"red": ("red",), "yellow": ("red", "yellow")}.get(light or "")
    found = report.found
    return {
        "as_of": report.register.as_of.isoformat(),
        "made_up": report.made_up,
        "generated_at": generated_at,
        "rules": report.rules.as_dict(),
        "filters": {k: v for k, v in vars(report.filters).items() if v is not None},
        "projects": [
            {"project_id": p.project_id, "what": p.what,
             "due": p.due.isoformat() if p.due else None,
             ("points_behind" if p.what == "money" else "days_late"): p.late, "light": p.light}
            for p in found.projects if worst is None or p.light in worst
        ],
        "problems": [
            {"id": p.id, "project_id": p.project_id, "text": p.text, "owner": p.owner,
             "raised_on": p.raised_on.isoformat(), "due_on": p.due_on.isoformat(),
             "due_is_given": p.due_is_given, "days_late": p.days_late,
             "light": None if p.light == "none" else p.light}
            for p in found.problems if worst is None or p.light in worst
        ],
        "lines": [
            {"developed": w.developed, "underdeveloped": w.underdeveloped, "kind": w.kind,
             "last": w.last.isoformat() if w.last else None, "light": w.light}
            for w in found.lines if worst is None or w.light in worst
        ],
        "not_judged": {what: list(ids) for what, ids in found.not_judged.items()},
    }  # fmt: skip


def brief_json(found: Brief, *, generated_at: str) -> dict[str, object]:
    """The brief as one JSON document."""
    register = found.report.register
    return {
        "developed": found.developed,
        "underdeveloped": found.underdeveloped,
        "paired": found.paired,
        "rates": rates_json(found.total, None),
        "by_year": [rates_json(row, "year") for row in found.years],
        "signed_lately": [register.ids[i] for i in found.fresh],
        "visits": [
            {"date": met.isoformat(), "kind": kind, "note": note or None}
            for met, kind, note in found.visits
        ],
        "next": [
            {"due": c.due.isoformat(), "what": c.what, "project_id": register.ids[c.project],
             "text": c.said or None}
            for c in found.coming
        ],
        "behind": as_json(found.report, generated_at=generated_at),
    }  # fmt: skip
