"""What the field knows to matter, as terms of a world: quantities, place, terms of the offer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from tests.worlds.ground import Array, Ground
from tests.worlds.places import distance, paired


def met(made: Ground, need: str, offer: str, e: Array, r: Array) -> Array:
    """Share of a need that an offer meets; 1 where nothing is needed."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.minimum(made.r[offer][r] / made.e[need][e], 1.0)
    return np.where(made.e[need][e] == 0, 1.0, share)


def of_enterprise(made: Ground, column: str, e: Array, r: Array) -> Array:
    """A number of the enterprise."""
    return np.asarray(made.e[column][e] + np.zeros(r.shape))


def of_resource(made: Ground, column: str, e: Array, r: Array) -> Array:
    """A number of the resource."""
    return np.asarray(made.r[column][r] + np.zeros(e.shape))


def log_of_enterprise(made: Ground, column: str, e: Array, r: Array) -> Array:
    """Doublings of a number of the enterprise."""
    return np.log2(np.maximum(of_enterprise(made, column, e, r), 1e-3))


def log_of_resource(made: Ground, column: str, e: Array, r: Array) -> Array:
    """Doublings of a number of the resource."""
    return np.log2(np.maximum(of_resource(made, column, e, r), 1e-3))


FIELD: dict[str, Callable[[Ground], Callable[[Array, Array], Array]]] = {
    "distance": lambda g: partial(distance, g),
    "paired": lambda g: partial(paired, g),
    "land_met": lambda g: partial(met, g, "land_need_mu", "land_mu"),
    "labour_met": lambda g: partial(met, g, "labour_need", "labour_supply"),
    "energy_met": lambda g: partial(met, g, "energy_need_tce", "energy_quota_tce"),
    "land_price": lambda g: partial(log_of_resource, g, "land_price_wan_per_mu"),
    "wage": lambda g: partial(log_of_resource, g, "wage_yuan_month"),
    "subsidy": lambda g: partial(of_resource, g, "subsidy_rate"),
    "capacity": lambda g: partial(log_of_resource, g, "capacity"),
    "size": lambda g: partial(log_of_enterprise, g, "revenue_wan"),
    "growth": lambda g: partial(of_enterprise, g, "growth"),
    "pollution": lambda g: partial(of_enterprise, g, "pollution_level"),
}


def add_field(made: Ground, **weights: float) -> None:
    """Terms of :data:`FIELD` by name, each with its weight for one standard deviation.

    Each is jittered, so that no two worlds of a kind are weighted alike.
    """
    for name, weight in weights.items():
        made.say(name, FIELD[name](made), weight * made.rng.uniform(0.6, 1.4))
