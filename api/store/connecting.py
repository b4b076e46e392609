"""Where a store's connections come from: SQLite's own driver, or SQLAlchemy, loaded when needed.

Reading goes straight to SQLite's driver where the store is a file; everything that changes rows,
and every store on a server, goes through SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from api.store.address import Address, connect, insert_straight
from api.store.errors import BadValue, translated
from api.store.reading import Ask

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection, Engine

_NONE: Final[dict[str, object]] = {}


class Connections:
    """The connections of one store.

    Parameters
    ----------
    quick : bool
        Whether reading goes straight to SQLite's driver, where the store is a file.
    """

    def __init__(self, address: Address, *, quick: bool = True) -> None:
        self.address = address
        self.file: Path | None = address.file if quick else None
        self._stays = False

    @cached_property
    def engine(self) -> Engine:
        """Where readers have their connections from, if not straight from the driver."""
        from api.store.engine import engine_of

        return engine_of(self.address, stay=self._stays)

    @cached_property
    def writers(self) -> Engine:
        """Where writers have their connections from.

        Those of a server are limited, and who waits for his turn to write holds one: so they are
        none of those that readers need, the writer at work among them.
        """
        if self.address.file is not None:
            return self.engine
        from api.store.engine import engine_of

        return engine_of(self.address, stay=self._stays)

    def stay(self) -> None:
        """From now on keep connections open between transactions, as a service does."""
        self._stays = True
        for made in ("engine", "writers"):  # while the store was opened
            if made in self.__dict__:
                self.__dict__.pop(made).dispose()

    @contextmanager
    def straight(self, file: Path) -> Iterator[sqlite3.Connection]:
        """A connection of SQLite's own driver; what was begun and not committed is rolled back."""
        if not self._stays:
            connection = connect(file)
            try:
                yield connection
            finally:
                connection.close()
        else:
            held = self.engine.raw_connection()
            try:
                yield cast("sqlite3.Connection", held.driver_connection)
            finally:
                held.close()

    @contextmanager
    def asking(self) -> Iterator[Ask]:
        """One read transaction.

        Raises
        ------
        StoreError
        """
        with translated(self.address.place), self._reading() as ask:
            yield ask

    @contextmanager
    def _reading(self) -> Iterator[Ask]:
        if self.file is not None:
            with self.straight(self.file) as connection:
                connection.execute("BEGIN")
                yield lambda statement, values=_NONE: connection.execute(
                    statement, values
                ).fetchall()
        else:
            from sqlalchemy import text

            with self.engine.begin() as session:
                yield lambda statement, values=_NONE: (
                    session.execute(text(statement), values).fetchall() if values
                    else session.exec_driver_sql(statement).fetchall()
                )  # fmt: skip

    @contextmanager
    def transaction(self, *, writer: bool = False, adds: bool = False) -> Iterator[Connection]:
        """One transaction through SQLAlchemy.

        Parameters
        ----------
        adds : bool
            Of a writer: it only adds rows that no other writer looks at, so on a server, which lets
            it, it waits for none of them.

        Raises
        ------
        StoreError
        """
        with translated(self.address.place):
            try:
                engine = self.writers if writer and not adds else self.engine
                with engine.connect() as connection:
                    session = connection.execution_options(writer=writer, adds=adds)
                    with session.begin():
                        yield session
            except OverflowError as error:
                raise BadValue("store.too_large_a_number", reason=str(error)) from error

    def insert(
        self, name: str, rows: Sequence[Mapping[str, object]], *, replace: bool = False
    ) -> None:
        """Put rows of the same columns into the log of lists or the properties, all or none."""
        if not rows:
            return
        if self.file is not None:
            with translated(self.address.place), self.straight(self.file) as connection:
                insert_straight(connection, name, rows, replace=replace)
            return
        from api.store import layout

        target = {"list_log": layout.LIST_LOG, "properties": layout.PROPERTIES}[name]
        with self.transaction(writer=True, adds=not replace) as session:
            if replace:
                first = next(iter(rows[0]))
                replaced = [row[first] for row in rows]
                session.execute(target.delete().where(target.c[first].in_(replaced)))
            session.execute(target.insert(), [dict(row) for row in rows])
