"""Drill: 5,000 lists at 8 at a time (``make drill``); how fast is told, not asserted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
from list_load import loaded


@pytest.mark.parametrize("workers", [1, 2])
def test_many_lists_at_a_time_are_those_of_the_command_and_all_are_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setenv("SHANHAI_HOME", str(tmp_path / "home"))
    came = loaded(tmp_path / "home", 5_000, workers=workers)
    print(f"{workers} workers: {came}")
    assert len(came.seconds) == 5_000 and not came.wrong
