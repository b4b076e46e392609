"""``shanhai duplicates`` as its user runs it: find, approve in a file, merge, undo."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from api.errors import UsageError
from api.store import Store
from api.usecases import duplicates, exporting, importing
from api.usecases.naming import row_id
from features.findings import FindingsError
from features.tables import Table
from running import shanhai

ROWS = """id,name,region,industry,employees
E-1,浙江宏达纺织有限公司,萧山区,17,
E-2,宏达纺织,萧山区,17,120
E-3,浙江鸿达纺织有限公司,杭州市,17,90
E-4,浙江宏达纺织有限公司宁波分公司,鄞州区,17,
E-5,浙江瑞丰化工有限公司,鄞州区,26,
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    file = tmp_path / "enterprises.csv"
    file.write_text(ROWS, encoding="utf-8")
    importing.run(Store.open(create=True), [file])
    return tmp_path


def _ids() -> list[str]:
    return [str(i) for i in Store.open().table("enterprises")["id"]]


def _write(file: Path, rows: list[dict[str, str]]) -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[-1]))
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def _refused(file: Path) -> str:
    with pytest.raises(FindingsError) as refused:
        duplicates.merge(Store.open(), file)
    assert len(_ids()) == 5
    return " ".join(finding.message["zh"] for finding in refused.value.findings)


def test_pairs_come_with_their_evidence(home: Path) -> None:
    found = shanhai("duplicates", "--json").json["pairs"]
    assert {(p["a"], p["b"]) for p in found} == {("E-1", "E-2"), ("E-1", "E-3"), ("E-2", "E-3")}
    assert all(0.5 <= p["score"] <= 1 and p["evidence"] for p in found)
    english = shanhai("duplicates", "--lang", "en")
    assert "the same region (Xiaoshan District)" in " ".join(english.out.split())
    assert "E-4" not in english.out


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_file_it_writes_is_the_file_it_merges_by(home: Path, ending: str) -> None:
    store, file = Store.open(), home / f"对.{ending}"
    exporting.run(store, "enterprises", home / "before.csv")
    duplicates.write(duplicates.find(store), file)
    with pytest.raises(UsageError):  # nothing is approved yet
        duplicates.merge(store, file)
    _approve(file)
    assert "2 条" in shanhai("duplicates", "--merge", file, "--dry-run").out
    assert len(_ids()) == 5
    merged = shanhai("duplicates", "--merge", file, "--json").json
    assert merged["merged"] == {"E-2": "E-1", "E-3": "E-1"}
    assert _ids() == ["E-1", "E-4", "E-5"]
    with pytest.raises(FindingsError, match="already"):
        duplicates.merge(store, file)
    assert shanhai("duplicates", "--undo").status == 0
    exporting.run(store, "enterprises", home / "after.csv")
    assert (home / "before.csv").read_bytes() == (home / "after.csv").read_bytes()
    assert shanhai("duplicates", "--undo").status == 2


def _approve(file: Path) -> None:
    """Say yes in every row, and that one entry stays throughout."""
    if file.suffix == ".xlsx":
        book = openpyxl.load_workbook(file)
        for row in book.worksheets[0].iter_rows(min_row=2):
            row[0].value, row[1].value = "是", "E-1"
        book.save(file)
        return
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    for row in rows:
        row["合并"], row["保留"] = "是", "E-1"
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8")


def test_contradictory_cells_are_told(home: Path) -> None:
    done = shanhai("duplicates", "--merge", _write(home / "m.csv", [{"a": "E-2", "b": "E-3"}]))
    assert done.status == 0
    assert "职工人数" in done.err and "120" in done.err and "90" in done.err


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"merge": "也许", "keep": "E-1", "a": "E-1", "b": "E-2"}, "看不懂"),
        ({"merge": "是", "keep": "E-1", "a": "E-1", "b": "E-9"}, "没有编号“E-9”"),
        ({"merge": "是", "keep": "E-3", "a": "E-1", "b": "E-2"}, "之一"),
        ({"merge": "是", "keep": "", "a": "E-1", "b": "E-1"}, "同一个"),
        ({"合并": "是", "名称": "甲"}, "没有合并用的列"),
    ],
)
def test_a_row_at_fault_is_told_and_nothing_is_merged(
    home: Path, row: dict[str, str], told: str
) -> None:
    good = {"merge": "yes", "keep": "E-1", "a": "E-1", "b": "E-2"}
    assert told in _refused(_write(home / "m.csv", [row] if "合并" in row else [good, row]))


