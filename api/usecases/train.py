"""Fit the ranking model, judge it on later history, and publish it unless it is worse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from api import settings
from api.store import Store
from api.usecases import dates, ranking
from features.language import Text, text
from features.market import Market
from models import artefact, published
from models.amounts import fit_amounts
from models.evaluate import Evaluation, Fit, cut_date, evaluate
from models.fitting import fit_stages
from models.history import Introductions
from models.scorers import StageScorer, rule_scorer
from models.stages import StageModel

#: Fewer introductions than this cannot be split into a past and a future.
LEAST = 20


@dataclass(frozen=True)
class TrainReport:
    """What a training came to.

    Attributes
    ----------
    model_id : str
        Of the fitted model; it is stored whether published or not.
    published : bool
    why : Text
        Why it was published, or was not.
    as_of : date
        Nothing after it was seen by the model.
    cut : date
        Trained before, judged after.
    introductions : int
        It was fitted on.
    evaluation : Evaluation or None
        None where too little history came later.
    """

    model_id: str
    published: bool
    why: Text
    as_of: date
    cut: date
    introductions: int
    evaluation: Evaluation | None

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "model_id": self.model_id,
            "published": self.published,
            "why": self.why,
            "as_of": self.as_of.isoformat(),
            "cut": self.cut.isoformat(),
            "introductions": self.introductions,
            "evaluation": self.evaluation.as_dict() if self.evaluation else None,
        }


class TooLittleHistory(Exception):
    """There is not enough history to learn from.

    Attributes
    ----------
    message : Text
    """

    exit_status = 1

    def __init__(self, found: int) -> None:
        self.message: Text = text("train.too_little", found=found, least=LEAST)
        super().__init__(self.message["en"])


def run(
    store: Store,
    *,
    as_of: date | None = None,
    force: bool = False,
    progress: Callable[[str], None] | None = None,
) -> TrainReport:
    """Fit, judge and publish.

    Parameters
    ----------
    as_of : date, optional
        Nothing after it is seen; judged on what came later and published as fitted. Without it:
        fitted on the first 80 % of introductions, judged on the rest, fitted again on all.
    force : bool
        Publish whatever the judgement.

    Raises
    ------
    TooLittleHistory
    """
    today = dates.as_of(store)
    tables = ranking.read_tables(store)
    every = ranking.known_history(tables, max(today, as_of or today))
    seen = ranking.known_history(tables, as_of or today)
    cut = as_of or cut_date(every)
    if cut is None or len(seen) < LEAST:
        raise TooLittleHistory(len(seen))
    market = ranking.build_market(tables, as_of or today, history=seen)
    root = settings.model_folder()
    before = published.on(published.load(root), market)
    rivals: dict[str, Fit] = {"rule": lambda market, history: rule_scorer(market)}
    rival = before.judged
    # Fair only on rows that the published model, as it was judged, did not see either.
    if rival is not None and before.cut is not None and before.cut <= cut:
        rivals["published"] = lambda market, history: StageScorer(rival)
    fitted: list[StageModel] = []

    def fit(market: Market, history: Introductions) -> StageScorer:
        fitted.append(fit_stages(market, history))
        return StageScorer(fitted[-1])

    judged = evaluate(
        tables,
        as_of=max(today, as_of or today),
        market=market,
        cut=cut,
        baselines=rivals,
        fit=fit,
        progress=progress,
    )
    if progress is not None:
        progress("final")
    model_id = published.store(
        root,
        fit_stages(market, seen),
        fit_amounts(market, seen),
        as_of=as_of or today,
        cut=cut,
        judged=fitted[0] if fitted else None,
    )
    go, why = _verdict(judged, force)
    if go:
        artefact.publish(root, model_id)
    return TrainReport(model_id, go, why, as_of or today, cut, len(seen), judged)


def _verdict(judged: Evaluation | None, force: bool) -> tuple[bool, Text]:
    if force:
        return True, text("train.forced")
    if judged is None:
        return True, text("train.nothing_later")
    rival = judged.differences.get("published")
    if rival is None:
        return True, text("train.first")
    loss = rival["log_loss"]
    # Significantly worse: the whole interval of the difference lies above 0.
    if loss.low > 0:
        return False, text("train.worse", by=f"{loss.value:.4f}")
    return True, text("train.not_worse", by=f"{loss.value:+.4f}")
