"""The best joint allocation under capacities and limits, with a proven bound.

1. Pairs that cannot be chosen are left out.
2. The linear relaxation gives prices and a bound (:mod:`matcher.pricing`).
3. Branch and cut on the pairs that the prices leave in the running (:mod:`matcher.milp`).
4. Objective, bound and feasibility are worked out anew from the problem itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from matcher.assignment import (
    ROUNDING,
    Allocation,
    InfeasibleProblem,
    Limit,
    Problem,
    Rows,
    keeps_all,
    objective,
    relative_gap,
)

__all__ = ["Allocation", "InfeasibleProblem", "Limit", "NothingFound", "Problem", "allocate"]


class NothingFound(Exception):
    """No allocation that keeps all limits was found in time, nor that there is none."""


Progress = Callable[[str], None]


def allocate(
    problem: Problem,
    *,
    time_limit: float | None = 60.0,
    effort: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Allocation:
    """Choose the pairs of largest total value.

    Parameters
    ----------
    time_limit : float or None, seconds
        When to stop looking; None = only when the best is proven.
    effort : int, optional
        Stop after so much work instead of so much time: the same answer on every machine.
    seed : int
        Of whatever is drawn.
    progress : callable, optional
        Told the step that begins.

    Raises
    ------
    InfeasibleProblem
        If the limits cannot be kept.
    """
    from matcher.conflicts import conflict
    from matcher.milp import Layout, whole
    from matcher.pricing import price

    begun = time.monotonic()
    small, kept = _possible(problem)
    layout = Layout.of(small)
    prices = price(small, layout)
    if not small.free and prices.slack > 1e-7:
        raise conflict(problem)
    left = None
    if time_limit is not None and effort is None:
        left = max(0.0, time_limit - (time.monotonic() - begun))
    found = whole(layout, np.arange(len(kept)), seconds=left, nodes=effort, seed=seed)
    if found.infeasible:
        raise conflict(problem)
    chosen = kept[found.chosen] if found.chosen is not None else np.zeros(0, np.int64)
    if not keeps_all(problem, chosen):
        raise NothingFound
    value, bound = objective(problem, chosen), min(prices.bound, found.bound)
    return Allocation(
        chosen, value, max(bound, value), relative_gap(value, bound), time.monotonic() - begun,
        prices.capacity,
        {limit.name: abs(float(p)) for limit, p in zip(problem.limits, prices.limits, strict=True)},
    )  # fmt: skip


def _possible(problem: Problem) -> tuple[Problem, Rows]:
    """The problem without pairs that cannot be chosen, or without limits never would be."""
    room = problem.capacity[problem.resource]
    fits = (problem.use <= room * (1 + ROUNDING) + ROUNDING).all(axis=1)
    if not problem.limits:
        fits &= problem.value > 0
    kept = np.flatnonzero(fits)
    limits = tuple(
        replace(limit, coefficients=limit.coefficients[kept]) for limit in problem.limits
    )
    return replace(
        problem,
        enterprise=problem.enterprise[kept],
        resource=problem.resource[kept],
        value=problem.value[kept],
        use=problem.use[kept],
        limits=limits,
    ), kept
