"""The store: typed tables in, typed tables out, each write whole or not at all.

Reading and the log of lists go straight to SQLite's own driver where the store is a SQLite file
(:mod:`api.store.connecting`): loading SQLAlchemy takes longer than all of a match list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from api import settings
from api.store import builtin, changes, generations, reading, served, version
from api.store.address import Address
from api.store.cells import row_key
from api.store.connecting import Connections
from api.store.errors import NewerStore, NotInitialised, Unwritable, translated
from api.store.handed_out import HandedOut
from api.store.log import ListLog
from api.store.reading import Ask
from features.schema import TABLES
from features.system_reasons import why
from features.tables import Table, Value

if TYPE_CHECKING:
    from concurrent.futures import Future

    from sqlalchemy import Connection

    from api.store.merging import Merge
    from api.store.writing import Counts


class Store:
    """A store of rows; open one with :meth:`open`.

    Attributes
    ----------
    address : Address
        Where it is.
    connections : Connections
        Where its connections come from.
    """

    def __init__(self, address: Address, *, quick: bool = True) -> None:
        self.address = address
        self.connections = Connections(address, quick=quick)
        self._handed_out = HandedOut(self.connections)

    @classmethod
    def at(cls, url: str | None = None, *, quick: bool = True) -> Store:
        """The store at ``url`` as it is, or is not yet there: for :meth:`migrate` only."""
        return cls(Address.parse(url or settings.database_url()), quick=quick)

    @classmethod
    def open(cls, url: str | None = None, *, create: bool = False, quick: bool = True) -> Store:
        """Open the store at ``url`` (default: that of the settings).

        Parameters
        ----------
        create : bool
            Make it, or bring its layout up to date, where that is needed.

        Raises
        ------
        NotInitialised, NewerStore
            If its layout is not the one this program knows.
        StoreError
            If it cannot be opened; the message says why and what to do.
        """
        store = cls.at(url, quick=quick)
        if create:
            store.migrate()
        else:
            store._check_version()
        return store

    # -- layout ---------------------------------------------------------------------------------

    def revision(self) -> str | None:
        """Name of the store's layout; None where there is no store yet.

        Raises
        ------
        Corrupt
            If the file is a database of something else.
        """
        file = self.address.file
        if file is not None and not file.exists():
            return None
        with self.asking() as select:
            return version.of_store(select, self.address)

    def known_revision(self) -> str | None:
        """:meth:`revision`, where this program knows it.

        Raises
        ------
        Corrupt, NewerStore
        """
        found = self.revision()
        if found is not None and found not in version.REVISIONS:
            raise NewerStore("store.newer", place=self.address.place, revision=found)
        return found

    def _check_version(self) -> None:
        found = self.known_revision()
        if found != version.HEAD:
            code = "store.not_initialised" if found is None else "store.older"
            raise NotInitialised(code, place=self.address.place, revision=found)

    def migrate(self) -> tuple[str | None, str]:
        """Make the store, or bring its layout up to date.

        Returns
        -------
        The revision before (None: there was no store) and the one now.

        Raises
        ------
        Served
            If a service is over the store: it would write on in the layout that it began with.
        """
        self.make_room()
        before = self.known_revision()
        if before != version.HEAD:
            from api.store.migrate import upgrade

            # Where there is no store yet, no service can be over it.
            apart = nullcontext() if before is None else served.alone(self.address, "store.served")
            with apart, translated(self.address.place):
                upgrade(self.address)
        return before, version.HEAD

    def make_room(self) -> None:
        """Make the folder of a store in a file, where it is missing.

        Raises
        ------
        Unwritable
        """
        file, place = self.address.file, self.address.place
        if file is None:
            return
        if file.is_dir():
            raise Unwritable("store.is_a_folder", place=place)
        try:
            settings.private_folder(file.parent)
        except OSError as error:
            raise Unwritable("store.unwritable", place=place, reason=why(error)) from error

    # -- reading --------------------------------------------------------------------------------

    def stay_connected(self) -> None:
        """From now on keep connections open between transactions, as a service does."""
        self.connections.stay()

    def asking(self) -> AbstractContextManager[Ask]:
        """One read transaction, for the few questions that every request asks.

        Raises
        ------
        StoreError
        """
        return self.connections.asking()

    def table(self, name: str, columns: Sequence[str] | None = None) -> Table:
        """The rows of a table, sorted by key in code point order.

        Of ``regions``, ``industries``, ``pairings`` and ``targets`` that is the built-in rows with
        the stored ones laid over them; :meth:`own_rows` gives the stored ones alone.

        Parameters
        ----------
        columns : sequence of str, optional
            Which columns; default all of the schema, then the user's own (``x_…``).
        """
        return self.tables([name], {name: columns} if columns is not None else None)[name]

    def tables(
        self,
        names: Iterable[str],
        columns: Mapping[str, Sequence[str]] | None = None,
        *,
        own: Iterable[str] = (),
    ) -> dict[str, Table]:
        """Several tables as they were at one moment; see :meth:`table`.

        Parameters
        ----------
        own : iterable of str
            Further tables, of which only the stored rows are wanted; see :meth:`own_rows`.
        """
        bare = set(own)
        wanted = {name: (columns or {}).get(name) for name in (*names, *bare)}
        with self.asking() as select:
            stored = reading.read(select, wanted)
        return reading.as_asked(stored, wanted, bare)

    def snapshot(
        self, names: Sequence[str], *, own: Sequence[str] = (), stamped: Sequence[str] = ()
    ) -> tuple[dict[str, str], dict[str, str], dict[str, Table], changes.Read]:
        """:meth:`generations`, :meth:`tables` and which rows of ``stamped``, of one moment."""
        wanted: dict[str, Sequence[str] | None] = dict.fromkeys((*names, *own))
        at = settings.stamp()
        with self.asking() as select:
            words, properties = generations.read(select, (*names, *own))
            stored = reading.read(select, wanted)
            read = changes.Read(at, {name: changes.stamps(select, name) for name in stamped})
        return words, properties, reading.as_asked(stored, wanted, set(own)), read

    def changed(
        self, read: changes.Read, columns: Mapping[str, Sequence[str]]
    ) -> dict[str, changes.Changes]:
        """What became of tables since they were read; see :func:`api.store.changes.since`."""
        with self.asking() as select:
            return {n: changes.since(select, n, read, chosen) for n, chosen in columns.items()}

    def own_rows(self, name: str) -> Table:
        """The rows of a table that were stored, without the built-in ones."""
        return self.tables((), own=(name,))[name]

    def keys(self, name: str) -> frozenset[str]:
        """The row keys of a table, built-in ones included (of one key column: its value)."""
        with self.asking() as select:
            stored = select(f'SELECT row_key FROM "{TABLES[name].name}"')
        return frozenset(builtin.rows(name)) | {str(row[0]) for row in stored}

    def has(self, table: str, key: str) -> bool:
        """Whether a row is there, built-in or stored."""
        if key in builtin.rows(table):
            return True
        statement = f'SELECT 1 FROM "{TABLES[table].name}" WHERE row_key = :key'
        with self.asking() as select:
            return bool(select(statement, {"key": key}))

    # -- writing --------------------------------------------------------------------------------

    def connection(self, *, writer: bool = False) -> AbstractContextManager[Connection]:
        """One transaction through SQLAlchemy, for the modules of this package."""
        return self.connections.transaction(writer=writer)

    def write(
        self, tables: Mapping[str, Table] | Sequence[Table], *, dry_run: bool = False
    ) -> Counts:
        """Store rows of one or more tables in one transaction; see :func:`api.store.writing.write`.

        Parameters
        ----------
        dry_run : bool
            Count and check only; nothing is stored.
        """
        from api.store import writing

        with self.connection(writer=True) as connection:
            counts = writing.write(connection, tables)
            if dry_run:
                connection.get_transaction().rollback()  # type: ignore[union-attr]
        return counts

    def delete(self, name: str, key: str | Sequence[Value]) -> bool:
        """Delete one row by its key (the values of its key columns, in order).

        Returns
        -------
        Whether it was there. A built-in row cannot be deleted, only laid over; deleting what lies
        over it brings it back.

        Raises
        ------
        api.store.errors.StillReferred
            If other rows refer to it.
        """
        from api.store import writing

        spec = TABLES[name]
        values = (key,) if isinstance(key, str) else tuple(key)
        if len(values) != len(spec.key):
            raise ValueError(f"the key of {name} is {', '.join(spec.key)}")
        with self.connection(writer=True) as connection:
            return writing.remove(connection, name, row_key(spec, values))

    # -- entries merged into others --------------------------------------------------------------

    def merge(self, into: Mapping[str, str], *, dry_run: bool = False) -> Merge:
        """Merge enterprises (:func:`api.store.merging.merge`); ``dry_run``: tell, don't store."""
        from api.store import merging

        with self.connection(writer=True) as connection:
            merged = merging.merge(connection, into)
            if dry_run:
                connection.get_transaction().rollback()  # type: ignore[union-attr]
        return merged

    def undo_merge(self) -> Merge:
        """Undo the last merge not yet undone; see :func:`api.store.merging.undo`."""
        from api.store import merging

        with self.connection(writer=True) as connection:
            return merging.undo(connection)

    def merged_into(self) -> dict[str, str]:
        """The id of each entry that went into another → the id it is found under now."""
        statement = "SELECT merged FROM merges WHERE undone_at IS NULL ORDER BY number"
        with self.asking() as select:
            rows = select(statement)
        found: dict[str, str] = {}
        for batch in (json.loads(str(row[0])) for row in rows):
            found = {gone: batch.get(kept, kept) for gone, kept in found.items()} | batch
        return found

    # -- lists handed out, properties -----------------------------------------------------------

    def log_list(self, entry: ListLog) -> str:
        """Log a list that is handed out; returns the id it can be found by."""
        return self._handed_out.log(entry)

    def log_list_soon(self, entry: ListLog) -> Future[None]:
        """As :meth:`log_list`; what is returned is done when the list is on disk."""
        return self._handed_out.log_soon(entry)

    def gather_log(self) -> None:
        """From now on lists that are logged at the same time share a transaction."""
        self._handed_out.gather()

    def lists(self) -> list[ListLog]:
        """Every list handed out, oldest first."""
        return self._handed_out.every()

    def properties(self) -> dict[str, str]:
        """What the store says of itself, by name.

        ``made_up``: ``true`` where its data are made up and must be shown so. ``as_of``: the date
        taken for today where none is given (of the demonstration).
        """
        with self.asking() as select:
            return generations.read(select, ())[1]

    def generations(self, tables: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
        """A word of each table that is another one after its rows have changed, that of the
        store, and its properties; all of one moment."""
        with self.asking() as select:
            return generations.read(select, tables)

    def word(self) -> str:
        """What tells this store from every other, and from itself before a restore."""
        return self.generations(())[0][generations.STORE]

    def set_property(self, name: str, value: str) -> None:
        """Note something about the store itself; see :meth:`properties`."""
        self.set_properties({name: value})

    def set_properties(self, values: Mapping[str, str]) -> None:
        """Note several things, all or none; see :meth:`set_property`."""
        rows = [{"name": name, "value": value} for name, value in values.items()]
        self.connections.insert("properties", rows, replace=True)
