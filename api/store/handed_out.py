"""The log of the lists handed out: each is on the disk before its answer goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from api.store.connecting import Connections
from api.store.log import COLUMNS, ListLog

if TYPE_CHECKING:
    from concurrent.futures import Future

    from api.store.gathering import Gathered

_TABLE = "list_log"


class HandedOut:
    """The lists that a store's connections handed out.

    Parameters
    ----------
    connections : Connections
        Where it is written to and read from.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._gathered: Gathered[Mapping[str, object]] | None = None

    def log(self, entry: ListLog) -> str:
        """Log a list; returns the id it can be found by."""
        if self._gathered is None:
            self._connections.insert(_TABLE, [entry.cells()])
        else:
            self._gathered.put(entry.cells()).result()
        return entry.id

    def log_soon(self, entry: ListLog) -> Future[None]:
        """As :meth:`log`; what is returned is done when the list is on disk."""
        if self._gathered is not None:
            return self._gathered.put(entry.cells())
        from concurrent.futures import Future

        done: Future[None] = Future()
        self.log(entry)
        done.set_result(None)
        return done

    def gather(self) -> None:
        """From now on lists that are logged at the same time share a transaction."""
        from api.store.gathering import Gathered
        from api.store.turns import Turns

        file = self._connections.address.file
        turns = None if file is None else Turns(file)

        def write(rows: Sequence[Mapping[str, object]]) -> None:
            with nullcontext() if turns is None else turns.mine():
                self._connections.insert(_TABLE, rows)

        self._gathered = Gathered(write)

    def every(self) -> list[ListLog]:
        """Every list, oldest first."""
        columns = ", ".join(f'"{column}"' for column in COLUMNS)
        with self._connections.asking() as select:
            rows = select(f"SELECT {columns} FROM {_TABLE} ORDER BY at, id")
        return [ListLog.from_cells(row) for row in rows]
