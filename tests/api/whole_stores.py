"""Whole stores: made-up rows of every table as the database has them, put in and read out."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import Column, Date, Float, Integer, MetaData, String, Table, insert, select

from api.store import Store, migrate
from api.store.layout import JOBS, METADATA
from api.store.transfer import LEFT_OUT

CARRIED = tuple(t for name, t in sorted(METADATA.tables.items()) if name not in LEFT_OUT)
Contents = dict[str, list[dict[str, Any]]]

_NUL = "\0"


def _cell(column: Column[Any]) -> st.SearchStrategy[Any]:
    kind = column.type
    if column.name == "state":
        known: st.SearchStrategy[Any] = st.sampled_from(("done", "failed"))
    elif isinstance(kind, Date):
        known = st.dates(date(1, 1, 1), date(9999, 12, 31))
    elif isinstance(kind, Float):
        known = st.floats(allow_nan=False, allow_infinity=False)
    elif isinstance(kind, Integer):
        bits = 31 if type(kind) is Integer else 63
        known = st.integers(-(2**bits), 2**bits - 1)
    else:
        assert isinstance(kind, String)
        letters = st.characters(codec="utf-8", exclude_characters=_NUL)
        known = st.text(letters, max_size=min(kind.length or 30, 30))
    return st.none() | known if column.nullable else known


def _rows(table: Table) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.fixed_dictionaries({column.name: _cell(column) for column in table.columns})
    keys = [column.name for column in table.primary_key]
    return st.lists(row, max_size=3, unique_by=lambda cells: tuple(cells[k] for k in keys))


contents = st.fixed_dictionaries({table.name: _rows(table) for table in CARRIED})
"""Rows of every table that a backup carries: any text, any number, anything not known."""


def put(store: Store, held: Contents) -> None:
    """Make these the store's rows, past all checks."""
    with store.connection(writer=True) as connection:
        for table in CARRIED:
            connection.execute(table.delete())
            if held.get(table.name):
                connection.execute(insert(table), held[table.name])


def got(url: str) -> Contents:
    """All rows of a store but those of the moment, by table and key."""
    with Store.open(url).connection() as connection:
        return {
            table.name: sorted(
                (dict(row) for row in connection.execute(select(table)).mappings()),
                key=lambda row: [str(row[column.name]) for column in table.primary_key],
            )
            for table in CARRIED
        }


def job(key: str, state: str, kind: str = "simulation") -> dict[str, Any]:
    """The cells of a job."""
    empty = dict.fromkeys(JOBS.c.keys())
    return {
        **empty, "id": key, "kind": kind, "by": "staff", "state": state, "request": "{}",
        "submitted_at": "2026-01-01T00:00:00Z", "holder": "somebody",
        "lease_until": 2_000_000_000 if state == "running" else None,
        "result": "{}" if state == "done" else None,
        "error": '{"code": "x"}' if state == "failed" else None,
    }  # fmt: skip


def older_store(url: str, revision: str) -> list[str]:
    """Make a store of an older layout with two enterprises; their names."""
    store = Store.at(url)
    store.make_room()
    names = ["甲", "乙"]
    with migrate.making(store.address) as connection:
        migrate.upgrade_within(connection, revision)
        held = MetaData()
        held.reflect(connection, only=["enterprises"])
        stamp = "2008-03-01T00:00:00Z"
        connection.execute(insert(held.tables["enterprises"]), [
            {"row_key": key, "id": key, "name": name, "added_at": stamp, "updated_at": stamp}
            for key, name in zip("AB", names, strict=True)
        ])  # fmt: skip
    return names
