"""An assignment problem as HiGHS takes it: linear relaxation and whole-number optimum.

Rows are scaled to a capacity of 1, so that the solver's tolerance is a share of the capacity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from matcher.assignment import Floats, Problem, Rows

_TIGHT = 1e-9
#: Capacities are this much larger where they are priced: of many prices that prove the same bound
#: the lowest come out, what one more unit would bring and not what one less would cost.
_HAIR = 1e-6
_COLUMNS, _MAXIMISE = 1, -1


@dataclass(frozen=True)
class Layout:
    """Which rows a model has, how they are scaled, and the entries of each pair in them.

    Rows: one for each enterprise (at most once), one for each capacity that binds anything, one
    for each limit.
    """

    problem: Problem
    capacity_row: NDArray[np.int32]
    low: Floats
    high: Floats
    capacity_scale: Floats
    limit_scale: Floats
    limits: Floats

    @classmethod
    def of(cls, problem: Problem) -> Layout:
        """The layout of a problem."""
        n, finite = problem.enterprises, np.isfinite(problem.capacity)
        row = np.full(problem.capacity.shape, -1, np.int32)
        row[finite] = n + np.arange(finite.sum(), dtype=np.int32)
        scale = np.where(finite & (problem.capacity > 0), problem.capacity, 1.0)
        table = np.empty((len(problem.limits), len(problem.value)))
        for at, limit in enumerate(problem.limits):
            table[at] = limit.coefficients
        limit_scale = np.maximum(np.abs(table).max(axis=1, initial=0.0), 1e-12)
        low = np.array([x.low for x in problem.limits], float) / limit_scale
        high = np.array([x.high for x in problem.limits], float) / limit_scale
        ceiling = (problem.capacity / scale)[finite]
        return cls(
            problem,
            row,
            np.concatenate([np.full(n + len(ceiling), -np.inf), low]),
            np.concatenate([np.ones(n), ceiling, high]),
            scale,
            limit_scale,
            table,
        )

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.low)

    def columns(self, pairs: Rows) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
        """Starts, row indices and entries of the columns of some pairs."""
        problem, n, k = self.problem, len(pairs), self.problem.quantities
        r = problem.resource[pairs]
        rows = np.empty((n, 1 + k + len(self.limits)), np.int32)
        entries = np.empty(rows.shape)
        rows[:, 0], entries[:, 0] = problem.enterprise[pairs], 1.0
        rows[:, 1 : 1 + k] = self.capacity_row[r]
        entries[:, 1 : 1 + k] = problem.use[pairs] / self.capacity_scale[r]
        rows[:, 1 + k :] = self.rows - len(self.limits) + np.arange(len(self.limits))
        entries[:, 1 + k :] = (self.limits[:, pairs] / self.limit_scale[:, None]).T
        there = (rows >= 0) & (entries != 0)
        starts = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32)
        return starts, rows[there], entries[there]


@dataclass
class Relaxation:
    """The linear relaxation over a growing set of pairs.

    Each limit has two slacks at a high cost, so that there is always an answer.
    """

    layout: Layout
    pairs: Rows = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        self._solver = _quiet()
        layout, m = self.layout, len(self.layout.limits)
        first = layout.rows - m
        high = layout.high.copy()
        high[layout.problem.enterprises : first] *= 1 + _HAIR
        self._solver.passModel(
            2 * m, layout.rows, 2 * m, _COLUMNS, _MAXIMISE, 0.0,
            np.full(2 * m, -1.0), np.zeros(2 * m), np.full(2 * m, np.inf),
            layout.low, high, np.arange(2 * m + 1, dtype=np.int32),
            np.repeat(np.arange(first, layout.rows, dtype=np.int32), 2),
            np.tile([1.0, -1.0], m), np.zeros(2 * m, np.int32),
        )  # fmt: skip

    def add(self, pairs: Rows) -> None:
        """Let these pairs be chosen too."""
        starts, rows, entries = self.layout.columns(pairs)
        n = len(pairs)
        self._solver.addCols(
            n, np.zeros(n), np.zeros(n), np.full(n, np.inf),
            len(rows), starts[:-1], rows, entries,
        )  # fmt: skip
        self.pairs = np.concatenate([self.pairs, pairs])

    def value(self, value: Floats, slack_cost: float) -> None:
        """Say what is made largest.

        Parameters
        ----------
        value : (p,) float array
            Of the pairs.
        slack_cost : float
            Of missing a limit by its whole scale.
        """
        slacks = np.full(2 * len(self.layout.limits), -slack_cost)
        costs = np.concatenate([slacks, value[self.pairs]])
        every = np.arange(len(costs), dtype=np.int32)
        self._solver.changeColsCost(len(costs), every, costs)

    def solve(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """The optimum over the pairs so far.

        Returns
        -------
        x : (len(pairs),) float array
        capacity_prices : (resources, k) float array
        limit_prices : (limits,) float array
        enterprise_prices : (enterprises,) float array
        missed : (limits,) float array
            By how much each limit is missed, in its scale.
        """
        self._solver.run()
        solution, layout = self._solver.getSolution(), self.layout
        x, dual = np.array(solution.col_value), np.array(solution.row_dual)
        if len(dual) != layout.rows:  # no rows at all
            dual = np.zeros(layout.rows)
        n, m = layout.problem.enterprises, len(layout.limits)
        capacity = np.where(layout.capacity_row >= 0, dual[layout.capacity_row], 0.0)
        return (
            x[2 * m :],
            np.maximum(capacity, 0.0) / layout.capacity_scale,
            dual[layout.rows - m :] / layout.limit_scale,
            np.maximum(dual[:n], 0.0),
            x[: 2 * m].reshape(m, 2).sum(axis=1),
        )


@dataclass(frozen=True)
class WholeAnswer:
    """What the solver found.

    Attributes
    ----------
    chosen : int array or None
        None = nothing found.
    bound : float
        No choice of the pairs given is worth more; inf where the solver cannot say.
    infeasible : bool
        No choice of the pairs given keeps all limits.
    """

    chosen: Rows | None
    bound: float
    infeasible: bool


def whole(
    layout: Layout,
    pairs: Rows,
    *,
    start: Rows | None = None,
    seconds: float | None = None,
    nodes: int | None = None,
    seed: int = 0,
) -> WholeAnswer:
    """The best choice of whole pairs by branch and cut.

    Parameters
    ----------
    pairs : (n,) int array
        The pairs that may be chosen.
    start : int array, optional
        A choice to start from; pairs of it that are not among ``pairs`` are left out.
    seconds, nodes : optional
        When to stop; only ``nodes`` gives the same answer on every machine.
    """
    problem, n = layout.problem, len(pairs)
    if not n:
        return WholeAnswer(np.zeros(0, np.int64), 0.0, not problem.free)
    solver = _quiet(seed)
    if seconds is not None:
        solver.setOptionValue("time_limit", max(0.0, float(seconds)))
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", int(nodes))
    starts, rows, entries = layout.columns(pairs)
    solver.passModel(
        n, layout.rows, len(rows), _COLUMNS, _MAXIMISE, 0.0,
        problem.value[pairs], np.zeros(n), np.ones(n), layout.low, layout.high,
        starts, rows, entries, np.ones(n, np.int32),
    )  # fmt: skip
    if start is not None:
        at = np.flatnonzero(np.isin(pairs, start)).astype(np.int32)
        whole_start = np.zeros(n)
        whole_start[at] = 1.0
        solver.setSolution(n, np.arange(n, dtype=np.int32), whole_start)
    solver.run()
    return _answer(solver, pairs)


def _answer(solver: Any, pairs: Rows) -> WholeAnswer:
    status = solver.getModelStatus()
    if status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ):
        return WholeAnswer(None, np.inf, True)
    info = solver.getInfo()
    bound = float(info.mip_dual_bound)
    chosen = None
    if info.primal_solution_status == 2:
        x = np.array(solver.getSolution().col_value)
        chosen = np.sort(pairs[x > 0.5])
    return WholeAnswer(chosen, bound if abs(bound) < 1e30 else np.inf, False)


def _quiet(seed: int = 0) -> Any:
    """A solver that prints nothing, on one thread."""
    # The class itself writes a banner to stdout when it sets its callbacks up; its base does not.
    solver: Any = highspy.Highs.__base__()  # type: ignore[misc]
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", seed),
        ("primal_feasibility_tolerance", _TIGHT),
        ("mip_feasibility_tolerance", _TIGHT),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-9),
    ):
        solver.setOptionValue(name, value)
    return solver


class Packing:
    """Choose sets so that no row is used twice: a program whose columns come in one by one.

    Parameters
    ----------
    rows : int
    """

    def __init__(self, rows: int) -> None:
        self._solver, self._rows, self._columns = _quiet(), rows, 0
        none, no = np.zeros(0), np.zeros(0, np.int32)
        self._solver.passModel(
            0, rows, 0, _COLUMNS, _MAXIMISE, 0.0, none, none, none,
            np.full(rows, -np.inf), np.ones(rows), np.zeros(1, np.int32), no, none, no,
        )  # fmt: skip

    def add(self, worth: Floats, sets: Sequence[NDArray[np.integer[Any]]]) -> None:
        """Let these sets be chosen too, each worth so much."""
        starts = np.cumsum([0, *(len(x) for x in sets)])[:-1].astype(np.int32)
        rows = np.concatenate(sets).astype(np.int32)
        n = len(sets)
        self._solver.addCols(
            n, worth, np.zeros(n), np.full(n, np.inf), len(rows), starts, rows, np.ones(len(rows))
        )
        self._columns += n

    def relaxed(self, seconds: float | None = None) -> tuple[Floats, float] | None:
        """Prices of the rows, and the worth, of the best choice of fractions of sets.

        None where it was not found in so many seconds.
        """
        self._limit(seconds)
        self._solver.run()
        self._limit(None)
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        prices = np.array(self._solver.getSolution().row_dual)
        return np.maximum(prices, 0.0), float(self._solver.getInfo().objective_function_value)

    def whole(
        self, start: Sequence[int] | None, *, nodes: int, seconds: float | None
    ) -> Sequence[int] | None:
        """The best choice of whole sets found; the program is relaxed again afterwards.

        Parameters
        ----------
        start : sequence of int, optional
            Sets to begin with.
        """
        solver, n = self._solver, self._columns
        every = np.arange(n, dtype=np.int32)
        solver.changeColsIntegrality(n, every, np.ones(n, np.uint8))
        solver.setOptionValue("mip_max_nodes", nodes)
        self._limit(seconds)
        if start is not None:
            x = np.zeros(n)
            x[list(start)] = 1.0
            solver.setSolution(n, every, x)
        solver.run()
        found = None
        if solver.getInfo().primal_solution_status == 2:
            found = np.flatnonzero(np.array(solver.getSolution().col_value) > 0.5).tolist()
        solver.changeColsIntegrality(n, every, np.zeros(n, np.uint8))
        self._limit(None)
        return found

    def _limit(self, seconds: float | None) -> None:
        """Seconds that the next run may take; the solver counts those of all its runs."""
        solver = self._solver
        until = np.inf if seconds is None else solver.getRunTime() + max(0.0, seconds)
        solver.setOptionValue("time_limit", until)
