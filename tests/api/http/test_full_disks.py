"""A server whose disk is full refuses to write, goes on reading, and recovers by itself.

The limit on the size of a file is put on the processes that write, SQLite's or the database
server's, and taken off again: they are refused as by a full disk, however large the real one is.
"""

from __future__ import annotations

import resource
from pathlib import Path

import postgresql
from api.store import Store
from refusing import fill, recovered
from serving import serving, tokens

HALF_A_BLOCK = 4096
"""So that the last block is begun and not ended: what is written to a full disk ends anywhere."""


def test_a_full_disk_is_told_reading_goes_on_and_writing_again_once_there_is_room(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    url = f"sqlite:///{home / 'shanhai.db'}"
    store = Store.open(url, create=True)
    with serving(home, url, tokens(url)) as running:
        usual = resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE)
        with running.client("admin") as admin:
            full = (300_000, usual[1])
            kept = fill(
                admin, store,
                lambda: resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, full),
            )  # fmt: skip
            resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, usual)
            recovered(admin, store, kept)
        assert "Traceback" not in running.log.read_text("utf-8")


def test_a_full_disk_of_the_database_server_is_told_and_passes_likewise(tmp_path: Path) -> None:
    # Files of its log are made of a megabyte, which is always allowed: they are there beforehand.
    with postgresql.running(initdb=["--wal-segsize=1"]) as database:
        url = database.url()
        store = Store.open(url, create=True)
        with serving(tmp_path / "home", url, tokens(url)) as running:
            with running.client("admin") as admin:
                full = (1 << 20) + HALF_A_BLOCK
                kept = fill(admin, store, lambda: database.limit_files(full))
                assert kept.status == 507
                database.limit_files(None)
                recovered(admin, store, kept)
            assert "Traceback" not in running.log.read_text("utf-8")
