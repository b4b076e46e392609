"""A real server: ``shanhai serve`` in a process of its own, on a port that was free."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from api import accounts
from api.store import Store
from api.usecases import users

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A server that runs.

    Attributes
    ----------
    tokens : dict of str to str
        Of an account of the same name as its role: admin, other (a second planner), planner.
    """

    process: subprocess.Popen[bytes]
    url: str
    tokens: dict[str, str]
    log: Path

    def client(self, role: str | None = None, *, lang: str = "en") -> httpx.Client:
        """A client of that account; None: nobody is signed in."""
        headers = {"Accept-Language": lang}
        if role is not None:
            headers["Authorization"] = f"Bearer {self.tokens[role]}"
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)

    def stop(self, sign: int = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit status."""
        self.process.send_signal(sign)
        return self.process.wait(120)


def tokens(url: str) -> dict[str, str]:
    """Accounts and a token each, in a store."""
    store = Store.open(url)
    for name, role in (("admin", "admin"), ("planner", "planner"), ("other", "planner")):
        users.add(store, name, role, password="a long enough password")
    return {name: accounts.token_for(store, name) for name in ("admin", "planner", "other")}


@contextmanager
def serving(
    home: Path, url: str, known: dict[str, str], *, workers: int = 1, behind: Sequence[str] = ()
) -> Iterator[Server]:
    """Start a server and wait until it answers; killed at the end with all that it started.

    Parameters
    ----------
    behind : sequence of str
        A command that the server is put behind, such as strace.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "SHANHAI_HOME": str(home),
        "SHANHAI_DATABASE_URL": url,
    }  # fmt: skip
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [*behind, sys.executable, "-m", "api.cli.main", "serve", "--port", str(port),
             "--workers", str(workers)],
            env=environment, stdout=errors, stderr=errors, start_new_session=True,
        )  # fmt: skip
    server = Server(process, f"http://127.0.0.1:{port}", known, log)
    try:
        _up(server)
        yield server
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _up(server: Server) -> None:
    until = time.monotonic() + 150
    with server.client() as client:
        while True:
            try:
                if client.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            said = server.log.read_text("utf-8")
            assert server.process.poll() is None, said
            assert time.monotonic() < until, said
            time.sleep(0.1)
