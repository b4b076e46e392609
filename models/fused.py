"""Parts of a block put together in compiled loops: :class:`models.weighing.Weighing` by numba.

The same float32 operations on a pair in the same order as in ``models/weighing.py`` and
``models/steady_logistic.py``: a change here is a change there. Nothing is reordered or contracted
(no ``fastmath``), so the results are the same to the last bit. One enterprise's row stays in the
first-level cache until its scores stand. The loops hold no lock, so threads run side by side.

Importing this module loads numba and compiles; :mod:`models.engine` does so when it pays.
"""

from __future__ import annotations

import numpy as np

from features.pairs import OPERATIONS
from features.text import FloatArray
from models import steady_logistic as logistic
from models.block_parts import Bends, Parts
from models.compiling import compiled

#: Handed to the loops rather than known to them: what is kept on disk must not go stale.
_CONSTANTS = np.array(
    [logistic.FAR, logistic.LOG2_E, logistic.WHOLE, logistic.LN2_HIGH, logistic.LN2_LOW,
     *logistic.SERIES], np.float32
)  # fmt: skip
_SUM, _PRODUCT, _DISTANCE = map(OPERATIONS.index, ("sum", "product", "distance"))
_ZERO, _ONE = np.float32(0), np.float32(1)
#: Bits of the float32 number 1, and where its exponent begins.
_ONE_BITS, _EXPONENT = np.int32(0x3F800000), np.int32(23)


@compiled
def _add_curve(c, first, knot, slope, unknown, value, line, out):  # type: ignore[no-untyped-def]
    """Add what a curve's values (r,) weigh to ``out`` (4, r); ``line``: (r,) room."""
    m, at, end = out.shape[1], first[c], first[c + 1]
    s0, s1, s2, s3 = slope[at, 0], slope[at, 1], slope[at, 2], slope[at, 3]
    u0, u1, u2, u3 = unknown[c, 0], unknown[c, 1], unknown[c, 2], unknown[c, 3]
    for j in range(m):
        v = value[j]
        known = v == v
        v = v if known else _ZERO
        line[j] = v
        out[0, j] = (out[0, j] + s0 * v) + (_ZERO if known else u0)
        out[1, j] = (out[1, j] + s1 * v) + (_ZERO if known else u1)
        out[2, j] = (out[2, j] + s2 * v) + (_ZERO if known else u2)
        out[3, j] = (out[3, j] + s3 * v) + (_ZERO if known else u3)
    for at in range(first[c] + 1, end):
        k, s0, s1, s2, s3 = knot[at], slope[at, 0], slope[at, 1], slope[at, 2], slope[at, 3]
        for j in range(m):
            v = line[j]
            v = v if v > k else k
            out[0, j] += s0 * v
            out[1, j] += s1 * v
            out[2, j] += s2 * v
            out[3, j] += s3 * v


@compiled
def _work_out(operation, own, others, settled, bounds, value):  # type: ignore[no-untyped-def]
    """The values (r,) of a form for one enterprise, less the centre."""
    m = len(value)
    least, most, centre = bounds[0], bounds[1], bounds[2]
    if settled == settled:
        for j in range(m):
            value[j] = settled - centre
        return
    if operation == _SUM:
        for j in range(m):
            value[j] = own + others[j]
    elif operation == _PRODUCT:
        for j in range(m):
            value[j] = own * others[j]
    elif operation == _DISTANCE:
        for j in range(m):
            value[j] = abs(own - others[j])
    else:
        for j in range(m):
            value[j] = others[j] / own
    for j in range(m):
        v = value[j]
        v = least if v < least else v
        v = most if v > most else v
        value[j] = v - centre


@compiled
def _fill(first, knot, slope, unknown, values, out):  # type: ignore[no-untyped-def]
    m = out.shape[2]
    line = np.empty(m, np.float32)
    for i in range(out.shape[0]):
        row = out[i]
        for s in range(4):
            for j in range(m):
                row[s, j] = _ZERO
        for c in range(values.shape[0]):
            _add_curve(c, first, knot, slope, unknown, values[c, i], line, row)


