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
from features.pairs import Pairs, as_slice
from features.text import FloatArray
from models.block_parts import IN_CACHE, Bends, Formed, Parts, Shared, of_rows, values_of
from models.block_terms import Curve, Weighed, plan
from models.engine import at_hand
from models.interactions import Interaction, bilinear
from models.latent import LatentTerm
from models.weighing import Weighing, add_curves, continue_along, logits

STAGES = ("signed", "started", "funded", "completed")

Index = NDArray[np.integer[Any]]

#: Resources of a tile; what enterprises share is made once a tile.
TILE_RESOURCES = 384
#: Bytes that may be kept so that single lists cost less.
MOST_KEPT = 256 << 20


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
    interactions : tuple of Interaction
        What traits of both sides are worth together.
    covariance : (1 + f, 1 + f) array or None
        Posterior covariance of intercept and weights of the first step; None for the rule.
    half_life_days : float or None
        Age at which an introduction counted half when it was fitted; None = all alike.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    neutral: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    doubt: NDArray[np.float64]
    effects: tuple[Effect, ...] = ()
    latent: LatentTerm | None = None
    interactions: tuple[Interaction, ...] = ()
    covariance: NDArray[np.float64] | None = None
    described: dict[str, Any] = field(default_factory=dict)
    half_life_days: float | None = None

    def without(self, *, effects: bool = False, latent: bool = False) -> StageModel:
        """A copy that leaves parts out."""
        return replace(
            self,
            effects=() if effects else self.effects,
            latent=None if latent else self.latent,
        )


