"""Whose row it is: found by looking rows up by their keys, and asked no more than needed."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text

from api.store import Store
from api.store.layout import ROWS
from api.store.scope import Scope, visible, writable
from features.tables import Table
from service import HERE, THERE, Service

TABLES = ("outcomes", "projects", "funds", "problems", "interests")
"""Those of which a row is a county's by rows that it refers to."""


@pytest.fixture
def filled(service: Service) -> Service:
    """Projects that are the county's by one thing each, and one that is not."""
    by_region = {
        name: [{"id": f"{letter}{_}{where}", "name": "x", **more, "region": region}
               for where, region in (("here", HERE), ("there", THERE)) for _ in "-_"]
        for name, letter, more in (("enterprises", "E", {}), ("resources", "R", {"kind": "land"}))
    }  # fmt: skip
    projects = [
        {"id": "P-region", "region": HERE},
        {"id": "P-resource", "region": THERE, "resource_id": "R-here"},
        {"id": "P-enterprise", "region": THERE, "enterprise_ids": ("E-there", "E_here")},
        {"id": "P-none", "region": THERE, "enterprise_ids": ("E_there",), "resource_id": "R_there"},
        {"id": "P-unsaid", "region": None},
    ]
    funds = [
        {"id": f"F-{one['id']}", "project_id": one["id"], "date": date(2008, 5, 1),
         "amount_wan": 7.0, "kind": "investment"} for one in projects
    ]  # fmt: skip
    for name, rows in {**by_region, "projects": projects, "funds": funds}.items():
        for row in rows:
            service.store.write([Table.from_rows(name, [row])])
    return service


def test_a_project_is_a_countys_by_its_region_its_resource_or_one_of_its_enterprises(
    filled: Service,
) -> None:
    for table, letter in (("projects", ""), ("funds", "F-")):
        found = filled.ask("county", "GET", f"/api/v1/{table}").json()["rows"]
        own = {f"{letter}P-{by}" for by in ("region", "resource", "enterprise")}
        assert {row["id"] for row in found} == own


def test_whose_a_row_is_is_answered_without_looking_through_a_table(store_url: str) -> None:
    scope = Scope("county", (HERE,))
    with Store.open(store_url).connections.engine.connect() as connection:
        server = connection.dialect.name == "postgresql"
        if server:  # so that a plan shows what has no index, however few rows there are
            connection.execute(text("SET enable_seqscan = off"))
        for table, condition in product(TABLES, (visible, writable)):
            key = ROWS[table].c.row_key
            asked = select(ROWS[table]).where(key == "x", condition(table, scope)).compile(
                connection, compile_kwargs={"literal_binds": True}
            )  # fmt: skip
            explain = "EXPLAIN" if server else "EXPLAIN QUERY PLAN"
            plan = [str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {asked}")]
            through = [step for step in plan if "Seq Scan" in step or "SCAN" in step]
            assert all("json_each" in step for step in through), plan


def test_a_write_asks_whose_a_row_is_once_before_and_once_after(filled: Service) -> None:
    asked: list[str] = []
    path = "/api/v1/funds/F-P-enterprise"

    def note(_c: Any, _k: Any, statement: str, parameters: Any, *_: Any) -> None:
        if HERE in str(parameters):
            asked.append(statement)

    body = filled.ask("county", "GET", path).json()
    event.listen(Engine, "before_cursor_execute", note)
    answer = filled.ask(
        "county", "PUT", path, json={**body, "amount_wan": 8.0}, headers={"If-Match": "*"}
    )
    event.remove(Engine, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.text
    of_rows = [one for one in asked if "FROM funds" in one]
    assert len(of_rows) == 2
    assert len(asked) <= 3  # the third: whether the project that it names is seen
