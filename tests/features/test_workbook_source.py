"""Our reader of workbooks says what the common readers say, wherever these can be trusted."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from features.grid import BadCell, Raw
from features.workbook_source import Workbook
from tests.features.import_files import GOOD, read, refused

_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
    min_size=1, max_size=12,
).filter(lambda t: t.strip() == t and not t.startswith("="))  # fmt: skip
_DAYS = st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(9999, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
_CELLS = st.none() | _TEXT | st.booleans() | st.integers(-(10**9), 10**9).map(float) | _DAYS
_GRIDS = st.lists(st.lists(_CELLS, min_size=1, max_size=5), min_size=1, max_size=5)


def _ours(path: Path) -> dict[tuple[int, int], Raw]:
    book = Workbook(path, path.name)
    found = {
        (row, column): cell
        for row, cells in book.sheets[0].rows()
        for column, cell in enumerate(cells, 1)
        if cell is not None
    }
    book.close()
    return found


def _placed(grid: list[list[Any]], top: int, left: int) -> dict[tuple[int, int], Any]:
    return {
        (top + i, left + j): cell
        for i, cells in enumerate(grid)
        for j, cell in enumerate(cells)
        if cell is not None
    }


@settings(max_examples=40)
@given(grid=_GRIDS, top=st.integers(1, 40), left=st.integers(1, 30))
def test_cells_written_by_openpyxl_are_read_where_they_stand(
    grid: list[list[Any]], top: int, left: int
) -> None:
    book = openpyxl.Workbook()
    placed = _placed(grid, top, left)
    for (row, column), cell in placed.items():
        book.active.cell(row, column, cell)
    with tempfile.TemporaryDirectory() as folder:
        book.save(Path(folder) / "x.xlsx")
        assert _ours(Path(folder) / "x.xlsx") == placed


@settings(max_examples=40)
@given(grid=_GRIDS, top=st.integers(1, 40), left=st.integers(1, 30))
def test_cells_written_by_xlsxwriter_are_read_where_they_stand(
    grid: list[list[Any]], top: int, left: int
) -> None:
    placed = _placed(grid, top, left)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        options = {"strings_to_urls": False, "strings_to_formulas": False}
        with xlsxwriter.Workbook(path, options) as book:
            sheet = book.add_worksheet()
            moment = book.add_format({"num_format": "yyyy/m/d hh:mm:ss"})
            for (row, column), cell in placed.items():
                if isinstance(cell, dt.datetime):
                    sheet.write_datetime(row - 1, column - 1, cell, moment)
                else:
                    sheet.write(row - 1, column - 1, cell)
        ours = _ours(path)
        assert ours == placed
        rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        theirs = rows.to_python(skip_empty_area=False)
        for (row, column), cell in ours.items():
            their = theirs[row - 1][column - 1]
            if isinstance(their, dt.date) and not isinstance(their, dt.datetime):
                their = dt.datetime(their.year, their.month, their.day)
            assert their == cell


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        *((code, True) for code in (
            "yyyy-mm-dd", "d/m/yy", 'yyyy"年"m"月"d"日"', "[$-804]aaaa;@", "h:mm AM/PM",
            "[$-F800]dddd, mmmm dd, yyyy", "[h]:mm:ss",
        )),
        *((code, False) for code in (
            "General", "0.00", "#,##0", "0.00E+00", "@", '0" days"', '0.0"亩"', "[Red]0", r"0\d",
            "_(0_)", "¥#,##0.00", "0%",
        )),
    ],
)  # fmt: skip
def test_a_number_is_a_date_only_if_its_format_shows_one(
    tmp_path: Path, code: str, is_date: bool
) -> None:
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        book.add_worksheet().write_number(0, 0, 39508.25, book.add_format({"num_format": code}))
    expected = dt.datetime(2008, 3, 1, 6) if is_date else 39508.25
    assert _ours(tmp_path / "x.xlsx") == {(1, 1): expected}


def test_a_formula_that_openpyxl_wrote_has_no_value(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = "=1+1"
    book.save(tmp_path / "x.xlsx")
    assert _ours(tmp_path / "x.xlsx") == {(2, 2): BadCell("formula_without_value", "=1+1")}


def test_a_workbook_filled_in_with_openpyxl_is_imported(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "outcomes"
    row = GOOD["outcomes"]
    sheet.append([*row, "amount_wan"])
    sheet.append([*row.values(), 2600])
    sheet["C2"] = dt.datetime(2008, 3, 1)
    book.save(tmp_path / "market.xlsx")
    (got,) = read(tmp_path / "market.xlsx").tables["outcomes"].rows()
    assert (got["date"], got["amount_wan"]) == (dt.date(2008, 3, 1), 2600.0)
    sheet["E2"] = "=2600"
    book.save(tmp_path / "market.xlsx")
    (finding,) = refused(tmp_path / "market.xlsx")
    assert (finding.sheet, finding.row, finding.column, finding.code) == (
        "outcomes", 2, "amount_wan", "formula_without_value",
    )  # fmt: skip
