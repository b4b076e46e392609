"""Reasons name what stands in the two profiles, and only what is true of them."""

from __future__ import annotations

import math
import re
from datetime import date
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import data
from features.graph import PastIntroductions
from features.ingest import EmptyStore, read
from features.language import LANGUAGES
from features.market import Market
from features.pairs import FEATURES
from features.tables import Value
from models.effects import EFFECTS
from models.explain import LEARNED, explain
from models.fitting import fit_stages
from models.history import introductions
from models.reason_facts import NOT_ITS_INTENT
from models.reason_words import figure
from models.reasons import PairWords, topic
from models.rule import expert_rule
from models.stages import StageModel
from tests.handmade_market import (
    CHUNAN,
    ENCODER,
    JIANGSHAN,
    NANHU,
    XIAOSHAN,
    Row,
    enterprise,
    make,
    resource,
    rows,
)

TOPICS = sorted({topic(part) for part in [*FEATURES, *(f"effect:{e}" for e in EFFECTS), LEARNED]})
DEMO = Path(str(data.folder("demo")))
GAP = re.compile(r"[{}]|\bnan\b|\bNone\b|\binf\b|\de[+-]\d", re.IGNORECASE)


def _words(e_cells: Row | None = None, r_cells: Row | None = None) -> PairWords:
    market = make([enterprise("E1", **(e_cells or {}))], [resource("R1", **(r_cells or {}))])
    return PairWords(market, 0, 0)


# --- figures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"), (3, "3"), (1234.0, "1234"), (123456.7, "123457"), (99.96, "100"), (12.5, "12.5"),
        (12.04, "12"), (8.75, "8.8"), (0.05, "0.05"), (1e-9, "0"), (-1e-9, "0"),
        (None, "—"), (math.nan, "—"), ("x", "—"),
        (np.float32(2.5), "2.5"), (-3.0, "-3"),
    ],
)  # fmt: skip
def test_a_figure_is_written_as_people_do(value: object, written: str) -> None:
    assert figure(value) == written


@given(st.floats(-1e9, 1e12))
def test_a_figure_is_near_its_number_and_plain(value: float) -> None:
    written = figure(value)
    assert re.fullmatch(r"-?\d+(\.\d+)?", written)
    assert float(written) == pytest.approx(value, rel=0.06, abs=0.05)


# --- what is named ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "e_cells", "r_cells", "named"),
    [
        ("land_met", {"land_need_mu": 30.0}, {"land_mu": 80.0}, ("30", "80")),
        ("labour_met", {"labour_need": 120}, {"labour_supply": 300}, ("120", "300")),
        ("energy_met", {"energy_need_tce": 7.5}, {"energy_quota_tce": 9.0}, ("7.5", "9")),
        ("budget_room", {"budget_wan": 5000.0}, {"min_investment_wan": 1000.0}, ("5000", "1000")),
        ("subsidy", {}, {"subsidy_rate": 0.03}, ("3%",)),
        ("places_left", {}, {"capacity": 4}, ("4",)),
        ("pollution_room", {"pollution_level": 1}, {"max_pollution": 2}, ("1", "2")),
        ("growth", {"growth": 0.25}, {}, ("25%",)),
        ("size", {"revenue_wan": 4321.0}, {}, ("4321",)),
        ("industry_welcome", {"industry": "1761"}, {"industries": ("17",)}, ("纺织业",)),
        ("intent_fit", {"intents": ("invest",)}, {"kind": "land"}, ("投资", "土地")),
        ("forms_shared", {"forms": ("lease",)}, {"forms": ("lease", "equity")}, ("租赁",)),
        ("skills_met", {"skills": ("缝纫", "电焊")}, {"skills": ("缝纫工",)}, ("缝纫",)),
        ("paired", {}, {}, ("萧山区", "淳安县")),
        ("county", {}, {}, ("淳安县",)),
        ("home", {}, {}, ("萧山区",)),
    ],
)  # fmt: skip
def test_the_figures_named_are_those_of_the_two_profiles(
    about: str, e_cells: Row, r_cells: Row, named: tuple[str, ...]
) -> None:
    said = _words(e_cells, r_cells).reason(about, 1.0)
    for piece in named:
        assert piece in said["zh"], said


