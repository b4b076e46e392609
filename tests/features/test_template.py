"""Templates: an import reads one as an empty table, and one filled in as what was filled in."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from features import template
from features.language import Language
from features.schema import TABLES, choice_label
from tests.features.import_files import GOOD, read

BOTH = pytest.mark.parametrize("lang", ["zh", "en"])
EACH = pytest.mark.parametrize("table", TABLES)


@BOTH
@EACH
def test_an_untouched_template_is_an_empty_table(
    tmp_path: Path, table: str, lang: Language
) -> None:
    template.write(table, tmp_path / f"{table}.xlsx", lang)
    batch = read(tmp_path / f"{table}.xlsx")
    assert list(batch.tables) == [table] and len(batch.tables[table]) == 0
    assert list(batch.tables[table].columns) == list(TABLES[table].names)
    assert batch.findings == []
    assert batch.ignored == []


@BOTH
@EACH
def test_a_template_filled_in_by_hand_is_imported(
    tmp_path: Path, table: str, lang: Language
) -> None:
    path = tmp_path / "anything.xlsx"
    template.write(table, path, lang)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    spec = TABLES[table]
    for position, column in enumerate(spec.columns, 1):
        written: str | float = GOOD[table].get(column.name, "")
        if column.choices and written:
            written = choice_label(table, column.name, str(written))[lang]
        if column.kind in ("int", "float") and written:
            written = float(written)
        sheet.cell(2, position, written or None)
    book.save(path)
    batch = read(path)
    assert len(batch.tables[table]) == 1 and batch.findings == []


@EACH
def test_the_example_of_a_template_would_be_imported(tmp_path: Path, table: str) -> None:
    path = tmp_path / "t.xlsx"
    template.write(table, path, "zh")
    book = openpyxl.load_workbook(path)
    example = list(book["示例"].iter_rows(min_row=2, max_row=3, values_only=True))
    for position, value in enumerate(example[1], 1):
        column = TABLES[table].columns[position - 1]
        known = {"E-0001": "E1", "R-0001": "R1", "P-2008-001": "P1", "EV-2008": "EV1"}
        kept = column.name == "id" and table != "interests"
        book.worksheets[0].cell(2, position, value if kept else known.get(str(value), value))
    book.save(path)
    assert len(read(path).tables[table]) == 1


@BOTH
def test_a_template_offers_choices_and_regions_and_says_what_belongs(
    tmp_path: Path, lang: Language
) -> None:
    path = tmp_path / "t.xlsx"
    template.write("resources", path, lang)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.freeze_panes == "B2"
    rules = {
        area.min_col: rule
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref.ranges
    }
    assert len(rules) == len(TABLES["resources"].columns)
    assert ("土地" if lang == "zh" else "land") in rules[3].formula1
    assert "!$A$1" in rules[4].formula1
    assert all(rule.prompt and rule.promptTitle for rule in rules.values())
    assert all(len(rule.prompt) <= 255 and len(rule.promptTitle) <= 32 for rule in rules.values())
    assert all(len(rule.formula1 or "") <= 257 for rule in rules.values())


def test_the_example_says_that_it_is_one(tmp_path: Path) -> None:
    template.write("enterprises", tmp_path / "t.xlsx", "zh")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert "虚构" in book["示例"]["A1"].value
    template.write("enterprises", tmp_path / "t.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert "made up" in book["example"]["A1"].value


def test_the_same_template_is_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1196467200")
    template.write("enterprises", tmp_path / "a.xlsx", "zh")
    template.write("enterprises", tmp_path / "b.xlsx", "zh")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_there_is_no_template_of_an_unknown_table(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        template.write("companies", tmp_path / "t.xlsx", "zh")
