"""The logistic function, the same to the last bit wherever it is worked out.

numpy's exponential differs between processors, and a compiled loop's from numpy's. This one is a
fixed sequence of float32 operations that IEEE 754 defines exactly: here on arrays, in
``models/fused.py`` in a compiled loop.

Source: Cody & Waite 1980, Software Manual for the Elementary Functions, ch. 6 (reduction to
|r| <= ln 2 / 2 in two steps); coefficients of the Cephes library's ``expf`` (Moshier 1989).
Relative error of the exponential: below 2e-7.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.text import FloatArray

#: Log-odds beyond which float32 shows no difference any more.
FAR: Final = np.float32(87)
LOG2_E: Final = np.float32(1.44269504088896341)
#: Added to a small number it leaves the nearest whole one in the lowest bits.
WHOLE: Final = np.float32(12582912.0)
LN2_HIGH: Final = np.float32(0.693359375)
LN2_LOW: Final = np.float32(-2.12194440e-4)
#: exp(r) = 1 + r + r² · (polynomial of r, highest power first).
SERIES: Final = tuple(
    np.float32(c)
    for c in (
        1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
        5.0000001201e-1,
    )
)  # fmt: skip
ONE: Final = np.float32(1)
#: Bits of the float32 number 1, and where its exponent begins.
ONE_BITS: Final = np.int32(0x3F800000)
EXPONENT: Final = np.int32(23)


def logistic(log_odds: FloatArray) -> FloatArray:
    """1 / (1 + exp(-x)).

    Parameters
    ----------
    log_odds : float32 array

    Returns
    -------
    array of the same shape in [0, 1]; NaN stays NaN.
    """
    x = np.negative(log_odds, dtype=np.float32)
    np.minimum(x, FAR, out=x)
    np.maximum(x, -FAR, out=x)
    shifted = np.asarray(x * LOG2_E)
    shifted += WHOLE
    whole = np.asarray(shifted - WHOLE)
    room = np.multiply(whole, LN2_HIGH)
    x -= room
    x -= np.multiply(whole, LN2_LOW, out=room)
    y = np.multiply(x, SERIES[0], out=room)
    for c in SERIES[1:]:
        y += c
        y *= x
    # One factor r more than the loop gave makes it r².
    y *= x
    y += x
    y += ONE
    bits = shifted.view(np.int32)
    np.left_shift(bits, EXPONENT, out=bits)
    bits += ONE_BITS
    y *= shifted
    y += ONE
    return np.asarray(np.divide(ONE, y, out=y))


def six_digits(score: FloatArray) -> FloatArray:
    """The score (changed in place) to six digits: more than the model knows."""
    score *= np.float32(1e6)
    np.rint(score, out=score)
    score /= np.float32(1e6)
    return score
