"""The best plan under a regime: objective by objective, with bound, prices and what floors cost.

Shares of single regions seldom bind, and each would stand in every pair's column: they enter the
problem only when a plan breaks them (cutting planes). The bound of fewer limits holds for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.allocate import Allocation, InfeasibleProblem, Limit, Problem
from matcher.assignment import MISSED
from matcher.milp import Layout
from matcher.narrowing import narrowed
from matcher.plan_pairs import PlanPairs
from matcher.pricing import Prices, price
from matcher.requirements import Requirement
from matcher.scenario import Aim

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Answer = TypeVar("Answer")

#: Branch-and-cut nodes of a plan, and of the plan that only tells what a floor costs.
EFFORT: Final = 1
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
    """

    def __init__(
        self,
        pairs: PlanPairs,
        needs: Sequence[Requirement],
        allowed: NDArray[np.bool_],
        *,
        effort: int = EFFORT,
        seed: int = 0,
    ) -> None:
        self.pairs, self.needs = pairs, tuple(needs)
        self.rows: Rows = np.flatnonzero(allowed)
        self._effort, self._seed = effort, seed
        self.lazy = {need.name for need in needs if need.group == "region_share"}

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
        return Planner(self.pairs, needs, allowed, effort=self._effort, seed=self._seed)

    def solve(self, value: Floats, extra: Sequence[Limit] = ()) -> Allocation:
        """The pairs of largest total value that keep everything.

        Parameters
        ----------
        value : (p,) array
        extra : sequence of Limit
            Beside the requirements.

        Returns
        -------
        Allocation
            ``chosen`` are rows of the candidate pairs.

        Raises
        ------
        InfeasibleProblem
        """
        return self._until_all_hold(
            lambda limits: self._allocate(value, [*limits, *extra]),
            lambda found: np.isin(self.rows, found.chosen).astype(np.float64),
        )

    def relaxed(self, value: Floats, extra: Sequence[Limit] = ()) -> float | None:
        """What fractions of pairs could be worth at most; None = they cannot keep everything.

        Parameters
        ----------
        value, extra
            As in :meth:`solve`.
        """
        found = self._until_all_hold(
            lambda limits: self._priced(value, [*limits, *extra]), lambda prices: prices.x
        )
        return None if found.slack > MISSED else found.bound

    def _until_all_hold(
        self, solve: Callable[[list[Limit]], Answer], part: Callable[[Answer], Floats]
    ) -> Answer:
        """An answer that keeps the waiting requirements too; ``part`` is how much of each pair."""
        held = [need.limit for need in self.needs if need.name not in self.lazy]
        waiting = [need.limit for need in self.needs if need.name in self.lazy]
        while True:
            found = solve(held)
            taken = part(found)
            broken = [limit for limit in waiting if not _keeps(limit, taken, self.rows)]
            if not broken:
                return found
            held += broken
            waiting = [limit for limit in waiting if limit not in broken]

    def _allocate(self, value: Floats, limits: Sequence[Limit]) -> Allocation:
        problem, resources = self._problem(value, limits)
        found = narrowed(problem, effort=self._effort, seed=self._seed)
        prices = np.zeros_like(self.pairs.capacity)
        prices[resources] = found.capacity_prices
        return replace(found, chosen=self.rows[found.chosen], capacity_prices=prices)

    def _priced(self, value: Floats, limits: Sequence[Limit]) -> Prices:
        problem, _ = self._problem(value, limits)
        return price(problem, Layout.of(problem))

    def _problem(self, value: Floats, limits: Sequence[Limit]) -> tuple[Problem, Rows]:
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


def _keeps(limit: Limit, taken: Floats, rows: Rows) -> bool:
    parts = limit.coefficients[rows] * taken
    return bool(parts.sum() <= limit.high + _ROUNDING * (1 + np.abs(parts).sum()))


def plan(planner: Planner, aims: Sequence[Aim]) -> Plan:
    """The plan of an ordered list of aims.

    Each aim is sought among the plans that lose no more of the earlier ones than these allow.

    Raises
    ------
    InfeasibleProblem
    """
    from matcher.proportional import proportional

    kept: list[Limit] = []
    bounds: list[float] = []
    best: Allocation | None = None
    for aim in aims:
        if aim.objective == "nash_welfare":
            found = proportional(planner, kept)
            bounds.append(found.bound)
            kept += found.floors(aim.max_loss)
            best = found.allocation
            continue
        value = planner.pairs.value(aim.objective)
        answer = planner.solve(value, kept)
        if best is not None and value[best.chosen].sum() > answer.objective:
            answer = replace(answer, chosen=best.chosen)  # what is at hand keeps everything too
        best = answer
        bounds.append(answer.bound)
        least = (1 - aim.max_loss) * float(value[answer.chosen].sum())
        kept.append(Limit(f"objective.{aim.objective}", value, low=least * (1 - _ROUNDING)))
    if best is None:
        raise ValueError("a plan needs an aim")
    toward = tuple(
        AimReached(
            aim.objective, attained(planner, aim.objective, best.chosen), bound, aim.max_loss
        )
        for aim, bound in zip(aims, bounds, strict=True)
    )
    return Plan(best.chosen, toward, best.capacity_prices, dict(best.limit_prices))


def relaxed(planner: Planner, aims: Sequence[Aim]) -> float | None:
    """What fractions of pairs could reach in the last aim; None = they cannot keep everything.

    Parameters
    ----------
    aims : sequence of Aim
        That add up: not Nash welfare.
    """
    kept: list[Limit] = []
    most: float | None = None
    for aim in aims:
        value = planner.pairs.value(aim.objective)
        most = planner.relaxed(value, kept)
        if most is None:
            return None
        least = (1 - aim.max_loss) * most - _ROUNDING * abs(most)
        kept.append(Limit(f"objective.{aim.objective}", value, low=least))
    return most


def highest(planner: Planner, objective: str) -> float:
    """No plan of the planner reaches more of one objective by itself."""
    from matcher.proportional import proportional

    if objective == "nash_welfare":
        return proportional(planner).bound
    most = planner.relaxed(planner.pairs.value(objective))
    return -np.inf if most is None else most


def attained(planner: Planner, objective: str, chosen: Rows) -> float:
    """How far a choice of pairs goes toward one objective."""
    from matcher.proportional import welfare

    if objective == "nash_welfare":
        return welfare(planner.pairs, planner.rows, chosen)
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
        try:
            found = plan(planner, aims)
            return replace(found, dropped=tuple(dropped))
        except InfeasibleProblem as error:
            floors = [n for n in planner.needs if n.group == "floor" and n.name in error.limits]
            if not floors:
                raise
            dropped += floors
            planner = planner.without_named({need.name for need in floors})
