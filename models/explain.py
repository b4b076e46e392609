"""What each part of a pair contributes to its score; the parts add up.

The score is not linear in the features, so a part's contribution is its share of the way from a
neutral pair to this one: the integral of the score's slope along the straight line between the
two (Aumann & Shapley 1974; as attribution: Sundararajan, Taly & Yan 2017, "Axiomatic Attribution
for Deep Networks"). The contributions add up to score - base; what Gauss-Legendre nodes miss of
the integral (next to nothing but where log-odds are huge) is shared out by size.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.curves import Derived
from features.market import Market
from features.pairs import Pairs
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
    index : dict of str to int
        Place of each name.
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
    index: dict[str, int]
    values: NDArray[np.float32]
    base: float
    contributions: Floats
    score: Floats
    probability: Floats
    log_odds_sd: Floats
    log_odds: Floats

    def feature(self, row: int, name: str) -> float | None:
        """Value of a pair feature in one row, NaN = not known; None: it is not among these."""
        k = self.index.get(name, self.values.shape[1])
        return float(self.values[row, k]) if k < self.values.shape[1] else None


class Explainer:
    """Takes scores of pairs of one market under one model apart.

    What depends on one side only is worked out once for all rows of the market.

    Parameters
    ----------
    model : StageModel
    market : Market
    """

    def __init__(self, model: StageModel, market: Market) -> None:
        self.model, self.market = model, market
        names = list(model.names)
        names += [f"effect:{effect.name}" for effect in model.effects]
        names += [f"{MET}{one.name}" for one in model.interactions]
        if model.latent is not None:
            names.append(LEARNED)
        self.names = tuple(names)
        self.index = {name: k for k, name in enumerate(names)}
        self.base = float(np.cumprod(_sigmoid(model.intercepts)).sum())
        self._derived = Derived.of(model.names, market)

    @cached_property
    def _effects(self) -> list[tuple[str, Floats]]:
        """The side of each effect, and its (n, 4) log-odds."""
        found = []
        for effect in self.model.effects:
            side, rows = side_and_levels(effect.name, self.market)
            at = level_index(effect.levels, rows)
            padded = np.concatenate([effect.weights, np.zeros((len(STAGES), 1))], axis=1)
            found.append((side, np.ascontiguousarray(padded[:, at].T)))
        return found

    @cached_property
    def _coordinates(self) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        latent = self.model.latent
        return None if latent is None else latent.coordinates(self.market)

    @cached_property
    def _met(self) -> list[tuple[NDArray[np.float32], Floats, NDArray[np.float32]]]:
        """Columns of both sides of each interaction, and its (l, 4 r) weights between them."""
        met = []
        for one in self.model.interactions:
            left, right = self._columns(one.left, 0), self._columns(one.right, 1)
            met.append((left, _between(one.weights), right))
        return met

    def _columns(self, trait: interactions.Trait, side: int) -> NDArray[np.float32]:
        if trait.name == "meaning" and self._coordinates is not None:
            return self._coordinates[side]
        name = ("enterprise", "resource")[side]
        return interactions.columns(trait, name, self.market, None)

    @cached_property
    def _learned(self) -> Floats:
        assert self.model.latent is not None
        return _between(self.model.latent.weights.astype(np.float64))

    def explain(self, enterprises: Index, resources: Index) -> Explanation:
        """Take the scores of pairs apart, row by row.

        Parameters
        ----------
        enterprises, resources : (n,) int arrays
        """
        model = self.model
        values = self._derived.values(Pairs(self.market, enterprises, resources, rowwise=True))
        centred = np.where(np.isnan(values), 0.0, values.astype(np.float64) - model.neutral)
        logits = np.empty((len(values), len(self.names), len(STAGES)))  # (n, k, 4)
        k = len(model.names)
        np.multiply(centred[:, :, None], model.weights.T, out=logits[:, :k])
        for side, weighed in self._effects:
            logits[:, k] = weighed[enterprises if side == "enterprise" else resources]
            k += 1
        for left, between, right in self._met:
            logits[:, k] = _bilinear(left[enterprises], between, right[resources])
            k += 1
        if self._coordinates is not None:
            mine, theirs = self._coordinates
            logits[:, k] = _bilinear(mine[enterprises], self._learned, theirs[resources])
        total = logits.sum(axis=1)  # (n, 4)
        steps = ((_NODES + 1) / 2)[:, None, None]
        slope = np.einsum("q,qns->ns", _NODE_WEIGHTS / 2, _slopes(model.intercepts + steps * total))
        contributions = np.einsum("ns,nks->nk", slope, logits)
        steps_on = _sigmoid(model.intercepts + total)
        probability = np.asarray(np.cumprod(steps_on, axis=1), np.float64)
        missed = probability.sum(axis=1) - self.base - contributions.sum(axis=1)
        size = np.abs(logits).sum(axis=2)
        contributions += (
            missed[:, None] * size / np.maximum(size.sum(axis=1, keepdims=True), 1e-300)
        )
        return Explanation(
            names=self.names, index=self.index, values=values, base=self.base,
            contributions=contributions, score=probability.sum(axis=1), probability=probability,
            log_odds_sd=_doubt(model, centred), log_odds=model.intercepts[0] + total[:, 0],
        )  # fmt: skip


def explain(model: StageModel, market: Market, enterprises: Index, resources: Index) -> Explanation:
    """:meth:`Explainer.explain`, for once."""
    return Explainer(model, market).explain(enterprises, resources)


def _between(weights: Floats) -> Floats:
    """(4, l, r) weights as (l, 4 r)."""
    return np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(weights.shape[1], -1))


def _bilinear(left: NDArray[Any], between: Floats, right: NDArray[Any]) -> Floats:
    """(n, 4) sums over both sides' columns, row by row."""
    met = (left.astype(np.float64) @ between).reshape(len(left), len(STAGES), right.shape[1])
    return np.asarray((met * right[:, None, :]).sum(axis=2), np.float64)


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
    """d score / d log-odds of each step: P_j (1 - p_s) summed over the stages j from s on.

    Parameters
    ----------
    logits : (..., 4) array
    """
    step = _sigmoid(logits)
    reached = np.cumprod(step, axis=-1)
    slopes: Floats = np.cumsum(reached[..., ::-1], axis=-1)[..., ::-1] * (1 - step)
    return slopes


def _sigmoid(x: Floats) -> Floats:
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-x)), np.float64)
