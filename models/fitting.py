"""Fitting the stage model: logistic regressions shrunk toward the expert rule.

Each step of the chain is a logistic regression with a Gaussian prior whose mean is the rule. How
far the data may pull coefficients away is learned from the data itself: coefficients come in
groups (what the rule has an opinion on, what it has none on, each category's effects, the learned
meaning), and the precision of each group's prior is the one under which the history is most
likely (evidence maximisation, MacKay 1992, Neural Computation 4(3), 415-447). With little history
nothing is worth leaving the rule for, and the model stays the rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.curves import UNKNOWN, base_name, bend_name, derived_values, gap_name
from features.hard_limits import budget_too_small, too_polluting
from features.market import Market
from features.pairs import Pairs, compute
from models import latent
from models.effects import effects_of, level_index, side_and_levels
from models.history import Introductions
from models.rule import expert_rule, expert_weights
from models.stages import STAGES, Effect, StageModel

Floats = NDArray[np.float64]

#: Precision of a standardised coefficient's prior before any history is seen, and the weight of
#: that belief: as if so many coefficients had already been looked at. The learned meaning has many
#: coefficients that mean nothing until the history is large: it must earn its place.
FIRST_PRECISION = 200.0
BELIEF = 15.0
FIRST_PRECISION_LEARNED = 3000.0
BELIEF_LEARNED = 10.0

#: Prior groups of features: the rule has an opinion, it has none, bends, gaps.
GROUPS = 4

#: A feature needs so many values to bend, so large a share of gaps for these to count; a derived
#: feature that moves the log-odds by less a standard deviation is left out.
LEAST_VALUES, LEAST_GAP, IDLE = 8, 0.02, 0.04

#: Introductions that the rule's neutral values count for against those of the history.
NEUTRAL_WEIGHT = 50.0


@dataclass(frozen=True)
class Design:
    """Introductions as a design matrix.

    Attributes
    ----------
    columns : (n, k) array
        Features less their neutral value (0 where not known), then one column for each level of
        each effect, then the products of the learned coordinates.
    scale : (k,) array
        Standard deviation of each column in the history; 1 where it does not vary.
    group : (k,) int array
        Prior group of each column.
    belief : (groups, 2) array
        First precision of each group and the weight of that belief.
    reached : (n,) int array
    weight : (n,) array
        Weight of each introduction.
    """

    columns: Floats
    scale: Floats
    group: NDArray[np.int64]
    belief: Floats
    reached: NDArray[np.int64]
    weight: Floats


def training_pairs(
    market: Market, history: Introductions
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Profile rows of the introductions, and which introductions these are.

    Those with a profile on both sides, within the hard limits: an introduction that could not
    come to anything says nothing about those that can.
    """
    e = np.array([market.enterprises.index.get(i, -1) for i in history.enterprise_id], np.int64)
    r = np.array([market.resources.index.get(i, -1) for i in history.resource_id], np.int64)
    known = np.flatnonzero((e >= 0) & (r >= 0))
    pairs = Pairs(market, e[known], r[known], rowwise=True)
    known = known[~(too_polluting(pairs) | budget_too_small(pairs))]
    return e[known], r[known], known


