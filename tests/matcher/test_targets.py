"""The plan against what was reached: parts add up, nothing counts twice, what lacks is said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import data
from features.tables import Table
from made_register import (
    CHANGSHAN,
    JIANGSHAN,
    QINGTIAN,
    REGIONS,
    Row,
    project,
    projects_and_funds,
    register,
)
from matcher import plan as plans
from matcher.apportion import apportion
from matcher.indicators import known
from matcher.plan import PROVINCE, ProgrammePlan
from matcher.targets import NOT_SPLIT, Progress, progress

POPULATION = {r["code"]: float(r["population_2010"] or 0) for r in data.rows("regions")}
QUZHOU, LISHUI = "330800", "331100"


def plan_of(
    own: Sequence[tuple[str, int, str | None, float]] = (),
    actuals: Sequence[tuple[str, int, str | None, float]] = (),
    population: Mapping[str, float] = POPULATION,
) -> ProgrammePlan:
    """The plan of 2006 with a user's own targets laid over."""
    names = ("indicator", "year", "region", "value")
    built_in = {
        (r["indicator"], int(r["year"]), r["region"] or None): float(r["value"])
        for r in data.rows("targets")
    }
    wanted = built_in | {row[:3]: row[3] for row in own}
    tables = {
        "targets": [dict(zip(names, (*key, value), strict=True)) for key, value in wanted.items()],
        "actuals": [dict(zip(names, row, strict=True)) for row in actuals],
    }
    return ProgrammePlan.of(
        {n: Table.from_rows(n, rows) for n, rows in tables.items()}, REGIONS, population
    )


def rows_of(
    projects: Sequence[Row],
    plan: ProgrammePlan,
    level: str = "county",
    years: tuple[int, int] = (2006, 2006),
) -> dict[str, list[Progress]]:
    found = progress(register(projects), plan, *years, level=level)
    return {name: [r for r in found if r.indicator.name == name] for name in known()}


@given(
    st.floats(0, 1e4).map(lambda x: round(x, 4)), st.lists(st.floats(0, 1e6), min_size=1),
    st.sampled_from([1.0, 0.0001]),
)  # fmt: skip
def test_apportioned_parts_add_up_and_no_part_is_off_by_more_than_a_step(
    total: float, weights: list[float], step: float
) -> None:
    parts = apportion(total, weights, step=step)
    assert math.fsum(parts) == pytest.approx(total, abs=1e-9)
    whole = math.fsum(weights)
    if whole > 0:
        heaviest = weights.index(max(weights))
        for i, (part, weight) in enumerate(zip(parts, weights, strict=True)):
            assert i == heaviest or abs(part - total * weight / whole) <= step + 1e-6
    assert apportion(total, weights[:0], step=step) == []


@settings(max_examples=40)
@given(projects_and_funds(), st.sampled_from([2005, 2006, 2007]))
def test_parts_add_up_to_their_whole_at_every_level(
    drawn: tuple[list[Row], list[Row]], year: int
) -> None:
    for rows in rows_of(drawn[0], plan_of(), years=(year, year)).values():
        if rows[0].indicator.measure == "level":
            continue
        for whole in rows:
            parts = [r for r in rows if r.part_of == whole.region]
            if not parts:
                continue
            for figure in ("reached", "target", "from_register"):
                summed = math.fsum(getattr(r, figure) or 0.0 for r in parts)
                assert summed == pytest.approx(getattr(whole, figure) or 0.0, abs=1e-6), figure
            assert sorted(i for r in parts for i in r.ids) == sorted(whole.ids)
            if whole.forecast is not None:
                summed = math.fsum(r.forecast.expected for r in parts if r.forecast)
                assert summed == pytest.approx(whole.forecast.expected, abs=1e-6)


def test_rows_go_down_only_as_far_as_is_asked() -> None:
    project_rows = [project("P1", region=JIANGSHAN)]
    found = {
        level: {r.region for r in rows_of(project_rows, plan_of(), level)["cooperation_projects"]}
        for level in ("province", "city", "county")
    }
    assert found["province"] == {PROVINCE}
    assert {PROVINCE, QUZHOU, LISHUI} <= found["city"] and JIANGSHAN not in found["city"]
    assert JIANGSHAN in found["county"] and found["city"] < found["county"]


