"""Somebody else's workbook read through a map: places, units, words, ticks, made ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import map_file, map_reader
from features.findings import Finding, FindingsError
from features.ingest import EmptyStore
from features.map_cells import is_dash, is_ticked
from features.tables import Value

BASE: dict[str, Any] = {
    "table": "resources", "header_rows": [1], "first_row": 2,
    "columns": {"id": "A", "name": "B", "kind": {"value": "land"}, "region": "C"},
}  # fmt: skip


def sheet(folder: Path, *rows: object, merge: tuple[str, ...] = (), name: str = "表") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = name
    for row in rows:
        page.append(list(row))  # type: ignore[call-overload]
    for area in merge:
        page.merge_cells(area)
    file = folder / "外来.xlsx"
    book.save(file)
    return file


def mapped(file: Path, *tables: dict[str, Any], store: Any = None) -> list[dict[str, Value]]:
    wanted = map_file.parse({"tables": list(tables)}, "map.json")
    batch = map_reader.read(file, wanted, references=store or EmptyStore())
    return [row for table in batch.tables for row in table.rows()]


def with_columns(**columns: Any) -> dict[str, Any]:
    return {**BASE, "columns": {**BASE["columns"], **columns}}


def refused(file: Path, *tables: dict[str, Any]) -> list[Finding]:
    with pytest.raises(FindingsError) as error:
        mapped(file, *tables)
    return error.value.findings


HEAD = ("编号", "名称", "县", "面积", "投资", "日期")


@pytest.mark.parametrize(
    ("unit", "written", "column", "value"),
    [
        ("亿元", 1.1, "min_investment_wan", 11000.0),
        ("元", 35000, "min_investment_wan", 3.5),
        ("公顷", "1.1", "land_mu", 16.5),
        ("平方米", 2000, "land_mu", 3.0),
        ("平方公里", 0.7, "land_mu", 1050.0),
        ("元/年", 13200, "wage_yuan_month", 1100.0),
        ("万人", 0.29, "labour_supply", 2900),
        ("%", 3, "subsidy_rate", 0.03),
        ("元/平方米", 144, "land_price_wan_per_mu", 9.6),
        ("千元", "1,234.5", "min_investment_wan", 123.45),
    ],
)
def test_a_figure_is_converted_without_dust(
    tmp_path: Path, unit: str, written: object, column: str, value: float
) -> None:
    file = sheet(tmp_path, HEAD, ("R1", "地块", "江山", written))
    (row,) = mapped(file, with_columns(**{column: {"column": "D", "unit": unit}}))
    assert row[column] == value


@given(st.decimals(min_value=0, max_value=10**6, places=4))
def test_a_hundred_million_is_ten_thousand_ten_thousands_to_the_last_digit(figure: Any) -> None:
    from features.units import exact, factor

    wan = {"zh": "万元", "en": ""}
    by = factor(wan, "亿元")
    assert by is not None
    assert float(exact(str(figure)) * by) == float(figure * 10_000)
    assert float(exact(float(figure)) * by) == float(figure * 10_000)


def test_findings_name_row_and_column_as_excel_shows_them(tmp_path: Path) -> None:
    file = sheet(
        tmp_path, ("标题",), HEAD, ("R1", "地块", "江山", "约500"), ("R2", "地", "x省", "不详")
    )
    table = {**with_columns(land_mu="D"), "header_rows": [2], "first_row": 3}
    found = [(f.row, f.column, f.cell, f.value, f.code) for f in refused(file, table)]
    assert found == [
        (3, "D", "D3", "约500", "number_with_unit"),
        (4, "C", "C4", "x省", "unknown_region"),
        (4, "D", "D4", "不详", "not_a_number"),
    ]


@pytest.mark.parametrize("dash", ["-", "—", "——", "－", " – ", "―"])
def test_a_lone_dash_is_empty(tmp_path: Path, dash: str) -> None:
    file = sheet(tmp_path, HEAD, ("R1", "地块", "江山", dash, 5))
    columns = {"land_mu": "D", "description": "D", "min_investment_wan": "E"}
    (row,) = mapped(file, with_columns(**columns))
    assert (row["land_mu"], row["description"], row["min_investment_wan"]) == (None, None, 5.0)


def test_a_dash_is_a_dash_and_a_one_is_none() -> None:
    assert not is_dash("一") and not is_dash("") and not is_dash("-5") and not is_dash(None)
    assert is_ticked("√") and is_ticked(1.0) and is_ticked(None) is False
    assert is_ticked("×") is False and is_ticked("大概") is None


def test_a_word_stands_for_what_the_map_says_as_if_the_cell_read_so(tmp_path: Path) -> None:
    rows = [("R1", "甲", "江山", "约2亿", "空地"), ("R2", "乙", "江山", "面议", "厂房")]
    table = with_columns(
        min_investment_wan={"column": "D", "unit": "亿元", "words": {"约2亿": "2", "面议": ""}},
        kind={"column": "E", "words": {"空地": "land"}},
    )
    found = mapped(sheet(tmp_path, HEAD, *rows), table)
    assert [r["min_investment_wan"] for r in found] == [20000.0, None]
    assert [r["kind"] for r in found] == ["land", "factory"]


def test_a_cell_may_carry_its_own_unit_where_the_map_says_so(tmp_path: Path) -> None:
    file = sheet(tmp_path, HEAD, ("R1", "甲", "江山", "1.2亿元"), ("R2", "乙", "江山", 30))
    table = with_columns(min_investment_wan={"column": "D", "unit": "千元", "cell_units": True})
    assert [r["min_investment_wan"] for r in mapped(file, table)] == [12000.0, 3.0]


def test_ticks_become_a_list_and_what_is_no_tick_is_a_finding(tmp_path: Path) -> None:
    file = sheet(tmp_path, HEAD, ("R1", "甲", "江山", "√", "—", " ✓ "), ("R2", "乙", "江山"))
    table = with_columns(forms={"ticks": {"D": "lease", "E": "merger", "F": "equity"}})
    assert [r["forms"] for r in mapped(file, table)] == [("lease", "equity"), None]
    file = sheet(tmp_path, HEAD, ("R1", "甲", "江山", "也许"))
    (found,) = refused(file, table)
    assert (found.code, found.cell, found.value) == ("not_a_tick", "D2", "也许")


@pytest.mark.parametrize(
    ("how", "written", "day"),
    [({"day": "first"}, "2008年3月", "2008-03-01"), ({"day": "last"}, "2008.2", "2008-02-29"),
     ({"day": "last"}, 2008.12, "2008-12-31"), ({"day": "first"}, "2008年", "2008-01-01"),
     ({"day": "last"}, 2008, "2008-12-31"), ({"serial": True}, 39508, "2008-03-01"),
     ({}, "2008年3月1号", "2008-03-01")],
)  # fmt: skip
def test_dates_as_people_write_them(
    tmp_path: Path, how: dict[str, Any], written: object, day: str
) -> None:
    file = sheet(tmp_path, HEAD, ("R1", "甲", "江山", None, None, written))
    (row,) = mapped(file, with_columns(available_from={"column": "F", **how}))
    assert str(row["available_from"]) == day


@pytest.mark.parametrize(
    ("how", "written", "code"),
    [({"day": "first"}, 2008.1, "month_lost"), ({}, "2008年3月", "not_a_date"),
     ({"day": "first"}, "2008年13月", "not_a_date"), ({}, 39508, "date_as_number")],
)  # fmt: skip
def test_a_date_that_cannot_be_told_is_a_finding(
    tmp_path: Path, how: dict[str, Any], written: object, code: str
) -> None:
    file = sheet(tmp_path, HEAD, ("R1", "甲", "江山", None, None, written))
    (found,) = refused(file, with_columns(available_from={"column": "F", **how}))
    assert (found.code, found.cell) == (code, "F2")


@pytest.mark.parametrize("written", ["1998年", "1998.5", 1998.5, 1998, "1998-05-01", "1998年5月"])
def test_a_date_is_meant_by_its_year(tmp_path: Path, written: object) -> None:
    file = sheet(tmp_path, HEAD, ("E1", "厂", "江山", written))
    columns = {"id": "A", "name": "B", "region": "C", "industry": {"value": "17"},
               "founded": {"column": "D", "year": True}}  # fmt: skip
    (row,) = mapped(file, {**BASE, "table": "enterprises", "columns": columns})
    assert row["founded"] == 1998


def test_merged_cells_must_be_decided_on(tmp_path: Path) -> None:
    rows = [HEAD, ("R1", "甲", "江山", 5), ("R2", "乙", None, None), ("R3", "丙", "常山", 7)]
    file = sheet(tmp_path, *rows, merge=("C2:C3", "D2:D3"))
    found = refused(file, with_columns(land_mu="D"))
    assert [(f.cell, f.code) for f in found] == [
        ("C3", "merged_undecided"), ("C3", "missing_value"), ("D3", "merged_undecided"),
    ]  # fmt: skip
    table = with_columns(region={"column": "C", "fill_down": "merged"},
                         land_mu={"column": "D", "fill_down": "first"})  # fmt: skip
    assert [(r["region"], r["land_mu"]) for r in mapped(file, table)] == [
        ("330881", 5.0), ("330881", None), ("330822", 7.0),
    ]  # fmt: skip


def test_totals_notes_and_second_headers_inside_a_table_are_refused_and_may_be_skipped(
    tmp_path: Path,
) -> None:
    rows = [
        HEAD,
        ("R1", "甲", "江山", 5),
        ("", "衢州市小计", "", 5),
        HEAD,
        ("一、工业",),
        ("R2", "乙", "江山"),
    ]
    file = sheet(tmp_path, *rows)
    table = with_columns(land_mu="D")
    assert [(f.row, f.code) for f in refused(file, table)] == [
        (3, "mapped_total_row"), (4, "mapped_repeated_header"), (5, "mapped_stray_row"),
    ]  # fmt: skip
    assert len(mapped(file, {**table, "skip_rows": ["3-5"]})) == 2


def test_a_total_is_told_by_a_column_that_is_not_mapped_too(tmp_path: Path) -> None:
    rows = [("序号", *HEAD[1:]), (1, "甲", "江山", 5), ("合计", "1个", "江山", 5)]
    columns = {**BASE["columns"], "id": {"make": ["name", "region"]}, "land_mu": "D"}
    (found,) = refused(sheet(tmp_path, *rows), {**BASE, "columns": columns})
    assert (found.code, found.cell) == ("mapped_total_row", "A3")


def test_two_tables_side_by_side_and_one_below_the_other(tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        ("编号", "名称", "县", None, "厂号", "厂名", "县"),
        ("R1", "甲", "江山", None, "E1", "某厂", "萧山"),
        ("R2", "乙", "常山"),
        (),
        ("编号", "名称", "县"),
        ("R3", "丙", "开化"),
    )
    firms = {"table": "enterprises", "header_rows": [1], "first_row": 2, "last_row": 3, "columns": {
        "id": "E", "name": "厂名", "region": "G", "industry": {"value": "C"}}}  # fmt: skip
    above, below = {**BASE, "last_row": 3}, {**BASE, "header_rows": [5], "first_row": 6}
    assert [r["id"] for r in mapped(file, above, firms, below)] == ["E1", "R1", "R2", "R3"]
    (found,) = refused(file, BASE, below)
    assert (found.file, found.column, found.code) == ("map.json", "tables[1]", "map_overlap")


def test_values_by_rows_and_constants(tmp_path: Path) -> None:
    file = sheet(tmp_path, HEAD, ("R1", "甲"), ("R2", "乙"), ("R3", "丙"))
    groups = [{"from": 2, "to": 3, "value": "江山市"}, {"from": 4, "to": 4, "value": "常山"}]
    found = mapped(file, with_columns(region={"by_rows": groups}))
    assert [r["region"] for r in found] == ["330881", "330881", "330822"]


def test_made_ids_stay_the_same_however_the_region_is_written(tmp_path: Path) -> None:
    table = with_columns(id={"make": ["name", "region"], "prefix": "QZ-"})
    ids = []
    for place in ("江山", "江山市", "330881", "浙江省江山市"):
        (row,) = mapped(sheet(tmp_path, HEAD, (1, "地 块", place)), table)
        ids.append(row["id"])
    assert len(set(ids)) == 1 and str(ids[0]).startswith("QZ-")


def test_rows_whose_made_ids_coincide_are_a_finding(tmp_path: Path) -> None:
    table = with_columns(id={"make": ["name", "region"]})
    file = sheet(tmp_path, HEAD, (1, "地块", "江山"), (2, "地块", "江山市"))
    (found,) = refused(file, table)
    assert (found.code, found.row) == ("made_id_twice", 3)


def test_a_row_of_another_table_is_meant_by_its_name(tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        ("编号", "名称", "县", "行业"),
        ("E1", "甲 厂（股份）", "萧山", "17"),
        ("E2", "乙厂", "萧山", "17"),
        ("E3", "乙厂", "鄞州", "17"),
        ("企业", "资源", "日期", "阶段"),
        ("甲厂(股份)", "R1", "2008-03-01", "签约"),
        ("乙厂", "R1", "2008-03-01", "签约"),
        ("丁厂", "R1", "2008-03-01", "签约"),
        ("编号", "名称", "县"),
        ("R1", "地块", "江山"),
    )
    firms = {"table": "enterprises", "header_rows": 1, "last_row": 4,
             "columns": {"id": "A", "name": "B", "region": "C", "industry": "D"}}  # fmt: skip
    places = {**BASE, "header_rows": [9], "first_row": 10}
    met = {"table": "outcomes", "header_rows": 5, "last_row": 6, "columns": {
        "enterprise_id": "A", "resource_id": "B", "date": "C", "stage": "D"}}  # fmt: skip
    found = mapped(file, met, firms, places)
    assert found[-1]["enterprise_id"] == "E1"
    codes = [(f.cell, f.code) for f in refused(file, {**met, "last_row": 8}, firms, places)]
    assert codes == [("A7", "ambiguous_name"), ("A8", "unknown_name")]


def test_a_map_for_another_file_is_refused(tmp_path: Path) -> None:
    file = sheet(tmp_path, HEAD, ("R1", "甲", "江山", 5))
    table = with_columns(land_mu={"column": "D", "heading": "投资"})
    (found,) = refused(file, table)
    assert (found.code, found.column) == (
        "map_heading_differs",
        "tables[0].columns.land_mu.heading",
    )


def test_rows_below_the_last_row_are_told(tmp_path: Path) -> None:
    file = sheet(tmp_path, HEAD, ("R1", "甲", "江山"), ("R2", "乙", "江山"), ("注：见附件",))
    wanted = map_file.parse({"tables": [{**BASE, "last_row": 2}]})
    (found,) = map_reader.read(file, wanted, references=EmptyStore()).findings
    assert (found.code, found.level, found.row) == ("rows_below_map", "warning", 3)


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"foo": 1}, "map_unknown_key", "tables[0].foo"),
    ({"table": "resorces"}, "map_unknown_table", "tables[0].table"),
    ({"header_rows": [0]}, "map_row", "tables[0].header_rows"),
    ({"header_rows": "一"}, "map_type", "tables[0].header_rows"),
    ({"header_rows": [1, 2, 3, 4], "first_row": 5}, "map_header_rows", "tables[0].header_rows"),
    ({"first_row": 1}, "map_rows_order", "tables[0].first_row"),
    ({"first_row": "2"}, "map_type", "tables[0].first_row"),
    ({"first_row": True}, "map_type", "tables[0].first_row"),
    ({"last_row": 1}, "map_rows_order", "tables[0].last_row"),
    ({"last_row": 99}, "map_beyond", "tables[0].last_row"),
    ({"first_row": 99}, "map_beyond", "tables[0].first_row"),
    ({"skip_rows": [1]}, "map_skip_outside", "tables[0].skip_rows"),
    ({"sheet": "表二"}, "map_no_sheet", "tables[0].sheet"),
    ({"columns": []}, "map_type", "tables[0].columns"),
    ({"columns": {"name": "B"}}, "map_lacks_column", "tables[0].columns"),
]
BAD_COLUMNS: list[tuple[str, Any, str, str]] = [
    ("land_mu", {"column": "D", "factor": 0}, "map_factor", ".factor"),
    ("land_mu", {"column": "D", "factor": -15}, "map_factor", ".factor"),
    ("land_mu", {"column": "D", "factor": "1/0"}, "map_factor", ".factor"),
    ("land_mu", {"column": "D", "factor": True}, "map_factor", ".factor"),
    ("land_mu", {"column": "D", "factor": "15", "unit": "亩"}, "map_unit_and_factor", ".factor"),
    ("land_mu", {"column": "D", "unit": "亿元"}, "map_unit", ".unit"),
    ("land_mu", {"column": "D", "unit": None}, "map_undecided", ".unit"),
    ("land_mu", {"column": "D", "year": True}, "map_key_misplaced", ".year"),
    ("land_mu", {"column": "D", "value": "5"}, "map_one_source", ""),
    ("land_mu", {"unit": "亩"}, "map_one_source", ""),
    ("land_mu", {"column": "ZZ"}, "map_no_column", ".column"),
    ("land_mu", {"column": "占地"}, "map_no_column", ".column"),
    ("land_mu", {"column": 4}, "map_type", ".column"),
    ("land_mu", 4, "map_type", ""),
    ("land_mu", {"column": "D", "units": "亩"}, "map_unknown_key", ".units"),
    ("land_mu", {"column": "D", "words": {"约5": None}}, "map_undecided", ".words.约5"),
    ("land_mu", {"column": "D", "confirmed": False}, "map_unconfirmed", ".confirmed"),
    ("land_mu", {"column": "D", "confirmed": "yes"}, "map_type", ".confirmed"),
    ("land_mu", {"column": "D", "fill_down": "up"}, "map_choice", ".fill_down"),
    ("landmu", "D", "map_unknown_column", ""),
    ("forms", {"ticks": {"Q": "lease"}}, "map_no_column", ".ticks"),
    ("forms", {"ticks": {}}, "map_empty", ".ticks"),
    ("id", {"make": ["zip"]}, "map_make_of", ".make"),
    ("id", {"make": []}, "map_empty", ".make"),
    ("id", {"column": "A", "prefix": "县/"}, "map_prefix", ".prefix"),
    (
        "region",
        {"by_rows": [{"from": 3, "to": 2, "value": "江山"}]},
        "map_rows_order",
        ".by_rows[0].to",
    ),
    (
        "region",
        {"by_rows": [{"from": 2, "to": 3, "value": "江山"}, {"from": 3, "to": 4, "value": "常山"}]},
        "map_rows_overlap",
        ".by_rows[1].from",
    ),
]


@pytest.mark.parametrize(("change", "code", "place"), BAD)
def test_a_bad_table_of_a_map_is_refused_with_its_place(
    tmp_path: Path, change: dict[str, Any], code: str, place: str
) -> None:
    file = sheet(tmp_path, HEAD, ("R1", "甲", "江山", 5))
    found = refused(file, {**BASE, **change})
    assert (code, place) in [(f.code, f.column) for f in found]
    assert all(f.file == "map.json" and f.message["zh"] and f.message["en"] for f in found)


@pytest.mark.parametrize(("name", "said", "code", "place"), BAD_COLUMNS)
def test_a_bad_column_of_a_map_is_refused_with_its_place(
    tmp_path: Path, name: str, said: Any, code: str, place: str
) -> None:
    file = sheet(tmp_path, HEAD, ("R1", "甲", "江山", 5))
    found = refused(file, with_columns(**{name: said}))
    assert (code, f"tables[0].columns.{name}{place}") in [(f.code, f.column) for f in found]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{", "map_not_json"),
        ("[]", "map_type"),
        ("{}", "map_no_tables"),
        ('{"tables": [3]}', "map_type"),
        ('{"tables": [], "tables": []}', "map_key_twice"),
        ('{"version": 2, "tables": []}', "map_version"),
        ('{"tables": [{"table": "resources", "first_row": NaN}]}', "map_not_json"),
    ],
)
def test_what_is_no_map_is_refused(tmp_path: Path, written: str, code: str) -> None:
    file = tmp_path / "m.json"
    file.write_text(written, "utf-8")
    with pytest.raises(FindingsError) as error:
        map_file.load(file)
    assert code in [finding.code for finding in error.value.findings]


def test_a_csv_file_is_read_through_a_map_too(tmp_path: Path) -> None:
    file = tmp_path / "外来.csv"
    file.write_text("某县项目\n序号,名称,县,公顷\n1,地块,江山,1.1\n", "gb18030")
    columns = {"id": {"column": "A", "prefix": "JS-"}, "name": "B", "region": "C",
               "kind": {"value": "land"}, "land_mu": {"column": "D", "unit": "公顷"}}  # fmt: skip
    (row,) = mapped(file, {**BASE, "header_rows": [2], "first_row": 3, "columns": columns})
    assert (row["id"], row["land_mu"]) == ("JS-1", 16.5)
    assert json.dumps(row["name"], ensure_ascii=False) == '"地块"'


@pytest.mark.parametrize("how", [{"unit": "%"}, {"factor": 0.01}, {"factor": "1/100"}])
def test_what_excel_shows_as_a_percentage_is_not_divided_again(
    tmp_path: Path, how: dict[str, Any]
) -> None:
    file = sheet(tmp_path, ("编号", "名称", "所在地", "贴息率"), ("R1", "甲", "江山市", 0.05),
                 ("R2", "乙", "江山市", 5))  # fmt: skip
    book = openpyxl.load_workbook(file)
    book["表"]["D2"].number_format = "0%"
    book.save(file)
    rows = mapped(file, with_columns(subsidy_rate={"column": "D", **how}))
    assert [row["subsidy_rate"] for row in rows] == [0.05, 0.05]
