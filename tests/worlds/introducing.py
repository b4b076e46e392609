"""How a history comes about: who is introduced to whom (biased), and what comes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.tables import Table, Value
from tests.worlds.ground import Ground, within
from tests.worlds.places import places

Array = NDArray[Any]

STAGES = ("contacted", "signed", "started", "funded", "completed")
FIRST, LAST = date(2006, 1, 1), date(2009, 12, 31)


def habits(made: Ground) -> None:
    """How active each enterprise and how popular each place is, for no reason on record."""
    made.e["active"] = np.exp(made.rng.normal(0, 0.6, made.n))
    made.r["popular"] = made.rng.normal(0, 0.8, made.m)


def chosen(made: Ground, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Who is introduced to whom: mostly in-pair, near, popular; limits are often unheeded.

    Returns
    -------
    e, r : (count,) int arrays
    """
    known = places()
    near = -0.6 * np.log2(1 + known.km / 25) + made.pairing_pull * known.paired  # (d, u)
    active = made.e["active"]
    e = rng.choice(made.n, size=count, p=active / active.sum())
    r = np.empty(count, np.int64)
    home = made.e["region"][e]
    for region in np.unique(home).tolist():
        rows = np.flatnonzero(home == region)
        pull = np.exp(near[region][made.r["region"]] + made.r["popular"])
        # Three places come to mind; one that is out of the question is usually, not always, seen.
        three = rng.choice(made.m, size=(len(rows), 3), p=pull / pull.sum())
        sound = within(made, e[rows][:, None], three) + 0.3 * rng.random((len(rows), 3))
        sound[:, 0] += 1.3 * (rng.random(len(rows)) < 0.6)
        r[rows] = three[np.arange(len(rows)), sound.argmax(axis=1)]
    return e, r


def days(made: Ground, count: int) -> Array:
    """(count,) days since :data:`FIRST`, rising."""
    return np.sort(made.rng.integers(0, (LAST - FIRST).days - 30, count))


def what_came(made: Ground, within_limits: Array, steps: Array) -> Array:
    """Stage reached, 0..4, from the probabilities of the steps (4, n); none beyond the limits."""
    passed = made.rng.random(steps.shape) < steps
    return np.where(within_limits, np.cumprod(passed, axis=0).sum(axis=0), 0)


def outcomes(made: Ground, e: Array, r: Array, day: Array, reached: Array) -> Table:
    """The history as a table: one row an introduction, or one a stage where the world says so."""
    rng = made.rng
    count = len(e)
    declined = (reached == 0) & (rng.random(count) < 0.45)
    budget = made.e["budget_wan"][e].astype(float)
    amount = (budget * np.exp(rng.normal(-0.3, 0.5, count))).round(1)
    gaps = rng.integers(20, 100, (count, 4))
    columns: dict[str, list[Value]] = {
        c: [] for c in ("enterprise_id", "resource_id", "date", "stage", "amount_wan")
    }
    seen: set[tuple[int, int, date]] = set()

    def add(i: int, when: date, stage: str, worth: float | None) -> None:
        key = (int(e[i]), int(r[i]), when)
        if when > LAST or key in seen:
            return
        seen.add(key)
        row = (f"E{key[0]:05d}", f"R{key[1]:05d}", when, stage, worth)
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)

    for i, (start, stage) in enumerate(zip(day.tolist(), reached.tolist(), strict=True)):
        when = FIRST + timedelta(days=start)
        worth = float(amount[i]) if stage else None
        if not made.several_rows:
            add(i, when, "declined" if declined[i] else STAGES[stage], worth)
            continue
        for k in range(stage + 1):
            add(i, when, STAGES[k], worth if k else None)
            when += timedelta(days=int(gaps[i, min(k, 3)]))
        if declined[i]:
            add(i, when, "declined", None)
    return Table("outcomes", columns)
