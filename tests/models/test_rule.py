"""The weights file, made to be edited by people, and the rule that it is."""

from __future__ import annotations

import numpy as np
import pytest

import data
from features.language import LANGUAGES
from features.pairs import FEATURES
from models.rule import WeightsError, base_rates, expert_rule, expert_weights, read_weights
from models.stages import STAGES

ROWS = data.rows("expert_weights")


def _edited(which: str, **cells: str) -> list[dict[str, str]]:
    return [row | cells if row["feature"] == which else row for row in ROWS]


def test_every_pair_feature_has_a_row_and_every_row_a_pair_feature() -> None:
    assert set(expert_weights()) == set(FEATURES)
    assert len(ROWS) == len(FEATURES) + len(STAGES)


@pytest.mark.parametrize("row", ROWS, ids=[row["feature"] for row in ROWS])
def test_a_row_says_label_unit_and_reason_in_both_languages_and_its_source(
    row: dict[str, str],
) -> None:
    for column in ("label", "unit", "reason"):
        assert row[f"{column}_zh"].strip() and row[f"{column}_en"].strip(), column
        assert row[f"{column}_en"].isascii() or column == "unit", column
    assert row["source"].strip()


def test_the_rule_is_the_file() -> None:
    names = ("distance", "x_e:rank", "paired")
    rule = expert_rule(names)
    file = {row["feature"]: row for row in ROWS}
    for k, name in enumerate(names):
        row = file.get(name, {"weight": "0", "later": "0", "neutral": "0"})
        weight, later = float(row["weight"]), float(row["later"])
        assert rule.weights[:, k].tolist() == [weight] + 3 * [weight * later]
        assert rule.neutral[k] == float(row["neutral"])
    assert (rule.effects, rule.latent, rule.covariance) == ((), None, None)
    assert 1 / (1 + np.exp(-rule.intercepts)) == pytest.approx(base_rates())


def test_a_share_of_the_weight_holds_later_and_base_rates_are_probabilities() -> None:
    assert all(0 <= one.later <= 1 for one in expert_weights().values())
    assert all(0 < rate < 1 for rate in base_rates())


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (_edited("distance", weight="-0,25"), ("distance", "weight", "-0,25")),
        (_edited("distance", neutral=""), ("distance", "neutral")),
        (_edited("distance", later="nan"), ("distance", "later", "nan")),
        (_edited("base_signed", weight="25"), ("base_signed", "weight", "25")),
        (_edited("base_started", weight="1"), ("base_started", "weight")),
        (_edited("distance", feature="distanse"), ("distanse", "distance")),
        (_edited("distance", feature="paired"), ("paired",)),
        ([row for row in ROWS if row["feature"] != "base_funded"], ("base_funded",)),
    ],
)
def test_a_wrong_row_is_named_with_its_value(
    rows: list[dict[str, str]], said: tuple[str, ...]
) -> None:
    with pytest.raises(WeightsError) as refused:
        read_weights(rows)
    for lang in LANGUAGES:
        for piece in said:
            assert piece in refused.value.message[lang]


def test_a_feature_of_ones_own_may_be_weighed() -> None:
    weights, _ = read_weights([*ROWS, ROWS[-1] | {"feature": "x_e:rank", "weight": "2"}])
    assert weights["x_e:rank"].weight == 2
