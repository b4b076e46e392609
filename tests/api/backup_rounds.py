"""Backups under writers and restores that are killed, as often as is wanted."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

from api.store import Store
from api.usecases import backing_up, restoring
from made_tables import enterprises
from running import shanhai
from whole_stores import got
from writers_at_work import batches_of, writers


def backed_up_under_writers(url: str, other: str, folder: Path, count: int) -> list[int]:
    """Back a store up ``count`` times while four writers write, and restore each time elsewhere.

    Returns
    -------
    list of int
        Batches that each backup holds: all that were acknowledged before it began, each whole.
    """
    found = []
    with writers(url, folder) as busy:
        for number in range(count):
            busy.wait_for(min(busy.acknowledged()) + 3)
            told = busy.acknowledged()
            file = folder / f"{number}.zip"
            made = shanhai("backup", file, "--json", SHANHAI_DATABASE_URL=url)
            assert made.status == 0, made.err
            begun = [n + 1 for n in busy.acknowledged()]  # one may be stored and not yet noted
            busy.check()
            with busy.rest():
                restoring.run(file, url=other, replace=True)
                held = batches_of(other, busy.count)
            assert all(a <= b <= c for a, b, c in zip(told, held, begun, strict=True))
            found.append(sum(held))
    # From there back to the first database, in the place of what the writers have left.
    before, back = got(other), folder / "back.zip"
    backing_up.run(back, url=other)
    restoring.run(back, url=url, replace=True)
    assert got(url) == before
    return found


def killed_restores(url: str, folder: Path, kills: int) -> dict[str, int]:
    """Kill a restore at random moments; how often the old store and the new one were found."""
    store, file = Store.open(url), folder / "backup.zip"
    store.write({"enterprises": enterprises(2000, "新")})
    backing_up.run(file, url=url)
    began = time.monotonic()
    restoring.run(file, url=url, replace=True)
    usual = time.monotonic() - began
    chance, cut_short, left = random.Random(7), 0, {"旧": 0, "新": 0}
    for _ in range(kills):
        store.write({"enterprises": enterprises(2000, "旧")})
        child = os.fork()
        if child == 0:
            restoring.run(file, url=url, replace=True)
            os._exit(0)
        time.sleep(chance.uniform(0, usual))
        os.kill(child, signal.SIGKILL)
        cut_short += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        with store.connection(writer=True):
            """What a server had been told before the kill is done by then."""
        names = [str(name) for name in Store.open(url).table("enterprises", ["name"])["name"]]
        assert len(names) == 2000 and set(names) in ({"旧"}, {"新"})
        left[names[0]] += 1
    assert cut_short
    restoring.run(file, url=url, replace=True)
    assert set(store.table("enterprises", ["name"])["name"]) == {"新"}
    return left
