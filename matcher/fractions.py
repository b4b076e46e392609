"""Fractions of pairs under a planner's requirements, for one value of the pairs after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matcher.assignment import MISSED, Limit
from matcher.milp import Layout
from matcher.pricing import Prices, Relaxed

if TYPE_CHECKING:
    from matcher.planning import Planner

Floats = NDArray[np.float64]


class Fractions:
    """The linear relaxation of what a planner may choose.

    Many are solved that differ in little: pairs, and requirements that wait until they are broken,
    stay once they were needed. What is found depends on what was asked before, so that one is made
    for each question and not shared.

    Parameters
    ----------
    planner : Planner
    extra : sequence of Limit
        Beside its requirements.
    """

    def __init__(self, planner: Planner, extra: Sequence[Limit] = ()) -> None:
        self._planner = planner
        self._limits = [*planner.held, *extra]
        self._waiting = list(planner.waiting)
        self._relaxed: Relaxed | None = None

    def add(self, limit: Limit) -> None:
        """Let one more limit be kept."""
        self._begin_again([*self._limits, limit])

    def best(self, value: Floats) -> Prices | None:
        """The best fractions with their bound; None = they cannot keep everything.

        Parameters
        ----------
        value : (p,) array

        Returns
        -------
        Prices
            ``x`` is by the planner's rows.
        """
        found = self.nearest(value)
        return None if found.slack > MISSED else found

    def nearest(self, value: Floats) -> Prices:
        """The best fractions that miss as little as they must."""
        rows = self._planner.rows
        while True:
            if self._relaxed is None:
                self._begin_again(self._limits)
            assert self._relaxed is not None
            found = self._relaxed.price(value[rows])
            broken = [x for x in self._waiting if not self._planner.keeps(x, found.x)]
            if not broken:
                return found
            self._waiting = [limit for limit in self._waiting if limit not in broken]
            self._begin_again([*self._limits, *broken])

    def missed(self, found: Prices) -> dict[str, float]:
        """By how much an answer misses each limit, in the limit's scale."""
        return {x.name: float(much) for x, much in zip(self._limits, found.missed, strict=True)}

    def _begin_again(self, limits: list[Limit]) -> None:
        """Another program of other limits, over the pairs that were needed so far."""
        likely = None if self._relaxed is None else self._relaxed.pairs
        self._limits = limits
        problem, _ = self._planner.problem(np.zeros(len(self._planner.pairs)), limits)
        self._relaxed = Relaxed(problem, Layout.of(problem), likely)