class BlockScorer:
    """Log-odds of blocks of enterprises × resources under one model.

    The pair features are made as :mod:`models.block_terms` says, each as cheaply as what it
    depends on allows. A pair's figures are the same to the last bit in a block of any shape,
    whoever puts the parts together (:mod:`models.weighing`).

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
        self.bends = Bends.of(self.plan.formed + self.plan.pairwise)
        self.formed = Formed.of(self.plan.formed, market)
        # (4, e, k) and (k, r): the products are what was learned of meaning and of interactions.
        self.mine, self.theirs = bilinear(model.interactions, model.latent, market)
        self._whole: PreparedBlock | None = None
        self._known: FloatArray | None = None

    @property
    def knows(self) -> bool:
        """Whether scores are read; see :meth:`know`."""
        return self._known is not None

    def know(self, scores: FloatArray) -> None:
        """From now on read scores that this model gave these profiles before.

        Parameters
        ----------
        scores : (r, e) float32 array
            Of all pairs; it may be mapped from a file.

        Raises
        ------
        ValueError
            If it is of another market.
        """
        if scores.shape != (len(self.market.resources), len(self.market.enterprises)):
            raise ValueError(scores.shape)
        self._known = scores

    def keep_whole(self) -> None:
        """Keep what enterprises share against all resources, so that one list costs less.

        Nothing is kept where that would take more memory than :data:`MOST_KEPT`.
        """
        e, r = (np.arange(len(side)) for side in (self.market.enterprises, self.market.resources))
        rows = sum(len(table.first) for table in self.plan.tables)
        rows += sum(
            int(self.market.enterprises.fields[mixed.index].max(initial=0)) + 1
            for mixed in self.plan.mixed
        )
        if len(e) and len(r) and rows * len(r) * 16 <= MOST_KEPT:
            # Coordinate by coordinate, as one resource's scores are added up.
            self.mine = np.ascontiguousarray(self.mine.transpose(2, 0, 1)).transpose(1, 2, 0)
            self._whole = PreparedBlock(self, e, r)

    def _block(self, enterprises: Index, resources: Index, weighing: Weighing) -> PreparedBlock:
        """Some resources, ready for the enterprises."""
        if self._whole is not None:
            if len(enterprises) == 1 and len(resources) == len(self._whole.resources):
                return self._whole
            if len(resources) == 1:
                return self._whole.of(resources)
        return PreparedBlock(self, enterprises, resources, weighing)

    def _sides(self) -> tuple[FloatArray, FloatArray]:
        """(4, e) and (4, r) log-odds that depend on one side only; intercepts with the first."""
        from models.effects import effect_logits

        model, market = self.model, self.market
        own, others = effect_logits(model.effects, market)
        own += (model.intercepts + self.plan.constant).astype(np.float32)[:, None]
        enterprises, resources = np.arange(own.shape[1]), np.arange(others.shape[1])
        if self.plan.of_enterprise:
            pairs = Pairs(market, enterprises, resources[:1])
            own += _weighed(self.plan.of_enterprise, pairs)[:, :, 0]
        if self.plan.of_resource:
            pairs = Pairs(market, enterprises[:1], resources)
            others += _weighed(self.plan.of_resource, pairs)[:, 0]
        return own, others

    def logits(self, enterprises: Index, resources: Index) -> FloatArray:
        """Log-odds of the four steps.

        Parameters
        ----------
        enterprises, resources : (e,), (r,) int arrays

        Returns
        -------
        (4, e, r) float32 array
        """
        return logits(PreparedBlock(self, enterprises, resources).parts(enterprises))

    def probabilities(self, enterprises: Index, resources: Index) -> FloatArray:
        """(4, e, r) stage probabilities; see :func:`models.weighing.continue_along`."""
        return continue_along(self.logits(enterprises, resources))

    def scores(
        self, enterprises: Index, resources: Index, *, weighing: Weighing | None = None
    ) -> FloatArray:
        """(e, r) expected number of stages passed, 0 to 4.

        Worked out tile by tile, so that what is at hand stays in the processor's cache and only
        the result is as large as the block.
        """
        if self._known is not None and weighing is None:
            lines = self._known[as_slice(resources)]
            return np.array(lines[:, as_slice(enterprises)].T, np.float32, order="C")
        out = np.empty((len(enterprises), len(resources)), np.float32)
        weighing = weighing or at_hand()
        wide = max(TILE_RESOURCES, IN_CACHE // max(1, len(enterprises)))
        for j in range(0, len(resources), wide):
            block = self._block(enterprises, resources[j : j + wide], weighing)
            high = max(1, IN_CACHE // len(block.resources))
            for i in range(0, len(enterprises), high):
                parts = block.parts(enterprises[i : i + high])
                weighing.scores(parts, out[i : i + high, j : j + wide])
        return out

    def of_pairs(self, enterprises: Index, resources: Index) -> FloatArray:
        """(4, n) stage probabilities of the i-th enterprise with the i-th resource."""
        pairs = Pairs(self.market, enterprises, resources, rowwise=True)
        out = self.own[:, enterprises] + self.others[:, resources]
        for mine, theirs in zip(self.mine.transpose(2, 0, 1), self.theirs, strict=True):
            out += mine[:, enterprises] * theirs[resources]
        for table in self.plan.tables:
            out += _weighed(table.curves, pairs)
        for mixed in self.plan.mixed:
            for one in mixed.parts:
                out += one.weights[:, None] * one.feature.compute(pairs)
        out += _weighed(self.plan.formed + self.plan.pairwise, pairs)
        return continue_along(out)


def _weighed(curves: tuple[Curve, ...], pairs: Pairs) -> FloatArray:
    """(4, *pairs.shape) log-odds of some curves."""
    out = np.zeros((4, *pairs.shape), np.float32)
    add_curves(Bends.of(curves), values_of(curves, pairs), out)
    return out


class PreparedBlock:
    """Some resources, ready for any of the enterprises it was made for."""

    def __init__(
        self, scorer: BlockScorer, enterprises: Index, resources: Index,
        weighing: Weighing | None = None,
    ) -> None:  # fmt: skip
        fill = (weighing or at_hand()).fill
        self.scorer = scorer
        self.resources = resources
        self._others = of_rows(scorer.others, resources)
        self._theirs = of_rows(scorer.theirs, resources)
        self._shared = Shared(scorer.market, scorer.plan, enterprises, resources, fill)

    def of(self, resources: Index) -> PreparedBlock:
        """The same for some of the resources, where the block holds all of them."""
        some = object.__new__(PreparedBlock)
        some.scorer, some.resources = self.scorer, resources
        some._others, some._theirs = (
            of_rows(self._others, resources),
            of_rows(self._theirs, resources),
        )
        some._shared = self._shared.against(resources)
        return some

    def parts(self, enterprises: Index) -> Parts:
        """What some of the enterprises' log-odds are made of."""
        scorer = self.scorer
        return Parts(
            of_rows(scorer.own, enterprises),
            self._others,
            of_rows(scorer.mine, enterprises),
            self._theirs,
            self._shared.rows,
            *self._shared.of(enterprises),
            scorer.bends,
            scorer.formed.within(enterprises, self.resources),
            values_of(scorer.plan.pairwise, Pairs(scorer.market, enterprises, self.resources)),
        )
