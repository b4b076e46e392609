"""Export and import: what is written is read back unchanged, and no text runs as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import string
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
import python_calamine
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from features import export
from features.cells import BLANKS
from features.columns import Column
from features.industries import Industries
from features.place_names import half_width
from features.regions import Regions
from features.row_reader import _TOTAL
from features.schema import RESOURCE_KINDS, TABLES, TableSpec
from features.tables import Table, Value
from tests.features.import_files import read

REGIONS, INDUSTRIES = Regions.built_in(), Industries.built_in()

_SIGNS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff\ufffd")
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def _trimmed(written: str) -> str:
    return written.strip(BLANKS)


def _texts(longest: int, more: str = "") -> st.SearchStrategy[str]:
    lines = st.text(_SIGNS | st.sampled_from("\n'=+-@;,\"" + more), min_size=1, max_size=30)
    return lines.map(_trimmed).filter(lambda t: 0 < len(t) <= longest and not set(t) & set(_BIDI))


_IDS = st.text(string.ascii_letters + string.digits + "._-", min_size=1, max_size=12).filter(
    lambda name: not _TOTAL.fullmatch(name)
)
_ITEMS = _texts(20).filter(lambda t: not set(t) & set(";；\n"))
_KEYS = _ITEMS.map(half_width).map(_trimmed).filter(lambda t: t and "=" not in t and ";" not in t)
_STORED = {"enterprises": "E1", "resources": "R1", "projects": "P1", "events": "EV1"}


def _listed(items: st.SearchStrategy[str]) -> st.SearchStrategy[Value]:
    return st.lists(items, min_size=1, max_size=4, unique=True).map(tuple)


def _values(table: str, column: Column) -> st.SearchStrategy[Value]:
    """Everything that a column may hold."""
    if column.references:
        known = st.just(_STORED[column.references])
        return _listed(known) if column.kind == "ids" else known
    if column.form == "thing":
        return st.sampled_from(["E1", "R1", "330881", *RESOURCE_KINDS]) if (
            column.name == "target") else st.just("E1")  # fmt: skip
    if column.form == "time":
        return st.just({"opens": "09:05", "closes": "17:00"}[column.name])
    low = -1e12 if column.low is None else column.low
    high = 1e12 if column.high is None else column.high
    by_kind: dict[str, st.SearchStrategy[Value]] = {
        "id": _IDS,
        "text": _texts(column.max_length or 200),
        "texts": _listed(_ITEMS),
        "choice": st.sampled_from(column.choices or ("",)),
        "choices": _listed(st.sampled_from(column.choices or ("",))),
        "code": st.sampled_from(INDUSTRIES.codes),
        "codes": _listed(st.sampled_from(INDUSTRIES.codes)),
        "region": st.sampled_from(REGIONS.codes),
        "int": st.integers(math.ceil(low), math.floor(high)),
        "float": st.floats(low, high).map(lambda x: x + 0.0),
        "date": st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)),
        "points": st.dictionaries(_KEYS, st.floats(-1e9, 1e9).map(lambda x: x + 0.0), min_size=1,
                                  max_size=3).map(lambda d: tuple(d.items())),
    }  # fmt: skip
    return by_kind[column.kind]


def _sound(spec: TableSpec, row: dict[str, Value]) -> bool:
    """Whether the cells of a row go together."""
    for first, last in (("available_from", "available_until"), ("valid_from", "valid_until"),
                        ("date_from", "date_until")):  # fmt: skip
        a, b = row.get(first), row.get(last)
        if isinstance(a, dt.date) and isinstance(b, dt.date) and b < a:
            row[first], row[last] = b, a
    if spec.name == "interests":
        row["side"] = "enterprise"
    return row.get("developed_region") is None or (
        row["developed_region"] != row["underdeveloped_region"]
    )


@st.composite
def tables(draw: st.DrawFn, name: str) -> Table:
    """A table as an import would store it."""
    spec = TABLES[name]
    rows = []
    forced = {"enterprises": ("region", "industry"), "projects": ("region",)}.get(name, ())
    for _ in range(draw(st.integers(1, 4))):
        row: dict[str, Value] = {}
        for column in spec.columns:
            value = _values(name, column)
            given_always = column.required or column.name in forced
            row[column.name] = draw(value if given_always else st.none() | value)
        assume(_sound(spec, row))
        rows.append(row)
    table = Table.from_rows(name, rows)
    assume(len({tuple(row[k] for k in spec.key) for row in rows}) == len(rows))
    if spec.own_columns:
        numbers = st.lists(st.none() | st.floats(-1e9, 1e9).map(lambda x: x + 0.0),
                           min_size=len(rows), max_size=len(rows))  # fmt: skip
        table.columns["x_a"] = list(draw(numbers))
        table.columns["x_等级"] = [f"甲{draw(_texts(50))}" for _ in rows]
    return table


def _unchanged(table: Table, regions: Regions = REGIONS) -> None:
    with TemporaryDirectory() as folder:
        for form in ("csv", "xlsx"):
            path = Path(folder) / f"{table.name}.{form}"
            if form == "csv":
                export.write_csv(table, path, regions=regions)
            else:
                export.write_xlsx(table, path, {"a": "b"}, regions=regions)
            back = read(path).tables[table.name]
            assert back.columns == table.columns
            for name, values in table.columns.items():
                kinds = [type(v) for v in values]
                assert [type(v) for v in back.columns[name]] == kinds, name


@pytest.mark.parametrize("name", [n for n in TABLES if n != "industries"])
@settings(max_examples=10)
@given(data=st.data())
def test_what_is_exported_is_imported_unchanged(name: str, data: st.DataObject) -> None:
    _unchanged(data.draw(tables(name)))


@settings(max_examples=10)
@given(numbers=st.lists(st.floats(allow_infinity=False, allow_nan=False), min_size=50, max_size=60))
def test_not_a_digit_of_a_number_is_lost(numbers: list[float]) -> None:
    ids: list[Value] = [f"g-{i}" for i, _ in enumerate(numbers)]
    values: list[Value] = [number + 0.0 for number in numbers]
    years: list[Value] = [2008] * len(ids)
    _unchanged(Table("targets", {"indicator": ids, "year": years, "value": values}))


@given(written=_texts(200))
def test_no_text_of_a_csv_file_runs_as_a_formula(written: str) -> None:
    stream = io.BytesIO()
    export.write_csv(Table("parks", {"id": ["-1"], "name": [written]}), stream)
    _, cells = csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline=""))
    assert not any(cell.startswith(tuple("=+-@＝＋－＠")) for cell in cells)


def test_every_region_is_written_so_that_it_comes_back() -> None:
    ids: list[Value] = [f"PK-{code}" for code in REGIONS.codes]
    _unchanged(Table("parks", {"id": ids, "name": list(ids), "region": list(REGIONS.codes)}))


def test_a_partner_region_from_elsewhere_is_written_by_name_or_code(tmp_path: Path) -> None:
    more = REGIONS.with_rows(Table("regions", {"code": ["361127"], "name": ["余干县"]}))
    table = Table("parks", {"id": ["a", "b"], "name": ["园", "园"], "region": ["361127", "999999"]})
    export.write_csv(table, tmp_path / "parks.csv", regions=more)
    assert "a,园,余干县" in (tmp_path / "parks.csv").read_text("utf-8-sig")
    assert "b,园,999999" in (tmp_path / "parks.csv").read_text("utf-8-sig")


_SAMPLE = Table(
    "enterprises",
    {
        "id": ["007", "E2"],
        "name": ["=1+1", "乙"],
        "region": ["330603", None],
        "budget_wan": [0.1 + 0.2, 3000.0],
        "employees": [12, None],
        "intents": [("invest", "hire"), None],
        "confirmed_on": [dt.date(2008, 3, 1), None],
        "x_a": [1.5, None],
    },
)


def test_a_csv_file_is_what_people_expect(tmp_path: Path) -> None:
    export.write_csv(_SAMPLE, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().decode("utf-8-sig").split("\r\n") == [
        "id,name,region,employees,intents,budget_wan,confirmed_on,x_a",
        "007,'=1+1,柯桥区,12,invest;hire,0.30000000000000004,2008-03-01,1.5",
        "E2,乙,,,,3000,,",
        "",
    ]


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    export.write_xlsx(_SAMPLE, path, {"表": "企业档案", "由": "测试"})
    sheet, about = openpyxl.load_workbook(path)
    assert [cell.value for cell in sheet[2]] == [
        "007", "=1+1", "柯桥区", 12, "invest;hire", 0.1 + 0.2, dt.datetime(2008, 3, 1), 1.5,
    ]  # fmt: skip
    assert sheet["B2"].data_type == "s"
    assert [[c.value for c in row] for row in about] == [["表", "企业档案"], ["由", "测试"]]
    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert rows[1][0] == "007" and rows[1][5] == 0.1 + 0.2


def test_the_same_table_is_the_same_bytes_whenever_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1196467200")
    for name in "ab":
        export.write_xlsx(_SAMPLE, tmp_path / name, {"a": "b"})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with zipfile.ZipFile(tmp_path / "a") as archive:
        assert b"2007-12-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_an_empty_table_is_a_header(tmp_path: Path) -> None:
    table = Table("parks", {"id": [], "name": [], "region": []})
    export.write_csv(table, tmp_path / "parks.csv")
    assert read(tmp_path / "parks.csv").tables["parks"] == table
