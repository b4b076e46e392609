"""Pairs and their features: a block is its rows, holes stay holes, order does not matter."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.market import Market
from features.pairs import FEATURES, Pairs, compute, feature
from tests.handmade_market import Row, enterprise, make, resource, rows, value


def _all(market: Market) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(len(market.enterprises)), np.arange(len(market.resources))


@given(rows())
@settings(max_examples=10)
def test_a_block_and_the_same_pairs_row_by_row_have_the_same_features(
    drawn: tuple[list[Row], list[Row]],
) -> None:
    market = make(*drawn)
    names = tuple(market.features)
    e, r = _all(market)
    block = compute(Pairs(market, e, r), names)
    assert block.shape == (len(e), len(r), len(names)) and block.dtype == np.float32
    assert not np.isinf(block).any()
    left, right = np.repeat(e, len(r)), np.tile(r, len(e))
    by_row = compute(Pairs(market, left, right, rowwise=True), names)
    np.testing.assert_allclose(by_row, block.reshape(by_row.shape), rtol=1e-6, atol=1e-6)


@given(rows(), st.randoms(use_true_random=False))
@settings(max_examples=6)
def test_neither_order_of_rows_nor_order_of_ids_matters(
    drawn: tuple[list[Row], list[Row]], chance: object
) -> None:
    market = make(*drawn)
    shuffled = tuple(chance.sample(side, len(side)) for side in drawn)  # type: ignore[attr-defined]
    again = make(*shuffled)
    assert again.enterprises.ids == market.enterprises.ids == tuple(sorted(market.enterprises.ids))
    names = tuple(market.features)
    e, r = _all(market)
    block = compute(Pairs(market, e, r), names)
    np.testing.assert_array_equal(compute(Pairs(again, e, r), names), block)
    back = compute(Pairs(market, e[::-1], r[::-1]), names)[::-1, ::-1]
    np.testing.assert_allclose(back, block, rtol=1e-6, atol=1e-6)


@given(rows())
@settings(max_examples=6)
def test_a_pair_has_the_same_features_whoever_else_is_asked_for(
    drawn: tuple[list[Row], list[Row]],
) -> None:
    market = make(*drawn)
    names = tuple(market.features)
    e, r = _all(market)
    block = compute(Pairs(market, e, r), names)
    one = compute(Pairs(market, e[-1:], r[-1:]), names)
    np.testing.assert_allclose(one[0, 0], block[-1, -1], rtol=1e-6, atol=1e-6)


def test_where_nothing_is_known_every_feature_but_the_places_and_links_is_not_known() -> None:
    market = make([enterprise("E1", kind="merchant", region=None)], [resource("R1")])
    known = {n for n in market.features if not np.isnan(value(market, n))}
    # Its name is a text, no link is found for it, and one partner is what a resource takes.
    chains = {n for n in known if n.startswith("chain_")}
    assert known - chains == {"text_similarity", "text_match", "places_left"}
    assert all(value(market, n) == 0 for n in chains)


def test_the_own_columns_of_both_sides_become_features() -> None:
    market = make(
        [
            enterprise("E1", x_rank=3.0, x_group="甲", x_only_here=2.0),
            enterprise("E2", x_rank=None),
        ],
        [resource("R1", x_rank=5.0, x_group="甲"), resource("R2", x_rank=1.0, x_group="乙")],
    )
    assert set(market.features) - set(FEATURES) == {
        "x_e:rank", "x_e:only_here", "x_r:rank", "x_product:rank", "x_distance:rank",
        "x_same:group",
    }  # fmt: skip
    assert [value(market, f"x_{n}:rank") for n in ("e", "r", "product", "distance")] == [
        3,
        5,
        15,
        2,
    ]
    assert value(market, "x_e:only_here") == 2
    assert value(market, "x_same:group") == 1 and value(market, "x_same:group", r=1) == 0
    for name in ("x_e:rank", "x_product:rank", "x_distance:rank", "x_same:group"):
        assert np.isnan(value(market, name, e=1)), name


def test_a_column_of_numbers_here_and_words_there_is_never_multiplied() -> None:
    market = make([enterprise("E1", x_a=3.0)], [resource("R1", x_a="三")])
    assert set(market.features) - set(FEATURES) == {"x_e:a"}


def test_huge_numbers_of_ones_own_stay_finite() -> None:
    market = make([enterprise("E1", x_a=1e300)], [resource("R1", x_a=-1e300)])
    for name in ("x_e:a", "x_r:a", "x_product:a", "x_distance:a"):
        assert np.isfinite(value(market, name)), name


def test_a_feature_that_this_market_does_not_have_is_not_known() -> None:
    market = make([enterprise("E1")], [resource("R1")])
    assert np.isnan(value(market, "x_e:gone"))


def test_a_feature_is_registered_once() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        feature("distance")(lambda pairs: pairs.full(pairs.r("capacity")))


def test_a_side_without_rows_gives_empty_blocks() -> None:
    for market in (make([], [resource("R1")]), make([enterprise("E1")], [])):
        e, r = _all(market)
        names = tuple(market.features)
        assert compute(Pairs(market, e, r), names).shape == (len(e), len(r), len(names))


def test_another_day_changes_windows_and_graph_only() -> None:
    market = make(
        [enterprise("E1", available_until=date(2008, 12, 1))],
        [resource("R1", available_until=date(2009, 12, 1))],
    )
    later = market.at(date(2008, 9, 1))
    assert value(later, "window") < value(market, "window")
    assert value(later, "distance") == value(market, "distance")
    assert later.enterprises is market.enterprises
