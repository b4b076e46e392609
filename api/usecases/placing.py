"""Placing enterprises through the year, on a user's own scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features.given_tables import GivenTable, read_given
from features.score_files import USES, read_scores
from features.tables import Table
from matcher.arrivals import Arrivals, Floats
from matcher.placement import place
from matcher.placement_report import PlacementReport, report

Progress = Callable[[int, int], None]
#: The column of the resources that bounds the sum of each use.
OFFERS = ("land_mu", "labour_supply", "energy_quota_tce", "capacity")


def run(
    scores: Path, resources: Path, arrivals: Path, past: Path, *, progress: Progress | None = None
) -> PlacementReport:
    """Decide the arrivals of a year week by week; nothing is stored.

    Raises
    ------
    features.findings.FindingsError
        If a file cannot be read, or the files do not fit together.
    """
    scored, places, _ = read_scores(scores, resources)
    if places is None:
        raise ValueError("the resources are needed")
    ids = [str(i) for i in places["id"]]
    coming = read_given("arrivals", arrivals)
    earlier = read_given("past", past)
    weeks = [week for week in earlier.table["week"] if isinstance(week, int)]
    check_weeks(coming, weeks)
    given = set(scored["enterprise_id"])
    lost = {i: str(e) for i, e in enumerate(coming.table["enterprise_id"]) if e not in given}
    if len(lost) == len(coming.table):
        coming.refuse("enterprise_id", {0: lost[0]}, "not_in_scores")
    order = in_turn(coming.table)
    now = _arrivals(scored, ids, order)
    years = sorted({year for year in earlier.table["year"] if isinstance(year, int)})
    before = _past(earlier.table, ids)
    found = place(now, before, len(years), _capacity(places), progress=progress)
    names = [enterprise for enterprise, _ in order]
    return report(found, now, names, ids, {"years": years})


def check_weeks(coming: GivenTable, weeks: Sequence[int]) -> None:
    """Refuse weeks that no earlier year has.

    Raises
    ------
    features.findings.FindingsError
    """
    known = set(weeks)
    bad = {i: str(w) for i, w in enumerate(coming.table["week"]) if w not in known}
    coming.refuse("week", bad, "week_not_in_past", first=min(known), last=max(known))


def in_turn(coming: Table) -> list[tuple[str, int]]:
    """Id and week of every arrival, by week, then id: the order of the file does not matter."""
    rows = zip(coming["enterprise_id"], coming["week"], strict=True)
    return sorted(
        ((str(e), w) for e, w in rows if isinstance(w, int)), key=lambda row: (row[1], row[0])
    )


def _arrivals(scores: Table, ids: Sequence[str], order: Sequence[tuple[str, int]]) -> Arrivals:
    at = {enterprise: i for i, (enterprise, _) in enumerate(order)}
    rows = np.array([at.get(str(e), -1) for e in scores["enterprise_id"]], np.int64)
    week = np.array([week for _, week in order], np.int64)
    return _pairs(scores, rows, week, {r: i for i, r in enumerate(ids)})


def _past(past: Table, ids: Sequence[str]) -> Arrivals:
    """The arrivals of earlier years; one that came twice in a year came in its first week."""
    first: dict[tuple[int, str], int] = {}
    keys = list(zip(past["year"], past["enterprise_id"], strict=True))
    for (year, enterprise), week in zip(keys, past["week"], strict=True):
        if isinstance(year, int) and isinstance(week, int):
            known = first.get((year, str(enterprise)), week)
            first[year, str(enterprise)] = min(known, week)
    order = sorted(first)
    at = {key: i for i, key in enumerate(order)}
    rows = np.array([at[int(str(y)), str(e)] for y, e in keys], np.int64)
    weeks = np.array([first[key] for key in order], np.int64)
    return _pairs(past, rows, weeks, {r: i for i, r in enumerate(ids)})


def _pairs(
    table: Table, rows: NDArray[np.int64],
    week: NDArray[np.int64], resource_at: Mapping[str, int],
) -> Arrivals:  # fmt: skip
    """Pairs of rows that stand for an arrival and name a resource that is there."""
    resource = np.array([resource_at.get(str(r), -1) for r in table["resource_id"]], np.int64)
    keep = np.flatnonzero((rows >= 0) & (resource >= 0))
    keep = keep[np.lexsort((resource[keep], rows[keep]))]
    use = np.column_stack([_numbers(table, name, 1.0 if name == "units" else 0.0) for name in USES])
    value = _numbers(table, "score", 0.0)
    return Arrivals(week, rows[keep], resource[keep], value[keep], use[keep])


def _capacity(resources: Table) -> Floats:
    """(m, 4) what each resource has; an empty quantity does not bind, an empty capacity is 1."""
    return np.column_stack(
        [_numbers(resources, name, 1.0 if name == "capacity" else np.inf) for name in OFFERS]
    )


def _numbers(table: Table, name: str, empty: float) -> Floats:
    return np.array(
        [float(v) if isinstance(v, int | float) else empty for v in table[name]], np.float64
    )
