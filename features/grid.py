"""What a file holds before anybody has judged it: sheets of raw cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class BadCell:
    """A cell that is broken in the file itself, whatever its column.

    Attributes
    ----------
    code : str
        Of a finding: ``formula_without_value``, ``cell_error``, ``broken_cell`` …
    shown : str
        What stands there, as far as it can be told.
    """

    code: str
    shown: str


class Percent(float):
    """A number cell that is shown as a percentage: 0.03 where the sheet shows 3 %."""


Raw = str | float | bool | dt.datetime | dt.time | BadCell | None
"""A raw cell; in CSV always text, in a workbook what its type and number format say."""

Row = tuple[int, list[Raw]]
"""Row number as Excel numbers it (in CSV: number of the record), and the cells."""


@dataclass
class Sheet:
    """One sheet of a workbook, or one CSV file.

    Attributes
    ----------
    sheet : str or None
        Name of the sheet; None in CSV.
    rows : callable
        Starts reading. The iterator raises :class:`SourceProblem` where the file breaks off.
    ragged : bool
        Whether a row may rightly have fewer cells than the header (true in a workbook).
    hidden : bool
    merged : list of (first row, first column, last row, last column)
        Merged areas, counted from 1; complete once the rows have been read.
    uncalculated : bool
        Whether the file says of itself that its formulas have yet to be calculated.
    formulas : int
        Cells with a formula and a stored value; complete once the rows have been read.
    """

    file: str
    sheet: str | None
    rows: Callable[[], Iterator[Row]]
    ragged: bool = False
    hidden: bool = False
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    uncalculated: bool = False
    formulas: int = 0


class SourceProblem(Exception):
    """A file, or the rest of it, cannot be read.

    Attributes
    ----------
    code : str
        Of the finding.
    row, column : int or None, str or None
        Where it broke, if that is known.
    values : dict
        What the message needs, ``value`` among it.
    """

    def __init__(
        self, code: str, value: str = "", *, row: int | None = None, **values: object
    ) -> None:
        self.code, self.value, self.row, self.values = code, value, row, values
        super().__init__(f"{code}: {value}")
