"""What scarce things are worth: the linear programme over all that is still expected to come.

Every expected enterprise is a row with the number of its like that is expected, every quantity of
every resource a row with what is left of it; the duals of the latter are the potentials of
Ahani, Gölz, Procaccia, Teytelboym and Trapp (Dynamic Placement in Refugee Resettlement, 2021,
section 4). From week to week only right-hand sides change, so the dual simplex goes on from the
week before.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from matcher.arrivals import Arrivals, Floats

#: Pairs of each arrival that the programme starts with; others come in as prices ask for them.
_FIRST = 6
_MOST_ROUNDS = 12
_TOLERANCE = 1e-7
#: Capacities are this much smaller where they are priced: of many prices that hold the highest come
#: out, what one unit less would cost, which is what placing somebody does.
_HAIR = 1e-6


class Fluid:
    """The programme over one stock of expected arrivals.

    Parameters
    ----------
    expected : Arrivals
    capacity : (m, k) float array
        At the beginning of the year; inf = does not bind.
    """

    def __init__(self, expected: Arrivals, capacity: Floats) -> None:
        self.expected, self.shape = expected, capacity.shape
        n, finite = len(expected), np.isfinite(capacity)
        self._row = np.full(capacity.shape, -1, np.int64)
        self._row[finite] = n + np.arange(finite.sum())
        self._finite, self._scale = finite, np.where(finite & (capacity > 0), capacity, 1.0)
        self.prices = np.zeros(capacity.shape)
        self.worth = np.zeros(n)
        rows = n + int(finite.sum())
        self._solver = _solver()
        none = np.zeros(0)
        empty = np.zeros(0, np.int32)
        self._solver.passModel(
            0, rows, 0, 1, -1, 0.0, none, none, none, np.full(rows, -np.inf), np.zeros(rows),
            np.zeros(1, np.int32), empty, none, empty,
        )  # fmt: skip
        self._column = np.full(len(expected.value), -1, np.int64)
        self._pair = np.zeros(0, np.int64)
        self._open = np.zeros(0, np.bool_)

    def price(self, demand: Floats, capacity: Floats) -> Floats:
        """Prices where ``demand`` of each arrival is still to come and ``capacity`` is left.

        A pair that no longer fits whole is left out: a fraction of it must not hold a place open.

        Returns
        -------
        (m, k) float array
            What one unit less of each quantity would cost; kept in :attr:`prices`, and what one
            more of each arrival would bring in :attr:`worth`.
        """
        expected = self.expected
        fits = (expected.use <= capacity[expected.resource] + 1e-9).all(axis=1)
        fits &= (expected.value > 0) & (demand[expected.arrival] > 0)
        room = (np.maximum(capacity, 0.0) * (1 - _HAIR) / self._scale)[self._finite]
        high = np.concatenate([demand, room])
        rows = np.arange(len(high), dtype=np.int32)
        self._solver.changeRowsBounds(len(rows), rows, np.full(len(rows), -np.inf), high)
        self._close(fits)
        for _ in range(_MOST_ROUNDS):
            new = self._wanted(fits)
            if not len(new):
                break
            self._add(new)
            self._solve()
        else:
            self._solve()
        return self.prices

    def _close(self, fits: NDArray[np.bool_]) -> None:
        """Columns whose pair no longer fits, or fits again, and the answer without them."""
        now = fits[self._pair]
        changed = np.flatnonzero(now != self._open)
        if len(changed):
            self._solver.changeColsBounds(
                len(changed), changed.astype(np.int32), np.zeros(len(changed)),
                np.where(now[changed], np.inf, 0.0),
            )  # fmt: skip
            self._open = now
        if len(self._pair):
            self._solve()

    def _wanted(self, fits: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The pairs not yet in the programme that would pay at the present prices."""
        expected = self.expected
        net = expected.value - (expected.use * self.prices[expected.resource]).sum(axis=1)
        pays = net > self.worth[expected.arrival] + _TOLERANCE * (1 + np.abs(expected.value))
        new = np.flatnonzero(fits & pays & (self._column < 0))
        order = new[np.lexsort((-net[new], expected.arrival[new]))]
        arrival = expected.arrival[order]
        turn = np.arange(len(order)) - np.searchsorted(arrival, arrival)
        return np.sort(order[turn < _FIRST])

    def _add(self, pairs: NDArray[np.int64]) -> None:
        expected = self.expected
        r, k = expected.resource[pairs], self.shape[1]
        rows = np.empty((len(pairs), 1 + k), np.int64)
        entries = np.ones(rows.shape)
        rows[:, 0], rows[:, 1:] = expected.arrival[pairs], self._row[r]
        entries[:, 1:] = expected.use[pairs] / self._scale[r]
        there = (rows >= 0) & (entries > 0)
        starts = np.concatenate([[0], np.cumsum(there.sum(axis=1))])[:-1].astype(np.int32)
        n = len(pairs)
        self._solver.addCols(
            n, expected.value[pairs], np.zeros(n), np.full(n, np.inf),
            int(there.sum()), starts, rows[there].astype(np.int32), entries[there],
        )  # fmt: skip
        self._column[pairs] = len(self._pair) + np.arange(n)
        self._pair = np.concatenate([self._pair, pairs])
        self._open = np.concatenate([self._open, np.ones(n, np.bool_)])

    def _solve(self) -> None:
        self._solver.run()
        dual = np.maximum(np.array(self._solver.getSolution().row_dual), 0.0)
        self.worth = dual[: len(self.expected)]
        self.prices = np.where(self._finite, dual[self._row], 0.0) / self._scale


def _solver() -> Any:
    """A solver that prints nothing, on one thread."""
    # The class itself writes a banner to stdout when it sets its callbacks up; its base does not.
    solver: Any = highspy.Highs.__base__()  # type: ignore[misc]
    for name, value in (
        ("output_flag", False), ("threads", 1), ("parallel", "off"), ("random_seed", 0),
        ("solver", "simplex"),
    ):  # fmt: skip
        solver.setOptionValue(name, value)
    return solver
