"""The best joint allocation: small ones against trying all, made ones against a checker."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from made_problems import best_by_trying_all, fits, small_problems
from matcher import allocation_loops
from matcher.allocate import InfeasibleProblem, Limit, Problem, allocate
from matcher.assignment import MISSED
from matcher.milp import Layout
from matcher.pricing import price
from matcher.search import Budget, _Seeking


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
    problem = _made(80, 5, seed)
    found = allocate(problem, time_limit=None, effort=1, seed=seed)
    assert fits(problem, found.chosen.tolist())
    assert found.objective == pytest.approx(sum(problem.value[i] for i in found.chosen))
    # The linear bound, worked out anew from the prices told: it holds whatever the solver did.
    net = problem.value - (problem.use * found.capacity_prices[problem.resource]).sum(axis=1)
    fit = (problem.use <= problem.capacity[problem.resource]).all(axis=1)
    gains = [max(0.0, *net[(problem.enterprise == e) & fit]) for e in range(80)]
    proven = float((problem.capacity * found.capacity_prices).sum()) + sum(gains)
    assert found.objective <= found.bound <= proven * (1 + 1e-9)
    assert found.gap < 0.03


def test_the_same_effort_gives_the_same_bytes_whatever_the_order_of_runs() -> None:
    problem = _made(50, 5, 3)
    first = allocate(problem, effort=1, seed=4)
    allocate(_made(40, 4, 1), effort=1)
    again = allocate(problem, effort=1, seed=4)
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


@pytest.mark.parametrize("unit", [2.0**-20, 2.0**-40, 2.0**60])
def test_the_unit_of_the_scores_changes_no_choice(unit: float) -> None:
    draw = np.random.default_rng(1)
    e, r = np.divmod(np.arange(48), 4)
    problem = Problem(
        12, 4, e, r, draw.random(48), draw.uniform(1, 3, (48, 3)), np.full((4, 3), 5.0)
    )
    found = allocate(problem, time_limit=None)
    other = allocate(replace(problem, value=problem.value * unit), time_limit=None)
    assert found.gap <= 1e-9 and len(found.chosen) > 4
    assert other.chosen.tolist() == found.chosen.tolist()
    assert other.bound == pytest.approx(found.bound * unit, rel=1e-8, abs=0)


def test_a_limit_that_can_be_kept_at_a_high_price_is_kept() -> None:
    # The third enterprise alone brings nearly all that is wanted; the rest costs the first its
    # place worth 100, and missing it would be a millionth of the limit's scale.
    at = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0])
    wanted = Limit("wanted", np.array([0.0, 1.0, 0.0, 1e6]), low=1e6 + 1)
    problem = Problem(
        3, 2, *at, np.array([100.0, 1.0, 1.0, 50.0]), np.ones((4, 1)),
        np.array([[5.0], [1.0]]), (wanted,),
    )  # fmt: skip
    assert allocate(problem).chosen.tolist() == [1, 3]


@pytest.mark.parametrize("seed", range(20))
def test_what_an_earlier_aim_has_reached_can_be_kept_for_a_later_one(seed: int) -> None:
    draw = np.random.default_rng(seed)
    n, m = int(draw.integers(5, 40)), int(draw.integers(2, 9))
    e, r = np.divmod(np.arange(n * m), m)
    large, other = np.exp(draw.normal(0, 3, n * m)), 10 * draw.random(n * m)
    use, room = draw.integers(1, 4, (n * m, 1)), draw.integers(3, 9, (m, 1))
    problem = Problem(n, m, e, r, large, use.astype(float), room.astype(float))
    layout = Layout.of(problem)
    least = price(problem, layout).bound * (1 - 1e-9)
    later = replace(problem, value=other, limits=(Limit("kept", large, low=least),))
    assert price(later, Layout.of(later)).slack <= MISSED


@pytest.mark.parametrize("seed", range(40))
def test_branch_and_cut_is_given_every_pair_of_a_better_allocation(seed: int) -> None:
    draw = np.random.default_rng(seed)
    e, r = np.divmod(np.arange(15), 3)
    problem = Problem(
        5, 3, e, r, draw.uniform(1, 2, 15), draw.uniform(1, 3, (15, 2)), np.full((3, 2), 3.5)
    )
    layout, best = Layout.of(problem), best_by_trying_all(problem)
    assert best is not None
    seeking = _Seeking(problem, layout, price(problem, layout), Budget.of(None, 1), 0)
    seeking.bound = best  # as bundles may have proven it, closer than the prices
    # An allocation near the best: what is still to be gained is little.
    near = allocate(replace(problem, value=problem.value * draw.uniform(0.9, 1.1, 15)))
    seeking.better(near.chosen)
    seeking.take(seeking.branch(nodes=None, seconds=None))
    assert seeking.worth == pytest.approx(best)


def test_making_the_loops_ready_is_told_first_and_counts_to_no_time_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(allocation_loops, "_ready", set())
    steps: list[str] = []
    found = allocate(_made(60, 8, 0), time_limit=0.5, progress=steps.append)
    assert steps[:2] == ["loops", "prices"]
    assert fits(_made(60, 8, 0), found.chosen.tolist())
    steps.clear()
    allocate(_made(60, 8, 0), time_limit=0.1, progress=steps.append)
    assert steps[0] == "prices"
