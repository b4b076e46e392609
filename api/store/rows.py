"""Single rows and pages of rows, within what an account may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, cast, collate, func, or_, select

from api.store import builtin
from api.store.cells import OWN, decode, decode_own, row_key
from api.store.layout import ROWS
from api.store.reading import Ask
from api.store.scope import Scope, visible, writable
from api.store.writing import batches
from features.columns import Column
from features.schema import OWN_PREFIX, TABLES
from features.tables import Value

Row = dict[str, Value]
Filters = Sequence[tuple[Column, Value]]
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_OWN = "is_the_accounts_own"
_LISTS = ("texts", "ids", "choices", "codes")


def page(
    connection: Connection,
    table: str,
    scope: Scope,
    *,
    filters: Filters = (),
    text: str | None = None,
    after: str | None = None,
    limit: int,
) -> list[tuple[str, Row]]:
    """Rows with their keys, by key in code point order.

    Parameters
    ----------
    filters : sequence of (column, value)
        Rows whose cell equals the value, or of lists: holds it. An empty cell of a column that
        has a default counts as that too; None: only the empty ones.
    text : str, optional
        Rows whose name or id holds it, the letters A to Z large or small.
    after : str, optional
        Key of the last row of the page before.
    """
    if table in builtin.BUILT_IN:
        return _overlaid_page(connection, table, filters, text, after, limit)
    held = ROWS[table]
    order = collate(held.c.row_key, "C" if connection.dialect.name == "postgresql" else "BINARY")
    tests = [visible(table, scope), *(_equal(held.c[c.name], c, value) for c, value in filters)]
    if text:
        columns = [held.c[name] for name in ("name", "id") if name in held.c]
        columns = columns or [held.c.row_key]
        tests.append(
            or_(*(_small(c, connection).contains(small(text), autoescape=True) for c in columns))
        )
    if after is not None:
        tests.append(order > after)
    found = connection.execute(select(held).where(*tests).order_by(order).limit(limit))
    return _decoded(table, list(found.mappings()))


def one(connection: Connection, table: str, key: str, scope: Scope) -> Row | None:
    """A row that the account may see, built-in rows among them; None: there is none."""
    return one_and_whose(connection, table, key, scope)[0]


def one_and_whose(
    connection: Connection, table: str, key: str, scope: Scope
) -> tuple[Row | None, bool]:
    """:func:`one` and :func:`is_writable`, asked in one query."""
    held = ROWS[table]
    own = writable(table, scope).label(_OWN)
    statement = select(held, own).where(held.c.row_key == key, visible(table, scope))
    found = list(connection.execute(statement).mappings())
    if found:
        return _decoded(table, found)[0][1], bool(found[0][_OWN])
    known = builtin.rows(table).get(key)
    return (None, False) if known is None else (dict(known), scope.role == "admin")


def is_seen(connection: Connection, table: str, key: str, scope: Scope) -> bool:
    """Whether the account may see a row, built-in rows among them."""
    held = ROWS[table].c.row_key
    statement = select(held).where(held == key, visible(table, scope))
    return connection.execute(statement).first() is not None or key in builtin.rows(table)


def is_there(ask: Ask, table: str, key: str) -> bool:
    """Whether a row is there, for an account that sees all of its table."""
    found = ask(f'SELECT 1 FROM "{TABLES[table].name}" WHERE row_key = :key', {"key": key})
    return bool(found) or key in builtin.rows(table)


def is_stored(connection: Connection, table: str, key: str) -> bool:
    """Whether a row is there, whoever's it is."""
    held = ROWS[table].c
    stored = connection.execute(select(held.row_key).where(held.row_key == key)).first()
    return stored is not None or key in builtin.rows(table)


def is_writable(connection: Connection, table: str, key: str, scope: Scope) -> bool:
    """Whether a stored row, as it stands, is one that the account may change."""
    held = ROWS[table].c
    statement = select(held.row_key).where(held.row_key == key, writable(table, scope))
    if connection.execute(statement).first() is not None:
        return True
    return scope.role == "admin" and key in builtin.rows(table)


