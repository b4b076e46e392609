"""The programme's rates: properties of any register, hand-worked cases, the published figures."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_register import (
    CHANGSHAN,
    CIXI,
    FIRST,
    JIANGSHAN,
    KEQIAO,
    LAST,
    QINGTIAN,
    REGIONS,
    XIAOSHAN,
    Row,
    as_published,
    project,
    projects_and_funds,
    register,
    tranche,
)
from matcher.rates import BY, OUTSIDE_KEY, Filters, Rates, rate_table
from matcher.register import Register

Drawn = tuple[list[Row], list[Row]]
COUNTS = ("projects", "fulfilled", "started", "in_production", "completed", "ended")
MONEY = ("agreed_wan", "in_place_wan", "apart_wan", "over_wan", "aid_wan", "subsidy_wan")
MARCH = date(2006, 3, 1)
DAYS = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(days=n))


def whole(projects: list[Row], funds: list[Row] = (), **options: date) -> Rates:  # type: ignore[assignment]
    (found,) = rate_table(register(projects, funds, **options))
    return found


@given(projects_and_funds(), DAYS, st.sampled_from(BY))
def test_parts_add_up_to_the_whole_and_rates_lie_between_none_and_all(
    drawn: Drawn, as_of: date, by: str
) -> None:
    on_the_day = register(*drawn, as_of=as_of)
    (total,) = rate_table(on_the_day)
    parts = rate_table(on_the_day, by)
    for name in (*COUNTS, *MONEY):
        summed = sum(getattr(part, name) or 0.0 for part in parts)
        assert summed == pytest.approx(getattr(total, name) or 0.0, rel=1e-9, abs=1e-4), name
    for name in total.missing:
        summed = sum(part.missing.get(name, 0) for part in parts)
        assert summed == pytest.approx(total.missing[name], abs=1e-4), name
    for part in (total, *parts):
        assert all(rate is None or 0 <= rate <= 1 for rate in part.rates().values())
        assert part.fulfilled >= part.started
        assert len(set(part.ids)) == len(part.ids) >= part.projects - 1e-6
    assert {i for part in parts for i in part.ids} == set(total.ids)


@given(projects_and_funds(), projects_and_funds(), DAYS)
def test_what_is_dated_later_never_changes_an_earlier_cut_off(
    drawn: Drawn, more: Drawn, as_of: date
) -> None:
    projects, funds = drawn
    later = [
        p | {"id": f"L{p['id']}"} for p in more[0]
        if isinstance(p["signed_on"], date) and p["signed_on"] > as_of
    ]  # fmt: skip
    paid = [f for f in more[1] if f["date"] > as_of and projects]  # type: ignore[operator]
    paid = [f | {"project_id": projects[0]["id"]} for f in paid]
    moved = [
        {k: v + timedelta(days=9) if isinstance(v, date) and v > as_of else v for k, v in p.items()}
        for p in projects
    ]
    before = register(projects, funds, as_of=as_of)
    after = register(moved + later, funds + paid, as_of=as_of)
    for by in (None, *BY):
        assert rate_table(after, by) == rate_table(before, by)


@given(projects_and_funds(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(drawn: Drawn, dice: random.Random) -> None:
    projects, funds = (dice.sample(part, len(part)) for part in drawn)
    for by in (None, "line", "region"):
        assert rate_table(register(projects, funds), by) == rate_table(register(*drawn), by)


@given(projects_and_funds())
def test_filters_give_the_rows_of_the_table(drawn: Drawn) -> None:
    found = register(*drawn)
    for row in rate_table(found, "year"):
        (same,) = rate_table(found, None, Filters(year=int(row.key[0])))
        assert (same.ids, same.rates()) == (row.ids, row.rates())
    for row in rate_table(found, "campaign"):
        if row.key[0]:
            (same,) = rate_table(found, None, Filters(campaign=row.key[0]))
            assert (same.ids, same.agreed_wan) == (row.ids, row.agreed_wan)


def test_the_published_rates_come_out_of_a_register_of_their_size() -> None:
    on_the_day = Register.of(as_published(), REGIONS, date(2006, 12, 31))
    (found,) = rate_table(on_the_day)
    assert found.projects == 3230
    assert found.agreed_wan == pytest.approx(13_093_800, abs=20)
    told = {name: round(rate, 2) for name, rate in found.rates().items() if rate is not None}
    assert told == {
        "fulfilment_rate": 0.95, "start_rate": 0.85,
        "production_rate": 0.66, "funds_in_place_rate": 0.51,
    }  # fmt: skip
    for by in BY:
        assert sum(r.projects for r in rate_table(on_the_day, by)) == pytest.approx(3230)


def test_each_rate_as_the_contract_has_it() -> None:
    projects = [
        project(
            "P1", agreed_wan=100.0, started_on=date(2006, 3, 1), production_on=date(2006, 9, 1)
        ),
        project("P2", agreed_wan=300.0, ended_on=date(2006, 6, 1)),
        project("P3", agreed_wan=100.0),
        project("P4", agreed_wan=500.0, started_on=date(2007, 1, 1)),
    ]
    funds = [
        tranche("P1", date(2006, 2, 1), 60.0),
        tranche("P2", date(2006, 2, 1), 40.0),
        tranche("P3", date(2006, 2, 1), 10.0, "aid"),
        tranche("P4", date(2007, 1, 1), 400.0),
    ]
    found = whole(projects, funds)
    # P1 has started, P2 (ended all the same) and P3 have money: 3 of 4. Started and in
    # production: P1 alone, P4 starts after the day. In place: (60 + 40) / 1000.
    assert found.rates() == {
        "fulfilment_rate": 0.75, "start_rate": 0.25,
        "production_rate": 0.25, "funds_in_place_rate": 0.1,
    }  # fmt: skip
    assert (found.aid_wan, found.subsidy_wan, found.ended) == (10.0, 0.0, 1.0)
    assert found.missing == {"funds": 2.0}


def test_what_is_not_known_is_missing_and_not_zero() -> None:
    projects = [
        project("P1", agreed_wan=100.0, started_on=date(2006, 3, 1)),
        project("P2", agreed_wan=None, production_on=date(2006, 3, 1), enterprise_ids=("U1",)),
        project("P3", signed_on=None),
        project("P4", resource_id=None, programme=None, agreed_wan=0.0),
    ]
    funds = [tranche("P1", date(2006, 4, 1), 50.0), tranche("P2", date(2006, 4, 1), 70.0)]
    on_the_day = register(projects, funds)
    (found,) = rate_table(on_the_day)
    # P2's 70 belong to a sum nobody knows: they raise no rate, and are shown apart.
    assert found.funds_in_place_rate == 0.5
    assert found.apart_wan == 70.0
    assert found.missing == {
        "agreed_wan": 1.0, "started_on": 1.0, "funds": 1.0,
        "region": 1.0, "programme": 1.0, "enterprise_region": 1.0,
    }  # fmt: skip
    assert on_the_day.undated == ("P3",)
    assert found.ids == ("P1", "P2", "P4")


def test_no_project_has_no_rate_rather_than_a_rate_of_zero() -> None:
    found = whole([])
    assert found.projects == 0 and set(found.rates().values()) == {None}


def test_money_above_the_agreed_sum_is_told_and_no_rate_passes_one() -> None:
    found = whole([project("P1", agreed_wan=100.0)], [tranche("P1", date(2006, 4, 1), 130.0)])
    assert (found.in_place_wan, found.over_wan, found.funds_in_place_rate) == (130.0, 30.0, 1.0)


def test_a_project_of_two_firms_is_one_project_and_its_money_is_split_on_lines() -> None:
    projects = [
        project("P1", enterprise_ids=("E1", "E2"), agreed_wan=100.0),
        project("P2", enterprise_ids=("E1", "E4"), agreed_wan=10.0),
        project("P3", enterprise_ids=("M1",), agreed_wan=1.0),
    ]
    found = {
        r.key: (r.projects, r.agreed_wan, r.ids) for r in rate_table(register(projects), "line")
    }
    assert found == {
        (XIAOSHAN, JIANGSHAN): (1.5, 60.0, ("P1", "P2")),
        (KEQIAO, JIANGSHAN): (0.5, 50.0, ("P1",)),
        (OUTSIDE_KEY, JIANGSHAN): (1.0, 1.0, ("P3",)),
    }
    by_city = {r.key: r.projects for r in rate_table(register(projects), "city_line")}
    assert by_city == {("330100", "330800"): 1.5, ("330600", "330800"): 0.5,
                       (OUTSIDE_KEY, "330800"): 1.0}  # fmt: skip
    only = rate_table(register(projects), "line", Filters(developed="330600"))
    assert [(r.key, r.agreed_wan) for r in only] == [((KEQIAO, JIANGSHAN), 50.0)]
    (total,) = rate_table(register(projects))
    assert (total.projects, total.agreed_wan) == (3.0, 111.0)


def test_a_project_takes_region_park_and_programme_from_its_resource_where_it_names_none() -> None:
    projects = [
        project("P1"),
        project("P2", region=CHANGSHAN, park="own", programme="rural"),
        project("P3", resource_id="R2"),
        project("P4", resource_id=None, enterprise_ids=("E3",), region=QINGTIAN),
    ]
    found = register(projects)
    keys = {by: {r.ids: r.key for r in rate_table(found, by)} for by in BY}
    assert keys["region"] == {("P1",): (JIANGSHAN,), ("P2",): (CHANGSHAN,),
                              ("P3", "P4"): (QINGTIAN,)}  # fmt: skip
    assert keys["programme"] == {("P1",): ("industry",), ("P2",): ("rural",), ("P3",): ("social",),
                                 ("P4",): ("",)}  # fmt: skip
    assert keys["park"] == {("P1",): ("园",), ("P2",): ("own",), ("P3", "P4"): ("",)}
    assert keys["line"][("P4",)] == (CIXI, QINGTIAN)
    only = rate_table(found, None, Filters(region="330800"))[0]
    assert only.ids == ("P1", "P2")


def test_two_projects_of_one_pair_are_two() -> None:
    found = whole([project("P1", agreed_wan=1.0), project("P2", agreed_wan=2.0)])
    assert (found.projects, found.agreed_wan) == (2.0, 3.0)


def test_sums_agreed_that_nobody_knows_are_not_known_and_not_zero() -> None:
    found = whole([project("A", agreed_wan=None), project("B", agreed_wan=None)])
    assert (found.agreed_wan, found.in_place_wan, found.funds_in_place_rate) == (None, None, None)
    assert found.missing["agreed_wan"] == 2
    # One that is known makes a sum; of no project at all the sum is zero.
    assert whole([project("A", agreed_wan=None), project("B", agreed_wan=5.0)]).agreed_wan == 5.0
    assert whole([]).agreed_wan == 0.0
