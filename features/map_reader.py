"""A workbook read through a map: the same checks of every row, the places those of the workbook.

A table of the map keeps the positions that its columns have on the sheet, so that findings say
row and column as Excel shows them. What stands in no single cell (a constant, a list of ticks,
a made id) is put into columns beyond the sheet's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from features.cells import BLANKS, CellReader, shown
from features.findings import Finding
from features.grid import Raw, Row, Sheet, SourceProblem
from features.header import Header
from features.ingest import grow_industries
from features.made_ids import MadeIds
from features.map_area import Area, Grid, bound
from features.map_cells import MappedReader, is_ticked
from features.map_nodes import Faults
from features.mapping import Map, Source
from features.name_references import NamedReferences, Names
from features.own_columns import read_own_column
from features.place_names import half_width
from features.references import Known
from features.remarks import Heading, Place, Remarks
from features.row_reader import Part, Reader, RowReader, area_name
from features.schema import OWN_PREFIX, TABLES, TableSpec
from features.signatures import unsigned_endings
from features.sources import MAX_BYTES, Sources
from features.tables import Table, Value

__all__ = ["MappedBatch", "read", "total_in"]

_TOTAL = re.compile(
    r"(?:合计|总计|小计|共计|累计|汇总|总数)(?:数|行)?(?:[(:].*)?|(?:grand|sub)?-?totals?|sum",
    re.IGNORECASE,
)
_TOTAL_OF = re.compile(r".{1,12}(?:合计|总计|小计|共计)(?:[(:].*)?")
Reading = Callable[[int, int], None]
_TOLD_EVERY = 100
_LOOKED_AT = 4
_MAY_BE_NAMED = 2
"""Cells from the left that may say whose total a row is (``衢州市小计``)."""


def total_in(cells: Sequence[Raw]) -> Raw:
    """The cell that says that its row adds up others; None where none does.

    Parameters
    ----------
    cells : sequence of raw cells
        Those of the row that hold anything, from the left.
    """
    for i, raw in enumerate(cells[:_LOOKED_AT]):
        plain = "".join(half_width(raw).split()).strip(BLANKS) if isinstance(raw, str) else ""
        if _TOTAL.fullmatch(plain) or (i < _MAY_BE_NAMED and _TOTAL_OF.fullmatch(plain)):
            return raw
    return None


@dataclass
class MappedBatch:
    """What an import through a map holds, fit to be stored.

    Attributes
    ----------
    tables : list of Table
        One for each table of the map (a table of ours may come in several parts, with
        different columns), in an order in which what is referred to comes first.
    findings : list of Finding
        Warnings; errors are raised.
    """

    tables: list[Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read(
    path: Path,
    wanted: Map,
    *,
    references: NamedReferences,
    cap: int = 200,
    max_bytes: int = MAX_BYTES,
    reading: Reading | None = None,
) -> MappedBatch:
    """Read one file as a map says.

    Parameters
    ----------
    references : NamedReferences
        What is stored already.
    cap : int
        Most findings to tell; how many there are is always told.
    reading : callable, optional
        Told how many of how many rows have been read, now and then.

    Raises
    ------
    FindingsError
        If the map does not fit the file, or anything in the file is wrong.
    """
    remarks = Remarks()
    faults = Faults(wanted.file)
    with Sources(remarks, max_bytes) as sources:
        try:
            grids = [Grid.of(sheet) for sheet in sources.sheets_of(path, path.name)]
        except SourceProblem as problem:
            remarks.add(Place(1, path.name), problem.code, row=problem.row,
                        value=problem.value or path.name, values=problem.values)  # fmt: skip
            raise remarks.error(cap) from None
        areas = bound(wanted.tables, grids, faults)
    faults.refuse()
    tables = _tables(areas, references, remarks, _Counted(areas, reading))
    _beyond(areas, remarks)
    if remarks.errors:
        raise remarks.error(cap)
    return MappedBatch(tables, remarks.warnings(cap))


class _Counted:
    """Counts the rows that are read, of all areas together."""

    def __init__(self, areas: Sequence[Area], told: Reading | None) -> None:
        self._told, self._done = told, 0
        self._total = sum(len(area.data_rows()) for area in areas) if told else 0

    def each(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows as they come."""
        for row in rows:
            yield row
            self._done += 1
            if self._told is not None and self._done % _TOLD_EVERY == 0:
                self._told(self._done, max(self._done, self._total))


def _tables(
    areas: Sequence[Area], references: NamedReferences, remarks: Remarks, counted: _Counted
) -> list[Table]:
    known = Known(references)
    names = Names(known, references)
    found: list[Table] = []
    outcomes: list[Part] = []
    for spec in TABLES.values():
        keys: dict[tuple[Value, ...], tuple[Place, int]] = {}
        for turn, area in enumerate(areas, 1):
            if area.table.table != spec.name:
                continue
            place = Place(turn, area.grid.file, area.grid.name)
            part = _AreaReader(spec, area, place, known, names, remarks, keys).read(counted)
            table = _table(spec, part, remarks)
            found.append(table)
            if "id" in table.columns and "name" in table.columns:
                names.add(spec.name, table["id"], table["name"])
            if spec.name == "regions":
                known.regions = known.regions.with_rows(table)
            elif spec.name == "industries":
                grow_industries(known, table, [part], remarks)
            elif spec.name == "outcomes":
                outcomes.append(part)
    projects = next((table for table in found if table.name == "projects"), None)
    unsigned_endings(outcomes, projects, known, remarks)
    return found


