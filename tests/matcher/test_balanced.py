"""Lists that don't crowd, on the scores of a ranking."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import balanced
from matcher.balanced import BalancedRanking, balance
from matcher.lists import for_enterprise, for_region, for_resource
from matcher.ranking import Filters, Ranking
from matcher.views import sought
from small_market import CHUNAN, QINGTIAN, XIAOSHAN, enterprise, interest, listed, rank, resource


def _crowded(enterprises: int = 12, places: int = 6, **more: object) -> Ranking:
    """All weave, one place welcomes weavers most; the others are about as good."""
    return rank(
        [
            enterprise(f"E{i:02}", budget_wan=600.0 + 100 * i, labour_need=10 * (i % 5))
            for i in range(enterprises)
        ],
        [
            resource(
                f"R{k}", capacity=1 + k % 2, industries=("17",) if k < 3 else ("1",),
                land_mu=100.0 - 10 * k, region=CHUNAN if k % 2 else QINGTIAN,
            )
            for k in range(places)
        ],
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _balanced(ranking: Ranking, **options: object) -> BalancedRanking:
    found = balance(ranking, "resource", **options)  # type: ignore[arg-type]
    return balanced._balanced(ranking, found.scale, found.log_u, found.log_v)


@settings(max_examples=5, deadline=None)
@given(enterprises=st.integers(1, 14), places=st.integers(1, 6))
def test_capacities_are_kept_in_equilibrium(enterprises: int, places: int) -> None:
    ranking = _crowded(enterprises, places)
    e, r = np.arange(enterprises), np.arange(places)
    mu = np.exp(_balanced(ranking).unrounded(e, r).astype(float))
    mu[ranking.limits.barred(e, r) != 0] = 0
    assert (mu.sum(axis=1) <= 1.002).all()
    assert (mu.sum(axis=0) <= 1.002 * ranking.limits.capacity_left).all()


@pytest.mark.parametrize("candidates", ["resource", "enterprise"])
def test_the_lists_that_bring_more_go_out_and_say_so(candidates: balanced.Side) -> None:
    ranking = _crowded()
    found = balance(ranking, candidates, top=3)
    matches = {kind: came.matches for kind, came in found.found.items()}
    assert matches[found.kind] == max(matches.values())
    told = found.as_dict()
    assert told["lists"] == found.kind and set(told) == {"lists", "naive", "equilibrium"}
    assert found.applied(ranking) is ranking or found.kind == "equilibrium"


def test_attention_spreads_where_all_would_go_to_one_place() -> None:
    found = balance(_crowded(), "resource", top=1)
    # Lists of one: without regard to crowding nearly all name the same place.
    assert found.kind == "equilibrium"
    assert found.found["equilibrium"].top_share < found.found["naive"].top_share
    assert found.found["equilibrium"].matches > found.found["naive"].matches


def test_one_list_is_its_part_of_all_lists_and_its_scores_add_up() -> None:
    ranking = _balanced(_crowded())
    for answer in (
        for_enterprise(ranking, "E03"), for_resource(ranking, "R2"), for_region(ranking, CHUNAN),
        for_region(ranking, XIAOSHAN),
    ):  # fmt: skip
        scores = [m.score for m in answer.matches]
        assert scores and scores == sorted(scores, reverse=True)
        for m in answer.matches:
            parts = m.base + sum(reason.contribution for reason in m.reasons) + m.other
            assert m.score == pytest.approx(parts)


def test_barred_pairs_stay_out_and_a_must_comes_first() -> None:
    wishes = [
        interest("enterprise", "E05", "R5", "must"),
        interest("enterprise", "E05", "R0", "no"),
    ]
    names = listed(for_enterprise(_balanced(_crowded(interests=wishes)), "E05"))
    assert names[0] == "R5" and "R0" not in names


def test_filters_narrow_everybodys_lists() -> None:
    ranking = _crowded()
    narrow = Filters(cross_pair="forbid")
    found = balance(ranking, "resource", filters=narrow)
    paired = ranking.paired(np.arange(12), np.arange(6))
    # A place that nobody may be sent to is as free as its capacity: log v = log(b) / 2.
    nobody = ~paired.any(axis=0)
    assert nobody.any() and not nobody.all()
    free = 0.5 * np.log(ranking.limits.capacity_left[nobody])
    assert found.log_v[nobody] == pytest.approx(free, abs=1e-3)


def test_neither_blocks_nor_what_is_at_hand_change_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ranking = _crowded()
    whole = balance(ranking, "resource", top=2)
    monkeypatch.setattr(balanced, "AT_HAND", 0)
    monkeypatch.setattr(balanced, "BLOCK_PAIRS", 13)
    parts = balance(ranking, "resource", top=2)
    assert (parts.kind, parts.scale) == (whole.kind, whole.scale)
    assert parts.log_v == pytest.approx(whole.log_v, abs=1e-4)
    assert parts.found["naive"].matches == pytest.approx(whole.found["naive"].matches)


def test_a_large_market_tries_its_scales_on_some_of_its_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(balanced, "TRIED_PAIRS", 20)
    found = balance(_crowded(), "resource", top=2)
    assert found.scale in balanced.SCALES
    assert np.isfinite(found.log_u).all() and np.isfinite(found.log_v).all()


def test_who_brings_more_is_sought_more() -> None:
    market = _crowded(3).market
    # Three of one kind: only the budgets (ranks 1/3, 2/3, 1) and jobs (0, 10, 20: the same) tell
    # them apart. Land is asked by none and energy by none (1/2 each); pollution is a tie (1).
    want = [(b + 0.5 + j + 1 + 0.5) / 5 for b, j in ((1 / 3, 1 / 3), (2 / 3, 2 / 3), (1, 1))]
    assert sought(market) == pytest.approx([min(0.9, w) for w in want])
