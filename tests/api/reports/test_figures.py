"""Chances, money and distances as people read them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reports.figures import (
    amount,
    choice,
    distance,
    investment,
    odds,
    percent,
    percent_likely,
    percent_range,
)
from features.schema import ENDINGS, STAGES


@pytest.mark.parametrize(
    ("chance", "zh", "en"),
    [
        (0.17, "约6次成1次", "about 1 in 6"),
        (0.33, "约3次成1次", "about 1 in 3"),
        (0.4, "约5次成2次", "about 2 in 5"),
        (0.5, "约2次成1次", "about 1 in 2"),
        (0.62, "约5次成3次", "about 3 in 5"),
        (0.9, "约10次成9次", "about 9 in 10"),
        (0.98, "几乎每次都成", "nearly always"),
        (0.021, "约50次成1次", "about 1 in 50"),
        (0.004, "百次难成1次", "under 1 in 100"),
        (0.0, "百次难成1次", "under 1 in 100"),
    ],
)
def test_a_chance_is_said_as_so_many_in_so_many(chance: float, zh: str, en: str) -> None:
    assert odds(chance) == {"zh": zh, "en": en}


@given(st.floats(0.01, 0.949))
def test_the_words_are_never_far_from_the_chance(chance: float) -> None:
    part, whole = map(int, re.findall(r"\d+", odds(chance)["en"]))
    assert part / whole == pytest.approx(chance, rel=0.21)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_chance_is_never_said_as_a_lower_one(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert _said(low) <= _said(high)


def _said(chance: float) -> float:
    words = odds(chance)["en"]
    if words == "nearly always":
        return 1.0
    part, whole = map(int, re.findall(r"\d+", words))
    return 0.0 if words.startswith("under") else part / whole


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0, "0%"), (0.0001, "<0.1%"), (0.0041, "0.4%"), (0.01, "1%"), (0.174, "17%"), (1, "100%")],
)
def test_small_chances_keep_a_decimal(chance: float, said: str) -> None:
    assert percent(chance) == said


def test_no_chance_is_said_to_be_certain() -> None:
    assert [percent_likely(chance) for chance in (0.17, 0.994, 0.996, 1.0)] == [
        "17%", "99%", ">99%", ">99%"]  # fmt: skip


def test_a_range_names_the_percent_once() -> None:
    assert percent_range(0.12, 0.23) == "12–23%"
    assert percent_range(0.0001, 0.23) == "<0.1%–23%"


def test_money_is_rounded_and_the_unknown_is_a_dash() -> None:
    assert investment(1234.5, "zh") == "按签约可能折算的投资约1,230万元"
    assert investment(1234.5, "en") == "expected investment about 1,230 × 10,000 yuan"
    assert investment(None, "zh") == distance(None, "en") == "—"
    assert amount(8.50) == "8.5"
    assert amount(60.0) == "60"
    assert amount(0.0) == "0"


def test_every_stage_has_a_name_in_chinese() -> None:
    names = {stage: choice(stage, "zh") for stage in (*STAGES, *ENDINGS)}
    assert not any(stage == name for stage, name in names.items())


def test_a_value_without_a_name_stands_as_it_is() -> None:
    assert choice("official-2006", "zh") == "official-2006"
