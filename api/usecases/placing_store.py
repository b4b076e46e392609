"""Placing the newcomers of a store through the year: its model, its history, what it has left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from api.errors import UsageError
from api.store import Store
from api.usecases import dates, ranking
from api.usecases.placing import OFFERS, check_weeks, in_turn
from features.given_tables import read_given
from matcher.arrivals import Arrivals, Floats
from matcher.lists import pairing_name
from matcher.placement import place
from matcher.placement_report import PlacementReport, report
from matcher.ranking import Ranking
from models.history import Introductions

#: Earlier years looked at, at most.
YEARS = 5
#: Pairs of each enterprise that are considered: its best.
BEST = 100
_NEEDS = ("land_need_mu", "labour_need", "energy_need_tce")
_BLOCK = 256
#: Limits that hold for whoever is like an enterprise of an earlier year.
_LASTING = np.uint8(0b0011)


@dataclass(frozen=True)
class _Coming:
    """Enterprises (rows of the market) with their weeks."""

    row: NDArray[np.int64]
    week: NDArray[np.int64]


def run(
    store: Store, arrivals: Path, *, as_of: date | None = None, pairing: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PlacementReport:  # fmt: skip
    """Place the enterprises of a year, week by week, on what the store knows on a day.

    A pair is worth the score of its match list. The introductions of up to five earlier years say
    who else may come; a week is seven days counted from 1 January.

    Raises
    ------
    features.findings.FindingsError
        If the file of arrivals cannot be used.
    UsageError
        If no earlier year is on record.
    """
    day = dates.as_of(store, as_of)
    coming = read_given(
        "arrivals", arrivals, known={"enterprises": store.keys("enterprises")}
    )  # fmt: skip
    found = ranking.build(store, as_of=day, pairing=pairing)
    history = ranking.known_history(ranking.read_tables(store), day)
    past, years = _earlier(found, history, day)
    if not years:
        raise UsageError("cli.place.no_past", year=day.year)
    check_weeks(coming, list(range(1, 54)))
    order = in_turn(coming.table)
    index = found.market.enterprises.index
    now = _Coming(
        np.array([index[e] for e, _ in order], np.int64),
        np.array([w for _, w in order], np.int64),
    )
    this_year = _pairs(found, now, lasting=False)
    decided = place(
        this_year, _pairs(found, past, lasting=True), len(years), _left(found), progress=progress
    )
    names = {
        i: str(n)
        for side in (found.market.enterprises, found.market.resources)
        for i, n in zip(side.ids, side.table["name"], strict=True)
    }
    about = {
        "years": years, "as_of": day.isoformat(), "model": str(found.model_about["id"]),
        "pairing": pairing_name(found),
    }  # fmt: skip
    return report(
        decided, this_year, [e for e, _ in order], list(found.market.resources.ids), about,
        names=names, made_up=found.made_up,
    )  # fmt: skip


def _earlier(found: Ranking, history: Introductions, day: date) -> tuple[_Coming, list[int]]:
    """Who was introduced in each earlier year, in the week of the first introduction."""
    first: dict[tuple[int, int], int] = {}
    e, _ = history.index(found.market.enterprises.ids, found.market.resources.ids)
    for row, ordinal in zip(e.tolist(), history.first_date.tolist(), strict=True):
        when = date.fromordinal(ordinal)
        if row < 0 or not day.year - YEARS <= when.year < day.year:
            continue
        week = (when - date(when.year, 1, 1)) // timedelta(days=7) + 1
        first[when.year, row] = min(week, first.get((when.year, row), week))
    keys = sorted(first)
    years = list(range(keys[0][0], day.year)) if keys else []
    rows = np.array([row for _, row in keys], np.int64)
    return _Coming(rows, np.array([first[key] for key in keys], np.int64)), years


def _pairs(found: Ranking, coming: _Coming, *, lasting: bool) -> Arrivals:
    """The best allowed pairs of each; of earlier years only lasting limits are looked at."""
    market, limits = found.market, found.limits
    resources = np.arange(len(market.resources))
    keep = min(BEST, len(resources))
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], Floats]] = []
    for start in range(0, len(coming.row), _BLOCK):
        rows = coming.row[start : start + _BLOCK]
        own, back = np.unique(rows, return_inverse=True)
        score = found.scores(own, resources).astype(np.float64)[back]
        barred = limits.barred(own, resources)[back]
        score[(barred & (_LASTING if lasting else np.uint8(255))) != 0] = -np.inf
        best = np.argsort(-score, axis=1, kind="stable")[:, :keep]
        at, _ = np.nonzero(np.isfinite(np.take_along_axis(score, best, axis=1)))
        chosen = best[np.isfinite(np.take_along_axis(score, best, axis=1))]
        parts.append((start + at, chosen, score[at, chosen]))
    arrival = np.concatenate([np.zeros(0, np.int64), *(p[0] for p in parts)])
    resource = np.concatenate([np.zeros(0, np.int64), *(p[1] for p in parts)])
    value = np.concatenate([np.zeros(0), *(p[2] for p in parts)])
    order = np.lexsort((resource, arrival))
    needs = np.column_stack(
        [np.nan_to_num(market.enterprises.fields[n][coming.row].astype(float)) for n in _NEEDS]
        + [np.ones(len(coming.row))]
    )
    arrival = arrival[order]
    return Arrivals(coming.week, arrival, resource[order], value[order], needs[arrival])


def _left(found: Ranking) -> Floats:
    """(m, 4) what each resource has; a quantity that is not stated does not bind."""
    places = found.market.resources.fields
    stated = [places[name].astype(float) for name in OFFERS[:-1]]
    room = np.maximum(found.limits.capacity_left, 0).astype(float)
    return np.column_stack([*(np.where(np.isnan(s), np.inf, s) for s in stated), room])
