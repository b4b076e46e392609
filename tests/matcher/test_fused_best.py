"""Lists made in compiled loops are those made with numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from made_market import made
from matcher import batch
from matcher.batch import all_lists, best
from matcher.best import best_of
from matcher.fused_best import best_within
from matcher.ranking import Filters, Side
from models import engine
from models.steady_logistic import six_digits


@pytest.mark.parametrize("seed", range(30))
def test_the_best_are_the_same_by_loops_and_numpy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines, columns, top = rng.integers(0, 6), rng.integers(0, 60), int(rng.integers(0, 25))
    score = rng.integers(0, 8, (lines, columns)).astype(np.float32)
    score += rng.normal(scale=1e-7, size=score.shape).astype(np.float32)
    score[rng.random(score.shape) < 0.2] = -np.inf
    own = rng.normal(size=(3, lines)).astype(np.float32)
    others = 1 + rng.normal(size=(3, columns)).astype(np.float32)
    own[rng.random(own.shape) < 0.2] = np.nan
    rows = np.sort(rng.choice(1000, columns, replace=False)).astype(np.int64)
    fused = best_within(score, own, others, rows, top)
    out = (own[:, :, None] > others[:, None, :]).any(axis=0)
    plain = best_of(np.where(out, np.float32(-np.inf), six_digits(score.copy())), rows, top)
    for a, b in zip(fused, plain, strict=True):
        assert a.tolist() == b.tolist()


@pytest.mark.parametrize("side", ["enterprise", "resource"])
@pytest.mark.parametrize(
    "filters", [{}, {"cross_pair": "forbid"}, {"programme": "rural", "hide_known": True}], ids=str
)
def test_every_list_is_the_same_by_loops_and_numpy(side: Side, filters: dict[str, Any]) -> None:
    ranking = made(300, 60)
    n = 60 if side == "enterprise" else 300
    query = np.arange(n)
    plain = best(ranking, side, query, 7, Filters(**filters))
    engine.start()
    try:
        fused = best(ranking, side, query, 7, Filters(**filters))
        half = best(ranking, side, query[n // 3 :], 7, Filters(**filters))
    finally:
        engine.stop()
    for a, b, c in zip(plain, fused, half, strict=True):
        assert a.tobytes() == b.tobytes() and a[n // 3 :].tobytes() == c.tobytes()


def test_a_large_batch_starts_the_loops_and_lists_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ranking = made(300, 60)
    plain = list(all_lists(ranking, "enterprise"))
    assert not engine.started()
    monkeypatch.setattr(batch.engine, "WORTH_STARTING", 1)
    try:
        assert list(all_lists(ranking, "enterprise")) == plain
        assert engine.started()
        assert list(all_lists(ranking, "enterprise", workers=2)) == plain
    finally:
        engine.stop()
