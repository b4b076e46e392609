"""What is refused at the command line, and what is understood in Chinese too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from api import settings
from api.cli import match as command
from api.cli.coercion import Coercion
from api.cli.options import day
from api.errors import UsageError
from api.store import Store
from api.usecases import recording, template
from api.usecases.naming import table_called
from features.tables import Table

_PAIR = ("E1", "R1")


class _Param:
    opts = ("--amount-wan",)
    param_type_name = "option"
    name = "amount_wan"
    multiple = False
    nargs = 1


def test_a_template_replaces_no_file_unless_told_to(tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    assert template.run("企业档案", out) == "enterprises"
    out.write_bytes(b"filled in")
    with pytest.raises(UsageError, match="--force"):
        template.run("enterprises", out)
    assert out.read_bytes() == b"filled in"
    template.run("enterprises", out, force=True)
    assert out.read_bytes().startswith(b"PK")


def test_a_template_is_named_as_the_workbook_it_is(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"foo\.xlsx"):
        template.run("enterprises", tmp_path / "foo.csv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("written", "name"),
    [("企业档案", "enterprises"), ("企业", "enterprises"), ("项目库", "resources"),
     ("资源", "resources"), ("对接记录", "outcomes"), ("Outcomes", "outcomes")],
)  # fmt: skip
def test_a_table_is_known_by_its_chinese_name(written: str, name: str) -> None:
    assert table_called(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [("产业", "industry"), ("农村", "rural"), ("劳务", "labour"), ("社会事业", "social"),
     ("rural", "rural"), (None, None)],
)  # fmt: skip
def test_a_programme_is_known_by_its_chinese_name(written: str | None, name: str | None) -> None:
    assert command._programme(written) == name


def test_a_kind_is_known_by_its_chinese_name() -> None:
    assert command._kind("土地") == "land" and command._kind("企业") == "company"
    with pytest.raises(UsageError, match="--kind"):
        command._kind("飞船")


@pytest.mark.parametrize("name", ["x.pdf", "x"])
def test_a_list_is_not_written_under_an_ending_that_tells_no_format(name: str) -> None:
    with pytest.raises(UsageError, match="--format"):
        command._format(None, Path(name), False)
    assert command._format("csv", Path(name), False) == "csv"
    assert command._format(None, Path("x.txt"), False) == "table"


@pytest.mark.parametrize("written", ["1，200", "1,200", "1,200,300.5"])
def test_thousands_separators_are_named_as_what_is_wrong(written: str) -> None:
    with pytest.raises(UsageError, match=written.replace(",", "").replace("，", "")):
        Coercion(float).coerce(written, param=_Param(), ctx=None)


@pytest.mark.parametrize("written", ["1/3/2026", "2026-02-30", "1800-01-01"])
def test_a_date_that_tells_no_day_is_refused_with_what_is_wrong(written: str) -> None:
    with pytest.raises(UsageError, match="--date"):
        day(written, "--date")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.open(f"sqlite:///{tmp_path / 's.db'}", create=True)
    place = {"region": "330109"}
    rows = {
        "enterprises": {"id": "E1", "name": "示例", "industry": "1761", **place},
        "resources": {"id": "R1", "name": "示例", "kind": "land", **place},
    }
    made.write({name: Table.from_rows(name, [row]) for name, row in rows.items()})
    return made


def test_what_has_not_happened_yet_is_not_recorded(store: Store) -> None:
    later = date(settings.today().year + 1, 1, 1)
    with pytest.raises(UsageError, match=later.isoformat()):
        recording.run(store, *_PAIR, "签约", on=later)


def test_an_earlier_stage_on_a_later_day_is_warned_of(store: Store) -> None:
    assert recording.run(store, *_PAIR, "签约", on=date(2008, 3, 1)).warnings == ()
    assert recording.run(store, *_PAIR, "洽谈", on=date(2008, 4, 1)).warnings
    assert recording.run(store, *_PAIR, "开工", on=date(2008, 2, 1)).warnings
    assert recording.run(store, *_PAIR, "终止", on=date(2008, 5, 1)).warnings == ()
    assert recording.run(store, *_PAIR, "洽谈", on=date(2008, 6, 1)).warnings == ()
