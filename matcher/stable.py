"""The market-operated alternative: deferred acceptance, and the pairs that would break a plan.

Enterprises propose down their lists, a place keeps those that it likes best among all who ever
proposed, as far as its capacities go (Gale & Shapley 1962; with several capacities the place
takes them in its order as they fit, so that stability is not sure and blocking pairs are counted:
McDermid & Manlove 2010, Keeping partners together, J. Comb. Optim. 19(3)).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.allocate import Limit
from matcher.plan_pairs import PlanPairs

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_ROUNDING = 1e-9


def deferred_acceptance(
    pairs: PlanPairs, allowed: NDArray[np.bool_], own: Floats, theirs: Floats
) -> Rows:
    """Pairs that the market would settle on.

    1. Every enterprise that is not held proposes to the best place that has not refused it.
    2. Each place that was proposed to looks at all its proposals anew, best first, and holds
       those that fit into what is left of its capacities; the others are refused for good.
    3. Until nobody proposes.

    Parameters
    ----------
    allowed : (p,) bool array
    own, theirs : (p,) arrays
        What the enterprise, and the place's region, make of a pair; higher is better.

    Returns
    -------
    (n,) int array
        Rows of the pairs, rising.
    """
    rows = np.flatnonzero(allowed)
    order = rows[np.lexsort((rows, -own[rows], pairs.enterprise[rows]))]
    lists: dict[int, list[int]] = {}
    for p in order[::-1].tolist():
        lists.setdefault(int(pairs.enterprise[p]), []).append(p)  # the best one last
    held: dict[int, list[int]] = {}
    free = sorted(lists)
    while free:
        proposals: dict[int, list[int]] = {}
        for e in free:
            if lists[e]:
                p = lists[e].pop()
                proposals.setdefault(int(pairs.resource[p]), []).append(p)
        free = []
        for r in sorted(proposals):
            known = held.get(r, []) + proposals[r]
            held[r] = accepted(pairs, r, known, theirs)
            free += [int(pairs.enterprise[p]) for p in known if p not in held[r]]
        free.sort()
    return np.array(sorted(p for kept in held.values() for p in kept), np.int64)


def accepted(
    pairs: PlanPairs, resource: int, proposals: Sequence[int], theirs: Floats
) -> list[int]:
    """Those of the proposals that a place holds: best first, as they fit."""
    left = pairs.capacity[resource].copy()
    slack = _ROUNDING * (1 + np.where(np.isfinite(left), left, 0.0))
    held = []
    for p in sorted(proposals, key=lambda p: (-theirs[p], p)):
        if (pairs.use[p] <= left + slack).all():
            left -= pairs.use[p]
            held.append(p)
    return held


def trimmed(chosen: Rows, value: Floats, limits: Sequence[Limit]) -> Rows:
    """The pairs that stay when those of least value are struck out until every ceiling holds.

    Parameters
    ----------
    limits : sequence of Limit
        Those with an upper bound count; a floor cannot be kept by striking out.
    """
    kept = chosen
    ceilings = [limit for limit in limits if np.isfinite(limit.high)]
    while len(kept):
        over = [limit for limit in ceilings if not _holds(limit, kept)]
        if not over:
            break
        weighs = over[0].coefficients[kept]
        heavy = np.flatnonzero(weighs > 0)
        worth = value[kept[heavy]] / weighs[heavy]
        kept = np.delete(kept, heavy[int(np.lexsort((-heavy, worth))[0])])
    return kept


def _holds(limit: Limit, chosen: Rows) -> bool:
    parts = limit.coefficients[chosen]
    return bool(parts.sum() <= limit.high + _ROUNDING * (1 + np.abs(parts).sum()))


def blocking_pairs(
    pairs: PlanPairs, allowed: NDArray[np.bool_], chosen: Rows, own: Floats, theirs: Floats
) -> int:
    """How many allowed pairs would rather be together than as they are.

    The enterprise prefers the place to its own (or has none), and the place has room for it, or
    would have by letting go of partners that it likes less.
    """
    enterprises = int(pairs.enterprise.max(initial=-1)) + 1
    has = np.full(enterprises, -np.inf)
    has[pairs.enterprise[chosen]] = own[chosen]
    keen = np.flatnonzero(allowed & (own > has[pairs.enterprise]))
    partners: dict[int, list[int]] = {}
    for p in chosen.tolist():
        partners.setdefault(int(pairs.resource[p]), []).append(p)
    order = keen[np.argsort(pairs.resource[keen], kind="stable")]
    count = 0
    for start, stop in _runs(pairs.resource[order]):
        r = int(pairs.resource[order[start]])
        mine = sorted(partners.get(r, []), key=lambda p: (-theirs[p], p))
        rank = -theirs[mine] if mine else np.zeros(0)
        # What is left once those that the place likes at least as well have had their part.
        used = np.concatenate([np.zeros((1, 4)), np.cumsum(pairs.use[mine].reshape(-1, 4), axis=0)])
        asked = order[start:stop]
        before = np.searchsorted(rank, -theirs[asked], side="right")
        room = pairs.capacity[r] - used[before]
        slack = _ROUNDING * (1 + np.where(np.isfinite(room), np.abs(room), 0.0))
        count += int((pairs.use[asked] <= room + slack).all(axis=1).sum())
    return count


def _runs(values: Rows) -> list[tuple[int, int]]:
    if not len(values):
        return []
    cuts = np.flatnonzero(np.diff(values)) + 1
    starts = [0, *cuts.tolist()]
    return list(zip(starts, [*cuts.tolist(), len(values)], strict=True))
