"""The best plan under a regime: objective by objective, with bound, prices and what floors cost.

Shares of single regions seldom bind, and each would stand in every pair's column: they enter the
problem only when a plan breaks them (cutting planes). The bound of fewer limits holds for all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.allocate import Allocation, InfeasibleProblem, Limit, Problem
from matcher.assignment import MISSED
from matcher.fractions import Fractions
from matcher.kept_aims import Kept
from matcher.narrowing import narrowed
from matcher.plan_pairs import PlanPairs
from matcher.proportional import fair, proportional
from matcher.requirements import Requirement
from matcher.scenario import Aim
from matcher.welfare import LeastWelfare, Yardstick

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: Branch-and-cut nodes of a plan, and of the plan that only tells what a floor costs.
EFFORT: Final = 1
#: Requirements that enter the problem only once a plan breaks them.
_WAITS: Final = "region_share"
#: What sums of floats leave.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class AimReached:
    """How far a plan goes toward one aim.

    Attributes
    ----------
    objective : str
    value : float
        Of the final plan.
    bound : float
        Proven for the candidate pairs, given what earlier aims may lose.
    max_loss : float
    """

    objective: str
    value: float
    bound: float
    max_loss: float

    @property
    def gap(self) -> float:
        """By how much the bound lies above the value, as a share of it."""
        over = max(0.0, self.bound - self.value)
        return over / abs(self.value) if self.value else (0.0 if over == 0 else np.inf)


@dataclass(frozen=True)
class Plan:
    """Chosen pairs.

    Attributes
    ----------
    chosen : (n,) int array
        Rows of the candidate pairs, rising.
    aims : tuple of AimReached
        In order of rank.
    capacity_prices : (r, k) array
    limit_prices : dict of str to float
        By name of the requirement; see :class:`matcher.allocate.Allocation`.
    dropped : tuple of Requirement
        Floors that the regime cannot keep.
    """

    chosen: Rows
    aims: tuple[AimReached, ...]
    capacity_prices: Floats
    limit_prices: dict[str, float]
    dropped: tuple[Requirement, ...] = ()


class Planner:
    """Plans over one set of candidate pairs.

    Parameters
    ----------
    pairs : PlanPairs
    needs : sequence of Requirement
    allowed : (p,) bool array
    effort, seed : int
        See :func:`matcher.allocate.allocate`.
    yardstick : Yardstick, optional
        Of the same pairs, where it is at hand.
    """

    def __init__(
        self,
        pairs: PlanPairs,
        needs: Sequence[Requirement],
        allowed: NDArray[np.bool_],
        *,
        effort: int = EFFORT,
        seed: int = 0,
        yardstick: Yardstick | None = None,
    ) -> None:
        self.pairs, self.needs = pairs, tuple(needs)
        self.rows: Rows = np.flatnonzero(allowed)
        self.yardstick = Yardstick.of(pairs) if yardstick is None else yardstick
        self._effort, self._seed = effort, seed
        self.held = tuple(need.limit for need in self.needs if need.group != _WAITS)
        self.waiting = tuple(need.limit for need in self.needs if need.group == _WAITS)

    def without(self, *groups: str) -> Planner:
        """The same without some groups of requirements."""
        fewer = [need for need in self.needs if need.group not in groups]
        return self.with_needs(fewer)

    def without_named(self, names: set[str]) -> Planner:
        """The same without some requirements."""
        return self.with_needs([need for need in self.needs if need.name not in names])

    def with_needs(self, needs: Sequence[Requirement]) -> Planner:
        """The same with other requirements."""
        allowed = np.zeros(len(self.pairs), np.bool_)
        allowed[self.rows] = True
        return self._other(needs, allowed)

    def among(self, allowed: NDArray[np.bool_]) -> Planner:
        """The same over other allowed pairs."""
        return self._other(self.needs, allowed)

    def _other(self, needs: Sequence[Requirement], allowed: NDArray[np.bool_]) -> Planner:
        return Planner(
            self.pairs, needs, allowed, effort=self._effort, seed=self._seed,
            yardstick=self.yardstick,
        )  # fmt: skip

    def solve(
        self, value: Floats, extra: Sequence[Limit] = (), *, start: Rows | None = None,
        patient: bool = True,
    ) -> Allocation:  # fmt: skip
        """The pairs of largest total value that keep everything.

        Parameters
        ----------
        value : (p,) array
        extra : sequence of Limit
            Beside the requirements.
        start : int array, optional
            A plan that keeps everything, to be bettered.
        patient : bool
            See :func:`matcher.narrowing.narrowed`.

        Returns
        -------
        Allocation
            ``chosen`` are rows of the candidate pairs.

        Raises
        ------
        InfeasibleProblem
        """
        limits, waiting = [*self.held, *extra], list(self.waiting)
        while True:
            found = self._allocate(value, limits, start, patient)
            taken = np.isin(self.rows, found.chosen).astype(np.float64)
            broken = [limit for limit in waiting if not self.keeps(limit, taken)]
            if not broken:
                return found
            limits += broken
            waiting = [limit for limit in waiting if limit not in broken]

    def fractions(self, extra: Sequence[Limit] = ()) -> Fractions:
        """What is asked for the best fractions of pairs that keep everything."""
        return Fractions(self, extra)

    def missed(self) -> set[str]:
        """Names of the requirements that fractions of pairs must miss to keep the others."""
        asked = self.fractions()
        found = asked.nearest(np.zeros(len(self.pairs)))
        if found.slack <= MISSED:
            return set()
        return {name for name, much in asked.missed(found).items() if much > MISSED}

    def keeps(self, limit: Limit, taken: Floats) -> bool:
        """Whether fractions of the planner's pairs keep a limit's upper bound."""
        parts = limit.coefficients[self.rows] * taken
        return bool(parts.sum() <= limit.high + _ROUNDING * (1 + np.abs(parts).sum()))

    def _allocate(
        self, value: Floats, limits: Sequence[Limit], start: Rows | None, patient: bool
    ) -> Allocation:
        problem, resources = self.problem(value, limits)
        found = narrowed(
            problem, effort=self._effort, seed=self._seed, patient=patient,
            start=None if start is None else np.searchsorted(self.rows, start),
        )  # fmt: skip
        prices = np.zeros_like(self.pairs.capacity)
        prices[resources] = found.capacity_prices
        return replace(found, chosen=self.rows[found.chosen], capacity_prices=prices)

    def problem(self, value: Floats, limits: Sequence[Limit]) -> tuple[Problem, Rows]:
        """The assignment problem of the allowed pairs, and the places that are its resources."""
        rows, pairs = self.rows, self.pairs
        enterprises, e = np.unique(pairs.enterprise[rows], return_inverse=True)
        resources, r = np.unique(pairs.resource[rows], return_inverse=True)
        problem = Problem(
            len(enterprises), len(resources), e, r, value[rows], pairs.use[rows],
            pairs.capacity[resources],
            tuple(replace(limit, coefficients=limit.coefficients[rows]) for limit in limits),
        )  # fmt: skip
        return problem, resources


def plan(planner: Planner, aims: Sequence[Aim]) -> Plan:
    """The plan of an ordered list of aims.

    Each aim is sought among the plans that lose no more of the earlier ones than these allow; its
    bound holds for all of these.

    Raises
    ------
    InfeasibleProblem
    """
    if not aims:
        raise ValueError("a plan needs an aim")
    kept = Kept()
    bounds: list[float] = []
    best: Allocation | None = None
    for aim in aims:
        if aim.objective == "nash_welfare":
            fairest = proportional(planner, kept.limits, best)
            bounds.append(fairest.bound)
            best = fairest.allocation
            got = planner.yardstick.got(best.chosen)
            kept.welfare = LeastWelfare.of(planner.yardstick, got, fairest.fair.share, aim.max_loss)
            continue
        value = planner.pairs.value(aim.objective)
        best = kept.best(planner, value, best)
        bounds.append(best.bound)
        kept.keep(aim, value, float(value[best.chosen].sum()))
    assert best is not None
    toward = tuple(
        AimReached(
            aim.objective, attained(planner, aim.objective, best.chosen), bound, aim.max_loss
        )
        for aim, bound in zip(aims, bounds, strict=True)
    )
    return Plan(best.chosen, toward, best.capacity_prices, dict(best.limit_prices))


def relaxed(planner: Planner, aims: Sequence[Aim]) -> float | None:
    """What fractions of pairs could reach in the last aim; None = they cannot keep everything.

    Nash welfare to about a hundredth of a per cent.
    """
    kept = Kept()
    most: float | None = None
    for aim in aims:
        if aim.objective == "nash_welfare":
            shares = fair(planner, kept.limits)
            if shares is None:
                return None
            most = planner.yardstick.money(shares.bound)
            kept.welfare = LeastWelfare.of(
                planner.yardstick, shares.share, shares.share, aim.max_loss
            )
            continue
        value = planner.pairs.value(aim.objective)
        most, _ = kept.relaxed(planner, value)
        if most is None:
            return None
        kept.keep(aim, value, most)
    return most


def highest(planner: Planner, objective: str) -> float:
    """No plan of the planner reaches more of one objective by itself."""
    most = relaxed(planner, [Aim(objective)])  # type: ignore[arg-type]
    return -np.inf if most is None else most


def attained(planner: Planner, objective: str, chosen: Rows) -> float:
    """How far a choice of pairs goes toward one objective."""
    if objective == "nash_welfare":
        return planner.yardstick.welfare(chosen)
    return float(planner.pairs.value(objective)[chosen].sum())


def plan_with_what_can_be_kept(planner: Planner, aims: Sequence[Aim]) -> Plan:
    """The plan, without the floors that the regime cannot keep.

    For a regime that a scenario is only compared with: where no pair may be joined at all, no
    floor holds.

    Raises
    ------
    InfeasibleProblem
        If ceilings alone conflict.
    """
    dropped: list[Requirement] = []
    while True:
        # One program tells most of what cannot be kept; a conflict is looked for only where
        # fractions of pairs would do.
        floors = _floors(planner, planner.missed())
        if not floors:
            try:
                return replace(plan(planner, aims), dropped=tuple(dropped))
            except InfeasibleProblem as error:
                floors = _floors(planner, error.limits)
                if not floors:
                    raise
        dropped += floors
        planner = planner.without_named({need.name for need in floors})


def _floors(planner: Planner, names: Collection[str]) -> list[Requirement]:
    return [need for need in planner.needs if need.group == "floor" and need.name in names]