def test_a_distance_is_told_in_kilometres_from_where_the_resource_lies() -> None:
    near = _words({}, {"enclave_region": XIAOSHAN})
    assert "0 公里" in near.reason("distance", 1.0)["zh"]
    far = _words({}, {})
    assert f"{far.km:.0f} 公里" in far.reason("distance", -1.0)["zh"]
    assert math.isnan(_words({"kind": "merchant", "region": None}).km)


def test_the_record_of_a_line_is_counted() -> None:
    words = _words()
    regions = words.market.regions.index
    a, b = np.array([[regions[XIAOSHAN]] * 3, [regions[CHUNAN]] * 3])
    days = np.array([date(2007, 1, d).toordinal() for d in (1, 2, 3)])
    other = PastIntroductions.of(
        np.append(a, regions[NANHU]), np.append(b, regions[JIANGSHAN]),
        [np.append(days, days[0]), np.append(days, 0) * [1, 1, 0, 0]],
    )  # fmt: skip
    told = PairWords(words.market.knowing(other), 0, 0).reason("line_history", 1.0)
    assert "3 次对接，2 次签约" in told["zh"] and "2 of 3" in told["en"]


def test_a_column_of_ones_own_is_named() -> None:
    words = _words({"x_rank": 3.0}, {"x_rank": 2.0})
    for name in ("x_e:rank", "x_product:rank"):
        assert "x_rank" in words.reason(topic(name), -1.0)["en"]


# --- only what is true --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "part", "e_cells", "r_cells", "never", "instead"),
    [
        ("land_met", 1, {"land_need_mu": 50.0}, {"land_mu": 40.0}, "用地可满足", "部分"),
        ("land_met", -1, {"land_need_mu": 40.0}, {"land_mu": 50.0}, "用地不足", "不利"),
        ("land_met", 1, {"land_need_mu": 0.0}, {}, "—", "企业不需用地"),
        ("labour_met", 1, {"labour_need": 9}, {"labour_supply": 0}, "可满足", "有利"),
        ("pollution_room", 1, {"pollution_level": 3}, {}, "达标", "有利"),
        ("pollution_room", -1, {"pollution_level": 0}, {"max_pollution": 3}, "余量小", "不利"),
        ("budget_room", -1, {"budget_wan": 9000.0}, {"min_investment_wan": 10.0}, "偏紧", "不利"),
        ("budget_room", 1, {"budget_wan": 60.0}, {"min_investment_wan": 100.0}, "充足", "有利"),
        ("land_price", 1, {"land_need_mu": 0.0}, {}, "—", "有利"),
        ("paired", -1, {}, {}, "不是结对", "不利"),
        ("paired", 1, {"region": NANHU}, {}, "结对地区：", "有利"),
        ("distance", 1, {"region": "330604"}, {"region": "331181"}, "距离近", "有利"),
        ("distance", -1, {}, {"enclave_region": XIAOSHAN}, "距离远", "不利"),
        ("line_history", 1, {}, {}, "成效好", "有利"),
        ("skills_met", 1, {"skills": ("电焊",)}, {"skills": ("缝纫",)}, "具备：", "有利"),
        ("skills_met", -1, {"skills": ("缝纫",)}, {"skills": ("缝纫",)}, "缺乏", "不利"),
        ("intent_fit", -1, {"intents": ("invest",)}, {"kind": "land"}, "不合", "不利"),
        ("forms_shared", 1, {"forms": ("lease",)}, {"forms": ("equity",)}, "—", "有利"),
        ("industry_welcome", -1, {"industry": "17"}, {"industries": ("17",)}, "不在", "不利"),
        ("chain_same", 1, {}, {}, "强链：", "有利"),
        ("chain_same", -1, {}, {}, "（当地：—）", "看不出"),
        ("growth", 1, {"growth": -0.2}, {}, "收入增长", "有利"),
    ],
)  # fmt: skip
def test_a_weight_against_the_facts_never_makes_a_false_sentence(
    about: str, part: float, e_cells: dict[str, Value], r_cells: dict[str, Value],
    never: str, instead: str,
) -> None:  # fmt: skip
    said = _words(e_cells, r_cells).reason(about, float(part))
    assert never not in said["zh"] and instead in said["zh"], said


