"""The stage model on blocks: chances fall along the stages, holes are neutral."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.market import Market
from features.pairs import Pairs, compute
from models.rule import expert_rule
from models.stages import STAGES, BlockScorer, StageModel, continue_along
from tests.handmade_market import Row, enterprise, make, resource, rows
from tests.models.made_fit import random_model, rule
from tests.models.made_world import market

LOGITS = arrays(np.float32, (4, 3), elements=st.floats(-200, 200, width=32))


def _everyone(world: Market) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(len(world.enterprises)), np.arange(len(world.resources))


@given(LOGITS)
def test_chances_fall_along_the_stages_and_lie_between_0_and_1(logits: np.ndarray) -> None:
    before = logits.copy()
    chances = continue_along(logits)
    assert ((chances >= 0) & (chances <= 1)).all() and (np.diff(chances, axis=0) <= 0).all()
    np.testing.assert_array_equal(logits, before)


def test_chances_are_the_products_of_the_steps() -> None:
    # Even odds, 3 : 1, 1 : 3, even: 1/2, 3/8, 3/32, 3/64.
    logits = np.log(np.array([1, 3, 1 / 3, 1], np.float32))[:, None]
    assert continue_along(logits).ravel() == pytest.approx([1 / 2, 3 / 8, 3 / 32, 3 / 64])


@given(rows(), st.integers(0, 1000))
@settings(max_examples=8)
def test_log_odds_are_intercepts_and_weighed_features_less_their_neutral_values(
    drawn: tuple[list[Row], list[Row]], seed: int
) -> None:
    world = make(*drawn)
    model = random_model(world, seed).without(effects=True, latent=True)
    e, r = _everyone(world)
    centred = compute(Pairs(world, e, r), model.names).astype(np.float64) - model.neutral
    centred[np.isnan(centred)] = 0
    plain = np.einsum("sf,erf->ser", model.weights, centred) + model.intercepts[:, None, None]
    np.testing.assert_allclose(BlockScorer(model, world).logits(e, r), plain, rtol=1e-4, atol=1e-4)


@given(rows(), st.integers(0, 1000))
@settings(max_examples=8)
def test_a_pair_is_judged_alike_in_every_block(
    drawn: tuple[list[Row], list[Row]], seed: int
) -> None:
    world = make(*drawn)
    scorer = BlockScorer(random_model(world, seed), world)
    e, r = _everyone(world)
    block = scorer.probabilities(e, r)
    back = scorer.probabilities(e[::-1], r[::-1])[:, ::-1, ::-1]
    np.testing.assert_allclose(back, block, atol=1e-5)
    one = scorer.probabilities(e[-1:], r[:1])
    np.testing.assert_allclose(one[:, 0, 0], block[:, -1, 0], atol=1e-5)
    twice = scorer.probabilities(np.repeat(e, 2), r)
    np.testing.assert_allclose(twice, np.repeat(block, 2, axis=1), atol=1e-5)


def test_what_is_not_known_counts_as_neutral() -> None:
    world = make(
        [enterprise("E1"), enterprise("E2", land_need_mu=100.0)], [resource("R1", land_mu=70.0)]
    )
    model = expert_rule(("land_met",))
    model = replace(model, neutral=np.array([0.7]))
    logits = BlockScorer(model, world).logits(np.arange(2), np.arange(1))
    np.testing.assert_allclose(logits[:, 0], logits[:, 1], atol=1e-6)
    np.testing.assert_allclose(logits[:, 0, 0], model.intercepts, rtol=1e-6)


def test_a_level_never_seen_has_no_effect() -> None:
    world = make([enterprise("E1")], [resource("R1", kind="port"), resource("R2", kind="land")])
    model = random_model(world, 1).without(latent=True)
    plain = model.without(effects=True)
    e, r = _everyone(world)
    added = BlockScorer(model, world).logits(e, r) - BlockScorer(plain, world).logits(e, r)
    effect = model.effects[0]
    np.testing.assert_allclose(added[:, 0, 0], 0, atol=1e-5)
    np.testing.assert_allclose(
        added[:, 0, 1], effect.weights[:, effect.levels.index("land")], atol=1e-5
    )


def test_a_model_of_other_features_is_used_as_far_as_they_are_there() -> None:
    world = make([enterprise("E1")], [resource("R1")])
    model = expert_rule(("subsidy", "x_e:gone"))
    model = replace(model, weights=np.ones((len(STAGES), 2)))
    logits = BlockScorer(model, world).logits(np.arange(1), np.arange(1))
    np.testing.assert_allclose(logits[:, 0, 0], model.intercepts, rtol=1e-6)


@pytest.mark.parametrize("model", [rule(), random_model(market(), 2)], ids=["rule", "every part"])
def test_an_empty_side_gives_an_empty_block(model: StageModel) -> None:
    for world in (make([], [resource("R1")]), make([enterprise("E1")], []), make([], [])):
        e, r = _everyone(world)
        assert BlockScorer(model, world).probabilities(e, r).shape == (4, len(e), len(r))
    world = market()
    nobody = np.zeros(0, np.int64)
    scorer = BlockScorer(model, world)
    assert scorer.probabilities(nobody, np.arange(3)).shape == (4, 0, 3)
    assert scorer.probabilities(np.arange(3), nobody).shape == (4, 3, 0)
