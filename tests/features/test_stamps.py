"""The moment that stamps bear."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from features import stamps


@pytest.mark.parametrize(
    "written", ["²", "１２３", "-1", "1.5", "1e9", "soon", "9" * 13, "9" * 5000]
)
def test_an_epoch_that_is_no_number_of_seconds_is_refused_in_both_languages(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(stamps.VARIABLE, written)
    with pytest.raises(stamps.NotAMoment) as caught:
        stamps.now()
    assert caught.value.exit_status == 2
    for said in caught.value.message.values():
        assert stamps.VARIABLE in said and written[:40] in said and len(said) < 300


def test_the_epoch_fixes_the_stamp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(stamps.VARIABLE, " 1204329600 ")
    assert stamps.now() == stamps.fixed() == datetime(2008, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "  "])
def test_without_an_epoch_stamps_follow_the_clock(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(stamps.VARIABLE, written)
    assert stamps.fixed() is None and stamps.now().year >= 2026
