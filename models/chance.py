"""Whether residuals hold more of something than chance would put there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def beyond_chance(squares: Floats, expected: Floats) -> float:
    """How many standard deviations a sum of squares lies beyond the sum expected by chance.

    Parameters
    ----------
    squares : array
        Squared sums of residuals.
    expected : (k,) array
        Their variances, along directions that do not depend on each other.

    The sum is taken as a multiple of a chi-squared variable with the same mean and variance
    (Satterthwaite 1946), and that by its cube root as normal (Wilson & Hilferty 1931).
    """
    freedom = expected.sum() ** 2 / (expected**2).sum()
    part = 2 / (9 * freedom)
    return float((np.cbrt(squares.sum() / expected.sum()) - (1 - part)) / np.sqrt(part))
