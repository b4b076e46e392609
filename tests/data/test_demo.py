"""The demonstration world: made up and says so, whole, and the same bytes everywhere."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import data
from data.demo_dice import Dice
from data.make_demo import Demo, main
from features.ingest import EmptyStore, read
from features.regions import Regions
from features.schema import PROGRAMME_OF, PROGRAMMES, RESOURCE_KINDS
from matcher.rates import rate_table
from matcher.register import Register

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "demo"
TABLES = ("enterprises", "resources", "outcomes", "interests", "projects", "funds")


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ENTERPRISES, RESOURCES, OUTCOMES, INTERESTS, PROJECTS, FUNDS = (_rows(name) for name in TABLES)
REGIONS = Regions.built_in()
HOME = {row["id"]: row["region"] and REGIONS.resolve(row["region"]) for row in ENTERPRISES}
PLACE = {row["id"]: REGIONS.resolve(row["region"]) for row in RESOURCES}
PAIRED = {(row["developed_region"], row["underdeveloped_region"]) for row in data.rows("pairings")}


@pytest.fixture(scope="module")
def demo() -> Demo:
    return Demo(2006)


def _furthest() -> dict[tuple[str, str], dict[str, str]]:
    """The last row with an amount of each introduction, else its last row."""
    best: dict[tuple[str, str], dict[str, str]] = {}
    for row in OUTCOMES:
        key = row["enterprise_id"], row["resource_id"]
        if key not in best or row["amount_wan"]:
            best[key] = row
    return best


def test_making_it_again_gives_the_committed_bytes(demo: Demo) -> None:
    committed = {file.name: file.read_bytes() for file in sorted(FOLDER.iterdir())}
    assert sorted(committed) == sorted(demo.files())
    for name, content in demo.files().items():
        assert content == committed[name], f"{name} differs: python -m data.make_demo again"


def test_locale_hash_seed_and_time_zone_change_nothing(tmp_path: Path) -> None:
    surroundings = {
        **os.environ, "PYTHONHASHSEED": "4711", "LC_ALL": "C", "TZ": "America/New_York",
        "PYTHONPATH": str(ROOT), "SHANHAI_LANG": "en", "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    command = [sys.executable, "-m", "data.make_demo", "--seed", "2006", "--out", str(tmp_path)]
    subprocess.run(command, check=True, env=surroundings, cwd=tmp_path, capture_output=True)
    for file in FOLDER.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_another_seed_makes_another_world(demo: Demo) -> None:
    assert Demo(2007).files()["outcomes.csv"] != demo.files()["outcomes.csv"]


def test_it_is_imported_without_a_single_finding() -> None:
    batch = read([FOLDER], references=EmptyStore())
    assert batch.findings == []
    assert {name: len(table) for name, table in batch.tables.items()} == {
        "enterprises": 600, "resources": 200, "outcomes": 3000, "interests": len(INTERESTS),
        "projects": 323, "funds": len(FUNDS), "parks": 26, "problems": 36, "visits": 78,
        "actuals": 248,
    }  # fmt: skip


def test_it_says_everywhere_that_it_is_made_up() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "全部由程序编造" in readme and "all made up by a program" in readme
    assert "--seed 2006" in readme
    assert "made_up = true" in (FOLDER / "about.toml").read_text(encoding="utf-8")
    for row in ENTERPRISES + RESOURCES + PROJECTS:
        assert "演示" in row["name"], row["id"]
        assert row["id"].startswith("DEMO-")
    for row in ENTERPRISES + RESOURCES:
        assert row["contact"] == "" or row["contact"].startswith("示例")
        assert row["phone"] == "" or row["phone"].startswith("000-000")


def test_there_are_about_six_hundred_enterprises_of_all_kinds_on_the_developed_side() -> None:
    kinds = Counter(row["kind"] for row in ENTERPRISES)
    assert kinds == {"company": 560, "institution": 25, "merchant": 15}
    assert {code for code in HOME.values() if code} == {developed for developed, _ in PAIRED}
    for row in ENTERPRISES:
        assert (row["region"] == "") == (row["kind"] == "merchant")


def test_resources_cover_all_counties_kinds_and_programmes() -> None:
    assert len(RESOURCES) == 200
    assert set(PLACE.values()) == {place for _, place in PAIRED}
    assert {row["kind"] for row in RESOURCES} == set(RESOURCE_KINDS)
    assert {PROGRAMME_OF[row["kind"]] for row in RESOURCES} == set(PROGRAMMES)
    assert sum(row["enclave_region"] != "" for row in RESOURCES) >= 3
    assert sum(row["park"] != "" for row in RESOURCES) >= 15


def test_counties_are_written_in_several_ways() -> None:
    written: dict[str, set[str]] = {}
    for row in ENTERPRISES + RESOURCES:
        if row["region"]:
            written.setdefault(REGIONS.resolve(row["region"]), set()).add(row["region"])
    assert written["330603"] >= {"绍兴县", "柯桥区"}
    assert any(len(spellings) >= 3 for spellings in written.values())


def test_cells_are_missing_and_some_codes_are_wrong(demo: Demo) -> None:
    for column in ("revenue_wan", "intents", "skills", "budget_wan", "land_need_mu"):
        empty = sum(row[column] == "" for row in ENTERPRISES) / len(ENTERPRISES)
        assert 0.05 < empty < 0.6, column
    wrong = [
        e for e in demo.enterprises
        if e.link and e.row["industry"].lstrip("ABCDEFGHIJKLMNOPQRST")[:2]
        not in {code[:2] for code in e.link.codes}
    ]  # fmt: skip
    assert 0.04 < len(wrong) / len(demo.enterprises) < 0.2
    texts = [row["description"] for row in ENTERPRISES]
    assert 20 < sum(text != "" and text.isascii() for text in texts) < 120


def test_three_thousand_outcomes_over_four_years_are_mostly_in_pair() -> None:
    assert len(OUTCOMES) == 3000
    assert min(row["date"] for row in OUTCOMES) >= "2006-01-01"
    assert "2009-10" < max(row["date"] for row in OUTCOMES) <= "2009-12-31"
    met = _furthest()
    share = sum((HOME[e], PLACE[r]) in PAIRED for e, r in met) / len(met)
    assert 0.86 < share < 0.93


def test_stages_of_an_introduction_advance_and_its_money_never_shrinks() -> None:
    order = ["contacted", "signed", "started", "funded", "completed", "declined", "failed"]
    before: dict[tuple[str, str], dict[str, str]] = {}
    for row in OUTCOMES:
        key = row["enterprise_id"], row["resource_id"]
        old = before.get(key)
        if old is not None:
            assert row["date"] > old["date"], key
            assert order.index(row["stage"]) > order.index(old["stage"]), key
            assert row["stage"] != "declined" or old["stage"] == "contacted"
            assert row["stage"] != "failed" or old["stage"] not in ("contacted", "completed")
            if row["funded_wan"] and old["funded_wan"]:
                assert float(row["funded_wan"]) >= float(old["funded_wan"]), key
                assert row["amount_wan"] == old["amount_wan"], key
        if row["stage"] in ("funded", "completed"):
            assert float(row["funded_wan"]) >= 0.5 * float(row["amount_wan"]), key
        before[key] = row


def test_rates_at_the_end_are_those_published() -> None:
    signed = [row for row in _furthest().values() if row["amount_wan"]]
    started = [row for row in signed if row["stage"] != "signed"]
    any_sign = [row for row in signed if row["stage"] != "signed" or row["funded_wan"] != "0"]
    money = sum(float(row["funded_wan"]) for row in signed)
    agreed = sum(float(row["amount_wan"]) for row in signed)
    assert 300 < len(signed) < 500
    assert len(any_sign) / len(signed) == pytest.approx(0.95, abs=0.015)
    assert len(started) / len(signed) == pytest.approx(0.85, abs=0.01)
    assert money / agreed == pytest.approx(0.51, abs=0.01)
    industry = [
        float(row["amount_wan"]) for row in signed
        if PROGRAMME_OF[next(r["kind"] for r in RESOURCES if r["id"] == row["resource_id"])]
        == "industry"
    ]  # fmt: skip
    assert np.mean(industry) == pytest.approx(5100, rel=0.02)


def test_the_register_has_the_published_rates_at_a_tenth_of_the_published_size() -> None:
    batch = read([FOLDER], references=EmptyStore()).tables
    (found,) = rate_table(Register.of(batch, REGIONS, date(2009, 12, 31)))
    # 323 of 3,230 projects, 130.938 of 1,309.38 亿; 307, 275 and 213 are 95, 85 and 66 %.
    assert (found.projects, found.fulfilled, found.started, found.in_production) == (
        323, 307, 275, 213,
    )  # fmt: skip
    assert found.agreed_wan == pytest.approx(1_309_380, abs=100)
    assert found.funds_in_place_rate == pytest.approx(0.51, abs=0.002)
    assert (found.ended, found.aid_wan > 0, found.subsidy_wan > 0) == (3, True, True)


def test_a_project_has_the_days_and_the_sum_of_the_introduction_it_came_from() -> None:
    first = {(row["enterprise_id"], row["resource_id"]): row for row in OUTCOMES
             if row["stage"] == "signed"}  # fmt: skip
    told = 0
    for row in PROJECTS:
        key = row["enterprise_ids"].split(";")[0], row["resource_id"]
        if key in first and first[key]["date"] == row["signed_on"]:
            told += first[key]["amount_wan"] == row["agreed_wan"]
    assert told >= sum(row["resource_id"] != "" for row in PROJECTS) - 3  # the second phases
    days = ("signed_on", "started_on", "production_on", "completed_on", "ended_on")
    for row in PROJECTS:
        assert all(row[day] <= "2009-12-31" for day in days)
        assert row["started_on"] <= (row["production_on"] or "9"), row["id"]
        assert row["production_on"] <= (row["completed_on"] or "9"), row["id"]


def test_projects_leave_every_resource_a_place() -> None:
    used = Counter(row["resource_id"] for row in PROJECTS)
    for row in RESOURCES:
        assert used[row["id"]] < int(row["capacity"] or 1), row["id"]


def test_the_register_has_two_firms_second_phases_and_campaigns() -> None:
    assert sum(";" in row["enterprise_ids"] for row in PROJECTS) == 12
    pairs = Counter((row["enterprise_ids"].split(";")[0], row["name"].split("合作")[0])
                    for row in PROJECTS)  # fmt: skip
    assert max(pairs.values()) == 2
    assert {"百村", "浙商回归"} < {row["campaign"] for row in PROJECTS}


def test_interests_name_what_is_there() -> None:
    known = {row["id"] for row in ENTERPRISES + RESOURCES} | set(RESOURCE_KINDS)
    assert len(INTERESTS) >= 30
    assert {row["level"] for row in INTERESTS} == {"must", "yes", "no"}
    assert {row["side"] for row in INTERESTS} == {"enterprise", "resource", "region"}
    for row in INTERESTS:
        assert row["target"] in known
        assert row["id"] in known or REGIONS.resolve(row["id"]) in PLACE.values()


def test_the_truth_falls_along_the_stages_and_told_history_follows_it(
    demo: Demo, tmp_path: Path
) -> None:
    file = tmp_path / "truth.npz"
    demo.write_truth(file)
    truth = np.load(file)
    chances = np.stack([truth[f"p_{s}"] for s in ("signed", "started", "funded", "completed")])
    assert chances.shape == (4, 600, 200)
    assert (np.diff(chances, axis=0) <= 0).all() and (chances > 0).all() and (chances < 1).all()
    assert truth["stages"] == pytest.approx(chances.sum(axis=0), abs=1e-5)
    row = {e: i for i, e in enumerate(truth["enterprise_ids"])}
    column = {r: j for j, r in enumerate(truth["resource_ids"])}
    told = [
        (chances[0, row[e], column[r]], row_["amount_wan"] != "")
        for (e, r), row_ in _furthest().items()
    ]
    likely = [signed for chance, signed in told if chance > 0.5]
    unlikely = [signed for chance, signed in told if chance < 0.2]
    assert np.mean(likely) > 0.5 > 0.15 > np.mean(unlikely)


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--out", str(tmp_path / "demo")])
    said = capsys.readouterr().out
    assert "全部为编造数据" in said and "all of it made up" in said


def test_dice_keep_their_numbers_for_good() -> None:
    # Written down once: if these change, so does every made-up world.
    dice = Dice(2006, "enterprises")
    assert [round(dice.uniform(), 6) for _ in range(4)] == [0.699612, 0.017831, 0.883153, 0.937783]
    assert round(dice.normal(), 6) == 0.107938


def test_dice_draw_each_thing_about_as_often_as_its_weight_says() -> None:
    dice = Dice(1, "weights")
    drawn = Counter(dice.weighted("abc", (1.0, 2.0, 0.0)) for _ in range(3000))
    assert drawn["c"] == 0 and drawn["b"] / drawn["a"] == pytest.approx(2.0, rel=0.15)
    assert sorted(dice.some(range(5), 9)) == [0, 1, 2, 3, 4]
    assert {dice.whole(1, 3) for _ in range(100)} == {1, 2, 3}
