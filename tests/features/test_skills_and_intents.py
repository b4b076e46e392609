"""Skills by likeness of their names, intents by the table of kinds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.intents import fit_table, kinds_asked_for
from features.schema import INTENTS, RESOURCE_KINDS
from features.skills import similarity, skill_fields

WORDS = st.text("缝纫电焊工员师abcXYZ", min_size=1, max_size=6)
LISTS = st.none() | st.lists(WORDS, min_size=1, max_size=4).map(tuple)


@given(WORDS, WORDS)
def test_likeness_lies_between_0_and_1_and_goes_both_ways(a: str, b: str) -> None:
    assert 0 <= similarity(a, b) <= 1
    assert similarity(a, b) == similarity(b, a)
    assert similarity(a, a) == 1


def test_an_ending_for_people_and_capitals_make_no_difference() -> None:
    assert similarity("缝纫", "缝纫工") == similarity("Welder", "welder") == 1
    assert similarity("缝纫工", "焊工") == 0
    assert similarity("工", "工") == 1  # nothing but the ending
    assert similarity("数控车工", "数控铣工") == pytest.approx(2 / 3)


@given(st.lists(LISTS, max_size=4), st.lists(LISTS, max_size=4))
def test_the_product_of_both_sides_is_the_share_of_needed_skills_at_hand(
    needed: list[tuple[str, ...] | None], offered: list[tuple[str, ...] | None]
) -> None:
    left, right = skill_fields(needed, offered)
    for i, mine in enumerate(needed):
        for j, theirs in enumerate(offered):
            share = float(left[i] @ right[j])
            if mine is None or theirs is None:
                assert np.isnan(share)
            else:
                best = [max(similarity(a, b) for b in theirs) for a in set(mine)]
                assert share == pytest.approx(np.mean(best), abs=1e-5)


def test_the_table_of_intents_is_whole() -> None:
    table = fit_table()
    assert table.shape == (len(INTENTS), len(RESOURCE_KINDS))
    assert ((table >= 0) & (table <= 1)).all()


def test_the_best_of_several_intents_counts_and_silence_is_not_known() -> None:
    invest, train = INTENTS.index("invest"), INTENTS.index("train")
    rows = np.zeros((3, len(INTENTS)), np.float32)
    rows[0, invest] = 1
    rows[1, [invest, train]] = 1
    rows[2] = np.nan
    found = kinds_asked_for(rows)
    table = fit_table()
    np.testing.assert_array_equal(found[0], table[invest])
    np.testing.assert_array_equal(found[1], np.maximum(table[invest], table[train]))
    assert np.isnan(found[2]).all()
