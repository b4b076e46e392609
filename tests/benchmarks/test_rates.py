"""Rates over 100,000 projects with 400,000 tranches: every table, beside pandas on the same rows.

``test_table_from_the_stored_rows`` is what a user waits for once the rows are read: the register is
made anew and one table with it. Nothing is asserted about time.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.regions import Regions
from features.tables import Table
from matcher.rates import BY, rate_table
from matcher.register import Register

PROJECTS, TRANCHES, FIRMS, PLACES = 100_000, 400_000, 20_000, 10_000
AS_OF = date(2009, 12, 31)
REGIONS = Regions.built_in()


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    """A register as a store hands it out."""
    rng = np.random.default_rng(2006)
    sides = dict(zip(REGIONS.codes, REGIONS.side, strict=True))
    counties = [c for c in REGIONS.codes if not REGIONS.is_prefecture(c)]
    giving = [c for c in counties if sides[c] == "developed"]
    taking = [c for c in counties if sides[c] == "underdeveloped"]

    def some(things: list[Any], n: int) -> list[Any]:
        return [things[i] for i in rng.integers(0, len(things), n)]

    def later(days: list[date], low: int, high: int, share: float) -> list[date | None]:
        moved = zip(days, rng.integers(low, high, len(days)), rng.random(len(days)), strict=True)
        return [day + timedelta(days=int(n)) if luck < share else None for day, n, luck in moved]

    firms = [f"E{i:05d}" for i in range(FIRMS)]
    places = [f"R{i:05d}" for i in range(PLACES)]
    ids = [f"P{i:06d}" for i in range(PROJECTS)]
    signed = [date(2002, 1, 1) + timedelta(days=int(n)) for n in rng.integers(0, 2900, PROJECTS)]
    pairs = zip(some(firms, PROJECTS), some(firms, PROJECTS), rng.random(PROJECTS), strict=True)
    paid = rng.integers(0, PROJECTS, TRANCHES)
    return {
        "enterprises": Table("enterprises", {
            "id": list(firms), "region": some(giving, FIRMS), "kind": ["company"] * FIRMS,
        }),
        "resources": Table("resources", {
            "id": list(places), "region": some(taking, PLACES), "kind": ["land"] * PLACES,
            "park": [None] * PLACES,
        }),
        "projects": Table("projects", {
            "id": list(ids), "name": list(ids),
            "enterprise_ids": [(a, b) if both < 0.1 else (a,) for a, b, both in pairs],
            "resource_id": some([*places, None], PROJECTS), "region": some(taking, PROJECTS),
            "park": some([f"园{i}" for i in range(40)], PROJECTS), "programme": [None] * PROJECTS,
            "campaign": some(["百村", "浙商回归", None], PROJECTS),
            "agreed_wan": rng.lognormal(8, 1, PROJECTS).tolist(), "signed_on": list(signed),
            "started_on": later(signed, 10, 500, 0.85),
            "production_on": later(signed, 90, 700, 0.7),
            "completed_on": later(signed, 300, 1500, 0.4), "ended_on": later(signed, 90, 900, 0.03),
        }),
        "funds": Table("funds", {
            "id": [f"F{i:06d}" for i in range(TRANCHES)], "project_id": [ids[i] for i in paid],
            "date": [signed[i] + timedelta(days=int(n))
                     for i, n in zip(paid, rng.integers(0, 800, TRANCHES), strict=True)],
            "amount_wan": rng.lognormal(6, 1, TRANCHES).tolist(),
            "kind": some(["investment", "investment", "investment", "aid", "subsidy"], TRANCHES),
        }),
    }  # fmt: skip


def test_the_register_from_the_stored_rows(benchmark: Any, tables: dict[str, Table]) -> None:
    found = benchmark.pedantic(lambda: Register.of(tables, REGIONS, AS_OF), rounds=5)
    assert len(found) == PROJECTS


@pytest.mark.parametrize("by", BY)
def test_table(benchmark: Any, tables: dict[str, Table], by: str) -> None:
    register = Register.of(tables, REGIONS, AS_OF)
    rows = benchmark.pedantic(lambda: rate_table(register, by), rounds=5)
    assert sum(row.projects for row in rows) == pytest.approx(PROJECTS)


@pytest.mark.parametrize("by", ["region", "line"])
def test_table_from_the_stored_rows(benchmark: Any, tables: dict[str, Table], by: str) -> None:
    benchmark.pedantic(lambda: rate_table(Register.of(tables, REGIONS, AS_OF), by), rounds=5)


def test_pandas_from_the_stored_rows(benchmark: Any, tables: dict[str, Table]) -> None:
    """The same rates by region as one usually writes them: frames, a merge, two groupings."""

    def usual() -> pd.DataFrame:
        projects = pd.DataFrame(tables["projects"].columns)
        funds = pd.DataFrame(tables["funds"].columns)
        day = pd.Timestamp(AS_OF)
        for column in ("signed_on", "started_on", "production_on"):
            projects[column] = pd.to_datetime(projects[column])
        funds["date"] = pd.to_datetime(funds["date"])
        projects = projects[projects["signed_on"] <= day]
        there = funds[funds["date"] <= day]
        paid = there[there["kind"] == "investment"].groupby("project_id")["amount_wan"].sum()
        projects["paid"] = projects["id"].map(paid).fillna(0.0)
        projects["started"] = projects["started_on"] <= day
        projects["producing"] = projects["production_on"] <= day
        projects["honoured"] = projects["started"] | projects["id"].isin(there["project_id"])
        sums = projects.groupby("region").agg(
            {"honoured": "mean", "started": "mean", "producing": "mean", "paid": "sum",
             "agreed_wan": "sum"}
        )  # fmt: skip
        return sums.assign(in_place=sums["paid"] / sums["agreed_wan"])

    found = benchmark.pedantic(usual, rounds=5)
    own = {row.key[0]: row for row in rate_table(Register.of(tables, REGIONS, AS_OF), "region")}
    for code, row in found.iterrows():
        assert own[str(code)].start_rate == pytest.approx(row["started"])
        assert own[str(code)].fulfilment_rate == pytest.approx(row["honoured"])
        assert own[str(code)].funds_in_place_rate == pytest.approx(row["in_place"])
