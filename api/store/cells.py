"""How a value of a :class:`features.tables.Table` is written in a database cell, and back.

Lists and points are JSON text, dates are dates (text in SQLite), the rest is itself. A user's own
``x_`` columns share one JSON object a row, because their names are not known beforehand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import cast

from features.schema import TableSpec
from features.tables import Value

Cell = str | int | float | date | None
Decoder = Callable[[Sequence[object]], list[Value]]

OWN = "own"
"""The column that holds a row's ``x_`` values."""

_TOO_LARGE = 2**63
_LISTS = frozenset({"texts", "ids", "choices", "codes"})


def row_key(spec: TableSpec, values: Sequence[Value]) -> str:
    """One text for the table's key columns.

    Parts are joined by ``/``; in a part ``~`` is written ``~0`` and ``/`` is ``~1`` (RFC 6901), an
    empty part is one that is not known. A table with one key column has that as its key.
    """
    if len(spec.key) == 1:
        return _part(values[0])
    return "/".join(_part(value).replace("~", "~0").replace("/", "~1") for value in values)


def _part(value: Value) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def encode(kind: str, value: Value) -> Cell:
    """The cell of a value.

    Raises
    ------
    OverflowError
        If it is a whole number of more than 64 bits.
    ValueError
        If it is infinite or not a number: who reads cells refuses these; none is ever stored.
    """
    if value is None:
        return None
    if kind in _LISTS or kind == "points":
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if kind == "float":
        figure = float(value)  # type: ignore[arg-type]
        if not math.isfinite(figure):
            raise ValueError(f"{figure} is no value of a cell")
        return figure
    if isinstance(value, int) and not -_TOO_LARGE <= value < _TOO_LARGE:
        raise OverflowError(str(value))
    return value  # type: ignore[return-value]


def decode(kind: str, cells: Sequence[object]) -> list[Value]:
    """The values of a column of cells."""
    return _DECODERS.get(kind, _as_is)(cells)


def _as_is(cells: Sequence[object]) -> list[Value]:
    return list(cast(Sequence[Value], cells))


def _dates(cells: Sequence[object]) -> list[Value]:
    known = cast(Sequence[str | date | None], cells)
    return [date.fromisoformat(cell) if isinstance(cell, str) else cell for cell in known]


def _lists(cells: Sequence[object]) -> list[Value]:
    return [None if c is None else _list(str(c)) for c in cells]


@lru_cache(maxsize=4096)
def _list(cell: str) -> tuple[str, ...]:
    # Without a backslash every quote is one of ours: no need of a JSON parser for each project.
    if cell.startswith('["') and cell.endswith('"]') and "\\" not in cell:
        return tuple(cell[2:-2].split('","'))
    return tuple(json.loads(cell))


def _points(cells: Sequence[object]) -> list[Value]:
    return [
        None if c is None else tuple((str(name), float(x)) for name, x in json.loads(str(c)))
        for c in cells
    ]


_DECODERS: dict[str, Decoder] = {
    "date": _dates,
    "points": _points,
    **dict.fromkeys(_LISTS, _lists),
}


def encode_own(values: dict[str, Value]) -> str | None:
    """The cell of a row's own columns; those not known are left out."""
    known = {name: value for name, value in sorted(values.items()) if value is not None}
    if not known:
        return None
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def decode_own(cells: Sequence[object]) -> dict[str, list[Value]]:
    """A user's own columns, by name, from their JSON cells.

    A column that holds a text anywhere is text everywhere, as the reader of files has it.
    """
    rows: list[dict[str, Value]] = [{} if c is None else json.loads(str(c)) for c in cells]
    names = sorted({name for row in rows for name in row})
    columns = {name: [row.get(name) for row in rows] for name in names}
    for values in columns.values():
        if any(isinstance(value, str) for value in values):
            values[:] = [as_text(value) for value in values]
    return columns


def as_text(value: Value) -> Value:
    """A number of an own column as it is written where the column is text."""
    return f"{value:.15g}" if isinstance(value, int | float) else value
