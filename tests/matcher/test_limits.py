"""Hard limits: a pair that breaks one is on no list; asked for by name it is told why."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.market import Market
from features.tables import Value
from matcher import lists
from matcher.batch import all_lists
from matcher.limits import LIMITS, find_limits
from matcher.ranking import Ranking
from small_market import (
    AS_OF,
    CHUNAN,
    OnceEncoder,
    enterprise,
    interest,
    listed,
    outcome,
    project,
    rank,
    resource,
)

few = settings(max_examples=10)
Window = tuple[date | None, date | None]
_MONEY = st.none() | st.integers(0, 10**6) | st.integers(0, 3)
_DAY = st.none() | st.integers(-3, 3).map(lambda d: AS_OF + timedelta(days=d))
_WINDOW = st.tuples(_DAY, _DAY)


def breaking(limit: str) -> Ranking:
    """A market in which E1 with R1 breaks one limit and no other pair breaks any."""
    bad: dict[str, Value] = {
        "pollution": {"max_pollution": 0},
        "budget": {"min_investment_wan": 2000.1},
        "window": {"available_until": AS_OF - timedelta(days=1)},
        "capacity": {"capacity": 2},
    }.get(limit, {})  # type: ignore[assignment]
    assert isinstance(bad, dict)
    clean: dict[str, Value] = {"pollution_level": 0, "budget_wan": 9000.0}
    return rank(
        [enterprise("E1"), enterprise("E2", **clean)],
        [resource("R1", **bad), resource("R2")],
        projects=[project("P1", "R1"), project("P2", "R1")] if limit == "capacity" else [],
        interests=[interest("resource", "R1", "E1", "no")] if limit == "refused" else [],
        outcomes=[outcome("E1", "R1", date(2008, 1, 1), "signed")] if limit == "signed" else [],
    )


@pytest.mark.parametrize("limit", LIMITS)
def test_a_pair_that_breaks_a_limit_is_never_listed(limit: str) -> None:
    ranking = breaking(limit)
    assert listed(lists.for_enterprise(ranking, "E1")) == ["R2"]
    assert "E1" not in listed(lists.for_resource(ranking, "R1"))
    via = {m.candidate_id: m.via for m in lists.for_region(ranking, CHUNAN).matches}
    assert via["E1"] == "R2"
    for side in ("enterprise", "resource"):
        pairs = {
            pair
            for block in all_lists(ranking, side)  # type: ignore[arg-type]
            for pair in zip(block["query_id"], block["candidate_id"], strict=True)
        }
        assert not pairs & {("E1", "R1"), ("R1", "E1")} and pairs


@pytest.mark.parametrize("limit", LIMITS)
def test_a_pair_that_breaks_a_limit_is_told_why_when_asked_for_by_name(limit: str) -> None:
    answer = lists.for_pair(breaking(limit), "E1", "R1")
    assert not answer.possible
    assert [code for code, _ in answer.barred] == [limit]
    said = answer.barred[0][1]
    assert said["zh"] and said["en"] and "{" not in said["zh"] + said["en"]
    document = answer.as_dict("2008-06-01T00:00:00Z")
    assert document["possible"] is False
    assert document["barred"] == [{"code": limit, "text": said}]
    assert answer.outlook is None and document["outlook"] is None
    assert lists.for_pair(breaking(limit), "E1", "R2").possible


def test_a_pair_that_breaks_several_limits_is_told_all_of_them() -> None:
    ranking = rank(
        [enterprise("E1", pollution_level=3, budget_wan=1.0)],
        [resource("R1", capacity=0)],
        interests=[interest("enterprise", "E1", "R1", "no")],
    )
    codes = [code for code, _ in lists.for_pair(ranking, "E1", "R1").barred]
    assert codes == ["pollution", "budget", "capacity", "refused"]


def test_the_reason_names_the_figures() -> None:
    (_, said), *_ = lists.for_pair(
        rank([enterprise("E1", pollution_level=3)], [resource("R1")]), "E1", "R1"
    ).barred
    assert "3" in said["zh"] and "2" in said["zh"]


@few
@given(st.lists(_MONEY, min_size=1), st.lists(_MONEY, min_size=1))
def test_a_budget_is_out_below_half_of_the_least_investment_only(
    budgets: list[int | None], least: list[int | None]
) -> None:
    broken = _broken_pairs(
        "budget",
        [{"budget_wan": None if b is None else float(b)} for b in budgets],
        [{"min_investment_wan": None if m is None else float(m)} for m in least],
    )
    assert broken == [
        [b is not None and m is not None and 2 * b < m for m in least] for b in budgets
    ]


@pytest.mark.parametrize(("budget", "possible"), [(250.0, True), (249.99, False), (None, True)])
def test_half_of_the_least_investment_is_enough(budget: float | None, possible: bool) -> None:
    ranking = _one({"budget_wan": budget}, {"min_investment_wan": 500.0})
    assert (_broken(ranking) == []) is possible


def test_pollution_bars_above_the_limit_only() -> None:
    levels = [None, 0, 1, 2, 3]
    broken = _broken_pairs(
        "pollution",
        [{"pollution_level": level} for level in levels],
        [{"max_pollution": limit} for limit in levels],
    )
    assert broken == [[e is not None and r is not None and e > r for r in levels] for e in levels]


@few
@given(st.lists(_WINDOW, min_size=1), st.lists(_WINDOW, min_size=1))
def test_windows_must_have_a_day_in_common_on_or_after_the_as_of_date(
    own: list[Window], other: list[Window]
) -> None:
    days = [AS_OF + timedelta(days=d) for d in range(10)]

    def open_on(window: Window) -> set[date]:
        first, last = window[0] or date(1900, 1, 1), window[1] or date(2100, 12, 31)
        return {day for day in days if first <= day <= last}

    broken = _broken_pairs(
        "window",
        [{"available_from": a, "available_until": b} for a, b in own],
        [{"available_from": a, "available_until": b} for a, b in other],
    )
    assert broken == [[not open_on(e) & open_on(r) for r in other] for e in own]


@pytest.mark.parametrize(
    ("signed_on", "ended_on", "left"),
    [
        (AS_OF, None, 0),
        (AS_OF + timedelta(days=1), None, 1),
        (None, None, 1),
        (date(2007, 1, 1), AS_OF, 1),
        (date(2007, 1, 1), AS_OF + timedelta(days=1), 0),
    ],
)
def test_a_project_signed_by_the_as_of_date_and_not_ended_uses_one_place(
    signed_on: date | None, ended_on: date | None, left: int
) -> None:
    ranking = rank(
        [enterprise("E1")],
        [resource("R1", capacity=1), resource("R2", capacity=1)],
        projects=[project("P1", "R1", signed_on=signed_on, ended_on=ended_on)],
    )
    assert ranking.limits.capacity_left.tolist() == [left, 1]
    assert listed(lists.for_enterprise(ranking, "E1")) == (["R1", "R2"] if left else ["R2"])


def test_a_capacity_that_is_not_known_is_one_and_none_is_never_listed() -> None:
    ranking = rank([enterprise("E1")], [resource("R1", capacity=None), resource("R2", capacity=0)])
    assert ranking.limits.capacity_left.tolist() == [1, 0]
    assert listed(lists.for_enterprise(ranking, "E1")) == ["R1"]


def test_outcome_rows_never_use_capacity() -> None:
    ranking = rank(
        [enterprise("E1"), enterprise("E2")],
        [resource("R1", capacity=1)],
        outcomes=[outcome("E1", "R1", date(2007, 1, 1), "completed")],
    )
    assert ranking.limits.capacity_left.tolist() == [1]
    assert listed(lists.for_resource(ranking, "R1")) == ["E2"]


@pytest.mark.parametrize("stage", ["signed", "started", "funded", "completed"])
def test_a_pair_signed_already_is_barred_until_it_ends(stage: str) -> None:
    rows = [outcome("E1", "R1", date(2007, 1, 1), stage)]
    assert _broken(rank([enterprise("E1")], [resource("R1")], outcomes=rows)) == ["signed"]
    if stage != "completed":
        rows.append(outcome("E1", "R1", date(2007, 6, 1), "failed"))
        assert _broken(rank([enterprise("E1")], [resource("R1")], outcomes=rows)) == []


@few
@given(st.data())
def test_a_block_says_the_same_of_a_pair_as_the_pair_alone(data: st.DataObject) -> None:
    numbers = st.none() | st.integers(0, 3)
    ranking = rank(
        [
            enterprise(f"E{i}", pollution_level=data.draw(numbers),
                       budget_wan=data.draw(st.sampled_from([None, 100.0, 600.0])))
            for i in range(3)
        ],
        [resource(f"R{i}", max_pollution=data.draw(numbers), capacity=i) for i in range(3)],
    )  # fmt: skip
    limits = find_limits(ranking.market, refused=[(1, 2)], signed=[("E2", "R1")])
    whole = limits.barred(np.arange(3), np.arange(3))
    for e in range(3):
        for r in range(3):
            assert limits.barred(np.array([e]), np.array([r]))[0, 0] == whole[e, r]
            assert [code for code, _ in limits.why(e, r)] == [
                name for bit, name in enumerate(LIMITS) if whole[e, r] >> bit & 1
            ]


def test_limits_hold_for_a_market_of_nothing() -> None:
    ranking = rank([enterprise("E1")], [])
    empty: Market = ranking.market
    assert find_limits(empty).barred(np.arange(1), np.arange(0)).shape == (1, 0)
    assert OnceEncoder().encode([]).shape == (0, OnceEncoder.dimension)


def _one(own: dict[str, Value], other: dict[str, Value]) -> Ranking:
    return rank([enterprise("E1", **own)], [resource("R1", **other)])


def _broken_pairs(
    limit: str, own: list[dict[str, Value]], other: list[dict[str, Value]]
) -> list[list[bool]]:
    """[enterprise][resource] whether the pair breaks the limit."""
    ranking = rank(
        [enterprise(f"E{i:02}", **cells) for i, cells in enumerate(own)],
        [resource(f"R{i:02}", **cells) for i, cells in enumerate(other)],
    )
    barred = ranking.limits.barred(np.arange(len(own)), np.arange(len(other)))
    return ((barred >> LIMITS.index(limit) & 1) == 1).tolist()


def _broken(ranking: Ranking) -> list[str]:
    codes = [code for code, _ in lists.for_pair(ranking, "E1", "R1").barred]
    assert (listed(lists.for_enterprise(ranking, "E1")) == []) is bool(codes)
    return codes
