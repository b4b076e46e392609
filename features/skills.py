"""Skills an enterprise needs against skills a place has: 缝纫 and 缝纫工 are nearly the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from features.tables import Value


def skill_fields(
    needed: Sequence[Value], offered: Sequence[Value]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Factors whose product is the share of the needed skills that a place has.

    Parameters
    ----------
    needed, offered : sequences of tuples of str, None = not known
        Of the enterprises, of the resources.

    Returns
    -------
    needed : (e, s) float32 array
        1 / number of skills needed where skill s is needed; NaN rows where not known.
    offered : (r, s) float32 array
        Similarity in [0, 1] of skill s to the nearest skill the place has; NaN rows likewise.
    """
    vocabulary = sorted({s for own in needed if isinstance(own, tuple) for s in map(str, own)})
    column = {s: i for i, s in enumerate(vocabulary)}
    left = np.full((len(needed), max(1, len(vocabulary))), np.nan, np.float32)
    for i, own in enumerate(needed):
        if isinstance(own, tuple) and own:
            left[i] = 0.0
            left[i, [column[str(s)] for s in own]] = 1.0 / len(set(own))
    near: dict[str, NDArray[np.float32]] = {}
    right = np.full((len(offered), left.shape[1]), np.nan, np.float32)
    for i, own in enumerate(offered):
        if isinstance(own, tuple) and own:
            right[i] = 0.0
            for skill in map(str, own):
                if skill not in near:
                    near[skill] = np.array([similarity(s, skill) for s in vocabulary], np.float32)
                if vocabulary:
                    np.maximum(right[i], near[skill], out=right[i])
    return left, right


def similarity(a: str, b: str) -> float:
    """Dice coefficient of the characters' sets, after case and the endings 工, 员, 师.

    Names of skills are short: the shared characters say more than their order.
    """
    x, y = (set(s.lower().rstrip("工员师人") or s.lower()) for s in (a, b))
    return 2.0 * len(x & y) / (len(x) + len(y)) if x and y else 0.0
