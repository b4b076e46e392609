"""Measures against scikit-learn's, against their bounds, and by hand."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from models import metrics


@st.composite
def judged(draw: st.DrawFn) -> tuple[list[bool], list[float]]:
    """What happened and what was said, with both outcomes present and many ties."""
    n = draw(st.integers(2, 40))
    happened = [True, False, *draw(st.lists(st.booleans(), min_size=n - 2, max_size=n - 2))]
    probability = draw(
        st.lists(
            st.one_of(st.sampled_from([0.1, 0.5, 0.9]), st.floats(0.001, 0.999)),
            min_size=n,
            max_size=n,
        )
    )
    return happened, probability


@st.composite
def ranked(draw: st.DrawFn) -> tuple[list[float], list[float], list[int]]:
    n = draw(st.integers(1, 40))

    def column(values: st.SearchStrategy[float]) -> list[float]:
        return draw(st.lists(values, min_size=n, max_size=n))

    gains = column(st.sampled_from([0.0, 0.0, 1.0, 2.0, 4.0]))
    scores = [float(s) for s in draw(st.permutations(range(n)))]
    return gains, scores, [int(q) for q in column(st.sampled_from([3.0, 7.0, 11.0]))]


@given(judged())
def test_probability_measures_equal_those_of_scikit_learn(
    case: tuple[list[bool], list[float]],
) -> None:
    y, p = case
    assert metrics.log_loss(y, p) == pytest.approx(reference.log_loss(y, p))
    assert metrics.brier(y, p) == pytest.approx(reference.brier_score_loss(y, p))
    assert metrics.auc(y, p) == pytest.approx(reference.roc_auc_score(y, p))


@given(judged())
def test_the_area_under_the_curve_is_the_share_of_pairs_in_the_right_order(
    case: tuple[list[bool], list[float]],
) -> None:
    y, p = (np.array(c) for c in case)
    above = np.sign(p[y][:, None] - p[~y][None, :])
    found = metrics.auc_interval(y, p, np.arange(len(y)))
    assert found.value == pytest.approx(float((above + 1).mean() / 2))
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_interval_of_the_area_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(4)
    covered = 0
    for _ in range(200):
        y = np.repeat(rng.random(60) < 0.4, 2)  # two rows a cluster, always alike
        scores = np.repeat(rng.normal(size=60), 2) + y
        # Two normals one standard deviation apart: Φ(1 / √2) = 0.760
        found = metrics.auc_interval(y, scores, np.repeat(np.arange(60), 2))
        covered += found.low <= 0.7602 <= found.high
    assert 0.88 <= covered / 200 <= 0.99


@given(ranked(), st.integers(1, 12))
def test_gain_in_order_equals_that_of_scikit_learn(
    case: tuple[list[float], list[float], list[int]], k: int
) -> None:
    gains, scores, queries = (np.array(c) for c in case)
    names, values = metrics.ndcg_at_k(gains, scores, queries, k)
    wanted = [q for q in np.unique(queries) if gains[queries == q].any()]
    assert names.tolist() == wanted
    for query, value in zip(names, values, strict=True):
        own = queries == query
        if own.sum() > 1:  # scikit-learn refuses a single candidate
            expected = reference.ndcg_score([gains[own]], [scores[own]], k=k)
            assert value == pytest.approx(expected)
        else:
            assert value == 1.0


@given(ranked(), st.integers(1, 12))
def test_recall_is_the_share_found_among_the_first(
    case: tuple[list[float], list[float], list[int]], k: int
) -> None:
    gains, scores, queries = (np.array(c) for c in case)
    names, values = metrics.recall_at_k(gains > 0, scores, queries, k)
    for query, value in zip(names, values, strict=True):
        own = np.flatnonzero(queries == query)
        first = own[np.argsort(-scores[own], kind="stable")][:k]
        assert value == pytest.approx((gains[first] > 0).sum() / (gains[own] > 0).sum())


@given(judged(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_to_calibration(
    case: tuple[list[bool], list[float]], random: Random
) -> None:
    y, p = (np.array(c) for c in case)
    order = list(range(len(y)))
    random.shuffle(order)
    one = metrics.calibration_error(y, p)
    assert 0 <= one <= 1
    assert metrics.calibration_error(y[order], p[order]) == pytest.approx(one)


def test_calibration_error_by_hand() -> None:
    # Two bins of two: |(0.1 + 0.3) − 1| / 4 + |(0.6 + 0.8) − 1| / 4 = 0.15 + 0.10
    y, p = [False, True, False, True], [0.1, 0.3, 0.6, 0.8]
    assert metrics.calibration_error(y, p, bins=2) == pytest.approx(0.25)
    assert metrics.calibration_error([True, False], [0.5, 0.5]) == 0.0


def test_gain_in_order_by_hand() -> None:
    # Listed with gains 0, 4, 2: 4 / log2(3) + 2 / log2(4); the best order: 4 + 2 / log2(3).
    _, value = metrics.ndcg_at_k([2.0, 0.0, 4.0], [1.0, 3.0, 2.0], [0, 0, 0])
    assert value[0] == pytest.approx((4 / math.log2(3) + 1) / (4 + 2 / math.log2(3)))


def test_equal_scores_stand_in_the_order_given() -> None:
    _, value = metrics.recall_at_k([False, True], [0.5, 0.5], [0, 0], k=1)
    assert value.tolist() == [0.0]


def test_nothing_to_judge_is_not_a_number() -> None:
    assert math.isnan(metrics.log_loss([], []))
    assert math.isnan(metrics.auc([True], [0.3]))
    assert math.isnan(metrics.calibration_error([], []))
    assert metrics.bootstrap([]).as_dict() == {"value": None, "low": None, "high": None}
    assert metrics.ndcg_at_k([], [], [])[1].tolist() == []
    assert metrics.recall_at_k([], [], [])[1].tolist() == []


def test_of_a_handful_of_clusters_no_interval_is_told() -> None:
    five = metrics.bootstrap([0.2, 0.3, 0.4, 0.5, 0.6])
    assert five.as_dict() == {"value": pytest.approx(0.4), "low": None, "high": None}
    rows = metrics.bootstrap(np.arange(40.0), clusters=np.arange(40) % 5)
    assert rows.as_dict() == {"value": 19.5, "low": None, "high": None}
    six = metrics.paired_bootstrap(np.arange(6.0) + 1, np.zeros(6))
    assert 0 < six.low <= six.value <= six.high
    assert metrics.paired_bootstrap([1.0, 2.0], [1.0, 2.0]) == metrics.Interval(0, 0, 0)


@given(st.lists(st.floats(-100, 100), min_size=6, max_size=30), st.integers(0, 3))
def test_the_interval_lies_within_the_values_and_is_the_same_each_time(
    values: list[float], seed: int
) -> None:
    found = metrics.bootstrap(values, draws=50, seed=seed)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.value == pytest.approx(np.mean(values))
    assert found == metrics.bootstrap(values, draws=50, seed=seed)


def test_the_interval_covers_the_mean_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        found = metrics.bootstrap(rng.normal(3.0, 1.0, 60), draws=200)
        covered += found.low <= 3.0 <= found.high
    assert 0.88 <= covered / 200 <= 0.99


def test_rows_that_belong_together_widen_the_interval() -> None:
    rng = np.random.default_rng(2)
    values = np.repeat(rng.normal(size=30), 10)
    apart = metrics.bootstrap(values)
    together = metrics.bootstrap(values, clusters=np.repeat(np.arange(30), 10))
    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_many_rows_have_the_interval_of_the_normal_distribution() -> None:
    values = np.random.default_rng(5).normal(size=4000)
    found = metrics.bootstrap(values)
    drawn = metrics.bootstrap(values[:2000])
    assert found.high - found.low == pytest.approx(2 * 1.96 / 4000**0.5, rel=0.05)
    assert drawn.high - drawn.low == pytest.approx(2 * 1.96 / 2000**0.5, rel=0.15)
    assert metrics.bootstrap(np.ones(4000)) == metrics.Interval(1.0, 1.0, 1.0)


def test_pairs_of_rows_are_compared_as_pairs() -> None:
    rng = np.random.default_rng(3)
    first = rng.normal(0, 10, 100)
    found = metrics.paired_bootstrap(first + 0.1, first)
    assert found.low == pytest.approx(0.1)
    assert found.high == pytest.approx(0.1)
