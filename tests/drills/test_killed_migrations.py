"""Drill: ``shanhai init`` killed from every older layout, on both databases (``make drill``).

Before every statement once, and at random moments of the command as a user runs it.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.store import Store, version

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
import postgresql
from killed_migrations import finished, killed_throughout, names
from whole_stores import older_store

ROOT = Path(__file__).parents[2]
KILLS = 10
"""Random kills of the command from each layout on each database."""
OLDER = (None, *version.REVISIONS[:-1])


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Iterator[str]]:
    """Addresses with nothing there, one after the other."""
    if request.param == "sqlite":
        yield (f"sqlite:///{tmp_path / str(i) / 'shanhai.db'}" for i in range(1000))
        return
    with postgresql.running() as server:

        def databases() -> Iterator[str]:
            for i in range(1000):
                server.execute(f"CREATE DATABASE old_{i}")
                yield server.url(f"old_{i}")

        yield databases()


def made(urls: Iterator[str], revision: str | None) -> tuple[str, list[str]]:
    url = next(urls)
    Store.at(url).make_room()
    return url, [] if revision is None else older_store(url, revision)


@pytest.mark.parametrize("revision", OLDER)
def test_a_kill_before_every_statement(revision: str | None, urls: Iterator[str]) -> None:
    url, held = made(urls, revision)
    kills = killed_throughout(url, revision, held, step=1)
    print(f"{url.partition(':')[0]} from {revision}: {kills} kills")
    assert kills > 4
    finished(url, version.HEAD, held)


@pytest.mark.parametrize("revision", OLDER)
def test_a_kill_at_random_moments_of_the_command(revision: str | None, urls: Iterator[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    chance, usual, left = random.Random(2006), 0.0, {"old": 0, "new": 0}
    for attempt in range(KILLS + 1):
        url, held = made(urls, revision)
        began = time.monotonic()
        child = subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", "init"], stdout=subprocess.DEVNULL,
            env={**environment, "SHANHAI_DATABASE_URL": url},
        )  # fmt: skip
        if attempt == 0:
            assert child.wait() == 0
            usual = time.monotonic() - began
            continue
        time.sleep(chance.uniform(0.4, 1.05) * usual)
        child.send_signal(signal.SIGKILL)
        child.wait()
        store = Store.at(url)
        if store.address.file is None or store.address.file.exists():
            with store.connection(writer=True):
                """What a server had been told before the kill is done by then."""
        found = store.revision()
        assert found in (revision, version.HEAD)
        left["old" if found == revision else "new"] += 1
        assert found is None or names(url) == held
        finished(url, found, held)
    print(f"{url.partition(':')[0]} from {revision}: {KILLS} kills left {left}")
