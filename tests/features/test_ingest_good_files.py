"""Odd but good files: what is taken, compared cell by cell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from features import ingest
from features.tables import Value
from tests.features.good_cells import GOOD_CELLS
from tests.features.import_files import (
    ANOTHER,
    GOOD,
    Stored,
    csv_of,
    csv_text,
    file_of,
    packed,
    read,
    row_xml,
    rows_xml,
    sheet_xml,
    text_cell,
    workbook_of,
    workbook_parts,
)

_HEAD = "id,name,kind,region,industry\n"
_ROW = "E2,示例公司,company,萧山区,1761\n"
_READ: dict[str, Value] = {
    "id": "E2", "name": "示例公司", "kind": "company", "region": "330109", "industry": "1761",
}  # fmt: skip
_NAMES = ("id", "name", "kind", "region", "industry")
_CELLS = ("E2", "示例公司", "company", "萧山区", "1761")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(("table", "column", "written", "value"), GOOD_CELLS)
def test_an_odd_but_good_cell_is_read_as_meant(
    tmp_path: Path, table: str, column: str, written: str, value: Value, form: str
) -> None:
    row = GOOD[table] | ANOTHER[table] | {column: written}
    if form == "csv":
        path = csv_of(tmp_path, table, row)
    else:
        literal = written.replace("_x", "_x005F_x")
        cells = [literal if name == column else row[name] for name in row]
        path = workbook_of(tmp_path, table, [tuple(row), cells])
    batch = read(path)
    (got,) = batch.tables[table].rows()
    assert got[column] == value and type(got[column]) is type(value)
    assert batch.findings == []


def _one(path: Path, table: str = "enterprises") -> dict[str, Value]:
    (row,) = read(path).tables[table].rows()
    return row


@pytest.mark.parametrize(
    "content",
    [
        (_HEAD + _ROW).encode(),
        b"\xef\xbb\xbf" + (_HEAD + _ROW).encode(),
        (_HEAD + _ROW).encode("gb18030"),
        (_HEAD + _ROW).encode("gbk"),
        (_HEAD + _ROW).replace("\n", "\r\n").encode(),
        (_HEAD + _ROW).rstrip("\n").encode(),
        ("编号,名称,类别,所在地,行业代码\n" + _ROW).encode("gb18030"),
        ("编号,name,类别,region,行业代码\n" + _ROW).encode(),
        (" ID , Name ,ＫＩＮＤ,\u3000region,Industry code\n" + _ROW).encode(),
        ("\n\n,,,,\n" + _HEAD + "\n" + _ROW + "\n,,,,\n\n").encode(),
        ('"id","name","kind","region","industry"\n"E2","示例公司","company","萧山区","1761"').encode(),
        (_HEAD.strip() + ",,\n" + _ROW.strip() + ",,\n").encode(),
        (_HEAD + _ROW.strip() + ",,,\n").encode(),
        (_HEAD + " E2 ,\u3000示例公司,company , 萧山区, 1761\n").encode(),
        ("industry,region,kind,name,id\n1761,萧山区,company,示例公司,E2\n").encode(),
    ],
)  # fmt: skip
def test_a_csv_file_of_many_forms_is_the_same_table(tmp_path: Path, content: bytes) -> None:
    row = _one(file_of(tmp_path, "enterprises.csv", content))
    assert row == _READ


@pytest.mark.parametrize(
    "name", ["喆", "陶喆", "𠮷野家", "㐂", "Ω 公司", "（甲）—乙", "ＡＢＣ", "한국"]
)
def test_rare_signs_of_gb18030_are_read(tmp_path: Path, name: str) -> None:
    content = (_HEAD + _ROW.replace("示例公司", name)).encode("gb18030")
    assert _one(file_of(tmp_path, "enterprises.csv", content))["name"] == name


@pytest.mark.parametrize("name", ["enterprises.csv", "ENTERPRISES.CSV", "企业档案.csv"])
def test_a_file_is_named_by_table_or_label(tmp_path: Path, name: str) -> None:
    assert _one(file_of(tmp_path, name, _HEAD + _ROW)) == _READ


@pytest.mark.parametrize("sheet", ["enterprises", "企业档案", " Enterprises ", "Sheet1"])
def test_a_sheet_is_named_by_table_or_label_or_by_its_file(tmp_path: Path, sheet: str) -> None:
    parts = workbook_parts({sheet: sheet_xml(rows_xml([_NAMES, _CELLS])), "空": sheet_xml("")})
    assert _one(packed(tmp_path / "enterprises.xlsx", parts)) == _READ


def test_several_sheets_are_several_tables_and_others_are_listed(tmp_path: Path) -> None:
    resource = GOOD["resources"]
    parts = workbook_parts({
        "备注": sheet_xml(row_xml(1, ("请先阅读",))),
        "resources": sheet_xml(rows_xml([tuple(resource), tuple(resource.values())])),
        "企业档案": sheet_xml(rows_xml([_NAMES, _CELLS])),
    })  # fmt: skip
    batch = read(packed(tmp_path / "market.xlsx", parts))
    assert list(batch.tables) == ["enterprises", "resources"]
    assert batch.ignored == ["market.xlsx[备注]"]


def test_of_a_folder_only_files_named_as_tables_are_read(tmp_path: Path) -> None:
    csv_of(tmp_path, "enterprises", GOOD["enterprises"])
    file_of(tmp_path, "README.md", "x")
    file_of(tmp_path, "market.xlsx", "x")
    file_of(tmp_path, "~$enterprises.xlsx", "x")
    (tmp_path / "resources").mkdir()
    batch = read(tmp_path)
    assert list(batch.tables) == ["enterprises"]
    assert batch.ignored == ["README.md", "market.xlsx", "resources/", "~$enterprises.xlsx"]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "enterprises", GOOD["enterprises"])
    assert len(read(path, tmp_path, path).tables["enterprises"]) == 1


def test_files_of_one_table_are_joined(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = csv_of(tmp_path / "a", "enterprises", GOOD["enterprises"] | {"x_a": "1"})
    another = {"x_a": "甲"} | GOOD["enterprises"] | {"id": "E3"}
    other = csv_of(tmp_path / "b", "enterprises", another)
    table = read(one, other).tables["enterprises"]
    assert table["id"] == ["E2", "E3"] and table["x_a"] == ["1", "甲"]


def test_an_import_may_refer_to_itself_in_any_order_of_files(tmp_path: Path) -> None:
    outcomes = csv_of(tmp_path, "outcomes", GOOD["outcomes"] | {"enterprise_id": "E2"})
    enterprises = csv_of(tmp_path, "enterprises", GOOD["enterprises"])
    assert list(read(outcomes, enterprises).tables) == ["enterprises", "outcomes"]


def test_a_region_and_an_industry_of_ones_own_can_be_used_at_once(tmp_path: Path) -> None:
    csv_of(tmp_path, "regions", GOOD["regions"])
    csv_of(tmp_path, "industries", GOOD["industries"])
    own = {"region": "余干县", "industry": "1785"}
    csv_of(tmp_path, "enterprises", GOOD["enterprises"] | own)
    (row,) = read(tmp_path).tables["enterprises"].rows()
    assert (row["region"], row["industry"]) == ("361127", "1785")


def test_a_merchant_needs_no_region_and_an_institution_no_industry(tmp_path: Path) -> None:
    merchant = {"id": "E2", "name": "甲", "kind": "省外浙商", "region": "", "industry": ""}
    hospital = {"id": "E3", "name": "乙", "kind": "单位", "region": "萧山区", "industry": ""}
    table = read(csv_of(tmp_path, "enterprises", merchant, hospital)).tables["enterprises"]
    assert table["region"] == [None, "330109"]


def test_columns_may_be_left_out_of_a_row_that_is_stored(tmp_path: Path) -> None:
    table = read(csv_of(tmp_path, "enterprises", {"id": "E1", "name": "甲"})).tables["enterprises"]
    assert table.columns == {"id": ["E1"], "name": ["甲"]}


def test_a_header_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    assert len(read(file_of(tmp_path, "enterprises.csv", _HEAD)).tables["enterprises"]) == 0


def test_quoted_newlines_and_blank_records_keep_the_count_of_records(tmp_path: Path) -> None:
    rows = [_NAMES, ("E2", "甲\n乙", "company", "萧山区", "17")]
    content = csv_text(rows) + "\r\n" + csv_text([["E3", "丙", "company", "桐芦县", "17"]])
    path = file_of(tmp_path, "enterprises.csv", content)
    with pytest.raises(ingest.FindingsError) as caught:
        read(path)
    assert [f.row for f in caught.value.findings] == [4]


# --- workbooks -----------------------------------------------------------------------------

_FULL = (*_NAMES, "founded", "budget_wan", "confirmed_on", "phone")


@pytest.mark.parametrize(
    ("cell", "column", "value"),
    [
        ('<c r="H2" s="1"><v>39508</v></c>', "confirmed_on", dt.date(2008, 3, 1)),
        ('<c r="H2" s="2"><v>39508</v></c>', "confirmed_on", dt.date(2008, 3, 1)),
        ('<c r="H2" s="1"><v>1</v></c>', "confirmed_on", dt.date(1900, 1, 1)),
        ('<c r="H2" s="1"><v>59</v></c>', "confirmed_on", dt.date(1900, 2, 28)),
        ('<c r="H2" s="1"><v>61</v></c>', "confirmed_on", dt.date(1900, 3, 1)),
        ('<c r="H2"><v>20080301</v></c>', "confirmed_on", dt.date(2008, 3, 1)),
        ('<c r="H2" t="d"><v>2008-03-01T00:00:00</v></c>', "confirmed_on", dt.date(2008, 3, 1)),
        ('<c r="H2" t="str"><f>A1</f><v>2008/3/1</v></c>', "confirmed_on", dt.date(2008, 3, 1)),
        ('<c r="G2"><f>1+1</f><v>2</v></c>', "budget_wan", 2.0),
        ('<c r="G2" s="3"><v>2.5</v></c>', "budget_wan", 2.5),
        ('<c r="G2" s="99"><v>2.5</v></c>', "budget_wan", 2.5),
        ('<c r="G2" t="n"><v>1E-3</v></c>', "budget_wan", 0.001),
        ('<c r="G2" t="str"><f>""</f><v></v></c>', "budget_wan", None),
        ('<c r="G2"/>', "budget_wan", None),
        ('<c r="G2" t="inlineStr"><is><t>１,０００</t></is></c>', "budget_wan", 1000.0),
        ('<c r="G2" t="s"><v>0</v></c>', "budget_wan", 3000.0),
        ('<c r="F2"><v>1998</v></c>', "founded", 1998),
        ('<c r="F2"><v>1998.0</v></c>', "founded", 1998),
        ('<c r="I2"><v>13800000000</v></c>', "phone", "13800000000"),
        ('<c r="I2" t="inlineStr"><is><r><t>057</t></r><r><t>1</t></r><rPh><t>x</t></rPh></is></c>',
         "phone", "0571"),
        ('<c r="I2" t="b"><v>1</v></c>', "phone", "TRUE"),
    ],
)  # fmt: skip
def test_a_cell_of_a_workbook_is_read_by_its_type(
    tmp_path: Path, cell: str, column: str, value: Value
) -> None:
    others = ["", "", "", ""]
    others[_FULL.index(column) - 5] = cell
    rows = [_FULL, (*_CELLS, *others)]
    assert _one(workbook_of(tmp_path, "enterprises", rows, strings=["3000"]))[column] == value


def test_a_workbook_that_counts_from_1904_is_read_so(tmp_path: Path) -> None:
    rows = [_FULL, (*_CELLS, "", "", '<c r="H2" s="1"><v>38046</v></c>')]
    path = workbook_of(tmp_path, "enterprises", rows, flags='<workbookPr date1904="1"/>')
    assert _one(path)["confirmed_on"] == dt.date(2008, 3, 1)


def test_numbers_in_cells_of_ids_codes_and_regions_are_read_as_digits(tmp_path: Path) -> None:
    cells = ('<c r="A2"><v>12</v></c>', "甲", "", '<c r="D2"><v>330109</v></c>',
             '<c r="E2"><v>1761</v></c>')  # fmt: skip
    row = _one(workbook_of(tmp_path, "enterprises", [_NAMES, cells]))
    assert (row["id"], row["region"], row["industry"]) == ("12", "330109", "1761")


def test_rows_and_cells_without_references_are_counted(tmp_path: Path) -> None:
    names, cells = (
        "".join(text_cell("", written).replace(' r=""', "") for written in row)
        for row in (_NAMES, _CELLS)
    )
    xml = sheet_xml(f"<row>{names}</row><row/><row>{cells}</row>")
    assert _one(packed(tmp_path / "enterprises.xlsx", workbook_parts({"x": xml}))) == _READ


def test_a_workbook_with_prefixed_names_is_read(tmp_path: Path) -> None:
    parts = workbook_parts({"enterprises": sheet_xml(rows_xml([_NAMES, _CELLS]))})
    for name in ("xl/worksheets/s1.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        parts[name] = (
            parts[name].replace("xmlns=", "xmlns:x=").replace("</", "</x:").replace("<x:/", "</")
        )
        body = parts[name].split("\n", 1)
        parts[name] = (
            body[0]
            + "\n"
            + "".join(
                f"<{'' if part[:1] == '/' else 'x:'}{part}" for part in body[1].split("<")[1:]
            )
        )
    assert _one(packed(tmp_path / "enterprises.xlsx", parts)) == _READ


def test_leading_empty_rows_are_passed_over(tmp_path: Path) -> None:
    assert _one(workbook_of(tmp_path, "enterprises", [_NAMES, _CELLS], first=7)) == _READ


# --- warnings: taken, but said --------------------------------------------------------------


def _warned(path: Path) -> list[tuple[str, int | None, str | None, str]]:
    findings = read(path).findings
    for finding in findings:
        assert finding.message["zh"] and finding.message["en"]
    return [(f.code, f.row, f.column, f.level) for f in findings]


def test_a_code_that_lost_its_zero_in_a_number_cell_is_restored_and_said(tmp_path: Path) -> None:
    path = workbook_of(tmp_path, "enterprises", [_NAMES, (*_CELLS[:4], '<c r="E2"><v>1</v></c>')])
    assert _warned(path) == [("zero_restored", 2, "industry", "warning")]
    assert _one(path)["industry"] == "01"


def test_a_code_that_may_have_lost_its_zero_is_said(tmp_path: Path) -> None:
    path = workbook_of(tmp_path, "enterprises", [_NAMES, (*_CELLS[:4], '<c r="E2"><v>511</v></c>')])
    assert _warned(path) == [("zero_maybe_lost", 2, "industry", "warning")]


@pytest.mark.parametrize(
    ("table", "column", "written", "code"),
    [
        ("enterprises", "confirmed_on", "2008-03-01 14:30", "time_dropped"),
        ("enterprises", "skills", "缝纫工、挡车工", "list_separator"),
        ("enterprises", "name", "示例\ufffd公司", "replacement_character"),
        ("outcomes", "x_a", "1", "own_column_ignored"),
        ("parks", "filled_mu", "9", "fuller_than_full"),
    ],
)
def test_what_is_harmless_is_taken_with_a_warning(
    tmp_path: Path, table: str, column: str, written: str, code: str
) -> None:
    row = GOOD[table] | {column: written}
    if table == "parks":
        row["area_mu"] = "8"
    (warning,) = read(csv_of(tmp_path, table, row)).findings
    assert (warning.code, warning.column, warning.level) == (code, column, "warning")
    assert written in warning.message["zh"] or column in warning.message["zh"]


class _Dated(Stored):
    """A store on a day, with one signature."""

    today = dt.date(2009, 6, 30)

    def __init__(self, *signed: tuple[str, str]) -> None:
        self._signed = frozenset(signed)

    def signed(self) -> frozenset[tuple[str, str]]:
        return self._signed


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"date": "2009-07-01"}, "date", "still_to_come"),
        ({"date": "1908-03-01"}, "date", "implausible_year"),
        ({"amount_wan": "5", "funded_wan": "900"}, "funded_wan", "funded_above_agreed"),
        ({"stage": "failed"}, "stage", "ended_unsigned"),
        ({"date": "2009-06-30", "amount_wan": "5", "funded_wan": "9"}, None, None),
    ],
)
def test_an_outcome_that_can_hardly_be_so_is_taken_with_a_warning_that_says_what_to_do(
    tmp_path: Path, cells: dict[str, str], column: str | None, code: str | None
) -> None:
    path = csv_of(tmp_path, "outcomes", GOOD["outcomes"] | cells)
    batch = ingest.read([path], references=_Dated())
    found = [(f.code, f.row, f.column, f.level) for f in batch.findings]
    assert found == ([(code, 2, column, "warning")] if code else [])
    assert len(batch.tables["outcomes"]) == 1


def test_what_ended_is_not_doubted_where_a_signature_is_in_the_file_or_stored(
    tmp_path: Path,
) -> None:
    ended = GOOD["outcomes"] | {"stage": "failed", "date": "2008-09-01"}
    stored = ingest.read([csv_of(tmp_path, "outcomes", ended)], references=_Dated(("E1", "R1")))
    assert stored.findings == []
    both = csv_of(tmp_path, "outcomes", ended, GOOD["outcomes"])
    assert ingest.read([both], references=_Dated()).findings == []


def test_an_own_column_with_one_word_is_text_and_said(tmp_path: Path) -> None:
    rows = [GOOD["enterprises"] | {"id": f"E{i}", "x_a": v} for i, v in enumerate("12甲4", 2)]
    path = csv_of(tmp_path, "enterprises", *rows)
    assert read(path).tables["enterprises"]["x_a"] == ["1", "2", "甲", "4"]
    assert _warned(path) == [("own_column_text", 4, "x_a", "warning")]


def test_hidden_sheets_merged_data_and_uncalculated_formulas_are_said(tmp_path: Path) -> None:
    rows = [(*_NAMES, "budget_wan"), (*_CELLS, '<c r="F2"><f>1</f><v>0</v></c>')]
    merged = '<mergeCells><mergeCell ref="B2:B3"/></mergeCells>'
    parts = workbook_parts(
        {"enterprises": sheet_xml(rows_xml(rows), merged)}, (), '<calcPr fullCalcOnLoad="1"/>'
    )
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        'sheetId="1"', 'sheetId="1" state="veryHidden"'
    )
    path = packed(tmp_path / "enterprises.xlsx", parts)
    assert sorted(code for code, *_ in _warned(path)) == [
        "formulas_not_calculated", "hidden_sheet", "merged_cells",
    ]  # fmt: skip


@pytest.mark.parametrize("column", ["started_on", "production_on", "completed_on", "ended_on"])
def test_a_project_that_moves_before_it_is_signed_is_taken_with_a_warning(
    tmp_path: Path, column: str
) -> None:
    row = GOOD["projects"] | {"signed_on": "2008-03-01", column: "2008-02-29"}
    (warning,) = read(csv_of(tmp_path, "projects", row)).findings
    assert (warning.code, warning.column, warning.level) == ("before_signing", column, "warning")
    assert all("2008-03-01" in said for said in warning.message.values())
    on_the_day = row | {column: "2008-03-01"}
    assert read(csv_of(tmp_path, "projects", on_the_day)).findings == []
