"""What a ranker must beat: chance, popularity, one's own industry, a plain logistic, trees.

Each is a :class:`~models.scorers.Scorer` after ``fit(market, introductions)``, always with the
same result for the same history. Libraries are imported where they are needed: a machine that
cannot load LightGBM is told so and judges the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from features.language import Text, text
from features.market import Market
from features.pairs import Pairs, compute
from models.history import COMPLETED, Introductions
from models.scorers import Scorer
from models.training_rows import features_then

__all__ = [
    "BASELINES", "Baseline", "BaselineUnavailable", "LambdaRank", "Logistic", "Popularity",
    "RandomOrder", "SameIndustry", "StageTrees",
]  # fmt: skip

Index = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_SEED: Final = 20020401
_CALIBRATED_FROM: Final = 60  # introductions; fewer cannot spare a fifth for calibration
_FITTED_FROM: Final = 20
_PSEUDO: Final = 10.0  # introductions of the average kind added to each count


class Baseline(Scorer, Protocol):
    """A scorer that learns from introductions."""

    def fit(self, market: Market, introductions: Introductions) -> Self:
        """Learn; ``introductions`` must hold nothing later than the market's date."""
        ...


class BaselineUnavailable(RuntimeError):
    """A baseline cannot run on this machine; ``text`` says why in both languages."""

    def __init__(self, message: Text) -> None:
        self.text = message
        super().__init__(message["en"])


@dataclass(frozen=True)
class Past:
    """Introductions between profiles of a market.

    Attributes
    ----------
    enterprises, resources, reached, first_date : (n,) arrays, by date
    rates : (4,) array
        Shares that reached each stage, with one introduction that did and one that did not
        added, so that none is 0 or 1.
    """

    enterprises: Index
    resources: Index
    reached: NDArray[np.int64]
    first_date: NDArray[np.int32]
    rates: FloatArray

    @classmethod
    def of(cls, market: Market, introductions: Introductions) -> Past:
        """Those whose two sides are both in the market."""
        e, r = introductions.index(market.enterprises.ids, market.resources.ids)
        known = (e >= 0) & (r >= 0)
        reached = introductions.reached[known].astype(np.int64)
        share = [(np.sum(reached >= s) + 1) / (len(reached) + 2) for s in range(1, COMPLETED + 1)]
        days = introductions.first_date[known]
        return cls(e[known], r[known], reached, days, np.array(share, dtype=np.float64))

    def __len__(self) -> int:
        return len(self.reached)

    def stages(self, signed: FloatArray) -> FloatArray:
        """(n, 4) stage probabilities from P(signed), later steps as on average."""
        return np.outer(signed, self.rates / self.rates[0]).astype(np.float64)


