"""All rows of a store out of one snapshot, and into a store in one transaction.

Both go by the tables as they stand in the database, not by the layout this program knows, so that
a store of an older layout can be copied before it is migrated, and read back into any later one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    collate,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)

from api import settings
from api.store import generations, migrate, version
from api.store.jobs import FAILED, RUNNING, WAITING
from api.store.layout import IDENTITY, JOBS, METADATA, PROPERTIES

VERSION_TABLE = "alembic_version"
LEFT_OUT = ("sessions", "sign_in_failures", IDENTITY.name)
"""Who is signed in, and how often somebody failed to, belongs to the moment and not to a copy; a
store that is filled from one gets a new word of its own from its migrations."""

_AT_ONCE = 500

Cell = str | int | float | None
Rows = Iterable[Sequence[Cell]]


@dataclass(frozen=True)
class Part:
    """A table of a snapshot.

    Attributes
    ----------
    columns : tuple of str
        In the order of the cells.
    rows : int
        How many there are.
    """

    name: str
    columns: tuple[str, ...]
    rows: int
    _table: Table
    _connection: Connection

    def cells(self) -> Iterator[list[Cell]]:
        """The rows by key in code point order; dates as ISO text."""
        table, names = self._table, self.columns
        statement = select(*(table.c[name] for name in names)).order_by(
            *(_by_code_point(column, self._connection) for column in table.primary_key)
        )
        streamed = statement.execution_options(yield_per=_AT_ONCE)
        for batch in self._connection.execute(streamed).partitions():
            for row in batch:
                yield [cell.isoformat() if isinstance(cell, date) else cell for cell in row]


def _by_code_point(column: Column[Any], connection: Connection) -> ColumnElement[Any]:
    """Text in the order SQLite has by itself, so that both databases write the same bytes."""
    if connection.dialect.name == "postgresql" and isinstance(column.type, String):
        return collate(column, "C")
    return column


def parts(connection: Connection) -> list[Part]:
    """The tables that a copy holds, by name, as they are in this transaction."""
    known = _reflected(connection)
    return [
        Part(
            name,
            tuple(column.name for column in table.columns),
            connection.execute(select(func.count()).select_from(table)).scalar_one(),
            table,
            connection,
        )
        for name, table in sorted(known.items())
        if name != VERSION_TABLE and name not in LEFT_OUT
    ]


def _reflected(connection: Connection) -> dict[str, Table]:
    """Our tables that are there. On a server others may lie beside them: they are not ours."""
    there = set(inspect(connection).get_table_names())
    found = MetaData()
    found.reflect(connection, only=sorted(there & {*METADATA.tables, VERSION_TABLE}))
    return dict(found.tables)


def kept_rows(connection: Connection) -> int:
    """How many rows a store holds that a copy would hold too; 0: it is empty.

    The words that tell readers of changes are no content: they stay when all rows are gone.
    """
    found = {part.name: part.rows for part in parts(connection)}
    if PROPERTIES.name in found:
        words = PROPERTIES.c.name.startswith(generations.PREFIX, autoescape=True)
        counted = select(func.count()).select_from(PROPERTIES).where(words)
        found[PROPERTIES.name] -= connection.execute(counted).scalar_one()
    return sum(found.values())


def word_of(connection: Connection) -> str | None:
    """The word of the store as it is; None: it has none yet."""
    known = _reflected(connection)
    if IDENTITY.name not in known:
        return None
    return connection.execute(select(IDENTITY.c.word)).scalar()


def drop(connection: Connection) -> None:
    """Drop all our tables, within the transaction."""
    for name in _reflected(connection):
        quoted = connection.dialect.identifier_preparer.quote(name)
        connection.execute(text(f"DROP TABLE {quoted}"))


class UnlikeTheLayout(Exception):
    """Rows that cannot stand in a table of the layout they are said to be of.

    Attributes
    ----------
    table : str
    row : int
        From 1; 0: it is the columns.
    column : str
    """

    def __init__(self, table: str, row: int, column: str) -> None:
        self.table, self.row, self.column = table, row, column
        super().__init__(f"{table} {row} {column}")


def fill(
    connection: Connection,
    revision: str,
    tables: Iterable[tuple[str, Sequence[str], Rows]],
) -> dict[str, int]:
    """Make a store of a layout, fill it, bring it to the present layout; within the transaction.

    Parameters
    ----------
    revision : str
        The layout that the rows are of.
    tables : iterable of (name, columns, rows)

    Returns
    -------
    dict of str to int
        Rows of each table as they are then in the database.

    Raises
    ------
    UnlikeTheLayout
    """
    migrate.upgrade_within(connection, revision)
    known = _reflected(connection)
    counts: dict[str, int] = {}
    for name, columns, rows in tables:
        table = known.get(name)
        if table is None or name in (VERSION_TABLE, *LEFT_OUT):
            raise UnlikeTheLayout(name, 0, "")
        odd = set(columns) ^ set(table.c.keys())
        if odd or len(set(columns)) != len(columns):
            raise UnlikeTheLayout(name, 0, ", ".join(sorted(odd)))
        counts[name] = _inserted(connection, table, columns, rows)
    for name in known:
        if name not in (*counts, VERSION_TABLE, *LEFT_OUT):
            raise UnlikeTheLayout(name, 0, "")
    if revision != version.HEAD:
        migrate.upgrade_within(connection, version.HEAD)
    return counts


def _inserted(connection: Connection, table: Table, columns: Sequence[str], rows: Rows) -> int:
    readers = [_reader(table.c[name]) for name in columns]
    count, waiting = 0, []
    for number, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise UnlikeTheLayout(table.name, number, "")
        cells = {}
        for name, read, cell in zip(columns, readers, row, strict=True):
            try:
                cells[name] = None if cell is None else read(cell)
            except ValueError as error:
                raise UnlikeTheLayout(table.name, number, name) from error
        waiting.append(cells)
        if len(waiting) == _AT_ONCE:
            connection.execute(insert(table), waiting)
            count, waiting = count + len(waiting), []
    if waiting:
        connection.execute(insert(table), waiting)
    return count + len(waiting)


def _reader(column: Column[Any]) -> Callable[[Cell], object]:
    """What makes the database's cell of a copy's; ValueError where it is of another kind."""

    def of(*kinds: type) -> Callable[[Cell], object]:
        def read(cell: Cell) -> object:
            if isinstance(cell, bool) or not isinstance(cell, kinds):
                raise ValueError(cell)
            return cell

        return read

    if isinstance(column.type, Date):
        return lambda cell: date.fromisoformat(str(cell))
    if isinstance(column.type, Float):
        number = of(int, float)
        return lambda cell: float(number(cell))  # type: ignore[arg-type]
    if isinstance(column.type, Integer):
        return of(int)
    word = of(str)

    def written(cell: Cell) -> object:
        str(word(cell)).encode()  # half of a surrogate pair: UnicodeEncodeError is a ValueError
        return cell

    return written


def end_open_jobs(connection: Connection, error: str) -> int:
    """Fail the jobs that a copy shows as waiting or running: their files are not in it."""
    ended = connection.execute(
        update(JOBS)
        .where(JOBS.c.state.in_((WAITING, RUNNING)))
        .values(state=FAILED, ended_at=settings.stamp(), error=error, lease_until=None)
    )
    return int(ended.rowcount)
