"""What each resource would take at given prices of the enterprises: small knapsacks, solved whole.

With a price on every enterprise the resources part: each takes the bundle of enterprises that
leaves it most, whole enterprises only. What these leave, plus the prices, is never less than the
best allocation is worth, and much closer to it than the linear relaxation where a resource holds
few enterprises (Dantzig & Wolfe 1960 applied to assignment: Savelsbergh 1997).

A bundle is found by branch and bound (:mod:`matcher.knapsacks`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matcher.assignment import ROUNDING, Floats, Problem, Rows
from matcher.budget import Budget
from matcher.knapsacks import KEPT, best_bundles
from matcher.milp import Packing

Until = Callable[[], bool]


class Bundles:
    """The program that chooses one bundle for each resource, over a growing set of bundles.

    Parameters
    ----------
    problem : Problem
        Without limits.
    multipliers : (resources, k) float array
        First multipliers of the quantities: their prices in the linear relaxation.
    budget : Budget, optional
        When its time is up the search for a bundle ends; bounds hold all the same.
    """

    def __init__(self, problem: Problem, multipliers: Floats, budget: Budget | None = None) -> None:
        self._budget = Budget.endless() if budget is None else budget
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
            found = self._master.relaxed(self._budget.seconds_left)
            if found is None:
                return
            prices, worth = found
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
            left += best_bundles(
                self._starts[r : r + 2], self._enterprise, self._value, self._use,
                self._room[r : r + 1], price, self._multipliers[r : r + 1], nodes, out,
                filled[r : r + 1], self._budget.stop,
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
        left = self._budget.seconds_left
        if left is not None:
            seconds = left if seconds is None else min(left, seconds)
        picked = self._master.whole(begin, nodes=nodes, seconds=seconds)
        if picked is None:
            return None
        rows = np.concatenate([self._sets[i] for i in picked] or [np.zeros(0, np.int64)])
        return np.sort(self._order[rows])