def test_a_finding_names_the_column_as_the_file_does(home: Path) -> None:
    rows = [{"编号甲": "E-1", "编号乙": "E-2", "合并": "也许"}]
    file = _write(home / "m.csv", rows)
    done = shanhai("duplicates", "--merge", file)
    assert done.status == 2 and "合并" in done.err and "merge" not in done.err
    (finding,) = shanhai("duplicates", "--merge", file, "--json").json["findings"]
    assert (finding["row"], finding["column"], finding["value"]) == (2, "merge", "也许")


def test_rows_that_do_not_agree_on_what_stays_are_told(home: Path) -> None:
    rows = [{"merge": "1", "keep": keep, "a": a, "b": b}
            for keep, a, b in (("E-1", "E-1", "E-2"), ("E-3", "E-2", "E-3"))]  # fmt: skip
    assert "E-1, E-2, E-3" in _refused(_write(home / "m.csv", rows))
    for agreed in ("E-2", "E-1"):  # 3 into 2 and 2 into 1, or both into 1
        rows[1]["keep"] = agreed
        duplicates.merge(Store.open(), _write(home / "m.csv", rows))
        assert Store.open().merged_into() == {"E-2": "E-1", "E-3": "E-1"}
        duplicates.undo(Store.open())


def test_an_id_that_went_into_another_is_told_where_to(home: Path) -> None:
    duplicates.merge(Store.open(), _write(home / "m.csv", [{"a": "E-1", "b": "E-2"}]))
    with pytest.raises(UsageError, match="'E-2' went into E-1"):
        row_id(Store.open(), "enterprises", "E-2")


def test_an_import_says_of_an_id_that_went_into_another_what_it_is_now(
    home: Path, tmp_path: Path
) -> None:
    duplicates.merge(Store.open(), _write(home / "m.csv", [{"a": "E-1", "b": "E-2"}]))
    wishes = tmp_path / "interests.csv"
    wishes.write_text("side,id,target,level\nenterprise,E-2,江山市,no\n", encoding="utf-8")
    met = tmp_path / "projects.csv"
    met.write_text("id,name,enterprise_ids,region\nP-1,甲,E-2,江山市\n", encoding="utf-8")
    with pytest.raises(FindingsError) as refused:
        importing.run(Store.open(), [wishes, met])
    said = [(f.code, f.column, f.message["en"]) for f in refused.value.findings]
    assert {(code, column) for code, column, _ in said} == {
        ("merged_reference", "id"), ("merged_reference", "enterprise_ids"),
    }  # fmt: skip
    assert all("'E-2' went into E-1; use that id" in message for *_, message in said)


def test_an_import_that_enters_a_merged_entry_again_warns_of_it(home: Path) -> None:
    duplicates.merge(Store.open(), _write(home / "m.csv", [{"a": "E-1", "b": "E-2"}]))
    again = importing.run(Store.open(), [home / "enterprises.csv"])
    (warning,) = again.findings
    assert (warning.code, warning.level, warning.value) == ("merged_away", "warning", "E-2")
    assert again.counts["enterprises"]["added"] == 1
    # Once it is there again, nothing more is to be said.
    assert importing.run(Store.open(), [home / "enterprises.csv"]).findings == []


def test_undoing_is_refused_over_a_later_edit(home: Path) -> None:
    duplicates.merge(Store.open(), _write(home / "m.csv", [{"a": "E-1", "b": "E-2"}]))
    Store.open().write({"enterprises": Table("enterprises", {"id": ["E-1"], "founded": [1990]})})
    done = shanhai("duplicates", "--undo", lang="en")
    assert done.status == 2 and "'E-1'" in done.err and "changed" in done.err


@pytest.mark.parametrize(
    "words",
    [["--undo", "--merge", "x.csv"], ["--undo", "--out", "x.csv"], ["--out", "x.txt"],
     ["--merge", "none.csv"]],
)  # fmt: skip
def test_what_does_not_go_together_is_wrong_usage(home: Path, words: list[str]) -> None:
    assert shanhai("duplicates", *words).status == 2
