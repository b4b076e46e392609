"""Meaning learned here: coordinates of both sides and a small bilinear term between them.

Words (hashed character n-grams), industry codes and text vectors of each side for itself are
projected to a dozen coordinates; the stage model weighs their products. What enterprises say and
what resources say use other words: which belong together shows in the outcomes only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.profiles import Profiles
from features.text import FloatArray

#: Coordinates a side.
RANK = 12


@dataclass(frozen=True)
class LatentTerm:
    """A bilinear term: log-odds += left @ weights @ right.T.

    Attributes
    ----------
    left, right : (d, RANK) float32 arrays
        Projections of the sides' raw vectors (see :func:`raw_vectors`).
    weights : (4, RANK, RANK) float32 array
    """

    left: FloatArray
    right: FloatArray
    weights: FloatArray

    def fits(self, market: Market) -> bool:
        """Whether the market's raw vectors are as long as those it was learned from.

        Another text encoder or another table of industries makes others.
        """
        divisions = int((market.industries.level == 2).sum())
        links = market.resources.fields["chain_same"].shape[1]
        width = market.resources.fields["text"].shape[1] + links + divisions
        return bool(width == len(self.left) == len(self.right))

    def coordinates(self, market: Market) -> tuple[FloatArray, FloatArray]:
        """(e, RANK) and (r, RANK) coordinates of the market's two sides."""
        return (
            raw_vectors(market.enterprises, market) @ self.left,
            raw_vectors(market.resources, market) @ self.right,
        )


def raw_vectors(side: Profiles, market: Market) -> FloatArray:
    """(n, d) array: text vector, chain links and industry divisions of each profile."""
    n = len(side)
    chain_links = market.resources.fields["chain_same"].shape[1]
    links = np.zeros((n, chain_links), np.float32)
    for k in range(side.fields["link"].shape[1]):
        np.maximum.at(links, (np.arange(n), side.fields["link"][:, k]),
                      side.fields["link_weight"][:, k])  # fmt: skip
    divisions = np.flatnonzero(market.industries.level == 2)
    column = np.full(len(market.industries.codes) + 1, -1)
    column[divisions] = np.arange(len(divisions))
    trades = np.zeros((n, len(divisions)), np.float32)
    own = side.fields["welcome"] if side.side == "resource" else side.fields["industry"][:, None]
    for k in range(own.shape[1]):
        line = np.where(own[:, k] < 0, -1, market.industries.line[np.maximum(own[:, k], 0), 1])
        known = np.flatnonzero(line >= 0)
        trades[known, column[line[known]]] = 1
    trades /= np.sqrt(np.maximum(trades.sum(axis=1, keepdims=True), 1))
    return np.concatenate([side.fields["text"], 0.7 * links, 0.7 * trades], axis=1)


def fit_projection(raw: FloatArray) -> FloatArray:
    """(d, RANK) projection onto the leading directions, scaled to unit variance.

    Signs are fixed (largest entry positive), so that the same rows give the same projection.
    """
    moments: NDArray[np.float64] = raw.astype(np.float64).T @ raw.astype(np.float64)
    values, vectors = np.linalg.eigh(moments / max(1, len(raw)))
    top = vectors[:, ::-1][:, :RANK] / np.sqrt(np.maximum(values[::-1][:RANK], 1e-6))
    signs = np.sign(top[np.argmax(np.abs(top), axis=0), np.arange(top.shape[1])])
    out = np.zeros((raw.shape[1], RANK), np.float32)
    out[:, : top.shape[1]] = top * signs
    return out
