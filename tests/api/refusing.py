"""A server whose disk is full: what it answers meanwhile, and afterwards."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import httpx

from api.store import Store
from writing import row

LONG = "山海协作" * 900
UPLOAD = "id,name,region,industry\n" + "".join(f"E{i},甬江{i},330109,17\n" for i in range(20_000))


def _stored(store: Store) -> set[str]:
    return {str(key) for key in store.table("resources", ["id"])["id"]}


def fill(admin: httpx.Client, store: Store, make_full: Callable[[], object]) -> set[str]:
    """Write until there is no room, and check what is said and what still goes on.

    Returns
    -------
    set of str
        Keys of the rows that were acknowledged.
    """
    kept = {"R-before"}
    assert admin.post("/api/v1/resources", json=row("R-before")).status_code == 201
    make_full()
    for number in range(2000):
        key = f"R-{number}"
        # Text that does not pack: a file system that packs would never be full.
        body = row(key, description=LONG[:3500] + os.urandom(200).hex())
        answer = admin.post("/api/v1/resources", json=body)
        if answer.status_code != 201:
            break
        kept.add(key)
    assert answer.status_code in (507, 503), answer.text
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
    assert _stored(store) == kept
    return kept


def recovered(admin: httpx.Client, store: Store, kept: set[str]) -> float:
    """Write again after there is room; seconds until that worked."""
    began = time.monotonic()
    while True:
        answer = admin.post("/api/v1/resources", json=row("R-after"))
        if answer.status_code == 201:
            break
        assert answer.status_code in (507, 503), answer.text
        assert time.monotonic() < began + 30
        time.sleep(0.1)
    assert _stored(store) == kept | {"R-after"}
    return time.monotonic() - began
