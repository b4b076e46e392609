"""Fitting the stage model: logistic regressions shrunk toward the expert rule.

Each step of the chain is a logistic regression with a Gaussian prior whose mean is the rule. How
far the data may pull coefficients away is learned from the data itself (:mod:`models.logistic`):
coefficients come in groups (what the rule has an opinion on, what it has none on, bends, gaps,
each category's effects, each interaction, the learned meaning). With little history nothing is
worth leaving the rule for, and the model stays the rule.

What was learned of signing is, in part, true of the later steps too, which have far less history:
they start from the rule and take a learned share of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from features.curves import UNKNOWN, base_name
from features.market import Market
from features.pairs import Pairs, compute
from models import interactions, latent
from models.bending import with_bends, with_gaps, without_idle
from models.doubt import doubt
from models.effects import effects_of, level_index, side_and_levels
from models.history import Introductions
from models.interactions import Interaction
from models.logistic import AT_A_TIME, LogisticFit, fit_logistic, inverse_logit
from models.rule import expert_rule, expert_weights
from models.stages import STAGES, Effect, StageModel
from models.training_rows import features_then, training_pairs

Floats = NDArray[np.float64]
Index = NDArray[np.int64]
#: Columns of a design: there may be many of them.
Values = NDArray[np.float32]

#: Precision of a standardised coefficient's prior before any history is seen, and the weight of
#: that belief: as if so many coefficients had already been looked at. The learned meaning has many
#: coefficients that mean nothing until the history is large: it must earn its place. An interaction
#: has earned it already (:func:`models.interactions.telling`).
BELIEF = (200.0, 15.0)
BELIEF_LEARNED = (3000.0, 10.0)
BELIEF_INTERACTION = (20.0, 2.0)

#: The share of what was learned of signing that a later step takes: mean and precision.
SHARE, SHARE_BELIEF = 0.3, (20.0, 2.0)

#: Prior groups of features: the rule has an opinion, it has none, bends, gaps.
GROUPS = 4

#: Introductions that the rule's neutral values count for against those of the history.
NEUTRAL_WEIGHT = 50.0
#: Levels of a category that get an effect of their own, those of most introductions: fitting takes
#: the cube of their number, and a rare one would be drawn to the mean, that of all others, anyway.
MOST_LEVELS = 500
#: Pairs that tell how much a feature usually varies.
DRAWN = 1000


@dataclass(frozen=True)
class Block:
    """Columns of the design that share one prior or, the features, a few.

    Attributes
    ----------
    columns : (n, k) array
    scale : (k,) array
        What one standardised unit of a column is; levels and products are taken as they are.
    group : (k,) int array
        Prior group within the block.
    belief : (groups, 2) array
        First precision of each group and the weight of that belief.
    prior : (4, k) array
        Prior mean of each coefficient, by step.
    """

    columns: Values
    scale: Floats
    group: Index
    belief: Floats
    prior: Floats

    @classmethod
    def of(cls, columns: Values, belief: tuple[float, float], prior: float = 0.0) -> Block:
        """A block with one prior, of columns taken as they are."""
        k = columns.shape[1]
        return cls(
            columns, np.ones(k), np.zeros(k, np.int64), np.array([belief]),
            np.full((len(STAGES), k), prior),
        )  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """Introductions that teach: profiles, stage reached, weight."""

    market: Market
    e: Index
    r: Index
    reached: Index
    weight: Floats

    def step(self, blocks: list[Block], step: int, intercept: float) -> LogisticFit:
        """Fit one step on the introductions that came so far."""
        rows = np.flatnonzero(self.reached >= step)
        columns = _design(blocks, rows)
        first = np.cumsum([0, *(len(b.belief) for b in blocks[:-1])])
        return fit_logistic(
            columns, (self.reached[rows] > step).astype(np.float64), self.weight[rows],
            np.concatenate([b.prior[step] for b in blocks]), intercept,
            np.concatenate([b.scale for b in blocks]),
            np.concatenate([b.group + f for b, f in zip(blocks, first, strict=True)]),
            np.concatenate([b.belief for b in blocks]),
        )  # fmt: skip


def fit_stages(
    market: Market,
    history: Introductions,
    *,
    effects: bool = True,
    learned_meaning: bool = True,
    curves: bool = True,
    interacting: bool = True,
    half_life_days: float | None = None,
) -> StageModel:
    """Fit the four steps on the introductions of a history.

    Parameters
    ----------
    market : Market
        Profiles; its as-of date is the day up to which the history is known.
    history : Introductions
    effects, learned_meaning, curves, interacting : bool
        Whether categories get effects of their own, the bilinear term is fitted, features may
        bend and their absence may count, and traits of both sides may be interacting.
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
        names, values = with_gaps(names, values)
    blank = [
        Effect(name, _levels(market, name, e, r), np.zeros((4, 0))) for name in effects_of(market)
    ]
    age = market.as_of.toordinal() - history.first_date[known]
    weight = np.ones(len(known)) if half_life_days is None else 0.5 ** (age / half_life_days)
    seen = Seen(market, e, r, history.reached[known].astype(np.int64), weight)
    parts = Parts(
        names, values, tuple(blank) if effects else (),
        _blank_latent(market) if learned_meaning else None,
    )  # fmt: skip
    first = Signing.fitted(seen, parts)
    parts = first.looked_at_again(seen, curves=curves, interacting=interacting)
    return _all_steps(seen, first if parts is first.parts else Signing.fitted(seen, parts))


