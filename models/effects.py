"""Categories whose levels may have an effect of their own: counties, kinds, divisions, parks.

Effects are shrunken toward 0 (partial pooling): a level seen often moves far, one never seen
keeps the mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.schema import ENTERPRISE_KINDS, RESOURCE_KINDS

if TYPE_CHECKING:
    from models.stages import Effect

Levels = NDArray[np.object_]


def _regions(market: Market, index: NDArray[np.int32]) -> Levels:
    return np.array([*market.regions.codes, ""], object)[index]


def _division(market: Market) -> Levels:
    own = market.enterprises.fields["industry"]
    line = np.where(own < 0, -1, market.industries.line[np.maximum(own, 0), 1])
    return np.array([*market.industries.codes, ""], object)[line]


#: By name: the side it belongs to, and the level of each row of that side ("" = not known).
EFFECTS: dict[str, tuple[str, Callable[[Market], Levels]]] = {
    "county": ("resource", lambda m: _regions(m, m.resources.fields["region"])),
    "resource_kind": (
        "resource",
        lambda m: np.array([*RESOURCE_KINDS, ""], object)[m.resources.fields["kind"]],
    ),
    "park": (
        "resource",
        lambda m: np.array([str(v or "") for v in m.resources.table["park"]], object),
    ),
    "home": ("enterprise", lambda m: _regions(m, m.enterprises.fields["region"])),
    "division": ("enterprise", _division),
    "enterprise_kind": (
        "enterprise",
        lambda m: np.array(ENTERPRISE_KINDS, object)[m.enterprises.fields["kind"]],
    ),
}


#: Own text columns with more levels than this are names, not categories.
_MOST_LEVELS = 50


def effects_of(market: Market) -> tuple[str, ...]:
    """Names of the effects of a market: the built-in ones, then the user's own text columns."""
    own = [
        f"own:{side.side}:{column}"
        for side in (market.enterprises, market.resources)
        for column, values in sorted(side.own.items())
        if values.dtype == object and len({v for v in values if v is not None}) <= _MOST_LEVELS
    ]
    return (*EFFECTS, *own)


def side_and_levels(name: str, market: Market) -> tuple[str, Levels]:
    """The side that an effect belongs to, and the level of each of its rows ("" = not known)."""
    if name in EFFECTS:
        side, levels = EFFECTS[name]
        return side, levels(market)
    _, side, column = name.split(":", 2)
    profiles = market.enterprises if side == "enterprise" else market.resources
    there = profiles.own.get(column)
    if there is None:  # learned on a store that had the column
        return side, np.full(len(profiles), "", object)
    return side, np.array([*("" if v is None else str(v) for v in there), ""], object)[:-1]


def is_effect(name: str) -> bool:
    """Whether this version knows an effect of that name."""
    return name in EFFECTS or name.startswith(("own:enterprise:", "own:resource:"))


def level_index(levels: Sequence[str], rows: Levels) -> NDArray[np.int64]:
    """Position of each row's level; -1 where it is not known or was never seen."""
    index = {level: i for i, level in enumerate(levels)}
    return np.array([index.get(row, -1) if row else -1 for row in rows], np.int64)


def effect_logits(
    effects: Sequence[Effect], market: Market
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Sum of all effects on each enterprise (4, e) and on each resource (4, r)."""
    sums = {
        "enterprise": np.zeros((4, len(market.enterprises)), np.float32),
        "resource": np.zeros((4, len(market.resources)), np.float32),
    }
    for effect in effects:
        side, rows = side_and_levels(effect.name, market)
        at = level_index(effect.levels, rows)
        padded = np.concatenate([effect.weights, np.zeros((4, 1))], axis=1)
        sums[side] += padded[:, at].astype(np.float32)
    return sums["enterprise"], sums["resource"]
