"""Fit the ranking model, judge it on later history, and publish it unless it is worse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from api import settings
from api.store import Store
from api.usecases import dates, ranking
from api.usecases.models import switching
from features.language import Text, text
from features.market import Market
from models import artefact, published
from models.amounts import fit_amounts
from models.baselines import RandomOrder
from models.evaluate import Evaluation, Fit, cut_date, evaluate
from models.history import SIGNED, Introductions
from models.history_span import HistorySpan, said_of
from models.published import Published
from models.recency import fit_recent
from models.scorers import Scorer, StageScorer, rule_scorer
from models.stages import StageModel
from models.training_rows import training_pairs

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: Fewer introductions than this cannot be split into a past and a future.
LEAST = 20
#: The area under the curve of whoever cannot tell what signs from what does not.
CHANCE = 0.5


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
    half_life_days : float or None
        Age at which an introduction counts half in it; None = all alike.
    learned_from : HistorySpan or None
        The oldest and the newest outcome of these introductions.
    warnings : tuple of Text
        What speaks against relying on the model, and how to go back to the one before.
    """

    model_id: str
    published: bool
    why: Text
    as_of: date
    cut: date
    introductions: int
    evaluation: Evaluation | None
    half_life_days: float | None = None
    learned_from: HistorySpan | None = None
    warnings: tuple[Text, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "model_id": self.model_id,
            "published": self.published,
            "why": self.why,
            "warnings": list(self.warnings),
            "as_of": self.as_of.isoformat(),
            "cut": self.cut.isoformat(),
            "introductions": self.introductions,
            "half_life_days": self.half_life_days,
            **said_of(self.learned_from, self.as_of),
            "evaluation": self.evaluation.as_dict() if self.evaluation else None,
        }


class TooLittleHistory(Exception):
    """There is not enough history to learn from, or nothing in it to judge by.

    Parameters
    ----------
    found : int
        Introductions on record.
    cut : date, optional
        There are enough, but none that can be judged began after it.

    Attributes
    ----------
    message : Text
    """

    exit_status = 1

    def __init__(self, found: int, cut: date | None = None) -> None:
        few = text("train.too_little", found=found, least=LEAST)
        self.message: Text = few if cut is None else text("train.no_test", found=found, cut=cut)
        super().__init__(self.message["en"])


def run(
    store: Store,
    *,
    as_of: date | None = None,
    force: bool = False,
    progress: Callable[[str], None] | None = None,
    by: str | None = None,
    along: Callable[[Connection, TrainReport], None] = lambda connection, report: None,
) -> TrainReport:
    """Fit, judge and publish; the audit says so.

    Parameters
    ----------
    as_of : date, optional
        Nothing after it is seen; judged on what came later and published as fitted. Without it,
        and where nothing came later: fitted on the first 80 % of introductions, judged on the
        rest, fitted again on all.
    force : bool
        Publish whatever the judgement.
    by : str, optional
        Who trains, for the audit; default: who runs this process.
    along : callable
        Done in the transaction of the audit, before the model is put in use: if it raises, neither
        happens.

    Raises
    ------
    TooLittleHistory
    UsageError
        If ``as_of`` has not come yet.
    """
    from api.store import audit

    if as_of is not None:
        dates.refuse_ahead(store, as_of, "train.ahead")
    today = dates.as_of(store)
    tables = ranking.read_tables(store)
    settle = settings.settle_days()
    last = max(today, as_of or today)
    every = ranking.known_history(tables, last, settle_days=settle)
    seen = ranking.known_history(tables, as_of or today, settle_days=settle)
    cut = as_of or cut_date(every)
    if cut is None or len(seen) < LEAST:
        raise TooLittleHistory(len(seen))
    recorded = ranking.known_history(tables, as_of or today)
    market = ranking.build_market(tables, as_of or today, history=recorded)
    root = settings.model_folder()
    before = published.on(published.load(root), market)
    fitted: list[StageModel] = []

    def fit(market: Market, history: Introductions) -> StageScorer:
        fitted.append(fit_recent(market, history))
        return StageScorer(fitted[-1])

    judging = partial(
        evaluate, tables, as_of=last, market=market, settle_days=settle,
        refused=partial(ranking.refused, tables), progress=progress,
    )  # fmt: skip

    def judged_after(cut: date) -> Evaluation | None:
        theirs = {} if _later(before, cut) else _published(before)
        return judging(cut=cut, baselines={"rule": _rule, "random": _chance, **theirs}, fit=fit)

    judged = judged_after(cut)
    if judged is None and as_of is not None:
        # Nothing came later: it is judged as it would be without a date, rather than not at all.
        cut = cut_date(seen) or cut
        judged = judged_after(cut)
    compared = judged
    if judged is not None and _later(before, cut):
        # Fair only on rows that the published model, as it was judged, did not see either.
        compared = judging(
            cut=before.cut,
            baselines=_published(before),
            fit=lambda market, history: StageScorer(fitted[0]),
        )
    if progress is not None:
        progress("final")
    final = fit_recent(market, seen)
    taught = training_pairs(market, seen)[2]
    learned_from = HistorySpan.of(seen, taught)
    model_id = published.store(
        root,
        final,
        fit_amounts(market, seen),
        as_of=as_of or today,
        cut=cut,
        judged=fitted[0] if fitted else None,
        proven=None if judged is None else proven(judged),
        learned_from=learned_from,
        medians=market.medians,
    )
    go, why = verdict(before, judged, compared, force=force)
    signed = seen.reached[taught] >= SIGNED
    left_out = 0 if as_of is None else len(training_pairs(market, every.after(as_of))[2])
    report = TrainReport(
        model_id, go, why, as_of or today, cut, len(taught), judged, final.half_life_days,
        learned_from,
        (*one_sided(signed), *(mind(before, judged, as_of, left_out) if go else ())),
    )  # fmt: skip
    with switching(store) as connection:
        along(connection, report)
        detail = {"model": model_id, "published": go}
        audit.note(connection, by or audit.command_line(), "train", "models", detail)
        if go:
            artefact.publish(root, model_id)
    return report


