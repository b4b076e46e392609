"""Draws of chances: their mean is what the model says, lower for what was picked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.pairs import Pairs, compute
from models.posterior import posterior, symmetric_root
from tests.matcher.planned_market import market


@pytest.mark.parametrize("optimism", [0.0, 0.5])
def test_the_mean_of_the_draws_is_what_the_model_says_less_its_optimism(optimism: float) -> None:
    ranking = market()
    e, r = np.arange(10), np.zeros(10, np.int64)
    chance = ranking.scorer.of_pairs(e, r).astype(np.float64)
    found = posterior(
        ranking.model, ranking.market, e, r, chance, np.ones(4), optimism=(optimism,) * 4
    )
    z = np.random.default_rng(0).standard_normal((4, found.numbers, 4000)).astype(np.float32)
    drawn = found.chances(z)
    assert (np.diff(drawn, axis=0) <= 0).all()
    apart = drawn[0].mean(axis=1) - chance[0]
    if optimism:
        assert (apart < -0.02).all()
    else:  # the approximation's own error and that of 4,000 draws
        assert np.abs(apart).max() < 0.02


def test_draws_spread_by_as_much_less_as_is_asked_and_keep_their_mean() -> None:
    ranking = market()
    e, r = np.arange(10), np.zeros(10, np.int64)
    chance = ranking.scorer.of_pairs(e, r).astype(np.float64)
    z = np.random.default_rng(0).standard_normal((4, 200, 4000)).astype(np.float32)
    drawn = []
    for spread in (1.0, 0.5):
        found = posterior(ranking.model, ranking.market, e, r, chance, np.ones(4), spread=spread)
        drawn.append(found.chances(z[:, : found.numbers])[0])
    assert np.abs(drawn[1].mean(axis=1) - chance[0]).max() < 0.02
    assert (drawn[1].std(axis=1) < 0.7 * drawn[0].std(axis=1)).all()


def test_the_fewer_came_to_a_step_the_less_sure_are_its_chances() -> None:
    ranking = market()
    e, r = np.arange(6), np.zeros(6, np.int64)
    chance = ranking.scorer.of_pairs(e, r).astype(np.float64)
    found = posterior(ranking.model, ranking.market, e, r, chance, np.array([1.0, 0.25, 0.1, 0.1]))
    assert found.widen.tolist() == pytest.approx([1, 2, 10**0.5, 10**0.5])


def test_draws_do_not_hang_on_which_eigenvectors_a_machine_finds() -> None:
    ranking = market()
    names = ranking.model.names
    rng = np.random.default_rng(1)
    some = rng.standard_normal((1 + len(names), 5))
    # Many equal eigenvalues: any turn of their vectors is right, and machines differ in theirs.
    covariance = some @ some.T + 0.1 * np.eye(1 + len(names))
    order = rng.permutation(1 + len(names))
    elsewhere = symmetric_root(covariance[np.ix_(order, order)])
    root = symmetric_root(covariance)
    # The same numbers met in another order give other eigenvectors, but the same root.
    assert root[np.ix_(order, order)] == pytest.approx(elsewhere, abs=1e-12)
    assert root @ root == pytest.approx(covariance, abs=1e-12)
    e, r = np.arange(10), np.zeros(10, np.int64)
    chance = ranking.scorer.of_pairs(e, r).astype(np.float64)
    model = replace(ranking.model, covariance=covariance)
    found = posterior(model, ranking.market, e, r, chance, np.ones(4))
    features = compute(Pairs(ranking.market, e, r, rowwise=True), names).astype(np.float64)
    centred = np.nan_to_num(features - model.neutral)
    assert found.rows == pytest.approx(np.c_[np.ones(10), centred] @ root, rel=1e-5)