def features_then(
    market: Market, names: tuple[str, ...], e: NDArray[np.int64], r: NDArray[np.int64],
    days: NDArray[np.int32],
) -> NDArray[np.float32]:  # fmt: skip
    """Pair features of introductions as they stood when each began.

    The graph is that of the first day of the introduction's quarter, so that no feature knows
    what became of it.

    Returns
    -------
    (n, f) float32 array
    """
    out = np.empty((len(e), len(names)), np.float32)
    quarters = [(d.year, (d.month - 1) // 3) for d in map(date.fromordinal, days.tolist())]
    for year, quarter in sorted(set(quarters)):
        rows = np.array([i for i, q in enumerate(quarters) if q == (year, quarter)])
        then = market.at(date(year, 3 * quarter + 1, 1))
        out[rows] = compute(Pairs(then, e[rows], r[rows], rowwise=True), names)
    return out


def fit_stages(
    market: Market,
    history: Introductions,
    *,
    effects: bool = True,
    learned_meaning: bool = True,
    curves: bool = True,
    half_life_days: float | None = None,
) -> StageModel:
    """Fit the four steps on the introductions of a history.

    Parameters
    ----------
    market : Market
        Profiles; its as-of date is the day up to which the history is known.
    history : Introductions
    effects, learned_meaning, curves : bool
        Whether categories get effects of their own, the bilinear term is fitted, and features
        may bend and their absence may count.
    half_life_days : float, optional
        Age at which an introduction counts half; None = all alike.

    Returns
    -------
    StageModel
        The rule itself where the history is empty.
    """
    names = tuple(market.features)
    rule = expert_rule(names)
    e, r, known = training_pairs(market, history)
    if not len(known):
        return rule
    values = features_then(market, names, e, r, history.first_date[known])
    if curves:
        names, values = with_curves(names, values)
        rule = expert_rule(names)
    count = (~np.isnan(values)).sum(axis=0)
    total = np.nansum(values, axis=0, dtype=np.float64)
    # Where the rule has no opinion, nothing is neutral but the mean of what is known.
    opinion = np.array([NEUTRAL_WEIGHT * (name in expert_weights()) for name in names])
    neutral = (total + opinion * rule.neutral) / np.maximum(count + opinion, 1)
    blank = [
        Effect(name, _levels(market, name, e, r), np.zeros((4, 0))) for name in effects_of(market)
    ]
    blank = blank if effects else []
    term = _blank_latent(market) if learned_meaning else None
    age = market.as_of.toordinal() - history.first_date[known]
    weight = np.ones(len(known)) if half_life_days is None else 0.5 ** (age / half_life_days)
    centred = values - neutral
    # How much a feature varies is told by what is known of it, not by how often it is not.
    spread = np.sqrt(np.nansum(centred**2, axis=0) / np.maximum(count, 1))
    design = _design(
        market, np.where(np.isnan(values), 0.0, centred), spread, rule, blank, term, e, r,
        history.reached[known].astype(np.int64), weight,
    )  # fmt: skip
    return without_idle(_fit(design, replace(rule, neutral=neutral), blank, term), design.scale)


def with_curves(
    names: tuple[str, ...], values: NDArray[np.float32]
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Add two bends to each feature that takes many values, and its absence where it varies.

    Bends stand at the thirds of what the history shows: where there is little to see, a curve has
    nothing to hold on to.
    """
    found, columns = list(names), [values]
    for k, name in enumerate(names):
        column = values[:, k]
        gap = float(np.isnan(column).mean())
        derived = [gap_name(name)] if LEAST_GAP <= gap <= 1 - LEAST_GAP else []
        known = column[~np.isnan(column)]
        if len(known) and len(np.unique(known)) >= LEAST_VALUES:
            knots = {float(f"{q:.4g}") for q in np.quantile(known, [1 / 3, 2 / 3])}
            inside = [q for q in sorted(knots) if known.min() < q < known.max()]
            derived += [bend_name(name, q) for q in inside]
        for one in derived:
            found.append(one)
            columns.append(derived_values(one, column)[:, None])
    return tuple(found), np.concatenate(columns, axis=1)


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


def _group(name: str, opinion: Floats) -> int:
    if name.endswith(UNKNOWN):
        return 3
    if base_name(name) != name:
        return 2
    return 0 if np.any(opinion != 0) else 1


def _levels(
    market: Market, name: str, e: NDArray[np.int64], r: NDArray[np.int64]
) -> tuple[str, ...]:
    side, rows = side_and_levels(name, market)
    seen = rows[e if side == "enterprise" else r]
    return tuple(sorted({str(level) for level in seen if level}))


def _blank_latent(market: Market) -> latent.LatentTerm:
    left = latent.fit_projection(latent.raw_vectors(market.enterprises, market))
    right = latent.fit_projection(latent.raw_vectors(market.resources, market))
    return latent.LatentTerm(
        left, right, np.zeros((len(STAGES), left.shape[1], right.shape[1]), np.float32)
    )


def _design(
    market: Market, features: Floats, spread: Floats, rule: StageModel, effects: list[Effect],
    term: latent.LatentTerm | None, e: NDArray[np.int64], r: NDArray[np.int64],
    reached: NDArray[np.int64], weight: Floats,
) -> Design:  # fmt: skip
    blocks = [features.astype(np.float64)]
    groups = [np.array([_group(name, rule.weights[:, k]) for k, name in enumerate(rule.names)])]
    for number, effect in enumerate(effects, start=GROUPS):
        side, rows = side_and_levels(effect.name, market)
        at = level_index(effect.levels, rows)[e if side == "enterprise" else r]
        blocks.append((at[:, None] == np.arange(len(effect.levels))).astype(np.float64))
        groups.append(np.full(len(effect.levels), number))
    if term is not None:
        left, right = term.coordinates(market)
        product = left[e][:, :, None] * right[r][:, None, :]
        blocks.append(product.reshape(len(e), -1).astype(np.float64))
        groups.append(np.full(blocks[-1].shape[1], GROUPS + len(effects)))
    columns = np.concatenate(blocks, axis=1)
    # A level is an event, not a quantity: its effect is shrunk as such, however rare it is.
    scale = np.ones(columns.shape[1])
    scale[: features.shape[1]] = spread
    belief = np.tile([FIRST_PRECISION, BELIEF], (GROUPS + 1 + len(effects), 1))
    belief[GROUPS + len(effects)] = FIRST_PRECISION_LEARNED, BELIEF_LEARNED
    return Design(
        columns, np.where(scale > 1e-9, scale, 1.0), np.concatenate(groups), belief, reached, weight
    )


def _fit(
    design: Design, rule: StageModel, effects: list[Effect], term: latent.LatentTerm | None
) -> StageModel:
    f = len(rule.names)
    weights, intercepts = np.zeros((len(STAGES), design.columns.shape[1])), np.zeros(len(STAGES))
    covariance = np.zeros((0, 0))
    precisions = []
    for s in range(len(STAGES)):
        rows = design.reached >= s
        prior = np.zeros(design.columns.shape[1])
        prior[:f] = rule.weights[s]
        step = fit_logistic(
            design.columns[rows], (design.reached[rows] > s).astype(np.float64),
            design.weight[rows], prior, rule.intercepts[s], design.scale, design.group,
            design.belief,
        )  # fmt: skip
        intercepts[s], weights[s] = step.intercept, step.weights
        precisions.append(step.precision)
        if s == 0:
            covariance = step.covariance[: 1 + f, : 1 + f]
    start = f
    fitted = []
    for effect in effects:
        stop = start + len(effect.levels)
        fitted.append(replace(effect, weights=weights[:, start:stop]))
        start = stop
    if term is not None:
        term = replace(term, weights=weights[:, start:].reshape(term.weights.shape).astype("f4"))
    return replace(
        rule, weights=weights[:, :f], intercepts=intercepts, effects=tuple(fitted), latent=term,
        covariance=covariance, described={"precision": [list(map(float, p)) for p in precisions]},
    )  # fmt: skip


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
    for _ in range(30):
        diagonal = np.concatenate([[1.0], precision[group]])
        w, hessian = _mode(z, success, weight, mean, diagonal, w)
        covariance = np.linalg.inv(hessian)
        used = 1 - diagonal * np.diag(covariance)  # how far the data determine each
        moved = (w - mean)[1:] ** 2
        gamma = np.bincount(group, used[1:], groups)
        spread = np.bincount(group, moved, groups)
        fresh = (gamma + trust) / (spread + trust / first)
        fresh = np.clip(fresh, 0.5, 1e6)
        done = np.abs(np.log(fresh / precision))[size > 0].max() < 0.02
        precision = fresh
        if done:
            break
    back = np.concatenate([[1.0], 1 / scale])
    return LogisticFit(
        float(w[0]), w[1:] / scale, precision, covariance * back[:, None] * back[None, :]
    )


def _mode(
    z: Floats, success: Floats, weight: Floats, mean: Floats, diagonal: Floats, start: Floats
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
        if now - after < 1e-7 * max(1.0, abs(now)):
            break
        now = after
    return w, hessian
