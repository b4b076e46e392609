"""A user's own columns (``x_…``): numbers where every value is one, else text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from features import numbers
from features.cells import CellProblem, CellReader, shown
from features.columns import LONG, Column
from features.grid import Raw
from features.industries import Industries
from features.regions import Regions
from features.remarks import Place, Remarks
from features.tables import Value

Cells = Sequence[tuple[int, int, Raw]]
"""Row number, position of the column, raw cell."""

_NEVER_WORDS = ("number_not_finite", "number_out_of_range", "digits_underscore")
_PERHAPS_WORDS = ("digits_other_script",)


def read_own_column(
    name: str, parts: Sequence[tuple[Place, Cells]], remarks: Remarks
) -> list[list[Value]]:
    """Judge one own column over all sheets of a table.

    Returns
    -------
    list of list
        The values of each part, float or str, in order.
    """
    text = CellReader("", _text_column(name), Regions.built_in(), Industries.built_in())
    read: list[list[Value]] = []
    numeric: list[list[float | None]] = []
    failed: list[tuple[Place, int, int, str, numbers.NotANumber]] = []
    for place, cells in parts:
        read.append([])
        numeric.append([])
        for row, position, raw in cells:
            said = shown(raw)
            try:
                value, _ = text.read(raw)
            except CellProblem as problem:
                value = None
                remarks.add(place, problem.code, row=row, column=name, value=said,
                            position=position, values=problem.values)  # fmt: skip
            read[-1].append(value)
            figure = None
            if isinstance(value, str):
                exact = raw if type(raw) is float and math.isfinite(raw) else None
                try:
                    figure = numbers.number(value) if exact is None else exact
                except numbers.NotANumber as problem:
                    failed.append((place, row, position, said, problem))
            numeric[-1].append(figure)
    some = any(figure is not None for figures in numeric for figure in figures)
    meant = _NEVER_WORDS + (_PERHAPS_WORDS if some else ())
    if all(why.code in meant for *_, why in failed):
        for place, row, position, said, why in failed:
            remarks.add(place, why.code, row=row, column=name, value=said,
                        position=position, values=why.values)  # fmt: skip
        return [list(figures) for figures in numeric]
    if some:
        place, row, position, said, _ = failed[0]
        remarks.add(place, "own_column_text", row=row, column=name, value=said,
                    position=position, level="warning")  # fmt: skip
    return read


def _text_column(name: str) -> Column:
    return Column(name, {"zh": name, "en": name}, "text", max_length=LONG)
