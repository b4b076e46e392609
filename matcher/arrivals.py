"""Enterprises that come week by week, and the pairs in which they may be placed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Index = NDArray[np.integer[Any]]

#: What is scarce, in the order of the columns of every ``use`` and ``capacity``.
QUANTITIES = ("land_mu", "labour", "energy_tce", "units")


@dataclass(frozen=True)
class Arrivals:
    """Enterprises with the week in which each comes, and their allowed pairs.

    Attributes
    ----------
    week : (n,) int array
        Never below 0.
    arrival, resource : (p,) int arrays
        The rows that each pair joins; a pair that is not there is not allowed. Sorted by arrival.
    value : (p,) float array
        What placing the enterprise there is worth.
    use : (p, k) float array
        What it takes of each quantity there, not negative.

    Raises
    ------
    ValueError
        If the arrays do not fit together, or hold what cannot be.
    """

    week: NDArray[np.int64]
    arrival: Index
    resource: Index
    value: Floats
    use: Floats

    def __post_init__(self) -> None:
        p = len(self.value)
        if not len(self.arrival) == len(self.resource) == len(self.use) == p:
            raise ValueError("arrival, resource, value and use must be equally long")
        if (np.diff(self.arrival) < 0).any():
            raise ValueError("pairs must be sorted by arrival")
        if p and (self.arrival.min() < 0 or self.arrival.max() >= len(self.week)):
            raise ValueError("a pair names an arrival that is not there")
        if not (np.isfinite(self.value).all() and np.isfinite(self.use).all()):
            raise ValueError("values and uses must be finite")
        if (self.use < 0).any():
            raise ValueError("uses must not be negative")

    def __len__(self) -> int:
        return len(self.week)

    def take(self, rows: Index) -> Arrivals:
        """The arrivals of these rows, in that order, with their pairs."""
        first = np.searchsorted(self.arrival, rows)
        count = np.searchsorted(self.arrival, rows, side="right") - first
        begin = np.cumsum(count) - count
        pairs = np.repeat(first - begin, count) + np.arange(count.sum())
        arrival = np.repeat(np.arange(len(rows)), count)
        return Arrivals(
            self.week[rows], arrival, self.resource[pairs], self.value[pairs], self.use[pairs]
        )


def joined(parts: list[Arrivals]) -> Arrivals:
    """Several groups of arrivals as one, in their order."""
    starts = np.cumsum([0, *(len(part) for part in parts)])
    return Arrivals(
        np.concatenate([part.week for part in parts]),
        np.concatenate([p.arrival + start for p, start in zip(parts, starts[:-1], strict=True)]),
        np.concatenate([part.resource for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.use for part in parts]),
    )
