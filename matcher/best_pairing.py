"""The best pairing under the same number of links: which county should stand beside which.

Which links to keep is a hard choice (a maximum coverage problem over an assignment problem), so
it is sought, not proven: links of the open plan by what they carry, or one by one by what each
adds, then swaps by prices. How far it can be from the best is told by a bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.plan_pairs import PlanPairs
from matcher.planning import Plan, Planner, highest, plan_with_what_can_be_kept
from matcher.requirements import Requirement
from matcher.scenario import Aim

Floats = NDArray[np.float64]

#: Rounds of swaps, and the share of the links that the first may swap; it halves when it fails.
ROUNDS: Final = 6
SWAPPED: Final = 0.2


@dataclass(frozen=True)
class BestPairing:
    """Links between home and receiving regions, and the plan under them.

    Attributes
    ----------
    links : (k, 2) int array
        Positions of the two regions of each link.
    plan : Plan
    bound : float
        No pairing of as many links has a plan worth more (in the first aim), whichever floors it
        leaves out.
    """

    links: NDArray[np.int64]
    plan: Plan
    bound: float


def best_pairing(
    pairs: PlanPairs,
    needs: Sequence[Requirement],
    aims: Sequence[Aim],
    count: int,
    *,
    effort: int,
    seed: int = 0,
) -> BestPairing:
    """Choose ``count`` links and plan under them.

    Raises
    ------
    matcher.allocate.InfeasibleProblem
        If not even the open plan can keep the ceilings.
    """
    between, link = _links(pairs)
    free = Planner(pairs, needs, link >= 0, effort=effort, seed=seed)
    if len(between) <= count:
        every = plan_with_what_can_be_kept(free, aims)
        return BestPairing(between, every, _bound(free, every))
    # Links are chosen by what they do for the first aim: the others only tell plans apart.
    first = aims[:1]
    top = plan_with_what_can_be_kept(free, first)
    value = pairs.value(aims[0].objective)
    carried = _sums(link, value, top.chosen, len(between))
    kept = _largest(carried, _spare(pairs, value, link, len(between)), count)
    best = _under(free, first, kept, link)
    covering = _covering(pairs, value, link, top, len(between), count)
    other = _under(free, first, covering, link)
    if _rank(other) > _rank(best):
        kept, best = covering, other
    share = SWAPPED
    for _ in range(ROUNDS):
        trial = _swapped(pairs, value, link, kept, best, max(1, round(share * count)))
        if np.array_equal(trial, kept):
            break
        found = _under(free, first, trial, link)
        if _rank(found) > _rank(best):
            kept, best = trial, found
        else:
            share /= 2
    if len(aims) > 1:
        best = _under(free, aims, kept, link)
    return BestPairing(between[kept], best, max(_bound(free, top), best.aims[0].value))


def _bound(free: Planner, top: Plan) -> float:
    """What no pairing passes in the first aim, whichever floors it leaves out."""
    aim = top.aims[0]
    if not any(need.group == "floor" for need in free.needs):
        return aim.bound
    # Fewer links may have to leave floors out that all links together keep.
    return max(aim.bound, highest(free.without("floor"), aim.objective))


def _rank(found: Plan) -> tuple[int, float]:
    """What orders plans: floors come first, or a pairing would gain by making them impossible."""
    return -len(found.dropped), found.aims[0].value


def _links(pairs: PlanPairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All links that a candidate pair needs, and the one of each pair (-1 = no region)."""
    width = int(max(pairs.region.max(initial=0), pairs.home.max(initial=0))) + 1
    there = (pairs.home >= 0) & (pairs.region >= 0)
    keys = pairs.home * width + pairs.region
    found, place = np.unique(keys[there], return_inverse=True)
    link = np.full(len(pairs), -1, np.int64)
    link[there] = place
    return np.stack([found // width, found % width], axis=1), link


def _spare(pairs: PlanPairs, value: Floats, link: NDArray[np.int64], links: int) -> Floats:
    """What each link could carry at most, every enterprise by itself: tells idle links apart."""
    there = np.flatnonzero(link >= 0)
    order = there[np.lexsort((-value[there], pairs.enterprise[there], link[there]))]
    first = np.ones(len(order), np.bool_)
    first[1:] = (link[order][1:] != link[order][:-1]) | (
        pairs.enterprise[order][1:] != pairs.enterprise[order][:-1]
    )
    best = order[first]
    return _sums(link, value, best, links)


def _sums(link: NDArray[np.int64], value: Floats, rows: NDArray[np.int64], links: int) -> Floats:
    """Value of some pairs by link."""
    return np.bincount(link[rows], value[rows], links).astype(np.float64)


def _covering(
    pairs: PlanPairs, value: Floats, link: NDArray[np.int64], top: Plan, links: int, count: int
) -> NDArray[np.int64]:
    """Links one by one, each the one that adds most at the open plan's prices (greedy coverage)."""
    price = np.einsum("pk,pk->p", pairs.use, top.capacity_prices[pairs.resource])
    there = np.flatnonzero(link >= 0)
    net, own, at = (value - price)[there], pairs.enterprise[there], link[there]
    has = np.zeros(int(own.max(initial=0)) + 1)
    open_ = np.ones(links, np.bool_)
    kept = []
    # The best pair of an enterprise on a link comes first; the others on it add nothing.
    order = np.lexsort((-net, own, at))
    net, own, at = net[order], own[order], at[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (at[1:] != at[:-1]) | (own[1:] != own[:-1])
    net, own, at = net[first], own[first], at[first]
    for _ in range(count):
        gain = np.bincount(at, np.maximum(net - has[own], 0.0), links)
        gain[~open_] = -1.0
        new = int(np.argmax(gain))
        open_[new] = False
        kept.append(new)
        mine = at == new
        np.maximum.at(has, own[mine], net[mine])
    return np.sort(np.array(kept, np.int64))


def _largest(carried: Floats, spare: Floats, count: int) -> NDArray[np.int64]:
    order = np.lexsort((np.arange(len(carried)), -spare, -carried))
    return np.sort(order[:count])


def _under(
    free: Planner, aims: Sequence[Aim], kept: NDArray[np.int64], link: NDArray[np.int64]
) -> Plan:
    return plan_with_what_can_be_kept(free.among(np.isin(link, kept)), aims)


def _swapped(
    pairs: PlanPairs, value: Floats, link: NDArray[np.int64], kept: NDArray[np.int64], found: Plan,
    swaps: int,
) -> NDArray[np.int64]:  # fmt: skip
    """The links with the least exchanged for those that would gain most at the plan's prices."""
    price = np.einsum("pk,pk->p", pairs.use, found.capacity_prices[pairs.resource])
    net = value - price
    inside = np.isin(link, kept)
    # What each enterprise has now; a new link gains what it could have more.
    has = np.zeros(int(pairs.enterprise.max(initial=0)) + 1)
    np.maximum.at(has, pairs.enterprise[inside], net[inside])
    over = np.where((link >= 0) & ~inside, net - has[pairs.enterprise], 0.0)
    links = int(link.max(initial=-1)) + 1
    gain = _spare(pairs, np.maximum(over, 0.0), link, links)
    gain[kept] = 0.0
    carries = _sums(link, value, found.chosen, links)
    leaving = kept[np.lexsort((kept, carries[kept]))][:swaps]
    coming = np.lexsort((np.arange(links), -gain))[:swaps]
    changed = set(kept.tolist())
    for out, new in zip(leaving.tolist(), coming.tolist(), strict=True):
        if gain[new] > 0:
            changed.remove(out)
            changed.add(new)
    return np.array(sorted(changed), np.int64)
