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


def test_of_two_conflicts_the_shorter_is_named_wherever_it_stands() -> None:
    # Six enterprises, each with a place of its own. At most two in all, but five wanted one by one:
    # three of these floors and the ceiling conflict. And the first place is closed and wanted.
    n = 6
    ones, each = np.ones(n), np.eye(n)
    floors = [Limit(f"floor{i}", each[i], low=1.0) for i in range(5)]
    budget, closed = Limit("budget", ones, high=2.0), Limit("closed", each[0], high=0.0)
    at = np.arange(n)
    for limits in ([closed, budget, *floors], [*floors, budget, closed]):
        problem = Problem(n, n, at, at, ones, np.ones((n, 1)), np.ones((n, 1)), tuple(limits))
        with pytest.raises(InfeasibleProblem) as caught:
            allocate(problem)
        assert set(caught.value.limits) == {"closed", "floor0"}


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


def _made(enterprises: int, resources: int, seed: int) -> Problem:
    """A market of four quantities with about four fifths of the need to be met."""
    g = np.random.default_rng(seed)
    e, r = np.divmod(np.arange(enterprises * resources), resources)
    need = np.ceil(g.lognormal(3, 0.6, (enterprises, 3)))
    value = np.round(need[e, 0] * g.lognormal(0, 0.4, len(e)), 1)
    share = g.dirichlet(np.full(resources, 4.0))[:, None]
    room = np.column_stack([np.floor(need.sum(axis=0) * 0.8 * share), 1 + enterprises * share])
    use = np.column_stack([need[e], np.ones(len(e))])
    return Problem(enterprises, resources, e, r, value, use, room)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_made_market_is_allocated_close_to_what_the_prices_prove(seed: int) -> None:
    problem = _made(100, 6, seed)
    found = allocate(problem, time_limit=None, effort=20, seed=seed)
    assert fits(problem, found.chosen.tolist())
    assert found.objective == pytest.approx(sum(problem.value[i] for i in found.chosen))
    # The linear bound, worked out anew from the prices told: it holds whatever the solver did.
    net = problem.value - (problem.use * found.capacity_prices[problem.resource]).sum(axis=1)
    fit = (problem.use <= problem.capacity[problem.resource]).all(axis=1)
    gains = [max(0.0, *net[(problem.enterprise == e) & fit]) for e in range(100)]
    proven = float((problem.capacity * found.capacity_prices).sum()) + sum(gains)
    assert found.objective <= found.bound <= proven * (1 + 1e-9)
    assert found.gap < 0.03


def test_the_same_effort_gives_the_same_bytes_whatever_the_order_of_runs() -> None:
    problem = _made(60, 5, 3)
    first = allocate(problem, effort=5, seed=4)
    allocate(_made(40, 4, 1), effort=3)
    again = allocate(problem, effort=5, seed=4)
    assert first.chosen.tobytes() == again.chosen.tobytes()
    assert (first.objective, first.bound) == (again.objective, again.bound)
    assert first.capacity_prices.tobytes() == again.capacity_prices.tobytes()


@given(small_problems())
@settings(max_examples=30, deadline=None)
def test_more_room_never_lowers_the_best(problem: Problem) -> None:
    before = allocate(problem, time_limit=None).objective
    more = allocate(replace(problem, capacity=problem.capacity + 1.0), time_limit=None).objective
    assert more >= before - 1e-6


def test_odd_shapes_are_answered() -> None:
    none, empty = np.zeros(0, np.int64), np.zeros((0, 1))
    nothing = Problem(0, 0, none, none, np.zeros(0), empty, empty)
    assert allocate(nothing).chosen.tolist() == []
    e, r = np.divmod(np.arange(60), 3)
    # One huge place takes all; one of no capacity takes none; values all tied.
    capacity = np.array([[np.inf], [0.0], [2.0]])
    huge = Problem(20, 3, e, r, np.ones(60), np.ones((60, 1)), capacity)
    assert allocate(huge, time_limit=5.0).objective == 20.0
    # What is worth less than nothing is never chosen.
    bad = replace(huge, value=np.full(60, -1.0))
    assert allocate(bad, time_limit=5.0).chosen.tolist() == []
