"""What is said about a bad cell: where it stands, what it is, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from features.language import Text


@dataclass(frozen=True)
class Finding:
    """One remark on an input, in both languages, as the contract's ``--json`` gives it.

    Attributes
    ----------
    row : int or None
        As Excel numbers it (the header is row 1); in CSV by record.
    code : str
        Stable name of the kind of finding, e.g. ``unknown_region``.
    heading : Text or None
        The column as a person finds it: its header as written, or its label where it is not
        there; in a workbook with its letter.
    cell : str or None
        Where it stands, as spreadsheets say it (``F7``); None where it is about no row.
    """

    file: str
    sheet: str | None
    row: int | None
    column: str | None
    value: str | None
    code: str
    message: Text
    level: Literal["error", "warning"] = "error"
    heading: Text | None = None
    cell: str | None = None

    def as_dict(self) -> dict[str, object]:
        """The finding as a JSON object."""
        return {
            "file": self.file, "sheet": self.sheet, "row": self.row, "column": self.column,
            "value": self.value, "code": self.code, "level": self.level, "message": self.message,
        }  # fmt: skip


class FindingsError(ValueError):
    """An input was refused; nothing of it was stored.

    Attributes
    ----------
    findings : list of Finding
        In order of file, sheet, row, column; at most the cap asked for.
    total : int
        How many there were in all.
    """

    def __init__(self, findings: Sequence[Finding], total: int | None = None) -> None:
        self.findings = list(findings)
        self.total = len(self.findings) if total is None else total
        super().__init__(self.findings[0].message["en"] if self.findings else "no finding")
