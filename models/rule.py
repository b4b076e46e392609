"""The expert rule: a readable weights file as a stage model, and the prior of the learned one.

``data/expert_weights.csv`` is made to be edited by people who do not program: a row a pair
feature, with weight, unit and reason in both languages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

import numpy as np

import data
from features.language import Text
from features.pairs import FEATURES
from models.doubt import doubt
from models.stages import STAGES, StageModel


class WeightsError(ValueError):
    """The weights file cannot be used; the message names row and remedy.

    Attributes
    ----------
    message : Text
    """

    exit_status = 1

    def __init__(self, zh: str, en: str) -> None:
        self.message: Text = {"zh": zh, "en": en}
        super().__init__(f"{zh} / {en}")


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
    """
    return _file()[0]


@cache
def base_rates() -> tuple[float, ...]:
    """P(next stage) of a pair that is neutral in everything, for the four steps."""
    return _file()[1]


@cache
def _file() -> tuple[dict[str, ExpertWeight], tuple[float, ...]]:
    return read_weights(data.rows("expert_weights"))


def read_weights(
    rows: Sequence[Mapping[str, str]],
) -> tuple[dict[str, ExpertWeight], tuple[float, ...]]:
    """Weights by feature, and the base rates of the four steps.

    Parameters
    ----------
    rows : sequence of dict
        Rows of the weights file.

    Raises
    ------
    WeightsError
        Where a number cannot be read, a rate is none, a row names no pair feature, names one
        twice or is missing.
    """
    weights: dict[str, ExpertWeight] = {}
    rates: dict[str, float] = {}
    for line, row in enumerate(rows, start=2):
        name = row["feature"]
        if name in weights or name.removeprefix("base_") in rates:
            raise _wrong(line, name, "此项重复，请删去一行", "told twice; delete one")
        if name.startswith("base_"):
            rate = _number(line, row, "weight")
            if not 0 < rate < 1:
                zh = f"weight {rate:g} 应是 0 与 1 之间的比例"
                en = f"weight {rate:g} must be a share between 0 and 1"
                raise _wrong(line, name, zh, en)
            rates[name.removeprefix("base_")] = rate
            continue
        if name not in FEATURES and not name.startswith("x_"):
            near = get_close_matches(name, FEATURES, n=1, cutoff=0.0)[0]
            zh, en = f"没有此项特征，是否为 {near}", f"no pair feature; did you mean {near}?"
            raise _wrong(line, name, zh, en)
        weights[name] = ExpertWeight(
            name,
            _number(line, row, "weight"),
            _number(line, row, "later"),
            _number(line, row, "neutral"),
            *({"zh": row[f"{what}_zh"], "en": row[f"{what}_en"]}
              for what in ("label", "unit", "reason")),
        )  # fmt: skip
    missing = [f"base_{stage}" for stage in STAGES if stage not in rates]
    if missing:
        raise WeightsError(
            f"expert_weights.csv：缺少 {missing[0]} 一行，请补上",
            f"expert_weights.csv: row {missing[0]} is missing; put it back",
        )
    return weights, tuple(rates[stage] for stage in STAGES)


def _wrong(line: int, name: str, zh: str, en: str) -> WeightsError:
    return WeightsError(
        f"expert_weights.csv 第 {line} 行 {name}：{zh}",
        f"expert_weights.csv row {line}, {name}: {en}",
    )


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
        doubt=np.full(len(STAGES), doubt(0)),
    )  # fmt: skip


def _number(line: int, row: Mapping[str, str], column: str) -> float:
    try:
        value = float(row[column])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        zh = f"{column} “{row[column]}”不是数字，请填写数字"
        en = f"{column} '{row[column]}' is not a number; write a plain number"
        raise _wrong(line, row["feature"], zh, en)
    return value
