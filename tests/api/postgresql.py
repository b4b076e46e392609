"""A real PostgreSQL server of the tests' own: an ordinary user's, on a free port of this machine.

It listens on the loopback address alone (a path to a socket may be too long), asks for a password,
and its folder and process are gone when the tests end.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from processes import family

BINARIES = sorted(
    Path("/usr/lib/postgresql").glob("*/bin"),
    key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
)
ORDINARY = "nobody"
"""Who runs it where the tests run as root, whom the server refuses."""
SECONDS_TO_START = 60


class Server:
    """A PostgreSQL server in a folder of its own.

    Attributes
    ----------
    port : int
        Where it listens on 127.0.0.1; the same after it was stopped and started again.
    """

    def __init__(
        self,
        folder: Path,
        *settings: str,
        behind: Callable[[Path], Sequence[str]] | None = None,
        initdb: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self._behind = behind
        self.port = 0
        self._settings = settings
        self._password = secrets.token_hex(8)
        self._process: subprocess.Popen[bytes] | None = None
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            shutil.chown(folder, ORDINARY)
            self._user = {"user": ORDINARY, "extra_groups": []}
        word = folder / "password"
        word.write_text(self._password)
        word.chmod(0o644)
        done = subprocess.run(
            [
                _binary("initdb"), "-D", self.data, "-U", "shanhai", "-E", "UTF8", "--locale=C",
                "--auth=scram-sha-256", f"--pwfile={word}", "--no-sync",
                *initdb,
            ],
            cwd=folder, capture_output=True, check=False, **self._user,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()

    @property
    def up(self) -> bool:
        """Whether it was started and not stopped since."""
        return self._process is not None

    @property
    def data(self) -> str:
        """The folder of its data."""
        return str(self.folder / "data")

    def url(self, database: str = "postgres") -> str:
        """Address of one of its databases."""
        return f"postgresql://shanhai:{self._password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it and wait until it answers; another port where another took the first."""
        wanted = [self.port] if self.port else [_free_port() for _ in range(5)]
        for self.port in wanted:
            with (self.folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    [
                        *(() if self._behind is None else self._behind(self.folder)),
                        _binary("postgres"), "-D", self.data, "-p", str(self.port),
                        "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                        *(part for setting in self._settings for part in ("-c", setting)),
                    ],
                    cwd=self.folder, stdout=log, stderr=log, **self._user,
                )  # fmt: skip
            if self._answers():
                return
        raise AssertionError((self.folder / "log").read_text("utf-8", "replace")[-2000:])

    def _answers(self) -> bool:
        until = time.monotonic() + SECONDS_TO_START
        while self._process is not None and self._process.poll() is None:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    return False
                time.sleep(0.05)
            else:
                return True
        return False

    def stop(self) -> None:
        """Stop it as if its machine had lost power: it recovers when it is started again."""
        if self._process is not None:
            held = self.folder / "data" / "postmaster.pid"
            if held.exists():  # the process itself may be one that the server was put behind
                with suppress(ProcessLookupError):
                    os.kill(int(held.read_text().split()[0]), signal.SIGQUIT)  # at once
            else:
                self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Have it answer nothing for a while, with all its connections open."""
        first = int(Path(self.data, "postmaster.pid").read_text().split()[0])
        os.kill(first, signal.SIGSTOP)  # before all others: no new ones come
        stopped = family(first)
        try:
            for process in stopped[1:]:
                os.kill(process, signal.SIGSTOP)
            yield
        finally:
            for process in stopped:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def limit_files(self, most: int | None) -> None:
        """Let no process of the server write a file beyond a size; None: any size again.

        A table's file that cannot grow is what a full disk comes to. New processes have it from
        the first, which therefore comes first.
        """
        first = int(Path(self.data, "postmaster.pid").read_text().split()[0])
        limit = f"--fsize={'unlimited' if most is None else most}:"
        for process in family(first):
            done = subprocess.run(  # by its own user: root may lack the right over others'
                ["prlimit", "--pid", str(process), limit],
                cwd="/", capture_output=True, text=True, check=False, **self._user,
            )  # fmt: skip
            assert done.returncode == 0 or process != first, done.stderr

    def execute(self, statement: str) -> None:
        """Run a statement that no transaction may hold, such as CREATE DATABASE."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running(
    *settings: str, behind: Callable[[Path], Sequence[str]] | None = None,
    initdb: Sequence[str] = (), within: Path | None = None,
) -> Iterator[Server]:  # fmt: skip
    """A server as long as the context lasts.

    Parameters
    ----------
    behind : callable, optional
        Told the server's folder: a command that it is put behind, such as strace.
    initdb : sequence of str
        Options of the command that makes its folder.
    within : Path, optional
        Where that lies.
    """
    with tempfile.TemporaryDirectory(prefix="shanhai-pg-", dir=within) as name:
        server = Server(Path(name), *settings, behind=behind, initdb=initdb)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _binary(name: str) -> str:
    """A program of the newest server that is installed; Debian keeps them off the path."""
    for folder in reversed(BINARIES):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    assert found, f"{name} of PostgreSQL is needed: see requirements/system.txt"
    return found


def _free_port() -> int:
    """A port below those that connections going out are given: nobody takes it meanwhile."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