@dataclass
class RandomOrder:
    """Lists in an order that knows nothing; everyone's probability is the average."""

    def fit(self, market: Market, introductions: Introductions) -> Self:
        """Learn the average."""
        self.past_ = Past.of(market, introductions)
        return self

    def score(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """A number in [0, 1) that depends on nothing but the pair."""
        pair = enterprises.astype(np.uint64) * np.uint64(len(market.resources))
        x = pair + resources.astype(np.uint64) + np.uint64(_SEED)
        # SplitMix64 (Steele, Lea and Flood 2014, OOPSLA): counters to even bits.
        x = x * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return (x >> np.uint64(11)).astype(np.float64) / 2.0**53

    def probabilities(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """The average for all."""
        return self.past_.stages(np.full(len(enterprises), self.past_.rates[0]))


@dataclass
class Popularity:
    """Whoever signed most so far stands first.

    The probability is the resource's share of introductions that were signed, with
    ``_PSEUDO`` average ones added.
    """

    def fit(self, market: Market, introductions: Introductions) -> Self:
        """Count contacts and signings of each side."""
        self.past_ = past = Past.of(market, introductions)
        signed = (past.reached >= 1).astype(np.float64)
        m, n = len(market.resources), len(market.enterprises)
        contacts = np.bincount(past.resources, minlength=m)
        self.signings_ = np.bincount(past.resources, weights=signed, minlength=m)
        self.by_enterprise_ = np.bincount(past.enterprises, weights=signed, minlength=n)
        self.rates_ = (self.signings_ + _PSEUDO * past.rates[0]) / (contacts + _PSEUDO)
        return self

    def score(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """Signings of both sides; the shrunk rate, below 1, decides among equals."""
        signings = self.signings_[resources] + self.by_enterprise_[enterprises]
        return np.asarray(signings + self.rates_[resources], dtype=np.float64)

    def probabilities(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """From the resource's rate."""
        return self.past_.stages(self.rates_[resources])


@dataclass
class SameIndustry:
    """Like to like: how near the enterprise's industry is to one the place welcomes."""

    levels: ClassVar[FloatArray] = np.array([0.0, 0.1, 0.5, 0.9])

    def fit(self, market: Market, introductions: Introductions) -> Self:
        """Learn the share signed at each degree of nearness."""
        self.past_ = past = Past.of(market, introductions)
        level = self._level(self.score(market, past.enterprises, past.resources))
        signed = (past.reached >= 1).astype(np.float64)
        hits = np.bincount(level, weights=signed, minlength=len(self.levels) + 1)
        count = np.bincount(level, minlength=len(self.levels) + 1)
        self.rates_ = (hits + _PSEUDO * past.rates[0]) / (count + _PSEUDO)
        return self

    def _level(self, nearness: FloatArray) -> Index:
        return np.searchsorted(self.levels, nearness, side="left").astype(np.int64)

    def score(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """The pair feature ``industry_welcome``; 0 where not known."""
        pairs = Pairs(market, enterprises, resources, rowwise=True)
        return np.nan_to_num(compute(pairs, ["industry_welcome"])[:, 0].astype(np.float64))

    def probabilities(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """From the rate at that nearness."""
        level = self._level(self.score(market, enterprises, resources))
        return self.past_.stages(self.rates_[level])


@dataclass
class _OnPairFeatures:
    """What the learners below share: one row of pair features a pair."""

    names_: tuple[str, ...] = field(default=(), init=False)

    def _training_rows(self, market: Market, past: Past) -> FloatArray:
        """As they stood when each introduction began: none knows what became of it."""
        self.names_ = tuple(market.features)
        e, r = past.enterprises, past.resources
        return features_then(market, self.names_, e, r, past.first_date).astype(np.float64)

    def _rows(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        pairs = Pairs(market, enterprises, resources, rowwise=True)
        return compute(pairs, self.names_).astype(np.float64)


@dataclass
class Logistic(_OnPairFeatures):
    """A chain of four ridge logistic regressions on standardised pair features.

    What is not known counts as the mean. A step with too little history keeps its average.
    """

    strength: float = 1.0

    def fit(self, market: Market, introductions: Introductions) -> Self:
        """Fit each step on those that reached the one before."""
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits

        self.past_ = past = Past.of(market, introductions)
        rows = self._training_rows(market, past)
        known = ~np.isnan(rows)
        count = np.maximum(known.sum(axis=0), 1)
        self.mean_ = np.where(known, rows, 0.0).sum(axis=0) / count
        spread = np.sqrt(np.where(known, (rows - self.mean_) ** 2, 0.0).sum(axis=0) / count)
        self.spread_ = np.where(spread > 1e-9, spread, 1.0)
        rows = self._standard(rows)
        self.steps_: list[Any] = []
        with threadpool_limits(1):  # sums in the same order on every machine
            for stage in range(1, COMPLETED + 1):
                there = past.reached >= stage - 1
                passed = past.reached[there] >= stage
                if len(passed) < _FITTED_FROM or passed.all() or not passed.any():
                    self.steps_.append((passed.sum() + 1) / (len(passed) + 2))
                else:
                    step = LogisticRegression(C=self.strength, max_iter=2000)
                    self.steps_.append(step.fit(rows[there], passed))
        return self

    def _standard(self, rows: FloatArray) -> FloatArray:
        return np.asarray(np.nan_to_num((rows - self.mean_) / self.spread_), dtype=np.float64)

    def probabilities(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """Products along the chain."""
        rows = self._standard(self._rows(market, enterprises, resources))
        if not len(rows):
            return np.empty((0, COMPLETED))
        steps = [
            np.full(len(rows), step) if isinstance(step, float) else step.predict_proba(rows)[:, 1]
            for step in self.steps_
        ]
        return np.cumprod(np.column_stack(steps), axis=1)

    def score(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """Expected number of stages passed."""
        stages = self.probabilities(market, enterprises, resources)
        return np.asarray(stages.sum(axis=1), dtype=np.float64)


@dataclass
class _Trees(_OnPairFeatures):
    """Boosted trees of LightGBM; P(signed) is a logistic of the score on held-back history."""

    rounds: int = 200
    objective: ClassVar[dict[str, Any]] = {}

    def fit(self, market: Market, introductions: Introductions) -> Self:
        """Calibrate on the latest fifth trees that have not seen it, then fit on all."""
        self.past_ = past = Past.of(market, introductions)
        rows = self._training_rows(market, past)
        self.calibration_: tuple[float, float] | None = None
        early = np.arange(len(past)) < int(0.8 * len(past))
        if len(past) >= _CALIBRATED_FROM:
            trees = self._grow(rows[early], past, np.flatnonzero(early))
            held_back = trees.predict(rows[~early], num_threads=1)
            self.calibration_ = _calibrated(held_back, past.reached[~early] >= 1)
        enough = len(past) >= _FITTED_FROM
        self.trees_ = self._grow(rows, past, np.arange(len(past))) if enough else None
        return self

    def _grow(self, rows: FloatArray, past: Past, which: Index) -> Any:
        lightgbm = _lightgbm()
        rows, label, sizes = self._data(rows, past, which)
        data = lightgbm.Dataset(
            rows, label, group=sizes, params={"verbosity": -1}, free_raw_data=True
        )
        fixed = {
            "seed": _SEED, "deterministic": True, "force_row_wise": True, "num_threads": 1,
            "verbosity": -1, "learning_rate": 0.05, "num_leaves": 15, "min_data_in_leaf": 20,
            "lambda_l2": 1.0,
        }  # fmt: skip
        return lightgbm.train(fixed | self.objective, data, num_boost_round=self.rounds)

    def _data(
        self, rows: FloatArray, past: Past, which: Index
    ) -> tuple[FloatArray, Index, Index | None]:
        return rows, past.reached[which], None

    def score(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """What the trees say; 0 for all where history was too short."""
        if self.trees_ is None or not len(enterprises):
            return np.zeros(len(enterprises))
        rows = self._rows(market, enterprises, resources)
        return np.asarray(self.trees_.predict(rows, num_threads=1), dtype=np.float64)

    def probabilities(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """From the calibrated score."""
        if self.calibration_ is None:
            return self.past_.stages(np.full(len(enterprises), self.past_.rates[0]))
        slope, intercept = self.calibration_
        logit = slope * self.score(market, enterprises, resources) + intercept
        return self.past_.stages(1 / (1 + np.exp(-np.clip(logit, -500, 500))))


@dataclass
class StageTrees(_Trees):
    """Boosted regression trees on the stage reached."""

    objective: ClassVar[dict[str, Any]] = {"objective": "regression"}


@dataclass
class LambdaRank(_Trees):
    """LambdaMART on the lists of both sides. Burges (2010), Microsoft Research TR-2010-82."""

    objective: ClassVar[dict[str, Any]] = {
        "objective": "lambdarank", "label_gain": list(range(COMPLETED + 1)),
    }  # fmt: skip

    def _data(
        self, rows: FloatArray, past: Past, which: Index
    ) -> tuple[FloatArray, Index, Index | None]:
        """Each introduction twice: in the list of its enterprise and in that of its resource."""
        sides = (past.enterprises[which], past.resources[which])
        orders = [np.argsort(side, kind="stable") for side in sides]
        sizes = [np.unique(side, return_counts=True)[1] for side in sides]
        order = np.concatenate(orders)
        return rows[order], past.reached[which][order], np.concatenate(sizes)


def _calibrated(scores: FloatArray, signed: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Slope and intercept of P(signed) in the score. Platt (1999), in Advances in Large Margin
    Classifiers. ``None`` where all or nothing was signed."""
    from sklearn.linear_model import LogisticRegression

    if signed.all() or not signed.any():
        return None
    mean, spread = float(scores.mean()), float(scores.std())
    if spread < 1e-12:
        return 0.0, float(np.log(signed.mean() / (1 - signed.mean())))
    one = LogisticRegression(C=1.0).fit(((scores - mean) / spread)[:, None], signed)
    slope = max(float(one.coef_[0, 0]), 0.0) / spread  # a list is never turned upside down
    return slope, float(one.intercept_[0]) - slope * mean


def _lightgbm() -> Any:
    try:
        import lightgbm
    except (ImportError, OSError) as error:  # OSError: libgomp is not on this machine
        raise BaselineUnavailable(text("baseline.no_lightgbm", reason=str(error))) from error
    return lightgbm


#: The baselines by the name under which an evaluation gives them.
BASELINES: Final[dict[str, type[Any]]] = {
    "random": RandomOrder,
    "popularity": Popularity,
    "same_industry": SameIndustry,
    "logistic": Logistic,
    "lightgbm_regression": StageTrees,
    "lightgbm_lambdarank": LambdaRank,
}
