"""Whatever bytes come: a table or findings, never another error, never a wrong cell in silence."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.findings import FindingsError
from tests.features.import_files import (
    GOOD,
    csv_text,
    file_of,
    packed,
    read,
    rows_xml,
    sheet_xml,
    workbook_parts,
)

_ROW = GOOD["enterprises"]
_TABLE = [tuple(_ROW), tuple(_ROW.values())]
_CSV = csv_text(_TABLE).encode()
_PARTS = workbook_parts({"enterprises": sheet_xml(rows_xml(_TABLE))})
_READ = {
    "id": ["E2"], "name": ["示例公司"], "kind": ["company"], "region": ["330109"],
    "industry": ["1761"],
}  # fmt: skip


def _judged(name: str, content: bytes) -> dict[str, list[object]] | None:
    """The columns of the table, or None where the file is refused with findings."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            table = read(file_of(Path(folder), name, content)).tables["enterprises"]
        except FindingsError as problem:
            assert problem.findings and problem.total >= 1
            assert all(f.message["zh"] and f.message["en"] for f in problem.findings)
            return None
    return {name: list(values) for name, values in table.columns.items()}


def _zip(parts: dict[str, str | bytes]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return packed(Path(folder) / "x.xlsx", parts).read_bytes()


_XLSX = _zip(dict(_PARTS))


@settings(max_examples=60)
@given(st.binary(max_size=200))
@example(b"id,name\n")
@example(b"\xff\xfe")
@example(b'"')
def test_any_bytes_are_a_table_or_findings(content: bytes) -> None:
    _judged("enterprises.csv", content)
    _judged("enterprises.xlsx", content)
    _judged("enterprises.xlsx", b"PK\x03\x04" + content)


@settings(max_examples=60)
@given(st.integers(0, len(_CSV) - 1), st.binary(max_size=3))
def test_a_damaged_csv_file_is_a_table_or_findings(at: int, instead: bytes) -> None:
    _judged("enterprises.csv", _CSV[:at] + instead + _CSV[at + 1 :])


@settings(max_examples=60)
@given(st.integers(1, len(_XLSX) - 1))
def test_a_workbook_that_was_cut_off_is_refused(at: int) -> None:
    assert _judged("enterprises.xlsx", _XLSX[:at]) is None


@settings(max_examples=120)
@given(st.integers(0, len(_XLSX) - 1), st.integers(1, 255))
def test_a_workbook_with_one_changed_byte_is_refused_or_the_same(at: int, change: int) -> None:
    content = bytearray(_XLSX)
    content[at] ^= change
    assert _judged("enterprises.xlsx", bytes(content)) in (None, _READ)


@settings(max_examples=120)
@given(st.sampled_from(sorted(_PARTS)), st.data())
def test_a_workbook_with_a_damaged_part_is_a_table_or_findings(
    part: str, data: st.DataObject
) -> None:
    xml = _PARTS[part]
    at = data.draw(st.integers(0, len(xml) - 1))
    length = data.draw(st.integers(0, 12))
    instead = data.draw(st.text("<>/=\"' rstc0129AB:&;#xé", max_size=6))
    parts: dict[str, str | bytes] = dict(_PARTS)
    parts[part] = xml[:at] + instead + xml[at + length :]
    _judged("enterprises.xlsx", _zip(parts))


def test_the_files_that_are_damaged_here_are_good_ones() -> None:
    assert _judged("enterprises.csv", _CSV) == _judged("enterprises.xlsx", _XLSX) == _READ
    with tempfile.TemporaryDirectory() as folder:
        assert zipfile.is_zipfile(file_of(Path(folder), "x.xlsx", _XLSX))
