"""A backup taken while others write, and a restore that is killed: whole, or as before."""

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

BACKUPS, KILLS = 2, {"sqlite": 10, "postgresql": 3}


def test_a_backup_under_four_writers_holds_all_they_were_told_of_and_no_half_of_anything(
    store_url: str, other_url: str, tmp_path: Path
) -> None:
    with writers(store_url, tmp_path) as busy:
        for number in range(BACKUPS):
            busy.wait_for(5 * (number + 1))
            told = busy.acknowledged()
            file = tmp_path / f"{number}.zip"
            made = shanhai("backup", file, "--json", SHANHAI_DATABASE_URL=store_url)
            assert made.status == 0, made.err
            begun = [n + 1 for n in busy.acknowledged()]  # one may be stored and not yet noted
            busy.check()
            restoring.run(file, url=other_url, replace=True)
            held = batches_of(other_url, busy.count)
            assert all(a <= b <= c for a, b, c in zip(told, held, begun, strict=True))
    # From there back to the first database, in the place of what the writers have left.
    before = got(other_url)
    back = tmp_path / "back.zip"
    backing_up.run(back, url=other_url)
    restoring.run(back, url=store_url, replace=True)
    assert got(store_url) == before


def test_a_restore_killed_at_any_moment_leaves_the_old_store_or_the_new(
    store_url: str, tmp_path: Path
) -> None:
    store, file = Store.open(store_url), tmp_path / "backup.zip"
    store.write({"enterprises": enterprises(2000, "新")})
    backing_up.run(file, url=store_url)
    began = time.monotonic()
    restoring.run(file, url=store_url, replace=True)
    usual = time.monotonic() - began
    chance, cut_short = random.Random(7), 0
    for _ in range(KILLS[store_url.partition(":")[0]]):
        store.write({"enterprises": enterprises(2000, "旧")})
        child = os.fork()
        if child == 0:
            restoring.run(file, url=store_url, replace=True)
            os._exit(0)
        time.sleep(chance.uniform(0, usual))
        os.kill(child, signal.SIGKILL)
        cut_short += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        with store.connection(writer=True):
            """What a server had been told before the kill is done by then."""
        names = Store.open(store_url).table("enterprises", ["name"])["name"]
        assert len(names) == 2000 and set(names) in ({"旧"}, {"新"})
    assert cut_short
    restoring.run(file, url=store_url, replace=True)
    assert set(store.table("enterprises", ["name"])["name"]) == {"新"}
