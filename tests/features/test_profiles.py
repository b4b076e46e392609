"""Tables become arrays: in order of ids, holes marked, with the defaults of the contract."""

from __future__ import annotations

from datetime import date

import numpy as np

from features.profiles import categories
from features.schema import ENTERPRISE_KINDS, INTENTS, PROGRAMMES
from tests.handmade_market import CHUNAN, XIAOSHAN, enterprise, make, resource


def test_rows_stand_by_code_point_of_their_ids() -> None:
    market = make([enterprise(i) for i in ("b", "B", "a-1", "10", "9")], [resource("R")])
    assert market.enterprises.ids == ("10", "9", "B", "a-1", "b")
    assert [market.enterprises.index[i] for i in market.enterprises.ids] == list(range(5))
    assert market.enterprises.table["id"] == list(market.enterprises.ids)


def test_what_is_not_known_is_nan_or_minus_one_and_never_zero() -> None:
    market = make([enterprise("E", kind="merchant", region=None)], [resource("R")])
    e, r = market.enterprises.fields, market.resources.fields
    for column in ("founded", "employees", "revenue_wan", "budget_wan", "land_need_mu",
                   "pollution_level", "available_from", "available_until"):  # fmt: skip
        assert np.isnan(e[column]).all(), column
    for field in ("intents", "intent_kind", "forms", "skills"):
        assert np.isnan(e[field]).all(), field
    assert e["region"].tolist() == [-1] and e["industry"].tolist() == [-1]
    assert r["park"].tolist() == [-1] and (r["welcome"] == -1).all()
    assert not e["trade"].any() and not r["trade"].any()


def test_a_zero_stays_a_zero() -> None:
    market = make([enterprise("E", land_need_mu=0.0, employees=0)], [resource("R", capacity=0)])
    assert market.enterprises.fields["land_need_mu"].tolist() == [0]
    assert market.enterprises.fields["employees"].tolist() == [0]
    assert market.resources.fields["capacity"].tolist() == [0]


def test_defaults_are_those_of_the_contract() -> None:
    market = make([enterprise("E", kind=None)], [resource("R")])
    assert ENTERPRISE_KINDS[market.enterprises.fields["kind"][0]] == "company"
    assert market.resources.fields["capacity"].tolist() == [1]


def test_an_institution_that_declares_nothing_offers_training_and_support() -> None:
    market = make(
        [enterprise("E1", kind="institution"),
         enterprise("E2", kind="institution", intents=("hire",)), enterprise("E3")],
        [resource("R")],
    )  # fmt: skip
    own = market.enterprises.fields["intents"]
    assert [i for i, w in zip(INTENTS, own[0], strict=True) if w] == ["train", "support"]
    assert [i for i, w in zip(INTENTS, own[1], strict=True) if w] == ["hire"]
    assert np.isnan(own[2]).all()


def test_an_enclave_lies_elsewhere_and_belongs_to_its_county() -> None:
    market = make([enterprise("E")], [resource("R1"), resource("R2", enclave_region=XIAOSHAN)])
    fields, index = market.resources.fields, market.regions.index
    assert fields["region"].tolist() == [index[CHUNAN]] * 2
    assert fields["site"].tolist() == [index[CHUNAN], index[XIAOSHAN]]


def test_each_kind_belongs_to_its_programme() -> None:
    kinds = ("land", "village", "labour", "education")
    market = make([enterprise("E")], [resource(f"R{k}", kind=k) for k in sorted(kinds)])
    said = [PROGRAMMES[p] for p in market.resources.fields["programme"]]
    assert dict(zip(sorted(kinds), said, strict=True)) == dict(
        zip(kinds, ("industry", "rural", "labour", "social"), strict=True)
    )


def test_windows_are_days_that_float32_tells_apart() -> None:
    days = [date(2008, 1, 1), date(2008, 1, 2), date(2099, 12, 31)]
    market = make([enterprise(f"E{i}", available_from=d) for i, d in enumerate(days)],
                  [resource("R")])  # fmt: skip
    assert market.enterprises.fields["available_from"].tolist() == [d.toordinal() for d in days]


def test_an_enterprise_without_a_description_is_known_by_its_name() -> None:
    market = make(
        [enterprise("E1", name="童装厂"), enterprise("E2", name="x", description="童装厂")],
        [resource("R")],
    )
    text = market.enterprises.fields["text"]
    np.testing.assert_allclose(text[0], text[1], atol=1e-6)


def test_an_empty_column_of_ones_own_is_numeric_and_not_known() -> None:
    market = make([enterprise("E", x_a=None, x_b="1", x_c=1)], [resource("R")])
    own = market.enterprises.own
    assert own["x_a"].dtype == np.float32 and np.isnan(own["x_a"]).all()
    assert own["x_b"].dtype == object and own["x_c"].dtype == np.float32


def test_categories_are_sorted_and_holes_have_none() -> None:
    index, names = categories(["b", None, "a", "b"])
    assert names == ("a", "b") and index.tolist() == [1, -1, 0, 1]


def test_a_market_without_rows_is_a_market() -> None:
    market = make([], [])
    assert len(market.enterprises) == len(market.resources) == 0
    assert market.medians == dict.fromkeys(market.medians, 1.0)
