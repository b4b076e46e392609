"""Fitting: the rule without history, better than a wrong rule with it, and blind to the future."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.market import Market
from features.tables import Table
from models import fitting, published
from models.amounts import fit_amounts
from models.effects import effect_logits
from models.fitting import fit_stages
from models.history import Introductions, introductions
from models.logistic import fit_logistic
from models.rule import expert_rule
from models.scorers import StageScorer, rule_scorer
from models.stages import BlockScorer, StageModel
from models.training_rows import features_then, training_pairs
from tests.handmade_market import Row, enterprise, make, resource
from tests.models.made_fit import fitted, history, known_market
from tests.models.made_world import AS_OF, market, tables

NOTHING = introductions(Table("outcomes"), None, as_of=AS_OF)


def _known(world: Market, past: Introductions) -> Market:
    return world.knowing(past.past(world.regions, world.enterprises.table, world.resources.table))


def test_without_history_the_model_is_the_rule_exactly() -> None:
    model = fit_stages(market(), NOTHING)
    rule = expert_rule(tuple(market().features))
    for part in ("weights", "neutral", "intercepts", "doubt"):
        np.testing.assert_array_equal(getattr(model, part), getattr(rule, part))
    assert (model.effects, model.latent, model.covariance) == ((), None, None)


def test_history_of_strangers_or_of_impossible_pairs_leaves_the_rule() -> None:
    world = make(
        [enterprise("E1", pollution_level=3), enterprise("E2", budget_wan=1.0)],
        [resource("R1", max_pollution=1, min_investment_wan=100.0)],
    )
    rows = [
        {"enterprise_id": e, "resource_id": r, "date": date(2007, 1, 1), "stage": "signed"}
        for e, r in (("E1", "R1"), ("E2", "R1"), ("E9", "R1"), ("E1", "R9"))
    ]
    past = introductions(Table.from_rows("outcomes", rows), None, as_of=AS_OF)
    assert len(past) == 4 and len(training_pairs(world, past)[0]) == 0
    np.testing.assert_array_equal(
        fit_stages(world, past).weights, expert_rule(tuple(world.features)).weights
    )


def test_one_introduction_hardly_moves_the_order_of_the_rule() -> None:
    one = history().take(np.array([0]))
    model = fit_stages(known_market(), one, learned_meaning=False)
    everyone = np.arange(90), np.arange(30)
    judged, rule = (
        BlockScorer(m, known_market()).logits(*everyone)[0].ravel()
        for m in (model, expert_rule(model.names))
    )
    assert np.corrcoef(judged, rule)[0, 1] > 0.99


def test_the_fit_is_the_same_to_the_last_bit_every_time() -> None:
    again = fit_stages(known_market(), history(), learned_meaning=False)
    for part in ("weights", "neutral", "intercepts", "covariance"):
        np.testing.assert_array_equal(getattr(again, part), getattr(fitted(), part))
    for one, two in zip(again.effects, fitted().effects, strict=True):
        assert one.levels == two.levels
        np.testing.assert_array_equal(one.weights, two.weights)


def test_with_learned_meaning_the_stored_model_is_the_same_bytes_twice(tmp_path: Path) -> None:
    some = history().take(np.arange(150))
    amounts = fit_amounts(known_market(), some)
    ids = set()
    for _ in range(2):
        model = fit_stages(known_market(), some, effects=False)
        assert model.latent is not None
        ids.add(published.store(tmp_path, model, amounts, as_of=AS_OF, cut=AS_OF))
    assert len(ids) == 1


def test_every_part_of_a_fitted_model_has_its_shape() -> None:
    model = fitted()
    f = len(model.names)
    assert model.weights.shape == (4, f) and model.neutral.shape == (f,)
    assert model.covariance is not None and model.covariance.shape == (f + 1, f + 1)
    assert (np.linalg.eigvalsh(model.covariance) > 0).all()
    for effect in model.effects:
        assert effect.weights.shape == (4, len(effect.levels))
        assert list(effect.levels) == sorted(effect.levels)
    assert {effect.name for effect in model.effects} >= {"county", "resource_kind", "home"}


# --- better than a wrong rule -------------------------------------------------------------------


@cache
def _contrary() -> tuple[Market, Introductions, np.ndarray]:
    """A world against the rule: far and dear is what signs, and a column only its owner knows."""
    rng = np.random.default_rng(11)
    counties = ("330127", "330881", "331121", "330825", "330328")
    es = [enterprise(f"E{i:02d}", x_luck=float(rng.normal())) for i in range(60)]
    rs = [
        resource(
            f"R{i:02d}",
            region=counties[i % 5],
            wage_yuan_month=float(rng.uniform(500, 3000)),
            x_luck=float(rng.normal()),
        )
        for i in range(25)
    ]
    world = make(es, rs)
    wage = np.log2(world.resources.fields["wage_yuan_month"] / 1500)
    luck = np.outer(world.enterprises.fields["x_luck"], world.resources.fields["x_luck"])
    truth = 1 / (1 + np.exp(-(1.5 * luck + 1.5 * wage[None] - 0.5)))
    rows: list[Row] = []
    for i in range(700):
        e, r = int(rng.integers(60)), int(rng.integers(25))
        day = date(2005, 1, 1) + timedelta(days=i)
        key: Row = {"enterprise_id": f"E{e:02d}", "resource_id": f"R{r:02d}", "date": day}
        rows.append(key | {"stage": "signed" if rng.random() < truth[e, r] else "declined"})
    past = introductions(Table.from_rows("outcomes", rows), None, as_of=AS_OF)
    return _known(world, past), past, truth


def _log_loss(model: StageModel, world: Market, truth: np.ndarray) -> float:
    p = BlockScorer(model, world).probabilities(np.arange(60), np.arange(25))[0].astype(float)
    return float(-(truth * np.log(p) + (1 - truth) * np.log1p(-p)).mean())


def test_where_the_rule_is_wrong_history_is_better_and_more_of_it_better_still() -> None:
    world, past, truth = _contrary()
    rule = _log_loss(expert_rule(tuple(world.features)), world, truth)
    best = float(-(truth * np.log(truth) + (1 - truth) * np.log1p(-truth)).mean())
    losses = [
        _log_loss(fit_stages(world, some, learned_meaning=False), world, truth)
        for some in (past.take(np.arange(100)), past)
    ]
    assert rule > losses[0] > losses[1] > best
    # At least four fifths of the way from the rule to the truth.
    assert losses[1] < best + 0.2 * (rule - best)


def test_where_the_rule_is_right_history_does_not_spoil_it() -> None:
    world = known_market()
    cut = date(2006, 6, 1)
    then = introductions(tables()["outcomes"], None, as_of=cut)
    later = history().after(cut)
    e, r = later.index(world.enterprises.ids, world.resources.ids)
    signed = later.reached >= 1
    losses = []
    for scorer in (
        StageScorer(fit_stages(_known(market(), then).at(cut), then, learned_meaning=False)),
        rule_scorer(world),
    ):
        p = scorer.probabilities(_known(market(), then).at(cut), e, r)[:, 0]
        losses.append(float(-np.where(signed, np.log(p), np.log1p(-p)).mean()))
    assert losses[0] < losses[1]


def test_older_introductions_count_less_with_a_half_life() -> None:
    world, past, _ = _contrary()
    plain = {"effects": False, "learned_meaning": False, "curves": False}
    alike = fit_stages(world, past, **plain)
    long = fit_stages(world, past, **plain, half_life_days=1e9)
    short = fit_stages(world, past, **plain, half_life_days=30)
    rule = expert_rule(alike.names)
    np.testing.assert_allclose(long.weights, alike.weights, atol=1e-4)
    assert np.abs(short.weights - rule.weights).sum() < np.abs(alike.weights - rule.weights).sum()


def test_of_very_many_levels_those_of_most_introductions_get_an_effect_and_others_the_mean(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As many parks as resources: each would be a column of the design.
    world = known_market()
    parks = [f"园区{i:02}" for i in range(len(world.resources))]
    rows = [
        {**row, "park": park} for row, park in zip(world.resources.table.rows(), parks, strict=True)
    ]
    inside = replace(world.resources, table=Table.from_rows("resources", rows))
    world = replace(world, resources=inside)
    monkeypatch.setattr(fitting, "MOST_LEVELS", 7)
    model = fit_stages(
        world, history(), learned_meaning=False, curves=False, interacting=False
    )  # fmt: skip
    _, r, _ = training_pairs(world, history())
    count = np.bincount(r, minlength=len(parks))
    often = sorted(range(len(parks)), key=lambda i: (-count[i], parks[i]))[:7]
    [park] = [effect for effect in model.effects if effect.name == "park"]
    assert park.levels == tuple(sorted(parks[i] for i in often))
    assert park.weights.shape == (4, 7)
    alone = replace(model, effects=(park,))
    of_park = effect_logits(alone.effects, world)[1]
    assert set(np.flatnonzero(of_park.any(axis=0)).tolist()) <= set(often)


# --- blind to the future ------------------------------------------------------------------------


@given(st.integers(1, 1999))
@settings(max_examples=5)
def test_what_happened_later_never_changes_features_of_earlier_introductions(days: int) -> None:
    day = date(2003, 1, 1) + timedelta(days=days)
    then = introductions(tables()["outcomes"], None, as_of=day)
    names = tuple(market().features)
    e, r, known = training_pairs(market(), then)
    dates = then.first_date[known]
    blind = features_then(_known(market(), then).at(day), names, e, r, dates)
    seeing = features_then(known_market(), names, e, r, dates)
    np.testing.assert_array_equal(blind, seeing)


def test_an_introduction_does_not_see_its_own_signature() -> None:
    pair = {"enterprise_id": "E1", "resource_id": "R1"}
    world = make([enterprise("E1")], [resource("R1")])
    rows = [pair | {"date": date(2007, 1, 10), "stage": "contacted"},
            pair | {"date": date(2007, 3, 10), "stage": "signed"}]  # fmt: skip
    past = introductions(Table.from_rows("outcomes", rows), None, as_of=AS_OF)
    zero = np.zeros(1, np.int64)
    [[seen]] = features_then(_known(world, past), ("line_history",), zero, zero, past.first_date)
    assert seen == 0


# --- one step -----------------------------------------------------------------------------------


def _step(n: int, prior: float = 0.0, weight: float = 1.0) -> tuple[float, float]:
    rng = np.random.default_rng(n)
    x = rng.normal(size=(n, 1))
    y = (rng.random(n) < 1 / (1 + np.exp(-2 * x[:, 0]))).astype(float)
    fit = fit_logistic(x, y, np.full(n, weight), np.array([prior]), 0.0, np.ones(1),
                       np.zeros(1, np.int64), np.array([[150.0, 10.0]]))  # fmt: skip
    return float(fit.weights[0]), float(np.sqrt(fit.covariance[1, 1]))


def test_a_step_leaves_its_prior_as_history_grows_and_grows_surer() -> None:
    found = [_step(n) for n in (0, 20, 200, 4000)]
    weights, doubts = zip(*found, strict=True)
    assert weights[0] == 0 and weights[1] < weights[2] < weights[3]
    assert weights[3] == pytest.approx(2, abs=0.25)
    assert doubts[3] < doubts[2]


def test_a_prior_that_is_right_is_kept_with_little_history() -> None:
    right, wrong = abs(_step(20, prior=2.0)[0] - 2), abs(_step(20, prior=0.0)[0] - 2)
    assert right < wrong


def test_introductions_of_no_weight_teach_nothing() -> None:
    assert _step(200, prior=0.7, weight=0.0)[0] == pytest.approx(0.7)


def test_a_column_that_never_varies_does_no_harm() -> None:
    world, past, _ = _contrary()
    flat = make(
        [dict(row, x_luck=4.0) for row in world.enterprises.table.rows()],
        [dict(row, x_luck=None) for row in world.resources.table.rows()],
    )
    model = fit_stages(flat, past.take(np.arange(50)), effects=False, learned_meaning=False)
    assert np.isfinite(model.weights).all() and np.isfinite(model.neutral).all()
    empty = replace(model, weights=model.weights * 0)
    assert np.isfinite(BlockScorer(empty, flat).logits(np.arange(2), np.arange(2))).all()
