"""An XLSX workbook → its sheets and raw cells, read with suspicion.

The common readers repair or drop what is broken (a shared string that is not there, an
unknown cell type, a formula that was never calculated) and some lose count of the rows.
Here every such cell is told as what it is, so the parts are read directly: XML without
document types, row by row, in constant memory but for the shared strings.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from features.grid import Row, Sheet, SourceProblem
from features.sheet_cells import Attributes, CellFormats, SheetParser, unescaped
from features.workbook_package import Package

_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE_CODE = re.compile("[ymdhs]|aaa")


class Workbook:
    """An open workbook; close it when its rows have been read.

    Attributes
    ----------
    sheets : list of Sheet
        The worksheets, in order (charts and macro sheets are left out).

    Raises
    ------
    SourceProblem
        If it is no workbook that may be read.
    """

    def __init__(self, path: Path, label: str) -> None:
        self._package = Package(path)
        self._strings: list[str] | None = None
        try:
            self.sheets = self._open(label)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._package.close()

    def _open(self, label: str) -> list[Sheet]:
        package = self._package
        main = package.workbook_part()
        named: list[tuple[str, str, bool]] = []
        flags = {"date1904": False, "uncalculated": False}

        def start(name: str, attributes: Attributes) -> None:
            if name == "sheet":
                relation = next((v for k, v in attributes.items() if k.endswith(" id")), "")
                hidden = attributes.get("state", "visible") != "visible"
                named.append((attributes.get("name", ""), relation, hidden))
            elif name == "workbookPr":
                flags["date1904"] = _true(attributes.get("date1904"))
            elif name == "calcPr":
                flags["uncalculated"] = _true(attributes.get("fullCalcOnLoad"))

        package.walk(main, start)
        related = package.related(main)
        parts = dict(related.values())
        self._strings_part = parts.get("sharedStrings")
        dates, percents = self._styles(parts.get("styles"))
        formats = CellFormats(dates, _epoch(flags["date1904"]), percents)
        sheets = []
        for name, relation, hidden in named:
            if relation not in related:
                raise SourceProblem("damaged_workbook", name, reason=f"no part for sheet {name}")
            kind, part = related[relation]
            if kind != "worksheet":
                continue
            if not package.has(part):
                raise SourceProblem("damaged_workbook", name, reason=f"no part {part}")
            sheet = Sheet(label, name, _no_rows, ragged=True, hidden=hidden,
                          uncalculated=flags["uncalculated"])  # fmt: skip
            sheet.rows = partial(self._rows, sheet, part, formats)
            sheets.append(sheet)
        return sheets

    def _rows(self, sheet: Sheet, part: str, formats: CellFormats) -> Iterator[Row]:
        if self._strings is None:
            self._strings = self._shared_strings()
        parser = SheetParser(self._strings, formats)
        for _ in self._package.steps(part, parser.start, parser.end, parser.characters):
            yield from parser.taken()
        sheet.merged[:] = parser.merged
        sheet.formulas = parser.formulas

    def _shared_strings(self) -> list[str]:
        """The texts that cells refer to by number; without the readings beside them."""
        found: list[str] = []
        if self._strings_part is None or not self._package.has(self._strings_part):
            return found
        pieces: list[str] = []
        state = {"text": False, "phonetic": False}

        def start(name: str, _: Attributes) -> None:
            if name == "si":
                pieces.clear()
            elif name == "rPh":
                state["phonetic"] = True
            state["text"] = name == "t" and not state["phonetic"]

        def end(name: str) -> None:
            state["text"] = False
            if name == "rPh":
                state["phonetic"] = False
            elif name == "si":
                found.append(unescaped("".join(pieces)))

        def characters(written: str) -> None:
            if state["text"]:
                pieces.append(written)

        self._package.walk(self._strings_part, start, end, characters)
        return found

    def _styles(self, part: str | None) -> tuple[frozenset[str], frozenset[str]]:
        """Numbers of the cell styles that show a number as a date or time, and as a percentage."""
        if part is None or not self._package.has(part):
            return frozenset(), frozenset()
        codes: dict[int, str] = {}
        formats: list[int] = []
        inside = {"cellXfs": False}

        def start(name: str, attributes: Attributes) -> None:
            if name == "numFmt":
                codes[_int(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            elif name == "cellXfs":
                inside["cellXfs"] = True
            elif name == "xf" and inside["cellXfs"]:
                formats.append(_int(attributes.get("numFmtId")))

        def end(name: str) -> None:
            if name == "cellXfs":
                inside["cellXfs"] = False

        self._package.walk(part, start, end)
        dates, percents = set(), set()
        for style, code in enumerate(formats):
            if _shows_date(codes[code]) if code in codes else code in _DATE_FORMATS:
                dates.add(str(style))
            elif "%" in _NOT_CODE.sub("", codes[code]) if code in codes else code in (9, 10):
                percents.add(str(style))
        return frozenset(dates), frozenset(percents)


def _shows_date(code: str) -> bool:
    if code.strip().lower() == "general":
        return False
    return bool(_DATE_CODE.search(_NOT_CODE.sub("", code.lower().replace("general", ""))))


def _epoch(is_1904: bool) -> dt.datetime:
    return dt.datetime(1904, 1, 1) if is_1904 else dt.datetime(1899, 12, 30)


def _true(written: str | None) -> bool:
    return written in ("1", "true", "on")


def _int(written: str | None) -> int:
    return int(written) if written and written.isascii() and written.isdigit() else 0


def _no_rows() -> Iterator[Row]:
    return iter(())
