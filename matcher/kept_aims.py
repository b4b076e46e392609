"""What earlier aims leave to later ones: the least of each that a plan must still reach."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from matcher.allocate import Allocation, InfeasibleProblem, Limit, NothingFound
from matcher.scenario import Aim
from matcher.welfare import LeastWelfare

if TYPE_CHECKING:
    from matcher.planning import Planner

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: What sums of floats leave.
_ROUNDING: Final = 1e-9
#: Tangents that the relaxation may ask for; how much of the welfare (of its mean logarithm)
#: fractions may lack.
TANGENTS, _LACKING = 12, 1e-4
#: Whole plans are sought under so many of the relaxation's last tangents: each is a dense row.
_LAST: Final = 3


@dataclass
class Kept:
    """The aims so far.

    Attributes
    ----------
    limits : list of Limit
        Of aims that add up.
    welfare : LeastWelfare or None
        Of Nash welfare.
    """

    limits: list[Limit] = field(default_factory=list)
    welfare: LeastWelfare | None = None

    def keep(self, aim: Aim, value: Floats, reached: float) -> None:
        """Let later aims lose no more of this one than it allows."""
        least = (1 - aim.max_loss) * reached - _ROUNDING * abs(reached)
        self.limits.append(Limit(f"objective.{aim.objective}", value, low=least))

    def relaxed(self, planner: Planner, value: Floats) -> tuple[float | None, list[Limit]]:
        """What fractions of pairs that keep the aims are worth at most, and the limits it took.

        The bound holds for every plan that keeps them: limits of tangents leave none of these
        out (Kelley 1960, The cutting-plane method for solving convex programs).

        Returns
        -------
        bound : float or None
            None = they cannot keep everything.
        tangents : list of Limit
        """
        tangents: list[Limit] = []
        asked = planner.fractions(self.limits)
        while True:
            found = asked.best(value)
            if found is None:
                return None, tangents
            if self.welfare is None:
                return found.bound, tangents
            got = planner.yardstick.got_in_part(planner.rows, found.x)
            if self.welfare.kept_by(got, nearly=_LACKING) or len(tangents) >= TANGENTS:
                return found.bound, tangents
            tangents.append(_tangent(self.welfare, got, len(tangents)))
            asked.add(tangents[-1])

    def best(self, planner: Planner, value: Floats, at_hand: Allocation | None) -> Allocation:
        """The best plan found that keeps the aims, with a bound for all that keep them.

        Parameters
        ----------
        at_hand : Allocation, optional
            A plan that keeps them.

        Raises
        ------
        InfeasibleProblem
            If there is none; not where one is at hand.
        """
        if at_hand is None:
            return planner.solve(value, self.limits)
        found, bound = self._sought(planner, value, at_hand.chosen)
        objective = float(value[at_hand.chosen].sum())
        if found is None or objective > float(value[found.chosen].sum()):
            prices = at_hand if found is None else found
            found = replace(prices, chosen=at_hand.chosen, objective=objective)
        return replace(found, bound=max(bound, found.objective))

    def _sought(
        self, planner: Planner, value: Floats, start: Rows
    ) -> tuple[Allocation | None, float]:
        """The best plan found that keeps the aims, if any, and the bound."""
        if self.welfare is None:
            try:
                found = planner.solve(value, self.limits, start=start)
            except (InfeasibleProblem, NothingFound):
                most, _ = self.relaxed(planner, value)
                return None, np.inf if most is None else most
            return found, found.bound
        most, tangents = self.relaxed(planner, value)
        bound = np.inf if most is None else most
        try:
            found = planner.solve(value, [*self.limits, *tangents[-_LAST:]], start=start)
            bound = min(bound, found.bound)
            if self.welfare.kept_by(planner.yardstick.got(found.chosen)):
                return found, bound
        except (InfeasibleProblem, NothingFound):
            pass  # fewer plans keep the floors, but those are easier to find
        try:
            # Floors for single regions are more than is asked for, but kept by whole plans.
            floors = [*self.limits, *self.welfare.floors()]
            return planner.solve(value, floors, start=start, patient=False), bound
        except (InfeasibleProblem, NothingFound):
            return None, bound


def _tangent(welfare: LeastWelfare, got: Floats, number: int) -> Limit:
    return welfare.tangent(got, f"objective.nash_welfare.tangent.{number}")