def _design(blocks: Sequence[Block], rows: Index) -> Values:
    """(rows, k) columns of all blocks, filled in block by block: there may be many of them."""
    ends = np.cumsum([0, *(block.columns.shape[1] for block in blocks)])
    out = np.empty((len(rows), ends[-1]), np.float32)
    for block, first, end in zip(blocks, ends[:-1], ends[1:], strict=True):
        out[:, first:end] = (
            block.columns if len(rows) == len(block.columns) else block.columns[rows]
        )
    return out


def _features(
    rule: StageModel, values: NDArray[np.float32], market: Market
) -> tuple[StageModel, Block]:
    """The rule with neutral values that know the history, and the features' block."""
    count = (~np.isnan(values)).sum(axis=0)
    total = np.nansum(values, axis=0, dtype=np.float64)
    # Where the rule has no opinion, nothing is neutral but the mean of what is known.
    opinion = np.array([NEUTRAL_WEIGHT * (name in expert_weights()) for name in rule.names])
    neutral = (total + opinion * rule.neutral) / np.maximum(count + opinion, 1)
    centred = values - neutral
    # How much a feature varies is told by what is known of it, not by how often it is not.
    # A few introductions may all be alike in something in which the market's pairs differ much.
    usual = NEUTRAL_WEIGHT * _variance(rule.names, market)
    spread = np.sqrt((np.nansum(centred**2, axis=0) + usual) / (count + NEUTRAL_WEIGHT))
    block = Block(
        np.where(np.isnan(values), 0.0, centred).astype(np.float32),
        np.where(spread > 1e-9, spread, 1.0),
        np.array([_group(name, rule.weights[:, k]) for k, name in enumerate(rule.names)]),
        np.tile(BELIEF, (GROUPS, 1)),
        rule.weights,
    )
    return replace(rule, neutral=neutral), block


def _variance(names: tuple[str, ...], market: Market) -> Floats:
    """(f,) variance of each feature over pairs of the market drawn at random."""
    rng = np.random.default_rng(0)
    e = rng.integers(0, len(market.enterprises), DRAWN)
    r = rng.integers(0, len(market.resources), DRAWN)
    values = compute(Pairs(market, e, r, rowwise=True), names).astype(np.float64)
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0.0).sum(axis=0) / count
    return np.asarray(np.where(known, (values - mean) ** 2, 0.0).sum(axis=0) / count, np.float64)


def _group(name: str, opinion: Floats) -> int:
    if name.endswith(UNKNOWN):
        return 3
    if base_name(name) != name:
        return 2
    return 0 if np.any(opinion != 0) else 1


def _levels(market: Market, name: str, e: Index, r: Index) -> tuple[str, ...]:
    side, rows = side_and_levels(name, market)
    seen = Counter(str(level) for level in rows[e if side == "enterprise" else r] if level)
    often = sorted(seen, key=lambda level: (-seen[level], level))
    return tuple(sorted(often[:MOST_LEVELS]))


def _blank_latent(market: Market) -> latent.LatentTerm:
    left = latent.fit_projection(latent.raw_vectors(market.enterprises, market))
    right = latent.fit_projection(latent.raw_vectors(market.resources, market))
    return latent.LatentTerm(
        left, right, np.zeros((len(STAGES), left.shape[1], right.shape[1]), np.float32)
    )


def _effect_block(effect: Effect, seen: Seen) -> Block:
    side, rows = side_and_levels(effect.name, seen.market)
    at = level_index(effect.levels, rows)[seen.e if side == "enterprise" else seen.r]
    # A level is an event, not a quantity: its effect is shrunk as such, however rare it is.
    return Block.of((at[:, None] == np.arange(len(effect.levels))).astype(np.float32), BELIEF)


def _meaning_block(term: latent.LatentTerm, seen: Seen) -> Block:
    left, right = term.coordinates(seen.market)
    product = left[seen.e][:, :, None] * right[seen.r][:, None, :]
    return Block.of(product.reshape(len(seen.e), -1).astype(np.float32), BELIEF_LEARNED)


@dataclass(frozen=True)
class Parts:
    """What a model is made of.

    Attributes
    ----------
    names : tuple of f str
        Pair features and those derived from them.
    values : (n, f) array
        Of the introductions.
    effects : tuple of Effect
    term : LatentTerm or None
    interactions : tuple of Interaction
    """

    names: tuple[str, ...]
    values: NDArray[np.float32]
    effects: tuple[Effect, ...]
    term: latent.LatentTerm | None
    interactions: tuple[Interaction, ...] = ()