@pytest.mark.parametrize("way", [1.0, -1.0])
def test_descriptions_are_told_of_only_where_both_sides_have_one(way: float) -> None:
    ours: dict[str, Value] = {"description": "化纤面料织造"}
    theirs: dict[str, Value] = {"description": "欢迎面料企业"}
    said = {
        (bool(e), bool(r)): _words(e, r).reason("text_similarity", way)
        for e in (ours, {}) for r in (theirs, {})
    }  # fmt: skip
    assert "descriptions" in said[True, True]["en"]
    assert "business is not described" in said[False, True]["en"]
    assert "it is not described" in said[True, False]["en"]
    assert "neither side is described" in said[False, False]["en"]
    assert "descriptions" not in " ".join(t["en"] for k, t in said.items() if k != (True, True))


def test_how_clean_an_enterprise_is_can_be_told_without_the_places_limit() -> None:
    clean, dirty = (_words({"pollution_level": level}, {}) for level in (0, 2))
    assert "没有污染" in clean.reason("pollution_room", 1.0)["zh"]
    assert "污染 2 级" in dirty.reason("pollution_room", -1.0)["zh"]
    assert "不利" in clean.reason("pollution_room", -1.0)["zh"]
    assert "有利" in _words({}, {}).reason("pollution_room", 1.0)["zh"]


def test_needed_skills_are_told_apart() -> None:
    words = _words({"skills": ("缝纫", "电焊", "会计")}, {"skills": ("缝纫工", "Welder")})
    assert words.reason("skills_met", 1.0)["zh"].endswith("：缝纫")
    assert words.reason("skills_met", -1.0)["zh"].endswith("：电焊、会计")


# --- no gap, whatever the pair ------------------------------------------------------------------


@given(rows())
@settings(max_examples=8)
def test_no_sentence_of_any_topic_has_a_gap_whatever_is_missing(
    drawn: tuple[list[Row], list[Row]],
) -> None:
    words = PairWords(make(*drawn), 0, 0)
    for about in TOPICS:
        for part in (1.0, -1.0):
            said = words.reason(about, part)
            for lang in LANGUAGES:
                assert not GAP.search(said[lang]), (about, said)


@cache
def _demonstration() -> tuple[Market, StageModel]:
    tables = read([DEMO], references=EmptyStore()).tables
    today = date(2009, 12, 31)
    market = Market.build(tables, as_of=today, encoder=ENCODER)
    past = introductions(tables["outcomes"], None, as_of=today)
    known = past.past(market.regions, market.enterprises.table, market.resources.table)
    market = market.knowing(known)
    return market, fit_stages(market, past, learned_meaning=False)


@pytest.mark.parametrize("which", ["rule", "fitted"])
def test_no_reason_told_of_the_demonstration_data_has_a_gap_or_a_dash(which: str) -> None:
    market, model = _demonstration()
    if which == "rule":
        model = expert_rule(model.names)
    rng = np.random.default_rng(3)
    e = rng.integers(len(market.enterprises), size=150)
    r = rng.integers(len(market.resources), size=150)
    told = explain(model, market, e, r)
    for i in range(len(e)):
        words = PairWords(market, int(e[i]), int(r[i]), partial(told.feature, i))
        by_topic: dict[str, float] = {}
        for name, part in zip(told.names, told.contributions[i].tolist(), strict=True):
            by_topic[topic(name)] = by_topic.get(topic(name), 0.0) + part
        for about, part in sorted(by_topic.items(), key=lambda item: -abs(item[1]))[:6]:
            said = words.reason(about, part)
            for lang in LANGUAGES:
                assert not GAP.search(said[lang]), (about, said)
            assert "—" not in said["en"], (about, said)


def test_what_an_empty_cell_counts_for_is_told_with_the_rest_of_its_topic() -> None:
    assert topic("intent_hire?") == topic("intent_fit?") == topic("intent_fit") == "intent_fit"
    assert topic("trade_text?") == topic("text_similarity>0.3") == "text_similarity"
    assert topic("land_cost?") == "land_cost" != topic("land_price")


def _with_gaps(words: PairWords, *gaps: str) -> PairWords:
    """The same words under a model to which it counts that these features are not known."""
    at_hand = {f"{name}?": 1.0 for name in gaps}
    return PairWords(words.market, words.enterprise, words.resource, at_hand.get)


