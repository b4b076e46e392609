"""What is behind on a day, and the brief of a pair line for its joint meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from api import settings
from api.errors import UsageError
from api.store import Store
from api.usecases import dates, register_tables
from api.usecases.register_tables import Reading
from features.pairing import PairingInForce
from features.regions import Regions
from matcher import overdue_rules
from matcher.overdue import OpenProblem, Overdue, ProjectBehind, overdue
from matcher.overdue_rules import Rules
from matcher.rates import Filters, Rates
from matcher.register import Register

#: How far a brief looks ahead.
AHEAD_DAYS = 92


@dataclass(frozen=True)
class OverdueReport:
    """What is behind.

    Attributes
    ----------
    rules_file : Path or None
        The user's own rules, where they were used.
    """

    register: Register
    found: Overdue
    rules: Rules
    rules_file: Path | None
    filters: Filters
    made_up: bool


@dataclass(frozen=True)
class Coming:
    """What is due in the next three months: a planned start or completion, or an answer."""

    due: date
    what: str
    project: int
    said: str


@dataclass(frozen=True)
class Brief:
    """What the two sides of a pair line need at their joint meeting.

    Attributes
    ----------
    developed, underdeveloped : str
        Region codes: counties or whole cities.
    paired : bool
        Whether they are paired on the day.
    total : Rates
        Of the projects between the two, those shared with other lines whole.
    years : list of Rates
        By year of signing.
    fresh : tuple of int
        Rows of the projects signed in the last twelve months.
    visits : tuple of (date, kind, note)
        Of the last two years, the latest first.
    coming : tuple of Coming
    """

    developed: str
    underdeveloped: str
    paired: bool
    report: OverdueReport
    total: Rates
    years: list[Rates]
    fresh: tuple[int, ...]
    visits: tuple[tuple[date, str, str], ...]
    coming: tuple[Coming, ...]


@dataclass(frozen=True)
class _Read:
    """``register`` has undated projects too: they can be late all the same."""

    reading: Reading
    register: Register
    pairing: PairingInForce
    pairing_name: str | None
    rules: Rules
    rules_file: Path | None
    made_up: bool


def _read(store: Store, as_of: date | None, pairing: str | None) -> _Read:
    day = dates.as_of(store, as_of)
    own = settings.home() / overdue_rules.FILE
    reading = register_tables.read(store)
    register = register_tables.register(reading, day, undated=True)
    return _Read(
        reading=reading,
        register=register,
        pairing=register_tables.pairing(reading, register, pairing),
        pairing_name=pairing,
        rules=overdue_rules.load(own),
        rules_file=own if own.exists() else None,
        made_up=store.properties().get("made_up") == "true",
    )


def run(
    store: Store,
    *,
    as_of: date | None = None,
    pairing: str | None = None,
    filters: Filters | None = None,
) -> OverdueReport:
    """What is behind: projects, their money, problems, pair lines without a visit.

    Parameters
    ----------
    filters : Filters, optional
        Which projects to look at; a region also picks the lines.

    Raises
    ------
    matcher.overdue_rules.BadRules
    features.pairing.UnknownPairing
    """
    return _report(_read(store, as_of, pairing), filters or Filters())


def lights(report: OverdueReport) -> dict[str, str]:
    """The worst light of every project that is behind, or has a problem that is, by its id."""
    found: dict[str, str] = {}
    behind: Sequence[ProjectBehind | OpenProblem] = (
        *report.found.projects, *report.found.problems
    )  # fmt: skip
    for item in behind:
        if item.light in ("yellow", "red") and found.get(item.project_id) != "red":
            found[item.project_id] = item.light
    return found


def _report(read: _Read, filters: Filters) -> OverdueReport:
    tables, key = read.reading.tables, (read.pairing_name, read.rules, filters)
    found = read.reading.made(
        ("overdue", read.register.as_of, *key),
        lambda: overdue(
            read.register, tables["problems"], tables["visits"], read.pairing, read.rules,
            kept=filters.mask(read.register),
        ),
    )  # fmt: skip
    regions = read.register.regions
    lines = tuple(
        line for line in found.lines
        if _touches(regions, line.underdeveloped, filters.region)
        and _touches(regions, line.developed, filters.developed)
    )  # fmt: skip
    kept = Overdue(found.projects, found.problems, lines, found.not_judged)
    return OverdueReport(read.register, kept, read.rules, read.rules_file, filters, read.made_up)


def _touches(regions: Regions, code: str, wanted: str | None) -> bool:
    """Whether a line's end is the region asked for, its city, or one of its counties."""
    if wanted is None:
        return True
    return code == wanted or wanted in regions.members(code) or code in regions.members(wanted)


