"""``shanhai targets`` as its users run it, and the register out and in again."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from rich.cells import cell_len

from api.store import Store
from api.usecases import exporting, importing, ranking
from api.usecases import targets as usecase
from made_registers import filled
from running import shanhai

CHINESE = re.compile("[一-鿿]")


@pytest.fixture(autouse=True)
def _store_of_the_command(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)


def test_rates_and_progress_in_one_document_with_the_projects_behind_each(store_url: str) -> None:
    filled(store_url)
    told = shanhai("targets", "--as-of", "2006-12-31", "--json").json
    total = told["rates"]["total"]
    # P1 started and has 250 of 1000 + 500; P3 has aid: 2 of 3 honoured; P4 comes later.
    assert (total["fulfilment_rate"], total["start_rate"]) == (round(2 / 3, 6), round(1 / 3, 6))
    assert total["funds_in_place_rate"] == round(250 / 1500, 6)
    assert (total["aid_wan"], total["missing"]) == (40.0, {"agreed_wan": 1.0, "funds": 2.0})
    assert total["project_ids"] == ["P1", "P2", "P3"]
    assert {row["year"]: row["projects"] for row in told["rates"]["by"]["year"]} == {"2006": 3.0}
    targets = {(row["indicator"], row["last_year"]): row for row in told["targets"]}
    assert targets["cooperation_projects", 2006]["project_ids"] == ["P1", "P2"]
    assert targets["cooperation_projects", 2006]["target"] == 300.0
    assert targets["social_projects", 2006]["reached"] == 1.0
    assert targets["cooperation_amount", 2010]["target"] == 150.0
    assert targets["industrial_value_added_share", 2010]["reached"] is None
    assert told["published"]["start_rate"] == 0.85


def test_the_end_of_2005_shows_the_rate_that_the_plan_sets_out_to_raise(store_url: str) -> None:
    told = shanhai("targets", "--as-of", "2005-12-31", "--json").json
    # 265.65 of 860.9 亿.
    assert round(told["published"]["funds_in_place_rate"], 3) == 0.309
    assert "30.9%" in shanhai("targets", "--as-of", "2005-12-31").out


def test_lines_split_a_project_of_two_firms_and_filters_count(store_url: str) -> None:
    filled(store_url)
    told = shanhai("targets", "--as-of", "2006-12-31", "--by", "line", "--json").json
    assert told["targets"] == []
    lines = {row["developed"]: row["projects"] for row in told["rates"]["by"]["line"]}
    assert lines == {"330109": 2.5, "330603": 0.5}
    of_campaign = shanhai("targets", "--as-of", "2006-12-31", "--campaign", "百村", "--json").json
    assert of_campaign["rates"]["total"]["project_ids"] == ["P1"]
    assert of_campaign["filters"] == {"campaign": "百村"}
    only = shanhai("targets", "--as-of", "2006-12-31", "--region", "衢州市", "--developed",
                   "绍兴县", "--projects", "--json").json  # fmt: skip
    assert [p["id"] for p in only["projects"]] == ["P3"]
    assert only["projects"][0]["agreed_wan"] is None


def test_the_terminal_stays_within_100_columns_in_both_languages(store_url: str) -> None:
    filled(store_url)
    for lang in ("zh", "en"):
        done = shanhai("targets", "--as-of", "2006-12-31", "--split", "county", "--definitions",
                       "--by", "line", "--projects", lang=lang)  # fmt: skip
        assert (done.status, done.err) == (0, "")
        assert max(cell_len(line) for line in done.out.splitlines()) <= 100
    whole = shanhai("targets", "--as-of", "2006-12-31", "--split", "county", "--definitions",
                    lang="en").out  # fmt: skip
    assert max(cell_len(line) for line in whole.splitlines()) <= 100
    assert not CHINESE.search(whole)


def test_csv_holds_figures_in_full_and_the_workbook_numbers_and_how_it_was_made(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(store_url)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1200000000")
    ask = ("targets", "--as-of", "2006-12-31", "--by", "region", "--projects")
    written = shanhai(*ask, "--format", "csv").out
    (row,) = csv.DictReader(io.StringIO(written.lstrip("﻿")))
    assert (row["region"], row["projects"], row["in_place_wan"]) == ("江山市", "3", "250")
    assert float(row["start_rate"]) == pytest.approx(1 / 3)
    assert "2006-12-31" in row["about"]
    files = [tmp_path / name for name in ("a.xlsx", "b.xlsx")]
    for file in files:
        assert shanhai(*ask, "--out", file).status == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    book = openpyxl.load_workbook(files[0])
    assert book.sheetnames == ["按受援县（市、区）", "四率总表", "项目明细", "说明"]
    cells = [cell.value for cell in book.worksheets[0][2]]
    assert cells[:2] == ["江山市", 3]
    assert cells[2] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--by", "county"], "region"), (["--campaign", "千村"], "百村"),
        (["--park", "x"], "没有叫“x”的园区"), (["--region", "桐芦县"], "桐庐县"),
        (["--out", "a.pdf"], ".xlsx"), (["--format", "xlsx"], "--out"),
        (["--programme", "farming"], "rural"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_with_what_is(
    store_url: str, arguments: list[str], said: str
) -> None:
    filled(store_url)
    done = shanhai("targets", "--as-of", "2006-12-31", *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err and len(done.err.strip().splitlines()) == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_two_projects_of_a_pair_and_one_of_two_firms_come_back_from_an_export(
    store_url: str, tmp_path: Path, form: str
) -> None:
    store = filled(store_url)
    before = usecase.run(store, by=["line"]).cuts["line"]
    for name in ("projects", "funds", "problems", "visits"):
        exporting.run(store, name, tmp_path / f"{name}.{form}", None)
    counts = importing.run(store, [tmp_path]).counts
    assert all(part["added"] == part["changed"] == 0 for part in counts.values()), counts
    for name, keys in (("problems", ["W1", "W2", "W3"]), ("funds", ["F1", "F2", "F3"]),
                       ("projects", ["P1", "P2", "P3", "P4"])):  # fmt: skip
        for key in keys:
            store.delete(name, key)
    importing.run(store, [tmp_path])
    assert usecase.run(store, by=["line"]).cuts["line"] == before
    assert len(before) == 2 and before[0].ids == ("P1", "P2", "P3")


def test_the_register_uses_places_and_ended_projects_give_them_back(store_url: str) -> None:
    store = filled(store_url)
    built = ranking.build(Store.open(store_url))
    assert built.limits.capacity_left.tolist() == [1]  # 4 less P1, P2, P3; P4 names no resource
    assert len(store.table("projects")) == 4


@pytest.mark.parametrize("option", ["--year", "--signed-in"])
@pytest.mark.parametrize("year", ["0", "-5", "1899", "2101", "99999"])
def test_a_year_that_cannot_be_is_refused_in_both_languages(option: str, year: str) -> None:
    for lang in ("zh", "en"):
        done = shanhai("targets", option, year, lang=lang)
        assert done.status == 2 and option in done.err and year in done.err and "2100" in done.err
