"""``shanhai import --propose-map``, ``--map`` and ``--annotate`` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from rich.cells import cell_len

from api.store import Store
from running import shanhai
from tests.features.ugly_workbooks import UGLY

ENTERPRISES = next(ugly for ugly in UGLY if ugly.name == "企业摸底")


@pytest.fixture(autouse=True)
def _store_of_the_command(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)
    shanhai("init")


def _confirm(file: Path) -> None:
    document = json.loads(file.read_text("utf-8"))
    document["confirmed"] = True
    file.write_text(json.dumps(document, ensure_ascii=False), "utf-8")


def test_a_workbook_is_proposed_for_confirmed_and_imported_and_again_changes_nothing(
    tmp_path: Path, store_url: str
) -> None:
    file, out = ENTERPRISES.write(tmp_path), tmp_path / "图.json"
    done = shanhai("import", "--propose-map", file, "--out", out)
    assert done.status == 0 and "核对" in done.out and "约3000" in done.out
    assert all(cell_len(line) <= 100 for line in done.out.splitlines())
    refused = shanhai("import", "--map", out, file, "--json")
    assert refused.status == 2 and not refused.json["ok"]
    assert {f["code"] for f in refused.json["findings"]} == {"map_unconfirmed"}
    assert len(Store.open(store_url).table("enterprises")) == 0
    _confirm(out)
    added = shanhai("import", "--map", out, file, "--json").json["counts"]
    assert added == {"enterprises": {"added": 4, "changed": 0, "same": 0}}
    again = shanhai("import", "--map", out, file, "--json").json["counts"]
    assert again == {"enterprises": {"added": 0, "changed": 0, "same": 4}}
    rows = {row["name"]: row for row in Store.open(store_url).table("enterprises").rows()}
    assert rows["甲纺织有限公司"]["revenue_wan"] == 11000.0


def test_columns_that_another_sheet_of_the_same_table_lacks_are_left_as_they_are(
    tmp_path: Path, store_url: str
) -> None:
    (tmp_path / "resources.csv").write_text(
        "id,name,kind,region,contact\nR1,甲,land,江山,王五\n", "utf-8"
    )
    assert shanhai("import", tmp_path / "resources.csv").status == 0
    file = tmp_path / "两表.csv"
    file.write_text("id,名,亩\nR1,甲,5\nid,名,人\nR2,乙,7\n", "utf-8")
    base = {"id": "A", "name": "B", "kind": {"value": "land"}, "region": {"value": "江山"}}
    tables = [
        {"table": "resources", "header_rows": [1], "last_row": 2,
         "columns": {**base, "land_mu": "C"}},
        {"table": "resources", "header_rows": [3], "columns": {**base, "labour_supply": "C"}},
    ]  # fmt: skip
    out = tmp_path / "m.json"
    out.write_text(json.dumps({"tables": tables}), "utf-8")
    counts = shanhai("import", "--map", out, file, "--json").json["counts"]["resources"]
    assert counts == {"added": 1, "changed": 1, "same": 0}
    one, two = Store.open(store_url).table("resources").rows()
    assert (one["contact"], one["land_mu"], two["labour_supply"]) == ("王五", 5.0, 7)


def test_a_refused_workbook_can_be_had_back_with_the_findings_beside_the_cells(
    tmp_path: Path,
) -> None:
    file, out, back = ENTERPRISES.write(tmp_path), tmp_path / "m.json", tmp_path / "批注.xlsx"
    shanhai("import", "--propose-map", file, "--out", out)
    document = json.loads(out.read_text("utf-8"))
    del document["tables"][0]["columns"]["budget_wan"]["words"]
    out.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    _confirm(out)
    done = shanhai("import", "--map", out, file, "--annotate", back)
    assert done.status == 2 and back.name in done.err
    page = openpyxl.load_workbook(back)["Sheet1"]
    assert page["G4"].value == "约3000" and page["G4"].fill.fill_type == "solid"
    assert page["G4"].comment is not None and "约" in page["G4"].comment.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_wrong_usage_is_told(tmp_path: Path, lang: str) -> None:
    file = ENTERPRISES.write(tmp_path)
    out = tmp_path / "m.json"
    out.write_text("{}", "utf-8")
    wrong = [
        ["--propose-map", file],
        ["--propose-map", file, "--out", out],
        ["--propose-map", file, file, "--out", tmp_path / "n.json"],
        ["--propose-map", file, "--out", tmp_path / "n.json", "--map", out],
        ["--map", out, file, file],
        ["--map", tmp_path / "none.json", file],
        [file, "--out", out],
        [file, "--annotate", tmp_path / "a.txt"],
        [file, "--annotate", file],
    ]
    for arguments in wrong:
        done = shanhai("import", *arguments, lang=lang)
        assert (done.status, done.out) == (2, "") and done.err.strip(), arguments
    assert out.read_text("utf-8") == "{}"
    assert openpyxl.load_workbook(file).sheetnames == ["Sheet1"]
