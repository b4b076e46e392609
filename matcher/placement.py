"""Placing enterprises through the year: each week decided with what later ones will need in mind.

1. Earlier years, weighed by what this year has brought, are what is still expected
   (:mod:`matcher.futures`).
2. The linear programme over it gives every scarce thing its price (:mod:`matcher.fluid`).
3. Filling each place with whole arrivals of sampled futures says what placing an enterprise there
   pushes out (:mod:`matcher.lumps`).
4. The week's enterprises are placed together: the best whole choice of value less cost, under what
   is left (:mod:`matcher.milp`).

No week looks at a later one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matcher.arrivals import Arrivals, Floats
from matcher.assignment import Problem
from matcher.fluid import Fluid
from matcher.futures import Futures
from matcher.lumps import pushed_out
from matcher.milp import Layout, whole

#: Futures sampled to see what an enterprise pushes out.
SAMPLES = 40
#: How much of the cost comes from what is pushed out; the rest from prices. What is pushed out is
#: noisy, prices know nothing of lumps: on six made markets 0.5 placed 88.5 % of the bound, all
#: prices 87.6 %, all pushed out 87.4 %.
LUMPS = 0.4
#: Pairs of each enterprise that a week's choice is made from.
_PAIRS = 12
_NODES = 2_000
_TIGHT = 1e-9


@dataclass(frozen=True)
class Placement:
    """What was decided.

    Attributes
    ----------
    pair : (n,) int array
        The pair in which each arrival was placed; -1 = not placed.
    cost : (p,) float array
        What each pair was reckoned to cost in its week; NaN = its week had no room for it.
    weeks : (w,) int array
        The weeks with arrivals.
    prices : (w, m, k) float array
        Of each quantity of each resource, before that week's decision.
    left : (w, m, k) float array
        What was left, before that week's decision.
    objective : float
        Sum of the values placed.
    """

    pair: NDArray[np.int64]
    cost: Floats
    weeks: NDArray[np.int64]
    prices: Floats
    left: Floats
    objective: float


def place(
    arrivals: Arrivals,
    past: Arrivals,
    years: int,
    capacity: Floats,
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Placement:
    """Decide every week in turn.

    Parameters
    ----------
    arrivals : Arrivals
        This year's; the rows of a week in an order that does not depend on luck.
    past : Arrivals
        Those of earlier years, all together.
    years : int
        How many earlier years they are.
    capacity : (m, k) float array
        For the year; inf = does not bind.
    """
    year = Year(past, years, capacity, seed=seed)
    pair = np.full(len(arrivals), -1, np.int64)
    cost = np.full(len(arrivals.value), np.nan)
    weeks = np.unique(arrivals.week)
    prices, left = [], []
    for done, week in enumerate(weeks.tolist()):
        rows = np.flatnonzero(arrivals.week == week)
        batch = arrivals.take(rows)
        left.append(year.left.copy())
        chosen, charged = year.decide(week, batch)
        prices.append(year.prices.copy())
        here = np.flatnonzero(np.isin(arrivals.arrival, rows))
        cost[here] = charged
        pair[arrivals.arrival[here[chosen]]] = here[chosen]
        if progress is not None:
            progress(done + 1, len(weeks))
    shape = (len(weeks), *capacity.shape)
    return Placement(
        pair, cost, weeks, np.array(prices).reshape(shape), np.array(left).reshape(shape),
        float(arrivals.value[pair[pair >= 0]].sum()),
    )  # fmt: skip


class Year:
    """A year under way: what is left, and what it is worth.

    Attributes
    ----------
    left : (m, k) float array
    prices : (m, k) float array
        Of the week decided last.
    """

    def __init__(self, past: Arrivals, years: int, capacity: Floats, *, seed: int = 0) -> None:
        self.left = np.array(capacity, float)
        self._futures = Futures(past, years, len(capacity), samples=SAMPLES, seed=seed)
        self._fluid = Fluid(past, self.left)
        self._stock = _by_resource(past, len(capacity))
        self.prices = np.zeros(capacity.shape)

    def decide(self, week: int, batch: Arrivals) -> tuple[NDArray[np.int64], Floats]:
        """Place the enterprises of a week; weeks come in order.

        Returns
        -------
        chosen : int array
            Pairs of the batch.
        cost : (p,) float array
            What each pair of the batch was reckoned to cost; NaN where it does not fit.
        """
        self._futures.learn(week, batch)
        demand = self._futures.expected()
        self.prices = self._fluid.price(demand, self.left)
        cost = self._cost(batch, demand)
        chosen = _best_plan(batch, batch.value - cost, self.left)
        np.subtract.at(self.left, batch.resource[chosen], batch.use[chosen])
        np.maximum(self.left, 0.0, out=self.left)
        return chosen, cost

    def _cost(self, batch: Arrivals, demand: Floats) -> Floats:
        fits = (batch.use <= self.left[batch.resource] + _TIGHT).all(axis=1)
        priced = (batch.use * self.prices[batch.resource]).sum(axis=1)
        pushed = np.zeros(len(batch.value))
        counts = self._futures.drawn(demand)
        past, worth = self._futures.past, self._fluid.worth
        for r in np.unique(batch.resource[fits]).tolist():
            pairs = np.flatnonzero(fits & (batch.resource == r))
            stock = self._stock[r]
            net = past.value[stock] - worth[past.arrival[stock]]
            stock = stock[(net > _TIGHT) & (demand[past.arrival[stock]] > 0)]
            net = past.value[stock] - worth[past.arrival[stock]]
            taken = past.use[stock] @ self.prices[r]
            order = np.argsort(-net / np.maximum(taken, _TIGHT), kind="stable")
            room = np.where(np.isfinite(self.left[r]), self.left[r], 1e300)
            here = np.ascontiguousarray(counts[:, past.arrival[stock]])
            pushed[pairs] = pushed_out(order, net, past.use[stock], here, room, batch.use[pairs])
        cost = LUMPS * pushed + (1 - LUMPS) * priced
        return np.where(fits, cost, np.nan)


def _by_resource(past: Arrivals, resources: int) -> list[NDArray[np.int64]]:
    order = np.argsort(past.resource, kind="stable")
    cuts = np.searchsorted(past.resource[order], np.arange(resources + 1))
    return [order[a:b] for a, b in pairwise(cuts.tolist())]


def _best_plan(batch: Arrivals, net: Floats, left: Floats) -> NDArray[np.int64]:
    """The best whole choice among a week's pairs that bring more than they cost."""
    pairs = np.flatnonzero((net > _TIGHT) & (batch.value > 0))
    order = pairs[np.lexsort((-net[pairs], batch.arrival[pairs]))]
    arrival = batch.arrival[order]
    turn = np.arange(len(order)) - np.searchsorted(arrival, arrival)
    pairs = np.sort(order[turn < _PAIRS])
    if not len(pairs):
        return pairs
    problem = Problem(
        len(batch), len(left), batch.arrival[pairs], batch.resource[pairs], net[pairs],
        batch.use[pairs], left,
    )  # fmt: skip
    found = whole(Layout.of(problem), np.arange(len(pairs)), nodes=_NODES)
    return pairs[found.chosen if found.chosen is not None else np.zeros(0, np.int64)]
