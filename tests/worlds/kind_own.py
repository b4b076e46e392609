"""A world in which columns of the user's own decide, alone and across the sides."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.tables import Value
from tests.worlds.field_terms import add_field
from tests.worlds.ground import Array, Ground
from tests.worlds.trades import add_trades

TIERS = ("甲级", "乙级", "丙级", "试点", "其他")
STYLES = ("国有", "民营", "合资", "村集体", "园区平台", "乡贤")


def tell(made: Ground) -> None:
    """``x_tier`` × ``x_style`` across the sides, ``x_a`` × ``x_b``, nearness in ``x_pace``."""
    rng, n, m = made.rng, made.n, made.m
    for name, side, size in (
        ("x_a", made.e, n), ("x_b", made.r, m), ("x_pace", made.e, n), ("x_pace", made.r, m),
        ("x_rating", made.r, m),
    ):  # fmt: skip
        side[name] = rng.normal(size=size).round(3)
    made.e["tier"], made.r["style"] = rng.integers(0, 5, n), rng.integers(0, 6, m)
    liking = rng.normal(size=(len(TIERS), len(STYLES)))
    liking -= liking.mean(axis=1, keepdims=True)
    for i, tier in enumerate(TIERS):
        for j, style in enumerate(STYLES):
            name = f"{tier}×{style}"
            made.say(name, partial(_both, made, i, j), 1.3 * liking[i, j], unit=True)
    made.say("x_a×x_b", lambda e, r: made.e["x_a"][e] * made.r["x_b"][r], 0.8)
    made.say("x_pace", lambda e, r: -np.abs(made.e["x_pace"][e] - made.r["x_pace"][r]), 0.7)
    made.say("x_rating", lambda e, r: made.r["x_rating"][r] + 0.0 * e, 0.5)
    add_trades(made, 0.5)
    add_field(made, distance=-0.3, land_met=0.3, labour_met=0.2)
    made.e_written |= {
        "x_a": _holed(made, made.e["x_a"]), "x_pace": _holed(made, made.e["x_pace"]),
        "x_tier": [TIERS[k] for k in made.e["tier"].tolist()],
    }  # fmt: skip
    made.r_written |= {
        "x_b": _holed(made, made.r["x_b"]), "x_pace": _holed(made, made.r["x_pace"]),
        "x_rating": _holed(made, made.r["x_rating"]),
        "x_style": [STYLES[k] for k in made.r["style"].tolist()],
    }  # fmt: skip


def _both(made: Ground, i: int, j: int, e: Array, r: Array) -> Array:
    return np.asarray(1.0 * ((made.e["tier"][e] == i) & (made.r["style"][r] == j)))


def _holed(made: Ground, values: Array) -> list[Value]:
    empty = made.rng.random(len(values)) < 0.05
    return [None if h else float(v) for h, v in zip(empty.tolist(), values.tolist(), strict=True)]