def brief(
    store: Store,
    developed: str,
    underdeveloped: str,
    *,
    as_of: date | None = None,
    pairing: str | None = None,
) -> Brief:
    """The brief of a pair line.

    Parameters
    ----------
    developed, underdeveloped : str
        Region codes; whole cities stand for their counties.

    Raises
    ------
    UsageError
        If the two are the same county. (Whichever side is named first, the developed one comes
        first in the brief where the two are paired.)
    """
    read = _read(store, as_of, pairing)
    register, regions = read.register, read.register.regions
    if developed == underdeveloped and not regions.is_prefecture(developed):
        raise UsageError("cli.brief.same")
    developed, underdeveloped = _as_paired(read.pairing, regions, developed, underdeveloped)
    filters = Filters(region=underdeveloped, developed=developed)
    report = _report(read, filters)
    mask = filters.mask(register)
    recent = register.as_of.toordinal() - 365
    fresh = mask & (register.dates["signed_on"] > recent)
    # Rates cut by signing, where an undated project has no place.
    signed = register_tables.register(read.reading, register.as_of)
    ends = regions.index[developed], regions.index[underdeveloped]
    return Brief(
        developed=developed,
        underdeveloped=underdeveloped,
        paired=bool(read.pairing.paired[ends]),
        report=report,
        total=register_tables.rates(read.reading, signed, None, filters)[0],
        years=register_tables.rates(read.reading, signed, "year", filters),
        fresh=tuple(int(i) for i in np.flatnonzero(fresh)),
        visits=_visits(read, developed, underdeveloped),
        coming=tuple(_coming(read, mask, report.found.problems)),
    )


def _as_paired(pairing: PairingInForce, regions: Regions, one: str, other: str) -> tuple[str, str]:
    """The two sides of a line, the developed one first, whichever was named first."""
    ends = regions.index[one], regions.index[other]
    if pairing.paired[ends[1], ends[0]] and not pairing.paired[ends]:
        return other, one
    return one, other


def _visits(read: _Read, developed: str, underdeveloped: str) -> tuple[tuple[date, str, str], ...]:
    """Visits between the two or their counties, of the last two years."""
    regions, last = read.register.regions, read.register.as_of
    found = []
    for row in read.reading.tables["visits"].rows():
        met = row["date"]
        if not isinstance(met, date) or met > last or (last - met).days > 730:
            continue
        one, other = str(row["developed_region"]), str(row["underdeveloped_region"])
        if _touches(regions, one, developed) and _touches(regions, other, underdeveloped):
            found.append((met, str(row["kind"]), str(row.get("note") or "")))
    return tuple(sorted(found, reverse=True))


def _coming(
    read: _Read, kept: NDArray[np.bool_], problems: tuple[OpenProblem, ...]
) -> list[Coming]:
    """What is due in the next three months, the nearest first."""
    register = read.register
    day = register.as_of
    running = kept & ~register.reached("ended_on") & ~register.reached("completed_on")
    found = []
    for column, what, open_to in (
        ("planned_start", "start", running & ~register.reached("started_on")),
        ("planned_completion", "completion", running),
    ):
        cells = register.cells(column)
        for i in np.flatnonzero(open_to).tolist():
            due = cells[i]
            if isinstance(due, date) and 0 <= (due - day).days <= AHEAD_DAYS:
                found.append(Coming(due, what, i, ""))
    found += [
        Coming(p.due_on, "answer", p.project, p.text)
        for p in problems
        if 0 <= (p.due_on - day).days <= AHEAD_DAYS
    ]
    return sorted(found, key=lambda c: (c.due, c.what, c.project, c.said))
