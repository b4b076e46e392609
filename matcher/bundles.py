"""What each resource would take at given prices of the enterprises: small knapsacks, solved whole.

With a price on every enterprise the resources part: each takes the bundle of enterprises that
leaves it most, whole enterprises only. What these leave, plus the prices, is never less than the
best allocation is worth, and much closer to it than the linear relaxation where a resource holds
few enterprises (Dantzig & Wolfe 1960 applied to assignment: Savelsbergh 1997).

A bundle is found by branch and bound. A node's bound is the fractional knapsack in one weight,
the quantities weighed by multipliers that make it least (a surrogate; Glover 1975). Where the
nodes allowed run out, the bound told is that of the nodes left open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.assignment import ROUNDING, Floats, Problem, Rows
from matcher.milp import Packing
from models.compiling import compiled

Until = Callable[[], bool]

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
def _bundle(gain: Any, use: Any, room: Any, weight: Any, budget: Any, most: Any, sets: Any) -> Any:
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
def _all(
    starts: Any, enterprise: Any, value: Any, use: Any, room: Any, price: Any,
    multiplier: Any, most: Any, out: Any, filled: Any,
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
            gain[order], mine[order], room[r], weight[order], budget, most, sets
        )
        total += bound
        filled[r] = found
        for s in range(found):
            for i in range(n):
                if sets[s, i]:
                    out[s, rows[order[i]]] = True
    return total


class Bundles:
    """The program that chooses one bundle for each resource, over a growing set of bundles.

    Parameters
    ----------
    problem : Problem
        Without limits.
    multipliers : (resources, k) float array
        First multipliers of the quantities: their prices in the linear relaxation.
    """

    def __init__(self, problem: Problem, multipliers: Floats) -> None:
        self._order = np.lexsort((problem.enterprise, problem.resource))
        self._resource = problem.resource[self._order]
        self._starts = np.searchsorted(self._resource, np.arange(problem.resources + 1))
        self._enterprise = problem.enterprise[self._order].astype(np.int64)
        self._value = problem.value[self._order]
        self._use = np.ascontiguousarray(problem.use[self._order])
        room = np.where(np.isfinite(problem.capacity), problem.capacity, 1e15)
        self._room = room * (1 + ROUNDING) + ROUNDING
        self._multipliers = np.maximum(multipliers, 0) + 1e-6
        self._n, self._m = problem.enterprises, problem.resources
        self._known: set[tuple[int, bytes]] = set()
        self._sets: list[Rows] = []
        self._master = Packing(self._n + self._m)
        self.bound = np.inf
        self.price = np.zeros(self._n)
        self.solved = False

    def add(self, chosen: Rows) -> None:
        """Let each resource have what it has in an allocation."""
        back = np.empty(len(self._order), np.int64)
        back[self._order] = np.arange(len(self._order))
        rows = np.sort(back[chosen])
        cuts = np.flatnonzero(np.diff(self._resource[rows])) + 1
        self._enter([part for part in np.split(rows, cuts) if len(part)])

    def _enter(self, sets: list[Rows]) -> int:
        fresh = []
        for rows in sets:
            key = (int(self._resource[rows[0]]), rows.tobytes())
            if key not in self._known:
                self._known.add(key)
                fresh.append(rows)
        if fresh:
            self._sets += fresh
            self._master.add(
                np.array([self._value[rows].sum() for rows in fresh]),
                [np.append(self._enterprise[x], self._n + self._resource[x[0]]) for x in fresh],
            )
        return len(fresh)

    def prove(self, price: Floats, *, rounds: int, nodes: int, until: Until) -> None:
        """Price bundles in until none gains, and lower :attr:`bound` by what the prices prove.

        :attr:`price` are then the prices that prove it, and :attr:`solved` says that no others
        prove more.

        Parameters
        ----------
        price : (enterprises,) float array
            Where to start from.
        nodes : int
            Of branch and bound for each bundle.

        The prices asked about lie between the best so far and the program's own (Wentges 1997):
        the program's alone swing.
        """
        self.price, inward = price, 0.7
        for _ in range(rounds):
            left, out, filled = self._each(price, nodes, until)
            if until():
                return
            if left + price.sum() < self.bound - 1e-9:
                self.bound, self.price = float(left + price.sum()), price
            fresh = self._enter(self._split(out, filled))
            if until() or (not fresh and inward == 0):
                return
            inward = 0.7 if fresh else 0.0
            prices, worth = self._master.relaxed()
            if self.bound - worth <= 1e-6 * max(1.0, abs(worth)):
                self.solved = True
                return
            price = inward * self.price + (1 - inward) * prices[: self._n]

    def descend(
        self, price: Floats, low: float, *, rounds: int, nodes: tuple[int, ...], until: Until
    ) -> None:
        """Lower :attr:`bound` by subgradient steps (Polyak 1969), before there are many bundles.

        Parameters
        ----------
        price : (enterprises,) float array
            Where to start from.
        low : float
            What the steps aim at: the value of an allocation.
        nodes : tuple of two int
            Of branch and bound for each bundle: first, and once a third of the rounds is over.

        The program over bundles has prices only when it holds nearly all that matter; these
        steps need none of it.
        """
        share, worse = 1.0, 0
        self.price = price
        for turn in range(rounds):
            left, out, filled = self._each(price, nodes[3 * turn >= rounds], until)
            if until():
                return
            worth = left + float(price.sum())
            if worth < self.bound - 1e-9:
                self.bound, self.price = worth, price
                self._enter(self._split(out, np.minimum(filled, 1)))
            else:
                worse += 1
                if worse % 4 == 0:
                    share *= 0.7
                    price = self.price
            slope = 1.0 - np.bincount(self._enterprise[out[0]], minlength=self._n)
            slope[(price <= 0) & (slope > 0)] = 0.0
            length = float(slope @ slope)
            if length == 0.0 or worth <= low:
                return
            price = np.maximum(0.0, price - share * (worth - low) / length * slope)

    def _each(
        self, price: Floats, nodes: int, until: Until
    ) -> tuple[float, NDArray[np.bool_], Rows]:
        """What every resource would take at some prices, and the sum of what that leaves."""
        out = np.zeros((KEPT, len(self._order)), np.bool_)
        filled = np.zeros(self._m, np.int64)
        left = 0.0
        for r in range(self._m):
            if until():
                break
            left += _all(
                self._starts[r : r + 2], self._enterprise, self._value, self._use,
                self._room[r : r + 1], price, self._multipliers[r : r + 1], nodes, out,
                filled[r : r + 1],
            )  # fmt: skip
        return left, out, filled

    def _split(self, out: NDArray[np.bool_], filled: Rows) -> list[Rows]:
        found = []
        for r in range(self._m):
            lo, hi = self._starts[r], self._starts[r + 1]
            found += [lo + np.flatnonzero(out[s, lo:hi]) for s in range(filled[r])]
        return found

    def whole(self, start: Rows | None, *, nodes: int, seconds: float | None) -> Rows | None:
        """The best allocation that gives each resource one of the bundles met so far."""
        begin = None
        if start is not None:
            self.add(start)
            mine = set(start.tolist())
            begin = [
                i
                for i, rows in enumerate(self._sets)
                if mine.issuperset(self._order[rows].tolist())
            ]
            # Of the bundles within what a resource has, the whole of it.
            largest: dict[int, int] = {}
            for i in begin:
                r = int(self._resource[self._sets[i][0]])
                if r not in largest or len(self._sets[i]) > len(self._sets[largest[r]]):
                    largest[r] = i
            begin = list(largest.values())
        picked = self._master.whole(begin, nodes=nodes, seconds=seconds)
        if picked is None:
            return None
        rows = np.concatenate([self._sets[i] for i in picked] or [np.zeros(0, np.int64)])
        return np.sort(self._order[rows])
