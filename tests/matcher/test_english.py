"""English answers are English: no Chinese but what users wrote themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import data
from features.industries import Industries
from features.ingest import EmptyStore, read
from features.language import Text
from features.market import Market
from features.regions import Regions
from features.tables import Table
from matcher import lists
from matcher.interests import find_interests
from matcher.limits import find_limits
from matcher.match_list import Match
from matcher.ranking import Ranking
from models.amounts import fit_amounts
from models.fitting import fit_stages
from models.history import introductions
from models.rule import expert_rule
from small_market import OnceEncoder

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
DEMO = Path(str(data.folder("demo")))
TODAY = date(2009, 12, 31)


@cache
def demonstration(fitted: bool) -> Ranking:
    """The demonstration data as a ranking by the rule or by a fitted model."""
    tables = read([DEMO], references=EmptyStore()).tables
    history = introductions(tables["outcomes"], None, as_of=TODAY)
    market = Market.build(tables, as_of=TODAY, encoder=OnceEncoder())
    past = history.past(market.regions, market.enterprises.table, market.resources.table)
    market = market.knowing(past)
    wanted = find_interests(market, tables.get("interests"))
    rule = expert_rule(tuple(market.features))
    return Ranking(
        market=market,
        model=fit_stages(market, history, learned_meaning=False) if fitted else rule,
        limits=find_limits(market, refused=wanted.refused),
        interests=wanted,
        amounts=fit_amounts(market, history),
        model_about={"id": "rule", "trained_as_of": None, "degraded": False},
        calibrated=fitted,
    )


def _skills(market: Market) -> list[str]:
    """Every skill that a user wrote, longest first."""
    found = {
        str(skill)
        for table in (market.enterprises.table, market.resources.table)
        for skills in table["skills"]
        if isinstance(skills, tuple)
        for skill in skills
    }
    return sorted(found, key=lambda s: (-len(s), s))


def _said(match: Match) -> Iterator[Text]:
    yield match.region_name
    yield from (reason.text for reason in match.reasons)
    yield from (said for _, said in match.cautions)
    yield from match.improve


@pytest.mark.parametrize("fitted", [False, True])
def test_no_english_sentence_of_the_demonstration_data_holds_chinese(fitted: bool) -> None:
    ranking = demonstration(fitted)
    market = ranking.market
    written = _skills(market)
    rng = np.random.default_rng(11)
    told: list[Text] = []
    for i in rng.choice(len(market.enterprises), 15, replace=False):
        answer = lists.for_enterprise(ranking, market.enterprises.ids[i], top=8)
        told += [said for match in answer.matches for said in _said(match)]
        told += [said for said in (answer.outlook, answer.note) if said]
    for i in rng.choice(len(market.resources), 15, replace=False):
        answer = lists.for_resource(ranking, market.resources.ids[i], top=8)
        told += [said for match in answer.matches for said in _said(match)]
        told += [said for said in (answer.outlook, answer.note) if said]
    for _ in range(150):
        e = market.enterprises.ids[rng.integers(len(market.enterprises))]
        r = market.resources.ids[rng.integers(len(market.resources))]
        pair = lists.for_pair(ranking, e, r)
        told += [*_said(pair.match), *(said for _, said in pair.barred)]
    assert len(told) > 1000
    for said in told:
        english = said["en"]
        for skill in written:
            english = english.replace(skill, "")
        assert not CHINESE.search(english), said
        assert said["zh"] != said["en"] or said["zh"] == "—", said


def test_a_list_for_a_region_names_it_in_both_languages() -> None:
    answer = lists.for_region(demonstration(False), "330803", top=1)
    assert (answer.query["name"], answer.query["name_en"]) == ("衢江区", "Qujiang District")


def test_every_region_has_an_english_name_of_its_own() -> None:
    regions = Regions.built_in()
    names = [regions.name(code, lang="en") for code in regions.codes]
    assert len(names) == len(set(names)) == 93 + 11
    for name in names:
        assert re.fullmatch(r"[A-Z][a-z']+( She)? (District|County|City|Autonomous County)", name)
    assert regions.name("331100", lang="en") == "Lishui City"
    assert regions.name("330382", 2006, "en") == "Yueqing City"


def test_every_industry_is_called_something_in_english() -> None:
    tree = Industries.built_in()
    for code, level in zip(tree.codes, tree.level, strict=True):
        name = tree.name(code, "en")
        assert not CHINESE.search(name)
        assert name.endswith(f" ({code})") == (level == 4)
    assert tree.name("36", "en") == "manufacture of motor vehicles"
    assert tree.name("3670", "en") == "manufacture of motor vehicle parts and accessories (3670)"


def test_a_users_own_english_names_are_used_and_the_chinese_one_where_there_is_none() -> None:
    rows = Table.from_rows(
        "regions",
        [
            {"code": "361127", "name": "余干县", "name_en": "Yugan County", "prefecture": "上饶市",
             "prefecture_en": "Shangrao City"},
            {"code": "361128", "name": "鄱阳县"},
        ],
    )  # fmt: skip
    regions = Regions.built_in().with_rows(rows)
    named = {code: regions.name(code, lang="en") for code in ("361127", "361128", "361100")}
    assert named == {"361127": "Yugan County", "361128": "鄱阳县", "361100": "Shangrao City"}
    own = Table.from_rows(
        "industries",
        [
            {"code": "1769", "name": "示例", "name_en": "an example"},
            {"code": "1768", "name": "另一示例"},
        ],
    )
    tree = Industries.built_in().with_rows(own)
    assert tree.name("1769", "en") == "an example"
    assert tree.name("1768", "en").endswith("(1768)")
