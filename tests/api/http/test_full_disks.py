"""A server whose disk is full refuses to write, goes on reading, and recovers by itself.

The limit on the size of a file is put on the process that runs, and taken off again: SQLite and
everything else that writes is refused as by a full disk. Drills fill a real one.
"""

from __future__ import annotations

import resource
from pathlib import Path

from api.store import Store
from refusing import fill, recovered
from serving import serving, tokens


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
