"""What texts are about, as the texts themselves show it; and who is nearest to whom.

An encoder knows what words mean in general, not what goes together here. Texts of one side that
use the same words are about the same topic, so the meaning of each is averaged over its topic
(latent semantic analysis: Deerwester et al. 1990, JASIS 41(6)); a word the encoder has never seen
takes the meaning of those it stands with. Then each pair is asked whether either is among the
other's nearest: a cosine by itself favours texts that resemble everything (hubs; the correction
is that of Conneau et al. 2018, "Word translation without parallel data", as a ratio).

How many topics there are is not known, so the answer is the mean over several numbers of them.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.profiles import Profiles
from features.text import FloatArray, exact, ngrams, unit_rows

#: Numbers of topics that are tried.
RANKS = (8, 16)

#: Width of the hashed table of character 2- and 3-grams.
_WIDTH = 2048
#: A side needs so many texts a topic, else its texts are taken as they are.
_TEXTS_A_TOPIC = 5
#: Texts of the other side that tell what is near; more are sampled evenly.
_LOOKED_AT = 1000
#: Share of the other side that counts as the nearest, and the fewest.
_NEAREST, _LEAST = 0.1, 3


def add_topics(enterprises: Profiles, resources: Profiles) -> None:
    """Fields for :func:`mutual_nearness`: coordinates of either side in common topics, and 1 / the
    cosine that the nearest of the other side reach, for each of :data:`RANKS`."""
    words = [_words(side.fields["business"]) for side in (enterprises, resources)]
    texts = [side.fields["text"] for side in (enterprises, resources)]
    directions = [_leading(w, max(RANKS)) for w in words]
    for rank in RANKS:
        smooth = [_smoothed(u[:, :rank], t) for u, t in zip(directions, texts, strict=True)]
        left, right = map(exact, _common_coordinates(*smooth))
        enterprises.fields[f"topic{rank}"], resources.fields[f"topic{rank}"] = left, right
        for side, own, others in ((enterprises, left, right), (resources, right, left)):
            # Where even the nearest are hardly alike, nothing is near.
            reach = np.maximum(_reach_of_nearest(own, others), np.float32(0.05))
            side.fields[f"scale{rank}"] = np.float32(1) / reach


def mutual_nearness(cosine: FloatArray, e_scale: NDArray[Any], r_scale: NDArray[Any]) -> FloatArray:
    """How far either is among the other's nearest.

    Parameters
    ----------
    cosine : array
        Of the pairs.
    e_scale, r_scale : arrays that broadcast to it
        1 / mean cosine of the nearest of the other side.

    Returns
    -------
    array in [0, 1]
        1 = as near as the nearest tenth, seen from both sides.
    """
    near = np.asarray(cosine * np.minimum(e_scale, r_scale), np.float32)
    np.clip(near, 0, 1, out=near)
    return near


def _words(written: NDArray[Any]) -> FloatArray:
    """(n, width) rows of hashed n-grams weighted by rarity (tf-idf), of length 1."""
    out = np.zeros((len(written), _WIDTH), np.float32)
    for i, one in enumerate(written):
        grams = {zlib.crc32(g.encode()) % _WIDTH for g in ngrams(str(one).lower(), (2, 3))}
        out[i, sorted(grams)] = 1.0
    seen = out.sum(axis=0)
    # What stands in one text only, or in most, tells nothing about which go together.
    telling = (seen >= 2) & (seen <= 0.5 * max(len(out), 4))
    out *= np.where(telling, np.log((1 + len(out)) / (1 + seen)), 0).astype(np.float32)
    out = unit_rows(out)
    return out - out.mean(axis=0) if len(out) else out


def _leading(words: FloatArray, rank: int) -> FloatArray:
    """(n, at most rank) leading left singular vectors, strongest first."""
    rank = min(rank, len(words) // _TEXTS_A_TOPIC)
    if rank < 1:
        return np.zeros((len(words), 0), np.float32)
    if len(words) <= words.shape[1]:
        values, vectors = np.linalg.eigh((words @ words.T).astype(np.float64))
        return np.ascontiguousarray(vectors[:, ::-1][:, :rank], np.float32)
    values, vectors = np.linalg.eigh((words.T @ words).astype(np.float64))
    top = vectors[:, ::-1][:, :rank] / np.sqrt(np.maximum(values[::-1][:rank], 1e-9))
    return np.asarray(words @ top.astype(np.float32), np.float32)


def _smoothed(directions: FloatArray, texts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Text vectors averaged along the topics, and rows that span them.

    As they are where the side has too few texts for topics.
    """
    if directions.shape[1] < min(RANKS):
        return texts, texts
    topics = directions.T @ texts
    smooth = unit_rows(directions @ topics)
    smooth[~texts.any(axis=1)] = 0
    return smooth, topics


def _common_coordinates(
    left: tuple[FloatArray, FloatArray], right: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Few coordinates with the same scalar products: those of the side of lower rank."""
    basis = min((_basis(span) for _, span in (left, right)), key=len)
    return (
        np.ascontiguousarray(left[0] @ basis.T, np.float32),
        np.ascontiguousarray(right[0] @ basis.T, np.float32),
    )


def _basis(span: FloatArray) -> FloatArray:
    """(k, d) orthonormal rows that span the same as the few rows given."""
    values, vectors = np.linalg.eigh((span @ span.T).astype(np.float64))
    kept = values > 1e-6 * max(float(values[-1]) if len(values) else 0.0, 1e-12)
    rows = (vectors[:, kept] / np.sqrt(values[kept])).T[::-1]
    return np.ascontiguousarray(rows.astype(np.float32) @ span)


def _reach_of_nearest(own: FloatArray, others: FloatArray) -> FloatArray:
    """(n,) mean cosine of the nearest tenth of the other side."""
    if not len(others):
        return np.zeros(len(own), np.float32)
    if len(others) > _LOOKED_AT:
        others = others[np.linspace(0, len(others) - 1, _LOOKED_AT).astype(np.int64)]
    count = min(len(others), max(_LEAST, int(_NEAREST * len(others))))
    out = np.zeros(len(own), np.float32)
    for start in range(0, len(own), 4096):
        cosine = own[start : start + 4096] @ others.T
        nearest = np.partition(cosine, len(others) - count, axis=1)[:, len(others) - count :]
        out[start : start + 4096] = nearest.mean(axis=1)
    return out
