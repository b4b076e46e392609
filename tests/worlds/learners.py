"""Learners that are judged on a world: the told ceiling, the rule, the model, common rankers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.curves import FeatureBook
from features.market import Market
from features.pairs import Pairs, compute
from features.text import TextEncoder
from models.fitting import fit_stages
from models.history import Introductions, introductions
from models.rule import expert_rule
from models.stages import BlockScorer, StageModel
from models.training_rows import features_then, training_pairs
from tests.worlds.world import World

Array = NDArray[Any]
AS_OF = date(2010, 1, 1)

#: Groups of pair features that an ablation leaves out together.
GROUPS = {
    "industry": ("industry_welcome",),
    "chains": ("chain_",),
    "texts": ("text_", "trade_"),
    "wishes": ("intent_", "forms_shared", "skills_met"),
    "quantities": (
        "land_",
        "labour_",
        "energy_",
        "budget_",
        "wage",
        "subsidy",
        "places_",
        "pollution",
        "size",
        "growth",
    ),
    "place": ("distance", "paired", "pairing_", "common_", "line_", "outcome_"),
    "own": ("x_",),
}


@dataclass(frozen=True)
class Setting:
    """A world with as much of its history as a learner may see.

    Attributes
    ----------
    world : World
    market : Market
        Knows what is on record between regions in that history.
    history : Introductions
    """

    world: World
    market: Market
    history: Introductions

    @cached_property
    def rows(self) -> tuple[Array, Array, Array]:
        """Enterprise, resource and stage reached of the introductions within the limits."""
        e, r, known = training_pairs(self.market, self.history)
        return e, r, self.history.reached[known].astype(np.int64)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Pair features of the market."""
        return tuple(self.market.features)

    @cached_property
    def seen(self) -> NDArray[np.float32]:
        """(n, f) pair features of the introductions as they stood then."""
        e, r, known = training_pairs(self.market, self.history)
        return features_then(self.market, self.names, e, r, self.history.first_date[known])

    @cached_property
    def everything(self) -> NDArray[np.float32]:
        """(e · r, f) pair features of all pairs."""
        pairs = Pairs(self.market, np.arange(self.world.ground.n), np.arange(self.world.ground.m))
        return compute(pairs, self.names).reshape(-1, len(self.names))

    @property
    def shape(self) -> tuple[int, int]:
        """Enterprises, resources."""
        return self.world.ground.n, self.world.ground.m


@dataclass(frozen=True)
class Answer:
    """What a learner makes of all pairs.

    Attributes
    ----------
    score : (e, r) array
    stages : (4, e, r) array or None
        Probabilities of the stages, where it gives any.
    model : StageModel or None
    """

    score: Array
    stages: Array | None = None
    model: StageModel | None = None

    @classmethod
    def of(cls, stages: Array, model: StageModel | None = None) -> Answer:
        """From stage probabilities: the score is the expected number of stages."""
        return cls(stages.sum(axis=0), stages, model)


def whole_history(world: World, encoder: TextEncoder) -> Setting:
    """The world as it stands after its four years."""
    market = Market.build(world.tables, as_of=AS_OF, encoder=encoder)
    return knowing(world, market, introductions(world.tables["outcomes"], None, as_of=AS_OF))


def with_less(setting: Setting, size: int, seed: int) -> Setting:
    """The same world with ``size`` introductions drawn from its history."""
    full = setting.history
    if size >= len(full):
        return setting
    drawn = np.random.default_rng([seed, size]).choice(len(full), size=size, replace=False)
    return knowing(setting.world, setting.market, full.take(np.sort(drawn)))


def knowing(world: World, market: Market, history: Introductions) -> Setting:
    """The world with some of its history, and what that says of the lines between regions."""
    past = history.past(market.regions, market.enterprises.table, market.resources.table)
    return Setting(world, market.knowing(past), history)


def without_group(setting: Setting, group: str, *, alone: bool = False) -> Setting:
    """The same setting whose market lacks a group of features, or has no other."""
    market = replace(setting.market)
    prefixes = GROUPS[group]
    market.__dict__["features"] = FeatureBook(
        {
            name: feature
            for name, feature in setting.market.features.items()
            if name.startswith(prefixes) == alone
        }
    )
    return Setting(setting.world, market, setting.history)


def rule(setting: Setting) -> Answer:
    """The expert rule."""
    return _scored(setting, expert_rule(setting.names))


def model(setting: Setting, **terms: Any) -> Answer:
    """The stage model; ``terms`` are those of :func:`models.fitting.fit_stages`."""
    return _scored(setting, fit_stages(setting.market, setting.history, **terms))


