"""Remarks gathered while files are read, made into findings at the end.

A bad import can hold millions of remarks. Only what is needed to say them is kept while
reading; both sentences are made for those alone that are reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from features.findings import Finding, FindingsError
from features.language import Text, text
from features.place_names import excerpt

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

    def finding(self) -> Finding:
        message = self.values.get("message")
        if message is None:
            named = {"column": self.column or "", "value": self._value(), **self.values}
            variant = "_suggest" if self.values.get("suggestion") else ""
            message = text(f"finding.{self.code}{variant}", **named)
        return Finding(
            self.place.file, self.place.sheet, self.row, self.column, self.value,
            self.code, message, self.level,  # type: ignore[arg-type]
        )  # fmt: skip

    def _value(self) -> str | Text:
        return excerpt(self.value) if self.value else _NOTHING


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
        return [r.finding() for r in sorted(self._warnings, key=_Remark.order)[:cap]]

    def error(self, cap: int) -> FindingsError:
        """All findings as one exception, errors before warnings where the cap bites."""
        first = sorted(self._kept, key=_Remark.order)[:cap]
        room = cap - len(first)
        also = sorted(self._warnings, key=_Remark.order)[:room] if room else []
        told = sorted([*first, *also], key=_Remark.order)
        return FindingsError([r.finding() for r in told], self.errors + len(self._warnings))
