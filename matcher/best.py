"""The best candidates of each query of a block: scored, barred, filtered, ordered.

One list, a region's list and the batch of all lists come from here, only with other blocks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.ranking import Filters, Ranking, Side
from models import engine
from models.block_parts import IN_CACHE

Index = NDArray[np.integer[Any]]

#: Rows of either side that are scored at once.
BLOCK = 2_048


def best_of_block(
    ranking: Ranking,
    enterprises: Index,
    resources: Index,
    candidates: Side,
    top: int,
    filters: Filters,
    *,
    listed: Side | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The best candidates of each query of a block.

    Parameters
    ----------
    candidates : str
        The side that is chosen from; rows of the other side are the queries.
    listed : str, optional
        The side whose kind the filters name, where that is not the candidates' (a region's list
        chooses the best of its own side for each that is listed).

    Returns
    -------
    rows : (q, top) int array
        Candidate rows, best first, ties by id; -1 where there are fewer.
    scores : (q, top) float32 array
    """
    if engine.started():
        return _fused(ranking, enterprises, resources, candidates, top, filters, listed)
    score = ranking.scores(enterprises, resources)
    queries = len(resources if candidates == "enterprise" else enterprises)
    step = max(1, IN_CACHE // max(1, score.size // max(1, queries)))
    parts = []
    for start in range(0, max(1, queries), step):
        part = slice(start, start + step)
        if candidates == "enterprise":
            e, r, block = enterprises, resources[part], score[:, part]
        else:
            e, r, block = enterprises[part], resources, score[part]
        out = ranking.limits.barred(e, r) != 0
        if filters.narrow:
            out |= ranking.left_out(filters, e, r, listed or candidates) != 0
        np.copyto(block, np.float32(-np.inf), where=out)
        if candidates == "enterprise":
            parts.append(best_of(np.ascontiguousarray(block.T), np.asarray(e, np.int64), top))
        else:
            parts.append(best_of(block, np.asarray(r, np.int64), top))
    rows, scores = zip(*parts, strict=True)
    return np.concatenate(rows), np.concatenate(scores)


def _fused(
    ranking: Ranking, enterprises: Index, resources: Index, candidates: Side, top: int,
    filters: Filters, listed: Side | None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:  # fmt: skip
    """:func:`best_of_block` in a compiled loop."""
    from matcher.fused_best import best_within

    score = ranking.unrounded(enterprises, resources)
    score[ranking.limits.singly(enterprises, resources)] = -np.inf
    if filters.narrow:
        left_out = ranking.left_out(filters, enterprises, resources, listed or candidates) != 0
        np.copyto(score, np.float32(-np.inf), where=left_out)
    own, others = ranking.limits.crossings
    own, others = own[:, enterprises], others[:, resources]
    if candidates == "resource":
        return best_within(score, own, others, np.asarray(resources, np.int64), top)
    # a > b where -b > -a.
    return best_within(
        np.ascontiguousarray(score.T), -others, -own, np.asarray(enterprises, np.int64), top
    )


def best_of(
    score: NDArray[np.float32], rows: NDArray[np.int64], top: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The ``top`` highest scores of each line and the rows they belong to.

    Parameters
    ----------
    score : (q, c) array
        -inf = not to be listed.
    rows : (c,) array, rising
        Ties go to the earlier row, which is the one whose id comes first.
    """
    lines, c = score.shape
    keep = min(top, c)
    found = np.full((lines, top), -1, np.int64)
    best = np.full((lines, top), -np.inf, np.float32)
    if not keep:
        return found, best
    # All that reach the top-th score, so that ties are told apart by id, not by luck.
    least = np.partition(score, c - keep, axis=1)[:, c - keep, None]
    hits = np.flatnonzero(score >= np.maximum(least, np.finfo(np.float32).min))
    line, at = hits // c, hits % c
    count = np.bincount(line, minlength=lines)
    place = np.arange(len(hits)) - (np.cumsum(count) - count)[line]
    values = np.full((lines, max(keep, int(count.max(initial=0)))), -np.inf, np.float32)
    values[line, place] = score.ravel()[hits]
    named = np.full(values.shape, -1, np.int64)
    named[line, place] = rows[at]
    order = np.argsort(-values, axis=1, kind="stable")[:, :keep]
    found[:, :keep] = np.take_along_axis(named, order, axis=1)
    best[:, :keep] = np.take_along_axis(values, order, axis=1)
    return found, best
