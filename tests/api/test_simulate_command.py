"""``simulate`` and ``whatif`` as a planner runs them."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from api.store import Store
from made_history import tables
from running import shanhai

NAMES = {"summary.json", "allocation.csv", "regions.csv", "pairing_flows.csv", "report.html"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A store with enterprises and places, never trained; its texts are encoded once."""
    folder = tmp_path_factory.mktemp("planner")
    address = f"sqlite:///{folder / 'own.db'}"
    made = tables()
    made["enterprises"] = made["enterprises"].take(range(60))
    store = Store.open(address, create=True)
    store.write({name: made[name] for name in ("enterprises", "resources")})
    return {"SHANHAI_HOME": str(folder), "SHANHAI_DATABASE_URL": address}


def scenario(folder: Path, **cells: Any) -> Path:
    file = folder / "plan.json"
    usual = {"name": "试", "budget": {"projects": 9}, "draws": 50, "compare_with": ["in_pair_only"]}
    file.write_text(json.dumps({**usual, **cells}, ensure_ascii=False), encoding="utf-8")
    return file


def test_a_scenario_becomes_a_folder_that_says_the_same_throughout(
    home: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    first = shanhai("simulate", scenario(tmp_path), "--out", out, **home)
    assert (first.status, {file.name for file in out.iterdir()}) == (0, NAMES), first.err
    kept = {file.name: file.read_bytes() for file in out.iterdir()}
    again = shanhai(
        "simulate", scenario(tmp_path), "--out", out, "--workers", 2, "--json",
        **home, PYTHONHASHSEED="5", TZ="America/Lima",
    )  # fmt: skip
    assert {file.name: file.read_bytes() for file in out.iterdir()} == kept
    summary = json.loads(kept["summary.json"])
    assert again.json["scenarios"] == summary["scenarios"]
    assert [one["name"] for one in summary["scenarios"]] == ["试", "in_pair_only"]
    chosen = list(csv.DictReader(kept["allocation.csv"].decode("utf-8-sig").splitlines()))
    assert len(chosen) == summary["scenarios"][0]["planned"] == 9
    money = sum(float(row["expected_investment_wan"] or 0) for row in chosen)
    assert money == pytest.approx(summary["scenarios"][0]["objective"], rel=1e-4)
    for name in ("regions.csv", "pairing_flows.csv"):
        rows = list(csv.DictReader(kept[name].decode("utf-8-sig").splitlines()))
        assert sum(int(row["planned"]) for row in rows) == 9
        # What is expected of the parts is what is expected of the whole.
        for what in ("signed", "investment_wan", "jobs"):
            parts = sum(float(row[f"{what}_expected"]) for row in rows)
            assert parts == pytest.approx(summary["scenarios"][0][what]["expected"], rel=1e-5)


def test_the_page_needs_no_network_and_holds_both_languages(
    home: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shanhai("simulate", scenario(tmp_path), "--out", out, **home)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=|url\(|@import|https?://(?!www\.w3\.org)", page)
    assert page.count("<svg") == page.count("</svg>") >= 4
    assert page.count("<table>") >= 5
    spans = [len(re.findall(f'<span lang="{lang}">', page)) for lang in ("zh", "en")]
    assert spans[0] == spans[1] > 50
    assert "演示数据" not in page


def test_an_impossible_scenario_is_refused_and_nothing_is_written(
    home: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    file = scenario(tmp_path, fairness={"min_projects_per_region": 1}, budget={"projects": 3})
    done = shanhai("simulate", file, "--out", out, lang="en", **home)
    assert done.status == 2
    assert "budget.projects" in done.err
    assert done.err.count("fairness.min_projects_per_region") == 1
    assert "the same of 3 other regions" in done.err
    assert not out.exists()
    assert {p.name for p in tmp_path.iterdir()} & {"out", ".out"} == set()


def test_a_floor_that_no_place_can_hold_is_told_as_impossible_by_itself(
    home: dict[str, str], tmp_path: Path
) -> None:
    file = scenario(tmp_path, fairness={"min_projects_per_region": 100000})
    done = shanhai("simulate", file, "--out", tmp_path / "out", lang="en", **home)
    assert done.status == 2 and not (tmp_path / "out").exists()
    assert done.err.count("fairness.min_projects_per_region") == 1
    assert "by itself" in done.err and "any one of them" not in done.err


def test_a_wrong_scenario_is_told_by_place_and_nothing_is_written(
    home: dict[str, str], tmp_path: Path
) -> None:
    file = scenario(tmp_path, draws=0, limits={"labour_by_region": {"桐芦县": 5}})
    done = shanhai("simulate", file, "--out", tmp_path / "out", "--json", **home)
    assert done.status == 2
    columns = {finding["column"] for finding in done.json["findings"]}
    assert columns == {"draws", "limits.labour_by_region.桐芦县"}
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(
    home: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    done = shanhai("simulate", scenario(tmp_path), "--out", out, **home)
    assert (done.status, [p.name for p in out.iterdir()]) == (2, ["mine.txt"])


def test_other_terms_of_a_place_are_answered_in_words_and_in_json(home: dict[str, str]) -> None:
    terms = ("--set", "land_mu=90", "--set", "industries=17;22")
    said = shanhai("whatif", "R000", *terms, lang="en", **home)
    assert said.status == 0, said.err
    assert max(map(len, said.out.splitlines())) <= 100
    found = shanhai("whatif", "R000", *terms, "--json", **home).json
    assert set(found["changes"]) == {"land_mu", "industries"}
    assert set(found["expected_signings"]["difference"]) == {"expected", "p10", "p50", "p90"}


@pytest.mark.parametrize(
    ("terms", "hint"),
    [
        ((), "--set"), (("--set", "land=9"), "land_mu"), (("--set", "land_mu"), "land_mu="),
        (("--set", "land_mu=-1"), "land_mu"), (("--set", "land_mu=1e9"), "range"),
        (("--set", "land_mu=50", "--set", "land_mu=60"), "twice"),
    ],
)  # fmt: skip
def test_terms_that_cannot_be_are_refused(
    terms: tuple[str, ...], hint: str, home: dict[str, str]
) -> None:
    done = shanhai("whatif", "R000", *terms, lang="en", **home)
    assert (done.status, done.out) == (2, "")
    assert hint in done.err or "beyond" in done.err
