"""Limits that no score can lift."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings

from features.hard_limits import budget_too_small, too_polluting, windows_apart
from features.pairs import Pairs
from features.tables import Value
from tests.handmade_market import AS_OF, Row, enterprise, make, resource, rows

LIMITS = {"pollution": too_polluting, "budget": budget_too_small, "window": windows_apart}


@pytest.mark.parametrize(
    ("limit", "e_cells", "r_cells", "barred"),
    [
        ("pollution", {"pollution_level": 3}, {"max_pollution": 2}, True),
        ("pollution", {"pollution_level": 2}, {"max_pollution": 2}, False),
        ("pollution", {"pollution_level": None}, {"max_pollution": 0}, False),
        ("pollution", {"pollution_level": 3}, {"max_pollution": None}, False),
        ("budget", {"budget_wan": 499.0}, {"min_investment_wan": 1000.0}, True),
        ("budget", {"budget_wan": 500.0}, {"min_investment_wan": 1000.0}, False),
        ("budget", {"budget_wan": None}, {"min_investment_wan": 1000.0}, False),
        ("budget", {"budget_wan": 0.0}, {"min_investment_wan": 0.0}, False),
        ("window", {"available_until": date(2009, 1, 1)},
         {"available_from": date(2009, 1, 2)}, True),
        ("window", {"available_until": date(2009, 1, 1)},
         {"available_from": date(2009, 1, 1)}, False),
        # They met, but before the as-of date.
        ("window", {"available_until": date(2008, 5, 31)}, {}, True),
        ("window", {"available_until": AS_OF}, {}, False),
        ("window", {"available_from": date(2030, 1, 1)}, {}, False),
        ("window", {}, {}, False),
    ],
)  # fmt: skip
def test_it_bars_what_the_contract_says(
    limit: str, e_cells: dict[str, Value], r_cells: dict[str, Value], barred: bool
) -> None:
    market = make([enterprise("E1", **e_cells)], [resource("R1", **r_cells)])
    block = LIMITS[limit](Pairs(market, np.array([0]), np.array([0])))
    assert block.tolist() == [[barred]]


@given(rows())
@settings(max_examples=8)
def test_a_block_and_its_rows_are_barred_alike(drawn: tuple[list[Row], list[Row]]) -> None:
    market = make(*drawn)
    e, r = np.arange(len(market.enterprises)), np.arange(len(market.resources))
    left, right = np.repeat(e, len(r)), np.tile(r, len(e))
    for limit in LIMITS.values():
        block = limit(Pairs(market, e, r))
        assert block.shape == (len(e), len(r))
        assert limit(Pairs(market, left, right, rowwise=True)).tolist() == block.ravel().tolist()
