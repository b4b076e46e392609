"""Whether a database server still answers, so that nobody waits for one that has fallen silent.

A server that is stopped, or whose disk hangs, keeps its connections open: TCP finds nothing wrong,
and a driver waits for ever. A statement may rightly take long, though. So who has heard nothing for
a moment has the server asked for another connection: one that lets nobody in is away.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar, cast

import psycopg
from psycopg.errors import ConnectionTimeout
from psycopg.waiting import Ready

_Result = TypeVar("_Result")
AWAY_SECONDS = 4
"""How long a server may take to let a connection in before it is said to be away."""
_SILENT_SECONDS = 1.5
"""How long a connection hears nothing before the server is asked whether it is there."""
_ASKED_SECONDS = 2
"""How long it then has to answer (the driver's least)."""
_SHUN_SECONDS = 1.0
"""How long a server that was found away is not tried again: all others would wait as long."""
_NOTHING = 0
"""What psycopg tells whoever waits when nothing has come meanwhile (``READY_NONE``)."""
_SESSION = {
    "idle_in_transaction_session_timeout": 300_000,
    "tcp_keepalives_idle": 30,
    "tcp_keepalives_interval": 10,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""What each session asks of the server: one whose process hangs or whose machine has lost its power
holds the writer's lock no longer than that (ms, s, s, probes, ms), whatever the server's own."""


class Watched(psycopg.Connection[Any]):
    """A connection that gives up on a server which answers nobody."""

    server: Server

    def wait(
        self, gen: Generator[Any, Any, _Result], *given: Any, **named: Any
    ) -> _Result:  # what psycopg does all its waiting by
        """Wait until a piece of psycopg's work is done.

        Raises
        ------
        psycopg.OperationalError
            If the server answers nobody any more; the connection is closed then.
        """
        return super().wait(self._heard(gen), *given, **named)

    def _heard(self, gen: Generator[Any, Any, _Result]) -> Generator[Any, Any, _Result]:
        heard = monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = cast("Ready | int", (yield wanted))
                if ready != _NOTHING:
                    heard = monotonic()
                elif monotonic() - heard > _SILENT_SECONDS:
                    if self._is_away():
                        self.pgconn.finish()
                        raise psycopg.OperationalError("the server does not answer")
                    heard = monotonic()
                wanted = gen.send(ready)
        except StopIteration as end:
            return cast("_Result", end.value)

    def _is_away(self) -> bool:
        server: Server | None = getattr(self, "server", None)  # none yet: it has just let us in
        return server is not None and server.is_away()


class Server:
    """A database server as one engine of this process knows it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked, self._away, self._shunned_until = 0.0, False, 0.0
        self._place: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})

    def connect(self, *place: Any, **named: Any) -> Watched:
        """A connection; at once none to a server that was found away a moment ago.

        Raises
        ------
        psycopg.OperationalError
        """
        if monotonic() < self._shunned_until:
            raise ConnectionTimeout("the server does not answer")
        self._place = place, named
        try:
            made = Watched.connect(*place, **named)
        except ConnectionTimeout:
            self._shunned_until = monotonic() + _SHUN_SECONDS
            raise
        made.server = self
        made.autocommit = True
        made.execute("; ".join(f"SET {name} = {value}" for name, value in _SESSION.items()))
        made.autocommit = False
        return made

    def is_away(self) -> bool:
        """Whether it lets nobody in; those who ask at the same time are told the same."""
        began = monotonic()
        with self._lock:
            if self._asked < began:
                self._away = not self._answers()
                self._asked = monotonic()
                if self._away:
                    self._shunned_until = self._asked + _SHUN_SECONDS
            return self._away

    def _answers(self) -> bool:
        place, named = self._place
        try:
            psycopg.connect(*place, **{**named, "connect_timeout": _ASKED_SECONDS}).close()
        except ConnectionTimeout:
            return False
        except psycopg.Error:
            return True  # it refuses, or TCP says that it is gone, as it will of our own
        return True
