"""The best joint allocation under capacities and limits, with a proven bound.

1. Pairs that cannot be chosen are left out (:mod:`matcher.allocate`).
2. The linear relaxation gives prices and a bound (:mod:`matcher.pricing`).
3. Annealing from what it rounds to gives a first allocation (:mod:`matcher.annealing`).
4. On one thread HiGHS does branch and cut, starting from there (:mod:`matcher.milp`).
5. On another, the search goes on: longer annealing, and where resources have several quantities
   bundles, which also prove a closer bound (:mod:`matcher.search`).
6. Objective, bound and feasibility are worked out anew from the problem itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.assignment import (
    MISSED,
    ROUNDING,
    Allocation,
    Floats,
    InfeasibleProblem,
    Limit,
    Problem,
    Rows,
    keeps_all,
    objective,
    relative_gap,
)

__all__ = ["Allocation", "InfeasibleProblem", "Limit", "NothingFound", "Problem", "allocate"]


#: Values that are all smaller are counted in a smaller unit: the search stops at differences of
#: about 1e-9, and the solver's tolerances are of 1e-7.
_SMALL = 2.0**-10


#: Fewer pairs than these are allocated without the loops, but for a few hard ones.
_LOOPS_FROM = 400


class NothingFound(Exception):
    """No allocation that keeps all limits was found in time, nor that there is none."""


Progress = Callable[[str], None]


def allocate(
    problem: Problem,
    *,
    time_limit: float | None = 60.0,
    effort: int | None = None,
    seed: int = 0,
    start: NDArray[np.integer[Any]] | None = None,
    progress: Progress | None = None,
) -> Allocation:
    """Choose the pairs of largest total value.

    Parameters
    ----------
    time_limit : float or None, seconds
        When to stop looking; None = only when the best is proven. Compiling loops, once a
        machine, comes before and does not count.
    effort : int, optional
        Stop after so much work instead of so much time: the same answer on every machine.
    seed : int
        Of whatever is drawn.
    start : int array, optional
        Pairs of an allocation to better; one that does not keep everything is passed over.
    progress : callable, optional
        Told the step that begins.

    Raises
    ------
    InfeasibleProblem
        If the limits cannot be kept.
    """
    from matcher import allocation_loops as loops
    from matcher.budget import Budget
    from matcher.conflicts import conflict
    from matcher.milp import Layout
    from matcher.pricing import price
    from matcher.search import search

    tell = progress or (lambda step: None)
    small, kept = _possible(problem)
    if time_limit is not None and len(kept) > _LOOPS_FROM and loops.needed(small):
        tell("loops")
        loops.make_ready(small)
    budget = Budget.of(time_limit, effort)
    unit = _unit(small.value)
    small = replace(small, value=small.value / unit)
    layout = Layout.of(small)
    tell("prices")
    prices = price(small, layout)
    if not small.free and prices.slack > MISSED:
        raise InfeasibleProblem(partial(conflict, problem))
    with budget:
        at = None if start is None else np.flatnonzero(np.isin(kept, start))
        found, proven, impossible = search(small, layout, prices, budget, seed, tell, start=at)
    if impossible:
        raise InfeasibleProblem(partial(conflict, problem))
    chosen = kept[found]
    if not keeps_all(problem, chosen):
        raise NothingFound
    value = objective(problem, chosen)
    bound = max(value, _rounded(problem, proven * unit))
    return Allocation(
        chosen, value, bound, relative_gap(value, bound), budget.spent,
        _prices_as_given(problem, prices.capacity * unit),
        {
            limit.name: abs(float(p)) * unit
            for limit, p in zip(problem.limits, prices.limits, strict=True)
        },
    )  # fmt: skip


def _unit(value: Floats) -> float:
    """In what values are counted, so that the smallest scores do not drown in tolerances.

    A power of two, so that no value is rounded.
    """
    largest = float(np.abs(value).max(initial=0.0))
    return 1.0 if largest == 0.0 or largest >= _SMALL else 2.0 ** np.floor(np.log2(largest))


def _prices_as_given(problem: Problem, prices: Floats) -> Floats:
    """(resources, k) prices, 0 for the quantities that bind nowhere."""
    full = np.zeros(problem.capacity.shape)
    full[:, _binding(problem)] = prices
    return full


def _rounded(problem: Problem, bound: float) -> float:
    """The bound, down to a whole number where every value is one."""
    if (problem.value == np.round(problem.value)).all():
        return float(np.floor(bound + 1e-6))
    return bound


def _binding(problem: Problem) -> NDArray[np.bool_]:
    """(k,) whether a quantity can bind anywhere."""
    used = np.zeros(problem.capacity.shape)
    np.add.at(used, problem.resource, problem.use)
    return np.asarray((used > problem.capacity).any(axis=0))


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
    binding = _binding(problem)
    return replace(
        problem,
        enterprise=problem.enterprise[kept],
        resource=problem.resource[kept],
        value=problem.value[kept],
        use=np.ascontiguousarray(problem.use[kept][:, binding]),
        capacity=np.ascontiguousarray(problem.capacity[:, binding]),
        limits=limits,
    ), kept
