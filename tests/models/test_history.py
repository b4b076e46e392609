"""Introductions: the contract's rules, by properties and by hand-worked cases."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.regions import Regions
from features.tables import Table, Value
from models import history
from models.history import Introductions, introductions
from models.register_view import add_months, funded_on

STAGES = ("contacted", "signed", "started", "funded", "completed", "declined", "failed")
FIRST = date(2004, 1, 1)

Row = tuple[str, str, date, str, float | None]


def outcomes_of(*rows: tuple[object, ...]) -> Table:
    names = ("enterprise_id", "resource_id", "date", "stage", "amount_wan")
    padded = [tuple(r) + (None,) * (5 - len(r)) for r in rows]
    return Table("outcomes", {n: [r[i] for r in padded] for i, n in enumerate(names)})  # type: ignore[misc]


def project(**values: Value) -> dict[str, Value]:
    base: dict[str, Value] = {"id": "p1", "enterprise_ids": ("e1",), "resource_id": "r1"}
    return base | {"signed_on": date(2005, 1, 10)} | values


def projects_of(*rows: dict[str, Value]) -> Table:
    return Table.from_rows("projects", rows)


def investment(
    project_id: str, *tranches: tuple[date, float], kind: str = "investment"
) -> list[dict[str, Value]]:
    """Tranches of one project."""
    return [
        {"project_id": project_id, "date": d, "amount_wan": a, "kind": kind} for d, a in tranches
    ]


def told(found: Introductions) -> list[tuple[str, str, date, int, int]]:
    """(Enterprise, resource, first date, furthest, ending) of each."""
    return [
        (e, r, date.fromordinal(int(d)), int(f), int(x))
        for e, r, d, f, x in zip(
            found.enterprise_id,
            found.resource_id,
            found.first_date,
            found.furthest,
            found.ending,
            strict=True,
        )
    ]


@st.composite
def outcome_rows(draw: st.DrawFn) -> list[Row]:
    """Rows with few pairs and few days, so that runs of one pair are common."""
    keys = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["e1", "e2", "E10"]),
                st.sampled_from(["r1", "r2"]),
                st.integers(0, 60).map(lambda n: FIRST + timedelta(days=45 * n)),
            ),
            unique=True,
            max_size=25,
        )
    )
    return [
        (*key, draw(st.sampled_from(STAGES)), draw(st.one_of(st.none(), st.floats(0, 1e6))))
        for key in keys
    ]


def read_row_by_row(rows: list[Row]) -> list[tuple[str, str, date, int, int]]:
    """The contract's sentence, one row at a time."""
    found: list[tuple[str, str, date, int, int]] = []
    for (enterprise, resource), group in groupby(
        sorted(rows, key=lambda r: r[:3]), key=lambda r: r[:2]
    ):
        is_open = False
        for _, _, day, stage, _ in group:
            ending = {"declined": history.DECLINED, "failed": history.FAILED}.get(stage, 0)
            level = {"declined": 0, "failed": 1}.get(stage, STAGES.index(stage))
            if is_open and (ending or level > found[-1][3]):
                first, furthest = found[-1][2:4]
                found[-1] = (enterprise, resource, first, max(furthest, level), ending)
            else:
                found.append((enterprise, resource, day, level, ending))
            is_open = not ending and stage != "completed"
    return sorted(found, key=lambda f: (f[2], f[0], f[1]))


@given(outcome_rows())
def test_reading_all_at_once_equals_reading_row_by_row(rows: list[Row]) -> None:
    assert told(introductions(outcomes_of(*rows))) == read_row_by_row(rows)


