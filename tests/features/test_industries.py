"""An industry code in any accepted dress is one branch of the tree; others are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.industries import Industries, UnknownIndustry
from features.tables import Table

TREE = Industries.built_in()
CODES = st.sampled_from(TREE.codes)
POSITIONS = st.integers(min_value=-1, max_value=len(TREE) - 1)
FULL_WIDTH = {0x21 + i: 0xFF01 + i for i in range(94)}


def refused(written: str, tree: Industries = TREE) -> UnknownIndustry:
    with pytest.raises(UnknownIndustry) as caught:
        tree.resolve(written)
    return caught.value


@given(CODES, st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["", " ", "\u3000"]))
def test_letter_case_width_and_blanks_do_not_matter(
    code: str, letter: bool, lower: bool, wide: bool, blank: str
) -> None:
    section = TREE.section[TREE.index[code]]
    written = section + code if letter and code != section else code
    written = written.lower() if lower else written
    written = written.translate(FULL_WIDTH) if wide else written
    assert TREE.resolve(blank + written + blank) == code


@given(CODES, st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_a_letter_of_another_section_is_refused_with_the_right_one(code: str, letter: str) -> None:
    section = TREE.section[TREE.index[code]]
    if code == section or letter == section:
        return
    error = refused(letter + code)
    assert error.suggestions == [(TREE.name(code), code)]
    assert section + code in error.message["zh"]
    assert section + code in error.message["en"]


@given(st.text(max_size=30))
def test_anything_else_is_an_unknown_industry_never_a_crash(written: str) -> None:
    try:
        assert TREE.resolve(written) in TREE
    except UnknownIndustry as error:
        assert set(error.message) == {"zh", "en"}
        assert all(code in TREE for _, code in error.suggestions)


@given(st.from_regex(r"\A[A-Za-z]?[0-9]{1,5}\Z"))
def test_whatever_is_accepted_is_the_code_itself(written: str) -> None:
    try:
        code = TREE.resolve(written)
    except UnknownIndustry:
        return
    assert written.upper().endswith(code)
    assert len(written) - len(code) in (0, 1)


@given(CODES)
def test_ancestors_lead_from_the_branch_to_its_section(code: str) -> None:
    line = TREE.ancestors(code)
    assert line[0] == code
    assert line[-1] == TREE.section[TREE.index[code]]
    assert [int(TREE.level[TREE.index[c]]) for c in line] == list(range(len(line), 0, -1))
    parents = [TREE.codes[TREE.parent[TREE.index[c]]] for c in line[:-1]]
    assert parents == list(line[1:])
    assert TREE.parent[TREE.index[line[-1]]] == -1


@given(st.lists(POSITIONS, min_size=1, max_size=8), st.lists(POSITIONS, min_size=1, max_size=8))
def test_the_depth_of_the_common_branch_is_what_the_ancestors_share(
    left: list[int], right: list[int]
) -> None:
    depth = TREE.depth_of_common(np.array(left)[:, None], np.array(right)[None, :])
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            mine = set(TREE.ancestors(TREE.codes[a])) if a >= 0 else set()
            other = set(TREE.ancestors(TREE.codes[b])) if b >= 0 else set()
            assert depth[i, j] == len(mine & other)


def test_the_same_class_is_four_deep_and_another_section_none() -> None:
    # 1761 in 176 in 17 in C; 1763 shares the group, 1711 the division, 1811 the section
    codes = ["1761", "1763", "1711", "1811", "0111"]
    at = np.array([TREE.index[code] for code in codes])
    assert TREE.depth_of_common(at[:1], at).tolist() == [4, 3, 2, 1, 0]


@pytest.mark.parametrize(("written", "meant"), [("1", "01"), ("8", "08"), ("A1", "01")])
def test_a_leading_zero_that_a_spreadsheet_dropped_is_named(written: str, meant: str) -> None:
    error = refused(written)
    assert error.suggestions == [(TREE.name(meant), meant)]
    assert "Excel" in error.message["zh"]
    assert "Excel" in error.message["en"]


def test_a_code_that_is_one_as_written_is_taken_as_written() -> None:
    # 0111 without its zero is 111, which is a group of its own
    assert TREE.resolve("111") == "111"
    assert TREE.resolve("0111") == "0111"


def test_a_code_below_the_tree_is_answered_with_the_branch_above() -> None:
    assert refused("1799").suggestions == [(TREE.name("17"), "17")]
    assert refused("C99").suggestions == [(TREE.name("C"), "C")]
    assert refused("17611").suggestions == [(TREE.name("176"), "176")]


@pytest.mark.parametrize("written", ["纺织业", "纺织", "C17纺织业", "17.0"])
def test_a_name_is_no_code_but_is_answered_with_one(written: str) -> None:
    assert refused(written).suggestions[0] == ("纺织业", "17")


@pytest.mark.parametrize("written", ["١٧", "①⑦", "¹⁷", "ı", "ſ", "C-17", "C 17", "１７％", "𝟏𝟕"])
def test_other_digits_letters_and_signs_are_no_code(written: str) -> None:
    refused(written)


def test_an_empty_cell_is_said_to_be_empty() -> None:
    assert refused("　").message["zh"].startswith("没有写行业代码")


def test_a_user_s_branch_joins_the_tree() -> None:
    rows = [{"code": "1769", "name": "示例小类"}, {"code": "17", "name": "纺织"}]
    tree = TREE.with_rows(Table.from_rows("industries", rows))
    assert tree.ancestors("1769") == ("1769", "176", "17", "C")
    assert tree.resolve("C1769") == "1769"
    assert tree.name("17") == "纺织"
    assert len(tree) == len(TREE) + 1
    assert "1769" not in TREE


def test_a_user_s_own_section_and_its_branches_join_in_any_order() -> None:
    rows = [
        {"code": "Z1", "name": "乙", "parent": "Z"},
        {"code": "Z", "name": "甲", "section": "Z"},
    ]
    tree = TREE.with_rows(Table.from_rows("industries", rows))
    assert tree.ancestors(tree.resolve("z1")) == ("Z1", "Z")


@pytest.mark.parametrize(
    "row",
    [
        {"code": "QQ", "name": "无", "parent": "RR"},
        {"code": "17611", "name": "太深", "parent": "1761"},
        {"code": "1769", "name": "层级不对", "level": 3},
    ],
)
def test_a_branch_that_hangs_nowhere_is_refused(row: dict[str, str | int]) -> None:
    with pytest.raises(UnknownIndustry) as caught:
        TREE.with_rows(Table.from_rows("industries", [row]))
    assert str(row["code"]) in caught.value.message["zh"]
