"""``shanhai completeness``: what is missing, by row and county, and a workbook to fill it in."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from api.cli.completeness import gain_said
from api.reports import completeness_xlsx
from api.store import Store
from api.usecases import completeness, importing
from features.tables import Table
from made_history import tables
from running import shanhai


@pytest.fixture
def holes() -> Store:
    """The made-up store with some budgets and areas not known."""
    found = tables()
    for table, column in (("enterprises", "budget_wan"), ("resources", "land_mu")):
        cells = found[table].columns[column]
        cells[::7] = [None] * len(cells[::7])
    store = Store.open(create=True)
    store.write({name: found[name] for name in ("enterprises", "resources")})
    return store


def test_sums_by_county_and_column_are_those_of_the_rows(holes: Store) -> None:
    report = completeness.run(holes)
    total = sum(row.gain for row in report.rows)
    for sums in (report.counties, report.columns):
        assert sum(each.gain for each in sums) == pytest.approx(total)
        assert sum(each.missing for each in sums) == sum(len(row.cells) for row in report.rows)
    assert [row.gain for row in report.rows] == sorted((r.gain for r in report.rows), reverse=True)


def test_a_region_narrows_to_its_rows_and_changes_no_figure(holes: Store) -> None:
    whole = {(r.table, r.id): r.gain for r in completeness.run(holes).rows}
    region = str(holes.table("resources")["region"][0])
    part = completeness.run(holes, region=region).rows
    assert part and all(row.region == region for row in part)
    assert all(whole[row.table, row.id] == pytest.approx(row.gain) for row in part)


def test_the_workbook_is_imported_as_it_is(holes: Store, tmp_path: Path) -> None:
    file = tmp_path / "待补.xlsx"
    file.write_bytes(completeness_xlsx.render(completeness.run(holes), "zh", made_by="x"))
    report = importing.run(holes, [file])
    assert all(c["added"] == c["changed"] == 0 < c["same"] for c in report.counts.values())
    book = openpyxl.load_workbook(file)
    sheet = book["resources"]
    column = [cell.value for cell in sheet[1]].index("土地面积") + 1
    empty = next(i for i in range(2, sheet.max_row + 1) if sheet.cell(i, column).value is None)
    assert sheet.cell(empty, column).fill.fgColor.rgb == "FFFFF2CC"
    sheet.cell(empty, column).value = 55
    book.save(file)
    assert importing.run(holes, [file]).counts["resources"]["changed"] == 1


def test_it_says_what_to_fill_in_first(holes: Store, tmp_path: Path) -> None:
    done = shanhai("completeness", "--lang", "en", "--out", tmp_path / "m.xlsx")
    assert done.status == 0 and "Fill in first: " in done.out and "m.xlsx" in done.out
    assert (tmp_path / "m.xlsx").exists()
    assert "bear no day of confirmation" in " ".join(done.err.split())
    assert shanhai("completeness", "--out", tmp_path / "m.docx").status == 2


@pytest.mark.parametrize(
    ("gain", "digits", "said"),
    [(0.0, 2, "0.00"), (0.004, 2, "<0.01"), (0.005, 2, "0.01"), (0.5, 0, "<1"), (12.34, 1, "12.3")],
)
def test_a_gain_too_small_to_show_is_not_said_to_be_nothing(
    gain: float, digits: int, said: str
) -> None:
    assert gain_said(gain, digits) == said


def test_where_nothing_is_missing_nothing_is_told() -> None:
    store = Store.open(create=True)
    store.write({"enterprises": Table("enterprises", {"id": [], "name": []})})
    report = completeness.run(store)
    assert report.rows == [] and report.counties == [] and report.as_dict()["rows"] == []
