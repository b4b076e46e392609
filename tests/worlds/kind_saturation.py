"""A world of too little and too much, where weak firms and places leave cells empty."""

from __future__ import annotations

from functools import partial

import numpy as np

from tests.worlds.field_terms import add_field, met
from tests.worlds.ground import Array, Ground
from tests.worlds.places import distance
from tests.worlds.trades import add_trades


def tell(made: Ground) -> None:
    """Size must fit, distance has an optimum, land saturates, wages are a U; holes tell."""
    rng, n, m = made.rng, made.n, made.m
    weak_e, weak_r = rng.normal(size=n), rng.normal(size=m)
    small = (np.log(made.e["revenue_wan"]) - np.log(made.e["revenue_wan"]).mean()) / 1.2
    weak_e = 0.7 * weak_e - 0.7 * small
    made.draw_holes(1 / (1 + np.exp(1.3 - 1.1 * weak_e)), 1 / (1 + np.exp(1.3 - 1.1 * weak_r)))
    # Where nothing least is asked for, a project still has the size that suits it.
    asked = made.r["min_investment_wan"]
    made.r["fitting"] = np.where(asked > 0, asked * 4, 500.0)
    made.r["holes"] = np.sum([*made.r_hole.values()], axis=0, dtype=float)
    made.e["holes"] = np.sum([*made.e_hole.values()], axis=0, dtype=float)
    made.say("size_fits", partial(_size_fits, made), 1.0)
    made.say("distance_fits", partial(_distance_fits, made, rng.uniform(2.2, 3.0)), 0.9)
    made.say("land_enough", partial(_land_enough, made), 0.7)
    made.say("wage_u", partial(_wage_u, made), 0.7)
    made.say("labour_met", partial(met, made, "labour_need", "labour_supply"), 0.4)
    made.say("r_holes", lambda e, r: made.r["holes"][r] + 0.0 * e, -0.7)
    made.say("e_holes", lambda e, r: made.e["holes"][e] + 0.0 * r, -0.5)
    add_trades(made, 0.5)
    add_field(made, subsidy=0.2)


def _size_fits(made: Ground, e: Array, r: Array) -> Array:
    gap = np.log2(made.e["budget_wan"][e]) - np.log2(made.r["fitting"][r])
    return np.asarray(np.exp(-(gap**2) / 3.0))


def _distance_fits(made: Ground, best: float, e: Array, r: Array) -> Array:
    return np.asarray(np.exp(-(((distance(made, e, r) - best) / 0.5) ** 2)))


def _land_enough(made: Ground, e: Array, r: Array) -> Array:
    need, offer = np.maximum(made.e["land_need_mu"][e], 1), made.r["land_mu"][r]
    return np.asarray(1 - np.exp(-1.2 * offer / need))


def _wage_u(made: Ground, e: Array, r: Array) -> Array:
    # Cheap hands or skilled ones: the middle is neither.
    wage = np.log2(made.r["wage_yuan_month"][r] / 1100)
    return np.asarray(np.minimum(np.abs(wage), 0.5) + 0.0 * e)
