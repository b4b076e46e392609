"""The compiled loops of annealing: drawing a move, what it changes, taking or leaving it.

Numbers are drawn and thresholds formed without ``exp`` or ``log``, whose last digit differs
between machines: the same moves give the same allocation everywhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models.compiling import compiled

#: By which share, and by which factor's logarithm where a capacity stays exceeded, penalties rise
#: over the sweeps.
STIFFEN, HARDER = 0.15, 8.0
#: Sweeps at the end in which every capacity still exceeded becomes dearer by a tenth each time.
FINISH = 200


@compiled
def draw(state: Any) -> Any:
    """The next of 2⁵³ numbers in [0, 1): xorshift64*."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def seeded(seed: Any) -> Any:
    """A state to draw from."""
    state = np.empty(1, np.uint64)
    state[0] = np.uint64(seed) * np.uint64(2654435769) + np.uint64(88172645463325252)
    for _ in range(8):
        draw(state)
    return state


@compiled
def over(load: Any, room: Any) -> Any:
    """By how much a capacity is exceeded."""
    return load - room if load > room else 0.0


@compiled
def change(r: Any, plus: Any, minus: Any, use: Any, load: Any, room: Any, penalty: Any) -> Any:
    """By how much the penalties of a resource rise when one pair comes (-1: none), one goes."""
    rise = 0.0
    for q in range(room.shape[1]):
        by = 0.0
        if plus >= 0:
            by += use[plus, q]
        if minus >= 0:
            by -= use[minus, q]
        if by != 0.0:
            now = load[r, q]
            rise += penalty[r, q] * (over(now + by, room[r, q]) - over(now, room[r, q]))
    return rise


@compiled
def gained(value: Any, old: Any, new: Any, other_old: Any, other_new: Any) -> Any:
    """What is gained when two pairs go and two come (-1: none)."""
    gain = 0.0
    if old >= 0:
        gain -= value[old]
    if new >= 0:
        gain += value[new]
    if other_old >= 0:
        gain -= value[other_old]
        if other_new >= 0:
            gain += value[other_new]
    return gain


@compiled
def settled(who: Any, place: Any, resource: Any, members: Any, count: Any, at: Any) -> None:
    """Enter those of some enterprises that are placed among their resources' members."""
    for i in range(len(who)):
        e = who[i]
        if place[e] >= 0:
            r = resource[place[e]]
            members[r, count[r]] = e
            at[e] = count[r]
            count[r] += 1


@compiled
def _outside(total: Any, low: Any, high: Any) -> Any:
    return total - high if total > high else low - total if total < low else 0.0


@compiled
def _find(pairs_start: Any, resource: Any, e: Any, r: Any) -> Any:
    """The pair of an enterprise and a resource; -1 = not allowed."""
    a, b = pairs_start[e], pairs_start[e + 1]
    while a < b:
        middle = (a + b) // 2
        if resource[middle] < r:
            a = middle + 1
        else:
            b = middle
    if a < pairs_start[e + 1] and resource[a] == r:
        return a
    return -1


@compiled
def tally(
    place: Any, resource: Any, value: Any, use: Any, parts: Any, load: Any, totals: Any
) -> Any:
    """Work out loads and totals of limits anew; what the placed pairs are worth."""
    load[:] = 0.0
    totals[:] = 0.0
    worth = 0.0
    for e in range(len(place)):
        p = place[e]
        if p >= 0:
            worth += value[p]
            for q in range(load.shape[1]):
                load[resource[p], q] += use[p, q]
            for j in range(len(totals)):
                totals[j] += parts[p, j]
    return worth


@compiled
def _candidate(near_start: Any, near: Any, e: Any, state: Any) -> Any:
    """One of an enterprise's candidates, the best most often; -1 = out."""
    choices = near_start[e + 1] - near_start[e]
    u = draw(state)
    pick = int(u * u * (choices + 1))
    return near[near_start[e] + pick] if pick < choices else -1


@compiled
def _fined(
    old: Any, new: Any, other_old: Any, other_new: Any, parts: Any, totals: Any,
    low: Any, high: Any, fines: Any,
) -> Any:  # fmt: skip
    """By how much the fines of the limits rise when two pairs go and two come (-1: none)."""
    rise = 0.0
    for j in range(len(totals)):
        by = 0.0
        if old >= 0:
            by -= parts[old, j]
        if new >= 0:
            by += parts[new, j]
        if other_old >= 0:
            by -= parts[other_old, j]
            if other_new >= 0:
                by += parts[other_new, j]
        if by != 0.0:
            now = totals[j]
            rise += fines[j] * (
                _outside(now + by, low[j], high[j]) - _outside(now, low[j], high[j])
            )
    return rise


@compiled
def _take_out(
    e: Any, p: Any, r: Any, use: Any, parts: Any, load: Any, totals: Any,
    members: Any, count: Any, at: Any,
) -> None:  # fmt: skip
    """Take an enterprise out of its place."""
    last = members[r, count[r] - 1]
    members[r, at[e]] = last
    at[last] = at[e]
    count[r] -= 1
    for q in range(load.shape[1]):
        load[r, q] -= use[p, q]
    for j in range(len(totals)):
        totals[j] -= parts[p, j]


@compiled
def _put_in(
    e: Any, p: Any, r: Any, use: Any, parts: Any, load: Any, totals: Any,
    members: Any, count: Any, at: Any,
) -> None:  # fmt: skip
    """Put an enterprise into a place."""
    members[r, count[r]] = e
    at[e] = count[r]
    count[r] += 1
    for q in range(load.shape[1]):
        load[r, q] += use[p, q]
    for j in range(len(totals)):
        totals[j] += parts[p, j]


