"""Many who write at once: rows of their own, one row that all count up, keys that all want."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

import postgresql
from api.store import Store
from serving import Server

WRITERS = 8
SHARED = "/api/v1/resources/R-shared"
STALE = (409, 412)


@contextmanager
def store_address(database: str, home: Path) -> Iterator[str]:
    """Address of a new store, ``sqlite`` or ``postgresql``."""
    if database == "sqlite":
        url = f"sqlite:///{home / 'shanhai.db'}"
        Store.open(url, create=True)
        yield url
    else:
        with postgresql.running() as server:
            Store.open(server.url(), create=True)
            yield server.url()


def row(key: str, **more: object) -> dict[str, object]:
    """A row of resources."""
    return {"id": key, "name": key, "kind": "land", "region": "330881", **more}


def _count_up(client: httpx.Client) -> int:
    """Add one to the figure of the shared row, as it was read."""
    read = client.get(SHARED)
    assert read.status_code == 200, read.text
    found = read.json()
    changed = {**found, "land_mu": found["land_mu"] + 1}
    tag = {"If-Match": read.headers["etag"]}
    return client.put(SHARED, json=changed, headers=tag).status_code


def _writes(running: Server, writer: int, writes: int) -> Counter[tuple[str, int]]:
    """What one writer was answered, by what it wrote."""
    found: Counter[tuple[str, int]] = Counter()
    with running.client("admin") as client:
        for number in range(writes):
            if number % 4 == 0:
                key = f"R-wanted-{number}"
                answer = client.post("/api/v1/resources", json=row(key)).status_code
                found["wanted", answer] += 1
            elif number % 4 == 1:
                found["shared", _count_up(client)] += 1
            else:
                key = f"R-{writer}-{number}"
                answer = client.post("/api/v1/resources", json=row(key)).status_code
                found["own", answer] += 1
    return found


def all_write(running: Server, store: Store, writes: int) -> Counter[tuple[str, int]]:
    """Let all write at once and check that nothing of it is lost.

    Returns
    -------
    Counter
        (What was written, status) → how often.
    """
    with running.client("admin") as client:
        assert client.post("/api/v1/resources", json=row("R-shared", land_mu=0)).status_code == 201
    with ThreadPoolExecutor(WRITERS) as pool:
        each = list(pool.map(lambda n: _writes(running, n, writes), range(WRITERS)))
    found: Counter[tuple[str, int]] = Counter()
    for one in each:
        found.update(one)
    assert sum(found.values()) == WRITERS * writes
    assert {status for _, status in found} <= {200, 201, *STALE}, found
    table = store.table("resources", ["id", "land_mu"])
    stored = dict(zip(table["id"], table["land_mu"], strict=True))
    wanted = -(-writes // 4)
    # One of the eight gets each key that all want; every count that was acknowledged is in the sum.
    assert found["wanted", 201] == wanted and found["wanted", 409] == (WRITERS - 1) * wanted
    assert stored["R-shared"] == found["shared", 200]
    assert len(stored) == 1 + wanted + found["own", 201]
    assert found["own", 201] == sum(n for (what, _), n in found.items() if what == "own")
    return found
