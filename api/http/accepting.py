"""Several workers take new connections evenly: whoever has most of them lets the others go first.

The workers of a server listen on one socket. asyncio takes all connections that wait as soon as
one is seen, so of some that come together the worker that wakes first would take all, and keep
them as long as their clients do.
"""

from __future__ import annotations

import asyncio
import mmap
import os
import struct
from pathlib import Path
from typing import Any

PLACES = "SHANHAI_CONNECTIONS"
"""Where ``serve`` tells its workers the file in which they count their connections."""
PAUSE_SECONDS = 0.01
"""How long a worker that has more than another leaves a connection to it."""
MOST_HEAD_BYTES = 32768
"""Most bytes of a request's head: its address and its headers."""
_SETTLE_SECONDS = 0.001
_COUNT = struct.Struct("=i")


def make(file: Path, workers: int) -> None:
    """Make the file that so many workers count in."""
    file.write_bytes(_COUNT.pack(0) * workers)


class Places:
    """How many connections each worker has, in a file that all of them map.

    A worker holds a lock on its own place; who is gone holds none, whatever its count says.
    """

    def __init__(self, file: Path) -> None:
        self._file = file.open("r+b", buffering=0)
        self._counts = mmap.mmap(self._file.fileno(), 0)
        self._all = range(0, len(self._counts), _COUNT.size)
        self._own = next((at for at in self._all if self._locked(at)), None)
        self.note(0)

    def note(self, count: int) -> None:
        """Tell the others how many one has."""
        if self._own is not None:
            _COUNT.pack_into(self._counts, self._own, count)

    def fewer_elsewhere(self) -> bool:
        """Whether another worker that lives has fewer."""
        if self._own is None:
            return False
        mine = self._at(self._own)
        others = (at for at in self._all if at != self._own and self._at(at) < mine)
        return any(not self._gone(at) for at in others)

    def _at(self, place: int) -> int:
        count: int = _COUNT.unpack_from(self._counts, place)[0]
        return count

    def _locked(self, place: int) -> bool:
        import fcntl

        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, _COUNT.size, place)
        except OSError:
            return False
        return True

    def _gone(self, place: int) -> bool:
        import fcntl

        if not self._locked(place):
            return False
        fcntl.lockf(self._file, fcntl.LOCK_UN, _COUNT.size, place)
        return True


class Loop(asyncio.SelectorEventLoop):
    """asyncio's loop, which takes one connection at a time, and only in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.places = Places(Path(os.environ[PLACES]))

    def _accept_connection(self, factory: Any, sock: Any, *more: Any) -> None:
        others_first = self.places.fewer_elsewhere()
        # One at a time, and not at once again: until then this one counts.
        self.remove_reader(sock)
        wait = PAUSE_SECONDS if others_first else _SETTLE_SECONDS
        self.call_later(wait, self._accept_again, others_first, factory, sock, *more)
        if not others_first:
            self._take(1, factory, sock, *more)

    def _accept_again(self, left: bool, factory: Any, sock: Any, *more: Any) -> None:
        if sock.fileno() < 0:
            return  # closed meanwhile
        self.add_reader(sock, self._accept_connection, factory, sock, *more)
        if left:  # what no other worker has taken is taken now
            self._take(more[2], factory, sock, *more)

    def _take(self, most: int, factory: Any, sock: Any, tls: Any, server: Any, *more: Any) -> None:
        super()._accept_connection(factory, sock, tls, server, most, *more[1:])  # type: ignore[misc]
