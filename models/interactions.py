"""Interactions: what a trait of the enterprise is worth together with a trait of the resource.

A trait is a category (a kind, a division, a text column of the user's own), a list (intents), a
number of the user's own, or the meaning of the texts. Any trait of one side may matter together
with any of the other: a hospital to a health project, a tier to a style. There are many such
interactions and most mean nothing, so only those enter the model whose cells hold more of what the
rest of the model leaves unexplained than chance would put there (score test of a variance
component: Lin 1997, "Variance component testing in generalised linear models with random
effects", Biometrika 84(2), 309-326).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.schema import INTENTS
from features.text import FloatArray
from models.chance import beyond_chance
from models.effects import effects_of, level_index, side_and_levels
from models.latent import LatentTerm

Floats = NDArray[np.float64]
Index = NDArray[np.int64]

#: Traits beside the user's own columns.
BUILT_IN = {
    "enterprise": ("intents", "enterprise_kind", "trade", "meaning"),
    "resource": ("resource_kind", "trade", "meaning"),
}

#: Stands between the names of two traits.
BETWEEN = "×"

#: Standard deviations beyond chance from which an interaction counts.
BEYOND_CHANCE = 3.0
#: Cells that an interaction may have, and all together.
MOST_CELLS, MOST_CELLS_TOGETHER = 1024, 1400
#: Trades that are brought together: the most frequent ones.
MOST_TRADES = 32
#: A cell needs so many introductions, or so much of a number, to have a say.
LEAST_IN_CELL = 3.0


@dataclass(frozen=True)
class Trait:
    """A trait of one side and how its columns are made.

    Attributes
    ----------
    name : str
        One of :data:`BUILT_IN`; ``own:side:column`` of the user's own, as effects are named.
    levels : tuple of str
        What each column stands for; of a number and of meaning only how many there are matters.
    centre, spread : float
        What a number is standardised by.
    """

    name: str
    levels: tuple[str, ...]
    centre: float = 0.0
    spread: float = 1.0


@dataclass(frozen=True)
class Interaction:
    """Log-odds of each pair of columns of two traits.

    Attributes
    ----------
    left, right : Trait
        Of the enterprise, of the resource.
    weights : (4, l, r) array
    """

    left: Trait
    right: Trait
    weights: Floats

    @property
    def name(self) -> str:
        """Both traits' names."""
        return f"{self.left.name}{BETWEEN}{self.right.name}"


def columns(trait: Trait, side: str, market: Market, meaning: LatentTerm | None) -> FloatArray:
    """(n, levels) columns of a trait; rows of zeros where it is not known.

    Parameters
    ----------
    side : {"enterprise", "resource"}
    """
    profiles = market.enterprises if side == "enterprise" else market.resources
    n = len(profiles)
    if trait.name == "meaning":
        if meaning is None:
            return np.zeros((n, len(trait.levels)), np.float32)
        return np.asarray(meaning.coordinates(market)[side == "resource"], np.float32)
    if trait.name == "trade":
        place = {trade: k for k, trade in enumerate(market.trades)}
        shares = np.pad(profiles.fields["trade_share"], ((0, 0), (0, 1)))
        return np.asarray(shares[:, [place.get(level, -1) for level in trait.levels]])
    if trait.name == "intents":
        return np.asarray(np.nan_to_num(profiles.fields["intents"]), np.float32)
    if trait.levels == ("",):
        if not _is_number(trait.name, market):
            return np.zeros((n, 1), np.float32)  # a number that this market does not have
        values = (profiles.own[trait.name.split(":", 2)[2]] - trait.centre) / trait.spread
        return np.asarray(np.nan_to_num(np.clip(values, -4, 4))[:, None], np.float32)
    if _is_number(trait.name, market):
        return np.zeros((n, len(trait.levels)), np.float32)  # was words where it was learned
    _, rows = side_and_levels(trait.name, market)
    at = level_index(trait.levels, rows)
    return np.asarray(at[:, None] == np.arange(len(trait.levels)), np.float32)


def is_trait(name: str) -> bool:
    """Whether this version knows a trait of that name."""
    own = name.startswith(("own:enterprise:", "own:resource:"))
    return own or any(name in names for names in BUILT_IN.values())


def _is_number(name: str, market: Market) -> bool:
    if not name.startswith("own:"):
        return False
    _, side, column = name.split(":", 2)
    own = (market.enterprises if side == "enterprise" else market.resources).own.get(column)
    return own is not None and own.dtype != object


def traits(market: Market, side: str, meaning: LatentTerm | None) -> list[Trait]:
    """Traits that a side of a market has."""
    profiles = market.enterprises if side == "enterprise" else market.resources
    found = []
    for name in BUILT_IN[side]:
        if name == "meaning":
            if meaning is not None:
                width = meaning.weights.shape[1 if side == "enterprise" else 2]
                found.append(Trait(name, tuple(map(str, range(width)))))
        elif name == "intents":
            found.append(Trait(name, INTENTS))
        elif name == "trade":
            found.append(Trait(name, _frequent(market)))
        else:
            found.append(_category(name, market))
    own = [n for n in effects_of(market) if n.startswith(f"own:{side}:")]
    found += [_category(name, market) for name in own]
    for column, values in sorted(profiles.own.items()):
        if values.dtype != object and (known := values[~np.isnan(values)]).size > 1:
            spread = float(known.std())
            if spread > 0:
                name = f"own:{side}:{column}"
                found.append(Trait(name, ("",), float(known.mean()), spread))
    return [trait for trait in found if trait.levels]


