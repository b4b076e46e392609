"""Match lists by the rule: order, filters, regions, what is known, what adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.graph import PastIntroductions
from features.language import LANGUAGES, text
from features.schema import RESOURCE_KINDS
from features.tables import Value
from matcher import lists
from matcher.ranking import FilterError, Filters, Ranking
from models.amounts import AmountModel
from small_market import (
    AS_OF,
    CHUNAN,
    JIANGSHAN,
    KECHENG,
    KEQIAO,
    NANHU,
    QINGTIAN,
    XIAOSHAN,
    Row,
    enterprise,
    interest,
    listed,
    outcome,
    project,
    rank,
    resource,
)

few = settings(max_examples=12)

_ENTERPRISE = st.fixed_dictionaries(
    {
        "region": st.sampled_from([XIAOSHAN, KEQIAO, NANHU]),
        "industry": st.sampled_from(["1761", "3670", "2221"]),
        "land_need_mu": st.none() | st.integers(0, 200).map(float),
        "budget_wan": st.none() | st.integers(0, 3000).map(float),
        "pollution_level": st.none() | st.integers(0, 3),
    }
)
_RESOURCE = st.fixed_dictionaries(
    {
        "region": st.sampled_from([CHUNAN, JIANGSHAN, QINGTIAN]),
        "kind": st.sampled_from(["land", "factory", "labour", "village"]),
        "industries": st.sampled_from([None, ("17",), ("36", "22")]),
        "land_mu": st.none() | st.integers(0, 200).map(float),
        "max_pollution": st.none() | st.integers(0, 3),
    }
)
_CELLS = dict[str, Value]


@st.composite
def markets(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """A few made-up rows of both sides."""
    own: list[_CELLS] = draw(st.lists(_ENTERPRISE, min_size=1, max_size=5))  # type: ignore[arg-type]
    other: list[_CELLS] = draw(st.lists(_RESOURCE, min_size=1, max_size=6))  # type: ignore[arg-type]
    return (
        [enterprise(f"E{i}", **cells) for i, cells in enumerate(own)],
        [resource(f"R{i}", **cells) for i, cells in enumerate(other)],
    )


# --- what every list keeps ----------------------------------------------------------------------


@few
@given(markets())
def test_a_list_falls_adds_up_and_its_probabilities_never_rise(
    rows: tuple[list[Row], list[Row]],
) -> None:
    ranking = rank(*rows)
    for answer in [
        *(lists.for_enterprise(ranking, str(e["id"])) for e in rows[0]),
        *(lists.for_resource(ranking, str(r["id"])) for r in rows[1]),
        lists.for_region(ranking, CHUNAN),
        lists.for_region(ranking, XIAOSHAN),
    ]:
        document: dict[str, Any] = answer.as_dict("2008-06-01T00:00:00Z")
        matches = document["matches"]
        assert [m["rank"] for m in matches] == list(range(1, len(matches) + 1))
        keys = [(-m["score"], m["candidate_id"]) for m in matches]
        assert keys == sorted(keys)
        for m in matches:
            parts = sum(reason["contribution"] for reason in m["reasons"])
            assert m["base"] + parts + m["other"] == pytest.approx(m["score"], abs=1e-6)
            steps = [m["probability"][s] for s in ("signed", "started", "funded", "completed")]
            assert steps == sorted(steps, reverse=True) and steps[-1] >= 0 and steps[0] <= 1
            assert sum(steps) == pytest.approx(m["score"], abs=1e-5)
            low, high = m["interval"]["signed"]
            assert low <= steps[0] <= high


@few
@given(markets(), st.randoms(use_true_random=False))
def test_the_order_of_input_rows_does_not_matter(
    rows: tuple[list[Row], list[Row]], dice: Any
) -> None:
    mixed = [dice.sample(side, len(side)) for side in rows]
    one, other = rank(*rows), rank(*mixed)
    for row in rows[0]:
        name = str(row["id"])
        assert lists.for_enterprise(one, name) == lists.for_enterprise(other, name)
    assert lists.for_region(one, CHUNAN) == lists.for_region(other, CHUNAN)


@few
@given(markets(), st.integers(1, 6))
def test_a_shorter_list_is_the_head_of_a_longer_one(
    rows: tuple[list[Row], list[Row]], top: int
) -> None:
    ranking = rank(*rows)
    for row in rows[1]:
        whole = lists.for_resource(ranking, str(row["id"]))
        assert lists.for_resource(ranking, str(row["id"]), top=top).matches == whole.matches[:top]
    whole = lists.for_region(ranking, CHUNAN)
    assert lists.for_region(ranking, CHUNAN, top=top).matches == whole.matches[:top]


def test_ties_are_told_apart_by_id_by_code_point() -> None:
    names = ["b", "B", "a-1", "a.1", "Z", "10", "9", "_"]
    ranking = rank([enterprise("E1")], [resource(n, name="资源", capacity=None) for n in names])
    answer = lists.for_enterprise(ranking, "E1")
    assert len({m.score for m in answer.matches}) == 1
    assert listed(answer) == sorted(names) == ["10", "9", "B", "Z", "_", "a-1", "a.1", "b"]
    assert listed(lists.for_enterprise(ranking, "E1", top=3)) == ["10", "9", "B"]
    same = rank([enterprise(n, name="企业") for n in names], [resource("R1")])
    assert listed(lists.for_region(same, CHUNAN, top=5)) == ["10", "9", "B", "Z", "_"]


@pytest.mark.parametrize("description", [None, "园区熟地，化纤面料织造"])
def test_a_worse_candidate_changes_no_rank_above_it(description: str | None) -> None:
    """The others' text figures may move with it, as "nearest" is said of all; alike for all."""
    own = [enterprise("E1", land_need_mu=100.0, description="化纤面料织造")]
    others = [
        resource(f"R{i}", name="资源", land_mu=10.0 * i, description=description) for i in range(6)
    ]
    worse = resource("R0-worse", kind="village", region=QINGTIAN, industries=("36",))
    before = lists.for_enterprise(rank(own, others), "E1")
    after = lists.for_enterprise(rank(own, [*others, worse]), "E1")
    assert listed(before) == ["R5", "R4", "R3", "R2", "R1", "R0"]
    assert listed(after) == [*listed(before), "R0-worse"]


