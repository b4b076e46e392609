"""The ranker: four probabilities along the stages, each a logistic of the pair features.

The continuation-ratio model (McCullagh & Nelder 1989, Generalized Linear Models, 5.2.4):

    P(signed | contacted) · P(started | signed) · P(funded | started) · P(completed | funded)

each factor a logistic regression on pair features. Its products are the stage probabilities, the
score is the expected number of stages passed. What is not known counts as the feature's neutral
value, so that it speaks neither for nor against a match.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.pairs import PairFeature, Pairs
from features.text import FloatArray
from models.latent import LatentTerm

STAGES = ("signed", "started", "funded", "completed")


@dataclass(frozen=True)
class Effect:
    """Shrunken effects of the levels of a category of one side (a county, a kind, a division).

    Attributes
    ----------
    name : str
        A key of :data:`models.effects.EFFECTS`.
    levels : tuple of str
    weights : (4, levels) array, log-odds
        A level never seen has none: it gets the mean, 0.
    """

    name: str
    levels: tuple[str, ...]
    weights: NDArray[np.float64]


@dataclass(frozen=True)
class StageModel:
    """Coefficients of the four logistic regressions.

    Attributes
    ----------
    names : tuple of f str
        Pair features.
    weights : (4, f) array
        Log-odds for one unit of a feature.
    neutral : (f,) array
        Value of a feature that stands for "not known" and to which it is compared.
    intercepts : (4,) array
        Log-odds of a pair that is neutral in everything.
    doubt : (4,) array
        Standard deviation of the log-odds that the features do not explain.
    effects : tuple of Effect
    latent : LatentTerm or None
        Meaning learned here: a bilinear term in learned coordinates of both sides.
    covariance : (1 + f, 1 + f) array or None
        Posterior covariance of intercept and weights of the first step; None for the rule.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    neutral: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    doubt: NDArray[np.float64]
    effects: tuple[Effect, ...] = ()
    latent: LatentTerm | None = None
    covariance: NDArray[np.float64] | None = None
    described: dict[str, Any] = field(default_factory=dict)

    def without(self, *, effects: bool = False, latent: bool = False) -> StageModel:
        """A copy that leaves parts out."""
        return replace(
            self,
            effects=() if effects else self.effects,
            latent=None if latent else self.latent,
        )


def continue_along(logits: FloatArray) -> FloatArray:
    """Stage probabilities from the log-odds of the steps.

    Parameters
    ----------
    logits : (4, ...) array

    Returns
    -------
    (4, ...) array
        P(the pair reaches the stage | it is introduced), never rising along the first axis.
    """
    with np.errstate(over="ignore"):
        steps = np.asarray(1 / (1 + np.exp(-logits)), logits.dtype)
    for s in range(1, len(steps)):
        steps[s] *= steps[s - 1]
    return steps


class BlockScorer:
    """Log-odds of blocks of enterprises × resources under one model.

    Enterprises that agree in the fields a feature reads share its values: each group of features
    that read the same fields is computed once for every different combination of them and handed
    out to the enterprises by index.

    Parameters
    ----------
    model : StageModel
    market : Market
    """

    def __init__(self, model: StageModel, market: Market) -> None:
        from models.effects import effect_logits

        self.model = model
        self.market = market
        by_reads: dict[tuple[str, ...], list[tuple[PairFeature, int]]] = {}
        for k, name in enumerate(model.names):
            known = market.features.get(name)
            if known is not None and np.any(model.weights[:, k]):
                by_reads.setdefault(known.reads, []).append((known, k))
        self._groups = [
            (_distinct(market, reads), features) for reads, features in by_reads.items()
        ]
        self._e_effects, self._r_effects = effect_logits(model.effects, market)
        self._latent = None if model.latent is None else model.latent.coordinates(market)

    def logits(
        self, enterprises: NDArray[np.integer[Any]], resources: NDArray[np.integer[Any]]
    ) -> FloatArray:
        """Log-odds of the four steps.

        Parameters
        ----------
        enterprises, resources : (e,), (r,) int arrays

        Returns
        -------
        (4, e, r) float32 array
        """
        model = self.model
        out = np.empty((len(STAGES), len(enterprises), len(resources)), np.float32)
        out[:] = model.intercepts[:, None, None]
        out += self._e_effects[:, enterprises, None]
        out += self._r_effects[:, None, resources]
        for (first, group), features in self._groups:
            own, back = np.unique(group[enterprises], return_inverse=True)
            pairs = Pairs(self.market, first[own], resources)
            part = np.zeros((len(STAGES), len(own), len(resources)), np.float32)
            for one, k in features:
                centred = one.compute(pairs) - np.float32(model.neutral[k])
                np.copyto(centred, np.float32(0), where=np.isnan(centred))
                for s in range(len(STAGES)):
                    if model.weights[s, k]:
                        part[s] += np.float32(model.weights[s, k]) * centred
            out += part if len(own) == len(enterprises) and _in_order(back) else part[:, back]
        if self._latent is not None and model.latent is not None:
            left, right = self._latent
            for s in range(len(STAGES)):
                out[s] += (left[enterprises] @ model.latent.weights[s]) @ right[resources].T
        return out

    def probabilities(
        self, enterprises: NDArray[np.integer[Any]], resources: NDArray[np.integer[Any]]
    ) -> FloatArray:
        """(4, e, r) stage probabilities; see :func:`continue_along`."""
        return continue_along(self.logits(enterprises, resources))


def _in_order(back: NDArray[np.integer[Any]]) -> bool:
    return bool((back == np.arange(len(back))).all())


def _distinct(
    market: Market, reads: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows that differ in the fields read: (first row of each group, group of each row)."""
    n = len(market.enterprises)
    if not (n and reads):
        return np.zeros(min(n, 1), np.int64), np.zeros(n, np.int64)
    columns = [
        np.ascontiguousarray(market.enterprises.fields[f]).reshape(n, -1).view(np.uint8)
        for f in reads
    ]
    if sum(c.shape[1] for c in columns) > 1024:  # text vectors: no two agree
        return np.arange(n), np.arange(n)
    keys = np.ascontiguousarray(np.concatenate(columns, axis=1))
    packed = keys.view(np.dtype((np.void, keys.shape[1]))).ravel()
    _, first, group = np.unique(packed, return_index=True, return_inverse=True)
    return first.astype(np.int64), group.astype(np.int64)
