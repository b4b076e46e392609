"""Nash welfare: what plans are measured by, the same under every arrangement of a scenario.

The geometric mean of what the receiving regions get, here of their expected investment
(Caragiannis et al. 2019, The unreasonable fairness of maximum Nash welfare, ACM TEAC 7(3)). The
regions are those that any candidate pair could bring something to, whoever may be joined with whom
under one arrangement: a plan that reaches one region of four is told as such, not as if there
were only one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.assignment import Limit
from matcher.plan_pairs import PlanPairs

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: What a region without any project counts as having, as a share of the mean region: a geometric
#: mean must not be 0 because of one region that nothing suits.
NOTHING: Final = 0.01
#: What sums of floats leave.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Yardstick:
    """The regions that count, and what each candidate pair would bring to its own.

    Attributes
    ----------
    regions : (g,) int array
        Those that any candidate pair could bring something to.
    place : (p,) int array
        Which of them each pair benefits; -1 = none.
    value : (p,) array
        What the pair brings to it, 万元.
    nothing : float
        What a region without a project counts as having, 万元: a hundredth of what each would
        have if every enterprise went where it brings most.
    """

    regions: Rows
    place: Rows
    value: Floats
    nothing: float

    @classmethod
    def of(cls, pairs: PlanPairs) -> Yardstick:
        """The yardstick of a scenario: of all its candidate pairs."""
        value = pairs.value("nash_welfare")
        brings = (value > 0) & (pairs.region >= 0)
        regions, place = np.unique(pairs.region[brings], return_inverse=True)
        places = np.full(len(pairs), -1, np.int64)
        places[brings] = place
        best = np.zeros(int(pairs.enterprise.max(initial=-1)) + 1)
        np.maximum.at(best, pairs.enterprise[brings], value[brings])
        mean = float(best.sum()) / max(1, len(regions))
        return cls(regions, places, np.where(brings, value, 0.0), NOTHING * mean)

    def got(self, chosen: Rows) -> Floats:
        """(g,) what each region gets of a choice of pairs."""
        return self.got_in_part(chosen, np.ones(len(chosen)))

    def got_in_part(self, rows: Rows, part: Floats) -> Floats:
        """(g,) what each region gets of fractions of pairs."""
        there = self.place[rows] >= 0
        which = rows[there]
        return np.bincount(
            self.place[which], self.value[which] * part[there], len(self.regions)
        ).astype(np.float64)

    def mean_log(self, got: Floats) -> float:
        """What is made large: the mean logarithm of what the regions have."""
        return float(np.log(got + self.nothing).mean()) if len(self.regions) else 0.0

    def money(self, mean_log: float) -> float:
        """A mean logarithm as the geometric mean, 万元; regions without anything make it 0."""
        # Nobody gets less than nothing, whatever the last bits of the logarithm say.
        return max(0.0, float(np.exp(mean_log) - self.nothing)) if len(self.regions) else 0.0

    def welfare(self, chosen: Rows) -> float:
        """Nash welfare of a plan, 万元."""
        return self.money(self.mean_log(self.got(chosen)))

    def slope(self, got: Floats) -> Floats:
        """(p,) by how much each pair raises the sum of the logarithms, at what regions get."""
        if not len(self.regions):
            return np.zeros(len(self.place))
        weight = np.append(1 / (got + self.nothing), 0.0)
        found: Floats = self.value * weight[self.place]
        return found

    @cached_property
    def labels(self) -> list[int]:
        """Positions of the regions."""
        return [int(g) for g in self.regions]


@dataclass(frozen=True)
class LeastWelfare:
    """Nash welfare that later aims must leave: a plan keeps it if it has no less.

    Plans that keep it are no set of linear limits. A tangent of the logarithm at any shares holds
    for all of them (it is concave), so limits of tangents give bounds that are true of every plan
    that keeps it; floors for single regions are kept by fewer plans, all of which keep it.

    Attributes
    ----------
    yardstick : Yardstick
    least : float
        Mean logarithm.
    inside : (g,) array
        Shares that keep it, of fractions of pairs.
    found : (g,) array
        Shares of the plan that was found.
    max_loss : float
    """

    yardstick: Yardstick
    least: float
    inside: Floats
    found: Floats
    max_loss: float

    @classmethod
    def of(
        cls, yardstick: Yardstick, found: Floats, inside: Floats, max_loss: float
    ) -> LeastWelfare:
        """What may be lost of the welfare of the shares ``found``."""
        money = yardstick.money(yardstick.mean_log(found))
        kept = (1 - max_loss) * money + yardstick.nothing
        least = float(np.log(kept)) if len(yardstick.regions) else 0.0
        if yardstick.mean_log(inside) < yardstick.mean_log(found):
            inside = found
        return cls(yardstick, least, inside, found, max_loss)

    def kept_by(self, got: Floats, *, nearly: float = _ROUNDING) -> bool:
        """Whether shares keep it."""
        return self.yardstick.mean_log(got) >= self.least - nearly

    def tangent(self, got: Floats, name: str) -> Limit:
        """A limit that every plan keeps that keeps the welfare, and shares such as these do not.

        It touches the set of what keeps it between these shares and some inside (supporting
        hyperplanes: Veinott 1967), closer than a tangent at the shares themselves would.
        """
        at = self._border(got)
        slope = self.yardstick.slope(at)
        weight = 1 / (at + self.yardstick.nothing)
        low = len(at) * (self.least - self.yardstick.mean_log(at)) + float(weight @ at)
        return Limit(name, slope, low=low - _ROUNDING * (1 + abs(low)))

    def _border(self, got: Floats) -> Floats:
        """Where the way from inside to some shares leaves what keeps it."""
        if self.kept_by(got) or not self.kept_by(self.inside, nearly=-1e-6):
            return got
        a, b = 0.0, 1.0
        for _ in range(40):
            middle = (a + b) / 2
            if self.kept_by(self.inside + middle * (got - self.inside)):
                a = middle
            else:
                b = middle
        return self.inside + b * (got - self.inside)

    def floors(self) -> list[Limit]:
        """Limits under which every region keeps its part but for ``max_loss``."""
        own = self.yardstick
        return [
            Limit(
                f"objective.nash_welfare.{label}", own.value * (own.place == i),
                low=(1 - self.max_loss) * have - _ROUNDING * (1 + have),
            )
            for i, (label, have) in enumerate(zip(own.labels, self.found.tolist(), strict=True))
            if have > 0
        ]  # fmt: skip
