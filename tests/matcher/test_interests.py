"""Declared interests: a "no" bars, a "must" and an interest of both sides stand first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from matcher import lists
from matcher.interests import find_interests
from matcher.match_list import MatchList
from matcher.ranking import Ranking
from small_market import (
    AS_OF,
    CHUNAN,
    JIANGSHAN,
    KEQIAO,
    NANHU,
    Row,
    enterprise,
    interest,
    listed,
    rank,
    resource,
)

ENTERPRISES = [
    enterprise("E1"),
    enterprise("E2", region=KEQIAO, kind="institution", industry=None),
    enterprise("E3", region=NANHU),
]
RESOURCES = [
    resource("R1"),
    resource("R2", kind="labour", region=JIANGSHAN),
    resource("R3", kind="factory", region=JIANGSHAN),
]


def market(*interests: Row) -> Ranking:
    return rank(ENTERPRISES, RESOURCES, interests=interests)


def barred(ranking: Ranking) -> set[str]:
    """All refused pairs; each is told so and is on no list."""
    e, r = ranking.market.enterprises.ids, ranking.market.resources.ids
    found = {f"{e[a]} {r[b]}" for a, b in ranking.interests.refused}
    for own in e:
        shown = listed(lists.for_enterprise(ranking, own))
        for other in r:
            codes = [code for code, _ in lists.for_pair(ranking, own, other).barred]
            assert (f"{own} {other}" in found) == ("refused" in codes) == (other not in shown)
    return found


@pytest.mark.parametrize(
    ("said", "pairs"),
    [
        (("enterprise", "E1", "R1"), {"E1 R1"}),
        (("resource", "R1", "E1"), {"E1 R1"}),
        (("enterprise", "E1", JIANGSHAN), {"E1 R2", "E1 R3"}),
        (("enterprise", "E1", "330800"), {"E1 R2", "E1 R3"}),
        (("enterprise", "E1", "labour"), {"E1 R2"}),
        (("resource", "R1", "institution"), {"E2 R1"}),
        (("resource", "R1", NANHU), {"E3 R1"}),
        (("region", CHUNAN, "E3"), {"E3 R1"}),
        (("region", JIANGSHAN, "institution"), {"E2 R2", "E2 R3"}),
        (("region", JIANGSHAN, KEQIAO), {"E2 R2", "E2 R3"}),
        (("region", KEQIAO, JIANGSHAN), {"E2 R2", "E2 R3"}),
        (("region", NANHU, "R1"), {"E3 R1"}),
        (("enterprise", "E1", "elsewhere"), set()),
        (("resource", "nobody", "E1"), set()),
    ],
    # A set is written in an order of its own in each process.
    ids=lambda value: " ".join(sorted(value)) if isinstance(value, set) else str(value),
)
def test_a_no_of_either_side_bars_the_pairs_it_means(
    said: tuple[str, str, str], pairs: set[str]
) -> None:
    assert barred(market(interest(*said, "no"))) == pairs


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (1, True), (None, True)])
def test_an_interest_holds_to_the_end_of_its_last_day(days: int | None, holds: bool) -> None:
    until = None if days is None else AS_OF + timedelta(days=days)
    assert barred(market(interest("enterprise", "E1", "R1", "no", until=until))) == (
        {"E1 R1"} if holds else set()
    )


@pytest.mark.parametrize("other", ["must", "yes"])
def test_a_no_outweighs_whatever_the_other_side_says(other: str) -> None:
    ranking = market(
        interest("enterprise", "E1", "R1", other), interest("resource", "R1", "E1", "no")
    )
    assert barred(ranking) == {"E1 R1"}
    assert not ranking.interests.wanted


def first(answer: MatchList, name: str) -> bool:
    """Whether it stands first and its reasons say the interest in both languages."""
    match = answer.matches[0]
    told = [r.text for r in match.reasons if r.feature == "interest"]
    assert all(text["zh"] and text["en"] for text in told)
    return match.candidate_id == name and len(told) == 1


_MUST = [
    [("enterprise", "E1", "{}", "must")],
    [("resource", "{}", "E1", "must")],
    [("enterprise", "E1", "{}", "yes"), ("resource", "{}", "E1", "yes")],
    [("enterprise", "E1", "{}", "must"), ("resource", "{}", "E1", "yes")],
]


@pytest.mark.parametrize("said", _MUST, ids=str)
@pytest.mark.parametrize("name", ["R1", "R2", "R3"])
def test_a_must_and_a_mutual_interest_stand_first_and_are_said(
    said: Sequence[tuple[str, ...]], name: str
) -> None:
    ranking = market(*(interest(*(word.format(name) for word in row)) for row in said))
    answer = lists.for_enterprise(ranking, "E1")
    assert first(answer, name)
    assert [m.rank for m in answer.matches] == [1, 2, 3]
    assert sum(r.feature == "interest" for m in answer.matches for r in m.reasons) == 1


def test_a_must_stands_before_a_mutual_interest_and_that_before_a_single_yes() -> None:
    ranking = market(
        interest("enterprise", "E1", "R3", "must"),
        interest("enterprise", "E1", "R2", "yes"),
        interest("resource", "R2", "E1", "yes"),
        interest("enterprise", "E1", "R1", "yes"),
    )
    answer = lists.for_enterprise(ranking, "E1")
    assert listed(answer) == ["R3", "R2", "R1"]
    texts = {r.text["zh"] for m in answer.matches for r in m.reasons if r.feature == "interest"}
    assert len(texts) == 3


def test_a_must_does_not_lift_a_pair_over_a_limit() -> None:
    ranking = rank(
        [enterprise("E1", pollution_level=3)],
        RESOURCES,
        interests=[interest("enterprise", "E1", "R1", "must")],
    )
    assert listed(lists.for_enterprise(ranking, "E1")) == []
    assert not lists.for_pair(ranking, "E1", "R1").possible


def test_an_interest_changes_no_probability() -> None:
    plain = lists.for_pair(market(), "E1", "R1").match
    wanted = lists.for_pair(market(interest("resource", "R1", "E1", "must")), "E1", "R1").match
    assert wanted.probability == plain.probability
    assert wanted.score > plain.score


def test_without_interests_nothing_is_said() -> None:
    ranking = market()
    assert not find_interests(ranking.market, None).wanted
    assert ranking.interests.bonus(0, 0) == 0
