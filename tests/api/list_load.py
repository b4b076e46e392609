"""Many lists at a time from real servers: no error, and each the list of the command line."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import made_history
from api.store import Store
from api.usecases import train
from serving import ROOT, serving, tokens
from tests.benchmarks.service_load import Answers, ask, paths

AT_ONCE = 8


def loaded(home: Path, requests: int, *, workers: int = 2) -> Answers:
    """Ask servers of a small store with a model for so many lists, and compare some of them.

    Raises
    ------
    AssertionError
        If a list over HTTP differs from that of the command.
    """
    url = f"sqlite:///{home / 'shanhai.db'}"
    store = Store.open(url, create=True)
    store.write(made_history.tables())
    store.set_property("as_of", "2009-01-01")
    train.run(store, force=True)
    known = tokens(url)
    with serving(home, url, known, workers=workers) as running:
        came = asyncio.run(ask(running.url, paths(store, requests), [known["planner"]], AT_ONCE))
        with running.client("planner") as client:
            for side, one in (("enterprise", "E007"), ("resource", "R004")):
                got = client.get("/api/v1/matches", params={f"{side}_id": one})
                assert got.headers["x-rows-read-at"]
                assert _same(got.content) == _same(_command(home, url, side, one))
    assert len(store.lists()) == requests + 4  # the command logs its lists as well
    return came


def _command(home: Path, url: str, side: str, one: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli.main", "match", f"--{side}", one, "--json"],
        capture_output=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SHANHAI_HOME": str(home),
             "SHANHAI_DATABASE_URL": url},
    )  # fmt: skip
    return done.stdout


def _same(content: bytes) -> list[str]:
    """The lines of a list without those that say when it was made, and by whom."""
    document = json.loads(content)
    when, who = document["generated_at"], document["about"]["made_by"]
    text = content.decode().replace(json.dumps(when), "WHEN", 1)
    return text.replace(json.dumps(who), "WHO", 1).splitlines()
