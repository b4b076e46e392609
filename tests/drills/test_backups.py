"""Drill: backups under writers, restores killed, every byte flipped once (``make drill``)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.backups import reading
from api.backups.layout import BackupRefused
from api.store import Store
from api.usecases import backing_up

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
import postgresql
from backup_rounds import backed_up_under_writers, killed_restores
from made_tables import referred

BACKUPS, KILLS = 20, {"sqlite": 100, "postgresql": 30}


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANHAI_HOME", str(tmp_path / "home"))


@pytest.fixture
def urls(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An empty store on each database; the server syncs as one in use does."""
    with postgresql.running() as server:
        server.execute("CREATE DATABASE drill")
        found = {
            "sqlite": f"sqlite:///{tmp_path / 'store' / 'shanhai.db'}",
            "postgresql": server.url("drill"),
        }
        for url in found.values():
            Store.open(url, create=True)
        yield found


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_backups_under_four_writers(database: str, urls: dict[str, str], tmp_path: Path) -> None:
    (other,) = (url for name, url in urls.items() if name != database)
    held = backed_up_under_writers(urls[database], other, tmp_path, BACKUPS)
    print(f"{BACKUPS} backups of {database}: {held[0]} to {held[-1]} batches, all whole")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_restores_killed(database: str, urls: dict[str, str], tmp_path: Path) -> None:
    left = killed_restores(urls[database], tmp_path, KILLS[database])
    assert sum(left.values()) == KILLS[database]
    print(f"{KILLS[database]} restores into {database} killed: {left}")


def test_every_byte_of_a_backup_flipped(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store' / 'shanhai.db'}"
    Store.open(url, create=True).write(referred())
    file = tmp_path / "backup.zip"
    backing_up.run(file, url=url)
    content = file.read_bytes()
    for position in range(len(content)):
        flipped = bytearray(content)
        flipped[position] ^= 1 << position % 8
        file.write_bytes(flipped)
        with pytest.raises(BackupRefused), reading.opened(file):
            pass
    file.write_bytes(content)
    with reading.opened(file):
        print(f"{len(content)} bytes flipped one by one, {os.path.basename(file)} whole again")
