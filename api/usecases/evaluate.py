"""How good the published model is on history it has not seen, beside every baseline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from api import settings
from api.store import Store
from api.usecases import dates, ranking
from api.usecases.train import LEAST, TooLittleHistory
from features.language import Text
from models import published
from models.evaluate import Evaluation, Fit, cut_date, evaluate
from models.history_span import HistorySpan, said_of
from models.learning_curve import LearningCurve
from models.learning_curve import learning_curve as grown
from models.recency import fit_recent
from models.scorers import StageScorer, rule_scorer


@dataclass(frozen=True)
class EvaluationReport:
    """How good the model in use is.

    Attributes
    ----------
    model_id : str
        ``rule`` where none was trained, or none can be used.
    refitted : bool
        Nothing has come that the published model did not see: its like was fitted on earlier
        history and is judged in its place.
    why_degraded : Text or None
        Why the published model could not be used and the rule is judged.
    evaluation : Evaluation
    half_life_days : float or None
        Age at which an introduction counts half in the published model; None = all alike.
    curve : LearningCurve or None
        How its like grows with history; where that was asked for.
    learned_from : HistorySpan or None
        The oldest and the newest outcome that the model learned from; None = it is the rule, or
        does not say.
    """

    model_id: str
    refitted: bool
    why_degraded: Text | None
    evaluation: Evaluation
    half_life_days: float | None = None
    curve: LearningCurve | None = None
    learned_from: HistorySpan | None = None

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "model_id": self.model_id,
            "refitted": self.refitted,
            "degraded": self.why_degraded is not None,
            "why": self.why_degraded,
            "half_life_days": self.half_life_days,
            **said_of(self.learned_from, self.evaluation.as_of),
            **self.evaluation.as_dict(),
            **({} if self.curve is None else {"learning_curve": self.curve.as_dict()}),
        }


def run(
    store: Store,
    *,
    learning_curve: bool = False,
    progress: Callable[[str], None] | None = None,
    sized: Callable[[str], None] | None = None,
) -> EvaluationReport:
    """Judge on later history.

    The published model is judged as it was judged before it was fitted again on all history, on
    what began after that. Where nothing did, its like is fitted on the first 80 % of introductions
    and judged on the rest; where none was trained, the rule is judged on that rest.

    Parameters
    ----------
    learning_curve : bool
        Also fit its like on more and more of the history before that date.
    progress, sized : callable, optional
        Told each ranker, each size of history, as its turn comes.

    Raises
    ------
    TooLittleHistory
    """
    today = dates.as_of(store)
    settle = settings.settle_days()
    tables = ranking.read_tables(store)
    every = ranking.known_history(tables, today, settle_days=settle)
    cut = cut_date(every)
    if cut is None or len(every) < LEAST:
        raise TooLittleHistory(len(every))
    market = ranking.build_market(tables, today, history=ranking.known_history(tables, today))
    used = published.on(published.load(settings.model_folder()), market)
    market = market.measured_by(used.medians)
    judging = partial(
        evaluate, tables, as_of=today, market=market, settle_days=settle,
        refused=partial(ranking.refused, tables), progress=progress,
    )  # fmt: skip
    found: Evaluation | None = None
    model = used.judged
    if model is not None and used.cut is not None:
        found = judging(cut=used.cut, fit=lambda market, history: StageScorer(model))
    refitted = found is None and model is not None
    if found is None:
        found = judging(cut=cut, fit=_refit if refitted else _rule)
    if found is None:
        raise TooLittleHistory(len(every), cut)
    curve = None
    if learning_curve:
        curve = grown(
            tables, as_of=today, market=market, settle_days=settle, cut=found.cut, fit=_refit,
            refused=partial(ranking.refused, tables), progress=sized,
        )  # fmt: skip
    half_life = None if used.stages is None else used.stages.half_life_days
    return EvaluationReport(
        used.model_id, refitted, used.why_degraded, found, half_life, curve, used.learned_from
    )


_rule: Fit = lambda market, history: rule_scorer(market)  # noqa: E731
_refit: Fit = lambda market, history: StageScorer(fit_recent(market, history))  # noqa: E731