# --- filters ------------------------------------------------------------------------------------


def mixed() -> Ranking:
    return rank(
        [
            enterprise("E1"),
            enterprise("E2", region=NANHU, kind="institution", industry=None),
            enterprise("E3", region=None, kind="merchant"),
        ],
        [
            resource("R1"),
            resource("R2", kind="village", region=QINGTIAN),
            resource("R3", kind="labour", region=JIANGSHAN),
        ],
        outcomes=[
            outcome("E1", "R1", date(2008, 1, 1), "contacted"),
            outcome("E1", "R3", date(2008, 1, 1), "declined"),
        ],
    )


def _in_order(value: object) -> str:
    """What a case is called: processes that share the tests must call it alike."""
    return " ".join(sorted(value)) if isinstance(value, set) else str(value)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {"R1", "R2", "R3"}),
        ({"programme": "industry"}, {"R1"}),
        ({"programme": "rural"}, {"R2"}),
        ({"programme": "labour"}, {"R3"}),
        ({"programme": "social"}, set()),
        ({"kind": "village"}, {"R2"}),
        ({"kind": "village", "programme": "industry"}, set()),
        ({"cross_pair": "only"}, {"R2"}),
        ({"cross_pair": "forbid"}, {"R1", "R3"}),
        ({"hide_known": True}, {"R2"}),
        ({"hide_known": True, "cross_pair": "forbid"}, set()),
    ],
    ids=_in_order,
)
def test_a_list_of_places_is_narrowed_by_filters(filters: dict[str, Any], found: set[str]) -> None:
    answer = lists.for_enterprise(mixed(), "E1", filters=Filters(**filters))
    assert set(listed(answer)) == found
    assert {k: answer.filters[k] for k in filters} == filters
    assert (answer.note is None) == bool(found)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"kind": "institution"}, {"E2"}),
        ({"kind": "merchant"}, {"E3"}),
        ({"programme": "industry"}, {"E1", "E2", "E3"}),
        ({"programme": "rural"}, set()),
        ({"cross_pair": "forbid"}, {"E1"}),
        ({"cross_pair": "only"}, {"E2", "E3"}),
    ],
    ids=_in_order,
)
def test_a_list_of_enterprises_is_narrowed_by_filters(
    filters: dict[str, Any], found: set[str]
) -> None:
    assert set(listed(lists.for_resource(mixed(), "R1", filters=Filters(**filters)))) == found


