"""Broken cells of workbooks: name → (maker, findings expected as code, row, column, value)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.features.import_files import text_cell, workbook_of

Said = tuple[str, int | None, str | None, str | None]
Make = Callable[[Path], Path]

HEAD = ("id", "name", "kind", "region", "industry", "budget_wan", "confirmed_on")
ROW = ("E2", "示例公司", "company", "萧山区", "1761")


def _rows(*cells: str) -> list[tuple[str, ...]]:
    """Header and two rows, the second with these cells behind ``industry``."""
    return [HEAD, ROW, ("E3", *ROW[1:], *cells)]


def _cell(
    xml: str, *said: Said, column: str = "F", strings: tuple[str, ...] = ()
) -> tuple[Make, list[Said]]:
    """A workbook with one cell given as XML, in row 3."""
    cells = (xml,) if column == "F" else ("", xml)

    def make(folder: Path) -> Path:
        return workbook_of(folder, "enterprises", _rows(*cells), strings=strings)

    return make, list(said)


CELLS = {
    "formula without value": _cell('<c r="F3"><f>1+1</f></c>',
        ("formula_without_value", 3, "budget_wan", "=1+1")),
    "formula with an empty value": _cell('<c r="F3"><f>1+1</f><v></v></c>',
        ("formula_without_value", 3, "budget_wan", "=1+1")),
    "formula of text without value": _cell('<c r="F3" t="str"><f>A1</f></c>',
        ("formula_without_value", 3, "budget_wan", "=A1")),
    "reference error": _cell('<c r="F3" t="e"><v>#REF!</v></c>',
        ("cell_error", 3, "budget_wan", "#REF!")),
    "not available": _cell('<c r="F3" t="e"><f>VLOOKUP(1,A:B,2)</f><v>#N/A</v></c>',
        ("cell_error", 3, "budget_wan", "#N/A")),
    "division by zero": _cell('<c r="F3" t="e"><v>#DIV/0!</v></c>',
        ("cell_error", 3, "budget_wan", "#DIV/0!")),
    "name error in a date": _cell('<c r="G3" t="e"><v>#NAME?</v></c>',
        ("cell_error", 3, "confirmed_on", "#NAME?"), column="G"),
    "shared string that is not there": _cell('<c r="F3" t="s"><v>99</v></c>',
        ("broken_cell", 3, "budget_wan", "shared string 99")),
    "shared string of negative number": _cell('<c r="F3" t="s"><v>-1</v></c>',
        ("broken_cell", 3, "budget_wan", "shared string -1"), strings=("x",)),
    "shared string without number": _cell('<c r="F3" t="s"><v>abc</v></c>',
        ("broken_cell", 3, "budget_wan", "shared string abc"), strings=("x",)),
    "cell of unknown type": _cell('<c r="F3" t="q"><v>5</v></c>',
        ("broken_cell", 3, "budget_wan", 't="q" 5')),
    "number that is none": _cell('<c r="F3"><v>12abc</v></c>',
        ("broken_cell", 3, "budget_wan", "12abc")),
    "number of another script": _cell('<c r="F3"><v>١٢</v></c>',
        ("broken_cell", 3, "budget_wan", "١٢")),
    "not a number": _cell('<c r="F3"><v>NaN</v></c>',
        ("number_not_finite", 3, "budget_wan", "NaN")),
    "infinite": _cell('<c r="F3"><v>INF</v></c>',
        ("number_not_finite", 3, "budget_wan", "INF")),
    "too large": _cell('<c r="F3"><v>1e400</v></c>',
        ("number_out_of_range", 3, "budget_wan", "1e400")),
    "bad logical": _cell('<c r="F3" t="b"><v>7</v></c>',
        ("broken_cell", 3, "budget_wan", "7")),
    "logical in a number": _cell('<c r="F3" t="b"><v>1</v></c>',
        ("boolean_cell", 3, "budget_wan", "TRUE")),
    "logical in a date": _cell('<c r="G3" t="b"><v>0</v></c>',
        ("boolean_cell", 3, "confirmed_on", "FALSE"), column="G"),
    "date in a number": _cell('<c r="F3" s="1"><v>39508</v></c>',
        ("date_in_number", 3, "budget_wan", "2008-03-01")),
    "negative": _cell('<c r="F3"><v>-5</v></c>', ("negative", 3, "budget_wan", "-5")),
    "unit in a text": _cell(text_cell("F3", "5万元"),
        ("number_with_unit", 3, "budget_wan", "5万元")),
    "a day as a number": _cell('<c r="G3"><v>39508</v></c>',
        ("date_as_number", 3, "confirmed_on", "39508"), column="G"),
    "a day that never was": _cell('<c r="G3" s="1"><v>60</v></c>',
        ("no_such_day", 3, "confirmed_on", "1900-02-29"), column="G"),
    "a negative day": _cell('<c r="G3" s="1"><v>-3</v></c>',
        ("date_out_of_range", 3, "confirmed_on", "-3"), column="G"),
    "a day after all days": _cell('<c r="G3" s="1"><v>99999999</v></c>',
        ("date_out_of_range", 3, "confirmed_on", "99999999"), column="G"),
    "a day in 2101": _cell('<c r="G3" s="1"><v>73416</v></c>',
        ("date_out_of_range", 3, "confirmed_on", "2101-01-01"), column="G"),
    "a time for a day": _cell('<c r="G3" s="4"><v>0.375</v></c>',
        ("not_a_date", 3, "confirmed_on", "09:00:00"), column="G"),
    "a bad ISO date": _cell('<c r="G3" t="d"><v>2008-02-31</v></c>',
        ("broken_cell", 3, "confirmed_on", "2008-02-31"), column="G"),
    "an escaped control character": _cell(text_cell("F3", "5_x0007_"),
        ("control_character", 3, "budget_wan", "5\x07")),
}  # fmt: skip


def _id(first: str, *said: Said, second: str = "E9") -> tuple[Make, list[Said]]:
    """A workbook whose first id is given as XML."""

    def make(folder: Path) -> Path:
        rows = [HEAD, (first, *ROW[1:]), (second, *ROW[1:])]
        return workbook_of(folder, "enterprises", rows)

    return make, list(said)


IDS = {
    "id that lost its digits": _id('<c r="A2"><v>9.1330100E+17</v></c>',
        ("digits_lost", 2, "id", "9.13301e+17")),
    "id with a fraction": _id('<c r="A2"><v>1.5</v></c>', ("bad_id", 2, "id", "1.5")),
    "ids that are the same number": _id('<c r="A2"><v>7</v></c>',
        ("duplicate_key", 3, "id", "7"), second="7"),
    "id as a formula": _id('<c r="A2"><f>"E"&amp;1</f></c>',
        ("formula_without_value", 2, "id", '="E"&1')),
    "id as an error": _id('<c r="A2" t="e"><v>#N/A</v></c>', ("cell_error", 2, "id", "#N/A")),
}  # fmt: skip

BAD_WORKBOOK_CELLS = CELLS | IDS
