"""The best bundle of a resource at given prices: a small knapsack of several quantities.

Branch and bound. A node's bound is the fractional knapsack in one weight, the quantities weighed by
multipliers that make it least (a surrogate; Glover 1975). Where the nodes allowed run out, the
bound told is that of the nodes left open.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models.compiling import compiled

#: Bundles kept of each knapsack: the best, and those it was found through.
KEPT = 4


@compiled
def _weigh(gain: Any, use: Any, room: Any, multiplier: Any, rounds: Any) -> Any:
    """Move the multipliers towards where room·π + Σ max(0, gain - use·π) is least."""
    n, k = use.shape
    best = np.inf
    kept = multiplier.copy()
    trial = multiplier.copy()
    slope = np.empty(k)
    step = 0.3
    for _ in range(rounds):
        total = 0.0
        for q in range(k):
            slope[q] = room[q]
            total += room[q] * trial[q]
        for i in range(n):
            net = gain[i]
            for q in range(k):
                net -= use[i, q] * trial[q]
            if net > 0:
                total += net
                for q in range(k):
                    slope[q] -= use[i, q]
        if total < best:
            best = total
            kept[:] = trial
        else:
            step *= 0.7
            trial[:] = kept
            continue
        length = 0.0
        for q in range(k):
            if room[q] > 0:
                length += abs(slope[q]) * kept[q] + 1e-12
        for q in range(k):
            size = slope[q] / room[q] if room[q] > 0 else 0.0
            move = step * max(-1.0, min(1.0, size))
            trial[q] = max(0.0, kept[q] * (1 - move)) if kept[q] > 0 else max(0.0, -move * 1e-3)
    multiplier[:] = kept


@compiled
def _could(worth: Any, i: Any, spare: Any, gain: Any, weight: Any, gains: Any, weights: Any) -> Any:
    """What a choice worth so much could come to with items from ``i`` on, one of them in part.

    ``gains`` and ``weights`` are prefix sums; where the knapsack is full is found by halving.
    """
    n = len(gain)
    a, b = i, n
    full = weights[i] + spare
    while a < b:
        middle = (a + b + 1) // 2
        if weights[middle] <= full:
            a = middle
        else:
            b = middle - 1
    could = worth + gains[a] - gains[i]
    if a < n:
        could += gain[a] * (full - weights[a]) / weight[a]
    return could


@compiled
def _fits(use: Any, i: Any, left: Any) -> Any:
    fits = True
    for q in range(len(left)):
        fits = fits and use[i, q] <= left[q]
    return fits


@compiled
def _remember(sets: Any, found: Any, taken: Any, depth: Any) -> None:
    """Put a choice before those met earlier; the oldest goes."""
    for j in range(min(found, KEPT - 1), 0, -1):
        sets[j] = sets[j - 1]
    sets[0] = False
    for j in range(depth):
        sets[0, taken[j]] = True


@compiled
def _bundle(
    gain: Any, use: Any, room: Any, weight: Any, budget: Any, most: Any, sets: Any, stop: Any
) -> Any:
    """The best whole choice of items, by depth-first branch and bound.

    Parameters
    ----------
    gain, weight : (n,) arrays
        Sorted by gain a unit of surrogate weight, best first; gains positive.
    budget : float
        Surrogate capacity.
    most : int
        Nodes allowed.
    sets : (KEPT, n) bool array
        Filled with the choices met last, best first.
    stop : (1,) int array
        Once set, from another thread, no more nodes are allowed.

    Returns
    -------
    best, bound : float
    found : int
        How many of ``sets`` hold a choice.
    """
    n, k = use.shape
    weights, gains = np.zeros(n + 1), np.zeros(n + 1)
    for i in range(n):
        weights[i + 1] = weights[i] + weight[i]
        gains[i + 1] = gains[i] + gain[i]
    taken = np.empty(n + 1, np.int64)
    depth, i, nodes, found = 0, 0, 0, 0
    left = room.copy()
    spare, worth = budget, 0.0
    best, bound = 0.0, 0.0
    tiny = 1e-9 * (1 + gains[n])
    while True:
        nodes += 1
        if nodes % 1024 == 0 and stop[0] != 0:
            most = 0
        could = _could(worth, i, spare, gain, weight, gains, weights)
        go_on = could > best + tiny
        if go_on and nodes > most:
            bound = max(bound, could)
            go_on = False
        if go_on and i < n:
            if _fits(use, i, left):
                for q in range(k):
                    left[q] -= use[i, q]
                spare -= weight[i]
                worth += gain[i]
                taken[depth] = i
                depth += 1
            i += 1
            if i < n:
                continue
        if i >= n and worth > best + tiny:
            best = worth
            _remember(sets, found, taken, depth)
            found = min(found + 1, KEPT)
        if depth == 0:
            break
        depth -= 1
        i = taken[depth]
        for q in range(k):
            left[q] += use[i, q]
        spare += weight[i]
        worth -= gain[i]
        i += 1
    return best, max(best, bound), found


@compiled
def best_bundles(
    starts: Any, enterprise: Any, value: Any, use: Any, room: Any, price: Any,
    multiplier: Any, most: Any, out: Any, filled: Any, stop: Any,
) -> Any:  # fmt: skip
    """The bundles of some resources; the sum of the bounds on what they leave."""
    total = 0.0
    m, k = room.shape
    for r in range(m):
        lo, hi = starts[r], starts[r + 1]
        filled[r] = 0
        n = 0
        rows = np.empty(hi - lo, np.int64)
        for p in range(lo, hi):
            if value[p] - price[enterprise[p]] > 0:
                rows[n] = p
                n += 1
        if n == 0:
            continue
        gain, mine = np.empty(n), np.empty((n, k))
        for i in range(n):
            gain[i] = value[rows[i]] - price[enterprise[rows[i]]]
            for q in range(k):
                mine[i, q] = use[rows[i], q]
        _weigh(gain, mine, room[r], multiplier[r], 60)
        weight = np.zeros(n)
        budget = 0.0
        for q in range(k):
            budget += multiplier[r, q] * room[r, q]
            for i in range(n):
                weight[i] += multiplier[r, q] * mine[i, q]
        for i in range(n):
            weight[i] = max(weight[i], 1e-12)
        order = np.argsort(-gain / weight)
        sets = np.zeros((KEPT, n), np.bool_)
        _, bound, found = _bundle(
            gain[order], mine[order], room[r], weight[order], budget, most, sets, stop
        )
        total += bound
        filled[r] = found
        for s in range(found):
            for i in range(n):
                if sets[s, i]:
                    out[s, rows[order[i]]] = True
    return total