@pytest.mark.parametrize("wrong", [{"cross_pair": "no"}, {"programme": "land"}, {"kind": "firm"}])
def test_a_filter_that_there_is_not_names_those_there_are(wrong: dict[str, Any]) -> None:
    with pytest.raises(FilterError, match=r"industry|allow|land"):
        Filters(**wrong)


def test_known_pairs_are_listed_with_their_stage() -> None:
    answer = lists.for_enterprise(mixed(), "E1")
    assert {m.candidate_id: m.known for m in answer.matches} == {
        "R1": "contacted", "R2": None, "R3": "declined",
    }  # fmt: skip


# --- regions ------------------------------------------------------------------------------------


def test_an_underdeveloped_region_lists_each_enterprise_once_through_its_best_place() -> None:
    ranking = rank(
        [enterprise("E1"), enterprise("E2", industry="3670"), enterprise("E3", region=NANHU)],
        [
            resource("R1"),
            resource("R2", industries=("36",)),
            resource("R3", region=JIANGSHAN),
        ],
    )
    answer = lists.for_region(ranking, CHUNAN)
    assert sorted(listed(answer)) == ["E1", "E2", "E3"]
    for match in answer.matches:
        pairs = {r: lists.for_pair(ranking, match.candidate_id, r).match for r in ("R1", "R2")}
        best = max(pairs, key=lambda r: pairs[r].score)
        assert match.via == best
        assert match.score == pytest.approx(pairs[best].score, abs=1e-6)
    assert answer.query == {
        "side": "region",
        "id": CHUNAN,
        "name": "淳安县",
        "name_en": "Chun'an County",
    }


def test_a_developed_region_lists_each_place_once_through_its_best_enterprise() -> None:
    ranking = rank(
        [enterprise("E1"), enterprise("E2", industry="3670"), enterprise("E3", region=NANHU)],
        [resource("R1"), resource("R2", industries=("36",))],
    )
    answer = lists.for_region(ranking, XIAOSHAN)
    assert sorted(listed(answer)) == ["R1", "R2"]
    assert {m.candidate_id: m.via for m in answer.matches} == {"R1": "E1", "R2": "E2"}


def test_a_whole_city_stands_for_its_counties() -> None:
    ranking = rank(
        [enterprise("E1")],
        [
            resource("R1", region=KECHENG),
            resource("R2", region=JIANGSHAN, kind="village"),
            resource("R3", region="330800", capacity=0),
            resource("R4", region=CHUNAN),
        ],
    )
    assert [m.via for m in lists.for_region(ranking, "330800").matches] == ["R1"]
    from_city = lists.for_region(ranking, "330100")
    assert {m.via for m in from_city.matches} == {"E1"}


@pytest.mark.parametrize("code", [QINGTIAN, NANHU])
def test_a_region_with_no_rows_of_its_own_says_so(code: str) -> None:
    answer = lists.for_region(rank([enterprise("E1")], [resource("R1")]), code)
    assert answer.matches == () and answer.note is not None
    assert answer.note["zh"] and answer.note["en"]


def test_a_region_known_only_as_a_city_is_paired_with_a_caution() -> None:
    ranking = rank(
        [enterprise("E1", region="330100"), enterprise("E2")],
        [resource("R1"), resource("R2", region="330800")],
    )
    coarse = {
        (e, r): _codes(ranking, e, r) & {"region_coarse"}
        for e in ("E1", "E2")
        for r in ("R1", "R2")
    }
    assert all(lists.for_pair(ranking, e, r).match.paired for e, r in coarse)
    assert not coarse["E2", "R1"]
    assert coarse["E1", "R1"] == coarse["E1", "R2"] == {"region_coarse"}


def test_an_enterprise_of_the_mountains_is_warned_of_inside_its_own_city_only() -> None:
    ranking = rank(
        [enterprise("E1", region=KECHENG), enterprise("E2")],
        [resource("R1", region=JIANGSHAN), resource("R2", region=QINGTIAN)],
    )
    assert sorted(listed(lists.for_enterprise(ranking, "E1"))) == ["R1", "R2"]
    warned = {
        (e, r) for e in ("E1", "E2") for r in ("R1", "R2") if "same_area" in _codes(ranking, e, r)
    }
    assert warned == {("E1", "R1")}


