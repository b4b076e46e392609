"""A first reason is a cause: without it in the data the score falls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.pairs import FEATURES
from features.schema import TABLES
from features.text import NgramEncoder
from models.effects import EFFECTS
from models.explain import LEARNED
from models.reasons import topic
from models.rule import expert_rule
from models.stages import Effect
from tests.worlds.causes import cells_behind
from tests.worlds.reasons import asked_of_world

SMALL = {"enterprises": 300, "resources": 100, "introductions": 1500}


@pytest.mark.parametrize("kind", ["plain", "social"])
def test_without_the_first_reasons_cause_at_least_95_of_100_scores_fall(kind: str) -> None:
    found = asked_of_world(kind, 100, NgramEncoder(), **SMALL)
    assert len(found.about) == 100
    assert found.fell.sum() >= 95, sorted(np.array(found.about)[~found.fell])


def test_every_reason_rests_on_cells_that_there_are() -> None:
    rule = expert_rule(tuple(FEATURES))
    kinds = (("resource_kind", "land"), ("enterprise_kind", "company"))
    effects = tuple(Effect(name, (level,), np.zeros((4, 1))) for name, level in kinds)
    model = replace(rule, effects=effects)
    parts = [*FEATURES, *(f"effect:{name}" for name in EFFECTS), LEARNED]
    for about in {topic(part) for part in parts}:
        cells = cells_behind(about, model, "land")
        assert cells
        for side, values in cells.items():
            assert values and set(values) <= set(TABLES[f"{side}s"].names), about


def test_a_kind_that_cannot_be_empty_becomes_one_that_the_model_knows_nothing_of() -> None:
    rule = expert_rule(tuple(FEATURES))
    effect = Effect("enterprise_kind", ("company", "institution"), np.zeros((4, 2)))
    model = replace(rule, effects=(effect,))
    assert cells_behind("enterprise_kind", model) == {"enterprise": {"kind": "merchant"}}


def test_nobody_guesses_what_an_unheard_of_reason_rests_on() -> None:
    with pytest.raises(KeyError):
        cells_behind("the_moon", expert_rule(tuple(FEATURES)))
