"""Draws that are the same everywhere: same seed and purpose, same numbers, for good.

NumPy keeps the raw bits of a bit generator unchanged from version to version, but not what its
distributions make of them. So only the raw bits of PCG64 are used; the rest is done here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

import numpy as np

T = TypeVar("T")

_NORMAL = NormalDist()


class Dice:
    """A stream of draws.

    Parameters
    ----------
    seed : int
        Seed of the whole world.
    purpose : str
        What the draws are for: each purpose has a stream of its own, so that a change in one
        part of the world leaves the others as they are.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, *purpose.encode()]))

    def uniform(self) -> float:
        """A number in [0, 1)."""
        return (int(self._bits.random_raw()) >> 11) * 2.0**-53

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.uniform()

    def whole(self, low: int, high: int) -> int:
        """An integer in low … high, both included."""
        return low + min(int(self.uniform() * (high - low + 1)), high - low)

    def chance(self, probability: float) -> bool:
        """True with a probability."""
        return self.uniform() < probability

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """A draw from a normal distribution."""
        return mean + deviation * _NORMAL.inv_cdf(min(max(self.uniform(), 1e-9), 1 - 1e-9))

    def lognormal(self, median: float, sigma: float) -> float:
        """A draw from a lognormal distribution."""
        return median * math.exp(self.normal(0.0, sigma))

    def pick(self, things: Sequence[T]) -> T:
        """One of the things."""
        return things[self.whole(0, len(things) - 1)]

    def weighted(self, things: Sequence[T], weights: Sequence[float]) -> T:
        """One of the things, the heavier the likelier."""
        left = self.uniform() * math.fsum(weights)
        for thing, weight in zip(things, weights, strict=True):
            left -= weight
            if left < 0:
                return thing
        return things[-1]

    def some(self, things: Sequence[T], number: int) -> list[T]:
        """``number`` different things (all, where there are not so many), in drawn order."""
        rest = list(things)
        return [rest.pop(self.whole(0, len(rest) - 1)) for _ in range(min(number, len(rest)))]
