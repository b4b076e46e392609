"""How good a ranker is on history it has not seen, beside what it must beat.

Everything is learned from what was on record on the *cut* date and judged on the introductions
that began after it: probabilities on every introduction, lists on what they would have shown
first. The pairing graph, too, is that of the cut date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.language import Text
from features.market import Market
from features.schema import PROGRAMMES
from features.tables import Table
from models import metrics
from models.baselines import BASELINES, BaselineUnavailable
from models.candidates import Candidates
from models.history import Introductions, introductions
from models.judgement import RECALL_LENGTH, Judged, Judgement, Said, differences, judge
from models.metrics import Interval
from models.scorers import Scorer, rule_scorer
from models.training_rows import training_pairs

__all__ = ["Evaluation", "Fit", "Judgement", "cut_date", "evaluate", "fitted_baselines"]

#: Learns from the introductions known on the market's date.
Fit = Callable[[Market, Introductions], Scorer]

Mask = NDArray[np.bool_]


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
        }


def cut_date(found: Introductions, share: float = 0.8) -> date | None:
    """Day by which the first ``share`` of introductions had begun; None without any."""
    if not len(found):
        return None
    at = max(int(np.ceil(share * len(found))) - 1, 0)
    return date.fromordinal(int(np.sort(found.first_date)[at]))


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
    outcomes = tables["outcomes"]
    register = (tables.get("projects"), tables.get("funds"))
    every = introductions(outcomes, *register, as_of=as_of, settle_days=settle_days)
    cut = cut or cut_date(every)
    if cut is None:
        return None
    history = introductions(outcomes, *register, as_of=cut, settle_days=settle_days)
    past = every.past(market.regions, market.enterprises.table, market.resources.table)
    market = replace(market, past=past).at(cut)
    later = every.after(cut)
    judged = _judged(market, history, later)
    if judged is None:
        return None
    used = len(training_pairs(market, history)[2])
    no = refused(market) if refused is not None else ()
    candidates = Candidates.of(market, history, tables.get("projects"), no)
    wanted = candidates.wanted(judged.enterprises, judged.resources, judged.signed)
    learners = {"model": fit, **(fitted_baselines() if baselines is None else baselines)}
    said: dict[str, Said] = {}
    missing: dict[str, Text] = {}
    for name, learned in _learned(learners, market, history, progress):
        if isinstance(learned, BaselineUnavailable):
            missing[name] = learned.text
        else:
            said[name] = _said(learned, market, judged, candidates, wanted)
    return Evaluation(
        as_of=as_of,
        cut=cut,
        trained_on=used,
        judged_on=len(judged.reached),
        left_out={"trained": len(history) - used, "judged": len(later) - len(judged.reached)},
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


def _judged(market: Market, history: Introductions, later: Introductions) -> Judged | None:
    # Introductions that the hard limits rule out are never listed, so no list is judged by them.
    e, r, known = training_pairs(market, later)
    if not len(known):
        return None
    reached = later.reached[known].astype(np.int64)
    return Judged(e, r, reached, _groups(market, history, e, r))


def _groups(
    market: Market, history: Introductions, e: NDArray[np.int64], r: NDArray[np.int64]
) -> dict[str, Mask]:
    """Which introductions belong to which group; a group may be empty."""
    past_e, past_r = history.index(market.enterprises.ids, market.resources.ids)
    e_region = market.enterprises.fields["region"]
    r_region = market.resources.fields["region"]
    programme = market.resources.fields["programme"][r]
    paired = market.graph.paired[e_region[e], r_region[r]] & (e_region[e] >= 0)
    new_e, new_r = ~np.isin(e, past_e), ~np.isin(r, past_r)
    seen_e, seen_r = past_e[past_e >= 0], past_r[past_r >= 0]
    groups = {
        "all": np.ones(len(e), np.bool_),
        "unseen_enterprises": new_e,
        "unseen_resources": new_r,
        "unseen_regions": ~np.isin(e_region[e], e_region[seen_e])
        | ~np.isin(r_region[r], r_region[seen_r]),
        "in_pair": paired,
        "cross_pair": ~paired,
    }
    return groups | {f"programme_{name}": programme == i for i, name in enumerate(PROGRAMMES)}


def _said(
    scorer: Scorer, market: Market, judged: Judged, candidates: Candidates, wanted: Mask
) -> Said:
    e, r = judged.enterprises, judged.resources
    return Said(
        probability=np.asarray(scorer.probabilities(market, e, r)[:, 0], dtype=np.float64),
        score=np.asarray(scorer.score(market, e, r), dtype=np.float64),
        hits=candidates.listed(scorer, e, r, wanted, RECALL_LENGTH),
    )