def _scored(setting: Setting, fitted: StageModel) -> Answer:
    n, m = setting.shape
    scorer = BlockScorer(fitted, setting.market)
    return Answer.of(scorer.probabilities(np.arange(n), np.arange(m)), fitted)


def told(setting: Setting) -> Answer | None:
    """The ceiling: a logistic chain on the true features, strength chosen by cross-validation."""
    e, r, reached = setting.rows
    seen = setting.world.told_at(e, r)
    everything = setting.world.told.reshape(-1, seen.shape[-1])
    return _logistic_chain(seen, reached, everything, setting.shape, tuned=True)


def read(setting: Setting) -> Answer | None:
    """A nearer ceiling: as told, but where a description is silent it says nothing."""
    e, r, reached = setting.rows
    seen = setting.world.read_at(e, r)
    everything = setting.world.read.reshape(-1, seen.shape[-1])
    return _logistic_chain(seen, reached, everything, setting.shape, tuned=True)


def legible(setting: Setting) -> Answer | None:
    """What a perfect reader could reach: as read, but an empty cell says nothing either."""
    e, r, reached = setting.rows
    seen = setting.world.legible_at(e, r)
    everything = setting.world.legible.reshape(-1, seen.shape[-1])
    return _logistic_chain(seen, reached, everything, setting.shape, tuned=True)


def plain(setting: Setting) -> Setting:
    """The setting of a learner that knows plain pair features only: no chains, no trades read."""
    market = replace(setting.market)
    market.__dict__["features"] = FeatureBook(
        {
            name: feature
            for name, feature in setting.market.features.items()
            if not name.startswith(("chain_", "trade_read", "trade_near"))
        }
    )
    return Setting(setting.world, market, setting.history)


def logistic(setting: Setting) -> Answer | None:
    """A logistic chain on the plain pair features; what is not known counts as the mean."""
    seen = setting.seen.astype(np.float64)
    if not len(seen):
        return None
    known = ~np.isnan(seen)
    mean = np.where(known, seen, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    spread = np.where(known, seen - mean, 0).std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    everything = np.nan_to_num((setting.everything - mean) / spread)
    return _logistic_chain(
        np.nan_to_num((seen - mean) / spread), setting.rows[2], everything, setting.shape
    )


def lightgbm(setting: Setting) -> Answer | None:
    """Boosted regression trees on the stage reached, on the plain pair features."""
    import lightgbm as library

    if len(setting.seen) < 20:
        return None
    fixed = {
        "objective": "regression", "seed": 0, "deterministic": True, "force_row_wise": True,
        "num_threads": 1, "verbosity": -1, "learning_rate": 0.05, "num_leaves": 15,
        "min_data_in_leaf": 20, "lambda_l2": 1.0,
    }  # fmt: skip
    data = library.Dataset(setting.seen, setting.rows[2], params={"verbosity": -1})
    trees = library.train(fixed, data, num_boost_round=200)
    score = np.asarray(trees.predict(setting.everything, num_threads=1))
    return Answer(score.reshape(setting.shape))


def _logistic_chain(
    seen: Array, reached: Array, everything: Array, shape: tuple[int, int], *, tuned: bool = False
) -> Answer | None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score

    if not len(seen):
        return None
    stages = np.ones((4, len(everything)))
    for s in range(4):
        there = reached >= s
        passed = reached[there] > s
        least = min(passed.sum(), (~passed).sum())
        if least < 3:
            stages[s] = (passed.sum() + 1) / (len(passed) + 2)
            continue
        strength = 1.0
        if tuned:
            tried = [0.001, 0.01, 0.1, 1.0]
            strength = max(
                tried,
                key=lambda c: cross_val_score(
                    LogisticRegression(C=c, max_iter=500), seen[there], passed, cv=3,
                    scoring="neg_log_loss",
                ).mean(),
            )  # fmt: skip
        step = LogisticRegression(C=strength, max_iter=500).fit(seen[there], passed)
        stages[s] = 1 / (1 + np.exp(-(everything @ step.coef_[0] + step.intercept_[0])))
    return Answer.of(np.cumprod(stages, axis=0).reshape(4, *shape))


LEARNERS = {
    "told": told,
    "read": read,
    "legible": legible,
    "rule": rule,
    "model": model,
    "lightgbm": lightgbm,
    "logistic": logistic,
    "plain_lightgbm": lambda setting: lightgbm(plain(setting)),
    "plain_logistic": lambda setting: logistic(plain(setting)),
}
