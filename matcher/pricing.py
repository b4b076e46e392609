"""The linear bound with its prices, by pricing columns in: most pairs are never looked at twice.

At prices λ ≥ 0 of the capacities and μ of the limits every enterprise takes by itself the pair
that is left with most, and nothing is worth more than what the capacities cost and the
enterprises gain (Lagrangian duality). The linear program over a few pairs gives prices; a pair
that would gain at them is let in, until none would. The bound is worked out here from the prices,
over all pairs, and so holds whatever the solver did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.assignment import MISSED, Floats, Problem, Rows
from matcher.milp import Layout, Relaxation

#: Pairs of each enterprise that the first program holds, and most that a round lets in.
_FIRST, _ROUND = 6, 3
_GAIN = 1e-7
#: By how much, and how often, missing a limit is made dearer where it could be kept.
_DEARER, _TIMES_DEARER = 1e3, 2


@dataclass(frozen=True)
class Prices:
    """Prices, and the bound they prove.

    Attributes
    ----------
    capacity : (resources, k) float array, not negative
    limits : (limits,) float array
        Positive where the upper bound binds, negative where the lower one does.
    bound : float
    reduced : (p,) float array
        What choosing a pair would lose against the best at these prices: not above 0.
    x : (p,) float array
        The linear program's own choice.
    slack : float
        By how much the limits must be missed, in their scales; up to rounding 0 = fractions of
        pairs can keep them.
    missed : (limits,) float array
        By how much the program's own choice misses each.
    """

    capacity: Floats
    limits: Floats
    bound: float
    reduced: Floats
    x: Floats
    slack: float
    missed: Floats


def price(problem: Problem, layout: Layout, value: Floats | None = None) -> Prices:
    """Solve the linear relaxation.

    Parameters
    ----------
    value : (p,) float array, optional
        Other values for the pairs; all 0 asks only whether the limits can be kept.
    """
    return Relaxed(problem, layout).price(problem.value if value is None else value)


class Relaxed:
    """The linear relaxation of a problem, solved for one value of the pairs after another.

    Each solution starts from the pairs and the basis of the one before.

    Parameters
    ----------
    likely : (n,) int array
        Pairs to begin with, in place of the best few of each enterprise.
    """

    def __init__(self, problem: Problem, layout: Layout, likely: Rows | None = None) -> None:
        self._problem, self._layout = problem, layout
        self._master = Relaxation(layout)
        self._order = _ByEnterprise(problem)
        self._held = np.zeros(len(problem.value), np.bool_)
        if likely is not None and len(likely):
            self._let_in(likely)

    @property
    def pairs(self) -> Rows:
        """The pairs let in so far."""
        return np.flatnonzero(self._held)

    def price(self, value: Floats) -> Prices:
        """Prices and bound for some values."""
        largest = float(np.abs(value).max(initial=0.0))
        if not largest:
            return self._priced(value, 1.0)
        cost = 100.0 * largest * self._problem.enterprises
        found = self._priced(value, cost)
        if found.slack <= MISSED:
            return found
        # Missing a limit may have been cheaper than keeping it, where its coefficients differ by
        # more than the cost makes up for: only a program without values tells what must be missed.
        least = self._priced(np.zeros(len(value)), 1.0).slack
        for _ in range(_TIMES_DEARER):
            if least > MISSED or found.slack <= MISSED:
                break
            cost *= _DEARER
            found = self._priced(value, cost)
        return replace(found, slack=min(found.slack, least))

    def _let_in(self, pairs: Rows) -> None:
        self._held[pairs] = True
        if len(pairs):
            self._master.add(pairs)

    def _priced(self, value: Floats, slack_cost: float) -> Prices:
        """The relaxation at one cost of missing a limit by its scale."""
        problem, layout, master = self._problem, self._layout, self._master
        largest = float(np.abs(value).max(initial=0.0))
        if not self._held.any():
            self._let_in(self._order.best(value, self._held, _FIRST))
        master.value(value, slack_cost)
        while True:
            x, capacity, limits, enterprises, missed = master.solve()
            net = net_values(problem, layout, value, capacity, limits)
            gain = net - enterprises[problem.enterprise]
            worth = gain > _GAIN * (1 + largest)
            worth &= ~self._held
            if not worth.any():
                break
            self._let_in(self._order.best(np.where(worth, gain, -np.inf), self._held, _ROUND))
            master.value(value, slack_cost)
        whole_x = np.zeros(len(value))
        whole_x[master.pairs] = x
        bound, reduced = dual_bound(problem, layout, capacity, limits, net)
        return Prices(capacity, limits, bound, reduced, whole_x, float(missed.sum()), missed)


def net_values(
    problem: Problem, layout: Layout, value: Floats, capacity: Floats, limits: Floats
) -> Floats:
    """(p,) what is left of each pair's value at some prices."""
    net: Floats = value - np.einsum("pk,pk->p", problem.use, capacity[problem.resource])
    return net - limits @ layout.limits if len(limits) else net


def dual_bound(
    problem: Problem, layout: Layout, capacity: Floats, limits: Floats, net: Floats
) -> tuple[float, Floats]:
    """What some prices prove, and by how much each pair falls short at them.

    Returns
    -------
    bound : float
    reduced : (p,) float array
    """
    best = np.zeros(problem.enterprises)
    np.maximum.at(best, problem.enterprise, net)
    finite = np.isfinite(problem.capacity)
    bound = float((capacity[finite] * problem.capacity[finite]).sum() + best.sum())
    for limit, at in zip(problem.limits, limits, strict=True):
        if at:
            bound += at * (limit.high if at > 0 else limit.low)
    return bound, net - best[problem.enterprise]


class _ByEnterprise:
    """Picks the best few pairs of each enterprise."""

    def __init__(self, problem: Problem) -> None:
        self._enterprise = problem.enterprise

    def best(self, score: Floats, held: NDArray[np.bool_], most: int) -> Rows:
        """The pairs of highest score of each enterprise, at most ``most``, ties by index."""
        open_ = np.flatnonzero(~held & (score > -np.inf))
        order = open_[np.lexsort((open_, -score[open_], self._enterprise[open_]))]
        mine = self._enterprise[order]
        starts = np.flatnonzero(np.concatenate([[True], mine[1:] != mine[:-1]]))
        place = np.arange(len(order)) - np.repeat(starts, np.diff([*starts, len(order)]))
        return np.sort(order[place < most])