@compiled
def _scores(  # type: ignore[no-untyped-def]
    own, others, mine, theirs, rows, index, weight, first, knot, slope, unknown, operation,
    figures, theirs_of, settled, bounds, values, constants, out,
):  # fmt: skip
    far, log2_e, shift, ln2_high = constants[0], constants[1], constants[2], constants[3]
    ln2_low, c0, c1, c2 = constants[4], constants[5], constants[6], constants[7]
    c3, c4, c5 = constants[8], constants[9], constants[10]
    m = others.shape[1]
    row = np.empty((4, m), np.float32)
    line = np.empty(m, np.float32)
    series = np.empty(m, np.float32)
    chance = np.empty(m, np.float32)
    total = np.empty(m, np.float32)
    for i in range(own.shape[1]):
        for s in range(4):
            start = own[s, i]
            for j in range(m):
                row[s, j] = start + others[s, j]
        for k in range(0, theirs.shape[0] - 1, 2):
            # Two at a time: half as often to and from the cache, in the same order.
            w0, w1, w2, w3 = mine[0, i, k], mine[1, i, k], mine[2, i, k], mine[3, i, k]
            x0, x1, x2, x3 = (
                mine[0, i, k + 1], mine[1, i, k + 1], mine[2, i, k + 1], mine[3, i, k + 1]
            )  # fmt: skip
            for j in range(m):
                t, u = theirs[k, j], theirs[k + 1, j]
                row[0, j] = (row[0, j] + w0 * t) + x0 * u
                row[1, j] = (row[1, j] + w1 * t) + x1 * u
                row[2, j] = (row[2, j] + w2 * t) + x2 * u
                row[3, j] = (row[3, j] + w3 * t) + x3 * u
        if theirs.shape[0] % 2:
            k = theirs.shape[0] - 1
            for s in range(4):
                w = mine[s, i, k]
                for j in range(m):
                    row[s, j] += w * theirs[k, j]
        t, end = 0, index.shape[1]
        while t < end:
            w = weight[i, t]
            part = rows[index[i, t]]
            t += 1
            if w == _ZERO:
                continue
            while t < end and weight[i, t] == _ZERO:
                t += 1
            if t < end:
                x, other = weight[i, t], rows[index[i, t]]
                t += 1
                for s in range(4):
                    for j in range(m):
                        row[s, j] = (row[s, j] + w * part[s, j]) + x * other[s, j]
            else:
                for s in range(4):
                    for j in range(m):
                        row[s, j] += w * part[s, j]
        for c in range(len(operation)):
            _work_out(operation[c], figures[c, i], theirs_of[c], settled[c, i], bounds[c], total)
            _add_curve(c, first, knot, slope, unknown, total, line, row)
        for c in range(values.shape[0]):
            at = len(operation) + c
            _add_curve(at, first, knot, slope, unknown, values[c, i], line, row)
        for s in range(4):
            shifted = line
            bits = line.view(np.int32)
            for j in range(m):
                x = -row[s, j]
                x = far if x > far else x
                x = -far if x < -far else x
                high = x * log2_e + shift
                shifted[j] = high
                whole = high - shift
                x -= whole * ln2_high
                x -= whole * ln2_low
                y = x * c0
                y = (y + c1) * x
                y = (y + c2) * x
                y = (y + c3) * x
                y = (y + c4) * x
                y = (y + c5) * x
                series[j] = y * x + x + _ONE
            for j in range(m):
                bits[j] = (bits[j] << _EXPONENT) + _ONE_BITS
            if s == 0:
                for j in range(m):
                    p = _ONE / (series[j] * shifted[j] + _ONE)
                    chance[j] = p
                    total[j] = p
            else:
                for j in range(m):
                    p = _ONE / (series[j] * shifted[j] + _ONE) * chance[j]
                    chance[j] = p
                    total[j] += p
        for j in range(m):
            out[i, j] = total[j]


class FusedWeighing:
    """:class:`models.weighing.Weighing` in compiled loops."""

    def fill(self, bends: Bends, values: FloatArray) -> FloatArray:
        """See :class:`models.weighing.Weighing`."""
        out = np.empty((values.shape[1], 4, values.shape[2]), np.float32)
        _fill(bends.first, bends.knot, bends.slope, bends.unknown, values, out)
        return out

    def scores(self, parts: Parts, out: FloatArray) -> None:
        """See :class:`models.weighing.Weighing`."""
        bends, formed = parts.bends, parts.formed
        mine = np.ascontiguousarray(parts.mine)
        _scores(
            parts.own, parts.others, mine, parts.theirs, parts.rows, parts.index, parts.weight,
            bends.first, bends.knot, bends.slope, bends.unknown, formed.operation,
            formed.own, formed.others, formed.settled, formed.bounds, parts.values, _CONSTANTS,
            out,
        )  # fmt: skip
