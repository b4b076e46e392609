"""A refused file once more, with what is wrong beside the cells.

The copy holds the same cells (values; formulas are given by their results) at the same places.
What was found stands in it as coloured cells with comments, and once more as a list, each entry
with a link to its cell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from features.cells import shown
from features.export import ExactFloat, written_at
from features.findings import Finding
from features.grid import BadCell, Percent, Raw, SourceProblem
from features.language import Language, current_language, say
from features.map_area import Grid
from features.remarks import Remarks
from features.sources import MAX_BYTES, Sources

__all__ = ["write"]

_COLOURS = {"error": "#F8CBAD", "warning": "#FFE699"}
_LONGEST_CELL, _LONGEST_NAME, _MOST_COMMENTS = 32_767, 31, 5_000
_LONGEST_COMMENT = 2_000
_LARGEST_AREA = 10_000
"""Cells of a merged area above which the copy leaves it unmerged."""
_FIRST_OF_EXCEL = dt.datetime(1900, 3, 1)
_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)")


def write(
    paths: Sequence[Path],
    findings: Sequence[Finding],
    total: int,
    target: Path,
    *,
    max_bytes: int = MAX_BYTES,
    lang: Language | None = None,
) -> None:
    """Write the annotated copy of the files of an import.

    Parameters
    ----------
    paths : sequence of Path
        The files; those that cannot be opened are in the list of findings alone.
    findings : sequence of Finding
    total : int
        How many there are, if not all are given.
    target : Path
        The workbook to write.
    """
    import xlsxwriter

    lang = lang or current_language()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": written_at(), "title": say("annotate.title", lang)})
        copy = _Copy(book, lang)
        copy.names.add(say("annotate.sheet", lang).lower())  # kept for the list, which comes last
        with Sources(Remarks(), max_bytes) as sources:
            for path in paths:
                copy.file(sources, path, findings)
        copy.list(book.add_worksheet(say("annotate.sheet", lang)), findings, total)


class _Copy:
    def __init__(self, book: Any, lang: Language) -> None:
        self.book, self.lang = book, lang
        self.names: set[str] = set()
        self.sheets: dict[tuple[str, str | None], str] = {}
        self.comments, self.shown = 0, False
        self.formats: dict[tuple[str, str], Any] = {}

    def file(self, sources: Sources, path: Path, findings: Sequence[Finding]) -> None:
        """Copy every sheet of a file."""
        try:
            sheets = sources.sheets_of(path, path.name)
        except SourceProblem:
            return
        for sheet in sheets:
            try:
                grid = Grid.of(sheet)
            except SourceProblem:
                continue
            said = [
                f for f in findings
                if f.sheet == sheet.sheet and f.file in (path.name, str(path)) and f.cell
            ]  # fmt: skip
            self._sheet(grid, path, said)

    def _sheet(self, grid: Grid, path: Path, findings: Sequence[Finding]) -> None:
        name = self._name(grid.name or path.stem)
        for label in (path.name, str(path)):
            self.sheets[label, grid.name] = name
        page = self.book.add_worksheet(name)
        if grid.hidden:
            page.hide()
        elif findings and not self.shown:
            self.shown = True
            page.activate()
            page.set_first_sheet()
        at: dict[tuple[int, int], list[Finding]] = {}
        for finding in findings:
            at.setdefault(_place(finding.cell or "A1"), []).append(finding)
        for row, cells in grid.rows.items():
            for position, raw in enumerate(cells):
                if raw is not None:
                    self._cell(page, row - 1, position, raw, at)
        for row, position in at:
            said = at[row, position]
            if grid.cell(row + 1, position) is None:
                page.write_blank(row, position, None, self._format("", _level(said)))
            if self.comments < _MOST_COMMENTS:
                self.comments += 1
                comment = "\n".join(f.message[self.lang] for f in said)[:_LONGEST_COMMENT]
                page.write_comment(row, position, comment, {"x_scale": 2, "y_scale": 1.5})
        self._merge(page, grid, at)
        for position in range(grid.width):
            page.set_column(position, position, _width(grid, position))

    def _cell(self, page: Any, row: int, position: int, raw: Raw,
              at: Mapping[tuple[int, int], list[Finding]]) -> None:  # fmt: skip
        said = at.get((row, position))
        level = _level(said) if said else ""
        if isinstance(raw, bool):
            page.write_boolean(row, position, raw, self._format("", level))
        elif isinstance(raw, float):
            kind = "percent" if isinstance(raw, Percent) else ""
            page.write_number(row, position, ExactFloat(raw), self._format(kind, level))
        elif isinstance(raw, dt.datetime) and raw >= _FIRST_OF_EXCEL:
            kind = "date" if raw.time() == dt.time(0) else "moment"
            page.write_datetime(row, position, raw, self._format(kind, level))
        elif isinstance(raw, dt.time):
            page.write_datetime(row, position, raw, self._format("time", level))
        else:
            written = raw.shown if isinstance(raw, BadCell) else shown(raw)
            kind = "lines" if "\n" in written else "text"
            page.write_string(row, position, written[:_LONGEST_CELL], self._format(kind, level))

    def _merge(self, page: Any, grid: Grid, at: Mapping[tuple[int, int], list[Finding]]) -> None:
        """Merged areas as they were, where nothing is said of the cells beneath."""
        taken: set[tuple[int, int]] = set()
        for top, left, bottom, right in grid.merged:
            if (bottom - top + 1) * (right - left + 1) > _LARGEST_AREA:
                continue
            inside = {(r, c) for r in range(top - 1, bottom) for c in range(left - 1, right)}
            hidden = inside - {(top - 1, left - 1)}
            if len(inside) < 2 or inside & taken or any(place in at for place in hidden):
                continue
            taken |= inside
            said = at.get((top - 1, left - 1))
            page.merge_range(top - 1, left - 1, bottom - 1, right - 1, "",
                             self._format("text", _level(said) if said else ""))  # fmt: skip
            raw = grid.cell(top, left - 1)
            if raw is not None:
                self._cell(page, top - 1, left - 1, raw, at)

    def _format(self, kind: str, level: str) -> Any:
        known = self.formats.get((kind, level))
        if known is None:
            codes = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss", "time": "hh:mm:ss",
                     "percent": "0.00%", "text": "@", "lines": "@"}  # fmt: skip
            said: dict[str, Any] = {"num_format": codes[kind]} if kind in codes else {}
            if kind == "lines":
                said |= {"text_wrap": True, "valign": "top"}
            if level:
                said |= {"bg_color": _COLOURS[level], "border": 1, "border_color": "#C00000"}
            known = self.formats[kind, level] = self.book.add_format(said)
        return known

    def _name(self, wanted: str) -> str:
        plain = re.sub(r"[\[\]:*?/\\]", "_", wanted).strip("'")[:_LONGEST_NAME] or "1"
        name, count = plain, 1
        while name.lower() in self.names:
            count += 1
            name = f"{plain[: _LONGEST_NAME - len(str(count)) - 1]}_{count}"
        self.names.add(name.lower())
        return name

    def list(self, page: Any, findings: Sequence[Finding], total: int) -> None:
        """The sheet of findings, each with a link to its cell."""
        strong = self.book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        wrapped = self.book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        link = self.book.add_format({"font_color": "#0563C1", "underline": 1, "valign": "top"})
        page.write_string(0, 0, say("annotate.intro", self.lang, total=total, shown=len(findings)))
        titles = ("cell", "level", "column", "value", "message", "file", "on_sheet", "row", "code")
        for position, title in enumerate(titles):
            page.write_string(2, position, say(f"annotate.{title}", self.lang), strong)
        for row, f in enumerate(findings, 3):
            sheet = self.sheets.get((f.file, f.sheet))
            if f.cell and sheet:
                quoted = sheet.replace("'", "''")
                page.write_url(row, 0, f"internal:'{quoted}'!{f.cell}", link, f.cell)
            else:
                page.write_string(row, 0, f.cell or "", wrapped)
            heading = f.heading[self.lang] if f.heading else f.column or ""
            level = say(f"annotate.level_{f.level}", self.lang)
            told = (level, heading, f.value or "", f.message[self.lang], Path(f.file).name,
                    f.sheet or "", f.row, f.code)  # fmt: skip
            for position, said in enumerate(told, 1):
                if isinstance(said, int):
                    page.write_number(row, position, said)
                else:
                    page.write_string(row, position, (said or "")[:_LONGEST_CELL], wrapped)
        for position, width in enumerate((8, 8, 24, 24, 70, 22, 16, 7, 22)):
            page.set_column(position, position, width)
        page.freeze_panes(3, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_paper(9)
        if not self.sheets:
            page.activate()


def _level(findings: Sequence[Finding]) -> str:
    return "error" if any(f.level == "error" for f in findings) else "warning"


def _place(cell: str) -> tuple[int, int]:
    """Row and column of a cell, counted from 0."""
    match = _CELL.fullmatch(cell)
    if match is None:
        return 0, 0
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _width(grid: Grid, position: int) -> float:
    """About as wide as the cells are, titles left aside."""
    widths = [
        sum(2 if sign > "\x7f" else 1 for sign in shown(raw).split("\n")[0])
        for row in list(grid.rows)[:200]
        if (raw := grid.cell(row, position)) is not None
    ]
    widths = sorted(widths)[: max(1, int(len(widths) * 0.9))]
    return float(max(8, min(40, max(widths, default=8) + 2)))
