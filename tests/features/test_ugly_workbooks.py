"""Workbooks as counties keep them come in by a proposed map and at most three edits."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from features import map_file, map_reader
from features.findings import FindingsError
from features.ingest import EmptyStore
from features.propose_map import propose_map
from features.tables import Table
from tests.features.other_workbooks import OTHERS
from tests.features.uglier_workbooks import UGLIER
from tests.features.ugly_workbooks import DELETE, UGLY, Ugly

MOST_EDITS = 3


class Stored(EmptyStore):
    """A store that holds what a workbook refers to."""

    def __init__(self, rows: dict[str, dict[str, str]]) -> None:
        self.rows = rows

    def has(self, table: str, key: str) -> bool:
        return key in self.rows.get(table, {})

    def names(self, table: str) -> dict[str, str]:
        return dict(self.rows.get(table, {}))


def edited(document: dict[str, Any], edits: Any) -> dict[str, Any]:
    """The map as it is after a user's edits."""
    document = copy.deepcopy(document)
    for path, value in edits:
        steps = re.findall(r"[^.\[\]]+", path)
        place: Any = document
        for step in steps[:-1]:
            place = place[int(step)] if isinstance(place, list) else place[step]
        if value is DELETE:
            del place[steps[-1]]
        else:
            place[steps[-1]] = value
    return document


def stored(tables: list[Table]) -> dict[str, list[dict[str, Any]]]:
    """What came in, by table, cells that are not known left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in tables:
        for row in table.rows():
            kept = {name: value for name, value in row.items() if value is not None}
            found.setdefault(table.name, []).append(kept)
    return found


def without_made_ids(
    rows: dict[str, list[dict[str, Any]]], truth: dict[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    given = {table: {name for row in lines for name in row} for table, lines in truth.items()}
    return {
        table: [
            {k: v for k, v in row.items() if k != "id" or "id" in given.get(table, ())}
            for row in lines
        ]
        for table, lines in rows.items()
    }


@pytest.mark.parametrize("ugly", [*UGLY, *UGLIER, *OTHERS], ids=lambda ugly: ugly.name)
def test_a_countys_own_workbook_comes_in_with_no_cell_wrong(
    ugly: Ugly, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, store = ugly.write(tmp_path), Stored(ugly.stored)
    proposed = propose_map(file, references=store)
    assert len(ugly.edits) <= MOST_EDITS
    with capsys.disabled():
        print(f"\n{ugly.name}: edits {len(ugly.edits)}, uncertain {len(proposed.uncertain)}")
    if ugly.edits:
        assert proposed.uncertain
        with pytest.raises(FindingsError):  # what is uncertain is never read unasked
            map_file.parse(proposed.document)
    wanted = map_file.parse(edited(proposed.document, ugly.edits))
    batch = map_reader.read(file, wanted, references=store)
    assert without_made_ids(stored(batch.tables), ugly.truth) == ugly.truth
    again = map_reader.read(file, wanted, references=store)
    assert stored(again.tables) == stored(batch.tables)  # made ids too
