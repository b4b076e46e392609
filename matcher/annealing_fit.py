"""The compiled loop of annealing where no limits bind: whoever comes, the one who fits makes room.

Where capacities are nearly full, hardly one exchange in ten thousand drawn at random fits. So the
enterprise that comes is drawn, and of those there the one whose going leaves the least exceeded
and loses the least goes, to whichever of its options is best as things stand (an ejection chain of
two, fitted; cf. Yagiura, Ibaraki & Glover 2006). Such a move takes about :data:`COST` times as
long as one of :mod:`matcher.annealing_moves` and is taken far more often.

An option of an enterprise is a pair, or -1 = out, that falls short of its best at the prices by
little; only enterprises with two options or more are moved.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from matcher.annealing_moves import (
    HARDER,
    STIFFEN,
    change,
    draw,
    gained,
    keeps,
    over,
    seeded,
    settled,
    shift,
    stiffen,
    tally,
)
from models.compiling import compiled

#: How many times as long as a move drawn at random one of these takes.
COST = 4
#: Members of a resource that are drawn to choose from who makes room there.
_ASKED = 8
#: How often somebody makes room, of the times that somebody could.
_EXCHANGE = 0.9
#: Sweeps at the end in which what is still exceeded becomes dearer by so much each time.
_FINISH, _FINISH_HARDER = 20, 2.0


@compiled
def _leaver(
    r: Any, new: Any, members: Any, count: Any, place: Any, value: Any, use: Any, load: Any,
    room: Any, penalty: Any, starts: Any, options: Any, nets: Any, state: Any,
) -> Any:  # fmt: skip
    """Of some members of a resource the one that best makes room for a pair: its place there is
    worth little more than its next best option, and what it uses is what is wanted."""
    least, chosen = np.inf, -1
    for _ in range(_ASKED):
        j = members[r, int(draw(state) * count[r])]
        pair, at = place[j], starts[j]
        loss = value[pair] - (nets[at + 1] if options[at] == pair else nets[at])
        for q in range(room.shape[1]):
            now = load[r, q]
            after = over(now + use[new, q] - use[pair, q], room[r, q])
            loss += penalty[r, q] * (after - over(now, room[r, q]))
        if loss < least:
            least, chosen = loss, j
    return chosen


@compiled
def _best_option(
    j: Any, leaves: Any, r_old: Any, old: Any, starts: Any, options: Any, resource: Any,
    value: Any, use: Any, load: Any, room: Any, penalty: Any,
) -> Any:  # fmt: skip
    """Where an enterprise that leaves a pair goes, once ``old`` has left its resource."""
    most, chosen = -np.inf, leaves
    for i in range(starts[j], starts[j + 1]):
        pair = options[i]
        if pair == leaves:
            continue
        worth = 0.0
        if pair >= 0:
            r = resource[pair]
            worth = value[pair]
            for q in range(room.shape[1]):
                now = load[r, q] - (use[old, q] if r == r_old else 0.0)
                after = over(now + use[pair, q], room[r, q])
                worth -= penalty[r, q] * (after - over(now, room[r, q]))
        if worth > most:
            most, chosen = worth, pair
    return chosen


@compiled
def anneal_by_fit(
    starts: Any, options: Any, nets: Any, movers: Any, resource: Any, value: Any, use: Any,
    room: Any, place: Any, best: Any, penalty: Any, warm: Any, cold: Any, sweeps: Any, seed: Any,
    stop: Any,
) -> Any:  # fmt: skip
    """Anneal ``place`` (pair of each enterprise, -1 = out); the best that keeps all into ``best``.

    Options of each enterprise (from ``starts``) are sorted by ``nets``, what the prices leave of
    them, best first; ``movers`` are the enterprises with two or more, those that lose least by
    their second first. It ends early once ``stop`` is set, from another thread.

    Returns
    -------
    float
        Value of ``best``; -inf where it was never found.
    """
    n, m = len(place), room.shape[0]
    state = seeded(seed)
    load = np.zeros(room.shape)
    members = np.empty((m, n), np.int32)
    count, at = np.zeros(m, np.int32), np.full(n, -1, np.int32)
    settled(movers, place, resource, members, count, at)
    # No limits bind: theirs are none.
    none, parts = np.zeros(0), np.zeros((len(value), 0))
    worth = tally(place, resource, value, use, parts, load, none)
    top = -np.inf
    for sweep in range(sweeps + _FINISH):
        if stop[0] != 0:
            break
        left = max(0.0, 1.0 - sweep / sweeps)
        temperature = warm * left + cold
        kept = False
        for _move in range(2 * n):
            u = draw(state)
            e = movers[int(u * u * len(movers))]
            choices = starts[e + 1] - starts[e]
            u = draw(state)
            pick = int(u * u * choices)
            old, new = place[e], options[starts[e] + pick]
            if new == old:
                new = options[starts[e] + (pick + 1) % choices]
            other, other_old, other_new = -1, -1, -1
            r_old = resource[old] if old >= 0 else -1
            r_new = resource[new] if new >= 0 else -1
            if new >= 0 and count[r_new] > 0 and draw(state) < _EXCHANGE:
                other = _leaver(
                    r_new, new, members, count, place, value, use, load, room, penalty,
                    starts, options, nets, state,
                )  # fmt: skip
                other_old = place[other]
                other_new = _best_option(
                    other, other_old, r_old, old, starts, options, resource, value, use, load,
                    room, penalty,
                )  # fmt: skip
            gain = gained(value, old, new, other_old, other_new)
            r_third = resource[other_new] if other_new >= 0 else -1
            rise = 0.0
            if r_old >= 0:
                back = other_new if r_third == r_old else -1
                rise += change(r_old, back, old, use, load, room, penalty)
            if r_new >= 0:
                rise += change(r_new, new, other_old, use, load, room, penalty)
            if r_third >= 0 and r_third != r_old:
                rise += change(r_third, other_new, -1, use, load, room, penalty)
            u = draw(state)
            if gain - rise < -temperature * u * u * 3.0:
                continue
            worth += gain
            if other >= 0:
                shift(
                    other, other_old, other_new, resource, use, parts, load, none,
                    members, count, at, place,
                )  # fmt: skip
            shift(e, old, new, resource, use, parts, load, none, members, count, at, place)
            if (worth > top or not kept) and keeps(load, room, none, none, none):
                kept = True
                if worth > top:
                    top = worth
                    best[:] = place
        # Stiffer from sweep to sweep; stiffer still where a capacity stays exceeded.
        harder = 1.0 + HARDER / sweeps if left > 0.0 else _FINISH_HARDER
        stiffer = 1.0 + STIFFEN / sweeps if left > 0.0 else 1.0
        stiffen(load, room, none, none, none, penalty, none, stiffer, harder, kept)
        if sweep % 64 == 0:  # sums drift by rounding
            worth = tally(place, resource, value, use, parts, load, none)
    return top
