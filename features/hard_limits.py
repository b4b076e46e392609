"""Pairs that cannot be, by what both sides say of themselves.

These limits hold whatever the history says. A model learns from introductions within them: what
came of impossible ones would only teach it the limits again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.pairs import Pairs

#: A budget below this share of the least investment is out of the question.
LEAST_BUDGET_SHARE = 0.5


def too_polluting(pairs: Pairs) -> NDArray[np.bool_]:
    """Whether the enterprise's pollution level is above what the place admits."""
    over: NDArray[np.bool_] = pairs.e("pollution_level") > pairs.r("max_pollution")
    return np.broadcast_to(over, pairs.shape)


def budget_too_small(pairs: Pairs) -> NDArray[np.bool_]:
    """Whether the budget is below half of the least investment."""
    short: NDArray[np.bool_] = pairs.e("budget_wan") < (
        np.float32(LEAST_BUDGET_SHARE) * pairs.r("min_investment_wan")
    )
    return np.broadcast_to(short, pairs.shape)


def windows_apart(pairs: Pairs) -> NDArray[np.bool_]:
    """Whether the two windows do not meet on or after the as-of date; open ends always meet."""
    ends = pairs.e("available_until"), pairs.r("available_until")
    if all(np.isnan(end).all() for end in ends):
        return np.broadcast_to(np.False_, pairs.shape)
    start = np.fmax(pairs.e("available_from"), pairs.r("available_from"))
    start = np.fmax(start, np.float32(pairs.market.as_of.toordinal()))
    apart: NDArray[np.bool_] = np.fmin(*ends) < start
    return np.broadcast_to(apart, pairs.shape)
