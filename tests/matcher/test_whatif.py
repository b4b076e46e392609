"""What other terms of a place would change, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.tables import Table, Value
from matcher.introducing import allowed, difference, introduced, one_way, signatures
from matcher.outlook import Band
from matcher.ranking import Ranking
from matcher.whatif import BeyondWhatIsKnown, WhatIf, check_range, what_if
from models.gains import fit_gains
from models.history import introductions
from tests.matcher.small_market import AS_OF, enterprise, rank, resource


def pair_of_markets(**changes: Value) -> tuple[Ranking, Ranking]:
    """Six plots of rising price; the second time R2 has other terms."""
    own = [enterprise(f"E{i}", land_need_mu=10.0, budget_wan=1000.0) for i in range(8)]
    places = [
        resource(f"R{i}", land_price_wan_per_mu=10.0 + i, subsidy_rate=0.01 * i, capacity=9)
        for i in range(6)
    ]
    other = [row | changes if row["id"] == "R2" else row for row in places]
    return rank(own, places), rank(own, other)


def asked(**changes: Value) -> WhatIf:
    before, after = pair_of_markets(**changes)
    empty = {name: Table(name) for name in ("outcomes", "projects")}
    gains = fit_gains(
        before.market, introductions(empty["outcomes"], as_of=AS_OF), before.amounts,
        empty["outcomes"], empty["projects"],
    )  # fmt: skip
    return what_if(before, after, 2, changes, gains, draws=400)


def test_cheaper_land_brings_signatures_and_rank_and_costs_what_it_forgoes() -> None:
    found = asked(land_price_wan_per_mu=10.0)
    assert found.signed.expected > 0
    assert found.signed.p10 <= found.signed.expected <= found.signed.p90
    assert found.signed.expected == pytest.approx(
        found.signed_after.expected - found.signed_before.expected
    )
    assert found.after.median is not None and found.before.median is not None
    assert found.after.median <= found.before.median
    assert found.passed and not found.passed_by
    assert "R2" not in {one.resource_id for one in found.passed}
    # 2 (10,000 yuan a mu) less on the 10 mu of each signature, 8 introduced.
    assert found.cost_wan["land_price_wan_per_mu"].expected == pytest.approx(
        20 * found.signed_after.expected, rel=0.1
    )


def test_a_higher_subsidy_costs_the_new_rate_on_all_less_the_old_one_on_those_before() -> None:
    before, after = pair_of_markets(subsidy_rate=0.05)
    found = asked(subsidy_rate=0.05)
    met, _ = introduced(before, after, 2, 20)
    there = allowed(before, after, 2, met)
    old, new = signatures(before, after, 2, met, there, draws=400, seed=0)
    # Eight are met, each with 1,000 (10,000 yuan) all on loan: 2 % of it is paid to those who sign
    # on the old terms, 5 % to those who sign on the new ones, the additional ones among them.
    by_hand = 1000 * (0.05 * new.sum(axis=0) - 0.02 * old.sum(axis=0))
    assert found.cost_wan["subsidy_rate"].expected == pytest.approx(by_hand.mean())
    assert found.cost_wan["subsidy_rate"].p90 == pytest.approx(np.percentile(by_hand, 90))
    more = new.sum() - old.sum()
    assert more > 0
    # The rise alone, on all who sign, leaves out what the additional ones get at the old rate.
    rise = 1000 * 0.03 * new.sum(axis=0).mean()
    assert by_hand.mean() == pytest.approx(rise + 1000 * 0.02 * more / 400)


def test_a_subsidy_that_was_not_there_costs_its_rate_on_all_who_sign() -> None:
    own = [enterprise(f"E{i}", land_need_mu=10.0, budget_wan=1000.0) for i in range(4)]
    places = [resource(f"R{i}", capacity=9) for i in range(3)]
    other = [row | {"subsidy_rate": 0.03} if row["id"] == "R1" else row for row in places]
    before, after = rank(own, places), rank(own, other)
    empty = {name: Table(name) for name in ("outcomes", "projects")}
    gains = fit_gains(
        before.market, introductions(empty["outcomes"], as_of=AS_OF), before.amounts,
        empty["outcomes"], empty["projects"],
    )  # fmt: skip
    found = what_if(before, after, 1, {"subsidy_rate": 0.03}, gains, draws=400)
    assert found.cost_wan["subsidy_rate"].expected == pytest.approx(
        30 * found.signed_after.expected, rel=0.1
    )


def test_the_same_terms_change_nothing() -> None:
    found = asked(land_price_wan_per_mu=12.0)
    assert found.signed.as_dict() == {"expected": 0, "p10": 0, "p50": 0, "p90": 0}
    assert found.direction == "same"
    assert found.before == found.after
    assert not found.passed and not found.passed_by


def test_the_way_back_is_the_way_there_turned_round() -> None:
    before, after = pair_of_markets(land_price_wan_per_mu=10.0, subsidy_rate=0.05)
    empty = {name: Table(name) for name in ("outcomes", "projects")}
    gains = fit_gains(
        before.market, introductions(empty["outcomes"], as_of=AS_OF), before.amounts,
        empty["outcomes"], empty["projects"],
    )  # fmt: skip
    there = what_if(before, after, 2, {"land_price_wan_per_mu": 10.0}, gains, draws=400)
    back = what_if(after, before, 2, {"land_price_wan_per_mu": 12.0}, gains, draws=400)
    assert there.introduced == back.introduced
    assert there.signed.expected == pytest.approx(-back.signed.expected)
    assert there.signed.p10 == pytest.approx(-back.signed.p90)


@pytest.mark.parametrize(
    ("low", "high", "direction"),
    [(0.1, 0.9, "more"), (-0.9, -0.1, "fewer"), (-0.1, 0.9, "unclear"), (0.0, 0.9, "unclear")],
)
def test_a_direction_is_claimed_only_where_the_band_leaves_zero_out(
    low: float, high: float, direction: str
) -> None:
    found = replace(asked(land_price_wan_per_mu=10.0), signed=Band(0.4, low, 0.4, high))
    assert found.direction == direction


def test_the_same_enterprises_that_fit_best_on_either_terms_are_met_both_times() -> None:
    own = [enterprise(f"E{i}", land_need_mu=10.0, budget_wan=1000.0) for i in range(4)]
    own += [enterprise(f"E{i}", land_need_mu=10.0, budget_wan=80.0) for i in range(4, 6)]
    places = [
        resource(f"R{i}", min_investment_wan=600.0, land_mu=20.0, capacity=9) for i in range(6)
    ]
    # E4 and E5 may come at 100 (half of it is 50), not at 600 (half of it is 300).
    other = [row | {"min_investment_wan": 100.0} if row["id"] == "R2" else row for row in places]
    before, after = rank(own, places), rank(own, other)
    met, lists = introduced(before, after, 2, 20)
    assert (sorted(met.tolist()), lists) == ([0, 1, 2, 3, 4, 5], (4, 6))
    there = allowed(before, after, 2, met)
    drawn = signatures(before, after, 2, met, there, draws=50, seed=0)
    assert (drawn[0][met >= 4] == 0).all()
    assert (drawn[1][met >= 4] > 0).all()


def test_draws_in_which_more_on_offer_would_hinder_count_as_no_change() -> None:
    # One enterprise; differences -0.2, 0, 0.1, 0.5 have the mean 0.1 and lie 1.7 times as far
    # from it in the band: -0.41, -0.07, 0.1, 0.78. What is left: 0, 0, 0.1, 0.78, mean 0.22.
    drawn = [np.zeros((1, 4)), np.array([[-0.2, 0.0, 0.1, 0.5]])]
    band = difference(drawn, 0.1, 1)
    assert band.expected == pytest.approx(0.22)
    assert band.p10 == 0
    assert difference(drawn, 0.1).p10 < 0


@pytest.mark.parametrize(
    ("changes", "way"),
    [({"capacity": 12}, 1), ({"capacity": 3}, -1), ({"subsidy_rate": 0.05}, 0),
     ({"capacity": 12, "land_price_wan_per_mu": 10.0}, 0), ({"capacity": 9}, 0),
     ({"wage_yuan_month": 900.0}, 0)],
)  # fmt: skip
def test_only_quantities_on_offer_are_certain_to_work_one_way(
    changes: dict[str, Value], way: int
) -> None:
    assert one_way(*pair_of_markets(**changes), 2, changes) == way


def test_the_answer_is_the_same_again() -> None:
    assert asked(subsidy_rate=0.05).as_dict() == asked(subsidy_rate=0.05).as_dict()


def test_the_cost_of_terms_that_nobody_here_can_know_is_not_made_up() -> None:
    found = asked(industries=("17", "36"))
    assert found.cost_wan == {}
    assert found.not_costed == ("industries",)


@pytest.mark.parametrize("price", [9.9, 15.1, 1e9])
def test_a_value_beyond_what_places_of_the_kind_have_shown_is_refused(price: float) -> None:
    before, _ = pair_of_markets()
    with pytest.raises(BeyondWhatIsKnown, match="10 to 15"):
        check_range(before.market, 2, {"land_price_wan_per_mu": price})


def test_a_range_needs_enough_places_that_tell_it() -> None:
    before, _ = pair_of_markets()
    with pytest.raises(BeyondWhatIsKnown, match="only 0 places"):
        check_range(before.market, 2, {"wage_yuan_month": 900})


def test_every_value_beyond_is_named_at_once() -> None:
    before, _ = pair_of_markets()
    with pytest.raises(BeyondWhatIsKnown) as refused:
        check_range(before.market, 2, {"land_price_wan_per_mu": 1.0, "subsidy_rate": 0.9})
    assert len(refused.value.message["zh"].splitlines()) == 2
