"""Improving an allocation a few resources at a time, each time nearly to the best.

The enterprises of a few resources, and those placed nowhere, are freed and placed anew among
them (large neighbourhood search; Shaw 1998): by bundles (:mod:`matcher.bundles`) where resources
hold few, almost to the end; by annealing where they hold many.
"""

from __future__ import annotations

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
#: Where resources hold many: how many of them at a time, and the moves of each annealing. Four and
#: 200,000 gained most a second (3,000 × 60) of 2, 3, 4, 8, 15 and 50,000 to a million.
_FEW, _MOVES, _WARM, _COLD = 4, 200_000, 0.06, 1e-3


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


def halves(
    problem: Problem, chosen: Rows, draw: np.random.Generator
) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Enterprises and resources in two halves that share no choice: each can be bettered alone.

    Returns
    -------
    list of (enterprises (n,) bool, resources (m,) bool)
        An enterprise is where its resource is; one placed nowhere is drawn.
    """
    first = np.zeros(problem.resources, np.bool_)
    first[draw.permutation(problem.resources)[: (problem.resources + 1) // 2]] = True
    mine = draw.random(problem.enterprises) < 0.5
    mine[problem.enterprise[chosen]] = first[problem.resource[chosen]]
    return [(mine, first), (~mine, ~first)]


def anneal_some(
    problem: Problem,
    chosen: Rows,
    reduced: Floats,
    capacity_prices: Floats,
    *,
    enterprises: NDArray[np.bool_],
    resources: NDArray[np.bool_],
    until: Until,
    seed: int = 0,
    budget: Budget | None = None,
) -> Rows:
    """Improve a half by annealing a few of its resources at a time, drawn anew each time.

    Parameters
    ----------
    problem : Problem
        Without limits.
    reduced : (p,) float array
        What each pair falls short of the best at the prices.
    capacity_prices : (resources, k) float array
    enterprises, resources : bool arrays
        The half (:func:`halves`).
    until : callable
        Asked before each neighbourhood whether to stop.
    budget : Budget, optional
        When its time is up the one that is being annealed ends too.

    Returns
    -------
    (n,) int array
        Choices of the half, worth at least as much as those it had.
    """
    draw = np.random.default_rng(seed)
    chosen = chosen[resources[problem.resource[chosen]]]
    near = within_reach(problem, reduced)
    near = near[enterprises[problem.enterprise[near]] & resources[problem.resource[near]]]
    there = np.flatnonzero(resources)
    few = min(_FEW, len(there))
    while few and not until():
        inside = np.zeros(problem.resources, np.bool_)
        inside[draw.choice(there, few, replace=False)] = True
        stays, leaves, pairs = _freed(problem, chosen, inside, near)
        pairs = np.union1d(pairs, leaves)
        if not len(pairs):
            continue
        small, rows = part(problem, pairs)
        start = np.flatnonzero(np.isin(pairs, leaves))
        annealer = Annealer(
            small, reduced[pairs], capacity_prices[rows], np.zeros(0), budget=budget
        )
        sweeps = max(10, round(_MOVES / 2 / small.enterprises))
        found = annealer.run(
            start, sweeps=sweeps, warm=_WARM, cold=_COLD, seed=int(draw.integers(1 << 31))
        )
        if found is not None and small.value[found].sum() > small.value[start].sum():
            chosen = np.sort(np.concatenate([stays, pairs[found]]))
    return chosen


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