def test_a_social_project_counts_once_and_money_only_where_it_is_known() -> None:
    projects = [
        project("P1", agreed_wan=20_000.0),
        project("P2", agreed_wan=None),
        project("P3", resource_id="R2", agreed_wan=10_000.0),
        project("P4", signed_on=date(2005, 12, 31), agreed_wan=10_000.0),
        project("P5", programme="labour", jobs=500, trained=80, started_on=date(2006, 5, 1)),
        project("P6", programme="labour", jobs=500, started_on=None),
    ]
    found = {name: rows[0] for name, rows in rows_of(projects, plan_of()).items()}
    assert found["cooperation_projects"].ids == ("P1", "P2", "P5", "P6")
    assert found["social_projects"].ids == ("P3",)
    amount = found["cooperation_amount"]
    assert (amount.reached, amount.target, amount.missing) == (2.0, 30.0, 3)
    # 500 of P5, who went; those of P6 have not: 0.05 of ten thousand.
    assert found["labour_exported"].reached == pytest.approx(0.05)
    assert (found["labour_trained"].reached, found["labour_trained"].missing) == (0.008, 0)
    share = found["industrial_value_added_share"]
    assert (share.reached, share.target, share.forecast) == (None, None, None)


def test_actuals_add_to_the_register_and_a_city_covers_its_counties() -> None:
    entered = [
        ("labour_trained", 2006, JIANGSHAN, 0.1), ("labour_trained", 2006, CHANGSHAN, 0.05),
        ("labour_trained", 2006, QUZHOU, 0.2), ("labour_trained", 2006, QINGTIAN, 0.03),
        ("industrial_value_added_share", 2010, JIANGSHAN, 12.5),
    ]  # fmt: skip
    started = project("P1", trained=100, started_on=date(2006, 5, 1))
    found = rows_of([started], plan_of(actuals=entered))["labour_trained"]
    reached = {(r.part_of, r.region): r.reached for r in found if r.reached}
    # 衢州 0.2 covers 0.1 and 0.05 of its counties; 0.05 belong to none of them. 丽水 has 0.03.
    # The register adds 0.01 in 江山.
    assert reached == {
        (None, PROVINCE): 0.24, (PROVINCE, QUZHOU): 0.21, (QUZHOU, JIANGSHAN): 0.11,
        (QUZHOU, CHANGSHAN): 0.05, (QUZHOU, NOT_SPLIT): 0.05, (PROVINCE, LISHUI): 0.03,
        (LISHUI, QINGTIAN): 0.03,
    }  # fmt: skip
    shares = rows_of([], plan_of(actuals=entered), years=(2010, 2010))
    at = {r.region: (r.reached, r.target) for r in shares["industrial_value_added_share"]}
    assert at == {PROVINCE: (None, 20.0), JIANGSHAN: (12.5, 20.0)}


def test_the_province_s_target_is_split_by_population_and_own_targets_hold() -> None:
    plan = plan_of(own=[("cooperation_projects", 2006, JIANGSHAN, 50.0)])
    county = plans.yearly_targets(plan, 2006, JIANGSHAN)["cooperation_projects"]
    city = plans.yearly_targets(plan, 2006, QUZHOU)["cooperation_projects"]
    members = [c for c in REGIONS.members(QUZHOU) if c in plan.population]
    parts = [plans.yearly_targets(plan, 2006, c)["cooperation_projects"] for c in members]
    assert county == 50.0 and sum(parts) == city
    assert all(part == int(part) for part in parts)
    cities = [plans.yearly_targets(plan, 2006, c)["cooperation_projects"] for c in plan.cities()]
    assert sum(cities) == 300.0
    by_people = sum(POPULATION[c] for c in members) / sum(plan.population.values())
    assert city == pytest.approx(300 * by_people, abs=1)


def test_the_plan_as_it_is_built_in_and_what_it_is_over_the_years() -> None:
    plan = plan_of()
    assert plans.yearly_targets(plan, 2006)["cooperation_amount"] == 30.0
    assert plans.period(plan, date(2008, 5, 1)) == (2008, (2006, 2010))
    assert plans.period(plan, date(2026, 5, 1)) == (2010, (2006, 2010))
    assert plans.period(plan, date(2003, 5, 1)) == (2006, (2006, 2010))
    (whole, *_) = rows_of([], plan, years=(2006, 2010))["cooperation_projects"]
    assert whole.target == 1500.0


def test_each_indicator_of_the_plan_says_what_it_is_what_counts_and_what_it_lacks() -> None:
    for name in known():
        row = rows_of([], plan_of())[name][0]
        assert set(row.indicator.about) == {"definition", "counted", "lacks"}
    said = rows_of([], plan_of())["cooperation_projects"][0].indicator.about["lacks"]
    assert "876" in said["zh"] and "448" in said["zh"] and "876" in said["en"]
