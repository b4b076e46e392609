"""Each built-in pair feature on cases worked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.graph import PastIntroductions
from features.market import EARTH_KM
from features.pair_features import share_met
from features.pairs import Pairs
from features.tables import Table, Value
from tests.handmade_market import (
    CHUNAN,
    JIANGSHAN,
    KEQIAO,
    NANHU,
    XIAOSHAN,
    enterprise,
    make,
    resource,
    value,
)

AMOUNTS = st.floats(0, 1e9, width=32)
UNKNOWN = st.just(float("nan"))


def met(need: float, *offers: float) -> np.ndarray:
    """The share of a need that each offer meets."""
    world = make([enterprise("E1")], [resource(f"R{i}") for i in range(len(offers))])
    form = share_met(np.array([need], np.float32), np.array(offers, np.float32))
    return form.compute(Pairs(world, np.array([0]), np.arange(len(offers))))[0]


@given(AMOUNTS | UNKNOWN, AMOUNTS | UNKNOWN)
@settings(max_examples=30, deadline=None)
def test_a_share_met_lies_between_0_and_1_or_is_not_known(need: float, offer: float) -> None:
    (share,) = met(need, offer)
    if np.isnan(need) or (np.isnan(offer) and need != 0):
        assert np.isnan(share)
    else:
        assert 0 <= share <= 1


@given(AMOUNTS, AMOUNTS, AMOUNTS)
@settings(max_examples=30, deadline=None)
def test_more_on_offer_never_meets_less_and_more_needed_is_never_met_more(
    need: float, a: float, b: float
) -> None:
    low, high = sorted((a, b))
    less, more = met(need, low, high)
    assert less <= more
    assert met(low, need)[0] >= met(high, need)[0]


def test_what_is_not_needed_is_met_whatever_is_offered() -> None:
    assert met(0, 0, 5, float("nan")).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("feature", "e_cells", "r_cells", "expected"),
    [
        ("land_met", {"land_need_mu": 50.0}, {"land_mu": 20.0}, 0.4),
        ("labour_met", {"labour_need": 100}, {"labour_supply": 300}, 1),
        ("energy_met", {"energy_need_tce": 10.0}, {"energy_quota_tce": 4.0}, 0.4),
        ("budget_room", {"budget_wan": 4000.0}, {"min_investment_wan": 1000.0}, 2),
        ("budget_room", {"budget_wan": 4000.0}, {"min_investment_wan": 0.0}, 3),
        ("budget_room", {"budget_wan": 0.0}, {"min_investment_wan": 0.0}, 3),
        ("budget_room", {"budget_wan": 0.0}, {"min_investment_wan": 9.0}, -1),
        # 20 mu at 8 wan = 160 of 1,000.
        ("land_cost", {"budget_wan": 1000.0, "land_need_mu": 20.0},
         {"land_price_wan_per_mu": 8.0}, 0.16),
        ("land_cost", {"budget_wan": 10.0, "land_need_mu": 20.0},
         {"land_price_wan_per_mu": 8.0}, 1),
        ("subsidy", {}, {"subsidy_rate": 0.03}, 3),
        ("places_left", {}, {"capacity": 8}, 3),
        ("places_left", {}, {"capacity": 0}, 0),
        ("places_left", {}, {}, 0),  # not told = one partner
        ("pollution_room", {"pollution_level": 1}, {"max_pollution": 2}, 1),
        ("pollution", {"pollution_level": 3}, {}, 3),
        ("growth", {"growth": 4.0}, {}, 1),
        ("growth", {"growth": -0.5}, {}, -0.5),
        ("labour_share", {"labour_need": 50, "employees": 100}, {}, 0.5),
        ("labour_share", {"labour_need": 50, "employees": 0}, {}, 2),
        ("forms_shared", {"forms": ("lease", "equity")}, {"forms": ("lease", "merger")}, 0.5),
        ("skills_met", {"skills": ("缝纫", "电焊")}, {"skills": ("缝纫工",)}, 0.5),
        ("industry_welcome", {"industry": "1761"}, {"industries": ("17",)}, 1),
        ("industry_welcome", {"industry": "1761"}, {"industries": ("3670", "1762")}, 0.8),
        ("industry_welcome", {"industry": "1761"}, {"industries": ("1711",)}, 0.6),
        ("industry_welcome", {"industry": "1761"}, {"industries": ("3670",)}, 0.15),
        ("industry_welcome", {"industry": "1761"}, {"industries": ("6110",)}, 0),
        ("industry_welcome", {"industry": "17"}, {"industries": ("C",)}, 1),
        ("intent_fit", {"intents": ("invest",)}, {"kind": "land"}, 1),
    ],
)  # fmt: skip
def test_it_is_what_its_docstring_says(
    feature: str, e_cells: dict[str, Value], r_cells: dict[str, Value], expected: float
) -> None:
    market = make([enterprise("E1", **e_cells)], [resource("R1", **r_cells)])
    assert value(market, feature) == pytest.approx(expected, abs=1e-6)


def test_a_place_may_welcome_any_number_of_industries() -> None:
    many = tuple(f"{n}" for n in range(13, 40))
    market = make([enterprise("E1", industry="3912")], [resource("R1", industries=many)])
    assert value(market, "industry_welcome") == 1


def test_prices_and_wages_are_compared_to_the_markets_median() -> None:
    market = make(
        [enterprise("E1", revenue_wan=100.0), enterprise("E2", revenue_wan=400.0)],
        [resource(f"R{i}", wage_yuan_month=w, land_price_wan_per_mu=w)
         for i, w in enumerate((500.0, 1000.0, 8000.0, None))],
    )  # fmt: skip
    for feature in ("wage", "land_price"):
        assert [value(market, feature, r=i) for i in range(3)] == [-1, 0, 3], feature
        assert np.isnan(value(market, feature, r=3)), feature
    assert [value(market, "size", e=i) for i in range(2)] == [0, 2]


def test_a_distance_is_taken_from_where_the_resource_lies() -> None:
    market = make(
        [enterprise("E1"), enterprise("E2", kind="merchant", region=None)],
        [resource("R1"), resource("R2", enclave_region=XIAOSHAN)],
    )
    assert value(market, "distance", r=1) == 0
    km = 25 * (2 ** value(market, "distance") - 1)
    a = np.radians(market.regions.points[market.regions.index[XIAOSHAN]])
    b = np.radians(market.regions.points[market.regions.index[CHUNAN]])
    cosine = np.sin(a[0]) * np.sin(b[0]) + np.cos(a[0]) * np.cos(b[0]) * np.cos(a[1] - b[1])
    assert km == pytest.approx(EARTH_KM * np.arccos(cosine), rel=1e-3)
    assert 80 < km < 200
    # The enclave lies in 萧山, but it is 淳安 that benefits and is paired.
    assert value(market, "paired", r=0) == value(market, "paired", r=1)
    for feature in ("distance", "paired", "pairing_nearness", "common_partners", "line_history"):
        assert np.isnan(value(market, feature, e=1)), feature


def _pairing(*lines: tuple[str, str]) -> dict[str, Table]:
    return {
        "pairings": Table.from_rows(
            "pairings",
            [
                {"pairing": "ours", "developed_region": a, "underdeveloped_region": b,
                 "valid_from": date(2007, 1, 1), "valid_until": None}
                for a, b in lines
            ],
        )
    }  # fmt: skip


def test_paired_steps_and_common_partners_come_from_the_pairing_in_force() -> None:
    market = make(
        [enterprise("E1"), enterprise("E2", region=KEQIAO), enterprise("E3", region=NANHU)],
        [resource("R1"), resource("R2", region=JIANGSHAN)],
        pairing="ours",
        tables=_pairing((XIAOSHAN, CHUNAN), (XIAOSHAN, JIANGSHAN), (KEQIAO, CHUNAN)),
    )
    paired = [[value(market, "paired", e, r) for r in range(2)] for e in range(3)]
    assert paired == [[1, 1], [1, 0], [0, 0]]
    # 柯桥 - 淳安 - 萧山 - 江山: three steps; 南湖 is joined to nobody.
    assert value(market, "pairing_nearness", 1, 1) == pytest.approx(1 / 3)
    assert value(market, "pairing_nearness", 2, 0) == 0
    assert value(market, "pairing_nearness", 0, 0) == 1


def test_a_region_known_only_as_a_city_is_half_paired() -> None:
    market = make(
        [enterprise("E1", region="330100")],
        [resource("R1"), resource("R2", region=JIANGSHAN)],
        pairing="ours",
        tables=_pairing((XIAOSHAN, CHUNAN)),
    )
    assert value(market, "paired") == 0.5 and value(market, "paired", r=1) == 0


def test_the_record_of_a_line_is_drawn_toward_the_average() -> None:
    market = make(
        [enterprise("E1"), enterprise("E2", region=NANHU)],
        [resource("R1"), resource("R2", region=JIANGSHAN)],
    )
    a, b = market.regions.index[XIAOSHAN], market.regions.index[CHUNAN]
    c, d = market.regions.index[NANHU], market.regions.index[JIANGSHAN]
    # Ten contacts, six signed on one line; ten contacts, none signed on another.
    day = np.full(10, date(2008, 1, 1).toordinal())
    signed = np.where(np.arange(10) < 6, day + 30, 0)
    past = PastIntroductions.of(
        np.repeat([a, c], 10), np.repeat([b, d], 10),
        [np.tile(day, 2), np.concatenate([signed, np.zeros(10, int)])],
    )  # fmt: skip
    market = market.knowing(past)
    # On average 0.3 sign: (6 - 0.3 * 10) / 20, (0 - 3) / 20, nothing known: 0.
    assert value(market, "line_history") == pytest.approx(0.15)
    assert value(market, "line_history", 1, 1) == pytest.approx(-0.15)
    assert value(market, "line_history", 0, 1) == 0
    assert value(market, "outcome_nearness") > value(market, "outcome_nearness", 0, 1) >= 0
    before = market.at(date(2008, 1, 1))
    assert value(before, "line_history") == 0 and value(before, "outcome_nearness") == 0


def test_time_in_common_counts_from_the_as_of_date_up_to_a_year() -> None:
    ends = (date(2008, 12, 1), date(2012, 1, 1), date(2008, 1, 1), None)
    market = make([enterprise("E1")], [resource(f"R{i}", available_until=d)
                                       for i, d in enumerate(ends)])  # fmt: skip
    # 2008-06-01 to 2008-12-01 are 183 days.
    assert value(market, "window") == pytest.approx(183 / 30.44 / 12, abs=1e-6)
    assert [value(market, "window", r=i) for i in (1, 2)] == [1, 0]
    assert np.isnan(value(market, "window", r=3))


def test_texts_of_one_meaning_are_nearer_and_an_empty_one_says_nothing() -> None:
    market = make(
        [enterprise("E1", industry="1761", description="化纤织造，针织面料")],
        [resource("R1", industries=("1761",), description="欢迎化纤织造与针织面料企业"),
         resource("R2", industries=("0211",), description="山地茶园与民宿旅游")],
    )  # fmt: skip
    for feature in ("text_similarity", "text_trade", "trade_text"):
        assert value(market, feature, r=0) > value(market, feature, r=1), feature
        assert -1 <= value(market, feature, r=1) <= 1
