"""Tables → CSV and XLSX files that an import reads back unchanged.

Regions are written by their present name, lists joined with ``;``, numbers so that not a
digit is lost. Text that a spreadsheet would run as a formula (it begins with ``=``, ``+``,
``-`` or ``@``) gets an apostrophe before it in CSV, which the import takes off again
(:data:`features.csv_source.FORMULA_LIKE`); in a workbook it is a text cell and stays as it is.
The same table gives the same bytes, wherever and whenever it is written, if
``SOURCE_DATE_EPOCH`` is set.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from features import stamps
from features.csv_source import FORMULA_LIKE
from features.language import Language, say
from features.place_names import AmbiguousRegion, UnknownRegion
from features.regions import Regions
from features.schema import TABLES, Column
from features.tables import Table, Value

__all__ = [
    "ExactFloat", "cell_writer", "place_cell", "write_csv", "write_xlsx", "written_at",
]  # fmt: skip

Writer = Callable[[Value], str | float | dt.date | None]


def write_csv(table: Table, target: Path | IO[bytes], *, regions: Regions | None = None) -> None:
    """Write a table as CSV: UTF-8 with a byte order mark, as Excel wants it.

    Parameters
    ----------
    target : Path or binary stream
        A stream is left open.
    regions : Regions, optional
        Those that name the codes (default: those built in).
    """
    text = io.StringIO(newline="")
    out = csv.writer(text)
    names = _columns(table)
    out.writerow(names)
    writers = [cell_writer(table, name, regions or Regions.built_in()) for name in names]
    columns = [table.columns[name] for name in names]
    for values in zip(*columns, strict=True):
        cells = zip(writers, values, strict=True)
        out.writerow([_for_csv(write(value)) for write, value in cells])
    content = text.getvalue().encode("utf-8-sig")
    if isinstance(target, Path):
        target.write_bytes(content)
    else:
        target.write(content)


def write_xlsx(
    table: Table,
    target: Path | IO[bytes],
    about: Mapping[str, str],
    *,
    regions: Regions | None = None,
    lang: Language | None = None,
) -> None:
    """Write a table as a workbook, with a second sheet that says what it is.

    Parameters
    ----------
    about : mapping of str to str
        Lines of the second sheet: what, by whom, with which filters. An import ignores it.
    """
    import xlsxwriter

    names = _columns(table)
    writers = [cell_writer(table, name, regions or Regions.built_in()) for name in names]
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": written_at(), "title": table.name})
        sheet = book.add_worksheet(table.name)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        bold = book.add_format({"bold": True})
        for j, (name, write) in enumerate(zip(names, writers, strict=True)):
            sheet.write_string(0, j, name, bold)
            sheet.set_column(j, j, max(10, min(40, len(name) + 4)))
            for i, value in enumerate(table.columns[name], 1):
                place_cell(sheet, i, j, write(value), day)
        sheet.freeze_panes(1, 0)
        notes = book.add_worksheet(say("export.about", lang))
        notes.set_column(0, 0, 24)
        notes.set_column(1, 1, 80)
        for i, (what, said) in enumerate(about.items()):
            notes.write_string(i, 0, what, bold)
            notes.write_string(i, 1, said)


def written_at() -> dt.datetime:
    """The stamp of what is written now (UTC, as office formats hold it)."""
    return stamps.now().replace(tzinfo=None)


class ExactFloat(float):
    """A number that a workbook gets with all its digits (the writer's own format keeps 16)."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def place_cell(sheet: Any, row: int, column: int, value: object, day: object) -> None:
    """Write one cell of a workbook, text as text, numbers with all their digits."""
    if isinstance(value, str):
        if sheet.write_string(row, column, value):
            raise ValueError(f"text of {len(value)} characters does not fit into a cell")
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, day)
    elif value is not None:
        sheet.write_number(row, column, ExactFloat(value))  # type: ignore[arg-type]


def _columns(table: Table) -> list[str]:
    """The columns present, in the order of the schema, a user's own ones last."""
    known = [name for name in TABLES[table.name].names if name in table.columns]
    return known + table.own_columns


def cell_writer(table: Table, name: str, regions: Regions) -> Writer:
    """What turns a value of a column into what stands in a file that import reads back."""
    spec = TABLES[table.name]
    column: Column | None = spec.column(name) if name in spec.names else None
    if column is not None and column.kind == "region":
        return _region_writer(regions)
    return _plain


def _region_writer(regions: Regions) -> Writer:
    named: dict[Value, str] = {}

    def write(value: Value) -> str | None:
        if value is None:
            return None
        if value not in named:
            named[value] = _region(str(value), regions)
        return named[value]

    return write


def _region(code: str, regions: Regions) -> str:
    """The region's present name, if that leads back to it, else its code."""
    if code not in regions:
        return code
    name = regions.name(code)
    try:
        return name if regions.resolve(name) == code else code
    except (UnknownRegion, AmbiguousRegion):
        return code


def _plain(value: Value) -> str | float | dt.date | None:
    if isinstance(value, tuple):
        return ";".join(
            part if isinstance(part, str) else f"{part[0]}={_figure(part[1])}" for part in value
        )
    return value


def _figure(number: float) -> str:
    exact = float(number).is_integer() and abs(number) < 1e15
    return str(int(number)) if exact else repr(float(number))


def _for_csv(value: str | float | dt.date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if FORMULA_LIKE.match(value) else value
    if isinstance(value, dt.date):
        return value.isoformat()
    return _figure(value) if isinstance(value, float) else str(value)
