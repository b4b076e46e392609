"""What the expected investment of a match rests on, and where it is more than can be believed."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

from features.language import Text, text
from models.amounts import AmountModel
from models.reason_words import figure
from models.reasons import PairWords

#: Share by which a sum must be above another one to be called so.
_CLEARLY: Final = 1.005


def basis(amounts: AmountModel, words: PairWords) -> Text | None:
    """From what the sum agreed on is estimated; None where there is nothing to estimate it from."""
    budget, kind = _figures(words)
    known = not math.isnan(budget)
    return _told(known, float(amounts.per_budget[kind]), not math.isnan(amounts.flat[kind]))


@lru_cache(maxsize=256)
def _told(budget_known: bool, factor: float, history: bool) -> Text | None:
    if not budget_known:
        return text("investment_basis.average") if history else None
    if not history:
        return text("investment_basis.budget")
    return text("investment_basis.ratio", factor=figure(factor))


def investment_cautions(
    amounts: AmountModel, words: PairWords, if_signed: float
) -> list[tuple[str, Text]]:
    """Where the sum that is expected if the pair signs is above the budget, or above any seen.

    Parameters
    ----------
    if_signed : float
        10,000 yuan; NaN = not known.
    """
    budget, _ = _figures(words)
    said, found = figure(float(f"{if_signed:.3g}")), []
    if if_signed > _CLEARLY * budget:
        over = text("caution.over_budget", amount=said, budget=figure(budget))
        found.append(("over_budget", over))
    if if_signed > _CLEARLY * amounts.most:
        # Not how much that was: lists go to people who may not see others' records.
        found.append(("above_any_seen", text("caution.above_any_seen", amount=said)))
    return found


def _figures(words: PairWords) -> tuple[float, int]:
    """Budget, NaN = not known, and the row of the resource's kind."""
    market = words.market
    budget = float(market.enterprises.fields["budget_wan"][words.enterprise])
    return budget, max(0, int(market.resources.fields["kind"][words.resource]))
