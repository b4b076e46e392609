"""An import by somebody who may change some rows only: nothing else is touched, or nothing is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.store import Store
from api.store.cells import row_key
from api.store.layout import ROWS
from api.store.rows import keys_seen
from api.store.scope import Scope, may_write, writable
from api.usecases.row_body import SeenReferences
from api.usecases.row_errors import NotYours
from features.schema import TABLES
from features.tables import Table

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AT_ONCE = 500
_NAMED = 5
Tables = Mapping[str, Table] | Sequence[Table]


class SeenRows(SeenReferences):
    """What an import may refer to: the rows that its sender sees, of each table read once."""

    def __init__(self, store: Store, scope: Scope) -> None:
        @cache
        def every(table: str) -> frozenset[str]:
            with store.connection() as connection:
                return keys_seen(connection, table, scope)

        super().__init__(store, lambda table, keys: every(table).intersection(keys))


def check_before(connection: Connection, tables: Tables, scope: Scope) -> None:
    """Refuse rows that are there already and are not the sender's.

    Raises
    ------
    NotYours
    """
    for table, keys in _keys(tables):
        if not may_write(table, scope.role):
            raise NotYours("usecase.table_not_yours", table=TABLES[table].label)
        found = _which(connection, table, keys, None)
        _refuse(table, found - _which(connection, table, sorted(found), scope))


def check_after(connection: Connection, tables: Tables, scope: Scope) -> None:
    """Refuse rows that would not be the sender's once they are stored.

    Raises
    ------
    NotYours
    """
    for table, keys in _keys(tables):
        _refuse(table, set(keys) - _which(connection, table, keys, scope))


def _keys(tables: Tables) -> Iterator[tuple[str, list[str]]]:
    for table in tables.values() if isinstance(tables, Mapping) else tables:
        spec = TABLES[table.name]
        rows = zip(*(table[name] for name in spec.key), strict=True)
        yield table.name, [row_key(spec, list(values)) for values in rows]


def _which(
    connection: Connection, table: str, keys: Sequence[str], scope: Scope | None
) -> set[str]:
    """Those of the keys that are stored, or with a scope: that it may change."""
    held = ROWS[table].c
    found: set[str] = set()
    for start in range(0, len(keys), _AT_ONCE):
        statement = select(held.row_key).where(held.row_key.in_(keys[start : start + _AT_ONCE]))
        if scope is not None:
            statement = statement.where(writable(table, scope))
        found.update(connection.execute(statement).scalars())
    return found


def _refuse(table: str, others: set[str]) -> None:
    if others:
        named = ", ".join(sorted(others)[:_NAMED]) + (" …" if len(others) > _NAMED else "")
        raise NotYours(
            "usecase.rows_not_yours", table=TABLES[table].label, count=len(others), keys=named
        )
