"""``place`` and ``match --preferences`` on files of one's own, as a user runs them."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.errors import UsageError
from api.store import Store
from api.usecases import match, placing_store
from features.findings import FindingsError
from features.tables import Table
from matcher.match_list import MatchList
from running import shanhai

_SCORES = "enterprise_id,resource_id,score,land_mu\nE1,R1,1,1\nE2,R1,10,1\nE2,R2,3,1\n"
_PAST = "year,week,enterprise_id,resource_id,score,land_mu\n2008,1,P1,R1,1,1\n2008,2,P2,R1,10,1\n"
_RESOURCES = "id,name,kind,region,land_mu,capacity\nR1,甲,land,淳安县,1,1\nR2,乙,land,淳安县,5,2\n"
_ARRIVALS = "enterprise_id,week\nE1,1\nE2,2\nE3,2\n"
_WISHES = (
    "enterprise_id,resource_id,p_enterprise,p_resource\n"
    "E1,R1,0.9,0.9\nE1,R2,0.8,0.5\nE2,R1,0.9,0.1\nE2,R2,0.3,0.9\n"
)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Scores, resources, arrivals, earlier years and wishes."""
    for name, content in (
        ("scores", _SCORES), ("past", _PAST), ("resources", _RESOURCES), ("arrivals", _ARRIVALS),
        ("wishes", _WISHES),
    ):  # fmt: skip
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    return tmp_path


def _place(files: Path) -> list[object]:
    named = ("scores", "resources", "arrivals", "past")
    return ["place", *(x for name in named for x in (f"--{name}", files / f"{name}.csv"))]


