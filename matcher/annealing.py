"""Local search over allocations that may pass a capacity for a while, at a price.

Threshold annealing. A move takes an enterprise to another place, or out; and, where it goes, may
send one that is there on to another place (so that swaps and chains of two are moves; cf. the
ejection chains of Yagiura, Ibaraki & Glover 2006). Being over a capacity, or outside a limit,
costs a penalty a unit: at first its price in the linear relaxation, so that the search goes to and
fro across the border on which the best allocations lie, and more where it stays exceeded. The
moves themselves are compiled: drawn at random where there is one quantity or limits bind
(:mod:`matcher.annealing_moves`), else fitted (:mod:`matcher.annealing_fit`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.annealing_fit import COST, anneal_by_fit
from matcher.annealing_moves import anneal
from matcher.assignment import Floats, Problem, Rows
from matcher.budget import Budget

#: Pairs of each enterprise that are looked at, the best at the prices: few enough for the caches.
REACH = 12
#: Without limits: by how many steps an option may fall short of the best, and the temperature to
#: begin from, at so many enterprises a resource. The fewer these are, the more is lost by whole
#: numbers, and the farther, and the warmer, it pays to look.
_SHORT, _WARM, _AT = 1.2, 0.06, 42.0
_WARMEST = 0.6


def within_reach(problem: Problem, reduced: Floats) -> Rows:
    """The best pairs of each enterprise at the prices, by enterprise, then resource.

    Limits may need any pair: with them, all.
    """
    if problem.limits:
        return np.lexsort((problem.resource, problem.enterprise))
    best_first = np.lexsort((-reduced, problem.enterprise))
    mine = problem.enterprise[best_first]
    rank = np.arange(len(mine)) - np.searchsorted(mine, mine)
    kept = np.sort(best_first[rank < REACH])
    return np.asarray(kept[np.lexsort((problem.resource[kept], problem.enterprise[kept]))])


def usual_warmth(crowd: float) -> float:
    """A temperature to begin from without limits, at so many enterprises a resource."""
    fewer = _AT / max(1.0, crowd)
    return float(min(_WARMEST, _WARM * fewer * np.sqrt(fewer)))


class Annealer:
    """A problem made ready for annealing.

    Parameters
    ----------
    reduced : (p,) float array
        What each pair falls short of the best at the prices; orders the candidates.
    capacity_prices : (resources, k) float array
    limit_prices : (limits,) float array
        What the first penalties follow.
    step, penalty : float and (resources, k) float array, optional
        The size of a usual move and the first penalties, in place of what the problem's pairs say.
    near : int
        Candidates of each enterprise, where limits bind.
    budget : Budget, optional
        When its time is up a run ends early.
    """

    def __init__(
        self,
        problem: Problem,
        reduced: Floats,
        capacity_prices: Floats,
        limit_prices: Floats,
        *,
        step: float | None = None,
        penalty: Floats | None = None,
        near: int = 5,
        budget: Budget | None = None,
    ) -> None:
        order = within_reach(problem, reduced)
        self._stop = (Budget.endless() if budget is None else budget).stop
        self._order, self._n, self._pairs = order, problem.enterprises, len(problem.value)
        enterprise = problem.enterprise[order].astype(np.int64)
        self._starts = np.searchsorted(enterprise, np.arange(self._n + 1))
        self._resource = problem.resource[order].astype(np.int32)
        self._value = problem.value[order]
        self._use = np.ascontiguousarray(problem.use[order])
        self._room = problem.capacity.astype(np.float64)
        self._parts = np.empty((len(order), len(problem.limits)))
        for j, limit in enumerate(problem.limits):
            self._parts[:, j] = limit.coefficients[order]
        # One quantity alone fits often enough: there, moves drawn at random go farther (type D).
        self.by_fit = not problem.limits and problem.quantities > 1
        self._low = np.array([x.low for x in problem.limits], float)
        self._high = np.array([x.high for x in problem.limits], float)
        best_first = np.lexsort((-reduced[order], enterprise))
        rank = np.arange(len(order)) - self._starts[enterprise[best_first]]
        self._near = best_first[rank < near].astype(np.int32)
        counts = np.minimum(np.diff(self._starts), near)
        third = -reduced[order][best_first[rank == 2]]
        self.step = float(np.median(third)) if len(third) else 0.0
        self._near_start = np.concatenate([[0], np.cumsum(counts)])
        self._value_scale = float(np.abs(problem.value).mean()) if len(order) else 1.0
        self.step = step or self.step or 0.2 * self._value_scale
        self.penalty = self._first_penalties(capacity_prices) if penalty is None else penalty
        self._fines = 1.5 * np.abs(limit_prices) + self._value_scale / np.maximum(
            np.abs(self._parts).max(axis=0, initial=0.0), 1e-12
        )
        self._net = self._value - np.einsum(
            "pk,pk->p", self._use, np.maximum(capacity_prices, 0.0)[self._resource]
        )
        self._room += 1e-9 * (1 + np.where(np.isfinite(self._room), self._room, 0.0))

    def _first_penalties(self, prices: Floats) -> Floats:
        mean = self._use.mean(axis=0) if len(self._use) else np.ones(prices.shape[1])
        usual = self._value_scale / np.maximum(mean, 1e-12) / max(1, prices.shape[1])
        return np.asarray(0.95 * prices + 0.01 * usual, np.float64)

    def run(
        self, start: Rows, *, sweeps: int, warm: float = 0.6, cold: float = 1e-4, seed: int = 0
    ) -> Rows | None:
        """Anneal from a choice of pairs.

        Parameters
        ----------
        start : int array
            Pairs, each enterprise at most once.
        sweeps : int
            Twice so many moves as there are enterprises each.
        warm, cold : float
            First and last temperature, as shares of what an enterprise loses between its best and
            its third place, prices paid (the median): the size of a usual move.

        Returns
        -------
        int array or None
            The best choice met that keeps everything.
        """
        back = np.full(self._pairs, -1, np.int64)
        back[self._order] = np.arange(len(self._order))
        place = np.full(self._n, -1, np.int64)
        chosen = back[start]
        chosen = chosen[chosen >= 0]
        place[np.searchsorted(self._starts, chosen, side="right") - 1] = chosen
        best = place.copy()
        if self.by_fit:
            top = self._by_fit(place, best, warm, cold, sweeps, seed)
            return np.sort(self._order[best[best >= 0]]) if top > -np.inf else None
        top = anneal(
            self._starts, self._resource, self._value, self._use, self._room,
            self._parts, self._low, self._high, self._near_start, self._near,
            place, best, self.penalty.copy(), self._fines.copy(),
            warm * self.step, cold * self.step, sweeps, seed + 1, self._stop,
        )  # fmt: skip
        return np.sort(self._order[best[best >= 0]]) if top > -np.inf else None

    def _by_fit(
        self, place: Rows, best: Rows, warm: float, cold: float, sweeps: int, seed: int
    ) -> float:
        starts, options, nets = self._options(place)
        counts = np.diff(starts)
        several = np.flatnonzero(counts > 1)
        if not len(several):
            return -np.inf
        loses = nets[starts[several]] - nets[starts[several] + 1]
        movers = several[np.lexsort((several, loses))].astype(np.int32)
        top = anneal_by_fit(
            starts, options, nets, movers, self._resource, self._value, self._use, self._room,
            place, best, self.penalty.copy(), warm * self.step, cold * self.step,
            max(10, round(sweeps / COST)), seed + 1, self._stop,
        )  # fmt: skip
        return float(top)

    def _options(self, place: Rows) -> tuple[Rows, NDArray[np.int32], Floats]:
        """What each enterprise may choose: where its options start, their pairs, their nets.

        Best first; out (-1), and the place it has, are among them.
        """
        crowd = max(1.0, float((place >= 0).sum()) / len(self._room))
        within = _SHORT * self.step * _AT / crowd
        every, pairs = np.arange(self._n), np.arange(len(self._order))
        best = np.zeros(self._n)
        enterprise = np.repeat(every, np.diff(self._starts))
        np.maximum.at(best, enterprise, self._net)
        near = best[enterprise] - self._net <= within
        near[place[place >= 0]] = True
        out = (best <= within) | (place < 0)
        who = np.concatenate([enterprise[near], every[out]])
        option = np.concatenate([pairs[near], np.full(out.sum(), -1)])
        net = np.concatenate([self._net[near], np.zeros(out.sum())])
        order = np.lexsort((option, -net, who))
        return (
            np.searchsorted(who[order], np.arange(self._n + 1)),
            option[order].astype(np.int32),
            net[order],
        )
