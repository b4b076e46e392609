"""Lists from the wishes of both sides: plain, both-sided, in equilibrium; the best goes out.

Equilibrium is not always better: where people look far down their lists, or where all tastes are
alike, it is not, so the expected matches decide (:mod:`matcher.crowding`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.best import best_of
from matcher.congestion import Equilibrium, equilibrium
from matcher.crowding import Crowding, crowding, examination

Floats = NDArray[np.float64]
#: Values of 2β that are tried: the one that brings most matches is kept.
SCALES = (0.1, 0.2, 0.5, 1.0)
_BLOCK = 2_000_000


@dataclass(frozen=True)
class Wishes:
    """The probability of each proposer and each candidate to say yes to the other.

    Attributes
    ----------
    proposes, accepts : (q, c) sparse arrays of the same pairs
        A pair that is not there never comes to anything.
    """

    proposes: sparse.csr_matrix
    accepts: sparse.csr_matrix

    @property
    def shape(self) -> tuple[int, int]:
        """Proposers and candidates."""
        return (int(self.proposes.shape[0]), int(self.proposes.shape[1]))

    def block(
        self, rows: slice
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
        """Dense (proposes, accepts, there) of some proposers."""
        if rows.step not in (None, 1):
            some = Wishes(self.proposes[rows], self.accepts[rows])
            return some.block(slice(0, some.shape[0]))
        first, last = self.proposes.indptr[rows.start], self.proposes.indptr[rows.stop]
        at = self.proposes.indices[first:last]
        line = np.repeat(
            np.arange(rows.stop - rows.start),
            np.diff(self.proposes.indptr[rows.start : rows.stop + 1]),
        )
        shape = (rows.stop - rows.start, self.shape[1])
        p, q = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        there = np.zeros(shape, np.bool_)
        p[line, at] = self.proposes.data[first:last]
        q[line, at] = self.accepts.data[first:last]
        there[line, at] = True
        return p, q, there


@dataclass(frozen=True)
class Lists:
    """Lists, and what they come to.

    Attributes
    ----------
    kind : str
        ``naive`` (by the proposer's own wishes), ``product`` (of both sides'), ``equilibrium``.
    rows : (q, top) int array
        Candidates, best first; -1 = none.
    scores : (q, top) float array
        What orders them.
    proposes, accepts : (q, top) float arrays
    """

    kind: str
    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    proposes: Floats
    accepts: Floats
    crowding: Crowding
    found: dict[str, Crowding] = field(default_factory=dict)
    scale: float | None = None


def uncrowded(
    wishes: Wishes, top: int, *, on: bool = True, slow: bool = False,
    capacity: Floats | None = None, progress: Callable[[int, float], None] | None = None,
) -> Lists:  # fmt: skip
    """The lists that go out.

    Parameters
    ----------
    on : bool
        Whether lists may allow for congestion; otherwise they are the naive ones.
    slow : bool
        Whether people look far down their lists: examination 1 / log2(k + 1) and not 1/k.
    capacity : (c,) float array, optional
        Of the candidates.

    Returns
    -------
    Lists
        With what each kind comes to in ``found``; equal expectations go to the plainer kind.
    """
    q, c = wishes.shape
    v = examination(max(q, c, 1), slow=slow)
    best = _listed(wishes, "naive", lambda p, a: p, top, v)
    found = {"naive": best.crowding}
    if on:
        tried = [_listed(wishes, "product", lambda p, a: p * a, top, v)]
        for scale in SCALES:
            solved = equilibrium(
                _surplus(wishes), q, c, scale=scale, capacity=capacity, progress=progress
            )
            tried.append(_listed(wishes, "equilibrium", _by(solved), top, v, scale))
        for lists in tried:
            known = found.get(lists.kind)
            if known is None or lists.crowding.matches > known.matches:
                found[lists.kind] = lists.crowding
            if lists.crowding.matches > best.crowding.matches * (1 + 1e-9):
                best = lists
    return Lists(
        best.kind, best.rows, best.scores, best.proposes, best.accepts, best.crowding, found,
        best.scale,
    )  # fmt: skip


_Order = Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]]


def _by(solved: Equilibrium) -> _Order:
    return lambda p, a: solved.order(p + a)


def _surplus(wishes: Wishes) -> Callable[[slice], NDArray[np.float32]]:
    def block(rows: slice) -> NDArray[np.float32]:
        p, a, there = wishes.block(rows)
        return np.where(there, p + a, np.float32(-np.inf))

    return block


def _listed(
    wishes: Wishes, kind: str, order: _Order, top: int, v: Floats, scale: float | None = None
) -> Lists:
    q, c = wishes.shape
    step = max(1, _BLOCK // max(1, c))
    keep = min(top, c)
    rows, scores = np.full((q, keep), -1, np.int64), np.full((q, keep), -np.inf, np.float32)
    proposes, accepts = np.zeros((q, keep)), np.zeros((q, keep))
    for start in range(0, q, step):
        part = slice(start, min(start + step, q))
        p, a, there = wishes.block(part)
        score = np.where(there & (p > 0) & (a > 0), order(p, a), np.float32(-np.inf))
        rows[part], scores[part] = best_of(score, np.arange(c), keep)
        at = np.maximum(rows[part], 0)
        proposes[part] = np.take_along_axis(p, at, axis=1)
        accepts[part] = np.take_along_axis(a, at, axis=1)
    came = crowding(rows, proposes, accepts, c, v)
    return Lists(kind, rows, scores, proposes, accepts, came, scale=scale)