def test_a_merchant_without_region_has_no_distance_and_is_said_so() -> None:
    ranking = rank([enterprise("E1", kind="merchant", region=None)], [resource("R1")])
    match = lists.for_enterprise(ranking, "E1").matches[0]
    assert match.distance_km is None and not match.paired
    assert "no_place" in _codes(ranking, "E1", "R1")


# --- dates --------------------------------------------------------------------------------------


def test_what_is_dated_after_the_as_of_date_changes_nothing() -> None:
    own = [enterprise("E1"), enterprise("E2", region=KEQIAO)]
    others = [resource("R1"), resource("R2", region=JIANGSHAN)]
    past = [outcome("E1", "R2", date(2008, 1, 1), "contacted")]
    later = AS_OF + timedelta(days=1)
    before = rank(own, others, outcomes=past)
    after = rank(
        own,
        others,
        outcomes=[
            *past,
            outcome("E1", "R2", later, "declined"),
            outcome("E2", "R1", later, "completed"),
            outcome("E1", "R1", later, "signed"),
        ],
        projects=[project(f"P{i}", "R1", signed_on=later) for i in range(20)],
        pairings=[
            {"pairing": "new", "developed_region": NANHU, "underdeveloped_region": CHUNAN,
             "valid_from": later}
        ],
    )  # fmt: skip
    for ask in (
        lambda x: lists.for_enterprise(x, "E1"),
        lambda x: lists.for_resource(x, "R1"),
        lambda x: lists.for_region(x, CHUNAN),
        lambda x: lists.for_pair(x, "E1", "R1"),
    ):
        assert ask(before) == ask(after)


def test_the_pairing_asked_for_is_the_one_that_counts() -> None:
    rows: list[Row] = [
        {"pairing": "ours", "developed_region": NANHU, "underdeveloped_region": CHUNAN,
         "valid_from": date(2006, 1, 1)}
    ]  # fmt: skip
    own = [enterprise("E1"), enterprise("E3", region=NANHU)]
    for name, paired in (("ours", {"E3"}), ("official-2006", {"E1"})):
        ranking = rank(own, [resource("R1")], pairings=rows, pairing=name)
        answer = lists.for_resource(ranking, "R1")
        assert answer.pairing == name
        assert {m.candidate_id for m in answer.matches if m.paired} == paired


# --- empty lists and unknown ids ----------------------------------------------------------------


def test_an_empty_list_names_the_limit_that_removed_most() -> None:
    ranking = rank(
        [enterprise("E1", pollution_level=3)],
        [resource(f"R{i}") for i in range(3)] + [resource("R9", max_pollution=None, capacity=0)],
    )
    answer = lists.for_enterprise(ranking, "E1")
    assert answer.matches == () and answer.note is not None
    assert "污染" in answer.note["zh"] and "3" in answer.note["zh"]
    assert "pollution" in answer.note["en"]
    assert answer.as_dict("")["outlook"] == answer.note


def test_an_empty_list_names_the_filter_that_removed_most() -> None:
    ranking = rank([enterprise("E1")], [resource("R1"), resource("R2", capacity=0)])
    answer = lists.for_enterprise(ranking, "E1", filters=Filters(cross_pair="only"))
    capacity = lists.for_enterprise(rank([enterprise("E1")], [resource("R1", capacity=0)]), "E1")
    assert answer.note is not None and capacity.note is not None
    assert answer.note != capacity.note


def test_an_id_that_there_is_not_is_named() -> None:
    ranking = mixed()
    for ask in (
        lambda: lists.for_enterprise(ranking, "E404"),
        lambda: lists.for_resource(ranking, "E404"),
        lambda: lists.for_pair(ranking, "E1", "E404"),
    ):
        with pytest.raises(lists.UnknownQuery, match="E404") as told:
            ask()
        assert "E404" in told.value.message["zh"]


# --- figures ------------------------------------------------------------------------------------


def test_a_list_says_its_outlook_and_repeats_the_terms() -> None:
    answer = lists.for_enterprise(
        rank([enterprise("E1")], [resource("R1", land_price_wan_per_mu=8.5, wage_yuan_month=None)]),
        "E1",
    )
    assert answer.outlook is not None and answer.outlook["zh"] and answer.outlook["en"]
    terms = answer.matches[0].terms
    assert terms["land_price_wan_per_mu"] == 8.5 and terms["wage_yuan_month"] is None
    assert terms["capacity_left"] == 9


