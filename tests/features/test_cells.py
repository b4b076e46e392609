"""Cells, whatever stands in them: a value or a finding, and nothing else."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import dates, numbers
from features.cells import CellProblem, CellReader, shown
from features.grid import BadCell, Raw
from features.industries import Industries
from features.language import catalogue, text
from features.regions import Regions
from features.schema import TABLES, Column

COLUMNS = [(spec.name, column) for spec in TABLES.values() for column in spec.columns]
KINDS = sorted({column.kind for _, column in COLUMNS})
OF_EACH_KIND = [next((t, c) for t, c in COLUMNS if c.kind == kind) for kind in KINDS]

WRITTEN = st.text(max_size=12) | st.text("0123456789,.-+eE_%年月日/:; 亩元=０１", max_size=12)
RAW = (
    WRITTEN
    | st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(9999, 1, 1))
    | st.times()
    | st.just(BadCell("broken_cell", "x"))
)


def _reader(table: str, column: Column) -> CellReader:
    return CellReader(table, column, Regions.built_in(), Industries.built_in())


@pytest.mark.parametrize(("table", "column"), OF_EACH_KIND, ids=KINDS)
@given(raw=RAW)
def test_a_cell_is_a_value_or_a_finding_that_can_be_said(
    table: str, column: Column, raw: Raw
) -> None:
    reader = _reader(table, column)
    try:
        value, note = reader.read(raw)
    except CellProblem as problem:
        if "message" not in problem.values:
            suggest = "_suggest" if problem.values.get("suggestion") else ""
            named = {"value": shown(raw), "column": column.name, **problem.values}
            assert text(f"finding.{problem.code}{suggest}", **named)
        return
    assert note is None or f"finding.{note[0]}" in catalogue()
    assert value != "" and value != ()
    if isinstance(value, float):
        assert math.isfinite(value)
    if isinstance(raw, str):
        assert reader.read(raw) == (value, note), "read again, it is the same"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_read_as_it_was_written(number: float) -> None:
    assert numbers.number(repr(number)) == number
    assert numbers.number(f"{number!r:}".replace("e", "E")) == number


@given(st.integers(-(10**12), 10**12))
def test_groups_of_three_and_full_width_digits_are_the_same_number(number: int) -> None:
    grouped = f"{number:,}"
    wide = grouped.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789,-"})
    assert numbers.number(grouped) == numbers.number(wide) == number


@given(WRITTEN)
def test_only_ascii_and_full_width_digits_make_a_number(written: str) -> None:
    try:
        numbers.number(written)
    except numbers.NotANumber:
        return
    plain = unicodedata.normalize("NFKC", written).replace("\u2212", "-").replace(",", "")
    assert float(plain) == numbers.number(written)
    assert "_" not in written


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_every_spelling_of_a_date_is_the_same_day(day: dt.date) -> None:
    y, m, d = day.year, day.month, day.day
    for written in (
        f"{y}-{m:02}-{d:02}", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}{m:02}{d:02}",
        f"{y}年{m}月{d}日", f"{y}年{m:02}月{d:02}日", f" {y}-{m}-{d} ",
    ):  # fmt: skip
        assert dates.written_date(written) == (day, False)


@given(st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)))
def test_no_date_outside_1900_to_2100_is_taken(day: dt.date) -> None:
    if 1900 <= day.year <= 2100:
        assert dates.civil(day.year, day.month, day.day) == day
    else:
        with pytest.raises(dates.NotADate):
            dates.civil(day.year, day.month, day.day)
