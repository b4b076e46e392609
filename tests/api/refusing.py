"""A server whose disk is full: what it answers meanwhile, and afterwards."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from api.store import Store
from writing import row

IMPORTED = 20_000
UPLOAD = "id,name,region,industry\n" + "".join(f"E{i},甬江{i},330109,17\n" for i in range(IMPORTED))


@dataclass
class Held:
    """What a store must hold whatever happens: rows that were acknowledged, an import as told.

    Attributes
    ----------
    job : str
        Where the import is that was asked for while there was no room; empty: it was refused.
    """

    rows: set[str] = field(default_factory=set)
    job: str = ""
    status: int = 0


def _stored(store: Store, table: str = "resources") -> set[str]:
    return {str(key) for key in store.table(table, ["id"])["id"]}


def fill(admin: httpx.Client, store: Store, make_full: Callable[[], object]) -> Held:
    """Write until there is no room, and check what is said and what still goes on."""
    held = Held({"R-before"})
    assert admin.post("/api/v1/resources", json=row("R-before")).status_code == 201
    make_full()
    for number in range(2000):
        key = f"R-{number}"
        # Text that does not pack: a file system that packs would never be full.
        body = row(key, description=os.urandom(1900).hex())
        answer = admin.post("/api/v1/resources", json=body)
        if answer.status_code != 201:
            break
        held.rows.add(key)
    held.status = answer.status_code
    assert held.status in (507, 503), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "shanhai.db" not in answer.text and "postgres" not in answer.text
    listed = admin.get("/api/v1/resources?limit=5")
    assert listed.status_code == 200 and listed.json()["rows"]
    assert admin.get("/api/v1/resources/R-before").status_code == 200
    assert admin.get("/healthz").status_code == 200
    refused = admin.post(
        "/api/v1/imports", files=[("files", ("enterprises.csv", UPLOAD.encode()))],
        headers={"Prefer": "wait=0"},
    )  # fmt: skip
    assert refused.status_code in (507, 503, 202), refused.text
    if refused.status_code == 202:
        held.job = refused.headers["location"]
    assert _stored(store) == held.rows
    return held


def recovered(admin: httpx.Client, store: Store, held: Held) -> float:
    """Write again after there is room; seconds until that worked."""
    began = time.monotonic()
    while True:
        answer = admin.post("/api/v1/resources", json=row("R-after"))
        if answer.status_code == 201:
            break
        assert answer.status_code in (507, 503), answer.text
        assert time.monotonic() < began + 30
        time.sleep(0.1)
    seconds = time.monotonic() - began
    assert _stored(store) == held.rows | {"R-after"}
    state = _ended(admin, held.job) if held.job else "failed"
    assert len(_stored(store, "enterprises")) == (IMPORTED if state == "done" else 0)
    return seconds


def _ended(admin: httpx.Client, job: str) -> str:
    """How a job ended that was asked for while there was no room."""
    until = time.monotonic() + 90
    while (state := str(admin.get(job).json()["state"])) not in ("done", "failed"):
        assert time.monotonic() < until
        time.sleep(0.1)
    return state
