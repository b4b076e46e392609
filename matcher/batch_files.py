"""Batch lists on disk: one row a match, written block by block, whole or not at all.

Rows go to a temporary file beside the wanted one, which takes its place once everything is
written: a run that breaks off leaves no half file. The bytes depend on the rows only, not on
how they were cut into blocks (by workers, or by the memory at hand).
"""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self

BATCH_COLUMNS: tuple[str, ...] = (
    "query_id", "rank", "candidate_id", "score", "p_signed", "p_started", "p_funded",
    "p_completed", "expected_investment_wan", "paired",
)  # fmt: skip
ENDINGS: tuple[str, ...] = (".parquet", ".csv", ".jsonl")

_TEXTS = frozenset({"query_id", "candidate_id"})
_ROWS_A_GROUP = 1 << 17
_YES_NO: dict[object, str] = {True: "true", False: "false", None: ""}

Block = Mapping[str, Sequence[object]]
"""Columns of :data:`BATCH_COLUMNS`, lists or arrays of one length; NaN and None = not known."""


class BatchFileError(ValueError):
    """A batch file cannot be written as asked."""


class _Format(Protocol):
    """One way of writing rows: opened on a path, given blocks, closed."""

    def write(self, block: Block) -> None: ...

    def close(self) -> None: ...


class BatchWriter:
    """Writes the lists of a batch; a context manager.

    Parameters
    ----------
    path : Path
        Its ending chooses the format: ``.parquet``, ``.csv`` or ``.jsonl``.
    about : mapping of str to JSON values, optional
        How the lists were made (filters, model, date, by whom). Kept in the file's own
        metadata (parquet), else beside it in ``NAME.about.json``: the rows stay bare.

    Attributes
    ----------
    rows : int
        Rows written so far.

    Raises
    ------
    BatchFileError
        If the ending is another.
    """

    def __init__(self, path: Path, about: Mapping[str, object] | None = None) -> None:
        if path.suffix.lower() not in ENDINGS:
            raise BatchFileError(f"{path.name}: a batch file ends in one of {', '.join(ENDINGS)}")
        self.path = path
        self.rows = 0
        self._about = None if about is None else json.dumps(dict(about), ensure_ascii=False)
        self._temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._format: _Format | None = None

    def __enter__(self) -> Self:
        ending = self.path.suffix.lower()
        if ending == ".parquet":
            self._format = _Parquet(self._temporary, self._about)
        else:
            self._format = (_Csv if ending == ".csv" else _JsonLines)(self._temporary)
        return self

    def write(self, block: Block) -> None:
        """Add the rows of a block, in the order given.

        Raises
        ------
        BatchFileError
            If its columns are not those of a batch, or not of one length.
        """
        if self._format is None:
            raise BatchFileError("a batch file is written within `with`")
        lengths = {len(column) for column in block.values()}
        if tuple(sorted(block)) != tuple(sorted(BATCH_COLUMNS)) or len(lengths) != 1:
            raise BatchFileError(
                f"a block has the columns {', '.join(BATCH_COLUMNS)}, all of one length"
            )
        self._format.write(block)
        self.rows += lengths.pop()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._format is not None:
                self._format.close()
            if kind is None:
                _publish(self._temporary, self.path)
                self._write_about()
        finally:
            with suppress(FileNotFoundError):
                self._temporary.unlink()

    def _write_about(self) -> None:
        """The companion of a format that has no room for it, whole or not at all too."""
        if self._about is None or self.path.suffix.lower() == ".parquet":
            return
        beside = self.path.with_name(f"{self.path.name}.about.json")
        self._temporary.write_text(self._about + "\n", encoding="utf-8")
        _publish(self._temporary, beside)


def _publish(temporary: Path, path: Path) -> None:
    """Put a finished file in its place, on the disk before under its name."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


class _Parquet:
    """Row groups of a fixed size: rows wait here until a group is full."""

    def __init__(self, path: Path, about: str | None) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds = {"rank": pa.int32(), "paired": pa.bool_()}
        fields = [
            pa.field(name, pa.string() if name in _TEXTS else kinds.get(name, pa.float64()))
            for name in BATCH_COLUMNS
        ]
        metadata = None if about is None else {"about": about}
        self._schema = pa.schema(fields, metadata=metadata)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[Any] = []
        self._rows = 0

    def write(self, block: Block) -> None:
        import pyarrow as pa

        arrays = [
            pa.array(block[field.name], type=field.type, from_pandas=True) for field in self._schema
        ]
        self._waiting.append(pa.table(arrays, schema=self._schema))
        self._rows += len(arrays[0])
        if self._rows >= _ROWS_A_GROUP:
            self._flush(last=False)

    def _flush(self, *, last: bool) -> None:
        """Write the full groups that wait, and with ``last`` what is left over."""
        import pyarrow as pa

        if not self._waiting:
            return
        rows = pa.concat_tables(self._waiting).combine_chunks()
        written = 0
        while self._rows - written >= _ROWS_A_GROUP or (last and written < self._rows):
            group = rows.slice(written, _ROWS_A_GROUP)
            self._writer.write_table(group, row_group_size=_ROWS_A_GROUP)
            written += group.num_rows
        self._waiting = [rows.slice(written)]
        self._rows -= written

    def close(self) -> None:
        self._flush(last=True)
        self._writer.close()


class _Csv:
    """Ids and numbers only, all ASCII as a rule: no byte order mark."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(BATCH_COLUMNS)

    def write(self, block: Block) -> None:
        for row in _plain_rows(block):
            self._writer.writerow([*row[:-1], _YES_NO[row[-1]]])

    def close(self) -> None:
        self._file.close()


class _JsonLines:
    """One JSON object a line."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")

    def write(self, block: Block) -> None:
        for row in _plain_rows(block):
            document = dict(zip(BATCH_COLUMNS, row, strict=True))
            self._file.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")

    def close(self) -> None:
        self._file.close()


def _plain_rows(block: Block) -> Iterator[tuple[str | int | float | bool | None, ...]]:
    """The rows of a block as plain Python values, whatever arrays they come from."""
    columns = [[_plain(name, value) for value in _listed(block[name])] for name in BATCH_COLUMNS]
    return zip(*columns, strict=True)


def _listed(column: Any) -> Any:
    """An array as a list (many times faster to walk through); a list as it is."""
    return column.tolist() if hasattr(column, "tolist") else column


def _plain(name: str, value: Any) -> str | int | float | bool | None:
    if name in _TEXTS:
        return str(value)
    if name == "rank":
        return int(value)
    if name == "paired":
        return None if value is None else bool(value)
    number = math.nan if value is None else float(value)
    return number if math.isfinite(number) else None