def _table(spec: TableSpec, part: Part, remarks: Remarks) -> Table:
    columns = {name: part.columns[name] for name in spec.names if name in part.columns}
    for name in sorted(part.own):
        (values,) = read_own_column(name, [(part.place, part.own[name])], remarks)
        columns[name] = [values[i] for i in part.kept]
    return Table(spec.name, columns)


class _AreaReader:
    """Reads one table of a map."""

    def __init__(
        self, spec: TableSpec, area: Area, place: Place, known: Known, names: Names,
        remarks: Remarks, keys: dict[tuple[Value, ...], tuple[Place, int]],
    ) -> None:  # fmt: skip
        self.spec, self.area, self.place = spec, area, place
        self.known, self.remarks, self.keys = known, remarks, keys
        self.sources = area.table.columns
        self.width = area.grid.width
        self.readers = {
            name: MappedReader(
                CellReader(spec.name, spec.column(name), known.regions, known.industries),
                source, names,
            )
            for name, source in self.sources.items()
            if not name.startswith(OWN_PREFIX)
        }  # fmt: skip
        # Of several columns of ours that one column of the sheet serves, the first has its
        # place; the others repeat its cells beyond the sheet.
        self.placed = {p: n for n, p in reversed(area.positions.items())}
        beyond = [n for n in self.sources if self.placed.get(area.positions.get(n, -1)) != n]
        self.virtual = {name: self.width + i for i, name in enumerate(beyond)}
        self.made = {
            name: MadeIds(spec.name, source, self.readers)
            for name, source in self.sources.items()
            if source.make
        }

    def read(self, counted: _Counted) -> Part:
        """Judge every row of the area."""
        header = self._header()
        readers: dict[str, Reader] = dict(self.readers)
        reader = RowReader(self.spec, header, self.place, self.known, self.remarks, self.keys,
                           readers)  # fmt: skip
        grid = self.area.grid
        sheet = Sheet(grid.file, grid.name, lambda: iter(()), ragged=True)
        return reader.read(counted.each(self._rows()), sheet)

    def _header(self) -> Header:
        grid, table = self.area.grid, self.area.table
        width = self.width + len(self.virtual)
        cells = [grid.heading(table.header_rows, p) or "–" for p in range(self.width)]
        cells += ["–"] * (width - self.width)
        names = {**self.placed, **{p: name for name, p in self.virtual.items()}}
        positions = self.area.positions
        origins = {p: positions[n] for n, p in self.virtual.items() if n in positions}
        header = Header(max(table.header_rows, default=0), width, names, cells)
        labels = {each.name: each.label for each in self.spec.columns}
        self.remarks.head(self.place, Heading(cells, names, labels, self.width, origins))
        return header

    def _rows(self) -> Iterator[Row]:
        area = self.area
        filled = self._filled_down(area.data_rows())
        for number, cells in filled:
            own = [cell if area.left <= p <= area.right else None for p, cell in enumerate(cells)]
            given = [p for p, cell in enumerate(own) if not _blank(cell)]
            if not given or self._is_no_row(number, cells, own, given):
                continue
            own += [None] * (self.width + len(self.virtual) - len(own))
            for name, position in self.virtual.items():
                if not self.sources[name].make:
                    own[position] = self._elsewhere(name, number, own)
            for name, made in self.made.items():
                own[self.virtual[name]] = self._made(made, name, number, own)
            yield number, own

    def _filled_down(self, rows: list[Row]) -> list[Row]:
        """The rows with merged areas and blanks filled in as the map says."""
        grid, width = self.area.grid, self.width
        numbers = [number for number, _ in rows]
        whole = {n: [*cells, *[None] * (width - len(cells))] for n, cells in rows}
        used = {p: self.sources[name] for name, p in self.area.positions.items()}
        used |= {p: self.sources[name] for name, ticks in self.area.ticks.items() for p in ticks}
        for top, left, bottom, right in grid.merged:
            value = grid.cell(top, left - 1)
            if _blank(value) or top < self.area.table.first_row:
                continue
            area = area_name(top, left, bottom, right)
            inside = [p for p in used if left - 1 <= p < right]
            for row in numbers if inside else ():
                for p in inside if top <= row <= bottom else ():
                    if (row, p) != (top, left - 1):
                        self._cover(whole[row], row, p, used[p], value, area, p == left - 1)
        for p, source in used.items():
            above: Raw = None
            for number, _ in rows if source.fill_down == "blank" else ():
                above = above if _blank(whole[number][p]) else whole[number][p]
                whole[number][p] = above
        return sorted(whole.items())

    def _cover(self, cells: list[Raw], row: int, position: int, source: Source, value: Raw,
               area: str, below: bool) -> None:  # fmt: skip
        if source.fill_down in ("merged", "blank") and below:
            cells[position] = value
        elif source.fill_down != "first":
            name = next((n for n, p in self.area.positions.items() if p == position), None)
            said: dict[str, object] = {"area": area}
            self.remarks.add(self.place, "merged_undecided", row=row, column=name,
                             value=shown(value), position=position, values=said)  # fmt: skip

    def _is_no_row(self, number: int, whole: list[Raw], cells: list[Raw], given: list[int]) -> bool:
        """Whether the row is a total, a second header or a lone note; it is said then.

        Parameters
        ----------
        whole, cells : list of raw cells
            Of the whole row; of the table's own columns.
        given : list of int
            Positions of those that hold anything.
        """
        first = given[0]
        near = [p for p in range(self.area.reach, self.area.right + 1) if not _blank(whole[p])]
        total = total_in([whole[p] for p in near])
        if total is not None:
            position = next(p for p in near if whole[p] is total)
            return self._no_row("mapped_total_row", number, position, total)
        table = self.area.table
        for row in table.header_rows:
            head = self.area.grid.rows.get(row, [])
            said = {p: shown(c).strip(BLANKS) for p, c in enumerate(head) if not _blank(c)}
            inside = {p: t for p, t in said.items() if self.area.left <= p <= self.area.right}
            here = {p: shown(cells[p]).strip(BLANKS) for p in given}
            if len(inside) > 1 and here == inside:
                return self._no_row("mapped_repeated_header", number, first, cells[first])
        if len(given) == 1 and len(self.area.positions) > 1:
            return self._no_row("mapped_stray_row", number, first, cells[first])
        return False

    def _no_row(self, code: str, number: int, position: int, raw: Raw) -> bool:
        name = next((n for n, p in self.area.positions.items() if p == position), None)
        self.remarks.add(self.place, code, row=number, column=name, value=shown(raw),
                         position=position, values={"table": self.area.table.path})  # fmt: skip
        return True

    def _elsewhere(self, name: str, number: int, cells: list[Raw]) -> Raw:
        """A constant, the value of the row's group, or the list of what is ticked."""
        source = self.sources[name]
        if name in self.area.positions:
            return cells[self.area.positions[name]]
        if source.value is not None:
            return source.value
        if source.by_rows:
            return next((v for low, high, v in source.by_rows if low <= number <= high), None)
        ticked: list[str] = []
        for position, choice in self.area.ticks[name].items():
            state = is_ticked(cells[position], source.tick_marks)
            if state is None:
                self.remarks.add(self.place, "not_a_tick", row=number, column=None,
                                 value=shown(cells[position]), position=position)  # fmt: skip
            elif state:
                ticked.append(choice)
        if len(ticked) > 1 and self.readers[name].column.kind == "choice":
            self.remarks.add(self.place, "ticked_twice", row=number, column=name,
                             value=", ".join(ticked), position=self.virtual[name])  # fmt: skip
            return ticked[0]
        return ";".join(ticked) or None

    def _made(self, made: MadeIds, name: str, number: int, cells: list[Raw]) -> str:
        positions = {**self.area.positions, **self.virtual}
        made_id, first = made.of(number, {n: cells[p] for n, p in positions.items()})
        if first is not None:
            label = [self.spec.column(part).label for part in self.sources[name].make]
            said = {lang: ("、" if lang == "zh" else ", ").join(each[lang] for each in label)
                    for lang in ("zh", "en")}  # fmt: skip
            values: dict[str, Any] = {"row": first, "of": said, "place": self.sources[name].path}
            self.remarks.add(self.place, "made_id_twice", row=number, column=name,
                             value=made_id, position=self.virtual[name], values=values)  # fmt: skip
            return f"{made_id}-{number}"
        return made_id


def _beyond(areas: Sequence[Area], remarks: Remarks) -> None:
    """Remark on what looks like data below the last row of a table of the map."""
    for turn, area in enumerate(areas, 1):
        grid = area.grid
        taken = {
            (row, p)
            for other in areas
            if other.grid is grid
            for row in range(other.table.top, other.bottom + 1)
            for p in (range(other.left, other.right + 1) if row > area.bottom else ())
        }
        used = set(area.positions.values())
        for number in sorted(n for n in grid.rows if n > area.bottom):
            given = [p for p in used if not _blank(grid.cell(number, p))]
            total = total_in([c for c in grid.rows[number] if not _blank(c)])
            if len(given) > 1 and total is None and not any((number, p) in taken for p in given):
                place = Place(turn, grid.file, grid.name)
                remarks.add(place, "rows_below_map", row=number, position=min(given),
                            value=shown(grid.cell(number, min(given))), level="warning",
                            values={"last": area.bottom, "place": area.table.path})  # fmt: skip
                break


def _blank(raw: Raw) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip(BLANKS))
