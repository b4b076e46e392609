"""Which columns each row has, and how much of each: what a sparse matrix is, for two products.

``scipy.sparse`` would do as well, but a list must not wait for it to be imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.text import FloatArray

#: Entries that are worked on at a time.
_BLOCK = 65_536


@dataclass(frozen=True)
class Incidence:
    """Rows of columns.

    Attributes
    ----------
    column : (k,) int array
        Of all rows one after the other.
    ends : (n + 1,) int array
        Where each row begins, and the last ends.
    weight : (k,) float32 array
    width : int
        Number of columns.
    """

    column: NDArray[np.int64]
    ends: NDArray[np.int64]
    weight: FloatArray
    width: int

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]], width: int, *, shared: bool = False) -> Incidence:
        """Rows that say their columns, each wholly, or sharing 1 among them."""
        sizes = np.array([len(own) for own in rows], np.int64)
        weight = np.repeat(1 / np.maximum(sizes, 1) if shared else np.ones(len(sizes)), sizes)
        flat = np.array([c for own in rows for c in own], np.int64)
        return cls(flat, np.append(0, np.cumsum(sizes)), weight.astype(np.float32), width)

    def __len__(self) -> int:
        return len(self.ends) - 1

    @property
    def row(self) -> NDArray[np.int64]:
        """(k,) row of each entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.ends))

    def rows(self, rows: NDArray[np.int64]) -> Incidence:
        """Those of some rows."""
        sizes = np.diff(self.ends)[rows]
        ends = np.append(0, np.cumsum(sizes))
        at = np.repeat(self.ends[rows] - ends[:-1], sizes) + np.arange(ends[-1])
        return Incidence(self.column[at], ends, self.weight[at], self.width)

    def times(self, right: FloatArray) -> FloatArray:
        """(n, t) sums over each row's columns of a (width, t) array."""
        out = np.zeros((len(self), right.shape[1]), np.float32)
        filled = np.flatnonzero(np.diff(self.ends))
        first = 0
        while first < len(filled):
            # As many rows as a block of entries holds, one at least.
            limit = self.ends[filled[first]] + _BLOCK
            last = max(first + 1, int(np.searchsorted(self.ends[filled], limit)))
            rows = filled[first:last]
            entries = slice(self.ends[rows[0]], self.ends[rows[-1] + 1])
            parts = self.weight[entries, None] * right[self.column[entries]]
            out[rows] = np.add.reduceat(parts, self.ends[rows] - self.ends[rows[0]])
            first = last
        return out

    def gathered(self, left: FloatArray) -> FloatArray:
        """(width, t) sums over the rows that have each column of an (n, t) array."""
        order = np.argsort(self.column, kind="stable")
        turned = Incidence(
            self.row[order],
            np.append(0, np.cumsum(np.bincount(self.column, minlength=self.width))),
            self.weight[order],
            len(self),
        )
        return turned.times(left)
