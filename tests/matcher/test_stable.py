"""Deferred acceptance, blocking pairs, evenness: small cases worked by hand, then properties."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.allocate import Limit
from matcher.equity import gini
from matcher.plan_pairs import PlanPairs
from matcher.stable import blocking_pairs, deferred_acceptance, trimmed


def pairs_of(enterprises: int, capacity: list[int]) -> PlanPairs:
    """Every enterprise with every place; only the number of partners binds."""
    rows = np.array(list(product(range(enterprises), range(len(capacity)))), np.int64)
    n = len(rows)
    room = np.full((len(capacity), 4), np.inf)
    room[:, 3] = capacity
    zero = np.zeros(n, np.int64)
    return PlanPairs(
        enterprise=rows[:, 0], resource=rows[:, 1], chance=np.full((4, n), 0.5),
        amount_wan=np.ones(n), jobs=np.ones(n), subsidy_wan=np.zeros(n),
        use=np.tile([0.0, 0.0, 0.0, 1.0], (n, 1)), capacity=room,
        offered=np.ones(len(capacity), np.bool_), paired=np.ones(n, np.bool_), home=zero,
        region=zero, site=zero, whole=True, possible=n,
    )  # fmt: skip


def test_the_proposing_side_gets_its_best_stable_partners() -> None:
    # Two enterprises, two places of one partner each. E0 likes R0 best, E1 too; R0 prefers E1,
    # R1 prefers E0. Round 1: both propose to R0, which keeps E1. Round 2: E0 proposes to R1.
    pairs = pairs_of(2, [1, 1])  # rows: E0R0 E0R1 E1R0 E1R1
    own, theirs = np.array([2.0, 1, 2, 1]), np.array([1.0, 2, 2, 1])
    allowed = np.ones(4, np.bool_)
    chosen = deferred_acceptance(pairs, allowed, own, theirs)
    assert chosen.tolist() == [1, 2]
    assert blocking_pairs(pairs, allowed, chosen, own, theirs) == 0
    # The other way round E1 and R0 would rather be together: one pair blocks.
    assert blocking_pairs(pairs, allowed, np.array([0, 3]), own, theirs) == 1


@given(
    st.integers(0, 10_000), st.integers(1, 6), st.lists(st.integers(0, 3), min_size=1, max_size=4)
)
def test_no_pair_blocks_where_only_places_are_short(
    seed: int, enterprises: int, capacity: list[int]
) -> None:
    rng = np.random.default_rng(seed)
    pairs = pairs_of(enterprises, capacity)
    own, theirs = rng.random((2, len(pairs)))
    allowed = rng.random(len(pairs)) < 0.8
    chosen = deferred_acceptance(pairs, allowed, own, theirs)
    assert blocking_pairs(pairs, allowed, chosen, own, theirs) == 0
    assert allowed[chosen].all()
    assert len(np.unique(pairs.enterprise[chosen])) == len(chosen)
    taken = np.bincount(pairs.resource[chosen], minlength=len(capacity))
    assert (taken <= capacity).all()


def test_pairs_of_least_value_for_what_they_use_are_struck_out_first() -> None:
    # Uses 2, 1, 1 of a limit of 2 with values 3, 2, 2: 3/2 is the least a unit, so the first goes.
    limit = Limit("l", np.array([2.0, 1, 1]), high=2.0)
    assert trimmed(np.array([0, 1, 2]), np.array([3.0, 2, 2]), [limit]).tolist() == [1, 2]


def test_gini_of_hand_worked_cases() -> None:
    assert gini(np.array([2, 2, 2])) == 0
    assert gini(np.zeros(4)) == 0
    assert gini(np.array([])) == 0
    # One of four has all: (2·4 − 4 − 1) · 1 / (4 · 1) = 3/4.
    assert gini(np.array([0, 0, 1, 0])) == pytest.approx(0.75)
    # 1, 3: ((2·1 − 3)·1 + (2·2 − 3)·3) / (2·4) = 2/8.
    assert gini(np.array([3, 1])) == pytest.approx(0.25)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20), st.floats(0.1, 100))
def test_gini_is_a_share_that_knows_no_unit(amounts: list[float], unit: float) -> None:
    found = gini(np.array(amounts))
    assert -1e-9 <= found < 1
    assert gini(np.array(amounts) * unit) == pytest.approx(found, abs=1e-6)
