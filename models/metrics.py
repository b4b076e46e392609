"""How good a ranking and its probabilities are; each measure with its formula and source.

Ranking measures take one entry per (query, candidate) and give one value a query, so that
queries can be averaged, grouped and resampled. Equal scores stand in the order given: lists
break ties by id, so give candidates in the order of their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Interval", "auc", "auc_interval", "bootstrap", "brier", "calibration_error",
    "log_loss", "ndcg_at_k", "paired_bootstrap", "recall_at_k", "row_log_loss",
]  # fmt: skip

FloatArray = NDArray[np.float64]
_SURE = 1e-12  # probabilities are kept this far from 0 and 1 in logarithms
_MANY = 2000  # clusters
#: Of fewer clusters no interval is told: where all of five lie on one side of 0 that is chance
#: once in 16, yet every draw of the bootstrap lies there too.
_FEW = 6


@dataclass(frozen=True)
class Interval:
    """A mean, and how far it may be off given how few rows it was made from."""

    value: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float | None]:
        """As JSON writes it; what could not be computed is null."""
        parts = {"value": self.value, "low": self.low, "high": self.high}
        return {k: v if np.isfinite(v) else None for k, v in parts.items()}


def ndcg_at_k(
    gains: ArrayLike, scores: ArrayLike, queries: ArrayLike, k: int = 10
) -> tuple[NDArray[np.int64], FloatArray]:
    """Normalised discounted cumulative gain of each query's first k.

    DCG@k = Σ_{i=1..k} gain_i / log2(i + 1), divided by that of the best order. Järvelin and
    Kekäläinen (2002), ACM TOIS 20(4), eq. 1–3, with linear gains.

    Parameters
    ----------
    gains : (n,) array, ≥ 0
        What each candidate is worth, e.g. the stage reached.
    scores : (n,) array
        Higher = earlier in the list.
    queries : (n,) int array

    Returns
    -------
    queries, values : (q,) arrays
        Queries with any gain, ascending; the others have no best order and are left out.
    """
    gain = np.asarray(gains, dtype=np.float64)
    query = np.asarray(queries, dtype=np.int64)
    names, member = np.unique(query, return_inverse=True)
    found = _discounted(gain, np.asarray(scores, dtype=np.float64), member, len(names), k)
    best = _discounted(gain, gain, member, len(names), k)
    usable = best > 0
    return names[usable], found[usable] / best[usable]


def recall_at_k(
    relevant: ArrayLike, scores: ArrayLike, queries: ArrayLike, k: int = 20
) -> tuple[NDArray[np.int64], FloatArray]:
    """Share of each query's relevant candidates that stand among its first k.

    Queries with nothing relevant are left out. Parameters as for :func:`ndcg_at_k`.
    """
    hit = np.asarray(relevant, dtype=np.bool_)
    names, member = np.unique(np.asarray(queries, dtype=np.int64), return_inverse=True)
    order, rank = _ranked(np.asarray(scores, dtype=np.float64), member)
    listed = np.bincount(member[order], weights=hit[order] & (rank < k), minlength=len(names))
    total = np.bincount(member, weights=hit, minlength=len(names))
    usable = total > 0
    return names[usable], listed[usable] / total[usable]


def _ranked(
    scores: FloatArray, member: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order by query then falling score, and each entry's rank (from 0) within its query."""
    order = np.lexsort((np.arange(len(scores)), -scores, member))
    sizes = np.bincount(member)
    starts = np.cumsum(sizes) - sizes
    rank = np.arange(len(order)) - starts[member[order]]
    return order.astype(np.int64), rank.astype(np.int64)


def _discounted(
    gain: FloatArray, scores: FloatArray, member: NDArray[np.int64], n: int, k: int
) -> FloatArray:
    if not len(gain):
        return np.zeros(n)
    order, rank = _ranked(scores, member)
    worth = np.where(rank < k, gain[order] / np.log2(rank + 2.0), 0.0)
    return np.bincount(member[order], weights=worth, minlength=n).astype(np.float64)


def row_log_loss(happened: ArrayLike, probability: ArrayLike) -> FloatArray:
    """(n,) −ln of the probability given to what came true."""
    y = np.asarray(happened, dtype=np.bool_)
    p = np.clip(np.asarray(probability, dtype=np.float64), _SURE, 1 - _SURE)
    return cast(FloatArray, -np.log(np.where(y, p, 1 - p)))


def log_loss(happened: ArrayLike, probability: ArrayLike) -> float:
    """Mean of −ln of the probability given to what came true; 0.693 = knows nothing of a coin."""
    return _mean(row_log_loss(happened, probability))


def brier(happened: ArrayLike, probability: ArrayLike) -> float:
    """Mean squared error of a probability. Brier (1950), Monthly Weather Review 78(1)."""
    y = np.asarray(happened, dtype=np.float64)
    return _mean((np.asarray(probability, dtype=np.float64) - y) ** 2)


