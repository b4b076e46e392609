"""What a stranger or a broken program may send, over plain sockets, and what comes back."""

from __future__ import annotations

import io
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from processes import family, resident
from serving import Server


def address(running: Server) -> tuple[str, int]:
    """Host and port of a server."""
    host, port = running.url.removeprefix("http://").split(":")
    return host, int(port)


def head(method: str, path: str, *lines: str, token: str = "") -> bytes:
    """The head of a request, without a length unless a line says one."""
    bearer = [f"Authorization: Bearer {token}"] if token else []
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *bearer, *lines, "", ""]).encode()


@dataclass
class Answer:
    """What came back: the status (0: the connection ended without one) and after how long."""

    status: int
    seconds: float
    text: str = ""


class Sender:
    """A connection on which bytes are sent piece by piece until an answer comes.

    Parameters
    ----------
    pieces : iterator of bytes
        Sent as they come; the iterator may sleep.
    """

    def __init__(self, running: Server, pieces: Iterator[bytes]) -> None:
        self._socket = socket.create_connection(address(running), timeout=60)
        self._pieces = pieces
        self._began = time.monotonic()
        self.answer: Answer | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        sender = threading.Thread(target=self._send, daemon=True)
        sender.start()
        came, ended = b"", 0.0
        try:
            while part := self._socket.recv(65536):
                ended = ended or time.monotonic()
                came += part
        except OSError:
            pass
        status = int(came.split(b" ", 2)[1]) if came.startswith(b"HTTP/") else 0
        seconds = (ended or time.monotonic()) - self._began
        self.answer = Answer(status, seconds, came.decode("utf-8", "replace"))

    def _send(self) -> None:
        try:
            for piece in self._pieces:
                if self.answer is not None:
                    return
                self._socket.sendall(piece)
        except OSError:
            return

    def result(self) -> Answer:
        """The answer, once it is there."""
        self._thread.join(90)
        assert self.answer is not None, "neither an answer nor an end within 90 seconds"
        self._socket.close()
        return self.answer


def once(*pieces: bytes) -> Iterator[bytes]:
    """These bytes and nothing more."""
    yield from pieces


def slowly(start: bytes, drop: bytes, pause: float) -> Iterator[bytes]:
    """A start, then a drop now and then, for ever."""
    yield start
    while True:
        time.sleep(pause)
        yield drop


def forever(start: bytes, piece: bytes) -> Iterator[bytes]:
    """A start, then one piece after the other as fast as they go, for ever."""
    yield start
    while True:
        yield piece


@cache
def bomb_workbook(megabytes: int = 400) -> bytes:
    """A small workbook whose sheet unpacks to very much."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(megabytes):
                sheet.write(b" " * (1 << 20))
    return made.getvalue()


@dataclass
class Watch:
    """What a server was like while something went on."""

    health: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    before: int = 0
    most: int = 0

    @property
    def slowest(self) -> float:
        """Seconds of the slowest answer on health."""
        return max(self.health)

    @property
    def growth(self) -> float:
        """Megabytes that all processes of the server together grew by."""
        return (self.most - self.before) / (1 << 20)


@contextmanager
def watched(running: Server) -> Iterator[Watch]:
    """Ask for health every fifth of a second and weigh the server's processes meanwhile."""
    found, over = Watch(before=memory(running.process.pid)), threading.Event()

    def watch() -> None:
        with running.client() as client:
            while not over.is_set():
                began = time.monotonic()
                found.statuses.add(client.get("/healthz").status_code)
                found.health.append(time.monotonic() - began)
                found.most = max(found.most, memory(running.process.pid))
                over.wait(0.2)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def memory(root: int) -> int:
    """Bytes that a process and all that come from it hold (resident)."""
    return sum(resident(process) for process in family(root))