@compiled
def shift(
    e: Any, old: Any, new: Any, resource: Any, use: Any, parts: Any, load: Any, totals: Any,
    members: Any, count: Any, at: Any, place: Any,
) -> None:  # fmt: skip
    """Take an enterprise from one pair to another (-1: none)."""
    if old >= 0:
        _take_out(e, old, resource[old], use, parts, load, totals, members, count, at)
    if new >= 0:
        _put_in(e, new, resource[new], use, parts, load, totals, members, count, at)
    place[e] = new


@compiled
def keeps(load: Any, room: Any, totals: Any, low: Any, high: Any) -> Any:
    """Whether no capacity is exceeded and every limit kept."""
    for r in range(room.shape[0]):
        for q in range(room.shape[1]):
            if load[r, q] > room[r, q]:
                return False
    kept = True
    for j in range(len(totals)):
        kept = kept and low[j] <= totals[j] <= high[j]
    return kept


@compiled
def stiffen(
    load: Any, room: Any, totals: Any, low: Any, high: Any, penalty: Any, fines: Any,
    stiffer: Any, harder: Any, kept: Any,
) -> None:  # fmt: skip
    """Raise all penalties, and more what stays exceeded where nothing kept everything."""
    for r in range(room.shape[0]):
        for q in range(room.shape[1]):
            penalty[r, q] *= stiffer
            if not kept and load[r, q] > room[r, q]:
                penalty[r, q] *= harder
    for j in range(len(totals)):
        fines[j] *= stiffer
        if not kept and (totals[j] > high[j] or totals[j] < low[j]):
            fines[j] *= harder


@compiled
def anneal(
    starts: Any, resource: Any, value: Any, use: Any, room: Any, parts: Any, low: Any, high: Any,
    near_start: Any, near: Any, place: Any, best: Any, penalty: Any, fines: Any,
    warm: Any, cold: Any, sweeps: Any, seed: Any, stop: Any,
) -> Any:  # fmt: skip
    """Anneal ``place`` (pair of each enterprise, -1 = out); the best that keeps all into ``best``.

    Pairs are sorted by enterprise (from ``starts``), then resource; ``near`` are the candidates of
    each enterprise, best first. It ends early once ``stop`` is set, from another thread.

    Returns
    -------
    float
        Value of ``best``; -inf where it was never found.
    """
    n, m = len(place), room.shape[0]
    state = seeded(seed)
    load, totals = np.zeros(room.shape), np.zeros(len(low))
    members = np.empty((m, n), np.int32)
    count, at = np.zeros(m, np.int32), np.full(n, -1, np.int32)
    settled(np.arange(n), place, resource, members, count, at)
    worth = tally(place, resource, value, use, parts, load, totals)
    top = -np.inf
    for sweep in range(sweeps + FINISH):
        if stop[0] != 0:
            break
        left = max(0.0, 1.0 - sweep / sweeps)
        temperature = warm * left * left * left + cold
        kept = False
        for _move in range(2 * n):
            e = int(draw(state) * n)
            if near_start[e + 1] == near_start[e]:
                continue
            old, new = place[e], _candidate(near_start, near, e, state)
            if new == old:
                continue
            # Who makes room there, if anybody, and goes where the first comes from, or elsewhere.
            other, other_old, other_new = -1, -1, -1
            r_old = resource[old] if old >= 0 else -1
            r_new = resource[new] if new >= 0 else -1
            if new >= 0 and count[r_new] > 0 and draw(state) < 0.7:
                other = members[r_new, int(draw(state) * count[r_new])]
                other_old = place[other]
                if draw(state) < 0.4 and r_old >= 0:
                    other_new = _find(starts, resource, other, r_old)
                    if other_new < 0:
                        continue
                else:
                    other_new = _candidate(near_start, near, other, state)
                    if other_new == other_old:
                        continue
            gain = gained(value, old, new, other_old, other_new)
            # Written out in both loops of annealing: as a function the compiler leaves it outside,
            # and every move costs half as much again.
            r_third = resource[other_new] if other_new >= 0 else -1
            rise = 0.0
            if r_old >= 0:
                back = other_new if r_third == r_old else -1
                rise += change(r_old, back, old, use, load, room, penalty)
            if r_new >= 0:
                rise += change(r_new, new, other_old, use, load, room, penalty)
            if r_third >= 0 and r_third != r_old:
                rise += change(r_third, other_new, -1, use, load, room, penalty)
            rise += _fined(old, new, other_old, other_new, parts, totals, low, high, fines)
            u = draw(state)
            if gain - rise < -temperature * u * u * 3.0:
                continue
            worth += gain
            if other >= 0:
                shift(
                    other, other_old, other_new, resource, use, parts, load, totals,
                    members, count, at, place,
                )  # fmt: skip
            shift(e, old, new, resource, use, parts, load, totals, members, count, at, place)
            if (worth > top or not kept) and keeps(load, room, totals, low, high):
                kept = True
                if worth > top:
                    top = worth
                    best[:] = place
        # Stiffer from sweep to sweep; stiffer still where a capacity stays exceeded.
        harder = 1.0 + HARDER / sweeps if left > 0.0 else 1.1
        stiffer = 1.0 + STIFFEN / sweeps if left > 0.0 else 1.0
        stiffen(load, room, totals, low, high, penalty, fines, stiffer, harder, kept)
        if sweep % 64 == 0:  # sums drift by rounding
            worth = tally(place, resource, value, use, parts, load, totals)
    return top
