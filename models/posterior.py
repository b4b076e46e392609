"""Draws of the stage probabilities: what could be true of a set of pairs, as far as we know.

The posterior of the coefficients is taken as normal around the mode (Laplace). A draw holds for
all pairs at once: where the model errs, it errs for pairs that look alike together, which is what
makes the total of a plan uncertain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.pairs import Pairs, compute
from models.history import Introductions
from models.stages import StageModel

Floats = NDArray[np.float64]
Index = NDArray[np.integer[Any]]

#: Probabilities are kept this far from 0 and 1, so that their log-odds are finite.
_EDGE = 1e-6

#: How wrong an opinion of the expert rule may be, as a share of it (standard deviation).
RULE_ERROR = 0.5
#: And its base rate, in log-odds.
RULE_SHIFT = 0.8


@dataclass(frozen=True)
class Posterior:
    """What is uncertain about the chances of some pairs.

    Attributes
    ----------
    middle : (4, n) array
        Log-odds of each step in the middle of the draws.
    rows : (n, k) array
        Each pair's features less their neutral values, led by a 1, times the root of the
        posterior covariance of the first step (the symmetric one, see :func:`symmetric_root`): a
        draw is ``rows @ z`` with z standard normal.
    widen : (4,) array
        By how much the coefficients of each step are less sure than those of the first.
    """

    middle: Floats
    rows: NDArray[np.float32]
    widen: Floats

    @property
    def numbers(self) -> int:
        """Standard normal numbers that a draw needs for each step."""
        return int(self.rows.shape[1])

    def chances(self, z: NDArray[np.float32]) -> NDArray[np.float32]:
        """Stage probabilities of some draws.

        Parameters
        ----------
        z : (4, numbers, d) array
            Standard normal.

        Returns
        -------
        (4, n, d) float32 array, never rising along the first axis
        """
        out = np.empty((4, len(self.rows), z.shape[2]), np.float32)
        for s in range(4):
            logit = (self.rows @ z[s]) * np.float32(self.widen[s])
            logit += self.middle[s].astype(np.float32)[:, None]
            np.negative(logit, out=logit)
            with np.errstate(over="ignore"):
                np.exp(logit, out=logit)
            logit += 1
            np.reciprocal(logit, out=out[s])
            if s:
                out[s] *= out[s - 1]
        return out


def posterior(
    model: StageModel,
    market: Market,
    e: Index,
    r: Index,
    chance: Floats,
    reached: Floats,
    *,
    optimism: Sequence[float] = (0.0, 0.0, 0.0, 0.0),
    spread: float = 1.0,
) -> Posterior:
    """The posterior of pairs row by row.

    Parameters
    ----------
    chance : (4, n) array
        What the model says; the mean of the draws is this, but for ``optimism``.
    reached : (4,) array
        Share of the introductions on record that came as far as each step could be seen at: the
        fewer, the less sure are its coefficients.
    optimism : four floats
        By how many of its standard deviations a pair's log-odds of each step lie lower: pairs
        that were picked because they look best look better than they are.
    spread : float
        By how much draws spread, as a share of the posterior.
    """
    covariance = model.covariance
    if covariance is None:
        # The rule: what it could be wrong by as a whole, and each opinion by half of itself.
        root = np.diag([RULE_SHIFT, *(RULE_ERROR * np.abs(model.weights[0]))])
    else:
        root = symmetric_root(covariance)
    features = compute(Pairs(market, e, r, rowwise=True), model.names).astype(np.float64)
    centred = np.nan_to_num(features - model.neutral)
    rows = np.concatenate([np.ones((len(e), 1)), centred], axis=1) @ root
    widen = 1 / np.sqrt(np.clip(reached, 0.02, 1.0))
    before = np.concatenate([np.ones((1, len(e))), chance[:-1]])
    step = np.clip(chance / np.maximum(before, _EDGE), _EDGE, 1 - _EDGE)
    variance = (rows**2).sum(axis=1) * (widen**2)[:, None]
    # Of log-odds that spread the mean chance is nearer to one half than that of their middle
    # (MacKay 1992, Neural Computation 4(5), 720-736, eq. 10): the middle lies so far out that the
    # mean is what the model says.
    middle = np.log(step / (1 - step)) * np.sqrt(1 + np.pi * spread**2 * variance / 8)
    middle -= np.array(optimism)[:, None] * np.sqrt(variance)
    return Posterior(middle, (spread * rows).astype(np.float32), widen)


def symmetric_root(covariance: Floats) -> Floats:
    """The one symmetric root of a covariance that has no negative direction.

    There is but one, so the same normal numbers give the same draws on every machine. Of the
    eigenvectors themselves that is not true: their signs are free, and within equal eigenvalues
    so is any turn of them.

    Parameters
    ----------
    covariance : (k, k) array
        Symmetric but for rounding.

    Returns
    -------
    (k, k) array
        ``root @ root`` is the covariance; what rounding made negative counts as 0.
    """
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T, np.float64)


def steps_seen(history: Introductions) -> Floats:
    """(4,) share of the introductions on record that tell something of each step."""
    if not len(history):
        return np.ones(4)
    return np.array([float((history.reached >= s).mean()) for s in range(4)])
