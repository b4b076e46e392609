"""Which limits conflict: a small set of which none can be left out.

The deletion filter (Chinneck & Dravnieks 1991): a limit without which the rest still cannot be
kept is left out for good; what remains conflicts, and no part of it does. Where not even fractions
of pairs keep all limits, those whose prices prove it conflict already (Farkas; Gleeson & Ryan
1990), so that only these are filtered, by linear programs. Of several conflicts which is found
depends on where the filter starts: choosing nothing keeps every upper bound, so that a conflict
holds a lower one; each lower bound is tried alone with all upper ones, then all limits, and the
shortest conflict is told. Where fractions would do, whole pairs are asked for. That can take long:
past a while what is not yet filtered is told unfiltered, and that it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from matcher.assignment import MISSED, Conflict, Limit, Problem
from matcher.milp import Layout, whole
from matcher.pricing import Prices, price

#: Seconds after which whole pairs are no longer asked for.
SECONDS: Final = 15.0
#: Prices below this share of the largest prove nothing.
_NO_PRICE: Final = 1e-9

#: Whether limits can be kept; None = not told in time.
Meet = Callable[[Sequence[Limit]], bool | None]


def conflict(problem: Problem) -> Conflict:
    """Limits of a problem that cannot be kept together.

    Parameters
    ----------
    problem : Problem
        Whose limits are known not to be kept together.
    """
    if _lines_meet(problem, problem.limits):
        return _named(problem, _filtered(problem.limits, _Wholes(problem)))
    shortest, found_any = _Filtered(list(problem.limits)), False
    for limits in _starts(problem.limits):
        proving = _proving(problem, limits)
        if proving is None or (found_any and len(proving) >= len(shortest.kept)):
            continue  # what proves no more shortly is seldom a shorter conflict
        found = _filtered(proving, lambda some: _lines_meet(problem, some))
        if not found_any or len(found.kept) < len(shortest.kept):
            shortest, found_any = found, True
        if len(shortest.kept) <= 2:
            break
    return _named(problem, shortest)


def _starts(limits: Sequence[Limit]) -> Iterator[list[Limit]]:
    """Sets of limits that the filter starts from."""
    upper = [limit for limit in limits if limit.low <= 0]
    for limit in limits:
        if limit.low > 0:
            yield [*upper, limit]
    yield list(limits)
    yield list(limits[::-1])


@dataclass
class _Filtered:
    kept: list[Limit]
    smallest: bool = True


def _filtered(limits: Sequence[Limit], meet: Meet) -> _Filtered:
    """A part of conflicting limits of which none can be left out, as far as it is told."""
    kept, smallest = list(limits), True
    for limit in limits:
        rest = [other for other in kept if other is not limit]
        if all(other.low <= 0 <= other.high for other in rest):
            continue
        met = meet(rest)
        if met is False:
            kept = rest
        smallest = smallest and met is not None
    return _Filtered(kept, smallest)


def _named(problem: Problem, found: _Filtered) -> Conflict:
    names = {limit.name for limit in found.kept}
    inside = tuple(limit.name for limit in problem.limits if limit.name in names)
    return Conflict(inside, found.smallest)


def _missing(problem: Problem, limits: Sequence[Limit]) -> Prices:
    """By how much fractions of pairs must miss some limits."""
    under = replace(problem, limits=tuple(limits))
    return price(under, Layout.of(under), np.zeros(len(problem.value)))


def _lines_meet(problem: Problem, limits: Sequence[Limit]) -> bool:
    """Whether fractions of pairs could keep the limits."""
    return _missing(problem, limits).slack <= MISSED


def _proving(problem: Problem, limits: Sequence[Limit]) -> list[Limit] | None:
    """The limits whose prices prove that all cannot be kept; None where fractions keep them."""
    found = _missing(problem, limits)
    if found.slack <= MISSED:
        return None
    scale = np.array([np.abs(limit.coefficients).max(initial=0.0) for limit in limits])
    priced = np.abs(found.limits) * scale
    proving = [x for x, p in zip(limits, priced.tolist(), strict=True) if p > _NO_PRICE]
    # Prices are rounded: where those of some prove too little, all are looked at.
    return list(limits) if _lines_meet(problem, proving) else proving


@dataclass
class _Wholes:
    """Whether whole pairs could keep limits, as long as there is time."""

    problem: Problem
    begun: float = field(default_factory=time.monotonic)

    def __call__(self, limits: Sequence[Limit]) -> bool | None:
        left = SECONDS - (time.monotonic() - self.begun)
        if left <= 0:
            return None
        nothing = np.zeros(len(self.problem.value))
        idle = replace(self.problem, value=nothing, limits=tuple(limits))
        answer = whole(Layout.of(idle), np.arange(len(nothing)), seconds=left)
        if answer.infeasible:
            return False
        return None if answer.chosen is None else True