def auc(happened: ArrayLike, scores: ArrayLike) -> float:
    """Probability that what happened is scored above what did not; equal scores count half.

    The Mann–Whitney statistic. Hanley and McNeil (1982), Radiology 143(1). NaN where all or
    nothing happened.
    """
    y = np.asarray(happened, dtype=np.bool_)
    placements = _placements(y, np.asarray(scores, dtype=np.float64))
    return _mean(placements[y]) if y.any() and not y.all() else float("nan")


def auc_interval(
    happened: ArrayLike, scores: ArrayLike, clusters: ArrayLike, level: float = 0.95
) -> Interval:
    """:func:`auc` with its interval where rows of one cluster belong together.

    DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44(3), with the components of a cluster
    added up as in Obuchowski (1997), Biometrics 53(2).
    """
    y = np.asarray(happened, dtype=np.bool_)
    value = auc(y, scores)
    if not np.isfinite(value):
        return Interval(value, value, value)
    placements = _placements(y, np.asarray(scores, dtype=np.float64))
    pull = (placements - value) / np.where(y, y.sum(), (~y).sum())
    sums, _ = _cluster_sums(pull, clusters)
    reach = NormalDist().inv_cdf((1 + level) / 2) * float(np.sqrt((sums**2).sum()))
    return Interval(value, max(value - reach, 0.0), min(value + reach, 1.0))


def _placements(y: NDArray[np.bool_], scores: FloatArray) -> FloatArray:
    """(n,) share of the other kind that each row stands on the right side of."""
    _, level = np.unique(scores, return_inverse=True)
    n = int(level.max()) + 1 if len(level) else 0
    positive = np.bincount(level[y], minlength=n)
    negative = np.bincount(level[~y], minlength=n)
    below = (np.cumsum(negative) - negative + negative / 2) / max(negative.sum(), 1)
    above = (positive[::-1].cumsum()[::-1] - positive + positive / 2) / max(positive.sum(), 1)
    return np.asarray(np.where(y, below[level], above[level]), dtype=np.float64)


def calibration_error(happened: ArrayLike, probability: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error over bins of equal count.

    Σ_b (n_b / n) · |mean probability − share that came true|. Naeini, Cooper and Hauskrecht
    (2015), AAAI, eq. 1, with equal-count bins. Equal probabilities share a bin, so the order
    of rows does not matter.
    """
    y = np.asarray(happened, dtype=np.float64)
    p = np.asarray(probability, dtype=np.float64)
    if not len(y):
        return float("nan")
    _, level, count = np.unique(p, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - count / 2  # in rows, of each distinct probability
    which = np.minimum((middle[level] * bins / len(y)).astype(np.int64), bins - 1)
    gap = np.bincount(which, weights=p - y, minlength=bins)
    return float(np.abs(gap).sum() / len(y))


def bootstrap(
    values: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Mean of values with the percentile interval over resampled clusters.

    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ch. 13.

    Parameters
    ----------
    values : (n,) array
        One a row or a query.
    clusters : (n,) int array, optional
        Rows that belong together (one enterprise's) are drawn together.

    Returns
    -------
    Interval
        Without ends (NaN) where there are fewer than six clusters.
    """
    v = np.asarray(values, dtype=np.float64)
    if not len(v):
        return Interval(float("nan"), float("nan"), float("nan"))
    sums, sizes = _cluster_sums(v, clusters)
    if len(sums) < _FEW:
        return Interval(float(v.mean()), float("nan"), float("nan"))
    edges = np.array([(1 - level) / 2, (1 + level) / 2])
    if len(sums) > _MANY:
        # So many draws hardly differ from the normal distribution they tend to (ibid., ch. 22).
        error = float(np.sqrt(((sums - v.mean() * sizes) ** 2).sum()) / sizes.sum())
        low, high = (NormalDist(float(v.mean()), error or 1e-300).inv_cdf(e) for e in edges)
        return Interval(float(v.mean()), low, high)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=draws)
    low, high = np.quantile((drawn @ sums) / (drawn @ sizes), edges)
    return Interval(float(v.mean()), float(low), float(high))


def paired_bootstrap(
    first: ArrayLike,
    second: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Mean of ``first − second`` on the same rows, with its interval (as :func:`bootstrap`)."""
    difference = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    if len(difference) and not difference.any():
        return Interval(0.0, 0.0, 0.0)  # what says the same differs by nothing, however few
    return bootstrap(difference, clusters=clusters, draws=draws, level=level, seed=seed)


def _cluster_sums(values: FloatArray, clusters: ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    if clusters is None:
        return values, np.ones(len(values))
    _, member = np.unique(np.asarray(clusters), return_inverse=True)
    sums = np.bincount(member, weights=values).astype(np.float64)
    return sums, np.bincount(member).astype(np.float64)


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if len(values) else float("nan")
