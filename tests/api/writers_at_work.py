"""Writers in processes of their own, who note on a file what was acknowledged to them."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from api.store import Store
from features.tables import Table, Value

ROWS = 12
"""Enterprises of one batch; each batch also has a resource, and an outcome for each of them."""


def batch(writer: int, number: int) -> list[Table]:
    """What one writer stores at once: rows that refer to each other."""
    ids: list[Value] = [f"E-{writer}-{number}-{i}" for i in range(ROWS)]
    place = f"R-{writer}-{number}"
    return [
        Table("enterprises", {"id": ids, "name": [f"批次{number}"] * ROWS}),
        Table("resources", {"id": [place], "name": ["地块"]}),
        Table("outcomes", {
            "enterprise_id": ids, "resource_id": [place] * ROWS,
            "date": [date(2008, 3, 1)] * ROWS, "stage": ["signed"] * ROWS,
        }),
    ]  # fmt: skip


class Writers:
    """Processes that write batch after batch until they are stopped."""

    def __init__(self, url: str, folder: Path, count: int) -> None:
        self.count, self._folder = count, folder
        self._resting = folder / "resting"
        self._children = [self._started(url, writer) for writer in range(count)]

    def _started(self, url: str, writer: int) -> int:
        child = os.fork()
        if child:
            return child
        try:
            store = Store.open(url)
            with (self._folder / f"acknowledged-{writer}").open("ab", buffering=0) as noted:
                for number in range(1_000_000):
                    while self._resting.exists():
                        time.sleep(0.02)
                    store.write(batch(writer, number))
                    noted.write(b".")
        except BaseException as error:
            print(error, file=sys.stderr, flush=True)
        os._exit(1)

    def acknowledged(self) -> list[int]:
        """How many batches of each writer have been acknowledged."""
        files = [self._folder / f"acknowledged-{writer}" for writer in range(self.count)]
        return [file.stat().st_size if file.exists() else 0 for file in files]

    def wait_for(self, each: int) -> None:
        """Until every writer has had so many batches acknowledged."""
        until = time.monotonic() + 300
        while min(self.acknowledged()) < each:
            assert time.monotonic() < until, self.acknowledged()
            self.check()
            time.sleep(0.02)

    def check(self) -> None:
        """That all are still at work."""
        for child in self._children:
            assert os.waitpid(child, os.WNOHANG) == (0, 0)

    @contextmanager
    def rest(self) -> Iterator[None]:
        """Let none begin another batch meanwhile: what they fill would grow without end."""
        self._resting.touch()
        yield
        self._resting.unlink()

    def stop(self) -> None:
        """Kill them all."""
        for child in self._children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        self._children = []


@contextmanager
def writers(url: str, folder: Path, count: int = 4) -> Iterator[Writers]:
    """Writers as long as the context lasts."""
    found = Writers(url, folder, count)
    try:
        yield found
    finally:
        found.stop()


def batches_of(url: str, count: int) -> list[int]:
    """How many batches of each writer a store holds; fails where one is not whole."""
    store = Store.open(url)
    tables = store.tables(["enterprises", "resources", "outcomes"])
    ids = {name: [str(i) for i in tables[name]["id"]] for name in ("enterprises", "resources")}
    found = [0] * count
    for place in ids["resources"]:
        found[int(place.split("-")[1])] += 1
    whole = [batch(w, number) for w in range(count) for number in range(found[w])]
    outcomes = sorted(
        (str(e), str(r)) for e, r in zip(
            tables["outcomes"]["enterprise_id"], tables["outcomes"]["resource_id"], strict=True
        )
    )  # fmt: skip
    assert sorted(ids["enterprises"]) == sorted(str(i) for b in whole for i in b[0]["id"])
    assert sorted(ids["resources"]) == sorted(str(i) for b in whole for i in b[1]["id"])
    assert outcomes == sorted(
        (str(e), str(r)) for b in whole
        for e, r in zip(b[2]["enterprise_id"], b[2]["resource_id"], strict=True)
    )  # fmt: skip
    return found