def _frequent(market: Market) -> tuple[str, ...]:
    """The trades that most profiles of both sides are of."""
    sides = (market.enterprises, market.resources)
    count = sum(side.fields["trade_share"].sum(axis=0, dtype=np.float64) for side in sides)
    order = np.argsort(-np.asarray(count), kind="stable")[:MOST_TRADES]
    return tuple(market.trades[k] for k in np.sort(order) if k < len(market.trades))


def _category(name: str, market: Market) -> Trait:
    rows = side_and_levels(name, market)[1]
    return Trait(name, tuple(sorted({str(level) for level in rows if level})))


def candidates(market: Market, meaning: LatentTerm | None) -> list[Interaction]:
    """Interactions that a market could have, without weights."""
    found = []
    for left in traits(market, "enterprise", meaning):
        for right in traits(market, "resource", meaning):
            cells = len(left.levels) * len(right.levels)
            # Meaning with meaning is the learned meaning itself.
            if cells <= MOST_CELLS and not left.name == right.name == "meaning":
                found.append(
                    Interaction(left, right, np.zeros((4, len(left.levels), len(right.levels))))
                )
    return found


def telling(
    found: Sequence[Interaction], market: Market, meaning: LatentTerm | None, e: Index, r: Index,
    residual: Floats, variance: Floats,
) -> list[Interaction]:  # fmt: skip
    """The interactions whose cells hold more of the residuals than chance would put there.

    Parameters
    ----------
    e, r : (n,) int arrays
        Profiles of the introductions.
    residual, variance : (n,) arrays
        What came of each less what the rest of the model expected, and its variance.
    """
    left = {c.left.name: columns(c.left, "enterprise", market, meaning)[e] for c in found}
    right = {c.right.name: columns(c.right, "resource", market, meaning)[r] for c in found}
    scored = []
    for interaction in found:
        a, b = left[interaction.left.name], right[interaction.right.name]
        held = (a * residual[:, None]).T @ b
        expected = (a**2 * variance[:, None]).T @ b.astype(np.float64) ** 2
        seen = (np.abs(a).T @ np.abs(b)) >= LEAST_IN_CELL
        if seen.any() and expected[seen].sum() > 0:
            scored.append((beyond_chance(held[seen] ** 2, expected[seen]), interaction))
    scored.sort(key=lambda one: (-one[0], one[1].name))
    kept: list[Interaction] = []
    room = MOST_CELLS_TOGETHER
    for beyond, interaction in scored:
        cells = interaction.weights[0].size
        if beyond >= BEYOND_CHANCE and cells <= room:
            kept.append(interaction)
            room -= cells
    return kept


def products(
    interaction: Interaction, market: Market, meaning: LatentTerm | None, e: Index, r: Index
) -> tuple[FloatArray, Index]:
    """Design columns of an interaction's cells, and which cells these are.

    Only cells that introductions stand in: the others have nothing to say.

    Returns
    -------
    columns : (n, k) array
    cells : (k,) int array
        Positions in the flattened (l, r) weights.
    """
    a = columns(interaction.left, "enterprise", market, meaning)[e]
    b = columns(interaction.right, "resource", market, meaning)[r]
    cells = np.flatnonzero((np.abs(a).T @ np.abs(b)).ravel() >= LEAST_IN_CELL)
    i, j = np.divmod(cells, b.shape[1])
    return np.asarray(a[:, i] * b[:, j], np.float32), cells


def weighed(interaction: Interaction, cells: Index, weights: Floats) -> Interaction:
    """The interaction with (4, k) weights of some of its cells."""
    every = np.zeros((len(weights), interaction.weights[0].size))
    every[:, cells] = weights
    return replace(interaction, weights=every.reshape(interaction.weights.shape))


def bilinear(
    interactions: Sequence[Interaction], meaning: LatentTerm | None, market: Market
) -> tuple[FloatArray, FloatArray]:
    """All bilinear terms as one: (4, e, k) and (k, r) arrays whose products are their log-odds."""
    mine: list[NDArray[Any]] = [np.zeros((4, len(market.enterprises), 0))]
    theirs: list[NDArray[Any]] = [np.zeros((0, len(market.resources)))]
    if meaning is not None:
        left, right = meaning.coordinates(market)
        mine.append(left @ meaning.weights)
        theirs.append(right.T)
    by_right: dict[Trait, list[Interaction]] = {}
    for interaction in interactions:
        by_right.setdefault(interaction.right, []).append(interaction)
    for trait, group in by_right.items():
        parts = [
            columns(c.left, "enterprise", market, meaning) @ c.weights.astype(np.float32)
            for c in group
        ]
        mine.append(np.sum(parts, axis=0))
        theirs.append(columns(trait, "resource", market, meaning).T)
    return (
        np.ascontiguousarray(np.concatenate(mine, axis=2), np.float32),
        np.ascontiguousarray(np.concatenate(theirs, axis=0), np.float32),
    )
