"""What is behind on a day: projects, their money, problems, visits between pair lines.

Nothing dated later is looked at: a project that starts tomorrow has not started, a problem that
will be answered is open. Projects that were completed or ended are past being late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from features.pairing import PairingInForce
from features.regions import Regions
from features.tables import Table
from matcher.overdue_rules import Rules
from matcher.register import FloatArray, IntArray, Register
from models.register_view import add_months

__all__ = [
    "Light", "LineWithoutVisit", "OpenProblem", "Overdue", "ProjectBehind", "lines_without_visit",
    "open_problems", "overdue", "projects_behind",
]  # fmt: skip

Light = Literal["red", "yellow", "none"]

_DAYS_A_MONTH: Final = 30.4375


@dataclass(frozen=True)
class ProjectBehind:
    """One project behind in one thing.

    Attributes
    ----------
    project : int
        Its row in the register.
    what : str
        ``start``, ``completion`` or ``money``.
    due : date or None
        When it was planned; None for money.
    late : float
        Days late; of money the points of the agreed sum behind plan.
    """

    project: int
    project_id: str
    what: str
    due: date | None
    late: float
    light: Light


@dataclass(frozen=True)
class OpenProblem:
    """A problem raised and not answered by the day; ``light`` is none while it is not due."""

    id: str
    project_id: str
    project: int
    text: str
    owner: str | None
    raised_on: date
    due_on: date
    due_is_given: bool
    days_late: int
    light: Light


@dataclass(frozen=True)
class LineWithoutVisit:
    """A pair line that has been without a visit of a kind for too long.

    Attributes
    ----------
    developed, underdeveloped : str
        Region codes: cities or counties, as the rules say.
    last : date or None
        The latest one; None = none on record.
    """

    developed: str
    underdeveloped: str
    kind: str
    last: date | None
    light: Light


@dataclass(frozen=True)
class Overdue:
    """All that is behind, the worst first.

    Attributes
    ----------
    not_judged : dict of str to tuple of str
        Ids of the projects that cannot be judged, by what: no planned date, no agreed sum.
    """

    projects: tuple[ProjectBehind, ...]
    problems: tuple[OpenProblem, ...]
    lines: tuple[LineWithoutVisit, ...]
    not_judged: dict[str, tuple[str, ...]]


def overdue(
    register: Register,
    problems: Table,
    visits: Table,
    pairing: PairingInForce,
    rules: Rules,
    *,
    kept: NDArray[np.bool_] | None = None,
) -> Overdue:
    """Everything that is behind on the register's day.

    Parameters
    ----------
    register : Register
        With its undated projects: one without a date of signing may be behind all the same.
    kept : (n,) bool array, optional
        Which projects of the register to look at; lines are always looked at all.
    """
    mask = np.ones(len(register), np.bool_) if kept is None else kept
    behind, not_judged = projects_behind(register, rules, mask)
    return Overdue(
        projects=tuple(behind),
        problems=tuple(open_problems(register, problems, rules, mask)),
        lines=tuple(lines_without_visit(register.regions, visits, pairing, rules)),
        not_judged=not_judged,
    )


def projects_behind(
    register: Register, rules: Rules, kept: NDArray[np.bool_]
) -> tuple[list[ProjectBehind], dict[str, tuple[str, ...]]]:
    """Projects behind their dates or their money, and those that cannot be judged."""
    running = kept & ~register.reached("ended_on") & ~register.reached("completed_on")
    waiting = running & ~register.reached("started_on") & ~register.reached("production_on")
    start, done = _planned(register, "planned_start"), _planned(register, "planned_completion")
    found: list[ProjectBehind] = []
    for what, due, open_to, limits in (
        ("start", start, waiting, rules.start),
        ("completion", done, running, rules.completion),
    ):
        found += _late(register, what, due, open_to, limits)
    points, judged = _points_behind(register, start, done)
    found += [
        ProjectBehind(int(i), register.ids[i], "money", None, round(float(points[i]), 1), light)
        for i in np.flatnonzero(running & judged).tolist()
        if (light := _light(points[i], rules.money)) != "none"
    ]
    found.sort(key=lambda p: (p.light != "red", p.what, -p.late, p.project_id))
    lacks = {
        "start": waiting & (start == 0),
        "completion": running & (done == 0),
        "money": running & ~judged,
    }
    not_judged = {
        what: tuple(register.ids[i] for i in np.flatnonzero(mask).tolist())
        for what, mask in lacks.items()
        if mask.any()
    }
    return found, not_judged


def _planned(register: Register, column: str) -> IntArray:
    """A planned date says what was meant to come, so it is read whether past or not."""
    cells = register.cells(column)
    return np.array([d.toordinal() if isinstance(d, date) else 0 for d in cells], np.int64)


def _late(
    register: Register, what: str, due: IntArray, open_to: NDArray[np.bool_],
    limits: tuple[float, float],
) -> list[ProjectBehind]:  # fmt: skip
    day = register.as_of.toordinal()
    found = []
    for i in np.flatnonzero(open_to & (due > 0) & (due < day)).tolist():
        months = _months_past(int(due[i]), day, limits)
        if months != "none":
            planned = date.fromordinal(int(due[i]))
            found.append(
                ProjectBehind(i, register.ids[i], what, planned, float(day - due[i]), months)
            )
    return found


def _months_past(due: int, day: int, limits: tuple[float, float]) -> Light:
    """The light of a date so many calendar months ago; parts of a month as days."""
    passed = []
    for limit in limits:
        whole = int(limit)
        at = int(add_months(np.array([due], np.int64), whole)[0])
        passed.append(day >= at + round((limit - whole) * _DAYS_A_MONTH))
    return "red" if passed[1] else "yellow" if passed[0] else "none"


def _light(value: float, limits: tuple[float, float]) -> Light:
    return "red" if value >= limits[1] else "yellow" if value >= limits[0] else "none"


def _points_behind(
    register: Register, start: IntArray, done: IntArray
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Points of the agreed sum that the money is behind an even flow, and where that is known."""
    begin = np.where(start > 0, start, register.dates["signed_on"])
    agreed = register.agreed_wan
    judged = (done > begin) & (begin > 0) & ~np.isnan(agreed) & (agreed > 0)
    span = np.where(judged, done - begin, 1)
    planned = np.clip((register.as_of.toordinal() - begin) / span, 0.0, 1.0)
    # More than was agreed is no further ahead than all of it (nor can so small a sum overflow).
    whole = np.where(judged, agreed, 1.0)
    there = np.minimum(register.in_place["investment"], whole) / whole
    # Rounded, so that 10 points that are 9.999… in binary are 10.
    behind = np.round(np.where(judged, 100 * (planned - there), 0.0), 6)
    return np.asarray(behind, np.float64), judged


