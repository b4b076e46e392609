"""The best candidates of each query in one compiled loop: what ``matcher/best.py`` does with numpy.

The same comparisons on the same rounded scores, so the same lists. Importing this module loads
numba; ``matcher/best.py`` does so once the compiled loops have been started.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled

_MILLION = np.float32(1e6)
_OUT = np.float32(-np.inf)
_LOW = np.int64((1 << 32) - 1)


@compiled
def _best(score, own, others, rows, found, best, million):  # type: ignore[no-untyped-def]
    n, m, top = score.shape[0], score.shape[1], found.shape[1]
    line = np.empty(m, np.float32)
    # One whole number a candidate kept: its score in millionths, then the earlier row first.
    kept = np.empty(top, np.int64)
    high = np.empty(top, np.float32)
    for i in range(n):
        for j in range(m):
            line[j] = np.rint(score[i, j] * million)
        for at in range(own.shape[0]):
            limit = own[at, i]
            other = others[at]
            for j in range(m):
                line[j] = _OUT if limit > other[j] else line[j]
        # As many lots as there are places: what each lot's highest reaches is reached top times.
        high[:] = _OUT
        for start in range(0, m - top + 1, top):
            for k in range(top):
                value = line[start + k]
                high[k] = value if value > high[k] else high[k]
        floor = high.min()
        count, least = 0, _OUT
        for j in range(m):
            value = line[j]
            if not (value > least and value >= floor):
                continue
            key = (np.int64(value) << 32) + (m - j)
            place = min(count, top - 1)
            while place > 0 and kept[place - 1] < key:
                kept[place] = kept[place - 1]
                place -= 1
            kept[place] = key
            count = min(count + 1, top)
            if count == top:
                least = np.float32(kept[top - 1] >> 32)
        for k in range(count):
            found[i, k] = rows[m - (kept[k] & _LOW)]
            best[i, k] = np.float32(kept[k] >> 32) / million


def best_within(
    score: NDArray[np.float32],
    own: NDArray[np.float32],
    others: NDArray[np.float32],
    rows: NDArray[np.int64],
    top: int,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The ``top`` highest scores of each line, to six digits, and the rows they belong to.

    Parameters
    ----------
    score : (q, c) float32 array
        -inf = not to be listed.
    own, others : (l, q), (l, c) float32 arrays
        A pair is out where one of the first is greater than that of the second.
    rows : (c,) array, rising

    Returns
    -------
    As :func:`matcher.best.best_of`.
    """
    found = np.full((len(score), top), -1, np.int64)
    best = np.full((len(score), top), _OUT, np.float32)
    if top:
        _best(score, own, others, rows, found, best, _MILLION)
    return found, best
