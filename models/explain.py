"""What each part of a pair contributes to its score; the parts add up.

The score is not linear in the features, so a part's contribution is its share of the way from a
neutral pair to this one: the integral of the score's slope along the straight line between the
two (Aumann & Shapley 1974; as attribution: Sundararajan, Taly & Yan 2017, "Axiomatic Attribution
for Deep Networks"). The contributions add up to score - base; what Gauss-Legendre nodes miss of
the integral (next to nothing but where log-odds are huge) is shared out by size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.pairs import Pairs, compute
from models import interactions
from models.effects import level_index, side_and_levels
from models.stages import STAGES, StageModel

Floats = NDArray[np.float64]
Index = NDArray[np.integer[Any]]

#: Name of the contribution of the learned meaning.
LEARNED = "learned_meaning"
#: What the names of interactions begin with.
MET = "met:"


def _gauss_legendre(n: int) -> tuple[Floats, Floats]:
    """Nodes in [-1, 1] and weights (Golub & Welsch 1969); numpy's own loads far more."""
    beside = 0.5 / np.sqrt(1 - (2.0 * np.arange(1, n)) ** -2)
    nodes, vectors = np.linalg.eigh(np.diag(beside, 1) + np.diag(beside, -1))
    return nodes, 2 * vectors[0] ** 2


_NODES, _NODE_WEIGHTS = _gauss_legendre(12)


@dataclass(frozen=True)
class Explanation:
    """Scores of pairs, taken apart.

    Attributes
    ----------
    names : tuple of k str
        Pair features, then effects, interactions, :data:`LEARNED`.
    values : (n, f) array
        The features themselves; NaN = not known.
    base : float
        Score of a pair that is neutral in everything.
    contributions : (n, k) array
        ``score = base + contributions.sum(axis=1)``.
    score : (n,) array
        Expected number of stages passed, 0..4.
    probability : (n, 4) array
    log_odds_sd : (n,) array
        Standard deviation of the log-odds of signing: what the history leaves open about the
        weights, and what the features leave open about the pair.
    log_odds : (n,) array
        Of signing.
    """

    names: tuple[str, ...]
    values: NDArray[np.float32]
    base: float
    contributions: Floats
    score: Floats
    probability: Floats
    log_odds_sd: Floats
    log_odds: Floats


def explain(model: StageModel, market: Market, enterprises: Index, resources: Index) -> Explanation:
    """Take the scores of pairs apart, row by row.

    Parameters
    ----------
    enterprises, resources : (n,) int arrays
    """
    values = compute(Pairs(market, enterprises, resources, rowwise=True), model.names)
    centred = np.where(np.isnan(values), 0.0, values.astype(np.float64) - model.neutral)
    parts = [model.weights.T[None] * centred[:, :, None]]  # (n, f, 4)
    names = list(model.names)
    for effect in model.effects:
        side, rows = side_and_levels(effect.name, market)
        at = level_index(effect.levels, rows)
        padded = np.concatenate([effect.weights, np.zeros((len(STAGES), 1))], axis=1)
        parts.append(padded[:, at[enterprises if side == "enterprise" else resources]].T[:, None])
        names.append(f"effect:{effect.name}")
    for one in model.interactions:
        parts.append(interactions.log_odds(one, market, model.latent, enterprises, resources))
        names.append(f"{MET}{one.name}")
    if model.latent is not None:
        left, right = model.latent.coordinates(market)
        product = np.einsum("ni,sij,nj->ns", left[enterprises].astype(np.float64),
                            model.latent.weights.astype(np.float64), right[resources])  # fmt: skip
        parts.append(product[:, None, :])
        names.append(LEARNED)
    logits = np.concatenate(parts, axis=1)  # (n, k, 4)
    total = logits.sum(axis=1)  # (n, 4)
    contributions = np.zeros(logits.shape[:2])
    for node, weight in zip(_NODES, _NODE_WEIGHTS, strict=True):
        t = (node + 1) / 2
        slope = _slopes(model.intercepts + t * total)
        contributions += weight / 2 * np.einsum("ns,nks->nk", slope, logits)
    probability = np.asarray(np.cumprod(_sigmoid(model.intercepts + total), axis=1), np.float64)
    base = float(np.cumprod(_sigmoid(model.intercepts)).sum())
    missed = probability.sum(axis=1) - base - contributions.sum(axis=1)
    size = np.abs(logits).sum(axis=2)
    contributions += missed[:, None] * size / np.maximum(size.sum(axis=1, keepdims=True), 1e-300)
    return Explanation(
        names=tuple(names), values=values, base=base, contributions=contributions,
        score=probability.sum(axis=1), probability=probability,
        log_odds_sd=_doubt(model, centred), log_odds=model.intercepts[0] + total[:, 0],
    )  # fmt: skip


def interval(explanation: Explanation, share: float = 0.8) -> Floats:
    """(n, 2) bounds between which P(signed) lies with this probability, as far as we know."""
    from statistics import NormalDist

    reach = NormalDist().inv_cdf(0.5 + share / 2) * explanation.log_odds_sd
    middle = explanation.log_odds
    return np.stack([_sigmoid(middle - reach), _sigmoid(middle + reach)], axis=1)


def _doubt(model: StageModel, centred: Floats) -> Floats:
    variance = np.full(len(centred), model.doubt[0] ** 2)
    if model.covariance is not None:
        rows = np.concatenate([np.ones((len(centred), 1)), centred], axis=1)
        variance += np.einsum("ni,ij,nj->n", rows, model.covariance, rows)
    return np.asarray(np.sqrt(variance), np.float64)


def _slopes(logits: Floats) -> Floats:
    """d score / d log-odds of each step: P_j (1 - p_s) summed over the stages j from s on."""
    step = _sigmoid(logits)
    reached = np.cumprod(step, axis=1)
    slopes: Floats = np.cumsum(reached[:, ::-1], axis=1)[:, ::-1] * (1 - step)
    return slopes


def _sigmoid(x: Floats) -> Floats:
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-x)), np.float64)
