"""Markets whose lists crowd: the published generator of wishes.

Applicants 1.5 times the places; p = λ·popularity + (1 − λ)·taste with popularity evenly spaced and
taste uniform, on both sides (Tomita, Togashi, Hashizume and Ohsaka 2022).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from matcher.uncrowded import Wishes


def made_wishes(places: int, *, popularity: float = 0.5, seed: int = 0) -> Wishes:
    """Applicants propose, places accept."""
    dice, n = np.random.default_rng(seed), int(1.5 * places)
    taste = 1 - popularity
    wanted = popularity * np.linspace(0, 1, places)[None] + taste * dice.random((n, places))
    liked = popularity * np.linspace(0, 1, n)[:, None] + taste * dice.random((n, places))
    return Wishes(sparse.csr_matrix(wanted), sparse.csr_matrix(liked))
