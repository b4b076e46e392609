"""A whole divided so that its parts add up to it exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

__all__ = ["apportion"]


def apportion(total: float, weights: Sequence[float], *, step: float) -> list[float]:
    """Divide ``total`` in proportion to weights, in multiples of ``step``.

    By largest remainder (Hamilton's method), ties to the earlier part. What of the total is no
    multiple of the step goes to the heaviest part.

    Parameters
    ----------
    weights : sequence of float ≥ 0
        All zero = equal parts.
    step : float
        1 for whole things; 0.0001 for hundredths of a per cent.

    Returns
    -------
    list of float
        As long as ``weights``; their sum is ``total`` but for the rounding of floats.
    """
    if not weights:
        return []
    heavy = list(weights) if math.fsum(weights) > 0 else [1.0] * len(weights)
    size = Fraction(str(step))
    units = math.floor(Fraction(str(total)) / size)
    sum_of = sum(Fraction(w) for w in heavy)
    exact = [units * Fraction(w) / sum_of for w in heavy]
    parts = [math.floor(x) for x in exact]
    left = units - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[:left]:
        parts[i] += 1
    found = [float(n * size) for n in parts]
    heaviest = heavy.index(max(heavy))
    found[heaviest] = float(
        Fraction(str(total)) - sum(n * size for i, n in enumerate(parts) if i != heaviest)
    )
    return found
