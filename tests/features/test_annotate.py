"""A refused file once more: the same cells, the findings beside them, in a workbook that opens."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from features import annotate, ingest, map_file, map_reader
from features.findings import Finding, FindingsError
from features.ingest import EmptyStore
from features.language import LANGUAGES, say
from features.propose_map import propose_map
from tests.features.test_map_reader import sheet
from tests.features.ugly_workbooks import UGLY, Ugly


def refusal(action: Any) -> FindingsError:
    with pytest.raises(FindingsError) as error:
        action()
    return error.value


def coloured(page: Any) -> dict[str, str]:
    """Cell → comment, of every cell that is coloured."""
    return {
        cell.coordinate: cell.comment.text if cell.comment else ""
        for row in page.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid"
    }


HEAD = ("编号", "名称", "类别", "所在地", "土地面积", "起始日期")


def test_findings_of_an_ordinary_import_stand_beside_their_cells(tmp_path: Path) -> None:
    day = dt.datetime(2008, 3, 1)
    rows = [
        HEAD,
        ("R1", "甲", "土地", "江山市", "约5", day),
        ("R2", "乙", "土地", "桐芦县", 7.25, None),
    ]
    file = sheet(tmp_path, *rows, name="resources")
    error = refusal(lambda: ingest.read([file], references=EmptyStore()))
    out = tmp_path / "批注.xlsx"
    annotate.write([file], error.findings, error.total, out, lang="zh")
    book = openpyxl.load_workbook(out)
    page, listed = book.worksheets
    assert page.title == "resources"
    marks = coloured(page)
    assert set(marks) == {"E2", "D3"}
    assert all(any(f.message["zh"] in said for f in error.findings) for said in marks.values())
    assert [c.value for c in page[3]][:5] == ["R2", "乙", "土地", "桐芦县", 7.25]
    assert page["F2"].value == day
    links = [listed.cell(r, 1).hyperlink.location for r in (4, 5)]  # type: ignore[union-attr]
    assert links == ["'resources'!E2", "'resources'!D3"]
    assert [listed.cell(r, 9).value for r in (4, 5)] == [f.code for f in error.findings]


@pytest.mark.parametrize("ugly", UGLY[:8], ids=lambda ugly: ugly.name)
def test_the_copy_has_the_same_cells_and_opens_in_two_readers(ugly: Ugly, tmp_path: Path) -> None:
    file = ugly.write(tmp_path)
    document = propose_map(file, references=EmptyStore()).document
    table = document["tables"][0]
    document["tables"] = [table]
    document["confirmed"] = True
    table.pop("skip_rows", None)
    table["last_row"] = None
    for said in table["columns"].values():
        said.pop("words", None)
        said.pop("fill_down", None)
    try:
        map_reader.read(file, map_file.parse(document), references=EmptyStore())
        findings: list[Finding] = []
    except FindingsError as error:
        findings = error.findings
    out = tmp_path / "批注.xlsx"
    annotate.write([file], findings, len(findings), out, lang="en")
    before, after = openpyxl.load_workbook(file), openpyxl.load_workbook(out)
    assert after.sheetnames == [*before.sheetnames, say("annotate.sheet", "en")]
    for page in before.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.value not in (None, ""):
                    assert after[page.title][cell.coordinate].value == cell.value
    marks = coloured(after[table["sheet"]])
    assert set(marks) == {f.cell for f in findings if f.cell and f.sheet == table["sheet"]}
    sheets = CalamineWorkbook.from_path(str(out)).sheet_names
    assert sheets == after.sheetnames


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_csv_file_can_be_had_back_as_a_workbook(tmp_path: Path, lang: Any) -> None:
    file = tmp_path / "resources.csv"
    file.write_text("id,name,kind,region\nR1,=1+1,land,火星\n", "utf-8")
    error = refusal(lambda: ingest.read([file], references=EmptyStore()))
    out = tmp_path / "b.xlsx"
    annotate.write([file], error.findings, error.total, out, lang=lang)
    page = openpyxl.load_workbook(out)["resources"]
    assert coloured(page) == {"D2": error.findings[0].message[lang]}
    assert (page["B2"].value, page["B2"].data_type) == ("=1+1", "s") or page["B2"].quotePrefix


def test_a_file_that_cannot_be_opened_is_on_the_list_alone(tmp_path: Path) -> None:
    file = tmp_path / "resources.xlsx"
    file.write_bytes(b"PK\x03\x04 cut off")
    error = refusal(lambda: ingest.read([file], references=EmptyStore()))
    out = tmp_path / "b.xlsx"
    annotate.write([file], error.findings, error.total, out)
    assert len(openpyxl.load_workbook(out).sheetnames) == 1


def test_the_copy_is_the_same_bytes_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1204329600")
    file = sheet(tmp_path, HEAD, ("R1", "甲", "土地", "江山市", "约5"), name="resources")
    error = refusal(lambda: ingest.read([file], references=EmptyStore()))
    made = []
    for name in ("a.xlsx", "b.xlsx"):
        annotate.write([file], error.findings, error.total, tmp_path / name)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
