"""What one row refers to, and what a text is looked for in: alike on every database."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from api.store import rows
from api.store.errors import StillReferred
from api.usecases import users
from api.usecases.table_rows import scope_of
from features.schema import TABLES
from features.tables import Table
from service import HERE, THERE, Service


@pytest.fixture
def filled(service: Service) -> Service:
    """Two enterprises here and there, each with a resource."""
    for region, key in ((HERE, "here"), (THERE, "There")):
        of_table = {
            "enterprises": {"id": f"E-{key}", "name": f"Big {key}", "region": region},
            "resources": {"id": f"R-{key}", "name": f"big {key}", "kind": "land",
                          "region": region},
        }  # fmt: skip
        service.store.write([Table.from_rows(name, [row]) for name, row in of_table.items()])
    return service


def test_a_text_is_found_whether_its_letters_are_large_or_small(filled: Service) -> None:
    own = Table.from_rows("regions", [{"code": "999999", "name": "My Own"}])
    filled.store.write([own])
    for table, text, found in (
        ("enterprises", "big", ["E-There", "E-here"]), ("enterprises", "E-HE", ["E-here"]),
        ("enterprises", "_", []), ("enterprises", "B_g", []), ("enterprises", "%", []),
        ("regions", "my OWN", ["999999"]),
    ):  # fmt: skip
        asked = filled.ask("planner", "GET", f"/api/v1/{table}", params={"q": text}).json()
        assert [row[TABLES[table].key[0]] for row in asked["rows"]] == found, text


def test_ids_that_differ_in_the_size_of_their_letters_are_two_rows(filled: Service) -> None:
    filled.store.write(
        [
            Table("enterprises", {"id": ["e-HERE"]}),
            Table.from_rows("projects", [{"id": "P", "enterprise_ids": ("E-here",)}]),
        ]
    )
    with pytest.raises(StillReferred):
        filled.store.delete("enterprises", "E-here")
    assert filled.store.delete("enterprises", "e-HERE")


@pytest.mark.parametrize(
    ("table", "key", "account"), [("enterprises", "E-own", "enterprise"), ("regions", "1", "far")]
)
def test_a_row_that_an_account_stands_for_is_not_deleted_until_that_is_shut(
    service: Service, table: str, key: str, account: str
) -> None:
    own = {"enterprises": Table("enterprises", {"id": ["E-own"]}),
           "regions": Table("regions", {"code": ["1"], "name": ["Far"]})}  # fmt: skip
    service.store.write(own)
    users.add(service.store, "far", "county", region="1")
    told = service.ask("admin", "DELETE", f"/api/v1/{table}/{key}")
    assert told.status_code == 409 and "1 accounts" in told.json()["message"]["en"]
    assert service.store.has(table, key)
    users.disable(service.store, account)
    assert service.ask("admin", "DELETE", f"/api/v1/{table}/{key}").status_code == 204
    assert not service.store.has(table, key)


def test_of_some_keys_those_are_seen_that_are_among_all_that_are_seen(filled: Service) -> None:
    for role in ("enterprise", "county", "planner"):
        scope = scope_of(filled.store, filled.account(role))
        with filled.store.connection() as connection:
            for table in TABLES:
                every = rows.keys_seen(connection, table, scope)
                asked = {*sorted(every)[:3], "E-here", "R-There", "absent"}
                assert rows.keys_among(connection, table, asked, scope) == every & asked


def test_one_row_asks_for_the_rows_it_names_and_for_no_others(filled: Service) -> None:
    asked: list[str] = []
    engine = filled.store.connections.writers
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    body = {"enterprise_id": "E-here", "resource_id": "R-There", "date": "2024-03-01",
            "stage": "contacted"}  # fmt: skip
    answer = filled.ask("admin", "POST", "/api/v1/outcomes", json=body)
    assert answer.status_code == 201, answer.text
    of_others = [one for one in asked if "FROM enterprises" in one or "FROM resources" in one]
    assert of_others
    assert [one for one in of_others if "row_key" not in one.partition("WHERE")[2]] == []
    assert filled.ask("admin", "POST", "/api/v1/outcomes",
                      json={**body, "resource_id": "absent"}).status_code == 422  # fmt: skip
