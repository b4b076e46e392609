"""Exit statuses, what goes to which stream, and what a user is told when something is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from rich.cells import cell_len

from api.store import Store
from features.tables import Table
from made_tables import referred
from running import ROOT, shanhai


@pytest.fixture(autouse=True)
def _store_of_the_command(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["matc"], "是否为 match"),
        (["match", "--entreprise", "E1"], "是否为 --enterprise"),
        (["match", "--enterprise"], "要写一个值"),
        (["match"], "为谁匹配"),
        (["match", "--enterprise", "E1", "--region", "淳安县"], "只能写一个"),
        (["match", "--enterprise", "E1", "--top", "x"], "整数"),
        (["match", "--enterprise", "E1", "--top", "0"], "最小为 1"),
        (["match", "--enterprise", "E1", "--as-of", "昨天"], "不是日期"),
        (["match", "--enterprise", "E1", "--cross-pair", "ja"], "allow, only, forbid"),
        (["match", "--enterprise", "E1", "--format", "xlsx"], "--out"),
        (["match", "--enterprise", "E1", "--kind", "house"], "processing_base"),
        (["match", "--enterprise", "nobody"], "没有“nobody”"),
        (["match", "--region", "桐芦县"], "桐庐县"),
        (["match", "--all", "enterprises"], ".parquet"),
        (["match", "--all", "enterprises", "--out", "a.txt"], ".jsonl"),
        (["record", "A-1"], "RESOURCE"),
        (["record", "A-1", "B.2", "signed", "--amount-wan", "-1"], "最小为 0"),
        (["record", "A-1", "B.2", "signed", "--amount-wan", "nan"], "--amount-wan"),
        (["delete", "enterprise", "A-1"], "是否为 enterprises"),
        (["delete", "outcomes", "A-1"], "enterprise_id resource_id date"),
        (["delete", "outcomes", "A-1", "B.2", "昨天"], "2008-03-01"),
        (["delete", "enterprises", "nobody"], "没有“nobody”"),
        (["template", "enterprise", "--out", "a.xlsx"], "是否为 enterprises"),
        (["export", "enterprise", "--out", "a.csv"], "是否为 enterprises"),
        (["export", "enterprises", "--out", "a.txt"], "--format"),
        (["init", "too", "much"], "too much"),
        (["serve", "--port", "65536"], "最大为 65535"),
        (["report", "supervision", "--year", "2101", "--out", "a.docx"], "最大为 2100"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_told_in_one_sentence_and_exits_with_2(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    done = shanhai(*arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1
    english = shanhai(*arguments, lang="en").err
    assert not any("一" <= letter <= "鿿" for letter in re.sub("昨天|桐[芦庐]县", "", english))


def test_a_store_that_is_not_there_fails_with_the_remedy(tmp_path: Path) -> None:
    done = shanhai("import", tmp_path, SHANHAI_DATABASE_URL=f"sqlite:///{tmp_path}/none.db")
    assert (done.status, done.out) == (1, "")
    assert "shanhai init" in done.err


def test_init_makes_the_store_in_the_home_and_says_so_as_json(tmp_path: Path) -> None:
    made = shanhai("init", "--json", SHANHAI_DATABASE_URL="", SHANHAI_HOME=str(tmp_path / "h"))
    assert made.status == 0 and made.err == ""
    assert made.json == {
        "place": str(tmp_path / "h" / "shanhai.db"),
        "before": None,
        "after": made.json["after"],
    }


def test_an_outcome_is_recorded_by_id_or_name_and_again_updates_it(store_url: str) -> None:
    store = Store.open(store_url)
    store.write(referred())
    first = shanhai("record", "A-1", "房", "签约", "--date", "2008年3月1日", "--json")
    assert first.json == {
        "enterprise_id": "A-1",
        "resource_id": "B.2",
        "date": "2008-03-01",
        "stage": "signed",
        "amount_wan": None,
        "result": "added",
        "warnings": [],
    }
    again = ["record", "甲", "B.2", "signed", "--date", "2008-03-01", "--amount-wan", "2600"]
    assert shanhai(*again, "--json").json["result"] == "changed"
    done = shanhai(*again, lang="en")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("the same as before: 2008-03-01 A-1 and B.2")
    (row,) = store.table("outcomes").rows()
    assert (row["stage"], row["amount_wan"]) == ("signed", 2600.0)


@pytest.mark.parametrize(
    ("enterprise", "resource", "stage", "said"),
    [
        ("A-2", "B.2", "signed", "甲 (A-1)"),
        ("丁", "B.2", "signed", "没有“丁”"),
        ("A-1", "B.2", "完工", "completed"),
    ],
)
def test_a_record_of_something_unknown_says_what_may_be_meant(
    store_url: str, enterprise: str, resource: str, stage: str, said: str
) -> None:
    Store.open(store_url).write(referred())
    done = shanhai("record", enterprise, resource, stage)
    assert done.status == 2 and said in done.err
    assert len(Store.open(store_url).table("outcomes")) == 0


def test_a_name_that_two_rows_bear_asks_for_the_id(store_url: str) -> None:
    store = Store.open(store_url)
    store.write(referred())
    store.write({"enterprises": Table("enterprises", {"id": ["D"], "name": ["甲"]})})
    done = shanhai("record", "甲", "A-1", "contacted")
    assert done.status == 2 and "A-1, D" in done.err


def test_a_row_is_deleted_by_its_key_with_regions_by_any_name(store_url: str) -> None:
    store = Store.open(store_url)
    line = {
        "pairing": "own",
        "developed_region": "330109",
        "underdeveloped_region": "330127",
        "valid_from": date(2008, 1, 1),
    }
    store.write({"pairings": Table.from_rows("pairings", [line])})
    key = ["own", "萧山区", "淳安县", "2008/1/1"]
    assert shanhai("delete", "pairings", *key).status == 0
    assert len(store.own_rows("pairings")) == 0
    official = ["official-2006", "萧山区", "淳安县", "2006-01-01"]
    built_in = shanhai("delete", "pairings", *official)
    assert built_in.status == 2 and "自带" in built_in.err


def test_a_row_that_others_refer_to_is_not_deleted(store_url: str) -> None:
    store = Store.open(store_url)
    store.write(referred())
    shanhai("record", "A-1", "B.2", "signed")
    done = shanhai("delete", "enterprises", "A-1", "--json")
    assert (done.status, done.out) == (2, "")
    assert store.has("enterprises", "A-1")
    assert shanhai("delete", "enterprises", "c_3", "--json").json == {
        "deleted": {"table": "enterprises", "key": "c_3"}
    }


def test_the_record_of_a_demonstration_store_is_dated_in_its_own_time(store_url: str) -> None:
    store = Store.open(store_url)
    store.write(referred())
    store.set_property("as_of", "2009-12-31")
    assert shanhai("record", "A-1", "B.2", "signed", "--json").json["date"] == "2009-12-31"


def test_an_unforeseen_failure_is_one_sentence_and_its_traceback_goes_to_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from api.cli import main as program

    def fail() -> None:
        raise ZeroDivisionError("of the test")

    monkeypatch.setattr("api.usecases.init.run", fail)
    with pytest.raises(SystemExit) as caught:
        program.main(["init", "--lang", "en"])
    assert caught.value.code == 1
    said = capsys.readouterr()
    log = tmp_path / "home" / "log" / "shanhai.log"
    assert said.out == "" and str(log) in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert "ZeroDivisionError: of the test" in log.read_text()
    assert log.parent.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("SHANHAI_DEBUG", "1")
    with pytest.raises(SystemExit):
        program.main(["init"])
    assert "Traceback" in capsys.readouterr().err


def test_output_into_a_pipe_is_utf_8_under_any_locale(store_url: str) -> None:
    Store.open(store_url).write(referred())
    arguments = ["record", "A-1", "B.2", "signed", "--date", "2008-03-01"]
    shanhai(*arguments)
    told = {
        shanhai(*arguments, LC_ALL=locale, PYTHONIOENCODING="", PYTHONUTF8="0").out
        for locale in ("C", "POSIX", "C.UTF-8", "en_US.ISO-8859-1", "zh_CN.GB18030")
    }
    assert len(told) == 1 and "签约" in told.pop()


def test_a_file_that_cannot_be_written_is_told_of(store_url: str, tmp_path: Path) -> None:
    # A folder is wrong usage; what the system refuses is work that failed.
    for place, status in (
        (tmp_path / "none" / "a.csv", 1), (tmp_path, 2), (Path("/proc/a.csv"), 1),
    ):  # fmt: skip
        done = shanhai("export", "targets", "--format", "csv", "--out", place)
        assert (done.status, done.out) == (status, "")
        assert str(place) in done.err and len(done.err.strip().splitlines()) == 1


def test_json_is_one_document_with_its_text_readable(store_url: str) -> None:
    Store.open(store_url).write(referred())
    done = shanhai("record", "A-1", "B.2", "签约", "--json")
    assert json.loads(done.out) and done.err == ""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_wrong_fits_a_terminal_and_is_one_line_in_a_pipe(lang: str) -> None:
    wrong = ("targets", "--by", "nonsense")
    piped = shanhai(*wrong, lang=lang)
    assert piped.status == 2 and piped.err.count("\n") == 1 and cell_len(piped.err) > 100
    terminal, end = os.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SHANHAI_LANG": lang,
                   "PYTHONIOENCODING": "utf-8"}  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "api.cli.main", *wrong],
        stdout=subprocess.PIPE, stderr=end, env=environment, check=False, timeout=120,
    )  # fmt: skip
    os.close(end)
    said = _all_of(terminal).decode()
    lines = said.splitlines()
    assert len(lines) == 2 and max(cell_len(line) for line in lines) <= 100
    assert "".join(said.split()) == "".join(piped.err.split())


def _all_of(terminal: int) -> bytes:
    """What was written to a terminal whose other end is closed, which reads as a failure."""
    found = b""
    with os.fdopen(terminal, "rb", buffering=0) as stream:
        while True:
            try:
                part = stream.read(4096)
            except OSError:
                return found
            if not part:
                return found
            found += part
