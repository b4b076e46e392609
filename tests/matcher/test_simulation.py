"""A plan keeps every limit, whatever it is compared with, and comes out the same again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from matcher.scenario import Aim, Ceilings, InfeasibleScenario, Scenario
from matcher.simulation import Simulation
from tests.matcher.planned_market import COUNTIES, market, simulated
from tests.matcher.small_market import CHUNAN, QINGTIAN

FULL = Scenario(
    "full", pairing="official-2006", max_cross_share=0.3, min_projects_per_region=1,
    max_share_per_region=0.5, draws=60, seed=3,
    ceilings=Ceilings(
        land_mu_by_region={CHUNAN: 40}, labour_by_region={QINGTIAN: 150}, energy_tce=5000,
        energy_tce_by_region={CHUNAN: 900}, max_pollution=2, interest_subsidy_wan=120, projects=12,
    ),
    compare_with=("in_pair_only", "official", "open", "best_pairing", "stable"),
)  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Simulation:
    return simulated(market(), FULL)


def rows(found: Simulation, at: int) -> list[tuple[dict, dict]]:  # type: ignore[type-arg]
    """Enterprise and resource of each chosen pair, as cells."""
    market_ = found.ranking.market
    own, places = list(market_.enterprises.table.rows()), list(market_.resources.table.rows())
    chosen = found.outlooks[at].chosen
    e, r = found.pairs.enterprise[chosen], found.pairs.resource[chosen]
    return [(own[i], places[j]) for i, j in zip(e.tolist(), r.tolist(), strict=True)]


def needs(pairs: list, column: str, region: str | None = None) -> float:  # type: ignore[type-arg]
    return sum(e[column] or 0 for e, r in pairs if region in (None, r["region"]))


def test_every_arrangement_keeps_the_ceilings_by_the_cells_themselves(found: Simulation) -> None:
    for at in range(len(found.outlooks)):
        pairs = rows(found, at)
        assert len(pairs) <= 12
        assert len({e["id"] for e, _ in pairs}) == len(pairs)
        assert needs(pairs, "land_need_mu", CHUNAN) <= 40
        assert needs(pairs, "labour_need", QINGTIAN) <= 150
        assert needs(pairs, "energy_need_tce") <= 5000
        assert needs(pairs, "energy_need_tce", CHUNAN) <= 900
        assert all(e["pollution_level"] <= 2 for e, _ in pairs)
        assert sum(e["budget_wan"] * r["subsidy_rate"] for e, r in pairs) <= 120 + 1e-6


def test_every_arrangement_keeps_what_its_places_have(found: Simulation) -> None:
    for at in range(len(found.outlooks)):
        pairs = rows(found, at)
        for _, place in pairs:
            here = [pair for pair in pairs if pair[1]["id"] == place["id"]]
            assert len(here) <= place["capacity"]
            for need, offer in (
                ("land_need_mu", "land_mu"), ("labour_need", "labour_supply"),
                ("energy_need_tce", "energy_quota_tce"),
            ):  # fmt: skip
                assert place[offer] is None or needs(here, need) <= place[offer]


def test_shares_and_floors_hold_in_the_scenario(found: Simulation) -> None:
    pairs, own = rows(found, 0), found.outlooks[0]
    regions = Counter(r["region"] for _, r in pairs)
    assert own.cross_pair_share <= 0.3
    assert set(regions) == set(COUNTIES)
    assert max(regions.values()) <= 0.5 * len(pairs)
    assert sum(own.region_shares.values()) == pytest.approx(1)


def test_pairs_of_the_pairing_alone_are_chosen_where_no_other_may_be(found: Simulation) -> None:
    by_name = {one.name: one for one in found.outlooks}
    for name in ("in_pair_only", "official"):
        assert found.pairs.paired[by_name[name].chosen].all()
        assert by_name[name].cross_pair_share == 0
    assert by_name["official"].last == by_name["in_pair_only"].last


def test_the_more_is_allowed_the_larger_the_bound_and_no_plan_passes_its_own(
    found: Simulation,
) -> None:
    by_name = {one.name: one for one in found.outlooks}
    for one in found.outlooks:
        assert one.last.value <= one.last.bound * (1 + 1e-9)
    # Whatever in-pair only chooses, open could choose too.
    assert by_name["in_pair_only"].last.value <= by_name["open"].last.bound * (1 + 1e-9)
    assert by_name["best_pairing"].last.value <= by_name["open"].last.bound * (1 + 1e-9)


def test_bands_rise_and_stages_fall(found: Simulation) -> None:
    for one in found.outlooks:
        for band in one.bands.values():
            assert 0 <= band.p10 <= band.p50 <= band.p90
        signed, started, funded, completed = (
            one.bands[stage].expected for stage in ("signed", "started", "funded", "completed")
        )
        assert len(one.chosen) >= signed >= started >= funded >= completed
        assert one.bands["funded_wan"].expected <= one.bands["investment_wan"].expected


def test_the_same_comes_out_again_and_from_several_workers() -> None:
    small = replace(FULL, compare_with=("in_pair_only", "open"))
    first = simulated(market(), small).as_dict()
    assert simulated(market(), small).as_dict() == first
    assert simulated(market(), small, workers=2).as_dict() == first


def test_another_seed_gives_other_draws_and_the_same_plan() -> None:
    small = replace(FULL, compare_with=())
    one, other = (simulated(market(), replace(small, seed=seed)) for seed in (1, 2))
    assert one.outlooks[0].bands["investment_wan"] != other.outlooks[0].bands["investment_wan"]
    values = [done.outlooks[0].last.value for done in (one, other)]
    assert values[0] == pytest.approx(values[1])


def test_a_later_aim_gives_up_no_more_of_an_earlier_one_than_it_may() -> None:
    base = Scenario("aims", draws=10, ceilings=Ceilings(projects=8))
    alone = simulated(market(), base).outlooks[0].aims[0].value
    aims = (Aim("expected_investment", 0.05), Aim("expected_projects"))
    both = simulated(market(), replace(base, aims=aims)).outlooks[0]
    assert both.aims[0].value >= 0.95 * alone * (1 - 1e-6)
    first = simulated(market(), replace(base, aims=(Aim("expected_projects"),))).outlooks[0]
    assert both.aims[1].value <= first.aims[0].bound * (1 + 1e-9)


def test_nash_welfare_reaches_more_regions_than_the_sum_alone_and_keeps_its_bound() -> None:
    base = Scenario("fair", draws=10, ceilings=Ceilings(projects=6))
    fair = simulated(market(), replace(base, aims=(Aim("nash_welfare"),))).outlooks[0]
    rich = simulated(market(), base).outlooks[0]
    assert fair.last.value <= fair.last.bound
    assert sum(s > 0 for s in fair.region_shares.values()) >= sum(
        s > 0 for s in rich.region_shares.values()
    )


def test_what_cannot_be_kept_together_is_named_and_no_more() -> None:
    impossible = Scenario("no", min_projects_per_region=3, ceilings=Ceilings(projects=5))
    with pytest.raises(InfeasibleScenario) as refused:
        simulated(market(), impossible)
    said = refused.value.message["en"]
    assert "budget.projects" in said
    # Two floors of three projects each are enough to pass five.
    assert len(refused.value.limits) == 3
    assert refused.value.exit_status == 2


def test_shares_too_small_for_a_single_project_are_refused_and_told_in_one_line() -> None:
    with pytest.raises(InfeasibleScenario) as refused:
        simulated(market(), Scenario("small", max_share_per_region=0.01, draws=5))
    said = refused.value.message
    assert said["en"].count("fairness.max_share_per_region") == 1
    assert "at least one project" in said["en"] and "个县同样" in said["zh"]
    assert len(refused.value.limits) == 2


def test_a_floor_is_dropped_and_said_where_a_compared_arrangement_cannot_keep_it() -> None:
    ranking = market()
    floors = Scenario("floors", min_projects_per_region=3, compare_with=("in_pair_only",), draws=10)
    done = simulated(ranking, floors)
    assert min(Counter(r["region"] for _, r in rows(done, 0)).values()) >= 3
    paired = Counter(done.pairs.region[done.pairs.paired].tolist())
    if len(paired) < 4:
        assert any("not asked for" in said["en"] for said in done.outlooks[1].assumptions)


def test_regions_of_the_pairing_without_resources_are_named(found: Simulation) -> None:
    said = [one["zh"] for one in found.outlooks[0].assumptions]
    assert any("没有可用资源" in one and "缙云县" in one for one in said)


def test_a_market_where_nothing_is_possible_gives_an_empty_plan() -> None:
    nothing = Scenario("none", programmes=("social",), draws=5, compare_with=("open", "stable"))
    done = simulated(market(), nothing)
    for one in done.outlooks:
        assert len(one.chosen) == 0
        assert one.bands["signed"].p90 == 0
        assert one.gini == 0


def test_no_budget_at_all_chooses_nothing() -> None:
    done = simulated(market(), Scenario("zero", draws=5, ceilings=Ceilings(projects=0)))
    assert len(done.outlooks[0].chosen) == 0
    assert np.isfinite(done.outlooks[0].last.bound)
