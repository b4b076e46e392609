"""Parts of a block put together: log-odds, chances, scores. With plain numpy.

``models/fused.py`` does the same in one compiled loop, for large blocks. Both do the same float32
operations on a pair in the same order (no sum is left to BLAS, whose order depends on the shape
of the whole), so a pair's figures are the same to the last bit whoever works them out, in a
block of any shape. A test says so.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from features.text import FloatArray
from models.block_parts import Bends, Parts
from models.steady_logistic import logistic


class Weighing(Protocol):
    """What puts parts together."""

    def fill(self, bends: Bends, values: FloatArray) -> FloatArray:
        """(n, 4, r) log-odds of curves from their values (c, n, r)."""
        ...

    def scores(self, parts: Parts, out: FloatArray) -> None:
        """Scores of a block, the expected number of stages passed, into ``out`` (e, r)."""
        ...


class PlainWeighing:
    """:class:`Weighing` with numpy."""

    def fill(self, bends: Bends, values: FloatArray) -> FloatArray:
        """See :class:`Weighing`."""
        out = np.zeros((values.shape[1], 4, values.shape[2]), np.float32)
        add_curves(bends, values, out.transpose(1, 0, 2))
        return out

    def scores(self, parts: Parts, out: FloatArray) -> None:
        """See :class:`Weighing`."""
        chances = continue_along(logits(parts))
        np.add(chances[0], chances[1], out=out)
        for chance in chances[2:]:
            out += chance


def logits(parts: Parts) -> FloatArray:
    """(4, e, r) log-odds of the steps."""
    out = parts.own[:, :, None] + parts.others[:, None, :]
    room = np.empty_like(out)
    for k, theirs in enumerate(parts.theirs):
        out += np.multiply(parts.mine[:, :, k, None], theirs, out=room)
    whole = (parts.weight == 1).all(axis=0)
    narrow = parts.rows.shape[2] == 1
    for t, (index, weight) in enumerate(zip(parts.index.T, parts.weight.T, strict=True)):
        has = np.flatnonzero(weight)
        if not len(has):
            continue
        every = 2 * len(has) > len(weight)
        some = slice(None) if every else has
        for s in range(4):
            # Adding zeros costs less than picking the rows out.
            line = parts.rows[:, s]
            # A narrow one is picked from faster once it stands by itself.
            part = np.take(line, index[some], axis=0) if narrow else line[index[some]]
            if not whole[t]:
                part *= weight[some, None]
            out[s, some] += part
    add_curves(parts.bends, np.concatenate([parts.formed.values(), parts.values]), out)
    return out


def add_curves(bends: Bends, values: FloatArray, out: FloatArray) -> None:
    """Add what values (c, ...) weigh to log-odds (4, ...)."""
    room = np.empty(values.shape[1:], np.float32)
    bent = np.empty(values.shape[1:], np.float32)
    for c, value in enumerate(values):
        gap = np.isnan(value)
        known = not gap.any()
        line = value if known else np.where(gap, np.float32(0), value)
        for at in range(bends.first[c], bends.first[c + 1]):
            straight = at == bends.first[c]
            part = line if straight else np.maximum(line, bends.knot[at], out=bent)
            for step, slope in zip(out, bends.slope[at], strict=True):
                step += np.multiply(part, slope, out=room)
            if straight and not known:
                for step, weight in zip(out, bends.unknown[c], strict=True):
                    step += np.multiply(gap, weight, out=room)


def continue_along(log_odds: FloatArray) -> FloatArray:
    """Stage probabilities from the log-odds of the steps.

    Parameters
    ----------
    log_odds : (4, ...) array

    Returns
    -------
    (4, ...) array
        P(the pair reaches the stage | it is introduced), never rising along the first axis.
    """
    steps = logistic(log_odds)
    for s in range(1, len(steps)):
        steps[s] *= steps[s - 1]
    return steps
