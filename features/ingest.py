"""Files and folders → checked tables, or every finding at once.

The way of a cell: a *source* (:mod:`features.csv_source`, :mod:`features.workbook_source`)
says what stands in the file, :mod:`features.header` which column it belongs to,
:mod:`features.cells` what it means, :mod:`features.row_reader` whether it may stand in its
row. Nothing is guessed in silence: what cannot be read is a finding, and one error refuses
the whole import.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path

from features.findings import Finding, FindingsError
from features.grid import Row, SourceProblem
from features.header import LOOKED_AT, read_header
from features.industries import Industries, UnknownIndustry
from features.own_columns import read_own_column
from features.references import Known, References
from features.regions import Regions
from features.remarks import Place, Remarks
from features.row_reader import Part, RowReader
from features.schema import TABLES, TableSpec
from features.signatures import unsigned_endings
from features.sources import MAX_BYTES, Sources, TableSheet
from features.tables import Table, Value

__all__ = ["MAX_BYTES", "Batch", "EmptyStore", "Finding", "FindingsError", "References", "read"]


@dataclass
class Batch:
    """What an import holds, fit to be stored.

    Attributes
    ----------
    tables : dict of str to Table
        In an order in which what is referred to comes first. A column that is absent was
        not given; a None in a column was given as "not known".
    findings : list of Finding
        Warnings; errors are raised.
    ignored : list of str
        Files, and sheets as ``file[sheet]``, that are not named as tables.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


class EmptyStore:
    """References where nothing is stored yet."""

    @cached_property
    def regions(self) -> Regions:
        """The regions built in."""
        return Regions.built_in()

    @cached_property
    def industries(self) -> Industries:
        """The industries built in."""
        return Industries.built_in()

    def has(self, table: str, key: str) -> bool:
        """Never."""
        return False

    def names(self, table: str) -> dict[str, str]:
        """None."""
        return {}

    @property
    def today(self) -> None:
        """Nobody asks."""
        return

    def signed(self) -> frozenset[tuple[str, str]]:
        """None."""
        return frozenset()

    def merged_into(self) -> dict[str, str]:
        """None."""
        return {}


def read(
    paths: Sequence[Path],
    *,
    references: References,
    cap: int = 200,
    max_bytes: int = MAX_BYTES,
) -> Batch:
    """Read files and folders as one import.

    Parameters
    ----------
    paths : sequence of Path
        CSV and XLSX files; of a folder, those named as tables.
    references : References
        What is stored already.
    cap : int
        Most findings to tell; how many there are is always told.
    max_bytes : int
        Size of a file above which it is refused.

    Raises
    ------
    FindingsError
        If anything is wrong, with everything that is wrong.
    """
    remarks = Remarks()
    with Sources(remarks, max_bytes) as sources:
        sources.gather([Path(path) for path in paths])
        tables = _tables(sources, Known(references), remarks)
        ignored = sources.ignored
    if remarks.errors:
        raise remarks.error(cap)
    return Batch(tables, remarks.warnings(cap), ignored)


def _tables(sources: Sources, known: Known, remarks: Remarks) -> dict[str, Table]:
    known.unread |= sources.unread
    found: dict[str, Table] = {}
    outcomes: list[Part] = []
    for name, spec in TABLES.items():
        sheets = [sheet for sheet in sources.sheets if sheet.table == name]
        keys: dict[tuple[Value, ...], tuple[Place, int]] = {}
        parts = [part for sheet in sheets if (part := _part(spec, sheet, known, remarks, keys))]
        if not parts:
            continue
        found[name] = table = _joined(spec, parts, remarks)
        if name == "regions":
            known.regions = known.regions.with_rows(table)
        elif name == "industries":
            grow_industries(known, table, parts, remarks)
        elif name == "outcomes":
            outcomes = parts
    unsigned_endings(outcomes, found.get("projects"), known, remarks)
    return found


