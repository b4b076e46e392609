"""What is proposed for one table of somebody else's file, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from features.propose_cells import Draft
from features.schema import TableSpec
from features.sheet_layout import Block

__all__ = ["Context", "Proposal"]


@dataclass(frozen=True)
class Context:
    """What stands around a table: the names of file and sheet, the lines above it.

    Attributes
    ----------
    of_sheet : sequence of str
        Lines above the sheet's first table, where this is a later one: they may speak of both.
    """

    file: str
    sheet: str
    titles: Sequence[str]
    of_sheet: Sequence[str] = ()

    def texts(self) -> Iterator[tuple[str, str]]:
        """What may say something of all rows, nearest first: (which, text)."""
        if not re.fullmatch(r"(?i)sheet ?\d*|工作表\d*|表[一二三四五\d]*", self.sheet):
            yield "sheet", self.sheet
        yield from (("title", title) for title in self.titles)
        yield from (("sheet_title", title) for title in self.of_sheet)
        yield "file", self.file


@dataclass
class Proposal:
    """What is proposed for one table.

    Attributes
    ----------
    drafts : dict of str to Draft
        By column of ours.
    unmapped : dict of str to str
        Letters → heading of what is left out.
    left_out : list of (str, str)
        Of these, letters and heading of those that nobody could place.
    score : float
        How well it fits; the best table is taken.
    """

    spec: TableSpec
    block: Block
    drafts: dict[str, Draft] = field(default_factory=dict)
    unmapped: dict[str, str] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    group_column: str | None = None
    score: float = 0.0
