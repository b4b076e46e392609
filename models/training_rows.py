"""The introductions that can teach something, and their pair features as they stood then."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.hard_limits import budget_too_small, too_polluting
from features.market import Market
from features.pairs import Pairs, compute
from models.history import Introductions


def training_pairs(
    market: Market, history: Introductions
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Profile rows of the introductions, and which introductions these are.

    Those with a profile on both sides, within the hard limits: an introduction that could not
    come to anything says nothing about those that can.
    """
    e = np.array([market.enterprises.index.get(i, -1) for i in history.enterprise_id], np.int64)
    r = np.array([market.resources.index.get(i, -1) for i in history.resource_id], np.int64)
    known = np.flatnonzero((e >= 0) & (r >= 0))
    pairs = Pairs(market, e[known], r[known], rowwise=True)
    known = known[~(too_polluting(pairs) | budget_too_small(pairs))]
    return e[known], r[known], known


def features_then(
    market: Market, names: tuple[str, ...], e: NDArray[np.int64], r: NDArray[np.int64],
    days: NDArray[np.int32],
) -> NDArray[np.float32]:  # fmt: skip
    """Pair features of introductions as they stood when each began.

    The graph is that of the first day of the introduction's quarter, so that no feature knows
    what became of it.

    Returns
    -------
    (n, f) float32 array
    """
    out = np.empty((len(e), len(names)), np.float32)
    quarters = [(d.year, (d.month - 1) // 3) for d in map(date.fromordinal, days.tolist())]
    for year, quarter in sorted(set(quarters)):
        rows = np.array([i for i, q in enumerate(quarters) if q == (year, quarter)])
        then = market.at(date(year, 3 * quarter + 1, 1))
        out[rows] = compute(Pairs(then, e[rows], r[rows], rowwise=True), names)
    return out
