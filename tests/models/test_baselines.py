"""Baselines: fair to what they stand for, the same each time, and never out of bounds."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import numpy as np
import pytest

from features.language import LANGUAGES
from features.tables import Table
from models import metrics
from models.baselines import BASELINES, BaselineUnavailable, LambdaRank, Popularity, RandomOrder
from models.history import Introductions, introductions
from models.scorers import StageScorer, rule_scorer
from models.stages import BlockScorer
from tests.models.made_world import AS_OF, market, tables

CUT = date(2007, 3, 1)
LEARNERS = ("same_industry", "logistic", "lightgbm_regression", "lightgbm_lambdarank")


def history() -> Introductions:
    return introductions(tables()["outcomes"], as_of=CUT)


def no_history() -> Introductions:
    return introductions(Table("outcomes"), as_of=CUT)


def all_pairs() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    e, r = np.meshgrid(
        np.arange(len(market().enterprises)), np.arange(len(market().resources)), indexing="ij"
    )
    return e.ravel(), r.ravel()


@pytest.fixture(scope="module", params=BASELINES)
def fitted(request: pytest.FixtureRequest) -> Any:
    return BASELINES[request.param]().fit(market().at(CUT), history())


def test_probabilities_fall_along_the_stages(fitted: Any) -> None:
    p = fitted.probabilities(market(), *all_pairs())
    assert p.shape == (len(all_pairs()[0]), 4)
    assert ((p > 0) & (p < 1)).all()
    assert (np.diff(p, axis=1) <= 0).all()


def test_a_pair_is_judged_alike_in_whatever_company(fitted: Any) -> None:
    e, r = all_pairs()
    order = np.random.default_rng(0).permutation(len(e))[:100]
    every = fitted.score(market(), e, r)
    np.testing.assert_allclose(fitted.score(market(), e[order], r[order]), every[order], rtol=1e-9)
    assert len(fitted.score(market(), e[:0], r[:0])) == 0
    assert fitted.probabilities(market(), e[:0], r[:0]).shape == (0, 4)


@pytest.mark.parametrize("name", BASELINES)
def test_fitting_again_gives_the_same(name: str) -> None:
    e, r = all_pairs()
    one, other = (BASELINES[name]().fit(market().at(CUT), history()) for _ in range(2))
    np.testing.assert_array_equal(one.score(market(), e, r), other.score(market(), e, r))
    np.testing.assert_array_equal(
        one.probabilities(market(), e, r), other.probabilities(market(), e, r)
    )


@pytest.mark.parametrize("name", BASELINES)
def test_without_history_there_is_still_an_answer(name: str) -> None:
    e, r = all_pairs()
    fitted = BASELINES[name]().fit(market().at(CUT), no_history())
    assert np.isfinite(fitted.score(market(), e, r)).all()
    np.testing.assert_allclose(fitted.probabilities(market(), e, r)[:, 0], 0.5)


def test_learners_find_what_decides_and_chance_does_not() -> None:
    later = introductions(tables()["outcomes"], as_of=AS_OF).after(CUT)
    e, r = later.index(market().enterprises.ids, market().resources.ids)
    found = {
        name: metrics.auc(
            later.reached >= 1,
            BASELINES[name]().fit(market().at(CUT), history()).score(market(), e, r),
        )
        for name in (*LEARNERS, "random")
    }
    assert min(found[name] for name in LEARNERS) > 0.65
    assert abs(found["random"] - 0.5) < 0.12


def test_popularity_counts_signings_and_shrinks_the_rate() -> None:
    days = [date(2005, 1, d) for d in (1, 2, 3, 4)]
    rows = [
        ("E000", "R001", "signed"),
        ("E001", "R001", "contacted"),
        ("E000", "R002", "contacted"),
    ]
    outcomes = Table.from_rows(
        "outcomes",
        [
            {"enterprise_id": e, "resource_id": r, "date": d, "stage": s}
            for (e, r, s), d in zip(rows, days, strict=False)
        ],
    )
    fitted = Popularity().fit(market(), introductions(outcomes, as_of=CUT))
    e, r = np.array([5, 5, 5]), np.array([1, 2, 3])
    # One of three signed: (1 + 1) / (3 + 2) = 0.4 on average; ten average ones are added.
    rates = [(1 + 4) / 12, 4 / 11, 4 / 10]
    np.testing.assert_allclose(fitted.probabilities(market(), e, r)[:, 0], rates)
    np.testing.assert_allclose(fitted.score(market(), e, r), np.array([1, 0, 0]) + rates)


def test_the_random_order_is_even_and_depends_on_the_pair_alone() -> None:
    fitted = RandomOrder().fit(market(), no_history())
    score = fitted.score(market(), *all_pairs())
    assert len(np.unique(score)) == len(score)
    assert np.histogram(score, 10, (0, 1))[0].min() > len(score) / 10 * 0.8


def test_without_lightgbm_its_baselines_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(BaselineUnavailable) as caught:
        LambdaRank().fit(market().at(CUT), history())
    assert all("libgomp1" in caught.value.text[lang] for lang in LANGUAGES)


def test_the_stage_model_judges_rows_as_it_judges_blocks() -> None:
    e, r = all_pairs()
    order = np.random.default_rng(1).permutation(len(e))[:500]
    scorer = rule_scorer(market())
    assert isinstance(scorer, StageScorer)
    everyone = np.arange(len(market().enterprises)), np.arange(len(market().resources))
    blocks = BlockScorer(scorer.model, market()).probabilities(*everyone)
    rows = scorer.probabilities(market(), e[order], r[order])
    np.testing.assert_allclose(rows, blocks[:, e[order], r[order]].T, rtol=1e-5)
    np.testing.assert_allclose(scorer.score(market(), e[order], r[order]), rows.sum(axis=1))
    assert scorer.probabilities(market(), e[:0], r[:0]).shape == (0, 4)
