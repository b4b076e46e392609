"""``shanhai export`` and ``template`` write what ``import`` reads back unchanged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from api.store import Store
from features.schema import TABLES
from features.tables import Table
from running import shanhai


@pytest.fixture(autouse=True)
def filled(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with some rows in most tables."""
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)
    store = Store.open(store_url)
    store.write(
        {
            "enterprises": Table.from_rows("enterprises", [
                {"id": "E-1", "name": "=1+1", "region": "330109", "industry": "1761",
                 "intents": ("invest", "hire"), "budget_wan": 0.1 + 0.2, "employees": 0,
                 "available_from": date(2008, 2, 29), "phone": "0571-1", "x_a": 1.5, "x_b": "高"},
                {"id": "E-2", "name": "乙\n厂", "kind": "merchant", "description": '引号"，逗号,'},
            ]),
            "resources": Table.from_rows("resources", [
                {"id": "R-1", "name": "地", "kind": "land", "region": "330127",
                 "industries": ("17", "18"), "capacity": 3, "subsidy_rate": 0.03},
            ]),
            "outcomes": Table.from_rows("outcomes", [
                {"enterprise_id": "E-1", "resource_id": "R-1", "date": date(2008, 3, 1),
                 "stage": "signed", "amount_wan": 2600.0},
            ]),
            "projects": Table.from_rows("projects", [
                {"id": "P-1", "name": "项目", "enterprise_ids": ("E-1",), "resource_id": "R-1",
                 "criteria": (("technology", 8.0), ("jobs", 6.5)), "signed_on": date(2008, 3, 1)},
            ]),
        }
    )  # fmt: skip
    return store


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_of_every_table_is_read_back_unchanged(
    filled: Store, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.usecases import exporting, importing

    before = filled.tables(TABLES)
    files = [tmp_path / f"{name}.{ending}" for name in TABLES if len(before[name])]
    for file in files:
        exporting.run(filled, file.stem, file)
    counts = importing.run(filled, files).counts
    assert set(counts) == {file.stem for file in files}
    for name, count in counts.items():
        assert count == {"added": 0, "changed": 0, "same": len(before[name])}
    assert filled.tables(TABLES) == before
    empty = Store.open(f"sqlite:///{tmp_path}/other/new.db", create=True)
    importing.run(empty, files)
    assert empty.tables(TABLES) == before


def test_the_format_is_what_the_ending_says_or_what_is_asked_for(tmp_path: Path) -> None:
    report = shanhai("export", "enterprises", "--out", tmp_path / "a.xlsx", "--json")
    assert report.json == {
        "table": "enterprises", "file": str(tmp_path / "a.xlsx"), "rows": 2
    }  # fmt: skip
    assert (tmp_path / "a.xlsx").read_bytes()[:2] == b"PK"
    done = shanhai("export", "enterprises", "--format", "csv", "--out", tmp_path / "b.data")
    assert done.status == 0 and "2 行" in done.out
    assert (tmp_path / "b.data").read_bytes().startswith("﻿id,name".encode())


def test_the_same_store_is_exported_as_the_same_bytes(tmp_path: Path) -> None:
    for place, zone in (("a", "Asia/Shanghai"), ("b", "America/New_York")):
        for ending in ("csv", "xlsx"):
            out = tmp_path / f"{place}.{ending}"
            shanhai("export", "enterprises", "--out", out, TZ=zone, SOURCE_DATE_EPOCH="1234567890",
                    PYTHONHASHSEED=str(ord(place)))  # fmt: skip
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_failed_export_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    out.write_text("precious")
    assert shanhai("export", "nothing", "--out", out).status == 2
    assert out.read_text() == "precious"
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["a.csv"]


@pytest.mark.parametrize("table", TABLES)
def test_a_template_of_every_table_can_be_imported_as_it_is(
    filled: Store, table: str, tmp_path: Path
) -> None:
    from api.usecases import importing, template

    out = tmp_path / "空白.xlsx"
    template.run(table, out)
    assert sum(sum(c.values()) for c in importing.run(filled, [out]).counts.values()) == 0


def test_the_pairing_graph_is_written_in_each_format(tmp_path: Path) -> None:
    for ending in ("graphml", "gexf", "html"):
        out = tmp_path / f"g.{ending}"
        done = shanhai("graph", "--out", out, "--as-of", "2008-12-31", "--json")
        assert (done.status, done.err) == (0, "")
        assert done.json["lines"] > 100 and done.json["as_of"] == "2008-12-31"
        assert "330127" in out.read_text(encoding="utf-8")
    assert shanhai("graph", "--out", tmp_path / "g.txt").status == 2
    assert shanhai("graph", "--out", tmp_path / "g.html", "--pairing", "none").status == 2
