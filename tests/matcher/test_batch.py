"""All lists at once say what each list says, however they are cut and whoever makes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from made_market import made
from matcher import batch, lists
from matcher.batch import all_lists, lists_of
from matcher.batch_files import BATCH_COLUMNS
from matcher.best import best_of
from matcher.ranking import Filters, Side
from models import block_parts, stages
from small_market import enterprise, rank, resource

Columns = dict[str, list[Any]]


def joined(blocks: Iterable[Any]) -> Columns:
    """All rows of all blocks."""
    found: Columns = {name: [] for name in BATCH_COLUMNS}
    for block in blocks:
        assert set(block) == set(BATCH_COLUMNS)
        for name in BATCH_COLUMNS:
            found[name] += list(block[name])
    return found


@pytest.mark.parametrize("side", ["enterprise", "resource"])
@pytest.mark.parametrize(
    "filters", [{}, {"cross_pair": "only"}, {"programme": "industry", "hide_known": True}], ids=str
)
def test_one_list_is_the_same_query_in_the_batch(side: Side, filters: dict[str, Any]) -> None:
    ranking = made(300, 60)
    found = joined(all_lists(ranking, side, top=7, filters=Filters(**filters)))
    one = lists.for_enterprise if side == "enterprise" else lists.for_resource
    ids = (ranking.market.enterprises if side == "enterprise" else ranking.market.resources).ids
    assert found["query_id"] == sorted(found["query_id"])
    for name in ids[::7]:
        at = [i for i, query in enumerate(found["query_id"]) if query == name]
        answer = one(ranking, name, top=7, filters=Filters(**filters))
        assert [found["candidate_id"][i] for i in at] == [m.candidate_id for m in answer.matches]
        assert [found["rank"][i] for i in at] == [m.rank for m in answer.matches]
        assert [found["paired"][i] for i in at] == [m.paired for m in answer.matches]
        for i, match in zip(at, answer.matches, strict=True):
            assert found["score"][i] == pytest.approx(match.score, abs=2e-6)
            for stage, chance in match.probability.items():
                assert found[f"p_{stage}"][i] == pytest.approx(chance, abs=2e-6)
            money = match.expected_investment_wan
            assert (found["expected_investment_wan"][i] is None) == (money is None)
            assert money is None or found["expected_investment_wan"][i] == pytest.approx(
                money, abs=0.02, rel=1e-4
            )


@pytest.mark.parametrize("side", ["enterprise", "resource"])
def test_two_workers_make_the_same_lists_as_one(side: Side) -> None:
    ranking = made(600, 40)
    assert list(all_lists(ranking, side, workers=2)) == list(all_lists(ranking, side))


@pytest.mark.parametrize("cuts", [(7, 5, 8), (33, 64, 16), (10**9,) * 3], ids=str)
@pytest.mark.parametrize("side", ["enterprise", "resource"])
def test_lists_do_not_depend_on_how_blocks_are_cut(
    side: Side, cuts: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ranking = made(90, 35)
    n = 90 if side == "enterprise" else 35
    whole = joined([lists_of(ranking, side, 0, n, 5, Filters())])
    monkeypatch.setattr(block_parts, "IN_CACHE", cuts[1])
    monkeypatch.setattr(batch, "BLOCK", cuts[0])
    monkeypatch.setattr(stages, "IN_CACHE", cuts[1])
    monkeypatch.setattr(stages, "TILE_RESOURCES", cuts[2])
    assert joined([lists_of(ranking, side, 0, n, 5, Filters())]) == whole
    parts = [lists_of(ranking, side, i, min(i + 13, n), 5, Filters()) for i in range(0, n, 13)]
    assert joined(parts) == whole


def test_more_candidates_than_a_block_holds_are_merged_into_one_list() -> None:
    ranking = made(batch.BLOCK + 150, 12)
    found = joined(all_lists(ranking, "resource", top=30))
    for name in ranking.market.resources.ids:
        best = [
            c for q, c in zip(found["query_id"], found["candidate_id"], strict=True) if q == name
        ]
        assert best == [m.candidate_id for m in lists.for_resource(ranking, name, top=30).matches]


def test_nothing_to_list_is_no_rows() -> None:
    for own, others in (
        ([enterprise("E1")], []),
        ([], [resource("R1")]),
        ([enterprise("E1", pollution_level=3)], [resource("R1")]),
    ):
        ranking = rank(own, others)
        for side in ("enterprise", "resource"):
            found = joined(all_lists(ranking, side))  # type: ignore[arg-type]
            assert found["query_id"] == []


def test_progress_is_told_block_by_block() -> None:
    told: list[tuple[int, int]] = []
    list(all_lists(made(600, 40), "enterprise", progress=lambda *step: told.append(step)))
    assert told == [(i, told[-1][1]) for i in range(1, told[-1][1] + 1)] and len(told) > 1


@pytest.mark.parametrize("seed", range(20))
def test_the_best_are_those_of_a_full_sort(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines, columns, top = rng.integers(1, 6), rng.integers(1, 50), int(rng.integers(1, 25))
    score = rng.integers(0, 8, (lines, columns)).astype(np.float32)
    score[rng.random(score.shape) < 0.3] = -np.inf
    rows = np.sort(rng.choice(1000, columns, replace=False)).astype(np.int64)
    found, best = best_of(score, rows, top)
    for line in range(lines):
        order = sorted(
            (-float(s), int(r)) for s, r in zip(score[line], rows, strict=True) if np.isfinite(s)
        )[:top]
        assert [(-float(s), int(r)) for s, r in zip(best[line], found[line], strict=True)][
            : len(order)
        ] == order
        assert (found[line, len(order) :] == -1).all()
