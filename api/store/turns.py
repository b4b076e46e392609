"""Writers of one file that wait in line for their turn.

SQLite has who finds the file taken ask again after ever longer pauses (1, 2, 5, 10, 15 … ms), so
two processes that write little and often wait mostly for nothing. The kernel wakes the next of a
line at once. SQLite's own lock still is what keeps writers apart: this only says who goes first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Wait for one's turn, and have it meanwhile."""
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
        import fcntl

        try:
            if self._held is None:
                self._held = os.open(self._place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._held, fcntl.LOCK_EX)
        except OSError:
            return False
        return True

    def _unlock(self) -> None:
        import fcntl

        assert self._held is not None
        fcntl.flock(self._held, fcntl.LOCK_UN)
