"""How good an answer is, judged by the truth of the world."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.explain import explain, interval
from tests.worlds.learners import Answer, Setting
from tests.worlds.world import World

Array = NDArray[Any]

#: Pairs that probabilities are judged on, and those that intervals are.
PAIRS, INTERVALS = 10_000, 3_000


def ndcg_at_10(
    score: Array, world: World, among: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """(e,) NDCG of each enterprise's first ten against the true gain.

    Pairs that have signed already count neither way; pairs beyond the hard limits are never
    listed. 1 = the best possible list.

    Parameters
    ----------
    among : (e, r) bool array, optional
        The pairs that lists are made of.
    """
    open_ = world.within & ~world.agreed
    if among is not None:
        open_ = open_ & among
    gain = np.where(open_, world.gain, 0).astype(np.float64)
    discount = 1 / np.log2(np.arange(2, 12))
    order = np.argsort(-np.where(open_, score, -np.inf), axis=1, kind="stable")[:, :10]
    got = (np.take_along_axis(gain, order, axis=1) * discount[: order.shape[1]]).sum(axis=1)
    best = (-np.sort(-gain, axis=1)[:, :10] * discount[: gain.shape[1]]).sum(axis=1)
    return np.asarray(np.where(best > 0, got / np.maximum(best, 1e-12), 1.0))


def calibration(predicted: Array, truth: Array, bins: int = 10) -> float:
    """Mean distance of predicted and true probability over bins of equal count."""
    order = np.argsort(predicted, kind="stable")
    parts = np.array_split(order, bins)
    return float(
        sum(abs(predicted[p].mean() - truth[p].mean()) * len(p) for p in parts) / len(order)
    )


def judged(answer: Answer | None, setting: Setting) -> dict[str, float]:
    """All figures of an answer: ``ndcg``, and calibration where it gives probabilities.

    Returns
    -------
    dict of str to float
        ``signed_met``, ``completed_met``: calibration on pairs chosen as in history;
        ``signed_any``, ``completed_any``: on any pairs within limits; ``coverage``: share of
        true P(signed) within the 80 % interval, on pairs chosen as in history.
    """
    if answer is None:
        return {}
    world = setting.world
    found = {"ndcg": float(ndcg_at_10(answer.score, world).mean())}
    if answer.stages is None:
        return found
    any_e, any_r = np.nonzero(world.within)
    drawn = np.random.default_rng(0).choice(len(any_e), size=min(PAIRS, len(any_e)), replace=False)
    pairs = {"met": world.met_as_usual(PAIRS), "any": (any_e[drawn], any_r[drawn])}
    for name, (e, r) in pairs.items():
        truth = world.truth_at(e, r)
        found[f"signed_{name}"] = calibration(answer.stages[0][e, r], truth[0])
        found[f"completed_{name}"] = calibration(answer.stages[3][e, r], truth[3])
    if answer.model is not None:
        e, r = (rows[:INTERVALS] for rows in pairs["met"])
        low, high = interval(explain(answer.model, setting.market, e, r)).T
        truth = world.truth_at(e, r)[0]
        found["coverage"] = float(((low <= truth) & (truth <= high)).mean())
        found["width"] = float((high - low).mean())
    return found
