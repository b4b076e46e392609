"""Made-up rows of any table, as Hypothesis strategies and as plain examples."""

from __future__ import annotations

import string
from datetime import date

from hypothesis import strategies as st

from features.columns import Column
from features.schema import TABLES, TableSpec
from features.tables import Table, Value

IDS = ("A-1", "B.2", "c_3")
"""The ids that rows of other tables refer to; :func:`referred` makes the rows."""

_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12
)
_FLOAT = st.floats(-1e12, 1e12, allow_nan=False).map(lambda x: x + 0.0)
_DAY = st.dates(date(1900, 1, 1), date(2100, 12, 31))
_WORDS = st.lists(_TEXT, min_size=1, max_size=3).map(tuple)
_OWN_NAME = st.text(string.ascii_lowercase, min_size=1, max_size=4).map("x_{}".format)


def value(column: Column) -> st.SearchStrategy[Value]:
    """Values of a column, known ones only."""
    if column.references:
        ids = st.sampled_from(IDS)
        return st.lists(ids, min_size=1, max_size=3).map(tuple) if column.kind == "ids" else ids
    if column.kind == "choice":
        return st.sampled_from(column.choices)
    if column.kind == "choices":
        return st.lists(st.sampled_from(column.choices), min_size=1, unique=True).map(tuple)
    if column.kind == "points":
        return st.lists(st.tuples(_TEXT, _FLOAT), min_size=1, max_size=3).map(tuple)
    by_kind: dict[str, st.SearchStrategy[Value]] = {
        "int": st.integers(1900, 2100) if column.name == "year" else st.integers(-(2**53), 2**53),
        "float": _FLOAT,
        "date": _DAY,
        "texts": _WORDS,
        "codes": _WORDS,
        "ids": _WORDS,
    }
    return by_kind.get(column.kind, _TEXT)


@st.composite
def tables(draw: st.DrawFn, spec: TableSpec) -> Table:
    """Tables of one kind with every column, each row under a key of its own."""
    own = draw(st.lists(_OWN_NAME, max_size=2, unique=True)) if spec.own_columns else []
    # By its name alone: a column that holds text anywhere in a store holds text everywhere.
    numeric = {name: name > "x_m" for name in own}
    rows: list[dict[str, Value]] = []
    for _ in range(draw(st.integers(1, 4))):
        row: dict[str, Value] = {
            c.name: draw(value(c) if c.name in spec.key else st.none() | value(c))
            for c in spec.columns
        }
        row |= {name: draw(_FLOAT if numeric[name] else _TEXT) for name in own}
        rows.append(row)
    keyed = {tuple(row[k] for k in spec.key): row for row in rows}
    return Table.from_rows(spec.name, list(keyed.values()))


def referred() -> dict[str, Table]:
    """Rows with the :data:`IDS` in every table that others refer to."""
    return {
        "enterprises": Table("enterprises", {"id": list(IDS), "name": ["甲", "乙", "丙"]}),
        "resources": Table("resources", {"id": list(IDS), "name": ["地", "房", "人"]}),
        "events": Table("events", {"id": list(IDS)}),
        "projects": Table("projects", {"id": list(IDS)}),
    }


def enterprises(count: int, name: str = "企业", start: int = 0) -> Table:
    """``count`` enterprises, all of one name."""
    ids: list[Value] = [f"E-{i:05}" for i in range(start, start + count)]
    return Table("enterprises", {"id": ids, "name": [name] * count, "region": ["330109"] * count})


ALL_TABLES = tuple(TABLES.values())