@pytest.mark.parametrize(
    ("calibrated", "proven", "remark"),
    [
        (False, None, "untrained"), (True, False, "unproven"), (True, True, None),
        (True, None, "untested"),
    ],
)  # fmt: skip
def test_a_list_says_what_its_probabilities_rest_on(
    calibrated: bool, proven: bool | None, remark: str | None
) -> None:
    ranking = rank([enterprise("E1")], [resource("R1")])
    told = lists.for_enterprise(
        replace(ranking, calibrated=calibrated, proven=proven), "E1"
    ).outlook
    assert told is not None
    for lang in LANGUAGES:
        codes = ("untrained", "unproven", "untested")
        remarks = {code: text(f"outlook.{code}")[lang] for code in codes}
        assert [r for r in remarks if told[lang].endswith(remarks[r])] == [remark] * bool(remark)


def test_a_list_of_the_rule_says_where_its_amounts_were_learned_from_agreements() -> None:
    ranking = rank([enterprise("E1")], [resource("R1")])
    learned = AmountModel(ranking.amounts.per_budget, np.full_like(ranking.amounts.flat, 300.0))
    told = lists.for_enterprise(replace(ranking, amounts=learned), "E1").outlook
    assert told is not None and told["en"].endswith(text("outlook.untrained_amounts")["en"])


def test_a_list_says_so_where_nothing_was_ever_signed_and_promises_nothing() -> None:
    ranking = rank([enterprise("E1")], [resource("R1")])
    one = np.ones(1, np.int32)
    for stage, said in ((0, True), (1, False)):
        past = PastIntroductions(one, one, one, np.full(1, stage, np.int8))
        told = lists.for_enterprise(
            replace(ranking, calibrated=True, market=replace(ranking.market, past=past)), "E1"
        ).outlook
        assert told is not None and (text("outlook.none_signed")["en"] in told["en"]) is said
        assert not said or "would change that" not in told["en"]


@pytest.mark.parametrize("paired", [True, False])
def test_only_a_list_within_the_pair_line_is_advised_to_look_beyond_it(paired: bool) -> None:
    ranking = rank([enterprise("E1")], [resource("R1")])
    never = np.full_like(ranking.model.intercepts, -30.0)
    if not paired:
        ranking = replace(ranking, market=replace(ranking.market, graph=replace(
            ranking.market.graph, paired=np.zeros_like(ranking.market.graph.paired)
        )))  # fmt: skip
    answer = lists.for_enterprise(
        replace(ranking, model=replace(ranking.model, intercepts=never)), "E1"
    )
    assert answer.outlook is not None and [m.paired for m in answer.matches] == [paired]
    assert ("pair line" in answer.outlook["en"]) is paired and "next to none" in answer.outlook[
        "en"
    ]


def test_the_expected_investment_is_the_chance_times_the_budget_where_nothing_is_known() -> None:
    ranking = rank(
        [enterprise("E1", budget_wan=1000.0), enterprise("E2", budget_wan=None)],
        [resource("R1", min_investment_wan=None)],
    )
    found = {m.candidate_id: m for m in lists.for_resource(ranking, "R1").matches}
    assert found["E1"].expected_investment_wan == pytest.approx(
        1000 * found["E1"].probability["signed"], rel=1e-5
    )
    assert found["E2"].expected_investment_wan is None
    assert "investment_unknown" in [code for code, _ in found["E2"].cautions]


def test_what_the_investment_rests_on_is_said_and_cautioned_of_where_it_is_too_much() -> None:
    kinds = len(RESOURCE_KINDS)
    ranking = rank(
        [enterprise("E1", budget_wan=1000.0), enterprise("E2", budget_wan=None)],
        [resource("R1", min_investment_wan=None)],
    )
    for factor, most, codes in (
        (1.6, 5000.0, {"over_budget"}), (0.9, 5000.0, set()), (0.9, 800.0, {"above_any_seen"}),
        (1.6, 800.0, {"over_budget", "above_any_seen"}),
    ):  # fmt: skip
        past = AmountModel(np.full(kinds, factor), np.full(kinds, 700.0), most)
        asked = lists.for_resource(replace(ranking, amounts=past), "R1")
        found = {m.candidate_id: m for m in asked.matches}
        basis = found["E1"].investment_basis
        assert basis is not None and f"{factor}倍" in basis["zh"] and str(factor) in basis["en"]
        told = {code for code, _ in found["E1"].cautions}
        assert told & {"over_budget", "above_any_seen"} == codes
        assert (found["E2"].investment_basis or {})["zh"].startswith("预算未填")
    alone = {m.candidate_id: m.investment_basis for m in lists.for_resource(ranking, "R1").matches}
    assert alone["E1"] is not None and "按预算计" in alone["E1"]["zh"] and alone["E2"] is None


