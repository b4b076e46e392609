"""Proportional fairness over receiving regions: the plan of largest Nash welfare.

Nash welfare is the geometric mean of what the regions get, here of their expected investment
(Caragiannis et al. 2019, The unreasonable fairness of maximum Nash welfare, ACM TEAC 7(3)). Its
logarithm is concave, so Frank-Wolfe steps over plans find the fair shares and an upper bound
(Jaggi 2013, Revisiting Frank-Wolfe, ICML); a whole plan near them is then sought by giving each
region a floor a little below its fair share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from matcher.allocate import Allocation, InfeasibleProblem, Limit, NothingFound
from matcher.plan_pairs import PlanPairs

if TYPE_CHECKING:
    from matcher.planning import Planner

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: Frank-Wolfe steps, and how far below its fair share a region's floor is tried.
STEPS: Final = 12
LEEWAY: Final = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
#: What a region without any project counts as having, as a share of the mean region: a geometric
#: mean must not be 0 because of one region that nothing suits.
NOTHING: Final = 0.01


@dataclass(frozen=True)
class Proportional:
    """A plan near the largest Nash welfare.

    Attributes
    ----------
    allocation : Allocation
    welfare, bound : float
        Geometric mean over regions, 万元.
    regions : (g,) int array
    own : (g, p) bool array
        The pairs of each region.
    value : (p,) array
    """

    allocation: Allocation
    welfare: float
    bound: float
    regions: Rows
    own: NDArray[np.bool_]
    value: Floats

    def floors(self, max_loss: float) -> list[Limit]:
        """Limits under which every region keeps its part but for ``max_loss``."""
        got = _got(self.own, self.value, self.allocation.chosen)
        return [
            Limit(f"objective.nash_welfare.{g}", self.value * own, low=(1 - max_loss) * have - 1e-9)
            for g, own, have in zip(self.regions.tolist(), self.own, got.tolist(), strict=True)
            if have > 0
        ]


def proportional(planner: Planner, extra: Sequence[Limit] = ()) -> Proportional:
    """The plan of largest Nash welfare that was found, with its bound.

    Raises
    ------
    matcher.allocate.InfeasibleProblem
    """
    pairs, rows = planner.pairs, planner.rows
    value = pairs.value("nash_welfare")
    regions, own = _by_region(pairs, rows)
    first = planner.solve(value, extra)
    nothing = _nothing(pairs, rows)
    if not len(regions) or nothing == 0:
        return Proportional(first, 0.0, 0.0, regions, own, value)
    best, top = first, _mean_log(_got(own, value, first.chosen), nothing)
    share, bound = _got(own, value, first.chosen), np.inf
    for _ in range(STEPS):
        weight = 1 / (share + nothing)
        found = planner.solve(value * (weight @ own), extra)
        corner = _got(own, value, found.chosen)
        # Concavity: no plan lies above the tangent; the solver's bound stands in for its optimum.
        over = found.bound - float(weight @ share)
        bound = min(bound, _mean_log(share, nothing) + over / len(regions))
        if (here := _mean_log(corner, nothing)) > top:
            best, top = found, here
        if over / len(regions) < 1e-3:
            break
        share = share + _step(share, corner, nothing) * (corner - share)
    for leeway in LEEWAY:
        floors = [
            Limit(f"fair.{g}", value * mine, low=(1 - leeway) * part)
            for g, mine, part in zip(regions.tolist(), own, share.tolist(), strict=True)
        ]
        try:
            found = planner.solve(value * ((1 / (share + nothing)) @ own), [*extra, *floors])
        except (InfeasibleProblem, NothingFound):
            continue
        if (here := _mean_log(_got(own, value, found.chosen), nothing)) > top:
            best, top = found, here
        break
    top_value, bound_value = _as_money(top, nothing), _as_money(max(bound, top), nothing)
    return Proportional(best, top_value, bound_value, regions, own, value)


def welfare(pairs: PlanPairs, allowed: Rows, chosen: Rows) -> float:
    """Nash welfare of a plan among the regions that the allowed pairs could reach, 万元."""
    regions, own = _by_region(pairs, allowed)
    nothing = _nothing(pairs, allowed)
    if not len(regions) or nothing == 0:
        return 0.0
    value = pairs.value("nash_welfare")
    return _as_money(_mean_log(_got(own, value, chosen), nothing), nothing)


def _by_region(pairs: PlanPairs, rows: Rows) -> tuple[Rows, NDArray[np.bool_]]:
    """The regions that any allowed pair could bring something to, and the pairs of each."""
    brings = rows[pairs.value("nash_welfare")[rows] > 0]
    regions = np.unique(pairs.region[brings])
    regions = regions[regions >= 0]
    return regions, pairs.region[None, :] == regions[:, None]


def _nothing(pairs: PlanPairs, rows: Rows) -> float:
    """What a region without a project counts as having, 万元."""
    value = pairs.value("nash_welfare")[rows]
    if not value.any():
        return 0.0
    best = np.zeros(int(pairs.enterprise.max()) + 1)
    np.maximum.at(best, pairs.enterprise[rows], value)
    return float(NOTHING * best.sum() / max(1, len(np.unique(pairs.region[rows]))))


def _got(own: NDArray[np.bool_], value: Floats, chosen: Rows) -> Floats:
    return np.asarray((own[:, chosen] * value[chosen]).sum(axis=1), np.float64)


def _mean_log(share: Floats, nothing: float) -> float:
    return float(np.log(share + nothing).mean())


def _as_money(mean_log: float, nothing: float) -> float:
    return float(np.exp(mean_log) - nothing)


def _step(share: Floats, corner: Floats, nothing: float) -> float:
    """The step along the way to a corner that gains most."""
    sizes = np.linspace(0, 1, 101)[1:]
    gain = [_mean_log(share + s * (corner - share), nothing) for s in sizes]
    return float(sizes[int(np.argmax(gain))]) if max(gain) > _mean_log(share, nothing) else 0.0
