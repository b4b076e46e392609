"""``shanhai import``: all or nothing, whatever happens, and said in the reader's language."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.store import Store
from running import ROOT, shanhai


@pytest.fixture(autouse=True)
def _store_of_the_command(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three tables and a file that is none."""
    made = tmp_path / "数据"
    made.mkdir()
    (made / "enterprises.csv").write_text(
        "编号,名称,所在地,行业代码,合作意向,投资预算,x_信用\nE1,甲厂,萧山区,C17,invest;hire,３００,A\n",
        "utf-8",
    )
    (made / "resources.csv").write_text("id,name,kind,region\nR1,地块,land,淳安县\n", "utf-8")
    (made / "outcomes.csv").write_text(
        "enterprise_id,resource_id,date,stage\nE1,R1,2008年3月1日,签约\n", "utf-8-sig"
    )
    (made / "说明.txt").write_text("no table", "utf-8")
    return made


def test_a_folder_is_imported_and_again_changes_nothing(folder: Path, store_url: str) -> None:
    first = shanhai("import", folder, "--json")
    assert (first.status, first.err) == (0, "")
    assert first.json["ok"] is True and first.json["total"] == 0 and first.json["findings"] == []
    added = {"added": 1, "changed": 0, "same": 0}
    assert first.json["counts"] == dict.fromkeys(("enterprises", "resources", "outcomes"), added)
    assert [Path(name).name for name in first.json["ignored"]] == ["说明.txt"]
    (row,) = Store.open(store_url).table("enterprises").rows()
    assert (row["region"], row["industry"], row["budget_wan"]) == ("330109", "17", 300.0)
    again = shanhai("import", folder, "--json").json["counts"]
    assert {tuple(counts.values()) for counts in again.values()} == {(0, 0, 1)}


def test_a_dry_run_stores_nothing(folder: Path, store_url: str) -> None:
    done = shanhai("import", folder, "--dry-run")
    assert done.status == 0 and "--dry-run" in done.out
    assert len(Store.open(store_url).table("enterprises")) == 0


def test_one_bad_row_refuses_the_whole_import_with_every_finding(
    folder: Path, store_url: str
) -> None:
    (folder / "resources.csv").write_text(
        "id,name,kind,region\nR1,地块,land,桐芦县\nR2,房,house,淳安县\n", "utf-8"
    )
    done = shanhai("import", folder, "--json")
    assert (done.status, done.err) == (2, "")
    assert done.json["ok"] is False and done.json["counts"] == {}
    assert done.json["total"] == len(done.json["findings"]) >= 2
    finding = next(f for f in done.json["findings"] if f["column"] == "region")
    assert (finding["row"], finding["value"], finding["level"]) == (2, "桐芦县", "error")
    assert set(finding) == {
        "file", "sheet", "row", "column", "value", "code", "level", "message"
    }  # fmt: skip
    assert "桐庐县" in finding["message"]["zh"] and "桐庐县" in finding["message"]["en"]
    assert len(Store.open(store_url).table("enterprises")) == 0


@pytest.mark.parametrize(
    ("lang", "heading", "end"),
    [("zh", "问题与改法", "什么都没有存入"), ("en", "what to do", "nothing was stored")],
)
def test_findings_are_a_table_in_the_readers_language(
    folder: Path, lang: str, heading: str, end: str
) -> None:
    (folder / "resources.csv").write_text("id,name,kind,region\nR1,地块,land,桐芦县\n", "utf-8")
    done = shanhai("import", folder, lang=lang)
    assert (done.status, done.out) == (2, "")
    assert heading in done.err and "桐庐县" in done.err and end in done.err


def test_a_path_that_is_not_there_and_a_folder_without_tables_are_refused(
    tmp_path: Path, store_url: str
) -> None:
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "none.csv", tmp_path / "empty"):
        done = shanhai("import", place, "--json")
        assert done.status == 2
        assert done.json["ok"] is False and done.json["total"] >= 1


def many(folder: Path, name: str, count: int = 4000) -> Path:
    """A file of enterprises that all bear one name."""
    file = folder / name / "enterprises.csv"
    file.parent.mkdir(exist_ok=True)
    rows = "".join(f"E{i},{name},330109,17\n" for i in range(count))
    file.write_text("id,name,region,industry\n" + rows, "utf-8")
    return file


def test_a_kill_in_the_middle_of_an_import_leaves_the_store_as_it_was(
    tmp_path: Path, store_url: str
) -> None:
    began = time.monotonic()
    assert shanhai("import", many(tmp_path, "before")).status == 0
    usual = time.monotonic() - began
    chance, held = random.Random(11), "before"
    for attempt in range(6):
        new = f"new{attempt}"
        command = [sys.executable, "-m", "api.cli.main", "import", str(many(tmp_path, new))]
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 1) * usual)
        child.send_signal(signal.SIGKILL)
        child.wait()
        found = set(Store.open(store_url).table("enterprises", ["id", "name"])["name"])
        assert found in ({held}, {new})
        (held,) = map(str, found)


def test_a_full_disk_in_the_middle_of_an_import_leaves_the_store_as_it_was(
    tmp_path: Path, store_url: str
) -> None:
    assert shanhai("import", many(tmp_path, "before", 50)).status == 0
    room = Path(store_url.removeprefix("sqlite:///")).stat().st_size + 100_000

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    done = shanhai("import", many(tmp_path, "new", 20_000), before=little_room)
    assert (done.status, done.out) == (1, "")
    assert "保持原样" in done.err and len(done.err.strip().splitlines()) == 1
    assert set(Store.open(store_url).table("enterprises")["name"]) == {"before"}