def _part(
    spec: TableSpec,
    found: TableSheet,
    known: Known,
    remarks: Remarks,
    keys: dict[tuple[Value, ...], tuple[Place, int]],
) -> Part | None:
    """Read one sheet; None where it cannot be read (that has been remarked)."""
    sheet, place = found.sheet, found.place
    if sheet.hidden:
        remarks.add(place, "hidden_sheet", value=sheet.sheet, level="warning")
    rows = sheet.rows()
    try:
        first = first_rows(rows)
        header = read_header(spec, first, place, remarks)
        if header is None:
            known.unread.add(spec.name)
            return None
        reader = RowReader(spec, header, place, known, remarks, keys)
        part = reader.read(chain(first[1:], rows), sheet)
    except SourceProblem as problem:
        known.unread.add(spec.name)
        value = problem.value or place.sheet or place.file
        remarks.add(place, problem.code, row=problem.row, value=value, values=problem.values)
        return None
    if sheet.uncalculated and sheet.formulas:
        remarks.add(place, "formulas_not_calculated", value=str(sheet.formulas), level="warning")
    return part


def read_part(spec: TableSpec, found: TableSheet, known: Known, remarks: Remarks) -> Part | None:
    """One sheet, read by itself; None where it cannot be read (that has been remarked)."""
    return _part(spec, found, known, remarks, {})


def read_sheet(
    spec: TableSpec, found: TableSheet, known: Known, remarks: Remarks
) -> tuple[Table, list[int], Place] | None:
    """One sheet as a table of its own, with the row of each of its rows; None = cannot be read."""
    part = _part(spec, found, known, remarks, {})
    return None if part is None else (_joined(spec, [part], remarks), part.rows, part.place)


def first_rows(rows: Iterator[Row]) -> list[Row]:
    """The first rows that are not empty."""
    found: list[Row] = []
    for number, cells in rows:
        if any(not isinstance(c, str) or c.strip() for c in cells if c is not None):
            found.append((number, cells))
            if len(found) == LOOKED_AT:
                break
    return found


def _joined(spec: TableSpec, parts: Sequence[Part], remarks: Remarks) -> Table:
    """The parts of one table as one; they must have the same columns."""
    first = parts[0]
    given = set(first.columns) | set(first.own)
    for part in parts[1:]:
        differing = sorted(given ^ (set(part.columns) | set(part.own)))
        if differing:
            where = f"{first.place.file}{f'[{first.place.sheet}]' if first.place.sheet else ''}"
            remarks.add(part.place, "columns_differ", row=part.header.row,
                        value=", ".join(differing), values={"first": where})  # fmt: skip
    columns: dict[str, list[Value]] = {}
    for name in spec.names:
        if any(name in part.columns for part in parts):
            columns[name] = [v for part in parts for v in _values(part, name)]
    for name in sorted({name for part in parts for name in part.own}):
        cells = [(part.place, part.own.get(name, [])) for part in parts]
        values = read_own_column(name, cells, remarks)
        columns[name] = [
            own[i] if own else None
            for part, own in zip(parts, values, strict=True)
            for i in part.kept
        ]
    return Table(spec.name, columns)


def _values(part: Part, name: str) -> list[Value]:
    return part.columns.get(name, [None] * len(part.rows))


def grow_industries(known: Known, table: Table, parts: Sequence[Part], remarks: Remarks) -> None:
    """The industry tree with the rows of the import, whose parents must be there."""
    codes = set(known.industries.codes) | known.ids.get("industries", set())
    lost = False
    for part in parts:
        for i, row in enumerate(part.rows):
            parent = _values(part, "parent")[i]
            if parent is not None and parent not in codes:
                lost = True
                position = next(p for p, n in part.header.names.items() if n == "parent")
                remarks.add(part.place, "unknown_reference", row=row, column="parent",
                            value=str(parent), position=position,
                            values={"table": TABLES["industries"].label})  # fmt: skip
    if lost:
        known.unread.add("industries")
        return
    try:
        known.industries = known.industries.with_rows(table)
    except UnknownIndustry as problem:
        remarks.add(parts[0].place, "unknown_industry", value=problem.written,
                    column="parent", values={"message": problem.message})  # fmt: skip
