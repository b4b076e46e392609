"""What a map says: for each table in somebody else's workbook, where it stands and what is what.

A map is a JSON document that :mod:`features.propose_map` writes and a person completes; its
format is told in ``docs/import-maps.md``. :mod:`features.map_file` reads it with every fault at
once, :mod:`features.map_reader` reads a workbook through it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

__all__ = ["COLUMN_KEYS", "MAP_KEYS", "SOURCES", "TABLE_KEYS", "Map", "Source", "TableMap"]

MAP_KEYS = ("version", "file", "confirmed", "tables", "uncertain")
"""Keys of the whole document."""

TABLE_KEYS = (
    "table", "sheet", "header_rows", "first_row", "last_row", "skip_rows", "columns", "unmapped",
    "confirmed", "certainty", "evidence",
)  # fmt: skip
"""Keys of one table."""

SOURCES = ("column", "value", "by_rows", "ticks", "make")
"""Where a column's values come from: exactly one of these is given."""

COLUMN_KEYS = (
    *SOURCES, "heading", "unit", "factor", "cell_units", "words", "split", "fill_down", "year",
    "day", "serial", "prefix", "tick_marks", "confirmed", "certainty", "evidence",
)  # fmt: skip
"""Keys of one column."""

FILL = ("merged", "blank", "first")
DAYS = ("first", "last")


@dataclass(frozen=True)
class Source:
    """Where one column's values come from and how they are read.

    Attributes
    ----------
    path : str
        Where it stands in the map (``tables[0].columns.land_mu``).
    column : str
        Letters of the column, or its heading; empty where the values come from elsewhere.
    heading : str or None
        What the header must say; None = not looked at.
    factor : Fraction or None
        What a figure is multiplied by; None = the figure is in the column's own unit.
    percent : bool
        The figures are percentages; a cell that Excel shows as one is taken as it stands.
    cell_units : bool
        A cell may carry a unit of its own, which then goes before ``factor``.
    words : dict of str to str
        What is written → what is meant; the empty string = not known.
    split : str
        Signs that part the entries of a list, besides ``;``.
    fill_down : str
        ``merged``: a merged area means its value in every row; ``blank``: an empty cell means
        the value above; ``first``: a merged area means its first row alone.
    year, serial : bool
        A date is meant by its year; a number is a day as Excel counts them.
    day : str
        Which day is meant where only month or year is given: ``first`` or ``last``.
    value : str or None
        The one value of all rows.
    by_rows : list of (first row, last row, value)
    ticks : dict of str to str
        Column → the choice that a tick in it means.
    make : tuple of str
        Columns that an id is made of.
    """

    path: str
    column: str = ""
    heading: str | None = None
    factor: Fraction | None = None
    percent: bool = False
    cell_units: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    split: str = ""
    fill_down: str = ""
    year: bool = False
    day: str = ""
    serial: bool = False
    prefix: str = ""
    value: str | None = None
    by_rows: tuple[tuple[int, int, str], ...] = ()
    ticks: Mapping[str, str] = field(default_factory=dict)
    tick_marks: tuple[str, ...] = ()
    make: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableMap:
    """One table of a file.

    Attributes
    ----------
    sheet : str or None
        None in CSV, or where the workbook has one sheet.
    header_rows : tuple of int
        As Excel numbers them; may be empty.
    last_row : int or None
        None = to the end of the sheet.
    """

    path: str
    table: str
    sheet: str | None
    header_rows: tuple[int, ...]
    first_row: int
    last_row: int | None
    skip_rows: frozenset[int]
    columns: Mapping[str, Source]

    @property
    def top(self) -> int:
        """The first row of its area, header included."""
        return min((*self.header_rows, self.first_row))


@dataclass(frozen=True)
class Map:
    """A whole map; ``file`` is what the map itself is called."""

    file: str
    tables: tuple[TableMap, ...]
