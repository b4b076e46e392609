"""One connection: the head of a request has a time limit, and an early answer gets through.

uvicorn limits how long an idle connection is kept after an answer, not how long a request's head
may take to come, nor how long a client may leave an answer unread. A proxy before the service
limits both; where there is none, this does.
"""

from __future__ import annotations

import asyncio
import http
import socket
from collections import OrderedDict
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.http import hygiene
from api.http.accepting import MOST_HEAD_BYTES, Loop
from api.http.problems import problem
from api.log_lines import LOG
from features.language import text

HEAD_SECONDS = 7.0
"""How long the head of a request may take to come whole."""
UNREAD_SECONDS = 30.0
"""How long a client may read nothing of an answer that waits for it."""
LINGER_SECONDS = 2.0
"""How long a request's rest is still taken in, so that its early answer is not lost."""
MOST_CONNECTIONS = 600
"""Most connections of one process; beyond them the one that has waited longest is closed."""


class _Lingering:
    """A transport that, closed before a request has come whole, first takes in the rest of it.

    A socket closed on unread bytes is reset, and the client may never see the answer.
    """

    def __init__(self, transport: asyncio.Transport, connection: Connection) -> None:
        self._transport, self._connection = transport, connection
        self._closing = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Whether it is closed or about to be."""
        return self._closing or self._transport.is_closing()

    def close(self) -> None:
        """Close it, at once where nothing more can come."""
        if self._closing:
            return
        self._closing = True
        unread = self._connection.conn.their_state in (h11.SEND_BODY, h11.ERROR)
        if not unread or self._transport.is_closing() or not self._transport.can_write_eof():
            self._transport.close()
            return
        self._transport.write_eof()
        self._transport.resume_reading()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self._transport.close)


def _at_once(transport: asyncio.Transport) -> None:
    """Have what is written sent at once.

    asyncio does so for sockets that say they are TCP, which those of several workers do not: head
    and body of an answer are written one after the other, and the body waited for the client to
    acknowledge the head, which it puts off for 40 ms.
    """
    sock = transport.get_extra_info("socket")
    if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Connection(H11Protocol):
    """uvicorn's protocol with the limits it leaves to others."""

    _waiting: ClassVar[OrderedDict[Connection, None]] = OrderedDict()
    """Connections on which no request is under way, the one that has waited longest first."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_timer: asyncio.TimerHandle | None = None
        self._unread_timer: asyncio.TimerHandle | None = None
        self._begun = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        _at_once(transport)
        super().connection_made(_Lingering(transport, self))  # type: ignore[arg-type]
        self._count()
        self._waits()
        if len(self.connections) > MOST_CONNECTIONS:
            oldest, _ = self._waiting.popitem(last=False)
            oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._works()
        if self._unread_timer is not None:
            self._unread_timer.cancel()
        super().connection_lost(exc)
        self._count()

    def _count(self) -> None:
        """Tell other workers how many connections this one has."""
        if isinstance(self.loop, Loop):
            self.loop.places.note(len(self.connections))

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        if self.transport.is_closing():
            return  # the rest of a request that has its answer
        self._begun = True
        super().data_received(data)
        if self._under_way():
            self._works()
        elif not self.transport.is_closing():
            self._waits()

    def on_response_complete(self) -> None:
        """An answer was sent."""
        self._begun = False
        super().on_response_complete()
        if self.transport.is_closing():
            self._works()
        elif self._under_way():
            self._works()  # a request that had come meanwhile
        else:
            self._waiting[self] = None

    def _under_way(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _waits(self) -> None:
        """For the head of a request; from the first that is known of it, not from its last byte."""
        self._waiting.setdefault(self)
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._late)

    def _works(self) -> None:
        self._waiting.pop(self, None)
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _late(self) -> None:
        self._head_timer = None
        if self.transport.is_closing() or self._under_way():
            return
        if self._begun and self.conn.our_state is h11.IDLE:
            self._refuse(408)
        else:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """What came is no request."""
        whole = len(self.conn.trailing_data[0]) < MOST_HEAD_BYTES
        self._refuse(400 if whole else 431)

    def _refuse(self, status: int) -> None:
        """Answer what did not become a request, and close."""
        LOG.info("refused", extra={"status": status})
        if self.cycle is not None:  # whoever waits for the rest of a body waits no longer
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            values = {"most": MOST_HEAD_BYTES} if status == 431 else {}
            said = text(f"http.status.{status}", **values)
            answer = problem(status, f"status_{status}", said, "zh")
            headers = [*answer.raw_headers, *hygiene.RAW, (b"connection", b"close")]
            reason = http.HTTPStatus(status).phrase.encode()
            start = h11.Response(status_code=status, headers=headers, reason=reason)
            for event in (start, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event))
        self.transport.close()

    def pause_writing(self) -> None:
        """The client does not read as fast as it is answered."""
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """The client has read what waited for it."""
        super().resume_writing()
        if self._unread_timer is not None:
            self._unread_timer.cancel()
            self._unread_timer = None

    def _watch(self, waits: int) -> None:
        self._unread_timer = self.loop.call_later(UNREAD_SECONDS, self._unread, waits)

    def _unread(self, waited: int) -> None:
        waits = self.transport.get_write_buffer_size()
        if waits >= waited:
            self.transport.abort()
        else:
            self._watch(waits)
