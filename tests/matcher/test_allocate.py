"""The best joint allocation: small ones against trying all, made ones against a checker."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from made_problems import best_by_trying_all, fits, small_problems
from matcher.allocate import InfeasibleProblem, Limit, Problem, allocate


@given(small_problems())
@settings(max_examples=100, deadline=None)
def test_a_small_allocation_is_the_best_of_all_choices(problem: Problem) -> None:
    found = allocate(problem, time_limit=None)
    best = best_by_trying_all(problem)
    assert best is not None and fits(problem, found.chosen.tolist())
    assert found.objective == pytest.approx(best, abs=1e-6)
    assert found.bound >= best - 1e-9 and found.gap <= 1e-6


@given(small_problems(limits=True))
@settings(max_examples=100, deadline=None)
def test_limits_are_kept_or_a_smallest_conflict_is_named(problem: Problem) -> None:
    best = best_by_trying_all(problem)
    if best is not None:
        found = allocate(problem, time_limit=None)
        assert fits(problem, found.chosen.tolist())
        assert found.objective == pytest.approx(best, abs=1e-6)
        return
    with pytest.raises(InfeasibleProblem) as caught:
        allocate(problem, time_limit=None)
    named = caught.value.limits
    conflict = replace(problem, limits=tuple(x for x in problem.limits if x.name in named))
    assert best_by_trying_all(conflict) is None
    assert all(best_by_trying_all(conflict, without=name) is not None for name in named)


def test_a_hand_worked_allocation() -> None:
    # Two enterprises want the one seat of R0, worth 9 and 8; E1 is worth 7 at R1, E0 only 1.
    # 9 + 7 = 16 beats 8 + 1 = 9. One more seat at R0 would bring 8 - 7 = 1.
    problem = Problem(
        2, 2, np.array([0, 0, 1, 1], np.int32), np.array([0, 1, 0, 1], np.int32),
        np.array([9.0, 1.0, 8.0, 7.0]), np.ones((4, 1)), np.ones((2, 1)),
    )  # fmt: skip
    found = allocate(problem)
    assert found.chosen.tolist() == [0, 3]
    assert (found.objective, found.bound, found.gap) == (16.0, 16.0, 0.0)
    assert found.capacity_prices[0, 0] == pytest.approx(1.0)


def test_what_cannot_be_is_refused_with_its_reason() -> None:
    one = np.zeros(1, np.int32)
    good = Problem(1, 1, one, one, np.ones(1), np.ones((1, 1)), np.ones((1, 1)))
    for change in (
        {"value": np.array([np.nan])},
        {"use": np.array([[-1.0]])},
        {"capacity": np.array([[-1.0]])},
        {"capacity": np.ones((2, 1))},
        {"enterprise": one + 1},
        {"limits": (Limit("a", np.ones(1)), Limit("a", np.ones(1)))},
        {"limits": (Limit("a", np.ones(1), 2.0, 1.0),)},
        {"limits": (Limit("a", np.ones(2)),)},
    ):
        with pytest.raises(ValueError):
            replace(good, **change)  # type: ignore[arg-type]
