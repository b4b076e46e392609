"""Drill: imports killed at a hundred random moments (``make drill``; some minutes)."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.store import Store

ROOT = Path(__file__).parents[2]
KILLS = 100
ROWS = 5000


def importing(folder: Path, word: str) -> subprocess.Popen[bytes]:
    """Start an import in which everything is called ``word``."""
    folder.mkdir()
    enterprises = "".join(f"E{i},{word},330109,17\n" for i in range(ROWS))
    resources = f"R1,{word},land,330881\n"
    (folder / "enterprises.csv").write_text("id,name,region,industry\n" + enterprises, "utf-8")
    (folder / "resources.csv").write_text("id,name,kind,region\n" + resources, "utf-8")
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", "import", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_whenever_an_import_is_killed_all_of_it_is_stored_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "drill.db"
    url = f"sqlite:///{file}"
    monkeypatch.setenv("SHANHAI_DATABASE_URL", url)
    Store.open(url, create=True)
    began = time.monotonic()
    assert importing(tmp_path / "first", "first").wait() == 0
    usual = time.monotonic() - began
    chance, held, cut_short = random.Random(2006), "first", 0
    for attempt in range(KILLS):
        word = f"word{attempt}"
        child = importing(tmp_path / word, word)
        time.sleep(chance.uniform(0, 1.1) * usual)
        child.send_signal(signal.SIGKILL)
        cut_short += child.wait() == -signal.SIGKILL
        store = Store.open(url)
        found = {
            str(name)
            for table in ("enterprises", "resources")
            for name in store.table(table, ["id", "name"])["name"]
        }
        assert found in ({held}, {word})
        (held,) = found
        with sqlite3.connect(file) as connection:
            assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    assert cut_short > KILLS // 2
    assert importing(tmp_path / "last", "last").wait() == 0