def test_every_arrival_appears_and_the_scarce_place_waits(files: Path) -> None:
    done = shanhai(*_place(files), "--json")
    assert done.status == 0
    # R1 takes one and earlier years say that week 2 brings one worth 10: E1 (worth 1) is let go.
    placed = [(p["enterprise_id"], p["week"], p["resource_id"]) for p in done.json["placements"]]
    assert placed == [("E1", 1, None), ("E2", 2, "R1"), ("E3", 2, None)]
    assert done.json["objective"] == 10
    prices = {(p["week"], p["resource_id"]): p for p in done.json["prices"]}
    assert prices[1, "R1"]["land_mu"] + prices[1, "R1"]["units"] == pytest.approx(10)
    assert set(prices[2, "R2"]) == {
        "week", "resource_id", "land_mu", "labour", "energy_tce", "units",
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_placements_go_to_a_screen_a_csv_and_a_workbook(files: Path, lang: str) -> None:
    shown = shanhai(*_place(files), lang=lang)
    assert shown.status == 0 and "R1" in shown.out
    for ending in ("csv", "xlsx"):
        out = files / f"placements.{ending}"
        assert shanhai(*_place(files), "--out", out, lang=lang).status == 0
        assert out.stat().st_size > 100


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("arrivals", "enterprise_id,week\nE1,7\n", "'7'"),
        ("arrivals", "enterprise_id,week\nE1,1\nE1,2\n", "comes twice"),
        ("arrivals", "enterprise_id,week\nNOBODY,1\n", "'NOBODY'"),
        ("past", "year,week,enterprise_id,resource_id,score,price\n2008,1,P,R1,1,1\n", "price"),
        ("past", "year,enterprise_id,resource_id,score\n2008,P,R1,1\n", "week"),
        ("scores", "enterprise_id,resource_id,score\nE1,R9,1\n", "R9"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_are_refused_with_their_place(
    files: Path, file: str, content: str, said: str
) -> None:
    (files / f"{file}.csv").write_text(content, encoding="utf-8")
    done = shanhai(*_place(files), "--json", lang="en")
    assert (done.status, done.out) == (2, "")
    message = " ".join(done.err.split())
    assert f"{file}.csv" in message and said.strip("'") in message


def test_scores_of_ones_own_need_all_their_files(files: Path) -> None:
    done = shanhai(
        "place", "--arrivals", files / "arrivals.csv", "--scores", files / "scores.csv", lang="en"
    )  # fmt: skip
    assert done.status == 2 and "--resources, --past" in done.err


def _match(files: Path, *more: object) -> list[object]:
    return ["match", "--all", "enterprises", "--preferences", files / "wishes.csv", *more]


def test_lists_from_wishes_tell_what_they_come_to(files: Path) -> None:
    out = files / "lists.csv"
    done = shanhai(*_match(files, "--congestion", "on", "--top", 2, "--out", out, "--json"))
    assert done.status == 0
    told = done.json["congestion"]
    best = max(("naive", "product", "equilibrium"), key=lambda k: told[k]["expected_matches"])
    chosen = told[told["lists"]]["expected_matches"]
    assert chosen == pytest.approx(told[best]["expected_matches"])
    rows = list(csv.DictReader(out.open(encoding="utf-8-sig")))
    assert [(r["query_id"], r["rank"]) for r in rows] == [
        ("E1", "1"), ("E1", "2"), ("E2", "1"), ("E2", "2"),
    ]  # fmt: skip
    assert {r["candidate_id"] for r in rows if r["query_id"] == "E2"} == {"R1", "R2"}
    # Wishes say nothing of regions: not known, which is an empty cell and not a "false".
    assert {r["paired"] for r in rows} == {""}
    about = json.loads((files / "lists.csv.about.json").read_text(encoding="utf-8"))
    assert about["congestion"]["asked"] == "on"


@pytest.mark.parametrize(
    ("row", "said"),
    [("E1,R3,1.2,0.5", "1.2"), ("E1,R3,0.5", "cells"), ("E1,R1,0.5,0.5", "twice")],
)
def test_wishes_that_cannot_be_are_refused(files: Path, row: str, said: str) -> None:
    (files / "wishes.csv").write_text(_WISHES + row + "\n", encoding="utf-8")
    done = shanhai(*_match(files, "--congestion", "on", "--out", files / "l.csv"), lang="en")
    assert done.status == 2 and said in done.err
    assert not (files / "l.csv").exists()


@pytest.fixture
def year(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two enterprises introduced last year, two that come this year, one small place."""
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)
    store = Store.open(store_url)
    enterprises = [
        {"id": name, "name": f"企业{name}", "kind": "company", "region": "330109",
         "industry": "1761", "budget_wan": 900.0}
        for name in ("E1", "E2", "P1", "P2")
    ]  # fmt: skip
    place = {"id": "R1", "name": "资源", "kind": "land", "region": "330127", "capacity": 1}
    past = [
        {"enterprise_id": name, "resource_id": "R1", "date": date(2008, month, 1),
         "stage": "contacted"}
        for name, month in (("P1", 2), ("P2", 3))
    ]  # fmt: skip
    store.write(
        {
            "enterprises": Table.from_rows("enterprises", enterprises),
            "resources": Table.from_rows("resources", [place]),
            "outcomes": Table.from_rows("outcomes", past),
        }
    )
    return store


def test_a_stores_own_newcomers_are_placed_within_what_is_left(year: Store, tmp_path: Path) -> None:
    arrivals = tmp_path / "arrivals.csv"
    # From week 20 on earlier years bring nobody: whoever comes first takes the one place there is.
    arrivals.write_text("enterprise_id,week\nE1,20\nE2,21\n", encoding="utf-8")
    found: Any = placing_store.run(year, arrivals, as_of=date(2009, 1, 1)).as_dict()
    placed = [(p["enterprise_id"], p["week"], p["resource_id"]) for p in found["placements"]]
    assert placed == [("E1", 20, "R1"), ("E2", 21, None)]
    listed = match.run(year, enterprise="E1", as_of=date(2009, 1, 1))
    assert isinstance(listed, MatchList)
    assert found["objective"] == pytest.approx(listed.matches[0].score, abs=1e-5)


def test_a_store_without_earlier_years_says_what_is_missing(year: Store, tmp_path: Path) -> None:
    arrivals = tmp_path / "arrivals.csv"
    arrivals.write_text("enterprise_id,week\nE1,20\n", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        placing_store.run(year, arrivals, as_of=date(2008, 1, 1))
    assert "2008" in refused.value.message["en"]
    arrivals.write_text("enterprise_id,week\nNOBODY,20\n", encoding="utf-8")
    with pytest.raises(FindingsError):
        placing_store.run(year, arrivals, as_of=date(2009, 1, 1))