def open_problems(
    register: Register, problems: Table, rules: Rules, kept: NDArray[np.bool_]
) -> list[OpenProblem]:
    """Problems of projects that were raised and not answered by the day, late ones first."""
    day = register.as_of
    place = {key: i for i, key in enumerate(register.ids)}
    found = []
    for row in problems.rows():
        raised, answered, due = row.get("raised_on"), row.get("answered_on"), row.get("due_on")
        at = place.get(str(row["project_id"]))
        if at is None or not kept[at] or not isinstance(raised, date) or raised > day:
            continue
        if isinstance(answered, date) and answered <= day:
            continue
        given = isinstance(due, date)
        until = due if isinstance(due, date) else date.fromordinal(
            raised.toordinal() + round(rules.due_days)
        )  # fmt: skip
        late = max((day - until).days, 0)
        light = _light(late, rules.problems) if late else "none"
        owner = row.get("owner")
        found.append(
            OpenProblem(
                id=str(row["id"]), project_id=str(row["project_id"]), project=at,
                text=str(row["text"]), owner=None if owner is None else str(owner),
                raised_on=raised, due_on=until, due_is_given=given, days_late=late, light=light,
            )
        )  # fmt: skip
    return sorted(found, key=lambda p: (-p.days_late, p.due_on, p.id))


def lines_without_visit(
    regions: Regions, visits: Table, pairing: PairingInForce, rules: Rules
) -> list[LineWithoutVisit]:
    """Pair lines in force that have been without a visit of a kind for too long."""
    day = pairing.day.toordinal()
    last = _last_visits(regions, visits, rules.visits_level, day)
    found = []
    for line in _lines(regions, pairing, rules.visits_level):
        for kind in rules.visits_kinds:
            at = last.get((*line, kind), 0)
            light = _months_past(at, day, rules.visits) if at else "red"
            if light != "none":
                met = date.fromordinal(at) if at else None
                found.append(LineWithoutVisit(*line, kind, met, light))
    never = date.min
    return sorted(
        found,
        key=lambda w: (w.light != "red", w.last or never, w.developed, w.underdeveloped, w.kind),
    )


def _lines(regions: Regions, pairing: PairingInForce, level: str) -> list[tuple[str, str]]:
    """The pair lines between units that exist, or between their cities."""
    where = np.argwhere(pairing.paired & ~pairing.coarse)
    found = set()
    for giving, taking in where.tolist():
        one, other = regions.codes[giving], regions.codes[taking]
        if regions.is_prefecture(one) or regions.is_prefecture(other):
            continue
        if level == "city":
            one, other = regions.prefecture[giving], regions.prefecture[taking]
        found.add((one, other))
    return sorted(found)


def _last_visits(
    regions: Regions, visits: Table, level: str, day: int
) -> dict[tuple[str, str, str], int]:
    """The last day by ``day`` on which the two sides of each line met, by kind."""
    last: dict[tuple[str, str, str], int] = {}
    for row in visits.rows():
        met = row.get("date")
        one, other = str(row["developed_region"]), str(row["underdeveloped_region"])
        if not isinstance(met, date) or met.toordinal() > day:
            continue
        if one not in regions or other not in regions:
            continue
        if level == "city":
            givers = [regions[one].prefecture]
            takers = [regions[other].prefecture]
        else:  # a whole city's visit is one of each of its counties
            givers, takers = list(regions.members(one)), list(regions.members(other))
        for giving in givers:
            for taking in takers:
                key = giving, taking, str(row["kind"])
                last[key] = max(last.get(key, 0), met.toordinal())
    return last
