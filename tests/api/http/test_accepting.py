"""Workers of one server share the connections that clients keep open."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from api.http.accepting import Places, make
from api.http.shared_counts import kept
from api.store import Store
from features.language import text
from processes import family
from serving import Server, serving, tokens


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of two workers."""
    home = tmp_path_factory.mktemp("shared")
    (home / "metrics" / "tmp-killed").mkdir(parents=True)
    (home / "metrics" / "tmp-killed" / "counter_1.db").touch()
    url = f"sqlite:///{home / 'shanhai.db'}"
    Store.open(url, create=True)
    with serving(home, url, tokens(url), workers=2) as server:
        until = time.monotonic() + 120
        while True:  # both workers are there
            with connected(server, 4):
                if settled(server, 4)[0]:
                    break
            assert time.monotonic() < until
            settled(server, 0)
        yield server


def counts(server: Server) -> list[int]:
    """How many connections each worker says it has."""
    (file,) = server.log.parent.glob("metrics/*/connections")
    return sorted(one for (one,) in struct.iter_unpack("=i", file.read_bytes()))


def settled(server: Server, total: int) -> list[int]:
    """Their counts once they add up."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = counts(server)
        if sum(found) == total:
            return found
        time.sleep(0.05)
    raise AssertionError(counts(server))


@contextmanager
def connected(server: Server, number: int) -> Iterator[list[socket.socket]]:
    """Connections that come at once and have asked something."""
    port = int(server.url.rpartition(":")[2])
    with ExitStack() as held:
        opened = [held.enter_context(socket.socket()) for _ in range(number)]
        for one in opened:
            one.settimeout(30)
            one.connect(("127.0.0.1", port))
        for one in opened:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
        for one in opened:
            assert one.recv(4096).startswith(b"HTTP/1.1 200")
        yield opened


def shared(server: Server, number: int) -> bool:
    """Whether none of the two took more than three quarters of what came at once."""
    settled(server, 0)
    with connected(server, number):
        return settled(server, number)[0] >= number // 4


#: A worker that a busy machine does not let run has the other take what waits for it.
TRIES = 6


def test_connections_that_come_at_once_are_shared_and_counted_until_they_end(
    running: Server,
) -> None:
    for number in (8, 20):
        assert any(shared(running, number) for _ in range(TRIES))
    assert settled(running, 0) == [0, 0]


def levelled(server: Server) -> bool:
    """Whether new connections make the difference between the two no larger."""
    settled(server, 0)
    with connected(server, 8) as held:
        before = settled(server, 8)
        for one in held[::2]:
            one.close()
        left = settled(server, 4)
        with connected(server, 4):
            after = settled(server, 8)
            return after[1] - after[0] <= max(before[1] - before[0], left[1] - left[0])


def test_a_connection_goes_to_the_worker_that_has_fewer(running: Server) -> None:
    assert any(levelled(running) for _ in range(TRIES))


def test_the_counts_of_a_server_that_was_killed_are_swept_away_and_those_of_another_are_not(
    running: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = running.log.parent / "metrics"
    (its,) = metrics.iterdir()
    monkeypatch.setenv("SHANHAI_HOME", str(running.log.parent))
    with kept(2):
        assert its in metrics.iterdir() and len(list(metrics.iterdir())) == 2
    assert list(metrics.iterdir()) == [its]


def test_whoever_is_gone_is_not_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "connections"
    make(file, 2)
    own = Places(file)  # nobody holds the other place
    own.note(5)
    assert struct.unpack("=2i", file.read_bytes()) == (5, 0)
    assert not own.fewer_elsewhere()


def command(process: int) -> str:
    """What a process was started with."""
    return Path(f"/proc/{process}/cmdline").read_text("utf-8")


def test_a_worker_that_may_not_serve_any_more_ends_the_server(running: Server) -> None:
    """The last one here: the server is gone after it."""
    lines = [json.loads(line) for line in running.log.read_text("utf-8").splitlines()]
    (told,) = [line for line in lines if line["what"] == "listening"]
    assert told["workers"] == 2 and told["store"] == "sqlite"
    assert running.url == f"http://{told['address']}:{told['port']}"
    with sqlite3.connect(running.log.parent / "shanhai.db") as store:
        store.execute("UPDATE accounts SET disabled_at = '2026-01-01T00:00:00Z'")
    worker = next(one for one in family(running.process.pid) if "spawn_main" in command(one))
    os.kill(worker, signal.SIGKILL)
    assert running.process.wait(120) == 1
    said = running.log.read_text("utf-8")
    assert "a worker has ended" in said
    assert "shanhai user add" in said and "Traceback" not in said
    assert text("http.worker_refused")["zh"] in said
