"""Writers of one file that wait in line for their turn.

SQLite has who finds the file taken ask again after ever longer pauses (1, 2, 5, 10, 15 … ms), so
two processes that write little and often wait mostly for nothing. The kernel wakes the next of a
line at once. SQLite's own lock still is what keeps writers apart: this only says who goes first,
so nobody waits long for it: whoever holds the turn may have been stopped, or hang on a disk.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 2.0
"""Seconds that a writer waits for the turn before it goes on without."""


class Turns:
    """The line in which those writers of a file wait that write little and often.

    Parameters
    ----------
    file : Path
        What is written; an empty file beside it (``-turns``) is what they lock. Each process has
        one object of this, used by one thread.
    """

    def __init__(self, file: Path) -> None:
        self._place = file.with_name(file.name + "-turns")
        self._held: int | None = None
        self._waits: threading.Thread | None = None

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Wait for one's turn, and have it meanwhile; after :data:`PATIENCE`, do without."""
        if not self._locked():
            yield
            return
        try:
            yield
        finally:
            self._unlock()

    def _locked(self) -> bool:
        """Whether the turn is ours; without locks here nobody waits, and SQLite decides."""
        if os.name != "posix":
            return False
        if self._waits is not None and self._waits.is_alive():
            return False  # whoever was not waited for any longer still has it
        self._waits = None
        import fcntl

        try:
            if self._held is None:
                self._held = os.open(self._place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return self._waited_for()
        except OSError:
            return False
        return True

    def _waited_for(self) -> bool:
        """Whether the turn came in time; the kernel's wait has no end, so a thread waits there."""
        turn: Future[None] = Future()
        self._waits = threading.Thread(target=self._wait, args=(turn,), name="turn", daemon=True)
        self._waits.start()
        try:
            turn.result(PATIENCE)
        except TimeoutError:
            if turn.cancel():
                return False
            turn.result()  # it came at this very moment
        except OSError:
            return False
        self._waits = None
        return True

    def _wait(self, turn: Future[None]) -> None:
        import fcntl

        assert self._held is not None
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX)
        except OSError as error:
            if turn.set_running_or_notify_cancel():
                turn.set_exception(error)
            return
        if turn.set_running_or_notify_cancel():
            turn.set_result(None)
        else:
            self._unlock()

    def _unlock(self) -> None:
        import fcntl

        assert self._held is not None
        fcntl.flock(self._held, fcntl.LOCK_UN)
