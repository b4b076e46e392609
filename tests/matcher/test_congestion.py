"""Lists that don't crowd: equilibrium, expected matches, and which lists go out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from made_wishes import made_wishes
from matcher import congestion
from matcher.congestion import equilibrium
from matcher.crowding import crowding, examination
from matcher.uncrowded import Wishes, uncrowded


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000), n=st.integers(1, 12), m=st.integers(1, 12),
    size=st.sampled_from([0.1, 1.0, 30.0]), scale=st.sampled_from([0.1, 1.0]),
)  # fmt: skip
def test_every_marginal_is_kept(seed: int, n: int, m: int, size: float, scale: float) -> None:
    dice = np.random.default_rng(seed)
    phi = (size * dice.random((n, m))).astype(np.float32)
    phi[dice.random((n, m)) < 0.2] = -np.inf
    b = 1 + dice.integers(0, 4, m).astype(float)
    found = equilibrium(
        lambda rows: phi[rows], n, m, scale=scale, capacity=b, tolerance=1e-4, most_sweeps=20_000
    )
    mu = np.exp(found.log_u[:, None] + found.log_v[None] + phi.astype(float) / scale)
    assert np.exp(2 * found.log_u) + mu.sum(axis=1) == pytest.approx(np.ones(n), rel=1e-3)
    assert np.exp(2 * found.log_v) + mu.sum(axis=0) == pytest.approx(b, rel=1e-3)


def test_one_pair_is_worked_out_by_hand() -> None:
    # n = m = 1, φ = 0: μ = uv, u² + uv = 1, v² + uv = 1, so u = v = 1/√2 and μ = 1/2.
    found = equilibrium(lambda rows: np.zeros((1, 1), np.float32), 1, 1, scale=1.0, tolerance=1e-9)
    assert np.exp(found.log_u + found.log_v) == pytest.approx([0.5], abs=1e-6)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    phi = np.random.default_rng(3).random((40, 9)).astype(np.float32)
    whole = equilibrium(lambda rows: phi[rows], 40, 9, scale=0.5)
    monkeypatch.setattr(congestion, "BLOCK_PAIRS", 27)
    parts = equilibrium(lambda rows: phi[rows], 40, 9, scale=0.5)
    assert parts.sweeps == whole.sweeps
    assert parts.log_v == pytest.approx(whole.log_v, abs=1e-5)


def test_a_coarse_market_first_ends_at_the_same_equilibrium(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phi = np.random.default_rng(4).random((203, 9)).astype(np.float32)
    whole = equilibrium(lambda rows: phi[rows], 203, 9, scale=0.5, tolerance=1e-5)
    monkeypatch.setattr(congestion, "COARSE_PAIRS", 0)
    warmed = equilibrium(lambda rows: phi[rows], 203, 9, scale=0.5, tolerance=1e-5)
    assert warmed.error <= 1e-5
    assert warmed.sweeps < whole.sweeps
    assert warmed.log_v == pytest.approx(whole.log_v, abs=1e-3)
    assert warmed.log_u == pytest.approx(whole.log_u, abs=1e-3)


def test_wishes_are_solved_from_a_coarse_market_too(monkeypatch: pytest.MonkeyPatch) -> None:
    wishes = made_wishes(40, seed=5)
    whole = uncrowded(wishes, 20)
    monkeypatch.setattr(congestion, "COARSE_PAIRS", 0)
    assert uncrowded(wishes, 20).crowding.matches == pytest.approx(whole.crowding.matches, rel=0.02)


def test_extreme_surplus_is_no_overflow() -> None:
    phi = np.array([[1e5, -1e5], [1e5, 0.0]], np.float32)
    found = equilibrium(lambda rows: phi[rows], 2, 2, scale=0.1)
    assert np.isfinite(found.log_u).all() and np.isfinite(found.log_v).all()


def test_a_place_with_room_for_two_answers_its_two_best_alike() -> None:
    # Both propose for sure and both are wanted for sure. Room for one: 1 + 1/2; for two: 1 + 1.
    sure = np.ones((2, 1))
    for room, matches in ((1, 1.5), (2, 2.0)):
        found = crowding(
            np.zeros((2, 1), np.int64), sure, sure, 1, examination(2), capacity=np.array([room])
        )
        assert found.matches == pytest.approx(matches)


def test_compiled_loops_count_what_numpy_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = np.random.default_rng(6)
    rows = np.array([dice.permutation(9)[:4] for _ in range(30)])
    rows[3, 2:] = -1
    yes, room = dice.random((2, 30, 4)), dice.integers(1, 4, 9)

    def counted() -> float:
        return crowding(rows, yes[0], yes[1], 9, examination(30), capacity=room).matches

    plain = counted()
    monkeypatch.setattr("matcher.crowding.AT_ONCE", 0)
    assert counted() == pytest.approx(plain, rel=1e-9)


def _by_enumeration(proposal: np.ndarray, yes: np.ndarray, v: np.ndarray) -> float:
    """Expected matches of one candidate over all subsets of proposals, in order of liking."""
    order, total = np.argsort(-yes, kind="stable"), 0.0
    for made in product((0, 1), repeat=len(proposal)):
        chance = np.prod([p if x else 1 - p for p, x in zip(proposal, made, strict=True)])
        ahead = 0
        for i in order:
            if made[i]:
                total += chance * yes[i] * v[ahead]
                ahead += 1
    return float(total)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 7), slow=st.booleans())
def test_expected_matches_are_those_of_all_that_can_happen(seed: int, n: int, slow: bool) -> None:
    dice = np.random.default_rng(seed)
    proposes, accepts = dice.random((n, 1)), dice.random((n, 1))
    v = examination(max(n, 2), slow=slow)
    found = crowding(np.zeros((n, 1), np.int64), proposes, accepts, 1, v)
    assert found.matches == pytest.approx(_by_enumeration(proposes[:, 0], accepts[:, 0], v))


def test_two_proposals_to_one_place_by_hand() -> None:
    # Both propose for certain; the place likes the first (0.8) better than the second (0.5), whom
    # it looks at in second place: 0.8 · 1 + 0.5 · 1/2 = 1.05. All attention is on the one place.
    rows = np.zeros((2, 1), np.int64)
    found = crowding(rows, np.ones((2, 1)), np.array([[0.8], [0.5]]), 20, examination(2))
    assert found.matches == pytest.approx(1.05)
    assert found.top_share == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("places", "naive", "both", "best"), [(50, 50.7, 61, 68.9), (100, 106.9, 131, 152.7)]
)
def test_the_published_figures_come_out(
    places: int, naive: float, both: float, best: float
) -> None:
    found = uncrowded(made_wishes(places), places)
    assert found.kind == "equilibrium"
    assert found.found["naive"].matches == pytest.approx(naive, rel=0.03)
    assert found.found["product"].matches == pytest.approx(both, rel=0.03)
    assert found.crowding.matches == pytest.approx(best, rel=0.03)


def test_on_a_crowded_market_attention_is_spread() -> None:
    found = uncrowded(made_wishes(60, popularity=0.75), 60)
    assert found.crowding.top_share < 0.5 * found.found["naive"].top_share


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), slow=st.booleans(), popularity=st.floats(0, 1))
def test_no_kind_of_list_would_have_been_better(seed: int, slow: bool, popularity: float) -> None:
    found = uncrowded(made_wishes(8, seed=seed, popularity=popularity), 5, slow=slow)
    assert found.crowding.matches >= max(c.matches for c in found.found.values()) * (1 - 1e-9)


def test_without_congestion_each_list_is_by_the_proposers_own_wishes() -> None:
    wishes = made_wishes(6)
    found = uncrowded(wishes, 6, on=False)
    assert found.kind == "naive" and set(found.found) == {"naive"}
    assert (found.rows == np.argsort(-wishes.proposes.toarray(), axis=1, kind="stable")).all()


def test_a_pair_that_is_missing_is_never_listed() -> None:
    proposes = sparse.csr_matrix(([0.9, 0.4], ([0, 1], [1, 0])), shape=(2, 3))
    accepts = sparse.csr_matrix(([0.5, 0.6], ([0, 1], [1, 0])), shape=(2, 3))
    for on in (False, True):
        found = uncrowded(Wishes(proposes, accepts), 3, on=on)
        assert found.rows.tolist() == [[1, -1, -1], [0, -1, -1]]
