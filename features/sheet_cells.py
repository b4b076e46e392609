"""The cells of one worksheet part, element by element."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from features.grid import BadCell, Percent, Raw, Row, SourceProblem

Attributes = dict[str, str]

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_LAST_SERIAL = 2_958_466
_NOT_A_DAY = 60
"""Excel's serial number of 29 February 1900, a day that never was."""


def unescaped(written: str) -> str:
    """Text with the escapes of the format (``_x000D_``) undone."""
    if "_x" not in written:
        return written
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), written)


@dataclass(frozen=True)
class CellFormats:
    """Which cell styles show dates or percentages, and the day from which the workbook counts."""

    dates: frozenset[str]
    epoch: dt.datetime
    percents: frozenset[str] = frozenset()

    def moment(self, serial: float, written: str) -> Raw:
        """A date, or a time of day, from its serial number."""
        if not 0 <= serial < _LAST_SERIAL:
            return BadCell("date_out_of_range", written)
        if serial < 1:
            seconds = round(serial * 86_400)
            return (dt.datetime.min + dt.timedelta(seconds=seconds)).time()
        if self.epoch.year == 1899:
            if math.floor(serial) == _NOT_A_DAY:
                return BadCell("no_such_day", "1900-02-29")
            serial += serial < _NOT_A_DAY
        days = math.floor(serial)
        seconds = round((serial - days) * 86_400)
        return self.epoch + dt.timedelta(days=days, seconds=seconds)


class SheetParser:
    """Takes the elements of a worksheet and hands on its rows.

    Attributes
    ----------
    merged : list of (first row, first column, last row, last column)
    formulas : int
        Cells with a formula and a stored value.
    """

    def __init__(self, strings: list[str], formats: CellFormats) -> None:
        self.merged: list[tuple[int, int, int, int]] = []
        self.formulas = 0
        self._strings, self._formats = strings, formats
        self._rows: list[Row] = []
        self._row = 0
        self._number_of_row = "0"
        self._cells: list[Raw] = []
        self._column = 0
        self._in_data = self._phonetic = False
        self._text: list[str] | None = None
        self._cell: Attributes | None = None
        self._value: str | None = None
        self._inline: list[str] = []
        self._formula = False
        self._written = ""  # the formula itself; empty where it is shared with another cell

    def taken(self) -> Iterator[Row]:
        """The rows that are complete, each once."""
        rows, self._rows = self._rows, []
        yield from rows

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "c" and self._in_data:
            self._cell = attributes
            self._value, self._formula, self._written = None, False, ""
            self._inline = []
        elif name == "v":
            self._text = []
        elif name == "t":
            self._text = None if self._phonetic else []
        elif name == "f":
            self._formula, self._text = True, []
        elif name == "row" and self._in_data:
            self._begin_row(attributes.get("r"))
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "sheetData":
            self._in_data = True

    def characters(self, written: str) -> None:
        """Text between elements."""
        if self._text is not None:
            self._text.append(written)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "v" and self._text is not None:
            self._value, self._text = "".join(self._text), None
        elif name == "f" and self._text is not None:
            self._written, self._text = "".join(self._text), None
        elif name == "c" and self._cell is not None:
            self._place(self._cell)
            self._cell = None
        elif name == "t" and self._text is not None:
            self._inline.append("".join(self._text))
            self._text = None
        elif name == "row" and self._in_data:
            self._rows.append((self._row, self._cells))
            self._cells = []
        elif name == "rPh":
            self._phonetic = False
        elif name == "sheetData":
            self._in_data = False

    def _begin_row(self, written: str | None) -> None:
        number = self._row + 1 if written is None else _whole(written)
        if not self._row < number <= LAST_ROW:
            raise SourceProblem("broken_sheet", str(written), row=self._row + 1)
        self._row, self._column = number, 0
        self._number_of_row = str(number)

    def _place(self, cell: Attributes) -> None:
        value = self._read(cell)
        reference = cell.get("r")
        column = self._column + 1
        # Nearly every cell follows the one before it; the others are looked at closely.
        if reference is not None and reference != letters(column) + self._number_of_row:
            match = _REFERENCE.fullmatch(reference)
            column = _column(match[1]) if match else 0
            misplaced = match is None or int(match[2]) != self._row
            if misplaced or not self._column < column <= LAST_COLUMN:
                raise SourceProblem("broken_sheet", reference, row=self._row)
        self._column = column
        if value is not None:
            self._cells += [None] * (column - 1 - len(self._cells))
            self._cells.append(value)

    def _read(self, cell: Attributes) -> Raw:
        kind, written = cell.get("t", "n"), self._value
        if self._formula:
            if written is None or (not written and kind != "str"):
                return BadCell("formula_without_value", f"={self._written}")
            self.formulas += 1
        if kind == "inlineStr":
            return unescaped("".join(self._inline)) or None
        if not written:
            return None
        if kind == "s":
            return self._shared(written)
        if kind == "n":
            return self._number(written, cell.get("s", "0"))
        if kind == "str":
            return unescaped(written)
        if kind == "b":
            flag = written.strip().lower()
            known = flag in ("0", "1", "true", "false")
            return flag in ("1", "true") if known else _broken(written)
        if kind == "e":
            return BadCell("cell_error", written)
        if kind == "d":
            return _iso(written)
        return BadCell("broken_cell", f't="{kind}" {written}')

    def _shared(self, written: str) -> Raw:
        index = _whole(written)
        if 0 <= index < len(self._strings):
            return self._strings[index] or None
        return _broken(f"shared string {written}")

    def _number(self, written: str, style: str) -> Raw:
        if not _NUMBER.fullmatch(written):
            plain = written.strip().lstrip("+-").lower()
            odd = plain in ("nan", "inf", "infinity")
            return BadCell("number_not_finite" if odd else "broken_cell", written)
        value = float(written)
        if math.isinf(value):
            return BadCell("number_out_of_range", written)
        if style in self._formats.dates:
            return self._formats.moment(value, written)
        return Percent(value) if style in self._formats.percents else value + 0.0

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        ends = [_REFERENCE.fullmatch(part) for part in (first, last or first)]
        if ends[0] is None or ends[1] is None:
            raise SourceProblem("broken_sheet", reference)
        (left, top), (right, bottom) = ends[0].groups(), ends[1].groups()
        self.merged.append((int(top), _column(left), int(bottom), _column(right)))


@cache
def letters(column: int) -> str:
    """Name of a column as spreadsheets have it, counted from 1 (``28`` → ``AB``)."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _whole(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else -1


def _broken(written: str) -> BadCell:
    return BadCell("broken_cell", written)


def _iso(written: str) -> Raw:
    try:
        return dt.datetime.fromisoformat(written.strip()).replace(tzinfo=None)
    except ValueError:
        return _broken(written)
