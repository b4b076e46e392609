"""How good a ranker is on history it has not seen, beside what it must beat.

What is learned from and what is judged on is :class:`models.trial.Trial`'s to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.language import Text
from features.market import Market
from features.tables import Table
from models import metrics
from models.baselines import BASELINES, BaselineUnavailable
from models.history import Introductions
from models.judgement import Judgement, Said, differences, judge
from models.metrics import Interval
from models.pairing_bias import PairingBias, pairing_bias
from models.scorers import Scorer, rule_scorer
from models.trial import Trial, cut_date

__all__ = ["Evaluation", "Fit", "Judgement", "cut_date", "evaluate", "fitted_baselines"]

#: Learns from the introductions known on the market's date.
Fit = Callable[[Market, Introductions], Scorer]


@dataclass(frozen=True)
class Evaluation:
    """All rankers on the same later history.

    Attributes
    ----------
    as_of, cut : date
        Trained on what was on record at ``cut``, judged on what began after it.
    trained_on, judged_on : int
        Introductions.
    left_out : dict of str to int
        Introductions of each part (``trained``, ``judged``) that were left out, as one side has
        no profile or a hard limit stands between the two.
    rankers : dict of str to dict of str to Judgement
        By ranker (``model`` and the baselines), then by group (``all`` first).
    differences : dict of str to dict of str to Interval
        Model less baseline on the same rows and lists, for measures that are means.
    missing : dict of str to Text
        Baselines that could not run, and why.
    losses : dict of str to (n,) array
        Log-loss of each introduction judged, by ranker.
    clusters : (n,) int array
        Enterprise of each introduction judged.
    pairing : PairingBias
        How the history learned from is biased by pairing, and what the model made of it.
    """

    as_of: date
    cut: date
    trained_on: int
    judged_on: int
    rankers: dict[str, dict[str, Judgement]]
    differences: dict[str, dict[str, Interval]]
    missing: dict[str, Text]
    losses: dict[str, NDArray[np.float64]] = field(repr=False)
    clusters: NDArray[np.int64] = field(repr=False)
    left_out: dict[str, int] = field(default_factory=dict)
    pairing: PairingBias | None = None

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "as_of": self.as_of.isoformat(),
            "cut": self.cut.isoformat(),
            "trained_on": self.trained_on,
            "judged_on": self.judged_on,
            "left_out": self.left_out,
            "rankers": {
                name: {group: one.as_dict() for group, one in groups.items()}
                for name, groups in self.rankers.items()
            },
            "differences": {
                name: {measure: one.as_dict() for measure, one in found.items()}
                for name, found in self.differences.items()
            },
            "missing": self.missing,
            "pairing_bias": None if self.pairing is None else self.pairing.as_dict(),
        }


def evaluate(
    tables: Mapping[str, Table],
    *,
    as_of: date,
    market: Market,
    fit: Fit,
    cut: date | None = None,
    baselines: Mapping[str, Fit] | None = None,
    settle_days: int = 0,
    draws: int = 500,
    refused: Callable[[Market], Iterable[tuple[int, int]]] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Evaluation | None:
    """Judge a ranker and every baseline on introductions that began after a date.

    Parameters
    ----------
    tables : mapping of str to Table
        ``outcomes``; ``projects`` and ``funds`` where there are any.
    as_of : date
        Nothing dated later is looked at.
    market : Market
        Profiles, of any date; it is taken to the cut date, with the graph of that day.
    fit : callable
        Learns the model; given the market and the history of the cut date. A model that is
        already fitted is judged with ``lambda market, history: model``.
    cut : date, optional
        Default: the day by which the first 80 % of introductions had begun.
    baselines : mapping of str to callable, optional
        Default: :func:`fitted_baselines`.
    settle_days : int
        Introductions younger than this, on the cut date or on ``as_of``, are left out whole.
    draws : int
        Of the bootstrap.
    refused : callable, optional
        The pairs of (enterprise row, resource row) between which a refusal stands on a market's
        date: they are no candidates.
    progress : callable, optional
        Told the name of each ranker as its turn comes.

    Returns
    -------
    Evaluation, or None where nothing began after the cut date.
    """
    trial = Trial.of(
        tables, as_of=as_of, market=market, cut=cut, settle_days=settle_days, refused=refused
    )
    if trial is None:
        return None
    learners = {"model": fit, **(fitted_baselines() if baselines is None else baselines)}
    said: dict[str, Said] = {}
    missing: dict[str, Text] = {}
    bias: PairingBias | None = None
    for name, learned in _learned(learners, trial.market, trial.history, progress):
        if isinstance(learned, BaselineUnavailable):
            missing[name] = learned.text
            continue
        said[name] = trial.said(learned)
        if name == "model":
            bias = pairing_bias(trial.market, trial.history, learned)
    return _evaluation(trial, said, missing, bias, draws)


def _evaluation(
    trial: Trial,
    said: Mapping[str, Said],
    missing: dict[str, Text],
    bias: PairingBias | None,
    draws: int,
) -> Evaluation:
    """What all rankers said, measured."""
    judged = trial.judged
    return Evaluation(
        as_of=trial.as_of,
        cut=trial.cut,
        trained_on=trial.trained_on,
        judged_on=len(judged.reached),
        left_out=trial.left_out,
        rankers={
            name: {group: judge(judged, one, mask, draws) for group, mask in judged.groups.items()}
            for name, one in said.items()
        },
        differences={
            name: differences(judged, said["model"], one, draws)
            for name, one in said.items()
            if name != "model"
        },
        missing=missing,
        losses={n: metrics.row_log_loss(judged.signed, o.probability) for n, o in said.items()},
        clusters=judged.enterprises,
        pairing=bias,
    )


def _learned(
    learners: Mapping[str, Fit],
    market: Market,
    history: Introductions,
    progress: Callable[[str], None] | None,
) -> Iterator[tuple[str, Scorer | BaselineUnavailable]]:
    """Each ranker in turn, or why it could not run."""
    for name, learn in learners.items():
        if progress is not None:
            progress(name)
        try:
            yield name, learn(market, history)
        except BaselineUnavailable as error:
            yield name, error


def fitted_baselines() -> dict[str, Fit]:
    """The rule and all of :data:`models.baselines.BASELINES`, each as a :data:`Fit`."""

    def learning(kind: type[Any]) -> Fit:
        return lambda market, history: kind().fit(market, history)

    rule: dict[str, Fit] = {"rule": lambda market, history: rule_scorer(market)}
    return rule | {name: learning(kind) for name, kind in BASELINES.items()}