@given(outcome_rows(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[Row], random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = introductions(outcomes_of(*rows)), introductions(outcomes_of(*shuffled))
    assert told(one) == told(other)
    np.testing.assert_array_equal(one.amount_wan, other.amount_wan)
    np.testing.assert_array_equal(one.reached, other.reached)


@given(outcome_rows(), st.integers(0, 60))
def test_a_row_dated_later_never_matters(rows: list[Row], n: int) -> None:
    day = FIRST + timedelta(days=45 * n)
    seen = [r for r in rows if r[2] <= day]
    cut, without = introductions(outcomes_of(*rows), as_of=day), introductions(outcomes_of(*seen))
    assert told(cut) == told(without)
    np.testing.assert_array_equal(cut.last_date, without.last_date)
    assert cut.signed_open() == without.signed_open(day)
    assert cut.known_stage() == without.known_stage()


@given(outcome_rows())
def test_what_is_reached_in_time_is_never_further_than_what_is_reached(rows: list[Row]) -> None:
    found = introductions(outcomes_of(*rows))
    assert (found.reached <= found.furthest).all()
    assert ((found.signed_date > 0) == (found.furthest >= history.SIGNED)).all()
    assert (found.first_date <= found.last_date).all()
    assert not (found.declined & found.failed).any()


@given(outcome_rows(), st.integers(1, 900))
def test_young_introductions_are_left_out_whole(rows: list[Row], days: int) -> None:
    as_of = FIRST + timedelta(days=1500)
    every = introductions(outcomes_of(*rows), as_of=as_of)
    settled = introductions(outcomes_of(*rows), as_of=as_of, settle_days=days)
    assert told(settled) == [t for t in told(every) if t[2] <= as_of - timedelta(days=days)]


@given(st.integers(date(1900, 1, 1).toordinal(), date(2100, 1, 1).toordinal()), st.integers(0, 48))
def test_months_are_added_as_on_a_calendar(start: int, months: int) -> None:
    before = date.fromordinal(start)
    after = date.fromordinal(int(add_months(np.array([start]), months)[0]))
    assert (after.year * 12 + after.month) - (before.year * 12 + before.month) == months
    next_day = after + timedelta(days=1)
    assert after.day == before.day or (after.day < before.day and next_day.day == 1)


def test_a_lone_failed_row_had_been_signed_and_a_lone_declined_one_had_not() -> None:
    found = introductions(
        outcomes_of(
            ("e1", "r1", date(2005, 1, 1), "failed"), ("e2", "r1", date(2005, 1, 1), "declined")
        )
    )
    assert found.reached.tolist() == [history.SIGNED, history.CONTACTED]
    assert found.failed.tolist() == [True, False]
    assert found.declined.tolist() == [False, True]


def test_a_stage_that_is_no_further_opens_a_new_introduction() -> None:
    found = introductions(
        outcomes_of(
            ("e1", "r1", date(2005, 1, 1), "contacted"),
            ("e1", "r1", date(2005, 2, 1), "started"),
            ("e1", "r1", date(2005, 3, 1), "signed"),  # not further: a second introduction
            ("e1", "r1", date(2005, 4, 1), "failed"),  # ends the second one
            ("e1", "r1", date(2005, 5, 1), "funded"),  # after an end: a third one
        )
    )
    assert found.furthest.tolist() == [history.STARTED, history.SIGNED, history.FUNDED]
    assert found.ended.tolist() == [False, True, False]


def test_the_horizon_is_36_months_from_first_contact_and_includes_its_last_day() -> None:
    found = introductions(
        outcomes_of(
            ("e1", "r1", date(2004, 2, 29), "contacted"),
            ("e1", "r1", date(2007, 2, 28), "signed"),  # 36 months after a leap day
            ("e1", "r1", date(2007, 3, 1), "started"),
            ("e2", "r1", date(2004, 2, 29), "contacted"),
            ("e2", "r1", date(2007, 3, 1), "signed"),
        )
    )
    assert found.reached.tolist() == [history.SIGNED, history.CONTACTED]
    assert found.furthest.tolist() == [history.STARTED, history.SIGNED]


def test_the_last_known_sum_agreed_is_taken() -> None:
    found = introductions(
        outcomes_of(
            ("e1", "r1", date(2005, 1, 1), "contacted", 100.0),
            ("e1", "r1", date(2005, 2, 1), "signed", 80.0),
            ("e1", "r1", date(2005, 3, 1), "started"),
            ("e2", "r1", date(2005, 3, 1), "signed"),
        )
    )
    np.testing.assert_array_equal(found.amount_wan, [80.0, np.nan])


def test_a_project_takes_the_place_of_the_rows_of_its_pair() -> None:
    rows = outcomes_of(
        ("e1", "r1", date(2004, 1, 1), "contacted"),
        ("e1", "r1", date(2004, 2, 1), "declined"),
        ("e1", "r2", date(2004, 3, 1), "contacted"),
    )
    register = projects_of(project(agreed_wan=900.0, enterprise_ids=("e1", "e2", "e3")))
    found = introductions(rows, register, as_of=date(2006, 1, 1))
    assert told(found) == [
        ("e1", "r2", date(2004, 3, 1), history.CONTACTED, history.OPEN),
        ("e1", "r1", date(2005, 1, 10), history.SIGNED, history.OPEN),
        ("e2", "r1", date(2005, 1, 10), history.SIGNED, history.OPEN),
        ("e3", "r1", date(2005, 1, 10), history.SIGNED, history.OPEN),
    ]
    assert found.source == ("outcome", "project", "project", "project")
    np.testing.assert_array_equal(found.amount_wan, [np.nan, 300.0, 300.0, 300.0])
    # Before it was signed the project was not there, and the rows were.
    earlier = introductions(rows, register, as_of=date(2004, 12, 31))
    assert earlier.source == ("outcome", "outcome")
    assert earlier.known_stage()["e1", "r1"] == "declined"


def test_half_the_money_in_place_is_funded_and_aid_does_not_count() -> None:
    funds = Table.from_rows(
        "funds",
        investment("p1", (date(2005, 2, 1), 60.0), kind="aid")
        + investment("p1", (date(2005, 4, 1), 20.0), (date(2005, 3, 1), 30.0))
        + investment("p2", (date(2005, 3, 1), 9.0)),
    )
    register = projects_of(
        project(agreed_wan=100.0),  # 30 by March, 50 = half by April
        project(id="p2", resource_id="r2"),  # sum agreed not known: never
    )
    assert funded_on(register, funds) == [date(2005, 4, 1), None]
    found = introductions(outcomes_of(), register, funds, as_of=date(2005, 12, 31))
    assert found.reached.tolist() == [history.FUNDED, history.SIGNED]
    assert found.last_date[0] == date(2005, 4, 1).toordinal()
    before = introductions(outcomes_of(), register, funds, as_of=date(2005, 3, 31))
    assert before.reached.tolist() == [history.SIGNED, history.SIGNED]


def test_tranches_that_add_up_to_half_in_decimals_count_as_half() -> None:
    # 0.1 + 0.7 + 0.1 = 0.8999999999999999
    days = [date(2005, 2, 1), date(2005, 2, 2), date(2005, 2, 3)]
    rows = investment("p1", *zip(days, [0.1, 0.7, 0.1], strict=True))
    funds = Table.from_rows("funds", rows)
    assert funded_on(projects_of(project(agreed_wan=1.8)), funds) == [date(2005, 2, 3)]


def test_dates_of_a_project_after_the_day_are_not_looked_at() -> None:
    register = projects_of(
        project(
            started_on=date(2005, 6, 1),
            production_on=date(2006, 1, 1),
            completed_on=date(2006, 6, 1),
            ended_on=date(2008, 6, 1),
        )
    )

    def on(day: date) -> tuple[int, bool, int]:
        found = introductions(outcomes_of(), register, as_of=day)
        return int(found.furthest[0]), bool(found.ended[0]), len(found.signed_open())

    assert on(date(2005, 5, 31)) == (history.SIGNED, False, 1)
    assert on(date(2005, 6, 1)) == (history.STARTED, False, 1)
    assert on(date(2007, 6, 1)) == (history.COMPLETED, False, 1)
    assert on(date(2008, 6, 1)) == (history.COMPLETED, True, 0)


def test_each_stage_has_its_first_day_and_a_later_stage_implies_the_earlier_ones() -> None:
    register = projects_of(
        project(agreed_wan=100.0, production_on=date(2006, 1, 1), completed_on=date(2007, 1, 1))
    )
    funds = Table.from_rows("funds", investment("p1", (date(2005, 6, 1), 80.0)))
    rows = outcomes_of(
        ("e2", "r1", date(2005, 1, 1), "contacted"), ("e2", "r1", date(2005, 3, 1), "funded")
    )
    found = introductions(rows, register, funds)
    days = [[date.fromordinal(d) if d else None for d in row] for row in found.stage_date.tolist()]
    funded = date(2005, 3, 1)
    assert days[0] == [date(2005, 1, 1), funded, funded, funded, None]
    half = date(2005, 6, 1)  # the money was there before production: it had started by then
    assert days[1] == [date(2005, 1, 10), date(2005, 1, 10), half, half, date(2007, 1, 1)]


def test_the_graph_is_told_each_stage_with_its_own_day() -> None:
    rows = outcomes_of(
        ("e1", "r1", date(2005, 1, 1), "contacted"),
        ("e1", "r1", date(2005, 3, 1), "signed"),
        ("gone", "r1", date(2005, 1, 1), "contacted"),
    )
    regions = Regions.built_in()
    enterprises = Table.from_rows("enterprises", [{"id": "e1", "region": "330109"}])
    resources = Table.from_rows("resources", [{"id": "r1", "region": "330127"}])
    past = introductions(rows).past(regions, enterprises, resources)
    known = past.before(date(2005, 3, 1))
    assert known.developed.tolist() == [regions.index["330109"]]
    assert known.underdeveloped.tolist() == [regions.index["330127"]]
    assert past.before(date(2005, 3, 2)).stage.tolist() == [0, 1]


def test_a_project_without_resource_or_date_is_no_introduction() -> None:
    register = projects_of(
        project(resource_id=None), project(id="p2", signed_on=None), project(id="p3")
    )
    assert len(introductions(outcomes_of(), register)) == 1
    assert len(introductions(outcomes_of(), None, None)) == 0


def test_a_new_contact_does_not_end_what_was_signed() -> None:
    found = introductions(
        outcomes_of(
            ("e1", "r1", date(2005, 1, 1), "signed"),
            ("e1", "r1", date(2006, 1, 1), "contacted"),
            ("e2", "r1", date(2005, 1, 1), "signed"),
            ("e2", "r1", date(2006, 1, 1), "failed"),
        )
    )
    assert found.signed_open() == {("e1", "r1")}
    assert found.signed_open(date(2005, 6, 1)) == {("e1", "r1"), ("e2", "r1")}
    assert found.known_stage() == {("e1", "r1"): "contacted", ("e2", "r1"): "failed"}


def test_positions_are_looked_up_and_unknown_ids_are_minus_one() -> None:
    found = introductions(
        outcomes_of(
            ("e1", "r1", date(2005, 1, 1), "signed"), ("e9", "r2", date(2005, 1, 2), "signed")
        )
    )
    enterprise, resource = found.index(["e0", "e1"], ["r1", "r2"])
    assert enterprise.tolist() == [1, -1]
    assert resource.tolist() == [0, 1]
    assert found.before(date(2005, 1, 2)).enterprise_id == ("e1",)
    assert found.after(date(2005, 1, 1)).enterprise_id == ("e9",)


def test_settling_needs_a_day() -> None:
    with pytest.raises(ValueError, match="as-of date"):
        introductions(outcomes_of(), settle_days=30)
