"""Drill: models put in use while lists are asked for (``make drill``; some minutes).

Every answer must be, to the last figure, the one that the model it names gives by itself.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import httpx
import pytest

from api.store import Store
from api.usecases import train

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
from made_history import tables
from serving import Server, serving, tokens

SWAPS = 50
ASKERS = 4
IDLE = 400
SLOWEST = 3
"""How many times slower a list may be while models are swapped, at the 99th percentile."""
ENTERPRISES = ("E001", "E002", "E003")


def answer(client: httpx.Client, enterprise: str) -> tuple[str, str]:
    """The model that a list names, and what it lists."""
    got = client.get("/api/v1/matches", params={"enterprise_id": enterprise, "top": 30})
    assert got.status_code == 200, got.text
    found = got.json()
    return str(found["model"]["id"]), json.dumps(found["matches"], sort_keys=True)


def ask(running: Server, over: Callable[[], bool], told: list[tuple[str, str, str, float]]) -> None:
    """Add enterprise, model, list and seconds of each answer until it is over."""
    with running.client("planner") as planner:
        while not over():
            enterprise = ENTERPRISES[len(told) % len(ENTERPRISES)]
            began = time.perf_counter()
            told.append((enterprise, *answer(planner, enterprise), time.perf_counter() - began))


def p99(told: list[tuple[str, str, str, float]]) -> float:
    """Seconds within which 99 of 100 lists came."""
    seconds = sorted(each[3] for each in told)
    return seconds[int(0.99 * len(seconds))]


def test_no_answer_is_mixed_from_two_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("SHANHAI_HOME", str(home))
    url = f"sqlite:///{home / 'shanhai.db'}"
    store = Store.open(url, create=True)
    store.write(tables())
    ids = [
        train.run(store, as_of=day, force=True).model_id
        for day in (date(2006, 1, 1), date(2007, 1, 1))
    ]
    with serving(home, url, tokens(url), workers=2) as running, running.client("admin") as admin:

        def use(model_id: str) -> None:
            changed = admin.put("/api/v1/models/active", json={"id": model_id})
            assert changed.status_code == 200, changed.text

        alone: dict[tuple[str, str], str] = {}
        for model_id in ids:
            use(model_id)
            for enterprise in ENTERPRISES:
                named, listed = answer(admin, enterprise)
                assert named == model_id
                alone[enterprise, model_id] = listed
        assert len(set(alone.values())) == len(alone)
        idle: list[tuple[str, str, str, float]] = []
        with ThreadPoolExecutor(ASKERS) as pool:
            for asker in [
                pool.submit(ask, running, lambda: len(idle) >= IDLE, idle) for _ in range(ASKERS)
            ]:
                asker.result()
        over = threading.Event()
        told: list[tuple[str, str, str, float]] = []
        with ThreadPoolExecutor(ASKERS) as pool:
            askers = [pool.submit(ask, running, over.is_set, told) for _ in range(ASKERS)]
            try:
                for swap in range(SWAPS):
                    use(ids[swap % 2])
                    enough = len(told) + 2 * ASKERS
                    while len(told) < enough and not any(asker.done() for asker in askers):
                        time.sleep(0.02)
            finally:
                over.set()
            for asker in askers:
                asker.result()
    print(f"{SWAPS} swaps, {len(told)} lists, p99 {p99(told):.3f} s; idle {p99(idle):.3f} s")
    # A ratio of two figures of one run: how fast the machine is does not count.
    assert p99(told) <= SLOWEST * p99(idle)
    assert {model_id for _, model_id, _, _ in told} == set(ids)
    assert all(alone[enterprise, model_id] == listed for enterprise, model_id, listed, _ in told)