@pytest.mark.parametrize(("part", "said"), [(1.0, "raise"), (-1.0, "lower")])
def test_where_all_of_a_topic_is_not_known_the_empty_cells_are_named(
    part: float, said: str
) -> None:
    words = _with_gaps(_words({}, {"min_investment_wan": 100.0}), "budget_room")
    told = words.reason("budget_room", part)
    assert "无从判断" in told["zh"] and "企业投资预算没有填" in told["zh"]
    assert "最低投资额" not in told["zh"], "a cell that is filled in"
    assert said in told["en"] and "have come to" not in told["en"]


@pytest.mark.parametrize("part", [1.0, -1.0])
def test_where_some_of_a_topic_is_known_no_more_is_claimed_than_that(part: float) -> None:
    cells: Row = {"description": "化纤面料织造"}
    told = _with_gaps(_words(cells, {"description": "工业用地"}), "trade_text").reason(
        "text_similarity", part
    )
    assert "只看得出一部分" in told["zh"] and "企业行业代码没有填" in told["zh"]
    assert "主营业务没有填" not in told["zh"] and "相去较远" not in told["zh"]


def test_every_feature_that_may_not_be_known_names_the_cells_it_is_made_of() -> None:
    blank: Row = dict.fromkeys(("region", "industry", "description", "name"))
    bare = _words({**blank, "kind": "merchant"}, {"region": None, "name": None})
    for name in FEATURES:
        if math.isnan(bare.feature(name)):
            told = _with_gaps(bare, name).reason(topic(f"{name}?"), 1.0)
            assert "没有填" in told["zh"], name


def test_an_empty_column_of_ones_own_is_named_as_such() -> None:
    words = _with_gaps(_words({"x_rank": None}, {"x_rank": 2.0}), "x_e:rank")
    assert "企业x_rank没有填" in words.reason("x_e:rank", 1.0)["zh"]


# --- what one's own columns and two traits together are told by -----------------------------------


def test_a_value_of_ones_own_is_told_beside_what_is_usual() -> None:
    rows = [enterprise(f"E{k}", x_score=float(k)) for k in (60, 70, 97)]
    market = make(rows, [resource("R1", x_class="A")])
    high, low, usual = (PairWords(market, k, 0).reason("x_e:score", 1.0) for k in (2, 0, 1))
    assert "x_score（97，高于一般的70）" in high["zh"] and "97, above the usual 70" in high["en"]
    assert "低于一般" in low["zh"] and "与一般相当" in usual["zh"]
    assert "（A）" in PairWords(market, 0, 0).reason("own:resource:x_class", -1.0)["zh"]


def test_two_traits_together_are_told_with_both_values() -> None:
    rows = [enterprise(f"E{k}", x_score=float(k)) for k in (60, 70, 97)]
    market = make(rows, [resource("R1", kind="education", industries=("17",))])
    told = PairWords(market, 2, 0).reason("met:own:enterprise:x_score×trade", 1.0)
    assert "97" in told["zh"] and "纺织业" in told["zh"] and "有利" in told["zh"]
    told = PairWords(market, 2, 0).reason("met:enterprise_kind×resource_kind", -1.0)
    assert "企业" in told["zh"] and "教育" in told["zh"]


# --- land, ties, intents --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "part", "said"),
    [("land_cost", -1.0, "约 1287 万元，占预算 94.4%"), ("land_price", 1.0, "从“地价”看较有利")],
)
def test_land_is_told_by_what_it_would_cost_and_never_called_cheap_by_its_weight_alone(
    about: str, part: float, said: str
) -> None:
    words = _words({"land_need_mu": 110.0, "budget_wan": 1364.0}, {"land_price_wan_per_mu": 11.7})
    assert said in words.reason(about, part)["zh"]


@pytest.mark.parametrize("part", [1.0, -1.0])
def test_past_ties_are_told_by_their_counts_and_never_called_few(part: float) -> None:
    told = _words().reason("outcome_nearness", part)
    assert "对接 0 次、签约 0 次" in told["zh"] and "seldom" not in told["en"]


def test_a_caution_about_intents_and_the_reason_agree() -> None:
    for kind, fits in (("education", False), ("village", True)):
        words = _words({"intents": ("invest",)}, {"kind": kind})
        told = words.reason("intent_fit", -1.0)
        assert ("不合" in told["zh"]) != fits
        assert (words.feature("intent_fit") <= NOT_ITS_INTENT) != fits
