"""Which pair features may bend, which gaps may count, and which of these are worth their time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from features.curves import base_name, bend_name, derived_values, gap_name
from models.chance import beyond_chance
from models.stages import StageModel

Floats = NDArray[np.float64]

#: A feature needs so many values to bend, so large a share of gaps for these to count; a derived
#: feature that moves the log-odds by less a standard deviation is left out.
LEAST_VALUES, LEAST_GAP, IDLE = 8, 0.02, 0.04

#: Shares of the history below each bend.
KNOTS = (0.1, 0.3, 0.5, 0.7, 0.9)

#: Standard deviations beyond chance from which a feature bends.
BEYOND_CHANCE = 1.0


def with_gaps(
    names: tuple[str, ...], values: NDArray[np.float32]
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Add a feature's absence where it varies.

    Parameters
    ----------
    values : (n, f) array
        NaN = not known.
    """
    share = np.isnan(values).mean(axis=0)
    some = np.flatnonzero((share >= LEAST_GAP) & (share <= 1 - LEAST_GAP))
    found = (*names, *(gap_name(names[k]) for k in some))
    return found, np.concatenate([values, np.isnan(values[:, some])], axis=1, dtype=np.float32)


def with_bends(
    names: tuple[str, ...], values: NDArray[np.float32], residual: Floats, variance: Floats
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Add bends to the features along which the residuals do.

    Parameters
    ----------
    values : (n, f) array
        NaN = not known.
    residual, variance : (n,) arrays
        What came of each introduction less what a model without bends expected, and its variance.
    """
    found, columns = list(names), [values]
    for k, name in enumerate(names):
        column = values[:, k]
        known = ~np.isnan(column)
        if base_name(name) != name or len(np.unique(column[known])) < LEAST_VALUES:
            continue
        low, high = column[known].min(), column[known].max()
        knots = {float(f"{q:.4g}") for q in np.quantile(column[known], KNOTS)}
        derived = [bend_name(name, q) for q in sorted(knots) if low < q < high]
        if not derived:
            continue
        bends = np.stack([derived_values(one, column) for one in derived], axis=1)
        if _bend(column, bends, known, residual, variance) >= BEYOND_CHANCE:
            found += derived
            columns.append(bends)
    return tuple(found), np.concatenate(columns, axis=1)


def _bend(
    line: NDArray[np.float32], bends: NDArray[np.float32], known: NDArray[np.bool_],
    residual: Floats, variance: Floats,
) -> float:  # fmt: skip
    """How far beyond chance the residuals follow the bends where a straight line does not."""
    weight = np.sqrt(variance[known])[:, None]
    straight = np.stack([np.ones(known.sum()), line[known]], axis=1).astype(np.float64)
    both = np.concatenate([straight, bends[known]], axis=1) * weight
    own, others = both[:, :2], both[:, 2:]
    others = others - own @ np.linalg.lstsq(own, others, rcond=None)[0]
    others /= np.maximum(np.linalg.norm(others, axis=0), 1e-12)
    held = others.T @ (residual[known] / np.maximum(weight[:, 0], 1e-12))
    return beyond_chance(held**2, np.linalg.eigvalsh(others.T @ others))


def without_idle(model: StageModel, scale: Floats) -> StageModel:
    """The model without derived features that hardly matter: they only cost time."""
    moves = np.abs(model.weights * scale[: len(model.names)]).max(axis=0)
    kept = [k for k, name in enumerate(model.names) if base_name(name) == name or moves[k] >= IDLE]
    covariance = model.covariance
    if covariance is not None:
        rows = np.array([0, *(1 + k for k in kept)])
        covariance = covariance[np.ix_(rows, rows)]
    return replace(
        model, names=tuple(model.names[k] for k in kept), weights=model.weights[:, kept],
        neutral=model.neutral[kept], covariance=covariance,
    )  # fmt: skip
