"""Settings from the environment: what they mean, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from api import settings
from api.cli import main as program
from api.errors import UsageError
from api.jobs.runner import Runner
from api.store import Store
from api.usecases import dates


def test_a_fixed_stamp_leaves_today_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1204329600")
    assert settings.stamp() == "2008-03-01T00:00:00Z"
    assert settings.today().year >= 2026 and dates.as_of(store).year >= 2026


@pytest.mark.parametrize("written", ["²", "99999999999999999999"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_epoch_is_told_before_anything_is_done(
    written: str, lang: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("SOURCE_DATE_EPOCH", written)
    monkeypatch.setenv("SHANHAI_LANG", lang)
    with pytest.raises(SystemExit) as caught:
        program.main(["init"])
    said = capsys.readouterr()
    assert (caught.value.code, said.out) == (2, "")
    assert "SOURCE_DATE_EPOCH" in said.err and len(said.err.strip().splitlines()) == 1
    assert not (tmp_path / "home").exists()


def test_the_log_of_a_failure_is_written_even_under_a_wrong_epoch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "²")
    place = program._logged(ZeroDivisionError("of the test"))
    assert "of the test" in Path(place).read_text(encoding="utf-8")


def test_the_settling_time_is_a_number_of_days(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.settle_days() == 0
    monkeypatch.setenv("SHANHAI_SETTLE_DAYS", "180")
    assert settings.settle_days() == 180
    for wrong in ("²", "-1", "half a year", "36501", "9" * 50):
        monkeypatch.setenv("SHANHAI_SETTLE_DAYS", wrong)
        with pytest.raises(UsageError):
            settings.settle_days()


def test_a_service_does_not_start_where_the_age_of_jobs_is_no_number_of_days(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.job_days() == 365
    monkeypatch.setenv("SHANHAI_JOB_DAYS", "0")
    assert settings.job_days() == 0
    monkeypatch.setenv("SHANHAI_JOB_DAYS", "a year")
    with pytest.raises(UsageError, match="SHANHAI_JOB_DAYS"):
        Runner(store)
    monkeypatch.delenv("SHANHAI_JOB_DAYS")
    assert settings.list_days() == 730
    for name in ("SHANHAI_JOB_HOURS", "SHANHAI_JOB_MEMORY_MB", "SHANHAI_LIST_DAYS"):
        monkeypatch.setenv(name, "1.5")
        with pytest.raises(UsageError, match=name):
            Runner(store)
        monkeypatch.setenv(name, "0")
    Runner(store)
