"""A world in which county and park decide, and differently at each step."""

from __future__ import annotations

from functools import partial

import numpy as np

from tests.worlds.field_terms import add_field
from tests.worlds.ground import Array, Ground
from tests.worlds.places import places
from tests.worlds.trades import add_trades

PARKS = 40


def tell(made: Ground) -> None:
    """Counties good at signing may be bad at completing; little else matters."""
    rng, m = made.rng, made.m
    counties = len(places().underdeveloped)
    effect = rng.normal(size=(4, counties))
    effect[1:] = 0.7 * effect[1:] - 0.35 * effect[0]  # who signs everything completes less
    park_effect = 0.6 * rng.normal(size=(4, PARKS))
    made.r["park"] = np.where(rng.random(m) < 0.6, rng.integers(0, PARKS, m), -1)
    for c in range(counties):
        made.say(f"county_{c}", partial(_is, made, "region", c), *effect[:, c], unit=True)
    for p in range(PARKS):
        made.say(f"park_{p}", partial(_is, made, "park", p), *park_effect[:, p], unit=True)
    add_trades(made, 0.3, wrong=0.0, coarse=0.0, digits=3)
    add_field(made, distance=-0.4, land_met=0.35, growth=0.2)
    made.spread = 2.0
    made.r_written["park"] = [f"第{p}产业园" if p >= 0 else None for p in made.r["park"].tolist()]


def _is(made: Ground, column: str, level: int, e: Array, r: Array) -> Array:
    return np.asarray((made.r[column][r] == level) + 0.0 * e)
