"""``shanhai overdue``, ``brief`` and ``report`` as their users run them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from rich.cells import cell_len

from api.store import Store
from features.tables import Table, Value
from made_registers import JIANGSHAN, Row, filled
from running import shanhai

DAY = ("--as-of", "2006-12-31")


@pytest.fixture(autouse=True)
def _filled_store_of_the_command(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1200000000")
    filled(store_url)


def test_what_is_behind_comes_with_its_light_and_its_rule() -> None:
    told = shanhai("overdue", *DAY, "--json").json
    behind = {(p["project_id"], p["what"]): p["light"] for p in told["projects"]}
    # P2 should have started on 1 August; P1 has 25 % where 100 % were planned by the end of 2006;
    # P3 was due on 1 December, which is not a month ago.
    assert behind == {("P2", "start"): "red", ("P1", "money"): "red"}
    assert [(p["id"], p["light"]) for p in told["problems"]] == [("W1", "red"), ("W3", None)]
    assert {"developed": "330100", "underdeveloped": "330800", "kind": "trade", "last": None,
            "light": "red"} in told["lines"]  # fmt: skip
    assert told["not_judged"]["money"] == ["P2", "P3"]
    assert told["rules"]["start"] == [1.0, 3.0]


def test_a_user_s_rules_hold_and_a_region_picks_projects_and_lines(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    (home / "overdue_rules.toml").write_text("[start]\nred_months = 9\n", encoding="utf-8")
    told = shanhai("overdue", *DAY, "--json").json
    assert {p["project_id"]: p["light"] for p in told["projects"] if p["what"] == "start"} == {
        "P2": "yellow"
    }
    # A path longer than the page is cut into lines.
    assert str(home / "overdue_rules.toml") in "".join(shanhai("overdue", *DAY).out.split())
    other = shanhai("overdue", *DAY, "--region", "丽水市", "--json").json
    assert other["projects"] == other["problems"] == []
    assert {line["underdeveloped"] for line in other["lines"]} == {"331100"}
    (home / "overdue_rules.toml").write_text("[start]\nred = 9\n", encoding="utf-8")
    refused = shanhai("overdue", *DAY)
    assert refused.status == 2 and "start.red" in refused.err


def test_the_brief_has_progress_problems_and_what_comes_next(tmp_path: Path) -> None:
    told = shanhai("brief", "萧山区", "江山市", *DAY, "--json").json
    assert told["paired"] is True
    assert told["rates"]["project_ids"] == ["P1", "P2", "P3"]
    assert told["visits"] == [{"date": "2006-06-01", "kind": "high_level", "note": None}]
    assert [(n["what"], n["project_id"]) for n in told["next"]] == [
        ("completion", "P1"), ("answer", "P2"),
    ]  # fmt: skip
    files = [tmp_path / "a.docx", tmp_path / "b.docx"]
    for file in files:
        assert shanhai("brief", "杭州市", "衢州市", *DAY, "--out", file).status == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    written = docx.Document(str(files[0]))
    headings = [p.text for p in written.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings[0] == "一、进展" and "三、下一步（三个月内）" in headings
    assert any("用电增容未批" in cell.text for t in written.tables for r in t.rows
               for cell in r.cells)  # fmt: skip


def test_two_that_are_not_paired_are_told_so() -> None:
    found = shanhai("brief", "义乌市", "江山市", *DAY)
    assert found.status == 0 and "没有结对关系" in found.out
    assert shanhai("brief", "江山市", "江山市").status == 2


def test_the_supervision_report_is_whole_and_not_ahead_of_its_time(tmp_path: Path) -> None:
    file = tmp_path / "r.docx"
    done = shanhai("report", "supervision", "--year", "2006", "--out", file, "--json")
    assert done.json == {"kind": "supervision", "year": 2006, "file": str(file)}
    text = "\n".join(p.text for p in docx.Document(str(file)).paragraphs)
    assert "登记项目 3 个" in text and "红灯项目 2 个" in text
    book = tmp_path / "r.xlsx"
    assert shanhai("report", "supervision", "--year", "2006", "--out", book, lang="en").status == 0
    assert openpyxl.load_workbook(book).sheetnames[:2] == ["Overview", "Progress in 2006"]
    late = shanhai("report", "supervision", "--year", "2099", "--out", file)
    assert late.status == 2 and "2099" in late.err


@pytest.mark.parametrize(("year", "within"), [("2006", True), ("2005", False)])
def test_a_report_of_a_year_outside_the_plan_says_that_it_has_no_targets(
    tmp_path: Path, year: str, within: bool
) -> None:
    file = tmp_path / "r.docx"
    assert shanhai("report", "supervision", "--year", year, "--out", file).status == 0
    text = "\n".join(p.text for p in docx.Document(str(file)).paragraphs)
    assert ("不在规划年份（2006—2010）之内" in text) is not within


def test_the_terminal_stays_within_100_columns_and_in_its_language() -> None:
    for command in (("overdue",), ("brief", "杭州市", "衢州市")):
        for lang in ("zh", "en"):
            done = shanhai(*command, *DAY, lang=lang)
            assert (done.status, done.err) == (0, "")
            assert max(cell_len(line) for line in done.out.splitlines()) <= 100
            if lang == "en":
                names = re.sub("用电增容未批|县供电局|招工不满|一期|二期|合办", "", done.out)
                assert not re.search("[一-鿿]", names)


def test_a_project_that_nobody_dated_can_be_late_and_have_problems(store_url: str) -> None:
    rows: dict[str, list[dict[str, Value]]] = {
        "projects": [{"id": "P9", "name": "未填签约日期", "enterprise_ids": ("E1",),
                      "resource_id": "R1", "planned_start": date(2006, 6, 1)}],
        "problems": [{"id": "W9", "project_id": "P9", "raised_on": date(2006, 6, 1),
                      "text": "迟迟未动工", "due_on": date(2006, 7, 1)}],
    }  # fmt: skip
    Store.open(store_url).write({n: Table.from_rows(n, found) for n, found in rows.items()})
    told = shanhai("overdue", *DAY, "--json").json
    lights = {(p["project_id"], p["what"]): p["light"] for p in told["projects"]}
    assert lights["P9", "start"] == "red"
    assert {p["id"]: p["light"] for p in told["problems"]}["W9"] == "red"
    assert "P9" in told["not_judged"]["completion"] and "P9" in told["not_judged"]["money"]
    brief = shanhai("brief", "萧山区", "江山市", *DAY, "--json").json
    # In a cut-off by signing it has no place.
    assert brief["rates"]["project_ids"] == ["P1", "P2", "P3"]
    assert "W9" in {p["id"] for p in brief["behind"]["problems"]}


def test_a_brief_is_the_same_whichever_side_is_named_first() -> None:
    one, other = (shanhai("brief", *ends, *DAY) for ends in (
        ("萧山区", "江山市"), ("江山市", "萧山区")
    ))  # fmt: skip
    assert one.status == 0 and one.out == other.out


def test_the_brief_counts_the_projects_between_the_two_and_says_so() -> None:
    assert "两地之间的项目" in shanhai("brief", "萧山区", "江山市", *DAY).out
    assert "this line" in shanhai("brief", "萧山区", "江山市", *DAY, lang="en").out


def test_a_project_without_a_resource_is_told_beside_the_match(store_url: str) -> None:
    # P4 of E2 lies in the county of R2, names no resource and was signed on 2007-01-05.
    place: Row = {"id": "R2", "name": "另一块地", "kind": "land", "region": JIANGSHAN}
    Store.open(store_url).write({"resources": Table.from_rows("resources", [place])})
    for day, told in (("2007-01-04", []), ("2007-01-05", ["E2"])):
        found = shanhai("match", "--resource", "R2", "--as-of", day, "--json").json
        having = [
            match["candidate_id"]
            for match in found["matches"]
            if "signed_there" in {caution["code"] for caution in match["cautions"]}
        ]
        assert having == told
