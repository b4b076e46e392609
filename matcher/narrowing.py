"""An allocation among the pairs that the prices leave in the running.

Many plans are made for one scenario (arrangements, floors left out, steps of fairness). Each is
sought among the pairs of least loss at the prices of the linear relaxation; the bound is the
relaxation's, over all pairs, and so holds for all of them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.allocate import Allocation, InfeasibleProblem, NothingFound, Problem, allocate
from matcher.assignment import relative_gap
from matcher.conflicts import conflict
from matcher.milp import Layout
from matcher.pricing import Prices, price

#: Pairs kept for each enterprise that the relaxation places, the least in all, and by how much
#: more are kept where these hold no plan.
EACH, LEAST, MORE = 3.0, 400, 3
#: Limits missed by more than this share of their scale cannot be kept.
_MISSED: Final = 1e-7


def narrowed(
    problem: Problem, *, effort: int, seed: int = 0,
    start: NDArray[np.int64] | None = None, patient: bool = True,
) -> Allocation:  # fmt: skip
    """The best allocation found, with a bound that holds for all pairs.

    Parameters
    ----------
    start : int array, optional
        An allocation that keeps everything: with it something is found at once.
    patient : bool
        Whether more pairs are tried where the few hold no allocation.

    Raises
    ------
    InfeasibleProblem
        If the limits cannot be kept.
    NothingFound
        If no allocation was found, nor that there is none.
    """
    layout = Layout.of(problem)
    prices = price(problem, layout)
    if not problem.free and prices.slack > _MISSED:
        raise InfeasibleProblem(partial(conflict, problem))
    order = np.argsort(-prices.reduced, kind="stable")
    count = max(LEAST, round(EACH * float(prices.x.sum())))
    while count < len(order):
        kept = np.sort(order[:count])
        if start is not None:
            kept = np.union1d(kept, start)
        begin = None if start is None else np.searchsorted(kept, start)
        try:
            found = allocate(
                _of(problem, kept), time_limit=None, effort=effort, seed=seed, start=begin
            )
        except (InfeasibleProblem, NothingFound):
            if not patient:
                raise NothingFound from None
            count *= MORE
            continue
        return _priced(problem, replace(found, chosen=kept[found.chosen]), prices, prices.bound)
    found = allocate(problem, time_limit=None, effort=effort, seed=seed, start=start)
    return _priced(problem, found, prices, min(prices.bound, found.bound))


def _of(problem: Problem, kept: NDArray[np.int64]) -> Problem:
    return replace(
        problem, enterprise=problem.enterprise[kept], resource=problem.resource[kept],
        value=problem.value[kept], use=problem.use[kept],
        limits=tuple(
            replace(limit, coefficients=limit.coefficients[kept]) for limit in problem.limits
        ),
    )  # fmt: skip


def _priced(problem: Problem, found: Allocation, prices: Prices, bound: float) -> Allocation:
    limits = {
        limit.name: abs(float(p)) for limit, p in zip(problem.limits, prices.limits, strict=True)
    }
    bound = max(bound, found.objective)
    return replace(
        found, bound=bound, gap=relative_gap(found.objective, bound),
        capacity_prices=prices.capacity, limit_prices=limits,
    )  # fmt: skip
