"""Drill: servers killed at random moments of writes and imports (``make drill``; half an hour)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
import postgresql
from killing import killed

KILLS = {"sqlite": 200, "postgresql": 50}


def test_whatever_was_acknowledged_over_a_file_is_there_after_every_kill(tmp_path: Path) -> None:
    figures = killed(
        tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'shanhai.db'}", KILLS["sqlite"]
    )
    print(f"SQLite: {figures}")
    assert min(figures.imports["done"], figures.imports["failed"]) > 0


def test_whatever_was_acknowledged_over_a_server_is_there_after_every_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANHAI_HOME", str(tmp_path / "home"))
    with postgresql.running() as database:
        figures = killed(tmp_path / "home", database.url(), KILLS["postgresql"], database=database)
    print(f"PostgreSQL: {figures}")
    assert min(figures.imports["done"], figures.imports["failed"]) > 0
