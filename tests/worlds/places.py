"""Where things lie: counties of the plan, distances, who is paired with whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

import data
from features.regions import Regions

EARTH_KM = 6371.0


@dataclass(frozen=True)
class Places:
    """The two sides of the plan.

    Attributes
    ----------
    developed, underdeveloped : tuples of str
        County codes.
    km : (d, u) array
        Great-circle distances, km.
    paired : (d, u) bool array
    """

    developed: tuple[str, ...]
    underdeveloped: tuple[str, ...]
    km: NDArray[np.float64]
    paired: NDArray[np.bool_]


@cache
def places() -> Places:
    """Counties with a known point on either side."""
    regions = Regions.built_in()
    sides: dict[str, list[str]] = {"developed": [], "underdeveloped": []}
    for code, side, point in zip(regions.codes, regions.side, regions.points, strict=True):
        if side is not None and not np.isnan(point).any():
            sides[side].append(code)
    developed, under = sides["developed"], sides["underdeveloped"]
    a, b = (np.radians([regions.points[regions.index[c]] for c in s]) for s in (developed, under))
    half = np.sin((a[:, None] - b[None]) / 2) ** 2
    inner = half[..., 0] + np.cos(a[:, None, 0]) * np.cos(b[None, :, 0]) * half[..., 1]
    lines = {
        (row["developed_region"], row["underdeveloped_region"])
        for row in data.rows("pairings")
        if row["pairing"] == "official-2006"
    }
    return Places(
        tuple(developed),
        tuple(under),
        2 * EARTH_KM * np.arcsin(np.sqrt(inner)),
        np.array([[(x, y) in lines for y in under] for x in developed]),
    )


def county_name(code: str) -> str:
    """Name in Chinese."""
    return Regions.built_in().name(code)


def distance(ground: Any, e: NDArray[Any], r: NDArray[Any]) -> NDArray[np.float64]:
    """Doublings of 25 km between enterprises and resources given by row."""
    km = places().km[ground.e["region"][e], ground.r["region"][r]]
    return np.asarray(np.log2(1 + km / 25))


def paired(ground: Any, e: NDArray[Any], r: NDArray[Any]) -> NDArray[np.float64]:
    """1 where the two counties are paired."""
    met = places().paired[ground.e["region"][e], ground.r["region"][r]]
    return np.asarray(met, np.float64)
