"""What an import of a workbook that was brought would do, with what is wrong beside its cells.

The answer is plain data, so that it is the same whether a request waited for it or a job made it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from api import jobs
from api.accounts import Account
from api.errors import UserError
from api.store import Store
from api.store.errors import StoreError
from api.usecases import drafts
from api.usecases.draft_folder import Draft
from features.cells import shown
from features.findings import Finding, FindingsError
from features.language import Text

if TYPE_CHECKING:
    from api.store.jobs import Job

_ROWS_SHOWN = 40
_CELLS_SHOWN = 60


class CellAtFault(TypedDict):
    """What stands in a cell, and what is said of it; nothing of most."""

    text: str
    said: list[Text]


class RowAtFault(TypedDict):
    """A row of the workbook with what was found in it, from column A on."""

    sheet: str
    row: int
    cells: list[CellAtFault]


class Checked(TypedDict):
    """What a check came to.

    ``counts``: of each table how many rows would be added, changed, or stay the same; ``rows``:
    the first forty with findings; ``others``: findings that are about no cell of these.
    """

    allowed: bool
    counts: dict[str, dict[str, int]]
    refused: Text | None
    total: int
    rows: list[RowAtFault]
    others: list[Text]


def run(
    store: Store, account: Account, draft: Draft,
    reading: Callable[[int, int], None] | None = None, annotate: Path | None = None,
) -> Checked:  # fmt: skip
    """Check a draft; nothing is stored.

    Parameters
    ----------
    annotate : Path, optional
        Where the workbook goes with what was found beside the cells, if anything was.
    reading : callable, optional
        Told how many of how many rows have been read.
    """
    findings: list[Finding] = []
    found: Checked = {
        "allowed": False, "counts": {}, "refused": None, "total": 0, "rows": [], "others": [],
    }  # fmt: skip
    try:
        report = drafts.check(store, account, draft, reading, annotate)
        findings, found["total"] = list(report.findings), len(report.findings)
        found["allowed"], found["counts"] = True, report.counts
    except FindingsError as error:
        findings, found["total"] = list(error.findings), error.total
    except UserError as error:
        if isinstance(error, StoreError) and error.exit_status != 2:
            raise  # the store failed: nothing is wrong with the draft
        found["refused"] = error.message
    found["rows"], placed = _rows_at_fault(draft, findings)
    found["others"] = [one.message for one in findings if id(one) not in placed]
    return found


def submit(store: Store, account: Account, draft: Draft) -> Job:
    """Have a draft checked by a job."""
    return jobs.submit(store, "check", {"draft": draft.key}, by=account.name)


def _rows_at_fault(draft: Draft, findings: Sequence[Finding]) -> tuple[list[RowAtFault], set[int]]:
    """Rows as they stand in the file, and which findings (by ``id``) stand beside their cells."""
    by_row: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        if finding.row is not None and finding.cell:
            by_row.setdefault((finding.sheet or "", finding.row), []).append(finding)
    wanted = list(by_row.items())[:_ROWS_SHOWN]
    grids = {grid.name or "": grid for grid in drafts.grids(draft.file)} if wanted else {}
    rows: list[RowAtFault] = []
    placed: set[int] = set()
    for (sheet, number), said in wanted:
        grid = grids.get(sheet) or next(iter(grids.values()))
        width = min(max((grid.width, *(_position(f) + 1 for f in said))), _CELLS_SHOWN)
        cells: list[CellAtFault] = [
            {"text": shown(grid.cell(number, at)),
             "said": [f.message for f in said if _position(f) == at]}
            for at in range(width)
        ]  # fmt: skip
        placed |= {id(f) for f in said if _position(f) < width}
        rows.append({"sheet": sheet, "row": number, "cells": cells})
    return rows, placed


def _position(finding: Finding) -> int:
    at = 0
    for letter in re.match("[A-Z]*", finding.cell or "")[0]:  # type: ignore[index]
        at = at * 26 + ord(letter) - 64
    return at - 1
