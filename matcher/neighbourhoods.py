"""Improving an allocation a few resources at a time, each time nearly to the best.

The enterprises of a few resources, and those placed nowhere, are freed and placed anew among
them (large neighbourhood search; Shaw 1998): by bundles (:mod:`matcher.bundles`) where resources
hold few, almost to the end; by annealing where they hold many.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from matcher.annealing import Annealer, within_reach
from matcher.assignment import Floats, Problem, Rows
from matcher.budget import Budget
from matcher.bundles import Bundles, Until

#: Enterprises that a neighbourhood frees, about.
FREED = 90
#: Pairs of each freed enterprise that it may choose among.
_NEAR = 6
#: Where resources hold many: fewest and most of them at a time, and the moves of each annealing for
#: each of them. 2 to 5 and 40,000 gained most a second (3,000 × 60) of 2, 3, 4, 6, 10 and 20,000 to
#: a million.
_FEWEST, _MOST, _MOVES = 2, 5, 40_000
#: Resources are drawn together by how many could as well be in the one as in the other: a pair
#: counts for 1/(1 + what it falls short / a share of a usual move)².
_AS_WELL = 0.2
#: After so many patches that is worked out anew.
_ANEW = 25
#: Share of those placed nowhere, and held by no other thread, that a patch takes.
_TAKEN = 0.7


def improve(
    problem: Problem,
    chosen: Rows,
    net: Floats,
    multipliers: Floats,
    *,
    times: int,
    until: Until,
    seconds: float | None = None,
    seed: int = 0,
    budget: Budget | None = None,
) -> Rows:
    """Improve an allocation by some neighbourhoods.

    Parameters
    ----------
    problem : Problem
        Without limits.
    net : (p,) float array
        What the prices of the linear relaxation leave of each pair.
    multipliers : (resources, k) float array
        Those prices.
    times : int
        How many neighbourhoods.
    seconds : float, optional
        For the choice among the bundles of each.
    budget : Budget, optional
        When its time is up the loops inside end.

    Returns
    -------
    (n,) int array
        An allocation worth at least as much.
    """
    draw = np.random.default_rng(seed)
    for _ in range(times):
        if until():
            break
        mean = max(1.0, len(chosen) / problem.resources)
        few = min(problem.resources, max(2, round(FREED / mean)))
        among = _near_ones(problem, chosen, net, few, draw)
        chosen = _placed_anew(problem, chosen, among, net, multipliers, until, seconds, budget)
    return chosen


class Patches:
    """An allocation that several threads better at once, each a few resources at a time.

    A thread holds its resources, those placed there, and some of those placed nowhere, until it
    is done with them: no two threads hold the same.

    Parameters
    ----------
    problem : Problem
        Without limits.
    chosen : (n,) int array
        The allocation to better.
    reduced : (p,) float array
        What each pair falls short of the best at the prices.
    capacity_prices : (resources, k) float array
    whole : Annealer
        Of the whole problem: its penalties and the size of its moves hold here too.
    warm : float
        Temperature to begin from.
    budget : Budget
        When its time is up the patch that is being annealed ends too.
    """

    def __init__(
        self, problem: Problem, chosen: Rows, reduced: Floats, capacity_prices: Floats,
        whole: Annealer, warm: float, budget: Budget,
    ) -> None:  # fmt: skip
        self.chosen = chosen
        self._problem, self._reduced, self._prices = problem, reduced, capacity_prices
        self._whole, self._warm, self._budget = whole, warm, budget
        self._near = within_reach(problem, reduced)
        self._lock = threading.Lock()
        self._resource_held = np.zeros(problem.resources, np.bool_)
        self._enterprise_held = np.zeros(problem.enterprises, np.bool_)

    def better(self, until: Until, seed: int) -> None:
        """Better :attr:`chosen`, patch after patch; to be called by each thread."""
        draw = np.random.default_rng(seed)
        drawn_with, problem = self._drawn_together(), self._problem
        done = 0
        while not until():
            done += 1
            if done % _ANEW == 0:
                drawn_with = self._drawn_together()
            with self._lock:
                inside = self._drawn(drawn_with, draw)
                if not inside.any():
                    return
                leaves, pairs = self._held(inside, draw)
                mine = np.zeros(problem.enterprises, np.bool_)
                mine[problem.enterprise[pairs]] = True
                self._resource_held |= inside
                self._enterprise_held |= mine
            found = self._annealed(leaves, pairs, int(inside.sum()), draw)
            with self._lock:
                self._resource_held &= ~inside
                self._enterprise_held &= ~mine
                if problem.value[found].sum() > problem.value[leaves].sum():
                    others = self.chosen[~inside[problem.resource[self.chosen]]]
                    self.chosen = np.sort(np.concatenate([others, found]))

    def _drawn(self, drawn_with: Floats, draw: np.random.Generator) -> NDArray[np.bool_]:
        """Some resources that nobody holds."""
        inside = np.zeros(self._problem.resources, np.bool_)
        free = ~self._resource_held
        # Never more than half of all, so that a second thread finds some too.
        most = min(int(free.sum()), max(1, len(free) // 2))
        few = min(most, int(draw.integers(_FEWEST, _MOST + 1)))
        if few:
            inside[draw.choice(np.flatnonzero(free))] = True
        while inside.sum() < few:
            weight = np.where(free & ~inside, drawn_with[inside].sum(axis=0), 0.0)
            inside[draw.choice(len(weight), p=weight / weight.sum())] = True
        return inside

    def _held(self, inside: NDArray[np.bool_], draw: np.random.Generator) -> tuple[Rows, Rows]:
        """Pairs chosen in these resources, and those that may be chosen instead."""
        problem, near = self._problem, self._near
        _, leaves, pairs = _freed(problem, self.chosen, inside, near)
        may = draw.random(problem.enterprises) < _TAKEN
        may &= ~self._enterprise_held
        may[problem.enterprise[leaves]] = True
        return leaves, np.union1d(pairs[may[problem.enterprise[pairs]]], leaves)

    def _annealed(self, leaves: Rows, pairs: Rows, few: int, draw: np.random.Generator) -> Rows:
        if not len(pairs):
            return leaves
        small, rows = part(self._problem, pairs)
        annealer = Annealer(
            small, self._reduced[pairs], self._prices[rows], np.zeros(0), budget=self._budget,
            step=self._whole.step, penalty=self._whole.penalty[rows],
        )  # fmt: skip
        found = annealer.run(
            np.flatnonzero(np.isin(pairs, leaves)), warm=self._warm,
            sweeps=max(10, round(few * _MOVES / 2 / small.enterprises)),
            seed=int(draw.integers(1 << 31)),
        )  # fmt: skip
        return leaves if found is None else pairs[found]

    def _drawn_together(self) -> Floats:
        """(resources, resources) how much there is to exchange between two of them."""
        problem, near = self._problem, self._near
        m, chosen = problem.resources, self.chosen
        at = np.full(problem.enterprises, m)
        at[problem.enterprise[chosen]] = problem.resource[chosen]
        short = -self._reduced[near] / (_AS_WELL * self._whole.step)
        where = at[problem.enterprise[near]] * m + problem.resource[near]
        one_way = np.bincount(where, 1.0 / (1.0 + short) ** 2, m * (m + 1))[: m * m]
        one_way = one_way.reshape(m, m)
        return np.asarray(one_way + one_way.T + 1e-6)


def _near_ones(
    problem: Problem, chosen: Rows, net: Floats, few: int, draw: np.random.Generator
) -> Rows:
    """A resource drawn, and others drawn that its enterprises would like nearly as much."""
    first = int(draw.integers(problem.resources))
    mine = np.zeros(problem.enterprises, np.bool_)
    mine[problem.enterprise[chosen[problem.resource[chosen] == first]]] = True
    liked = np.full(problem.resources, 1e-3)
    theirs = np.flatnonzero(mine[problem.enterprise] & (net > 0))
    np.add.at(liked, problem.resource[theirs], net[theirs])
    liked[first] = 0.0
    count = min(few - 1, problem.resources - 1)
    others = draw.choice(problem.resources, count, replace=False, p=liked / liked.sum())
    return np.append(others, first)


def _placed_anew(
    problem: Problem,
    chosen: Rows,
    among: Rows,
    net: Floats,
    multipliers: Floats,
    until: Until,
    seconds: float | None,
    budget: Budget | None,
) -> Rows:
    inside = np.zeros(problem.resources, np.bool_)
    inside[among] = True
    stays, leaves, pairs = _freed(problem, chosen, inside, np.arange(len(problem.value)))
    order = pairs[np.lexsort((-net[pairs], problem.enterprise[pairs]))]
    mine = problem.enterprise[order]
    first = np.flatnonzero(np.append(True, mine[1:] != mine[:-1]))
    place = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    pairs = np.union1d(order[place < _NEAR], leaves)
    small, rows = part(problem, pairs)
    price = np.zeros(small.enterprises)
    np.maximum.at(price, small.enterprise, net[pairs])
    bundles = Bundles(small, multipliers[rows], budget)
    start = np.flatnonzero(np.isin(pairs, leaves))
    bundles.add(start)
    bundles.prove(price, rounds=60, nodes=3000, until=until)
    found = bundles.whole(start, nodes=60, seconds=seconds)
    if found is None or small.value[found].sum() <= small.value[start].sum():
        return chosen
    return np.sort(np.concatenate([stays, pairs[found]]))


def _freed(
    problem: Problem, chosen: Rows, inside: NDArray[np.bool_], among: Rows
) -> tuple[Rows, Rows, Rows]:
    """Pairs that stay, those given up, and those of ``among`` that may be chosen instead."""
    here = inside[problem.resource[chosen]]
    stays, leaves = chosen[~here], chosen[here]
    free = np.ones(problem.enterprises, np.bool_)
    free[problem.enterprise[stays]] = False
    return stays, leaves, among[free[problem.enterprise[among]] & inside[problem.resource[among]]]


def part(problem: Problem, pairs: Rows) -> tuple[Problem, Rows]:
    """The problem of some pairs alone, and the rows of its resources in the whole."""
    enterprises, e = np.unique(problem.enterprise[pairs], return_inverse=True)
    rows, r = np.unique(problem.resource[pairs], return_inverse=True)
    small = Problem(
        len(enterprises), len(rows), e, r,
        problem.value[pairs], problem.use[pairs], problem.capacity[rows],
    )  # fmt: skip
    return small, rows
