"""Which limits conflict: a small set of which none can be left out.

The deletion filter (Chinneck & Dravnieks 1991): a limit without which the rest still cannot be
kept is left out for good; what remains conflicts, and no part of it does. Where several things
conflict, which is found depends on where the filter starts. Choosing nothing keeps every upper
bound, so that a conflict holds a lower one: each lower bound is tried alone with all upper ones,
then all limits, first to last and last to first, and the shortest conflict is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from matcher.assignment import MISSED, InfeasibleProblem, Limit, Problem
from matcher.milp import Layout, whole
from matcher.pricing import price

Meet = Callable[[Problem], bool]


def conflict(problem: Problem) -> InfeasibleProblem:
    """The error for a problem whose limits cannot be kept together."""
    lines_meet = _lines_meet(problem)
    meet = _wholes_meet if lines_meet else _lines_meet
    shortest = list(problem.limits)
    for limits in _starts(problem.limits, alone=not lines_meet):
        if meet(_under(problem, limits)):
            continue
        found = _filtered(problem, limits, meet)
        if len(found) < len(shortest) or len(shortest) == len(problem.limits):
            shortest = found
        if len(shortest) <= 2:
            break
    names = {limit.name for limit in shortest}
    return InfeasibleProblem([limit.name for limit in problem.limits if limit.name in names])


def _starts(limits: Sequence[Limit], *, alone: bool) -> Iterator[list[Limit]]:
    """Sets of limits that the filter starts from."""
    upper = [limit for limit in limits if limit.low <= 0]
    if alone:
        for limit in limits:
            if limit.low > 0:
                yield [*upper, limit]
    yield list(limits)
    if alone:
        yield list(limits[::-1])


def _filtered(problem: Problem, limits: Sequence[Limit], meet: Meet) -> list[Limit]:
    """A part of conflicting limits of which none can be left out."""
    kept = list(limits)
    for limit in limits:
        rest = [other for other in kept if other is not limit]
        under = _under(problem, rest)
        if not under.free and not meet(under):
            kept = rest
    return kept


def _under(problem: Problem, limits: Sequence[Limit]) -> Problem:
    return replace(problem, limits=tuple(limits))


def _lines_meet(problem: Problem) -> bool:
    """Whether fractions of pairs could keep the limits."""
    nothing = np.zeros(len(problem.value))
    return price(problem, Layout.of(problem), nothing).slack <= MISSED


def _wholes_meet(problem: Problem) -> bool:
    """Whether whole pairs could keep the limits."""
    idle = replace(problem, value=np.zeros(len(problem.value)))
    return not whole(Layout.of(idle), np.arange(len(problem.value))).infeasible
