"""What judges pairs: the interface of every ranker in an evaluation, and the stage model's own."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from models.rule import expert_rule
from models.stages import STAGES, BlockScorer, StageModel

__all__ = ["Scorer", "StageScorer", "rule_scorer"]

Index = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_ENTERPRISES_AT_ONCE: Final = 64
_PAIRS_AT_ONCE: Final = 200_000


class Scorer(Protocol):
    """What judges pairs, given by their rows in a market's profiles."""

    def probabilities(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """(n, 4) P(stage reached | introduced) of the i-th with the i-th, falling along stages."""
        ...

    def score(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """(n,) scores of the i-th with the i-th; higher stands earlier in a list."""
        ...


class StageScorer:
    """A stage model as a :class:`Scorer`.

    Parameters
    ----------
    model : StageModel
    """

    def __init__(self, model: StageModel) -> None:
        self.model = model
        self._last: tuple[Market, BlockScorer] | None = None

    def probabilities(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """Stage probabilities, computed in blocks of the enterprises that stand together."""
        blocks = self._blocks(market)
        out = np.empty((len(enterprises), len(STAGES)))
        order = np.argsort(enterprises, kind="stable")
        own = np.unique(enterprises)
        # Many enterprises with few resources are one block; scattered pairs are many small ones.
        step = max(_ENTERPRISES_AT_ONCE, _PAIRS_AT_ONCE // max(len(np.unique(resources)), 1))
        bounds = np.searchsorted(enterprises[order], [*own[::step], np.iinfo(np.int64).max])
        for start, stop in pairwise(bounds):
            rows = order[start:stop]
            e, e_at = np.unique(enterprises[rows], return_inverse=True)
            r, r_at = np.unique(resources[rows], return_inverse=True)
            out[rows] = blocks.probabilities(e, r)[:, e_at, r_at].T
        return out

    def score(self, market: Market, enterprises: Index, resources: Index) -> FloatArray:
        """Expected number of stages passed."""
        stages = self.probabilities(market, enterprises, resources)
        return np.asarray(stages.sum(axis=1), dtype=np.float64)

    def _blocks(self, market: Market) -> BlockScorer:
        if self._last is None or self._last[0] is not market:
            self._last = market, BlockScorer(self.model, market)
        return self._last[1]


def rule_scorer(market: Market) -> StageScorer:
    """The expert rule over the pair features of a market."""
    return StageScorer(expert_rule(tuple(market.features)))
