"""Where a table of a map stands on its sheet: its rows and columns, found in the file itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from features.cells import BLANKS, meant, shown
from features.grid import Raw, Row, Sheet
from features.language import text
from features.map_nodes import Faults
from features.mapping import Source, TableMap
from features.place_names import half_width
from features.sheet_cells import LAST_COLUMN, letters

__all__ = ["Area", "Grid", "bound", "column_position", "folded_heading"]

_MOST_LETTERS = 3


@dataclass
class Grid:
    """A whole sheet in memory.

    Attributes
    ----------
    rows : dict of int to list of raw cells
        By row number; rows that the file leaves out are absent.
    width : int
    merged : list of (first row, first column, last row, last column)
    """

    file: str
    name: str | None
    rows: dict[int, list[Raw]] = field(default_factory=dict)
    width: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False

    @classmethod
    def of(cls, sheet: Sheet) -> Grid:
        """Read a sheet; raises :class:`features.grid.SourceProblem` where it breaks off."""
        rows = dict(sheet.rows())
        width = max((_filled_to(cells) for cells in rows.values()), default=0)
        return cls(sheet.file, sheet.sheet, rows, width, list(sheet.merged), sheet.hidden)

    @cached_property
    def last_row(self) -> int:
        """Number of the last row that holds anything."""
        return max((n for n, cells in self.rows.items() if _filled_to(cells)), default=0)

    def cell(self, row: int, position: int) -> Raw:
        """The cell at a row and a position counted from 0."""
        cells = self.rows.get(row, ())
        return cells[position] if position < len(cells) else None

    def heading(self, header_rows: Sequence[int], position: int) -> str:
        """The header of a column, the levels of a merged head joined by ``/``."""
        parts: list[str] = []
        for row in header_rows:
            said = " ".join(shown(self.spread(row, position)).split()).strip(BLANKS)
            if said and (not parts or parts[-1] != said):
                parts.append(said)
        return "/".join(parts)

    def spread(self, row: int, position: int) -> Raw:
        """A cell, or that of the merged area it lies in."""
        if (raw := self.cell(row, position)) is not None:
            return raw
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= position + 1 <= right:
                return self.cell(top, left - 1)
        return None


@dataclass(frozen=True)
class Area:
    """A table of a map, bound to a sheet.

    Attributes
    ----------
    positions : dict of str to int
        Column of our table → position on the sheet, counted from 0.
    ticks : dict of str to dict of int to str
        Column of our table → position → choice that a tick there means.
    left, right : int
        Positions of the first and the last column that the map uses.
    reach : int
        The first column, left of them, that belongs to no other table: a serial number or
        the word 合计 may stand there.
    """

    table: TableMap
    grid: Grid
    positions: dict[str, int]
    ticks: dict[str, dict[int, str]]
    left: int
    right: int
    reach: int = 0

    @property
    def bottom(self) -> int:
        """The last row of the area."""
        return self.table.last_row or max(self.grid.last_row, self.table.first_row)

    def data_rows(self) -> list[Row]:
        """The rows of data, without those skipped, numbered as on the sheet."""
        skipped = self.table.skip_rows
        return [
            (n, self.grid.rows[n])
            for n in sorted(self.grid.rows)
            if self.table.first_row <= n <= self.bottom and n not in skipped
        ]


def folded_heading(written: str) -> str:
    """A heading as headings are compared: half width, without blanks, in lower case."""
    return "".join(half_width(written).split()).lower()


def column_position(written: str) -> int | None:
    """Position of a column named by letters, counted from 0; None if it is not."""
    plain = half_width(written).strip()
    if not (plain.isascii() and plain.isalpha() and len(plain) <= _MOST_LETTERS):
        return None
    number = 0
    for letter in plain.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1 if number <= LAST_COLUMN else None


def bound(tables: Sequence[TableMap], grids: Sequence[Grid], faults: Faults) -> list[Area]:
    """Each table of a map on its sheet; what does not fit is added to ``faults``."""
    areas: list[Area] = []
    for table in tables:
        grid = _grid(table, grids, faults)
        if grid is not None and (area := _area(table, grid, faults)) is not None:
            areas.append(area)
    for i, area in enumerate(areas):
        for other in areas[:i]:
            if _overlap(area, other):
                faults.add(area.table.path, "map_overlap", _said(area), other=other.table.path,
                           area=_said(other))  # fmt: skip
    return [replace(area, reach=_reach(area, areas)) for area in areas]


def _reach(area: Area, areas: Sequence[Area]) -> int:
    beside = [
        other.right + 1
        for other in areas
        if other.grid is area.grid
        and other.right < area.left
        and area.table.top <= other.bottom
        and other.table.top <= area.bottom
    ]
    return max(beside, default=0)


def _grid(table: TableMap, grids: Sequence[Grid], faults: Faults) -> Grid | None:
    named = {grid.name: grid for grid in grids}
    if table.sheet is None:
        if len(grids) == 1:
            return grids[0]
        listed = ", ".join(name or "" for name in named)
        faults.add(f"{table.path}.sheet", "map_which_sheet", None, known=listed)
        return None
    if table.sheet in named:
        return named[table.sheet]
    if len(grids) == 1 and grids[0].name is None:
        return grids[0]  # a CSV file has no sheets, so none can be meant but itself
    names = [name for name in named if name]
    faults.add(f"{table.path}.sheet", "map_no_sheet", table.sheet, known=", ".join(names),
               suggestion=meant(table.sheet, names))  # fmt: skip
    return None


def _area(table: TableMap, grid: Grid, faults: Faults) -> Area | None:
    before = len(faults.found)
    if table.first_row > grid.last_row:
        faults.add(f"{table.path}.first_row", "map_beyond", table.first_row, last=grid.last_row)
    elif table.last_row and table.last_row > grid.last_row:
        faults.add(f"{table.path}.last_row", "map_beyond", table.last_row, last=grid.last_row)
    positions = {
        name: position
        for name, source in table.columns.items()
        if source.column and (position := _find(source, source.column, "column", table, grid,
                                                faults)) is not None
    }  # fmt: skip
    ticks = {
        name: {
            position: choice
            for written, choice in source.ticks.items()
            if (position := _find(source, written, "ticks", table, grid, faults)) is not None
        }
        for name, source in table.columns.items()
        if source.ticks
    }
    used = [*positions.values(), *(p for choices in ticks.values() for p in choices)]
    if not used:
        faults.add(f"{table.path}.columns", "map_no_columns", table.table)
    if len(faults.found) > before:
        return None
    return Area(table, grid, positions, ticks, min(used), max(used))


def _find(
    source: Source, written: str, key: str, table: TableMap, grid: Grid, faults: Faults
) -> int | None:
    """Position of a column by its letters or its heading."""
    place = f"{source.path}.{key}"
    headings = {p: grid.heading(table.header_rows, p) for p in range(grid.width)}
    position = column_position(written)
    if position is None or position >= grid.width:
        same = [p for p, h in headings.items() if folded_heading(h) == folded_heading(written)]
        if len(same) != 1:
            listed = ", ".join(f"{letters(p + 1)} {h}".strip() for p, h in headings.items())
            code = "map_heading_twice" if same else "map_no_column"
            faults.add(place, code, written, known=listed)
            return None
        position = same[0]
    if key == "column" and source.heading is not None:
        stands = headings[position]
        if folded_heading(stands) != folded_heading(source.heading):
            faults.add(f"{source.path}.heading", "map_heading_differs", source.heading,
                       stands=stands or text("finding_hint.nothing"),
                       letter=letters(position + 1))  # fmt: skip
    return position


def _overlap(one: Area, other: Area) -> bool:
    return (
        one.grid is other.grid
        and one.table.top <= other.bottom
        and other.table.top <= one.bottom
        and one.left <= other.right
        and other.left <= one.right
    )


def _said(area: Area) -> str:
    sheet = f"{area.grid.name}!" if area.grid.name else ""
    corner = f"{letters(area.left + 1)}{area.table.top}"
    return f"{sheet}{corner}:{letters(area.right + 1)}{area.bottom}"


def _filled_to(cells: Sequence[Raw]) -> int:
    filled = (i for i, c in enumerate(cells, 1) if not (c is None or (isinstance(c, str)
              and not c.strip(BLANKS))))  # fmt: skip
    return max(filled, default=0)
