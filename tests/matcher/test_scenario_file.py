"""A scenario file is read whole, or refused with everything that is wrong in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.findings import FindingsError
from features.regions import Regions
from matcher.scenario import Aim, Scenario
from matcher.scenario_file import read_scenario

#: The example of the outer contract, section 5.
EXAMPLE: dict[str, Any] = {
    "name": "open-30", "pairing": "official-2006",
    "cross_pair": {"mode": "allow", "max_share": 0.3}, "programmes": ["industry"],
    "objective": "expected_investment",
    "budget": {"interest_subsidy_wan": 5000, "projects": 300},
    "limits": {"land_mu_by_region": {"淳安县": 500}, "energy_tce": 80000},
    "fairness": {"min_projects_per_region": 1, "max_share_per_region": 0.15},
    "compare_with": ["in_pair_only", "open"], "draws": 1000, "seed": 7,
}  # fmt: skip


def read(document: object, *, file: str = "plan.json") -> Scenario:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_scenario(
        content, regions=Regions.built_in(), pairings={"official-2006", "mine"}, file=file
    )


def findings(document: object) -> list[tuple[str | None, str]]:
    with pytest.raises(FindingsError) as refused:
        read(document)
    for finding in refused.value.findings:
        assert set(finding.message) == {"zh", "en"}
        assert finding.file == "plan.json"
    return [(finding.column, finding.code) for finding in refused.value.findings]


def test_the_example_of_the_contract_is_understood() -> None:
    found = read(EXAMPLE)
    assert (found.name, found.pairing, found.draws, found.seed) == (
        "open-30", "official-2006", 1000, 7,
    )  # fmt: skip
    assert (found.cross_pair, found.max_cross_share) == ("allow", 0.3)
    assert found.ceilings.land_mu_by_region == {"330127": 500}
    assert (found.ceilings.energy_tce, found.ceilings.projects) == (80000, 300)
    assert (found.min_projects_per_region, found.max_share_per_region) == (1, 0.15)
    assert found.compare_with == ("in_pair_only", "open")
    assert found.aims == (Aim("expected_investment"),)


def test_all_but_braces_may_be_left_out_and_the_name_is_that_of_the_file() -> None:
    assert read({}) == Scenario("plan")


def test_a_byte_order_mark_is_no_matter() -> None:
    assert read(b"\xef\xbb\xbf" + json.dumps(EXAMPLE).encode()) == read(EXAMPLE)


def test_aims_in_order_of_rank_keep_what_each_may_lose() -> None:
    aims = [{"objective": "expected_projects", "max_loss": 0.02}, {"objective": "nash_welfare"}]
    assert read({"objective": aims}).aims == (Aim("expected_projects", 0.02), Aim("nash_welfare"))


def test_everything_that_is_wrong_is_said_at_once_with_its_place() -> None:
    wrong = {
        "nmae": "x", "pairing": "official-2007", "cross_pair": {"mode": "alow", "max_share": 30},
        "programmes": [], "objective": [{"max_loss": 2}], "draws": 0, "seed": -1,
        "budget": {"projects": 1.5, "interest_subsidy_wan": -3}, "compare_with": ["opn"],
        "limits": {"land_mu_by_region": {"桐芦县": 3, "淳安县": -1}, "energy_tce": None},
        "fairness": {"min_projects_per_region": "1", "max_share_per_region": True},
    }  # fmt: skip
    assert sorted(findings(wrong)) == sorted(
        [
            ("nmae", "unknown_key_near"), ("pairing", "unknown_choice_near"),
            ("cross_pair.mode", "unknown_choice_near"), ("cross_pair.max_share", "share_over_one"),
            ("programmes", "empty_list"), ("objective[0]", "not_an_aim"),
            ("draws", "out_of_bounds"), ("seed", "negative"),
            ("budget.projects", "not_whole"), ("budget.interest_subsidy_wan", "negative"),
            ("compare_with[0]", "unknown_choice_near"),
            ("limits.land_mu_by_region.桐芦县", "unknown_region"),
            ("limits.land_mu_by_region.淳安县", "negative"),
            ("limits.energy_tce", "missing_number"),
            ("fairness.min_projects_per_region", "not_a_number"),
            ("fairness.max_share_per_region", "not_a_number"),
        ]
    )  # fmt: skip


def test_a_number_in_quotes_is_shown_in_its_quotes_and_a_bound_in_all_its_digits() -> None:
    with pytest.raises(FindingsError) as refused:
        read({"budget": {"projects": "30"}, "seed": 10**30})
    said = {finding.column: finding.message["en"] for finding in refused.value.findings}
    assert '"30" is no number' in said["budget.projects"]
    assert "between 0 and 4294967295" in said["seed"]


def test_an_unknown_region_comes_with_the_one_that_was_meant() -> None:
    with pytest.raises(FindingsError) as refused:
        read({"limits": {"labour_by_region": {"桐芦县": 3}}})
    assert "桐庐县" in refused.value.findings[0].message["zh"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"), (b" \n", "empty"), (b'{"draws": 1,}', "not_json"),
        (b"\xff\xfe{}", "not_utf8"),
        (b"[]", "not_an_object"), (b"[" * 100_000, "too_deep"), (b'"open"', "not_an_object"),
        (b'{"draws": NaN}', "not_finite"), (b'{"budget": {"projects": 1e400}}', "not_finite"),
        (b'{"draws": ' + b"9" * 400 + b"}", "not_finite"),
        (b'{"draws": ' + b"9" * 6000 + b"}", "not_finite"),
        (b'{"seed": 1, "seed": 2}', "doubled_key"), (b'{"budget": 3}', "not_an_object_here"),
        (b'{"limits": {"labour_by_region": 5}}', "not_by_region"),
        (b'{"limits": {"max_pollution": 4}}', "out_of_bounds"),
        (b'{"cross_pair": {"mode": "only", "max_share": 0.5}}', "only_with_share"),
        (b'{"name": ""}', "not_a_name"), (b'{"name": "a\\nb"}', "control_characters"),
        (b'{"compare_with": ["open", "open"]}', "named_twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(content: bytes, code: str) -> None:
    assert [found for _, found in findings(content)] == [code]


def test_one_region_under_two_of_its_names_is_found() -> None:
    amounts = {"淳安县": 3, "330127": 4}
    assert findings({"limits": {"energy_tce_by_region": amounts}}) == [
        ("limits.energy_tce_by_region.330127", "region_twice")
    ]


@pytest.mark.parametrize("name", ["柯桥区", "330603", "嘉兴市"])
def test_a_limit_on_a_region_that_only_gives_is_refused_with_the_remedy(name: str) -> None:
    content = json.dumps({"limits": {"land_mu_by_region": {name: 3}}}).encode()
    with pytest.raises(FindingsError) as refused:
        read_scenario(
            content, regions=Regions.built_in(), pairings={"official-2006"}, places={"330127"}
        )
    (finding,) = refused.value.findings
    assert (finding.column, finding.code) == (
        f"limits.land_mu_by_region.{name}", "limit_on_giver",
    )  # fmt: skip
    assert "leave it out" in finding.message["en"] and "受援的县" in finding.message["zh"]


@pytest.mark.parametrize("name", ["淳安县", "青田县", "衢州市", "杭州市", "柯桥区"])
def test_a_limit_may_name_who_receives_or_where_an_enclave_lies(name: str) -> None:
    content = json.dumps({"limits": {"energy_tce_by_region": {name: 3}}}).encode()
    found = read_scenario(
        content, regions=Regions.built_in(), pairings={"official-2006"}, places={"330603"}
    )
    assert len(found.ceilings.energy_tce_by_region) == 1


KEYS = [*EXAMPLE, "mode", "max_share", "projects", "淳安县"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_document_is_read_or_refused_and_never_anything_else(document: object) -> None:
    try:
        found = read(document)
    except FindingsError as refused:
        assert refused.findings
    else:
        assert found.draws >= 1
        assert 0 <= found.max_cross_share <= 1
