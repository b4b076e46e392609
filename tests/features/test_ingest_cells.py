"""Bad cells: each is told by file, row, column, value and code, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.place_names import excerpt
from tests.features.bad_cells import BAD_CELLS, EMPTY_CELLS
from tests.features.import_files import ANOTHER, GOOD, csv_of, refused


def _named(case: object) -> str:
    return ascii(case)[:40] if isinstance(case, str) else "-"


@pytest.mark.parametrize(("table", "column", "written", "code"), BAD_CELLS, ids=_named)
def test_a_bad_cell_is_told_with_its_place_and_value(
    tmp_path: Path, table: str, column: str, written: str, code: str
) -> None:
    first = GOOD[table] | ANOTHER[table]
    (finding,) = refused(csv_of(tmp_path, table, first, GOOD[table] | {column: written}))
    assert (finding.file, finding.row, finding.column) == (f"{table}.csv", 3, column)
    assert finding.code == code
    assert finding.value is not None and finding.value in written
    for lang in ("zh", "en"):
        assert excerpt(finding.value) in finding.message[lang]


@pytest.mark.parametrize(("table", "column", "code"), EMPTY_CELLS)
def test_a_required_cell_left_empty_is_told(
    tmp_path: Path, table: str, column: str, code: str
) -> None:
    row = GOOD[table] | {column: "  "}
    (finding,) = refused(csv_of(tmp_path, table, row))
    assert (finding.row, finding.column, finding.code, finding.value) == (2, column, code, None)
    assert "空" in finding.message["zh"] and "empty" in finding.message["en"]
