"""The bias of who was introduced is told apart from what pairing does to success."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from features.tables import Table
from models.history import introductions
from models.pairing_bias import pairing_bias
from models.rule import expert_rule
from models.scorers import StageScorer, rule_scorer
from models.trial import in_pair
from tests.models.made_world import AS_OF, market
from tests.models.test_evaluate import Knowing


def _pairs(paired: bool, count: int) -> list[tuple[int, int]]:
    e, r = np.arange(len(market().enterprises)), np.arange(len(market().resources))
    held = in_pair(market(), e[:, None], r[None, :])
    return [(int(a), int(b)) for a, b in np.argwhere(held == paired)[:count]]


def _outcomes(rows: list[tuple[tuple[int, int], str]]) -> Table:
    ids = market().enterprises.ids, market().resources.ids
    return Table.from_rows(
        "outcomes",
        [
            {"enterprise_id": ids[0][e], "resource_id": ids[1][r], "date": date(2005, 1, 1),
             "stage": stage}
            for (e, r), stage in rows
        ],
    )  # fmt: skip


def test_shares_are_counted_by_hand() -> None:
    # Four in-pair, one of them signed; two cross-pair, one of them signed.
    inside, outside = _pairs(True, 4), _pairs(False, 2)
    rows = [(p, "signed" if k == 0 else "contacted") for k, p in enumerate(inside)]
    rows += [(p, "signed" if k == 0 else "contacted") for k, p in enumerate(outside)]
    history = introductions(_outcomes(rows), as_of=AS_OF)
    found = pairing_bias(market(), history, Knowing({}))
    assert found.introduced == pytest.approx(4 / 6)
    assert found.signed_in_pair == pytest.approx(1 / 4)
    assert found.signed_cross_pair == pytest.approx(1 / 2)
    every = in_pair(
        market(),
        np.arange(len(market().enterprises))[:, None],
        np.arange(len(market().resources))[None, :],
    )
    assert found.possible == pytest.approx(every.mean())
    assert found.odds_ratio is None  # it is no stage model


def test_without_history_there_is_no_share_to_tell() -> None:
    found = pairing_bias(market(), introductions(_outcomes([]), as_of=AS_OF), Knowing({}))
    assert found.signed_in_pair is None and found.introduced == 0


def test_the_effect_is_the_weight_given_contact_with_the_interval_of_its_posterior() -> None:
    rule = expert_rule(tuple(market().features))
    history = introductions(_outcomes([(p, "signed") for p in _pairs(True, 3)]), as_of=AS_OF)
    assumed = pairing_bias(market(), history, rule_scorer(market()))
    at = rule.names.index("paired")
    assert assumed.odds_ratio == pytest.approx(float(np.exp(rule.weights[0, at])))
    assert assumed.low is None and assumed.high is None
    covariance = np.zeros((1 + len(rule.names),) * 2)
    covariance[1 + at, 1 + at] = 0.25  # a standard deviation of 0.5
    found = pairing_bias(market(), history, StageScorer(replace(rule, covariance=covariance)))
    weight = rule.weights[0, at]
    assert found.low == pytest.approx(float(np.exp(weight - 1.96 * 0.5)), rel=1e-4)
    assert found.high == pytest.approx(float(np.exp(weight + 1.96 * 0.5)), rel=1e-4)
