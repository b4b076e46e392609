"""How good the published model is on history it has not seen, beside every baseline."""

from __future__ import annotations

from collections.abc import Callable

from api import settings
from api.store import Store
from api.usecases import dates, ranking
from api.usecases.train import LEAST, TooLittleHistory
from models import published
from models.evaluate import Evaluation, Fit, cut_date, evaluate
from models.fitting import fit_stages
from models.scorers import StageScorer, rule_scorer


def run(store: Store, *, progress: Callable[[str], None] | None = None) -> Evaluation:
    """Judge on later history.

    A model published as of an earlier date is judged itself on what came since; one that was
    fitted on all history has seen everything, so its like is fitted on the first 80 % of
    introductions and judged on the rest; where none was trained, the rule is judged.

    Raises
    ------
    TooLittleHistory
    """
    today = dates.as_of(store)
    tables = ranking.read_tables(store)
    every = ranking.known_history(tables, today)
    cut = cut_date(every)
    if cut is None or len(every) < LEAST:
        raise TooLittleHistory(len(every))
    market = ranking.build_market(tables, today, history=every)
    used = published.on(published.load(settings.model_folder()), market)
    fit: Fit
    stages = used.stages
    if stages is None:
        fit = lambda market, history: rule_scorer(market)  # noqa: E731
    elif used.trained_as_of is not None and used.trained_as_of <= cut:
        cut, fit = used.trained_as_of, lambda market, history: StageScorer(stages)
    else:
        fit = lambda market, history: StageScorer(fit_stages(market, history))  # noqa: E731
    found = evaluate(tables, as_of=today, market=market, cut=cut, fit=fit, progress=progress)
    if found is None:
        raise TooLittleHistory(len(every))
    return found
