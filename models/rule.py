"""The expert rule: a readable weights file as a stage model, and the prior of the learned one.

``data/expert_weights.csv`` is made to be edited by people who do not program: a row a pair
feature, with weight, unit and reason in both languages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

import data
from features.language import Text
from models.stages import STAGES, StageModel

#: Standard deviation that the rule's own uncertainty has on the log-odds of a pair.
RULE_DOUBT = 0.8


class WeightsError(ValueError):
    """The weights file cannot be used; the message names row and remedy."""


@dataclass(frozen=True)
class ExpertWeight:
    """What the field believes about one pair feature.

    Attributes
    ----------
    weight : float
        Log-odds of signing for one unit of the feature.
    later : float
        Share of the weight that holds for the later stages.
    neutral : float
        Value that stands for "not known": neither for nor against.
    """

    feature: str
    weight: float
    later: float
    neutral: float
    label: Text
    unit: Text
    reason: Text


@cache
def expert_weights() -> dict[str, ExpertWeight]:
    """The rows of the weights file that belong to pair features, by feature.

    Raises
    ------
    WeightsError
        Where a number cannot be read.
    """
    return {
        row["feature"]: ExpertWeight(
            row["feature"],
            _number(line, row, "weight"),
            _number(line, row, "later"),
            _number(line, row, "neutral"),
            *({"zh": row[f"{what}_zh"], "en": row[f"{what}_en"]}
              for what in ("label", "unit", "reason")),
        )
        for line, row in enumerate(data.rows("expert_weights"), start=2)
        if not row["feature"].startswith("base_")
    }  # fmt: skip


@cache
def base_rates() -> tuple[float, ...]:
    """P(next stage) of a pair that is neutral in everything, for the four steps."""
    found = {
        row["feature"].removeprefix("base_"): _number(line, row, "weight")
        for line, row in enumerate(data.rows("expert_weights"), start=2)
        if row["feature"].startswith("base_")
    }
    return tuple(found[stage] for stage in STAGES)


def expert_rule(names: Sequence[str]) -> StageModel:
    """The rule as a stage model over the named pair features.

    A feature that the weights file does not name (a user's ``x_`` column, say) has weight 0.
    """
    known = expert_weights()
    weights = np.zeros((len(STAGES), len(names)))
    neutral = np.zeros(len(names))
    for k, name in enumerate(names):
        if name in known:
            one = known[name]
            weights[:, k] = one.weight * np.array([1.0] + [one.later] * (len(STAGES) - 1))
            neutral[k] = one.neutral
    intercepts = np.array([math.log(p / (1 - p)) for p in base_rates()])
    return StageModel(
        names=tuple(names), weights=weights, neutral=neutral, intercepts=intercepts,
        doubt=np.full(len(STAGES), RULE_DOUBT),
    )  # fmt: skip


def _number(line: int, row: dict[str, str], column: str) -> float:
    try:
        value = float(row[column])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise WeightsError(
            f"expert_weights.csv 第 {line} 行 {column}：“{row[column]}”不是数字，请填写数字 / "
            f"row {line}, {column}: '{row[column]}' is not a number; write a plain number"
        )
    return value
