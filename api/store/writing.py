"""Upserts: many rows of many tables in one transaction, with their references checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from api import settings
from api.store import accounts, builtin, generations
from api.store.cells import OWN, Cell, as_text, decode_own, encode, encode_own, row_key
from api.store.changes import moved
from api.store.errors import MissingReference, StillReferred
from api.store.layout import ROWS
from features.columns import Column
from features.schema import OWN_PREFIX, TABLES, TableSpec
from features.tables import Table, Value

Counts = dict[str, dict[str, int]]
_T = TypeVar("_T")
_AT_ONCE = 500
_THINGS = ("enterprises", "resources", "regions")
"""Tables whose keys stand in columns that may hold a thing of several kinds (interests)."""
_BY_KIND = {"region": "regions", "code": "industries", "codes": "industries"}
"""Tables whose keys stand in every column of a kind."""
_WITHIN = {"regions": ("merged_into", "split_from"), "industries": ("parent",)}
"""Columns of a table that hold keys of the table itself."""


def write(connection: Connection, tables: Mapping[str, Table] | Sequence[Table]) -> Counts:
    """Store rows; of a row whose key exists only the columns given are replaced.

    Parameters
    ----------
    tables : mapping of str to Table, or sequence of Table
        A sequence may hold a table in several parts, with different columns.

    Returns
    -------
    dict of str to dict
        For each table how many rows were ``added``, ``changed`` or the ``same`` as before.

    Raises
    ------
    MissingReference
        If a row refers to one that is neither stored nor among ``tables``.
    """
    parts = list(tables.values()) if isinstance(tables, Mapping) else list(tables)
    order = {name: i for i, name in enumerate(TABLES)}
    parts = sorted((part for part in parts if len(part)), key=lambda part: order[part.name])
    counts: Counts = {}
    for part in parts:
        found = _upsert(connection, part)
        before = counts.get(part.name)
        counts[part.name] = {k: n + before[k] for k, n in found.items()} if before else found
    for part in parts:
        _check_references(connection, part)
    generations.changed(connection, (n for n, c in counts.items() if c["added"] or c["changed"]))
    return counts


def _upsert(connection: Connection, table: Table) -> dict[str, int]:
    spec, target = TABLES[table.name], ROWS[table.name]
    counts = {"added": 0, "changed": 0, "same": 0}
    at = settings.stamp()
    for rows in batches(table.rows()):
        keyed = {row_key(spec, [row.get(k) for k in spec.key]): row for row in rows}
        stored = _stored(connection, spec, list(keyed))
        added, changed = [], []
        for key, row in keyed.items():
            cells = _cells(spec, row)
            before = stored.get(key)
            if before is not None:
                _keep_other_own(cells, before)
                if _same(cells, before):
                    counts["same"] += 1
                else:
                    counts["changed"] += 1
                    later = moved(at, before["updated_at"])
                    changed.append({"b_row_key": key, "updated_at": later, **cells})
            elif _as_built_in(spec, key, row):
                counts["same"] += 1
            else:
                known = builtin.rows(spec.name).get(key)
                counts["added" if known is None else "changed"] += 1
                cells = _cells(spec, {**(known or dict.fromkeys(spec.names)), **row})
                added.append({"row_key": key, "added_at": at, "updated_at": at, **_flat(cells)})
        if added:
            connection.execute(insert(target), added)
        if changed:
            statement = update(target).where(target.c.row_key == bindparam("b_row_key"))
            connection.execute(statement, [_flat(row) for row in changed])
    return counts


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """The items in lists of as many as one statement takes."""
    iterator = iter(items)
    while batch := list(islice(iterator, _AT_ONCE)):
        yield batch


def _stored(connection: Connection, spec: TableSpec, keys: Sequence[str]) -> dict[str, Any]:
    target = ROWS[spec.name]
    found = connection.execute(select(target).where(target.c.row_key.in_(keys))).mappings()
    return {row["row_key"]: row for row in found}


def _cells(spec: TableSpec, row: Mapping[str, Value]) -> dict[str, Any]:
    """The cells of the columns present; own columns as a dict under :data:`OWN`."""
    cells: dict[str, Any] = {
        c.name: encode(c.kind, row[c.name]) for c in spec.columns if c.name in row
    }
    own = {name: value for name, value in row.items() if name.startswith(OWN_PREFIX)}
    if own:
        cells[OWN] = own
    return cells


def _flat(cells: dict[str, Any]) -> dict[str, Cell]:
    own = cells.get(OWN)
    return {**cells, OWN: encode_own(own)} if isinstance(own, dict) else cells


def _keep_other_own(cells: dict[str, Any], before: Mapping[str, Any]) -> None:
    if OWN in cells:
        earlier = {name: column[0] for name, column in decode_own([before[OWN]]).items()}
        cells[OWN] = {**earlier, **cells[OWN]}


def _same(cells: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    for name, cell in cells.items():
        if name == OWN:
            earlier = {n: column[0] for n, column in decode_own([before[OWN]]).items()}
            if any(as_text(earlier.get(n)) != as_text(v) for n, v in cell.items()):
                return False
        elif before[name] != cell:
            return False
    return True


def _as_built_in(spec: TableSpec, key: str, row: Mapping[str, Value]) -> bool:
    known = builtin.rows(spec.name).get(key)
    return known is not None and all(known.get(name) == value for name, value in row.items())


def _check_references(connection: Connection, table: Table) -> None:
    spec = TABLES[table.name]
    for column in spec.columns:
        if column.references is None or column.name not in table.columns:
            continue
        wanted: set[str] = set()
        for value in table[column.name]:
            if isinstance(value, tuple):
                wanted.update(map(str, value))
            elif value is not None:
                wanted.add(str(value))
        missing = sorted(wanted - _present(connection, column.references, wanted))
        if missing:
            raise MissingReference(
                "store.missing_reference",
                table=spec.label,
                column=column.label,
                value=missing[0],
                other=TABLES[column.references].label,
                count=len(missing),
            )


def _present(connection: Connection, name: str, keys: Iterable[str]) -> set[str]:
    target = ROWS[name]
    found = set(builtin.rows(name))
    for batch in batches(keys):
        statement = select(target.c.row_key).where(target.c.row_key.in_(batch))
        found.update(connection.execute(statement).scalars())
    return found


def remove(connection: Connection, name: str, key: str) -> bool:
    """Delete one row.

    Raises
    ------
    StillReferred
        If other rows refer to it, or an account that is not shut stands for it.
    """
    spec, target = TABLES[name], ROWS[name]
    if connection.execute(select(target.c.row_key).where(target.c.row_key == key)).first() is None:
        return False
    stays = key in builtin.rows(name)
    for other in () if stays else TABLES.values():
        if count := _references_to(connection, other, name, key):
            raise StillReferred(
                "store.still_referred",
                table=spec.label,
                key=key,
                other=other.label,
                name=other.name,
                count=count,
            )
    # Another row of this key would be theirs.
    if not stays and (count := accounts.standing_for(connection, name, key)):
        raise StillReferred("store.still_an_account", table=spec.label, key=key, count=count)
    connection.execute(delete(target).where(target.c.row_key == key))
    generations.changed(connection, [name])
    return True


def _references_to(connection: Connection, other: TableSpec, name: str, key: str) -> int:
    """How many rows of ``other`` name the row ``key`` of table ``name``."""
    held = ROWS[other.name]
    tests: list[ColumnElement[bool]] = []
    for column in other.columns:
        cell = held.c[column.name]
        if not _may_hold(other, column, name):
            continue
        if column.kind in ("ids", "codes"):
            # LIKE would take "e-1" for "E-1" in a file, and not on a server; replace does not.
            tests.append(func.replace(cell, json.dumps(key, ensure_ascii=False), "") != cell)
        else:
            tests.append(cell == key)
    if not tests:
        return 0
    statement = select(func.count()).select_from(held).where(or_(*tests))
    if other.name == name:
        statement = statement.where(held.c.row_key != key)
    return connection.execute(statement).scalar_one()


def _may_hold(table: TableSpec, column: Column, name: str) -> bool:
    """Whether a column of a table may name rows of the table ``name``."""
    return (
        column.references == name
        or _BY_KIND.get(column.kind) == name
        or (column.form == "thing" and name in _THINGS)
        or (table.name == name and column.name in _WITHIN.get(name, ()))
    )
