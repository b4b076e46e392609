"""How evenly a plan falls on the receiving regions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def gini(amounts: NDArray[np.floating]) -> float:
    """Gini coefficient of what regions get.

    Parameters
    ----------
    amounts : (n,) array, not negative

    Returns
    -------
    float in [0, 1)
        0 where all get the same, or none anything (Sen 1973, On Economic Inequality, 2.8).
    """
    ordered = np.sort(np.asarray(amounts, np.float64))
    n, total = len(ordered), float(ordered.sum())
    if n == 0 or total == 0:
        return 0.0
    rank = np.arange(1, n + 1)
    return float(((2 * rank - n - 1) * ordered).sum() / (n * total))
