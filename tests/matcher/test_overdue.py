"""What is behind: limits to the day, money against an even flow, problems, pair lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.pairing import pairing_in_force
from features.tables import Table
from made_register import (
    CHANGSHAN,
    JIANGSHAN,
    REGIONS,
    XIAOSHAN,
    Row,
    project,
    projects_and_funds,
    register,
    tranche,
)
from matcher.overdue import (
    Overdue,
    lines_without_visit,
    open_problems,
    overdue,
    projects_behind,
)
from matcher.overdue_rules import BadRules, Rules, load

RULES = load()
DAY = date(2007, 6, 30)
PAIRING = pairing_in_force(None, "official-2006", DAY, REGIONS)


def behind(projects: Sequence[Row], funds: Sequence[Row] = (), as_of: date = DAY) -> list[tuple]:  # type: ignore[type-arg]
    found, _ = projects_behind(
        register(projects, funds, as_of), RULES, np.ones(len(projects), np.bool_)
    )
    return [(p.project_id, p.what, p.light, p.late) for p in found]


def test_a_month_late_is_yellow_and_three_are_red_to_the_day() -> None:
    projects = [
        project("P1", planned_start=date(2007, 5, 31)),  # one month later is 30 June
        project("P2", planned_start=date(2007, 6, 1)),
        project("P3", planned_start=date(2007, 3, 30)),
        project("P4", planned_start=date(2007, 3, 31)),  # three months later is 30 June too
        project("P5", planned_start=date(2007, 1, 1), started_on=date(2007, 6, 30)),
        project("P6", planned_start=date(2007, 1, 1), started_on=date(2007, 7, 1)),
        project("P7", planned_start=date(2007, 1, 1), ended_on=date(2007, 2, 1)),
        project("P8", planned_completion=date(2007, 5, 1), started_on=date(2007, 1, 1)),
    ]
    assert behind(projects) == [
        ("P6", "start", "red", 180.0), ("P3", "start", "red", 92.0),
        ("P4", "start", "red", 91.0), ("P8", "completion", "yellow", 60.0),
        ("P1", "start", "yellow", 30.0),
    ]  # fmt: skip


def test_money_is_held_against_an_even_flow() -> None:
    # Planned from 1 January 2007 over 100 days; on day 50 half should be in place.
    begin = date(2007, 1, 1)
    plan = {"planned_start": begin, "planned_completion": begin + timedelta(days=100),
            "started_on": begin, "agreed_wan": 1000.0}  # fmt: skip
    projects = [project(f"P{n}", **plan) for n in range(4)]  # type: ignore[arg-type]
    funds = [
        tranche("P0", begin, 401.0), tranche("P1", begin, 400.0), tranche("P2", begin, 200.0),
        tranche("P2", begin + timedelta(days=51), 800.0), tranche("P3", begin, 999.0, "aid"),
    ]  # fmt: skip
    assert behind(projects, funds, begin + timedelta(days=50)) == [
        ("P3", "money", "red", 50.0), ("P2", "money", "red", 30.0), ("P1", "money", "yellow", 10.0),
    ]  # fmt: skip


@pytest.mark.filterwarnings("error")
def test_money_beyond_a_tiny_sum_agreed_is_no_overflow_and_not_behind() -> None:
    begin = date(2007, 1, 1)
    tiny = project("P0", planned_start=begin, planned_completion=begin + timedelta(days=100),
                   started_on=begin, agreed_wan=1e-300)  # fmt: skip
    assert behind([tiny], [tranche("P0", begin, 1e12)], begin + timedelta(days=50)) == []


def test_what_cannot_be_judged_is_listed_and_gets_no_light() -> None:
    projects = [project("P1"), project("P2", planned_completion=date(2008, 1, 1))]
    found, not_judged = projects_behind(register(projects, as_of=DAY), RULES, np.ones(2, np.bool_))
    assert found == []
    assert not_judged == {"start": ("P1", "P2"), "completion": ("P1",), "money": ("P1", "P2")}


def test_problems_are_open_until_their_answer_has_come() -> None:
    problems = Table.from_rows(
        "problems",
        [
            {"id": "W1", "project_id": "P1", "raised_on": date(2007, 4, 1), "text": "a",
             "due_on": date(2007, 5, 31), "answered_on": date(2007, 7, 1)},
            {"id": "W2", "project_id": "P1", "raised_on": date(2007, 4, 1), "text": "b",
             "due_on": date(2007, 6, 29)},
            {"id": "W3", "project_id": "P1", "raised_on": date(2007, 4, 1), "text": "c",
             "answered_on": date(2007, 6, 30)},
            {"id": "W4", "project_id": "P1", "raised_on": date(2007, 7, 1), "text": "d"},
            {"id": "W5", "project_id": "P1", "raised_on": date(2007, 6, 1), "text": "e"},
            {"id": "W6", "project_id": "PX", "raised_on": date(2007, 6, 1), "text": "f"},
        ],
    )  # fmt: skip
    found = open_problems(register([project("P1")], as_of=DAY), problems, RULES,
                          np.ones(1, np.bool_))  # fmt: skip
    told = [(p.id, p.light, p.days_late, p.due_on, p.due_is_given) for p in found]
    # Without a due date it is due 60 days after it was raised: 31 July.
    assert told == [
        ("W1", "red", 30, date(2007, 5, 31), True), ("W2", "yellow", 1, date(2007, 6, 29), True),
        ("W5", "none", 0, date(2007, 7, 31), False),
    ]  # fmt: skip


def visits(*rows: tuple[date, str, str, str]) -> Table:
    names = ("date", "developed_region", "underdeveloped_region", "kind")
    return Table.from_rows("visits", [dict(zip(names, row, strict=True)) for row in rows])


def test_what_counties_do_counts_for_their_cities_and_a_city_s_visit_for_its_counties() -> None:
    met = visits(
        (date(2007, 5, 1), XIAOSHAN, JIANGSHAN, "high_level"),
        (date(2006, 6, 29), "330600", "330800", "high_level"),
        (date(2007, 7, 1), "330600", "330800", "high_level"),
    )
    found = lines_without_visit(REGIONS, met, PAIRING, RULES)
    lights = {(w.developed, w.underdeveloped, w.kind): (w.light, w.last) for w in found}
    assert ("330100", "330800", "high_level") not in lights
    assert lights["330600", "330800", "high_level"] == ("yellow", date(2006, 6, 29))
    assert lights["330100", "330800", "trade"] == ("red", None)
    by_county = Rules(**{**vars(RULES), "visits_level": "county", "visits_kinds": ("high_level",)})
    lines = {(w.developed, w.underdeveloped): w.last
             for w in lines_without_visit(REGIONS, met, PAIRING, by_county)}  # fmt: skip
    assert (XIAOSHAN, JIANGSHAN) not in lines
    assert lines[XIAOSHAN, CHANGSHAN] is None
    assert lines["330603", JIANGSHAN] == date(2006, 6, 29)


def everything(projects: list[Row], funds: list[Row], as_of: date) -> Overdue:
    pairing = pairing_in_force(None, "official-2006", as_of, REGIONS)
    met = visits((date(2006, 1, 1), XIAOSHAN, JIANGSHAN, "trade"))
    return overdue(register(projects, funds, as_of), Table("problems"), met, pairing, RULES)


@given(projects_and_funds(), st.integers(0, 1000))
def test_a_later_date_moves_no_light_of_an_earlier_day(
    drawn: tuple[list[Row], list[Row]], days: int
) -> None:
    as_of = date(2005, 1, 1) + timedelta(days=days)
    projects = [p | {"planned_start": p["signed_on"], "planned_completion": date(2006, 6, 1)}
                for p in drawn[0]]  # fmt: skip
    kept = ("signed_on", "started_on", "production_on", "completed_on", "ended_on")
    blind = [
        {k: None if k in kept[1:] and isinstance(v, date) and v > as_of else v
         for k, v in p.items()}
        for p in projects
    ]  # fmt: skip
    funds = [f for f in drawn[1] if f["date"] <= as_of]  # type: ignore[operator]
    assert everything(blind, funds, as_of) == everything(projects, drawn[1], as_of)


def test_a_user_s_rules_are_laid_over_the_built_in_ones(tmp_path: Path) -> None:
    own = tmp_path / "overdue_rules.toml"
    assert load(own) == RULES
    assert (RULES.start, RULES.money, RULES.visits_level) == ((1.0, 3.0), (10.0, 30.0), "city")
    own.write_text('[start]\nyellow_months = 2\n[visits]\nlevel = "county"\n', encoding="utf-8")
    found = load(own)
    assert (found.start, found.visits_level, found.money) == ((2.0, 3.0), "county", (10.0, 30.0))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[start\n", "看不懂"), ("[start]\ngreen = 1\n", "start.green"), ("late = 3\n", "late"),
        ("[start]\nyellow_months = -1\n", "start.yellow_months"),
        ("[start]\nyellow_months = true\n", "True"), ("[money]\nyellow_points = 31\n", "红灯"),
        ('[visits]\nlevel = "village"\n', "county"), ('[visits]\nkinds = ["tea"]\n', "trade"),
    ],
)  # fmt: skip
def test_rules_that_make_no_sense_are_refused_with_the_remedy(
    tmp_path: Path, written: str, said: str
) -> None:
    own = tmp_path / "overdue_rules.toml"
    own.write_text(written, encoding="utf-8")
    with pytest.raises(BadRules) as refused:
        load(own)
    assert said in refused.value.message["zh"]
    assert str(own) in refused.value.message["en"]