def _rule(market: Market, history: Introductions) -> Scorer:
    return rule_scorer(market)


def _chance(market: Market, history: Introductions) -> Scorer:
    return RandomOrder().fit(market, history)


def _published(before: Published) -> dict[str, Fit]:
    """The published model as it was judged, where there is one, as a baseline."""
    rival = before.judged
    return {} if rival is None else {"published": lambda market, history: StageScorer(rival)}


def _later(before: Published, cut: date) -> bool:
    """Whether the published model saw more than the new one will be judged without."""
    return before.judged is not None and before.cut is not None and before.cut > cut


def proven(judged: Evaluation) -> bool:
    """Whether the model told later introductions that signed from others better than chance."""
    # Where none of them signed, or all did, there is nothing to tell apart: the measure is NaN.
    return bool(judged.rankers["model"]["all"].measures["auc"].low > CHANCE)


def one_sided(signed: NDArray[np.bool_]) -> tuple[Text, ...]:
    """What is to be said where no introduction learned from was signed, or every one was."""
    if not len(signed) or 0 < signed.sum() < len(signed):
        return ()
    return (text("train.all_signed" if signed.all() else "train.none_signed"),)


def mind(
    before: Published, judged: Evaluation | None, as_of: date | None, left_out: int
) -> tuple[Text, ...]:
    """What to know of a model that is put in use: how it falls short, and the way back.

    Parameters
    ----------
    before : Published
        The model that was in use.
    judged : Evaluation or None
        None = the new one was not tested.
    as_of : date or None
        The day that was asked for.
    left_out : int
        Introductions that began after it.
    """
    said = [] if judged is not None else [text("train.untested")]
    first = before.stages is None and not before.by_choice and before.why_degraded is None
    if (
        judged is not None and not first and not proven(judged)
    ):  # of a first one the verdict says it
        said.append(text("train.unproven"))
    if as_of is not None and left_out:
        said.append(text("train.left_out", as_of=as_of, n=left_out))
    known = before.trained_as_of
    if as_of is not None and known is not None and known > as_of:
        said.append(text("train.older", as_of=as_of, before=known, id=before.model_id))
    elif judged is None and before.stages is not None:
        said.append(text("train.back", id=before.model_id))
    return tuple(said)


def verdict(
    before: Published,
    judged: Evaluation | None,
    compared: Evaluation | None,
    *,
    force: bool = False,
) -> tuple[bool, Text]:
    """Whether the new model is to be published, and why (not).

    Parameters
    ----------
    before : Published
        The model in use.
    judged : Evaluation or None
        The new one on what came after it; None where nothing did.
    compared : Evaluation or None
        The new one beside the model in use, on what neither saw; None where nothing is left.
    """
    if force:
        return True, text("train.forced")
    if before.stages is None:
        if before.why_degraded is not None:
            return True, text("train.instead", why=before.why_degraded)
        if before.by_choice:
            return _instead_of_the_rule(judged)
        if judged is None:
            return True, text("train.first_unjudged")
        return True, text("train.first" if proven(judged) else "train.first_unproven")
    if judged is None:
        return True, text("train.nothing_later")
    if compared is None:
        return True, text("train.nothing_common", cut=max(judged.cut, before.cut or judged.cut))
    loss = compared.differences["published"]["log_loss"]
    # Significantly worse: the whole interval of the difference lies above 0.
    if loss.low > 0:
        return False, text("train.worse", by=f"{loss.value:.4f}")
    return True, text("train.not_worse", by=f"{loss.value:+.4f}")


def _instead_of_the_rule(judged: Evaluation | None) -> tuple[bool, Text]:
    """Whether the new model takes the place of the rule, which somebody put in use."""
    if judged is not None:
        loss = judged.differences["rule"]["log_loss"]
        if loss.low > 0:
            return False, text("train.worse_than_rule", by=f"{loss.value:.4f}")
    return True, text("train.instead_of_rule")
