"""Logistic regression with a Gaussian prior whose precisions the data themselves choose.

Coefficients come in groups; the precision of each group's prior is the one under which the data
are most likely, given a first belief (evidence maximisation: MacKay 1992, "Bayesian
interpolation", Neural Computation 4(3), 415-447, eqs. 4.9 and 4.10).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Rounds at most, and the change of the logarithm of a precision below which it stands still.
ROUNDS, STILL = 15, 0.05


@dataclass(frozen=True)
class LogisticFit:
    """A fitted step: intercept, (k,) weights, precision by group, posterior covariance."""

    intercept: float
    weights: Floats
    precision: Floats
    covariance: Floats


def fit_logistic(
    columns: Floats, success: Floats, weight: Floats, prior: Floats, prior_intercept: float,
    scale: Floats, group: NDArray[np.int64], belief: Floats,
) -> LogisticFit:  # fmt: skip
    """Logistic regression with prior N(prior, 1 / (precision · scale²)) by group.

    Parameters
    ----------
    columns : (n, k) array
    success : (n,) array of 0 and 1
    weight : (n,) array
    prior, scale, group : (k,) arrays
    belief : (groups, 2) array
        First precision of each group and how much that belief weighs.
    prior_intercept : float
        Its prior has precision 1.

    Returns
    -------
    LogisticFit
        At the mode; precisions where the evidence is largest, given the belief.
    """
    n = len(columns)
    # Work on standardised columns: the prior's precision is then one number a group.
    z = np.concatenate([np.ones((n, 1)), columns / scale], axis=1)
    mean = np.concatenate([[prior_intercept], prior * scale])
    groups = len(belief)
    size = np.bincount(group, minlength=groups)
    first, trust = belief.T
    precision = first.copy()
    w = mean.copy()
    for _ in range(ROUNDS):
        diagonal = np.concatenate([[1.0], precision[group]])
        w, hessian = _mode(z, success, weight, mean, diagonal, w, close=1e-4)
        covariance = np.linalg.inv(hessian)
        used = 1 - diagonal * np.diag(covariance)  # how far the data determine each
        moved = (w - mean)[1:] ** 2
        gamma = np.bincount(group, used[1:], groups)
        spread = np.bincount(group, moved, groups)
        fresh = (gamma + trust) / (spread + trust / first)
        fresh = np.clip(fresh, 0.5, 1e6)
        done = np.abs(np.log(fresh / precision))[size > 0].max() < STILL
        precision = fresh
        if done:
            break
    diagonal = np.concatenate([[1.0], precision[group]])
    w, hessian = _mode(z, success, weight, mean, diagonal, w, close=1e-7)
    covariance = np.linalg.inv(hessian)
    back = np.concatenate([[1.0], 1 / scale])
    return LogisticFit(
        float(w[0]), w[1:] / scale, precision, covariance * back[:, None] * back[None, :]
    )


def _mode(
    z: Floats,
    success: Floats,
    weight: Floats,
    mean: Floats,
    diagonal: Floats,
    start: Floats,
    close: float,
) -> tuple[Floats, Floats]:
    """Newton's method with step halving; returns mode and Hessian there."""
    w = start

    def loss(w: Floats) -> float:
        eta = z @ w
        fit = weight @ (np.logaddexp(0, eta) - success * eta)
        return float(fit + 0.5 * diagonal @ (w - mean) ** 2)

    now = loss(w)
    hessian = np.diag(diagonal)
    for _ in range(50):
        p = 1 / (1 + np.exp(-(z @ w)))
        gradient = z.T @ (weight * (p - success)) + diagonal * (w - mean)
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z + np.diag(diagonal)
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while (after := loss(w - size * step)) > now + 1e-12 and size > 1e-4:
            size /= 2
        w = w - size * step
        if now - after < close * max(1.0, abs(now)):
            break
        now = after
    return w, hessian
