"""What each side makes of a pair: the enterprise's view and the region's.

An enterprise cares how far a project is likely to come. A region cares about money, about money
for each mu, about jobs, clean air and energy: the mean of a pair's ranks among the pairs of the
same place, weighted by the chance that it is signed at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from matcher.plan_pairs import QUANTITIES, PlanPairs

Floats = NDArray[np.float64]


def enterprise_view(pairs: PlanPairs) -> Floats:
    """(p,) expected number of stages passed, as in a match list."""
    return np.asarray(pairs.chance.sum(axis=0), np.float64)


def region_view(pairs: PlanPairs, market: Market) -> Floats:
    """(p,) in (0, 1]: P(signed) times the mean rank of what the region would gain.

    A quantity that is not known ranks in the middle.
    """
    land = pairs.use[:, QUANTITIES.index("land_mu")]
    own = market.enterprises.fields
    with np.errstate(divide="ignore", invalid="ignore"):
        per_mu = np.where(land > 0, pairs.amount_wan / land, np.nan)
        intensity = own["energy_need_tce"] / own["revenue_wan"]
    gains = (
        pairs.amount_wan,
        per_mu,
        pairs.jobs,
        -own["pollution_level"][pairs.enterprise],
        -np.where(np.isfinite(intensity), intensity, np.nan)[pairs.enterprise],
    )
    ranks = [_rank_within(pairs.resource, np.asarray(gain, np.float64)) for gain in gains]
    return np.asarray(pairs.chance[0] * np.mean(ranks, axis=0), np.float64)


def sought(market: Market) -> Floats:
    """(e,) in [0.1, 0.9]: how much places are after an enterprise, whichever place it is.

    As :func:`region_view`, of what the enterprise brings alone: the mean rank among all of budget,
    budget for each mu, jobs, clean air and energy.
    """
    own = market.enterprises.fields
    budget, land = own["budget_wan"], own["land_need_mu"]
    with np.errstate(divide="ignore", invalid="ignore"):
        per_mu = np.where(land > 0, budget / land, np.nan)
        intensity = own["energy_need_tce"] / own["revenue_wan"]
    gains = (
        budget, per_mu, own["labour_need"], -own["pollution_level"],
        -np.where(np.isfinite(intensity), intensity, np.nan),
    )  # fmt: skip
    together = np.zeros(len(budget), np.int64)
    ranks = [_rank_within(together, np.asarray(gain, np.float64)) for gain in gains]
    return np.asarray(np.clip(np.mean(ranks, axis=0), 0.1, 0.9), np.float64)


def _rank_within(group: NDArray[np.int64], gain: Floats) -> Floats:
    """Share of the group's known values that are not larger; 0.5 where not known; ties share."""
    rank = np.full(len(gain), 0.5)
    known = np.flatnonzero(~np.isnan(gain))
    if not len(known):
        return rank
    order = known[np.lexsort((gain[known], group[known]))]
    mine, value = group[order], gain[order]
    new_group = np.concatenate([[True], mine[1:] != mine[:-1]])
    start = np.maximum.accumulate(np.where(new_group, np.arange(len(order)), 0))
    # The last position of each run of equal values.
    run_ends = np.concatenate([new_group[1:] | (value[1:] != value[:-1]), [True]])
    ends = np.flatnonzero(run_ends)
    last = ends[np.searchsorted(ends, np.arange(len(order)))]
    size = np.bincount(mine)[mine]
    rank[order] = (last - start + 1) / size
    return rank
