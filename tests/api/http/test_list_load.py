"""Many lists at a time: a tenth of the drill's."""

from __future__ import annotations

from pathlib import Path

import pytest

from list_load import loaded


def test_many_lists_at_a_time_are_those_of_the_command_and_all_are_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANHAI_HOME", str(tmp_path / "home"))
    came = loaded(tmp_path / "home", 500)
    assert len(came.seconds) == 500 and not came.wrong
