"""What may be asked of ``match``: nothing is ignored in silence, nothing logged that failed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from api.cli import main as program
from api.store import Store
from api.usecases import match
from features.tables import Table


@pytest.fixture(autouse=True)
def market(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with one row on each side."""
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)
    store = Store.open(store_url)
    row = {"id": "E-1", "name": "测试企业", "region": "330109", "industry": "1761"}
    place = {"id": "R-1", "name": "测试资源", "kind": "land", "region": "330127"}
    store.write(
        {
            "enterprises": Table.from_rows("enterprises", [{**row, "kind": "company"}]),
            "resources": Table.from_rows("resources", [dict(place)]),
        }
    )
    return store


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        program.main(["match", *arguments])
    return int(caught.value.code or 0)


_PAIR = ("--enterprise", "E-1", "--resource", "R-1")
_ALL = ("--all", "enterprises", "--out", "lists.csv")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("--enterprise", "E-1", "--workers", "1"),
        ("--region", "淳安县", "--scheduler", "tcp://127.0.0.1:1"),
        (*_ALL, "--format", "csv"),
        (*_ALL, "--contacts"),
        (*_PAIR, "--programme", "industry"),
        (*_PAIR, "--kind", "land"),
        (*_PAIR, "--cross-pair", "only"),
        (*_PAIR, "--hide-known"),
        (*_PAIR, "--top", "20"),
        (*_PAIR, "--workers", "2"),
        (*_PAIR, "--congestion", "on"),
    ],
    ids=" ".join,
)
def test_an_option_that_would_be_ignored_is_refused_by_name(
    arguments: tuple[str, ...], lang: str, market: Store, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("SHANHAI_LANG", lang)
    assert _run(*arguments) == 2
    said = capsys.readouterr()
    refused = next(a for a in reversed(arguments) if a.startswith("--") and a != "--out")
    assert said.out == "" and refused in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert ("版本" in said.err or "请去掉" in said.err) == (lang == "zh")
    assert market.lists() == []


def test_congestion_off_is_what_there_is(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert _run("--enterprise", "E-1", "--congestion", "off", "--json") == 0


def test_a_list_that_could_not_be_written_is_not_logged(
    market: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("--enterprise", "E-1", "--out", str(tmp_path / "none" / "list.csv")) == 1
    assert market.lists() == []
    assert _run("--enterprise", "E-1", "--out", str(tmp_path / "list.csv")) == 0
    assert [entry.query["id"] for entry in market.lists()] == ["E-1"]


def test_a_list_is_logged_when_it_is_handed_out(market: Store) -> None:
    answer = match.run(market, enterprise="E-1", as_of=date(2009, 1, 1))
    assert market.lists() == []
    logged = match.hand_out(market, answer)
    assert [entry.id for entry in market.lists()] == [logged]
