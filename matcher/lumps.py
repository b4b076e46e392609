"""What placing one enterprise whole really pushes out of a resource.

A price says what the last small unit is worth. Places are lumpy: one enterprise more may push out
a large one whose remains nobody can use. So each resource is filled greedily with the whole
arrivals of sampled futures, once with all that is left and once without what the enterprise
takes; the difference is what placing it there costs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.arrivals import Floats
from models.compiling import compiled

_TIGHT = 1e-9


@compiled
def packed(
    order: NDArray[np.int64],
    value: Floats,
    use: Floats,
    count: NDArray[np.int64],
    room: Floats,
) -> float:
    """Value of filling ``room`` with whole arrivals, in order, as long as each fits.

    Parameters
    ----------
    order : (c,) int array
        Candidates, the most worth for what it takes first.
    value : (c,) float array
        What each brings beyond what it would bring elsewhere.
    use : (c, k) float array
    count : (c,) int array
        How many of each come.
    room : (k,) float array
        What is left; it is used up.
    """
    got = 0.0
    for i in order:
        for _ in range(count[i]):
            fits = True
            for q in range(room.shape[0]):
                if use[i, q] > room[q] + _TIGHT:
                    fits = False
                    break
            if not fits:
                break
            for q in range(room.shape[0]):
                room[q] -= use[i, q]
            got += value[i]
    return got


@compiled
def pushed_out(
    order: NDArray[np.int64],
    value: Floats,
    use: Floats,
    counts: NDArray[np.int64],
    room: Floats,
    wanted: Floats,
) -> Floats:
    """What each of some enterprises pushes out of one resource, on average over the futures.

    Parameters
    ----------
    order, value, use
        As in :func:`packed`.
    counts : (s, c) int array
        How many of each candidate come in each future.
    room : (k,) float array
    wanted : (b, k) float array
        What each enterprise would take, each alone.

    Returns
    -------
    (b,) float array
    """
    lost = np.zeros(wanted.shape[0])
    for s in range(counts.shape[0]):
        full = packed(order, value, use, counts[s], room.copy())
        for b in range(wanted.shape[0]):
            lost[b] += full - packed(order, value, use, counts[s], room - wanted[b])
    mean: Floats = lost / counts.shape[0]
    return mean
