"""How far the log-odds of pairs that look alike to the model may lie apart.

Single outcomes cannot tell it: a pair signs or it does not, and what spreads between pairs looks
like chance. So it is a belief, set by what worlds with a known truth show (``python -m
tests.worlds.study``): with much history about 1.1 is left of what nobody wrote down; without any,
all that history would have taught is open besides.
"""

from __future__ import annotations

import math

#: Standard deviation that stays however long the history, and that which history takes away.
ALWAYS, UNLEARNED = 1.1, 1.4
#: Introductions by which half of the latter's variance is gone.
HALF = 500.0


def doubt(introductions: float) -> float:
    """Standard deviation of the log-odds of a step that the model leaves open.

    Parameters
    ----------
    introductions : float
        How many the step was learned from, each by its weight.
    """
    return math.sqrt(ALWAYS**2 + UNLEARNED**2 * HALF / (HALF + introductions))
