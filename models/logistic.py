"""Logistic regression with a Gaussian prior whose precisions the data themselves choose.

Coefficients come in groups; the precision of each group's prior is the one under which the data
are most likely, given a first belief (evidence maximisation: MacKay 1992, "Bayesian
interpolation", Neural Computation 4(3), 415-447, eqs. 4.9 and 4.10).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Rows that precisions are learned from, evenly drawn where there are more, and rows worked on at
#: a time.
LEARNED_FROM, AT_A_TIME = 20_000, 1_024

#: Rounds at most, and the change of the logarithm of a precision below which it stands still.
ROUNDS, STILL = 15, 0.05


def inverse_logit(log_odds: Floats) -> Floats:
    """1 / (1 + exp(-x)), however far x lies from 0."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -log_odds)), np.float64)


@dataclass(frozen=True)
class LogisticFit:
    """A fitted step: intercept, (k,) weights, precision by group, posterior covariance."""

    intercept: float
    weights: Floats
    precision: Floats
    covariance: Floats


def fit_logistic(
    columns: NDArray[np.floating[Any]], success: Floats, weight: Floats, prior: Floats,
    prior_intercept: float, scale: Floats, group: NDArray[np.int64], belief: Floats,
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
    mean = np.concatenate([[prior_intercept], prior * scale])
    groups = len(belief)
    size = np.bincount(group, minlength=groups)
    first, trust = belief.T
    precision = first.copy()
    every = Rows(columns, success, weight, scale)
    some = every.drawn(LEARNED_FROM)
    w = mean.copy()
    for _ in range(ROUNDS):
        diagonal = np.concatenate([[1.0], precision[group]])
        w, hessian = _mode(some, mean, diagonal, w, close=1e-4)
        used = 1 - diagonal * np.diag(np.linalg.inv(hessian))  # how far the data determine each
        moved = (w - mean)[1:] ** 2
        gamma = np.bincount(group, used[1:], groups)
        spread = np.bincount(group, moved, groups)
        fresh = np.clip((gamma + trust) / (spread + trust / first), 0.5, 1e6)
        done = np.abs(np.log(fresh / precision))[size > 0].max() < STILL
        precision = fresh
        if done:
            break
    diagonal = np.concatenate([[1.0], precision[group]])
    if some is every:
        w, hessian = _mode(every, mean, diagonal, w, close=1e-7)
    else:
        # The curvature of the rows drawn stands for that of all: it only guides the steps.
        curve = (hessian - np.diag(diagonal)) * (every.weight.sum() / some.weight.sum())
        w, hessian = _mode(every, mean, diagonal, w, close=1e-9, curve=curve)
    back = np.concatenate([[1.0], 1 / scale])
    return LogisticFit(
        float(w[0]),
        w[1:] / scale,
        precision,
        np.linalg.inv(hessian) * back[:, None] * back[None, :],
    )


@dataclass(frozen=True)
class Rows:
    """Rows of a regression, standardised a part at a time: the whole may be large.

    Attributes
    ----------
    columns : (n, k) array
    success, weight : (n,) arrays
    scale : (k,) array
        What one standardised unit of a column is: the prior's precision is then one number a
        group.
    """

    columns: NDArray[np.floating[Any]]
    success: Floats
    weight: Floats
    scale: Floats

    def drawn(self, most: int) -> Rows:
        """At most so many of the rows, evenly drawn."""
        n = len(self.success)
        if n <= most:
            return self
        rows = np.linspace(0, n - 1, most).astype(np.int64)
        return Rows(self.columns[rows], self.success[rows], self.weight[rows], self.scale)

    @cached_property
    def _whole(self) -> list[tuple[Floats, slice]]:
        return [(self._part(slice(0, len(self.success))), slice(0, len(self.success)))]

    def _part(self, rows: slice) -> Floats:
        z = np.empty((len(self.success[rows]), self.columns.shape[1] + 1))
        z[:, 0] = 1.0
        np.multiply(self.columns[rows], 1 / self.scale, out=z[:, 1:])
        return z

    def parts(self) -> Iterable[tuple[Floats, slice]]:
        """Standardised columns, led by a 1, and which rows they are."""
        n = len(self.success)
        if n <= LEARNED_FROM:
            return self._whole
        starts = range(0, n, AT_A_TIME)
        return ((self._part(slice(i, i + AT_A_TIME)), slice(i, i + AT_A_TIME)) for i in starts)

    def odds(self, w: Floats) -> Floats:
        """(n,) log-odds."""
        return np.concatenate([z @ w for z, _ in self.parts()])

    def misfit(self, eta: Floats) -> float:
        """Weighed negative log-likelihood."""
        return float(self.weight @ (np.logaddexp(0, eta) - self.success * eta))

    def gradient(self, eta: Floats) -> Floats:
        """(1 + k,) gradient of the misfit."""
        off = self.weight * (inverse_logit(eta) - self.success)
        return np.asarray(sum(z.T @ off[rows] for z, rows in self.parts()), np.float64)

    def curvature(self, eta: Floats) -> Floats:
        """(1 + k, 1 + k) Hessian of the misfit."""
        p = inverse_logit(eta)
        root = np.sqrt(self.weight * p * (1 - p))
        found = np.zeros((self.columns.shape[1] + 1,) * 2)
        for z, rows in self.parts():
            half = z * root[rows][:, None]
            found += half.T @ half  # of one array: half the work of a product of two
        return found


def _mode(
    rows: Rows, mean: Floats, diagonal: Floats, start: Floats, close: float,
    curve: Floats | None = None,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Newton's method with step halving; returns mode and Hessian there.

    Parameters
    ----------
    curve : (1 + k, 1 + k) array, optional
        Taken for the Hessian of the misfit everywhere.
    """
    w, eta = start, rows.odds(start)
    now = rows.misfit(eta) + 0.5 * float(diagonal @ (w - mean) ** 2)
    hessian = np.diag(diagonal) if curve is None else curve + np.diag(diagonal)
    for _ in range(50):
        gradient = rows.gradient(eta)
        if curve is None:
            hessian = rows.curvature(eta) + np.diag(diagonal)
        step = np.asarray(np.linalg.solve(hessian, gradient + diagonal * (w - mean)), np.float64)
        along = rows.odds(step)
        size, after = 1.0, np.inf
        while size > 1e-4:
            penalty = 0.5 * float(diagonal @ (w - size * step - mean) ** 2)
            after = rows.misfit(eta - size * along) + penalty
            if after <= now + 1e-12:
                break
            size /= 2
        w, eta = w - size * step, eta - size * along
        if now - after < close * max(1.0, abs(now)):
            break
        now = after
    return w, hessian