def keys_among(
    connection: Connection, table: str, keys: Collection[str], scope: Scope
) -> frozenset[str]:
    """Those of some keys whose rows the account may see, built-in ones among them."""
    held = ROWS[table].c
    found = {key for key in keys if key in builtin.rows(table)}
    for some in batches(sorted(keys)):
        asked = select(held.row_key).where(held.row_key.in_(some), visible(table, scope))
        found.update(connection.execute(asked).scalars())
    return frozenset(found)


def keys_seen(connection: Connection, table: str, scope: Scope) -> frozenset[str]:
    """Keys of the rows that the account may see, built-in ones among them."""
    held = ROWS[table].c
    found = connection.execute(select(held.row_key).where(visible(table, scope))).scalars()
    return frozenset(found) | frozenset(builtin.rows(table))


def small(text: str) -> str:
    """A text with A to Z as small letters: what both databases can be told to make of it too."""
    return text.translate(_SMALL)


def _small(cell: ColumnElement[Any], connection: Connection) -> ColumnElement[Any]:
    """The same of a cell; which other letters a server would change depends on its locale."""
    return func.lower(collate(cell, "C") if connection.dialect.name == "postgresql" else cell)


def _equal(cell: ColumnElement[Any], column: Column, value: Value) -> ColumnElement[bool]:
    if value is None:
        return cell.is_(None)
    if column.kind in _LISTS:
        return func.replace(cell, f'"{value}"', "") != cell
    same = cast(cell, String) == value if column.kind == "points" else cell == value
    return or_(same, cell.is_(None)) if value == column.default else same


def _decoded(table: str, found: Sequence[Mapping[Any, Any]]) -> list[tuple[str, Row]]:
    spec = TABLES[table]
    columns = {c.name: decode(c.kind, [row[c.name] for row in found]) for c in spec.columns}
    if spec.own_columns and found:
        columns |= decode_own([row[OWN] for row in found])
    rows = []
    for at, row in enumerate(found):
        cells = {
            name: values[at]
            for name, values in columns.items()
            if values[at] is not None or not name.startswith(OWN_PREFIX)
        }
        rows.append((str(row["row_key"]), cells))
    return rows


def _overlaid_page(
    connection: Connection,
    table: str,
    filters: Filters,
    text: str | None,
    after: str | None,
    limit: int,
) -> list[tuple[str, Row]]:
    """The same of tables with built-in rows: a few thousand at most, seen by everybody alike."""
    held = ROWS[table]
    stored = _decoded(table, list(connection.execute(select(held)).mappings()))
    merged = {**builtin.rows(table), **dict(stored)}
    found = []
    for key in sorted(merged):
        row = merged[key]
        named = " ".join(str(row.get(name) or "") for name in ("name", "code", "id"))
        if after is not None and key <= after:
            continue
        if text and small(text) not in small(named) and small(text) not in small(key):
            continue
        if all(_holds(row.get(column.name), column, value) for column, value in filters):
            found.append((key, dict(row)))
            if len(found) == limit:
                break
    return found


def _holds(cell: Value, column: Column, value: Value) -> bool:
    if isinstance(cell, tuple) and value is not None:
        return value in cell
    return cell == value or (cell is None and value == column.default)


def cells(connection: Connection, table: str, column: str, keys: Sequence[str]) -> dict[str, Value]:
    """One column of some rows, by key; for tables and rows that the caller has shown already."""
    held = ROWS[table]
    found = connection.execute(
        select(held.c.row_key, held.c[column]).where(held.c.row_key.in_(keys))
    ).all()
    values = decode(TABLES[table].column(column).kind, [row[1] for row in found])
    return {str(row[0]): value for row, value in zip(found, values, strict=True)}


def latest_first(connection: Connection, table: str) -> list[str]:
    """The keys of a table's stored rows, those changed last first."""
    held = ROWS[table].c
    statement = select(held.row_key).order_by(held.updated_at.desc(), held.row_key)
    return [str(key) for key in connection.execute(statement).scalars()]


def key_of(table: str, row: Mapping[str, Value]) -> str:
    """The key of a row."""
    spec = TABLES[table]
    return row_key(spec, [row.get(name) for name in spec.key])


def hidden(table: str, scope: Scope) -> Iterable[str]:
    """Columns of a table that the account does not see."""
    return () if scope.sees_contacts else [c.name for c in TABLES[table].columns if c.staff_only]
