"""The map of counties as paths on a sheet, from ``data/map/counties.json`` (TopoJSON arcs).

Outlines are OpenStreetMap's: see ``data/SOURCES.md``. Borders are shared, so neighbours meet
exactly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians
from typing import Any, Final

import data

__all__ = ["WIDTH", "CountyMap"]

WIDTH: Final = 1000.0
_MARGIN: Final = 12.0
_MIDDLE: Final = 29.2
"""Latitude at which the sheet is true to scale."""

Point = tuple[float, float]


@dataclass(frozen=True)
class CountyMap:
    """Counties on a sheet of width :data:`WIDTH`, x to the right, y down.

    Attributes
    ----------
    height : float
    paths : dict of str to str
        Code of a county → its outline as SVG path data.
    middles : dict of str to (float, float)
        Code of a county → the middle of its largest piece, where its name stands.
    city_borders : str
        Borders between prefecture-level cities, and the coast, as path data.
    """

    height: float
    paths: dict[str, str]
    middles: dict[str, Point]
    city_borders: str
    _west: float
    _north: float
    _scale: float

    def at(self, lat: float, lon: float) -> Point:
        """Where a point lies on the sheet; degrees."""
        east = lon * cos(radians(_MIDDLE))
        return (
            _MARGIN + (east - self._west) * self._scale,
            _MARGIN + (self._north - lat) * self._scale,
        )

    @classmethod
    @cache
    def built_in(cls) -> CountyMap:
        """The map of Zhejiang, read once."""
        written = json.loads((data.folder("map") / "counties.json").read_text(encoding="utf-8"))
        arcs = [_degrees(arc, written["transform"]) for arc in written["arcs"]]
        squeeze = cos(radians(_MIDDLE))
        east = [x * squeeze for arc in arcs for x, _ in arc]
        north = [y for arc in arcs for _, y in arc]
        scale = (WIDTH - 2 * _MARGIN) / (max(east) - min(east))
        sheet = cls(
            (max(north) - min(north)) * scale + 2 * _MARGIN,
            {},
            {},
            "",
            min(east),
            max(north),
            scale,
        )
        drawn = [[sheet.at(y, x) for x, y in arc] for arc in arcs]
        counties: dict[str, list[list[list[int]]]] = written["counties"]
        paths = {
            code: "".join(f"{_path(_ring(drawn, ring))}Z" for piece in pieces for ring in piece)
            for code, pieces in counties.items()
        }
        middles = {
            code: _middle([_ring(drawn, piece[0]) for piece in pieces])
            for code, pieces in counties.items()
        }
        city = "".join(_path(drawn[i]) for i in _between_cities(counties))
        return cls(sheet.height, paths, middles, city, sheet._west, sheet._north, scale)


def _degrees(arc: Sequence[Sequence[int]], transform: dict[str, Any]) -> list[Point]:
    """An arc of steps as longitudes and latitudes."""
    (across, up), (west, south) = transform["scale"], transform["translate"]
    x = y = 0
    found: list[Point] = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        found.append((x * across + west, y * up + south))
    return found


def _ring(arcs: Sequence[Sequence[Point]], ring: Iterable[int]) -> list[Point]:
    """A ring of arcs; a negative number is an arc from its end."""
    found: list[Point] = []
    for i in ring:
        arc = arcs[i] if i >= 0 else arcs[~i][::-1]
        found += arc[1:] if found else arc
    return found[:-1]


def _middle(rings: Iterable[Sequence[Point]]) -> Point:
    """The centre of gravity of the largest ring."""
    found = []
    for ring in rings:
        area = x = y = 0.0
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            cross = ax * by - bx * ay
            area, x, y = area + cross, x + (ax + bx) * cross, y + (ay + by) * cross
        found.append((abs(area), x / (3 * area), y / (3 * area)))
    _, x, y = max(found)
    return x, y


def _path(points: Sequence[Point]) -> str:
    """Path data in tenths of a unit, relative: half as long as absolute."""
    tenths = [(round(10 * x), round(10 * y)) for x, y in points]
    (x, y), steps = tenths[0], []
    for a, b in tenths[1:]:
        if (a, b) != (x, y):
            steps.append(f"{(a - x) / 10:g} {(b - y) / 10:g}")
            x, y = a, b
    return f"M{tenths[0][0] / 10:g} {tenths[0][1] / 10:g}l{' '.join(steps)}" if steps else ""


def _between_cities(counties: dict[str, list[list[list[int]]]]) -> list[int]:
    """Arcs with another city, or none, on their other side."""
    sides: dict[int, set[str]] = {}
    uses: dict[int, int] = {}
    for code, pieces in counties.items():
        for arc in (i if i >= 0 else ~i for piece in pieces for ring in piece for i in ring):
            sides.setdefault(arc, set()).add(code[:4])
            uses[arc] = uses.get(arc, 0) + 1
    return sorted(arc for arc, cities in sides.items() if len(cities) > 1 or uses[arc] == 1)
