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
from features.pairs import Pairs, steady
from features.text import FloatArray
from models.block_terms import Weighed, plan, weighed
from models.latent import LatentTerm

STAGES = ("signed", "started", "funded", "completed")

#: Resources of a tile; what enterprises share is made once a tile.
TILE_RESOURCES = 384
#: Pairs worked on at a time.
IN_CACHE = 32_768


@dataclass(frozen=True)
class Effect:
    """Shrunken effects of the levels of a category of one side (a county, a kind, a division).

    Attributes
    ----------
    name : str
        See :func:`models.effects.effects_of`.
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
    steps = np.negative(logits)
    with np.errstate(over="ignore"):
        np.exp(steps, out=steps)
    steps += 1
    np.reciprocal(steps, out=steps)
    for s in range(1, len(steps)):
        steps[s] *= steps[s - 1]
    return steps


class BlockScorer:
    """Log-odds of blocks of enterprises × resources under one model.

    The pair features are made as :mod:`models.block_terms` says, each as cheaply as what it
    depends on allows. A pair's figures are the same to the last bit in a block of any shape.

    Parameters
    ----------
    model : StageModel
    market : Market
    """

    def __init__(self, model: StageModel, market: Market) -> None:
        self.model = model
        self.market = market
        self.plan = plan(
            market,
            [
                Weighed(
                    market.features[name],
                    model.weights[:, k].astype(np.float32),
                    np.float32(model.neutral[k]),
                )
                for k, name in enumerate(model.names)
                if name in market.features and np.any(model.weights[:, k])
            ],
        )
        self.own, self.others = self._sides()
        self.meaning = None
        if model.latent is not None:
            mine, theirs = model.latent.coordinates(market)
            # (4, e, k) and (k, r): the products are what was learned of meaning.
            self.meaning = mine @ model.latent.weights, np.ascontiguousarray(theirs.T)

    def _sides(self) -> tuple[FloatArray, FloatArray]:
        """(4, e) and (4, r) log-odds that depend on one side only; intercepts with the first."""
        from models.effects import effect_logits

        model, market = self.model, self.market
        own, others = effect_logits(model.effects, market)
        own += (model.intercepts + self.plan.constant).astype(np.float32)[:, None]
        enterprises, resources = np.arange(own.shape[1]), np.arange(others.shape[1])
        if self.plan.of_enterprise:
            pairs = Pairs(market, enterprises, resources[:1])
            own += weighed(self.plan.of_enterprise, pairs)[:, :, 0]
        if self.plan.of_resource:
            pairs = Pairs(market, enterprises[:1], resources)
            others += weighed(self.plan.of_resource, pairs)[:, 0]
        return own, others

    def against(
        self, resources: NDArray[np.integer[Any]], enterprises: NDArray[np.integer[Any]]
    ) -> PreparedBlock:
        """Make what enterprises share ready, to be scored against the same resources in parts."""
        return PreparedBlock(self, resources, enterprises)

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
        return self.against(resources, enterprises).logits(enterprises)

    def probabilities(
        self, enterprises: NDArray[np.integer[Any]], resources: NDArray[np.integer[Any]]
    ) -> FloatArray:
        """(4, e, r) stage probabilities; see :func:`continue_along`."""
        return continue_along(self.logits(enterprises, resources))

    def scores(
        self, enterprises: NDArray[np.integer[Any]], resources: NDArray[np.integer[Any]]
    ) -> FloatArray:
        """(e, r) expected number of stages passed, 0 to 4.

        Worked out tile by tile, so that what is at hand stays in the processor's cache and only
        the result is as large as the block.
        """
        out = np.empty((len(enterprises), len(resources)), np.float32)
        wide = max(TILE_RESOURCES, IN_CACHE // max(1, len(enterprises)))
        for j in range(0, len(resources), wide):
            block = self.against(resources[j : j + wide], enterprises)
            high = max(1, IN_CACHE // len(block.resources))
            for i in range(0, len(enterprises), high):
                chances = block.probabilities(enterprises[i : i + high])
                chances.sum(axis=0, out=out[i : i + high, j : j + wide])
        return out

    def of_pairs(
        self, enterprises: NDArray[np.integer[Any]], resources: NDArray[np.integer[Any]]
    ) -> FloatArray:
        """(4, n) stage probabilities of the i-th enterprise with the i-th resource."""
        pairs = Pairs(self.market, enterprises, resources, rowwise=True)
        out = self.own[:, enterprises] + self.others[:, resources]
        out += weighed(self.plan.of_both, pairs)
        for mixed in self.plan.every_mixed:
            for one in mixed.parts:
                out += one.weights[:, None] * one.feature.compute(pairs)
        if self.meaning is not None:
            mine, theirs = self.meaning
            out += np.einsum("snk,kn->sn", mine[:, enterprises], theirs[:, resources])
        return continue_along(out)


class PreparedBlock:
    """Some resources, ready for any of the enterprises it was made for."""

    def __init__(
        self,
        scorer: BlockScorer,
        resources: NDArray[np.integer[Any]],
        enterprises: NDArray[np.integer[Any]],
    ) -> None:
        market = scorer.market
        self.scorer = scorer
        self.resources = resources
        self._others = np.take(scorer.others, resources, axis=1)[:, None, :]
        if scorer.meaning is not None:
            self._theirs = np.take(scorer.meaning[1], resources, axis=1)
        self._tables = [t.filled(market, enterprises, resources) for t in scorer.plan.tables]
        self._mixed = [(m, m.filled(market, resources)) for m in scorer.plan.mixed]

    def logits(self, enterprises: NDArray[np.integer[Any]]) -> FloatArray:
        """(4, e, r) log-odds; see :meth:`BlockScorer.logits`."""
        scorer, n = self.scorer, len(enterprises)
        # np.take, unlike an index, never gives an array of another memory order.
        out = np.take(scorer.own, enterprises, axis=1)[:, :, None] + self._others
        if scorer.meaning is not None:
            mine, theirs = scorer.meaning[0], self._theirs
            rows = np.take(mine, enterprises, axis=1).reshape(len(STAGES) * n, len(theirs))
            out += steady(rows, theirs).reshape(out.shape)
        room = np.empty_like(out)
        for table, place in self._tables:
            # Indices are sound; to say so saves numpy a copy.
            out += np.take(table, place[enterprises], axis=1, out=room, mode="clip")
        for mixed, table in self._mixed:
            mixed.add(scorer.market, enterprises, table, out)
        if scorer.plan.pairwise:
            out += weighed(scorer.plan.pairwise, Pairs(scorer.market, enterprises, self.resources))
        return out

    def probabilities(self, enterprises: NDArray[np.integer[Any]]) -> FloatArray:
        """(4, e, r) stage probabilities; see :func:`continue_along`."""
        return continue_along(self.logits(enterprises))
