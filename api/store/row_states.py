"""Rows as they were and as they became, so that a change can be undone byte for byte."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from api.store import generations
from api.store.layout import ROWS
from api.store.writing import batches
from features.schema import TABLES

Cells = dict[str, Any]


def stored_rows(connection: Connection, table: str, keys: Sequence[str]) -> dict[str, Cells]:
    """The rows of a table that are there, by key, each cell as the database has it."""
    target = ROWS[table]
    found = connection.execute(select(target).where(target.c.row_key.in_(keys))).mappings()
    return {row["row_key"]: dict(row) for row in found}


def apply(connection: Connection, changes: Sequence[Cells]) -> None:
    """Let rows become what changes say: ``table``, ``key``, ``before``, ``after``."""
    for table in TABLES:
        target = ROWS[table]
        here = [change for change in changes if change["table"] == table]
        gone = [c["key"] for c in here if c["before"] is not None]
        for keys in batches(gone):
            connection.execute(delete(target).where(target.c.row_key.in_(keys)))
        rows = [change["after"] for change in here if change["after"] is not None]
        for some in batches(rows):
            connection.execute(insert(target), some)
    generations.changed(connection, (change["table"] for change in changes))


def revived(change: Cells) -> Cells:
    """A change as it was recorded, its dates dates again."""
    days = {c.name for c in TABLES[change["table"]].columns if c.kind == "date"}
    found = dict(change)
    for side in ("before", "after"):
        if change[side] is not None:
            found[side] = {
                name: date.fromisoformat(cell) if name in days and cell is not None else cell
                for name, cell in change[side].items()
            }
    return found


def plain(value: object) -> object:
    """A cell as JSON has it."""
    return value.isoformat() if isinstance(value, date) else value


def as_json(value: object) -> str:
    """A value as it is recorded."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=plain)
