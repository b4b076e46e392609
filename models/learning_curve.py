"""How a ranker grows with history: fitted on more and more of it, judged on the same later rows.

Of each size several histories are drawn at random from what was on record on the cut date, and
their figures are averaged row by row and list by list before intervals are made, so that an
interval says how sure the rows judged make the figure, not which history chance drew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.tables import Table
from models.baselines import BaselineUnavailable, StageTrees
from models.evaluate import Fit
from models.history import Introductions
from models.judgement import Losses, Said, losses, measured
from models.metrics import Interval
from models.scorers import Scorer, rule_scorer
from models.training_rows import training_pairs
from models.trial import Refused, Trial

__all__ = ["CurvePoint", "LearningCurve", "learning_curve"]

SIZES: Final = (0, 50, 200, 1000)
#: Histories drawn of each size but the whole one and none.
DRAWS: Final = 3
#: The common ranker beside the model and the rule, and the rows that it needs.
TREES: Final = "lightgbm_regression"
LEAST_FOR_TREES: Final = 20
_SEED: Final = 20020401


@dataclass(frozen=True)
class CurvePoint:
    """All rankers after one size of history.

    Attributes
    ----------
    introductions, histories : int
        Learned from, and how many such histories were drawn.
    rankers : dict of str to dict of str to Interval
        ``model``, ``rule`` and, where there are rows enough, ``lightgbm_regression``; of each
        ``log_loss`` of P(signed) and ``ndcg_at_10`` over the lists of both sides.
    differences : dict of str to dict of str to Interval
        Model less the other on the same rows and lists.
    """

    introductions: int
    histories: int
    rankers: dict[str, dict[str, Interval]]
    differences: dict[str, dict[str, Interval]]

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "introductions": self.introductions,
            "histories": self.histories,
            "rankers": _plain(self.rankers),
            "differences": _plain(self.differences),
        }


@dataclass(frozen=True)
class LearningCurve:
    """Points by size of history, all judged on the same introductions.

    Attributes
    ----------
    cut : date
        Learned from what was on record then.
    judged_on, lists : int
        Introductions that began later, and the lists with five or more of them.
    points : tuple of CurvePoint
    """

    cut: date
    judged_on: int
    lists: int
    points: tuple[CurvePoint, ...]

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "cut": self.cut.isoformat(),
            "judged_on": self.judged_on,
            "lists": self.lists,
            "points": [point.as_dict() for point in self.points],
        }


def learning_curve(
    tables: Mapping[str, Table],
    *,
    as_of: date,
    market: Market,
    fit: Fit,
    cut: date | None = None,
    sizes: Sequence[int] = SIZES,
    settle_days: int = 0,
    draws: int = 500,
    refused: Refused | None = None,
    progress: Callable[[str], None] | None = None,
) -> LearningCurve | None:
    """Fit on more and more history and judge on what began after the cut date.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of introductions; the whole history comes after them. Those that it does not
        reach are left out.
    progress : callable, optional
        Told each size as its turn comes.
    tables, as_of, market, fit, cut, settle_days, draws, refused
        As in :func:`models.evaluate.evaluate`.

    Returns
    -------
    LearningCurve, or None where nothing began after the cut date.
    """
    trial = Trial.of(
        tables, as_of=as_of, market=market, cut=cut, settle_days=settle_days, refused=refused
    )
    if trial is None:
        return None
    whole = trial.trained_on
    points, lists = [], 0
    for size in (*(s for s in sorted(set(sizes)) if s < whole), whole):
        if progress is not None:
            progress(str(size))
        count = 1 if size in (0, whole) else DRAWS
        heard = [_heard(trial, fit, _drawn(trial, size, draw)) for draw in range(count)]
        points.append(_point(trial, size, heard, draws))
        lists = sum(map(len, losses(trial.judged, heard[0]["model"]).lists))
    return LearningCurve(trial.cut, len(trial.judged.reached), lists, tuple(points))


def _drawn(trial: Trial, size: int, draw: int) -> Introductions:
    """A part of the history in which ``size`` introductions can teach something.

    Smaller parts of one draw lie within larger ones.
    """
    if size == trial.trained_on:
        return trial.history
    teaching = np.zeros(len(trial.history), np.int64)
    teaching[training_pairs(trial.market, trial.history)[2]] = 1
    order = np.random.default_rng([_SEED, draw]).permutation(len(teaching))
    enough = int(np.searchsorted(np.cumsum(teaching[order]), size)) + 1 if size else 0
    return trial.history.take(np.sort(order[:enough]))


def _heard(trial: Trial, fit: Fit, history: Introductions) -> dict[str, Said]:
    """What each ranker says that knows this history and no more."""
    profiles = trial.market
    past = history.past(profiles.regions, profiles.enterprises.table, profiles.resources.table)
    market = profiles.knowing(past)
    rankers: dict[str, Scorer] = {"model": fit(market, history), "rule": rule_scorer(market)}
    if len(history) >= LEAST_FOR_TREES:
        with suppress(BaselineUnavailable):  # evaluate itself says why
            rankers[TREES] = StageTrees().fit(market, history)
    return {name: trial.said_of_rows(one, market) for name, one in rankers.items()}


def _point(trial: Trial, size: int, heard: Sequence[Mapping[str, Said]], draws: int) -> CurvePoint:
    mean: dict[str, Losses] = {
        name: Losses.mean([losses(trial.judged, one[name]) for one in heard]) for name in heard[0]
    }
    clusters: NDArray[np.int64] = trial.judged.enterprises
    return CurvePoint(
        introductions=size,
        histories=len(heard),
        rankers={name: measured(one, clusters, draws) for name, one in mean.items()},
        differences={
            name: measured(mean["model"], clusters, draws, other=one)
            for name, one in mean.items()
            if name != "model"
        },
    )


def _plain(found: Mapping[str, Mapping[str, Interval]]) -> dict[str, object]:
    return {name: {m: i.as_dict() for m, i in one.items()} for name, one in found.items()}
