"""Servers killed under writes and imports: a tenth of the drill's kills."""

from __future__ import annotations

from pathlib import Path

import postgresql
from killing import killed


def test_whatever_was_acknowledged_over_a_file_is_there_after_every_kill(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'home' / 'shanhai.db'}"
    figures = killed(tmp_path / "home", url, 20)
    assert figures.acknowledged > 20
    assert figures.imports_met > 0, figures


def test_whatever_was_acknowledged_over_a_server_is_there_after_every_kill(tmp_path: Path) -> None:
    with postgresql.running() as database:
        figures = killed(tmp_path / "home", database.url(), 5, database=database)
    assert figures.acknowledged > 5
    assert figures.imports_met > 0, figures
