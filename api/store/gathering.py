"""Small writes of many requests committed together: one sync of the disk serves them all.

Whoever writes waits until the transaction that holds the write has been committed, so what is
answered is as durable as if each had a transaction of its own.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Row = TypeVar("Row")
_MOST = 200


class Gathered(Generic[Row]):
    """Writes what has come while the last transaction was being committed.

    Parameters
    ----------
    write : callable
        Stores some rows in one transaction, all or none.
    """

    def __init__(self, write: Callable[[Sequence[Row]], None]) -> None:
        self._write = write
        self._waiting: queue.SimpleQueue[tuple[Row, Future[None]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, row: Row) -> Future[None]:
        """Have a row stored; what is returned is done when it is on disk.

        Its result raises whatever the write of its transaction raised.
        """
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="writes", daemon=True)
                    self._thread.start()
        done: Future[None] = Future()
        self._waiting.put((row, done))
        return done

    def _run(self) -> None:
        while True:
            came = [self._waiting.get()]
            while len(came) < _MOST:
                try:
                    came.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            # Who has given up waiting is given nothing, and so nothing need be written.
            wanted = [(row, done) for row, done in came if done.set_running_or_notify_cancel()]
            if not wanted:
                continue
            try:
                self._write([row for row, _ in wanted])
            except BaseException as error:  # whoever waits is told
                for _, done in wanted:
                    done.set_exception(error)
            else:
                for _, done in wanted:
                    done.set_result(None)
