"""Remarks gathered while files are read, made into findings at the end.

A bad import can hold millions of remarks. Only what is needed to say them is kept while
reading; both sentences are made for those alone that are reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from features.findings import Finding, FindingsError
from features.language import Text, text
from features.place_names import excerpt
from features.sheet_cells import letters

Level = Literal["error", "warning"]

_MOST_KEPT = 20_000
_LONGEST_VALUE = 1000
_NOTHING: Text = {"zh": "（空）", "en": "(empty)"}


@dataclass(frozen=True, order=True)
class Place:
    """Where a sheet stands in the import: its turn, its file, its name."""

    turn: int
    file: str
    sheet: str | None = None


@dataclass(frozen=True)
class Heading:
    """The header of a sheet: its cells, which column each is, and the labels of all columns.

    Attributes
    ----------
    width : int or None
        Columns that the sheet has, where it is somebody else's: findings then name a column as
        Excel does (``F``), and columns beyond are not on the sheet at all.
    origins : mapping of int to int
        Of columns beyond: the column of the sheet whose cells they repeat.
    """

    cells: Sequence[str]
    names: Mapping[int, str]
    labels: Mapping[str, Text]
    width: int | None = None
    origins: Mapping[int, int] = field(default_factory=dict)


_COLUMN_NAMES = {
    "missing_value": ("column",), "dates_reversed": ("first",), "duplicate_key": ("key",),
    "doubled_column": ("column",),
}  # fmt: skip
"""For each code, the values of its message that are names of columns."""


@dataclass(frozen=True)
class _Remark:
    place: Place
    row: int | None
    position: int
    column: str | None
    value: str | None
    code: str
    level: Level
    values: dict[str, object]

    def order(self) -> tuple[int, int, int]:
        return self.place.turn, self.row or 0, self.position

    def finding(self, heading: Heading | None) -> Finding:
        message = self.values.get("message")
        labels = heading.labels if heading else {}
        if message is None:
            named: dict[str, object] = {
                "column": self.column or "", "value": self._value(), **self.values,
            }  # fmt: skip
            for name in _COLUMN_NAMES.get(self.code, ()):
                named[name] = _labelled(str(named[name]), labels)
            variant = "_suggest" if self.values.get("suggestion") else ""
            message = text(f"finding.{self.code}{variant}", **named)
        column, position = self.column, self._position(heading)
        if heading and heading.width is not None:
            if self._on_sheet(heading) and self.row is not None:
                column = letters(position + 1)
            position = position if position < heading.width else 0
        cell = None if self.row is None else f"{letters(position + 1)}{self.row}"
        return Finding(
            self.place.file, self.place.sheet, self.row, column, self.value,
            self.code, message, self.level,  # type: ignore[arg-type]
            self._heading(heading), cell,
        )  # fmt: skip

    def _position(self, heading: Heading | None) -> int:
        return heading.origins.get(self.position, self.position) if heading else self.position

    def _on_sheet(self, heading: Heading) -> bool:
        named = heading.names.get(self.position) == self.column
        if heading.width is None:
            return named
        return self._position(heading) < heading.width and (named or self.column is None)

    def _heading(self, heading: Heading | None) -> Text | None:
        if self.column is None:
            return None
        if heading is None or not self._on_sheet(heading):
            label = heading.labels.get(self.column) if heading else None
            return label or {"zh": self.column, "en": self.column}
        position = self._position(heading)
        written = heading.cells[position]
        if self.place.sheet is None:
            return {"zh": written, "en": written}
        return text("finding_hint.heading", name=written, letter=letters(position + 1))

    def _value(self) -> str | Text:
        return excerpt(self.value) if self.value else _NOTHING


def _labelled(names: str, labels: Mapping[str, Text]) -> Text:
    """Columns by their labels; those that have none as they are."""
    each = [labels.get(name, {"zh": name, "en": name}) for name in names.split(", ")]
    return {"zh": "、".join(e["zh"] for e in each), "en": ", ".join(e["en"] for e in each)}


class Remarks:
    """All remarks of an import.

    Attributes
    ----------
    errors : int
        How many of them refuse the import.
    """

    def __init__(self) -> None:
        self.errors = 0
        self._kept: list[_Remark] = []
        self._warnings: list[_Remark] = []
        self._headings: dict[Place, Heading] = {}

    def head(self, place: Place, heading: Heading) -> None:
        """Note what the columns of a sheet are called in it."""
        self._headings[place] = heading

    def _found(self, remark: _Remark) -> Finding:
        return remark.finding(self._headings.get(remark.place))

    def add(
        self,
        place: Place,
        code: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        position: int = 0,
        level: Level = "error",
        values: dict[str, object] | None = None,
    ) -> None:
        """Note one remark; ``position`` orders remarks within a row."""
        kept = self._kept if level == "error" else self._warnings
        self.errors += level == "error"
        if len(kept) < _MOST_KEPT:
            told = value if value is None else value[:_LONGEST_VALUE]
            kept.append(_Remark(place, row, position, column, told, code, level, values or {}))

    def warnings(self, cap: int) -> list[Finding]:
        """The warnings, in order of file, sheet, row and column."""
        return [self._found(r) for r in sorted(self._warnings, key=_Remark.order)[:cap]]

    def error(self, cap: int) -> FindingsError:
        """All findings as one exception, errors before warnings where the cap bites."""
        first = sorted(self._kept, key=_Remark.order)[:cap]
        room = cap - len(first)
        also = sorted(self._warnings, key=_Remark.order)[:room] if room else []
        told = sorted([*first, *also], key=_Remark.order)
        return FindingsError([self._found(r) for r in told], self.errors + len(self._warnings))