@dataclass(frozen=True)
class Signing:
    """The first step, fitted: where nearly all of the history is.

    Attributes
    ----------
    parts : Parts
    rule : StageModel
        With neutral values that know the history.
    blocks : list of Block
        Features, effects; then the learned meaning, interactions.
    cells : list of int arrays
        The cells of each interaction that have a column.
    fit : LogisticFit
    """

    parts: Parts
    rule: StageModel
    blocks: list[Block]
    cells: list[Index]
    fit: LogisticFit

    @classmethod
    def fitted(cls, seen: Seen, parts: Parts) -> Signing:
        """Fit the step with these parts."""
        rule, features = _features(expert_rule(parts.names), parts.values, seen.market)
        blocks = [features, *(_effect_block(effect, seen) for effect in parts.effects)]
        if parts.term is not None:
            blocks.append(_meaning_block(parts.term, seen))
        cells = []
        for interaction in parts.interactions:
            columns, there = interactions.products(
                interaction, seen.market, parts.term, seen.e, seen.r
            )
            blocks.append(Block.of(columns, BELIEF_INTERACTION))
            cells.append(there)
        return cls(parts, rule, blocks, cells, seen.step(blocks, 0, rule.intercepts[0]))

    def along(self, weights: Floats) -> Floats:
        """(n,) sum of all columns of the design, each times its weight."""
        out = np.zeros(len(self.blocks[0].columns))
        for start in range(0, len(out), AT_A_TIME):
            rows = slice(start, start + AT_A_TIME)
            first = 0
            for block in self.blocks:
                part = block.columns[rows]
                out[rows] += part @ weights[first : first + part.shape[1]]
                first += part.shape[1]
        return out

    @property
    def learned(self) -> Floats:
        """(k,) what the history changed in the rule's coefficients."""
        prior = np.concatenate([block.prior[0] for block in self.blocks])
        return np.asarray(self.fit.weights - prior, np.float64)

    def looked_at_again(self, seen: Seen, *, curves: bool, interacting: bool) -> Parts:
        """The parts, with the bends and interactions that the residuals ask for."""
        expected = inverse_logit(self.fit.intercept + self.along(self.fit.weights))
        residual = seen.weight * ((seen.reached > 0) - expected)
        variance = seen.weight**2 * expected * (1 - expected)
        parts = self.parts
        if curves:
            names, values = with_bends(parts.names, parts.values, residual, variance)
            if len(names) > len(parts.names):
                parts = replace(parts, names=names, values=values)
        if interacting:
            found = interactions.telling(
                interactions.candidates(seen.market, parts.term), seen.market, parts.term,
                seen.e, seen.r, residual, variance,
            )  # fmt: skip
            if found:
                parts = replace(parts, interactions=tuple(found))
        return parts


def _all_steps(seen: Seen, signing: Signing) -> StageModel:
    """The later steps on top of the first."""
    parts, rule = signing.parts, signing.rule
    weights = np.zeros((len(STAGES), len(signing.learned)))
    intercepts = np.array(rule.intercepts, float)
    intercepts[0], weights[0] = signing.fit.intercept, signing.fit.weights
    precisions = [list(map(float, signing.fit.precision))]
    own = signing.blocks[: 1 + len(parts.effects)]
    width = sum(block.columns.shape[1] for block in own)
    learned = signing.along(signing.learned)[:, None].astype(np.float32)
    for s in range(1, len(STAGES)):
        blocks = [*own, Block.of(learned, SHARE_BELIEF, prior=SHARE)]
        step = seen.step(blocks, s, rule.intercepts[s])
        intercepts[s] = step.intercept
        weights[s] = step.weights[-1] * signing.learned
        weights[s, :width] += step.weights[:-1]
        precisions.append(list(map(float, step.precision)))
    f = len(rule.names)
    model = replace(
        _parted(signing, weights),
        intercepts=intercepts,
        doubt=np.array([doubt(seen.weight[seen.reached >= s].sum()) for s in range(len(STAGES))]),
        covariance=signing.fit.covariance[: 1 + f, : 1 + f],
        described={"precision": precisions},
    )
    return without_idle(model, signing.blocks[0].scale)


def _parted(signing: Signing, weights: Floats) -> StageModel:
    """All coefficients back where they belong."""
    ends = np.cumsum([block.columns.shape[1] for block in signing.blocks])
    pieces = iter(np.split(weights, ends[:-1], axis=1))
    own = next(pieces)
    parts = signing.parts
    effects = tuple(replace(effect, weights=next(pieces)) for effect in parts.effects)
    term = parts.term
    if term is not None:
        term = replace(term, weights=next(pieces).reshape(term.weights.shape).astype("f4"))
    met = tuple(
        interactions.weighed(interaction, cells, next(pieces))
        for interaction, cells in zip(parts.interactions, signing.cells, strict=True)
    )
    return replace(signing.rule, weights=own, effects=effects, latent=term, interactions=met)
