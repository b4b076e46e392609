"""The built-in tables say what the plan and the standards say, and agree with each other."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

import data

REGIONS = {row["code"]: row for row in data.rows("regions")}
INDUSTRIES = {row["code"]: row for row in data.rows("industries")}
PAIRINGS = data.rows("pairings")
TARGETS = data.rows("targets")


def members(group: str, column: str) -> set[str]:
    return {row[column] for row in PAIRINGS if row["group"] == group}


def test_zhejiang_has_ninety_units_today_and_three_merged_away() -> None:
    merged = {row["name"]: row["merged_into"] for row in REGIONS.values() if row["merged_into"]}
    assert len(REGIONS) == 93
    assert merged == {"下城区": "330105", "江干区": "330102", "江东区": "330212"}


def test_ninety_units_existed_in_2006_and_three_are_newer() -> None:
    newer = {row["name"]: row["split_from"] for row in REGIONS.values() if not row["code_2006"]}
    assert newer == {"龙港市": "330327", "临平区": "330110", "钱塘区": ""}


def test_every_unit_belongs_to_one_of_eleven_prefectures_by_its_code() -> None:
    prefectures = {(row["prefecture_code"], row["prefecture"]) for row in REGIONS.values()}
    assert len(prefectures) == 11
    assert all(row["prefecture_code"] == code[:4] + "00" for code, row in REGIONS.items())


def test_no_code_or_name_was_given_to_another_unit_since_2006() -> None:
    for column, old in (("code", "code_2006"), ("name", "name_2006")):
        now = {row[column]: code for code, row in REGIONS.items()}
        then = {row[old]: code for code, row in REGIONS.items() if row[old]}
        assert all(now.get(known, code) == code for known, code in then.items())
        assert len(now) == 93 and len(then) == 90


def test_points_lie_in_zhejiang_and_only_units_merged_away_have_none() -> None:
    for row in REGIONS.values():
        assert (row["lat"] == "") == (row["lon"] == "") == bool(row["merged_into"])
        if row["lat"]:
            assert 27.0 < float(row["lat"]) < 31.2
            assert 118.0 < float(row["lon"]) < 123.0


def test_the_plan_names_thirty_underdeveloped_and_thirty_five_developed_units() -> None:
    assert Counter(row["side_2006"] for row in REGIONS.values()) == {
        "underdeveloped": 30, "developed": 35, "": 28,
    }  # fmt: skip


def test_the_later_26_mountain_counties_are_the_thirty_without_zhoushan() -> None:
    thirty = {code for code, row in REGIONS.items() if row["side_2006"] == "underdeveloped"}
    mountain = {code for code, row in REGIONS.items() if row["mountain_26"]}
    assert len(mountain) == 26
    assert {REGIONS[code]["prefecture"] for code in thirty - mountain} == {"舟山市"}
    assert mountain < thirty


def test_the_pairing_pairs_every_developed_with_every_underdeveloped_member_of_a_group() -> None:
    # 7*7 + 13*9 + 4*4 + 5*5 + 3*2 + 3*3 = 49 + 117 + 16 + 25 + 6 + 9 = 222
    assert len(PAIRINGS) == 222
    pairs = {(row["developed_region"], row["underdeveloped_region"]) for row in PAIRINGS}
    by_group = {
        (d, u)
        for d, left in REGIONS.items()
        for u, right in REGIONS.items()
        if left["pairing_group"] and left["pairing_group"] == right["pairing_group"]
        and (left["side_2006"], right["side_2006"]) == ("developed", "underdeveloped")
    }  # fmt: skip
    assert pairs == by_group


def test_the_pairing_holds_from_the_first_day_of_the_plan_without_end() -> None:
    assert {row["pairing"] for row in PAIRINGS} == {"official-2006"}
    assert {date.fromisoformat(row["valid_from"]) for row in PAIRINGS} == {date(2006, 1, 1)}
    assert {row["valid_until"] for row in PAIRINGS} == {""}


def test_chunan_of_hangzhou_stands_on_the_quzhou_side() -> None:
    group = "hangzhou-shaoxing--quzhou"
    underdeveloped = members(group, "underdeveloped_region")
    elsewhere = [c for c in underdeveloped if REGIONS[c]["prefecture"] != "衢州市"]
    assert [REGIONS[code]["name"] for code in elsewhere] == ["淳安县"]
    assert REGIONS[elsewhere[0]]["prefecture"] == "杭州市"


def test_ningbo_stands_in_two_groups_with_different_members() -> None:
    ningbo = {code for code, row in REGIONS.items() if row["prefecture"] == "宁波市"}
    groups = {
        group: members(group, "developed_region") & ningbo
        for group in {row["group"] for row in PAIRINGS}
    }
    standing = {group: found for group, found in groups.items() if found}
    assert set(standing) == {"ningbo-jiaxing-huzhou--lishui", "ningbo--zhoushan"}
    first, second = standing.values()
    assert len(first) == len(second) == 4
    assert not first & second


def test_three_groups_stay_within_one_prefecture() -> None:
    for group, prefecture in (("wenzhou", "温州市"), ("jinhua", "金华市"), ("taizhou", "台州市")):
        both = members(group, "developed_region") | members(group, "underdeveloped_region")
        assert {REGIONS[code]["prefecture"] for code in both} == {prefecture}


def test_the_plan_s_own_spellings_are_kept() -> None:
    spelt = {row["written_as"]: row["name"] for row in REGIONS.values() if row["written_as"]}
    assert spelt == {"象山市": "象山县", "景宁县": "景宁畲族自治县"}


def test_the_industry_tree_has_20_sections_97_divisions_and_1380_classes() -> None:
    levels = Counter(row["level"] for row in INDUSTRIES.values())
    assert levels == {"1": 20, "2": 97, "3": 473, "4": 1380}


def test_every_industry_hangs_one_level_below_a_parent_of_its_section() -> None:
    for code, row in INDUSTRIES.items():
        level = int(row["level"])
        if level == 1:
            assert (row["parent"], row["section"]) == ("", code)
            continue
        parent = INDUSTRIES[row["parent"]]
        assert len(code) == level and code.isascii() and code.isdigit()
        assert int(parent["level"]) == level - 1
        assert parent["section"] == row["section"]
        assert row["parent"] == (row["section"] if level == 2 else code[:-1])


def test_every_branch_of_the_industry_tree_ends_in_classes() -> None:
    parents = {row["parent"] for row in INDUSTRIES.values()}
    assert all(code in parents for code, row in INDUSTRIES.items() if row["level"] != "4")


def test_a_group_of_one_class_bears_its_name() -> None:
    children: dict[str, list[str]] = {}
    for row in INDUSTRIES.values():
        children.setdefault(row["parent"], []).append(row["name"])
    for code, row in INDUSTRIES.items():
        if row["level"] == "3" and len(children[code]) == 1:
            assert children[code] == [row["name"]]


def test_the_yearly_targets_add_up_to_what_the_plan_wants_by_2010() -> None:
    for indicator in {row["indicator"] for row in TARGETS}:
        rows = [row for row in TARGETS if row["indicator"] == indicator]
        assert len({(row["unit"], row["measure"], row["by_2010"]) for row in rows}) == 1
        by_2010 = float(rows[0]["by_2010"])
        if rows[0]["measure"] == "in_year":
            assert [row["year"] for row in rows] == ["2006", "2007", "2008", "2009", "2010"]
            assert sum(float(row["value"]) for row in rows) == pytest.approx(by_2010)
        else:
            assert [(row["year"], float(row["value"])) for row in rows] == [("2010", by_2010)]


def test_the_plan_wants_1500_projects_and_15_billion_yuan() -> None:
    wanted = {row["indicator"]: (float(row["by_2010"]), row["unit"]) for row in TARGETS}
    assert wanted["cooperation_projects"] == (1500, "个")
    assert wanted["cooperation_amount"] == (150, "亿元")
    assert len(wanted) == 7


def test_the_keys_of_the_targets_are_unique() -> None:
    keys = [(row["indicator"], row["year"], row["region"]) for row in TARGETS]
    assert len(keys) == len(set(keys)) == 27


def test_three_tenths_of_the_agreed_money_was_in_place_at_the_end_of_2005() -> None:
    reached = {(r["indicator"], r["until"]): float(r["value"]) for r in data.rows("baseline")}
    share = reached["funds_in_place", "2005-12-31"] / reached["agreed_investment", "2005-12-31"]
    assert share == pytest.approx(0.309, abs=0.0005)  # 265.65 / 860.9 = 0.30857
    assert reached["projects_signed", "2005-12-31"] == 2354
    assert reached["projects_signed", "2006-12-31"] == 3230


def test_the_calendar_names_known_places_and_real_months() -> None:
    for row in data.rows("calendar"):
        assert 1 <= int(row["month_from"]) <= int(row["month_until"]) <= 12
        known = {*REGIONS, *(unit["prefecture_code"] for unit in REGIONS.values()), ""}
        assert row["region"] in known


@pytest.mark.parametrize(
    "name", ["regions", "industries", "pairings", "targets", "baseline", "calendar"]
)
def test_tables_are_plain_utf8_with_unix_line_ends_and_are_described(name: str) -> None:
    raw = data.folder().joinpath(f"{name}.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw and raw.endswith(b"\n")
    for row in data.rows(name):
        assert all(cell == cell.strip() for cell in row.values())
    sources = data.folder().joinpath("SOURCES.md").read_text(encoding="utf-8")
    assert f"{name}.csv" in sources
