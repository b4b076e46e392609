"""Batch lists on disk: whole or not at all, the same bytes however the rows were cut."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import batch_files
from matcher.batch_files import BATCH_COLUMNS, ENDINGS, BatchFileError, BatchWriter, Block

CONTRACT = [
    "query_id", "rank", "candidate_id", "score", "p_signed", "p_started", "p_funded",
    "p_completed", "expected_investment_wan", "paired",
]  # fmt: skip


def block(first: int, count: int) -> Block:
    """Rows first..first+count-1 of an endless table, as arrays; every third money unknown."""
    n = np.arange(first, first + count)
    return {
        "query_id": [f"E{i // 20:05d}" for i in n],
        "rank": n % 20 + 1,
        "candidate_id": [f"R{i % 20}" for i in n],
        "score": 1 / (n + 1.0),
        "p_signed": 0.5 / (n + 1.0),
        "p_started": 0.4 / (n + 1.0),
        "p_funded": 0.3 / (n + 1.0),
        "p_completed": 0.2 / (n + 1.0),
        "expected_investment_wan": np.where(n % 3 == 0, np.nan, n * 10.0),
        "paired": n % 2 == 0,
    }


def write(path: Path, sizes: Sequence[int], about: dict[str, object] | None = None) -> None:
    first = 0
    with BatchWriter(path, about) as writer:
        for size in sizes:
            writer.write(block(first, size))
            first += size
        assert writer.rows == first


def read(path: Path) -> list[dict[str, object]]:
    """The rows of a batch file, whatever its format."""
    if path.suffix == ".parquet":
        rows: list[dict[str, object]] = pq.read_table(path).to_pylist()
        return rows
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with path.open(encoding="utf-8", newline="") as file:
        return [_typed(row) for row in csv.DictReader(file)]


def _typed(row: dict[str, str]) -> dict[str, object]:
    found: dict[str, object] = {k: float(v) if v else None for k, v in row.items()
                                if k not in ("query_id", "candidate_id", "paired")}  # fmt: skip
    texts = {"query_id": row["query_id"], "candidate_id": row["candidate_id"]}
    return {**found, **texts, "paired": {"true": True, "false": False}[row["paired"]]}


def test_the_columns_are_those_of_the_contract() -> None:
    assert list(BATCH_COLUMNS) == CONTRACT


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_written_is_read_back_unchanged(ending: str, tmp_path: Path) -> None:
    write(tmp_path / f"lists{ending}", [7, 0, 5])
    rows = read(tmp_path / f"lists{ending}")
    wanted = block(0, 12)
    assert len(rows) == 12
    for i, row in enumerate(rows):
        assert set(row) == set(CONTRACT)
        for name in CONTRACT:
            value = wanted[name][i]
            unknown = isinstance(value, float) and math.isnan(value)
            assert row[name] == (None if unknown else value), name


@pytest.mark.parametrize("ending", ENDINGS)
@settings(max_examples=20, deadline=None)
@given(cut=st.lists(st.integers(0, 50), min_size=1, max_size=5))
def test_bytes_do_not_depend_on_how_the_rows_were_cut(ending: str, cut: list[int]) -> None:
    with TemporaryDirectory() as folder:
        whole, parts = Path(folder) / f"whole{ending}", Path(folder) / f"parts{ending}"
        write(whole, [sum(cut)])
        write(parts, cut)
        assert whole.read_bytes() == parts.read_bytes()


def test_parquet_groups_do_not_depend_on_the_cut_when_rows_fill_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_files, "_ROWS_A_GROUP", 16)
    write(tmp_path / "a.parquet", [50])
    write(tmp_path / "b.parquet", [3, 30, 16, 1])
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    groups = pq.ParquetFile(tmp_path / "a.parquet").metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [16, 16, 16, 2]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_batch_that_breaks_off_leaves_the_old_file_and_no_rest(
    ending: str, tmp_path: Path
) -> None:
    path = tmp_path / f"lists{ending}"
    write(path, [3])
    before = path.read_bytes()
    with pytest.raises(ZeroDivisionError), BatchWriter(path) as writer:
        writer.write(block(0, 40))
        raise ZeroDivisionError
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_how_a_batch_was_made_stands_in_parquet_itself(tmp_path: Path) -> None:
    path = tmp_path / "lists.parquet"
    write(path, [3], {"model": "m-1", "made_by": "王"})
    about = json.loads(pq.read_schema(path).metadata[b"about"])
    assert about == {"model": "m-1", "made_by": "王"}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_how_a_batch_was_made_stands_beside_bare_rows(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"lists{ending}"
    write(path, [3], {"model": "m-1"})
    beside = tmp_path / f"lists{ending}.about.json"
    assert json.loads(beside.read_text(encoding="utf-8")) == {"model": "m-1"}
    assert len(read(path)) == 3


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_batch_without_rows_still_has_its_columns(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"lists{ending}"
    write(path, [])
    assert read(path) == []
    assert ending == ".jsonl" or b"expected_investment_wan" in path.read_bytes()


def test_an_id_with_a_comma_is_still_one_cell(tmp_path: Path) -> None:
    rows = {**block(0, 1), "candidate_id": ['a,"b']}
    with BatchWriter(tmp_path / "lists.csv") as writer:
        writer.write(rows)
    assert read(tmp_path / "lists.csv")[0]["candidate_id"] == 'a,"b'


@pytest.mark.parametrize("name", ["lists.xlsx", "lists", "lists.csv.gz"])
def test_another_ending_is_refused_with_those_that_are_known(name: str, tmp_path: Path) -> None:
    with pytest.raises(BatchFileError, match=r"\.parquet, \.csv, \.jsonl"):
        BatchWriter(tmp_path / name)


def test_a_block_with_other_columns_is_refused(tmp_path: Path) -> None:
    rows = dict(block(0, 2))
    del rows["paired"]
    with pytest.raises(BatchFileError), BatchWriter(tmp_path / "lists.csv") as writer:
        writer.write(rows)
    assert list(tmp_path.iterdir()) == []
