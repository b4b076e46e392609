"""Drill: a server killed at random moments of an import (``make drill``; some twenty minutes).

What the server acknowledged with 202 is a job that has ended after the restart; rows are in the
store if and only if it is done. A part of the kills takes the server alone, so that the process
which does the job has to notice by itself.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import httpx

from api import jobs
from api.store import Store

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
from serving import Server, serving, tokens

KILLS = 200
ROWS = 2000
HEADER = "id,name,region,industry\n"


def import_of(running: Server, word: str) -> str | None:
    """Send an import in which everything is called ``word``; its job, if acknowledged."""
    rows = "".join(f"E{i},{word},330109,17\n" for i in range(ROWS))
    files = [("files", ("enterprises.csv", (HEADER + rows).encode()))]
    with running.client("admin") as admin:
        try:
            answer = admin.post("/api/v1/imports", files=files, headers={"Prefer": "wait=0"})
        except httpx.TransportError:
            return None
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def ended(store: Store, key: str, within: float) -> jobs.Job:
    until = time.monotonic() + within
    while not (job := jobs.found(store, key)).ended:
        assert time.monotonic() < until, job
        time.sleep(0.05)
    return job


def test_whenever_a_server_is_killed_an_import_is_done_or_has_stored_nothing(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    url = f"sqlite:///{home / 'shanhai.db'}"
    store = Store.open(url, create=True)
    known = tokens(url)
    chance, held, usual, slowest = random.Random(2006), "first", 0.0, 0.0
    left: tuple[str, str] | None = None
    states = {"done": 0, "failed": 0}
    for attempt in range(KILLS + 2):
        began = time.monotonic()
        with serving(home, url, known, workers=chance.choice((1, 2))) as running:
            slowest = max(slowest, time.monotonic() - began)
            if left is not None:
                key, word = left
                job = ended(store, key, 30)
                states[job.state] += 1
                held = word if job.state == "done" else held
            names = {str(name) for name in store.table("enterprises", ["id", "name"])["name"]}
            assert names == ({held} if attempt else set())
            if attempt > KILLS:
                break
            word, began = f"word{attempt}", time.monotonic()
            acknowledged = import_of(running, word)
            assert acknowledged is not None
            if attempt == 0:
                assert ended(store, acknowledged, 120).state == "done"
                usual, held = time.monotonic() - began, word
                continue
            left = (acknowledged, word)
            time.sleep(chance.uniform(0, 1.1) * usual)
            if chance.random() < 0.5:
                running.process.send_signal(signal.SIGKILL)
            else:
                os.killpg(running.process.pid, signal.SIGKILL)
    print(f"{KILLS} kills: {states}; slowest restart {slowest:.1f} s")
    assert min(states.values()) > KILLS // 20
