"""Scores taken apart: the parts add up, whatever the model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.explain import LEARNED, explain, interval
from models.rule import base_rates, expert_rule
from models.stages import BlockScorer, StageModel
from tests.handmade_market import Row, enterprise, make, resource, rows
from tests.models.made_fit import fitted, known_market, random_model, rule

rng = np.random.default_rng(7)
E, R = rng.integers(90, size=200), rng.integers(30, size=200)


@pytest.mark.parametrize("model", [rule(), fitted(), random_model(known_market(), 3)],
                         ids=["rule", "fitted", "every part"])  # fmt: skip
def test_base_and_contributions_add_up_to_the_score_of_a_list(model: StageModel) -> None:
    market = known_market()
    told = explain(model, market, E, R)
    np.testing.assert_allclose(told.base + told.contributions.sum(axis=1), told.score, atol=1e-6)
    np.testing.assert_allclose(told.probability.sum(axis=1), told.score, atol=1e-9)
    block = BlockScorer(model, market).probabilities(np.arange(90), np.arange(30))
    np.testing.assert_allclose(told.probability, block[:, E, R].T, atol=2e-5)
    assert len(told.names) == told.contributions.shape[1]


@given(rows(), st.integers(0, 10_000), st.sampled_from([0.1, 1.0, 3.0]))
@settings(max_examples=12)
def test_parts_add_up_however_wild_the_weights(
    drawn: tuple[list[Row], list[Row]], seed: int, strength: float
) -> None:
    market = make(*drawn)
    model = random_model(market, seed, strength=strength)
    e = np.repeat(np.arange(len(drawn[0])), len(drawn[1]))
    r = np.tile(np.arange(len(drawn[1])), len(drawn[0]))
    told = explain(model, market, e, r)
    np.testing.assert_allclose(told.base + told.contributions.sum(axis=1), told.score, atol=1e-6)
    unknown = np.isnan(told.values)
    assert (told.contributions[:, : len(model.names)][unknown] == 0).all()
    assert ((told.probability >= 0) & (told.probability <= 1)).all()
    assert (np.diff(told.probability, axis=1) <= 0).all()


def test_a_pair_of_which_nothing_is_known_has_the_base_score() -> None:
    market = make([enterprise("E1", kind="merchant", region=None)], [resource("R1")])
    told = explain(expert_rule(("distance", "land_met", "paired")), market, *np.zeros((2, 1), int))
    assert told.contributions.tolist() == [[0, 0, 0]]
    # 0.25, then 0.85, 0.75 and 0.75 of what came before.
    assert told.score[0] == pytest.approx(told.base)
    assert told.base == pytest.approx(np.cumprod(base_rates()).sum())


def test_a_part_with_a_positive_weight_speaks_for_what_is_above_neutral() -> None:
    market = make(
        [enterprise("E1", land_need_mu=10.0)],
        [resource("R1", land_mu=10.0), resource("R2", land_mu=1.0)],
    )
    told = explain(expert_rule(("land_met",)), market, np.array([0, 0]), np.array([0, 1]))
    assert told.contributions[0, 0] > 0 > told.contributions[1, 0]


def test_effects_and_learned_meaning_are_parts_of_their_own() -> None:
    told = explain(random_model(known_market(), 4), known_market(), E, R)
    assert told.names[-3:] == ("effect:resource_kind", "effect:division", LEARNED)
    assert np.abs(told.contributions[:, -3:]).max(axis=0).min() > 0


@pytest.mark.parametrize("model", [rule(), fitted()], ids=["rule", "fitted"])
def test_an_interval_holds_the_chance_and_grows_with_its_share(model: StageModel) -> None:
    told = explain(model, known_market(), E, R)
    narrow, wide = interval(told, 0.5), interval(told, 0.9)
    signed = told.probability[:, 0]
    for bounds in (narrow, wide):
        assert (bounds[:, 0] < signed).all() and (signed < bounds[:, 1]).all()
        assert ((bounds >= 0) & (bounds <= 1)).all()
    assert (wide[:, 0] < narrow[:, 0]).all() and (narrow[:, 1] < wide[:, 1]).all()
    assert (told.log_odds_sd >= model.doubt[0]).all()
