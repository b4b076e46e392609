"""Improving an allocation a few resources at a time, each time nearly to the best.

The enterprises of a few resources, and those placed nowhere, are freed and placed anew among
them: a problem small enough for bundles (:mod:`matcher.bundles`) to be solved almost to the end
(large neighbourhood search; Shaw 1998).
"""

from __future__ import annotations

import numpy as np

from matcher.assignment import Floats, Problem, Rows
from matcher.bundles import Bundles, Until

#: Enterprises that a neighbourhood frees, about.
FREED = 90
#: Pairs of each freed enterprise that it may choose among.
_NEAR = 6


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
        chosen = _placed_anew(problem, chosen, among, net, multipliers, until, seconds)
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
) -> Rows:
    inside = np.zeros(problem.resources, np.bool_)
    inside[among] = True
    stays = chosen[~inside[problem.resource[chosen]]]
    leaves = chosen[inside[problem.resource[chosen]]]
    free = np.ones(problem.enterprises, np.bool_)
    free[problem.enterprise[stays]] = False
    pairs = np.flatnonzero(free[problem.enterprise] & inside[problem.resource])
    order = pairs[np.lexsort((-net[pairs], problem.enterprise[pairs]))]
    mine = problem.enterprise[order]
    first = np.flatnonzero(np.append(True, mine[1:] != mine[:-1]))
    place = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    pairs = np.union1d(order[place < _NEAR], leaves)
    small, rows = part(problem, pairs)
    price = np.zeros(small.enterprises)
    np.maximum.at(price, small.enterprise, net[pairs])
    bundles = Bundles(small, multipliers[rows])
    start = np.flatnonzero(np.isin(pairs, leaves))
    bundles.add(start)
    bundles.prove(price, rounds=60, nodes=3000, until=until)
    found = bundles.whole(start, nodes=60, seconds=seconds)
    if found is None or small.value[found].sum() <= small.value[start].sum():
        return chosen
    return np.sort(np.concatenate([stays, pairs[found]]))


def part(problem: Problem, pairs: Rows) -> tuple[Problem, Rows]:
    """The problem of some pairs alone, and the rows of its resources in the whole."""
    enterprises, e = np.unique(problem.enterprise[pairs], return_inverse=True)
    rows, r = np.unique(problem.resource[pairs], return_inverse=True)
    small = Problem(
        len(enterprises), len(rows), e, r,
        problem.value[pairs], problem.use[pairs], problem.capacity[rows],
    )  # fmt: skip
    return small, rows
