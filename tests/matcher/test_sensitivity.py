"""What requirements are worth: against whole plans made again, and by what must hold of any."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.scenario import Aim, Ceilings, Scenario
from matcher.simulation import Simulation
from tests.matcher.planned_market import market, simulated

SMALL = Scenario(
    "small", pairing="official-2006", max_cross_share=0.4, min_projects_per_region=2,
    max_share_per_region=0.4, draws=5, ceilings=Ceilings(projects=9, energy_tce=3000),
)  # fmt: skip


@pytest.fixture(scope="module", params=[0, 2])
def found(request: pytest.FixtureRequest) -> tuple[int, Simulation]:
    return request.param, simulated(market(request.param), SMALL)


def test_of_a_plan_proven_best_a_cost_is_what_the_plan_without_the_floor_gains(
    found: tuple[int, Simulation],
) -> None:
    seed, done = found
    own = done.outlooks[0]
    assert own.last.gap <= 1e-9
    costs = {one.name: one.cost for one in own.floor_costs}
    for path, freed in (
        ("fairness.min_projects_per_region", {"min_projects_per_region": 0}),
        ("fairness.max_share_per_region", {"max_share_per_region": 1.0}),
        ("cross_pair.max_share", {"max_cross_share": 1.0}),
    ):
        other = simulated(market(seed), replace(SMALL, **freed)).outlooks[0]  # type: ignore[arg-type]
        if other.last.gap <= 1e-9:
            gained = other.last.value - own.last.value
            assert costs[path] == pytest.approx(max(0.0, gained), abs=1e-6)


def test_no_single_floor_costs_more_than_all_of_its_kind(found: tuple[int, Simulation]) -> None:
    costs = {one.name: one.cost for one in found[1].outlooks[0].floor_costs}
    for name, cost in costs.items():
        whole, _, region = name.rpartition(".")
        if whole.startswith("fairness."):
            assert region and 0 < cost <= costs[whole] + 1e-6
        else:
            assert cost >= 0


def test_a_tighter_limit_gains_nothing_and_a_looser_one_loses_nothing(
    found: tuple[int, Simulation],
) -> None:
    moved = {one.name: one for one in found[1].outlooks[0].sensitivity}
    assert set(moved) == {
        "budget.projects", "limits.energy_tce", "cross_pair.max_share",
        "fairness.min_projects_per_region", "fairness.max_share_per_region",
    }  # fmt: skip
    for one in moved.values():
        assert one.tighter.change is None or one.tighter.change <= 1e-6
        assert one.looser.change is not None and one.looser.change >= -1e-6
    assert moved["budget.projects"].tighter.value == 8
    assert moved["fairness.min_projects_per_region"].tighter.value == 3
    assert moved["cross_pair.max_share"].looser.value == pytest.approx(0.45)
    # Three projects in each of four counties are twelve; nine are allowed.
    assert moved["fairness.min_projects_per_region"].tighter.change is None


def test_ordered_aims_have_their_costs_and_changes_too() -> None:
    aims = (Aim("expected_projects", 0.1), Aim("expected_investment"))
    own = simulated(market(), replace(SMALL, aims=aims)).outlooks[0]
    assert len(own.sensitivity) == 5 and own.floor_costs


def test_of_nash_welfare_floors_have_a_cost_and_limits_are_not_moved() -> None:
    own = simulated(market(), replace(SMALL, aims=(Aim("nash_welfare"),))).outlooks[0]
    assert own.floor_costs[0].name == "fairness.min_projects_per_region"
    assert own.sensitivity == ()
    assert all(one.cost >= 0 for one in own.floor_costs)


@pytest.mark.parametrize("objective", ["expected_jobs", "nash_welfare"])
def test_a_stable_plan_is_within_its_bound(objective: str) -> None:
    aims = (Aim("expected_projects", 0.2), Aim(objective))  # type: ignore[arg-type]
    done = simulated(market(1), replace(SMALL, aims=aims, compare_with=("stable",)))
    for aim in done.outlooks[1].aims:
        assert aim.value <= aim.bound * (1 + 1e-9)
