"""Lists that don't crowd: the transferable-utility matching equilibrium of a whole market.

With joint surplus φ and capacities a, b find μ = u·v·exp(φ / 2β), u² + Σ_r μ = a, v² + Σ_e μ = b
(Choo and Siow, Who Marries Whom and Why, 2006; as a recommender: Tomita, Togashi, Hashizume and
Ohsaka, Fast and Examination-agnostic Reciprocal Recommendation in Matching Markets, 2023), by
iterative proportional fitting. Each sweep goes over φ once, block by block, so memory is bounded by
the block; all is kept in logarithms, so no surplus is too extreme. A large market is solved for
some of its enterprises first, each standing for several: what is left for the whole is few sweeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: (slice of enterprises, perhaps with a step) → (block, m) float32 surplus, -inf = not allowed.
Surplus = Callable[[slice], NDArray[np.float32]]

#: Pairs worked on at a time.
BLOCK_PAIRS = 4_000_000
#: Markets of more pairs are solved for every so many-th enterprise first.
COARSE_PAIRS, COARSE_STEPS = 20_000_000, (32, 8)
_HUGE = 20.0


@dataclass(frozen=True)
class Equilibrium:
    """The potentials of a market in equilibrium.

    Attributes
    ----------
    log_u, log_v : (n,), (m,) float arrays
        How free each enterprise, each resource is: the crowded ones are low.
    scale : float
        2β.
    error : float
        By which share a marginal is missed at most.
    sweeps : int
    """

    log_u: Floats
    log_v: Floats
    scale: float
    error: float
    sweeps: int

    def order(self, surplus: NDArray[np.float32]) -> NDArray[np.float32]:
        """(e, m) what orders each enterprise's list: log μ but for what is the enterprise's own."""
        out: NDArray[np.float32] = surplus / np.float32(self.scale)
        out += self.log_v.astype(np.float32)
        return out


def equilibrium(
    surplus: Surplus,
    enterprises: int,
    resources: int,
    *,
    scale: float,
    capacity: Floats | None = None,
    tolerance: float = 1e-3,
    most_sweeps: int = 500,
    progress: Callable[[int, float], None] | None = None,
) -> Equilibrium:
    """Solve a market.

    Parameters
    ----------
    surplus : callable
        Blocks of φ, made anew each time they are asked for.
    scale : float
        2β, above 0: how much taste nobody sees.
    capacity : (m,) float array, optional
        Of the resources; 1 by default, as of every enterprise.
    tolerance : float
        Stop where no marginal is missed by a larger share.
    """
    b = np.ones(resources) if capacity is None else np.maximum(capacity, 1e-9)
    start = 0.5 * np.log(b)
    if enterprises * resources > COARSE_PAIRS:
        for every in COARSE_STEPS:
            start = _solved(
                surplus, enterprises, b, scale, start, every, tolerance, most_sweeps, None
            ).log_v
    return _solved(surplus, enterprises, b, scale, start, 1, tolerance, most_sweeps, progress)


def _solved(
    surplus: Surplus, enterprises: int, b: Floats, scale: float, log_v: Floats, every: int,
    tolerance: float, most_sweeps: int, progress: Callable[[int, float], None] | None,
) -> Equilibrium:  # fmt: skip
    """The market of every so many-th enterprise, each of which stands for as many."""
    log_b, log_u = np.log(b), np.zeros(-(-enterprises // every))
    weight = enterprises / max(1, len(log_u))
    step = max(1, BLOCK_PAIRS // max(1, len(b)))
    error, sweep = np.inf, 0
    for sweep in range(1, most_sweeps + 1):
        matched = np.zeros(len(b))
        for first in range(0, len(log_u), step):
            last = min(first + step, len(log_u))
            rows = slice(first * every, min(last * every, enterprises), every)
            log_u[first:last], part = _block(surplus(rows), log_v, scale)
            matched += weight * part
        error = float(np.max(np.abs(np.exp(2 * log_v) + matched - b) / b, initial=0.0))
        if progress is not None:
            progress(sweep, error)
        if error <= tolerance:
            break
        with np.errstate(divide="ignore"):
            log_v = _free(np.log(matched) - log_v - np.log(2), log_b)
    return Equilibrium(log_u, log_v, scale, error, sweep)


def _block(block: NDArray[np.float32], log_v: Floats, scale: float) -> tuple[Floats, Floats]:
    """log u of a block of enterprises, and how much of each resource they take."""
    out = np.multiply(block, np.float32(1 / scale))
    out += log_v.astype(np.float32)
    top = out.max(axis=1)
    top[~np.isfinite(top)] = 0.0
    out -= top[:, None]
    np.exp(out, out=out)
    with np.errstate(divide="ignore"):
        half = top + np.log(out.sum(axis=1, dtype=np.float64)) - np.log(2)
    log_u = _free(half, np.zeros(len(half)))
    return log_u, np.exp(log_u + top).astype(np.float32) @ out


def _free(log_half: Floats, log_capacity: Floats) -> Floats:
    """Log of the positive root of x² + 2·half·x = capacity, where half may be 0 or huge."""
    half = np.exp(np.minimum(log_half, _HUGE))
    root = np.log(half + np.sqrt(half**2 + np.exp(log_capacity)))
    return np.asarray(log_capacity - np.where(log_half > _HUGE, log_half + np.log(2), root))
