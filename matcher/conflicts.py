"""Which limits conflict: a smallest set, found by leaving them out one by one.

The deletion filter (Chinneck & Dravnieks 1991): a limit without which the rest still cannot be
kept is left out for good; what remains conflicts, and no part of it does.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.assignment import MISSED, InfeasibleProblem, Problem
from matcher.milp import Layout, whole
from matcher.pricing import price


def conflict(problem: Problem) -> InfeasibleProblem:
    """The error for a problem whose limits cannot be kept together."""
    limits = list(problem.limits)
    by_lines = not _lines_meet(problem)
    for limit in tuple(limits):
        rest = replace(problem, limits=tuple(x for x in limits if x is not limit))
        if not rest.free and not (_lines_meet(rest) if by_lines else _wholes_meet(rest)):
            limits.remove(limit)
    return InfeasibleProblem([limit.name for limit in limits])


def _lines_meet(problem: Problem) -> bool:
    """Whether fractions of pairs could keep the limits."""
    nothing = np.zeros(len(problem.value))
    return price(problem, Layout.of(problem), nothing).slack <= MISSED


def _wholes_meet(problem: Problem) -> bool:
    """Whether whole pairs could keep the limits."""
    idle = replace(problem, value=np.zeros(len(problem.value)))
    return not whole(Layout.of(idle), np.arange(len(problem.value))).infeasible