def test_what_land_costs_is_no_reason_for_who_needs_none() -> None:
    rows = [
        enterprise("E1", land_need_mu=0.0),
        enterprise("E2", land_need_mu=90.0, budget_wan=1000.0),
        enterprise("E3", kind="institution", industry=None, land_need_mu=None),
    ]
    cheap = resource("R1", land_mu=100.0, land_price_wan_per_mu=1.0)
    dear = resource("R2", land_mu=100.0, land_price_wan_per_mu=50.0)
    found = {
        m.candidate_id: {reason.feature for reason in m.reasons} & {"land_price", "land_cost"}
        for m in lists.for_resource(rank(rows, [cheap, dear]), "R2").matches
    }
    assert not found["E1"] and not found["E3"] and found["E2"]


@pytest.mark.parametrize(("kind", "cautioned"), [("education", True), ("village", False)])
def test_a_kind_that_intents_hardly_ask_for_is_cautioned_of(kind: str, cautioned: bool) -> None:
    ranking = rank([enterprise("E1", intents=("invest",))], [resource("R1", kind=kind)])
    [match] = lists.for_enterprise(ranking, "E1").matches
    said = dict(match.cautions).get("not_its_intent")
    assert (said is not None) == cautioned
    assert said is None or ("投资办厂" in said["zh"] and "教育" in said["zh"])


def test_a_known_pair_that_was_wanted_stays_first() -> None:
    ranking = rank(
        [enterprise("E1")],
        [resource("R1"), resource("R2", industries=("36",))],
        outcomes=[outcome("E1", "R2", date(2008, 1, 1), "declined")],
        interests=[interest("enterprise", "E1", "R2", "must")],
    )
    answer = lists.for_enterprise(ranking, "E1")
    assert listed(answer) == ["R2", "R1"]
    assert answer.matches[0].known == "declined"


def _codes(ranking: Ranking, e: str, r: str) -> set[str]:
    return {code for code, _ in lists.for_pair(ranking, e, r).match.cautions}


# --- what is not known --------------------------------------------------------------------------


def test_what_is_not_known_of_the_query_is_said_once_and_rows_name_the_candidates_own() -> None:
    ranking = rank(
        [enterprise(f"E{i}", budget_wan=None if i else 1000.0, land_need_mu=1.0) for i in range(3)],
        [resource("R1", min_investment_wan=None, max_pollution=None)],
    )
    answer = lists.for_resource(ranking, "R1")
    assert answer.query_unknown is not None
    assert {"最低投资额", "污染上限"} <= set(answer.query_unknown["zh"].split("、"))
    assert answer.as_dict("")["query_unknown"] == answer.query_unknown
    for match in answer.matches:
        said = "".join(text["zh"] for code, text in match.cautions if code == "unknown")
        assert "资源" not in said
        assert ("企业投资预算" in said) == (match.candidate_id != "E0")


def test_what_says_nothing_of_a_kind_is_not_called_unknown() -> None:
    ranking = rank(
        [enterprise("E1", kind="institution", pollution_level=None, energy_need_tce=5.0)],
        [resource("R1", kind="education", min_investment_wan=None, max_pollution=None)],
    )
    said = dict(lists.for_pair(ranking, "E1", "R1").match.cautions)["unknown"]["zh"]
    for spared in ("最低投资额", "污染", "用能"):
        assert spared not in said
    assert "资源说明" in said


def test_a_pair_asked_for_by_name_is_told_what_is_not_known_of_either() -> None:
    ranking = rank([enterprise("E1", budget_wan=None)], [resource("R1", max_pollution=None)])
    said = dict(lists.for_pair(ranking, "E1", "R1").match.cautions)["unknown"]["en"]
    assert "enterprise: " in said and "resource: " in said


def test_a_query_of_which_all_is_known_says_nothing() -> None:
    whole = enterprise("E1", description="化纤织造", land_need_mu=1.0, labour_need=1,
                       energy_need_tce=1.0)  # fmt: skip
    answer = lists.for_enterprise(rank([whole], [resource("R1")]), "E1")
    assert answer.query_unknown is None and "query_unknown" not in answer.as_dict("")
