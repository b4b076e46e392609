"""What a signed project brings: the agreed sum to be expected, from history by kind and size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.schema import RESOURCE_KINDS
from models.history import Introductions

#: Signed projects of the average that a kind's own figure is mixed with.
SHRINKAGE = 10.0


@dataclass(frozen=True)
class AmountModel:
    """E(amount | signed), 万元, of a resource kind and an enterprise's budget.

    Attributes
    ----------
    per_budget : (kinds,) array
        Sum agreed for each 万元 of budget; 1 where there is no history.
    flat : (kinds,) array
        Sum agreed where the budget is not known; NaN where there is no history.
    most : float
        The largest sum ever agreed, as far as the records at hand go; NaN = none, or not known.
    """

    per_budget: NDArray[np.float64]
    flat: NDArray[np.float64]
    most: float = float("nan")

    @property
    def learned(self) -> bool:
        """Whether any history has moved it."""
        return not bool(np.isnan(self.flat).all())

    def expected(
        self, budget_wan: NDArray[np.float32], kind: NDArray[np.int8]
    ) -> NDArray[np.float64]:
        """E(amount | signed) in 万元; NaN where there is neither budget nor history.

        Parameters
        ----------
        budget_wan, kind : arrays that broadcast
            NaN and -1 = not known.
        """
        at = np.maximum(kind, 0)
        by_budget = self.per_budget[at] * budget_wan
        out: NDArray[np.float64] = np.where(np.isnan(budget_wan), self.flat[at], by_budget)
        return out


def fit_amounts(market: Market, history: Introductions) -> AmountModel:
    """Ratios of sums, drawn toward those of all kinds together.

    A ratio of sums (not a mean of ratios) keeps the total right, which is what a plan adds up.
    """
    kinds = len(RESOURCE_KINDS)
    e, r = history.index(market.enterprises.ids, market.resources.ids)
    known = (e >= 0) & (r >= 0) & (history.reached >= 1) & (history.amount_wan > 0)
    e, r, amount = e[known], r[known], history.amount_wan[known]
    kind = market.resources.fields["kind"][r]
    budget = market.enterprises.fields["budget_wan"][e].astype(np.float64)
    per_budget, flat, most = np.ones(kinds), np.full(kinds, np.nan), float("nan")
    if len(amount):
        most = float(amount.max())
        flat = _shrunken(amount, np.ones(len(amount)), kind, kinds)
        sized = budget > 0
        if sized.any():
            per_budget = _shrunken(amount[sized], budget[sized], kind[sized], kinds)
    return AmountModel(per_budget, flat, most)


def _shrunken(
    amount: NDArray[np.float64], size: NDArray[np.float64], kind: NDArray[np.int8], kinds: int
) -> NDArray[np.float64]:
    overall = amount.sum() / size.sum()
    typical = SHRINKAGE * size.mean()
    there = kind >= 0
    sums = np.bincount(kind[there], amount[there], kinds)
    sizes = np.bincount(kind[there], size[there], kinds)
    out: NDArray[np.float64] = (sums + typical * overall) / (sizes + typical)
    return out
