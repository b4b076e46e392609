"""A world in which county and park decide, and differently at each step."""

from __future__ import annotations

from functools import partial

import numpy as np

from tests.worlds.field_terms import add_field
from tests.worlds.ground import Array, Ground
from tests.worlds.phrases import E_SAYINGS, R_SAYINGS, described
from tests.worlds.places import places
from tests.worlds.words import vocabulary

PARKS = 40


def tell(made: Ground) -> None:
    """Counties good at signing may be bad at completing; little else matters."""
    rng, n, m = made.rng, made.n, made.m
    counties = len(places().underdeveloped)
    effect = rng.normal(size=(4, counties))
    effect[1:] = 0.7 * effect[1:] - 0.35 * effect[0]  # who signs everything completes less
    park_effect = 0.6 * rng.normal(size=(4, PARKS))
    made.r["park"] = np.where(rng.random(m) < 0.6, rng.integers(0, PARKS, m), -1)
    for c in range(counties):
        made.say(f"county_{c}", partial(_is, made, "region", c), *effect[:, c], unit=True)
    for p in range(PARKS):
        made.say(f"park_{p}", partial(_is, made, "park", p), *park_effect[:, p], unit=True)
    trades = vocabulary()["trades"]
    codes = list(trades)
    made.e["trade"], made.r["trade"] = (
        rng.integers(0, len(codes), n),
        rng.integers(0, len(codes), m),
    )
    made.say("trade_same", lambda e, r: 1.0 * (made.e["trade"][e] == made.r["trade"][r]), 0.3)
    add_field(made, distance=-0.4, land_met=0.35, growth=0.2)
    made.spread = 2.0
    made.r_written["park"] = [f"第{p}产业园" if p >= 0 else None for p in made.r["park"].tolist()]
    own = [codes[t] for t in made.e["trade"].tolist()]
    theirs = [codes[t] for t in made.r["trade"].tolist()]
    made.e_written["industry"] = list(own)
    made.r_written["industries"] = [(c[:3],) for c in theirs]
    made.e_written["description"] = described(rng, [trades[c] for c in own], E_SAYINGS)
    made.r_written["description"] = described(rng, [trades[c] for c in theirs], R_SAYINGS)


def _is(made: Ground, column: str, level: int, e: Array, r: Array) -> Array:
    return np.asarray((made.r[column][r] == level) + 0.0 * e)
