"""Make the map of counties: ``python -m data.make_map`` writes ``data/map/counties.json``.

Outlines of counties that are truly open could not be had, so this map is schematic and says so:
the province's own outline (``map/outline.json``, Natural Earth) is cut into a power diagram
around the counties' points, fitted so that each cell is as large as its county. Neighbours share
their border exactly (TopoJSON arcs). Needs ``shapely`` and ``topojson``, which the product does
not: ``pip install shapely topojson``.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import shapely
import topojson
from numpy.typing import NDArray

import data

FloatArray = NDArray[np.float64]

FOLDER = Path(__file__).parent / "map"
_SQUEEZE = float(np.cos(np.radians(29.2)))
"""A degree of longitude in degrees of latitude, in the middle of the province."""
_KM = 111.2
_GRID = 0.025
_ROUNDS = 150
_CUT_KM2 = 300.0
"""Smaller islands go whole to the county whose cell they lie in."""
_STEPS = 9000
"""Steps of the grid that coordinates are rounded to, along each side."""


def main() -> None:
    """Write the map."""
    rows = [row for row in data.rows("regions") if row["lat"]]
    sites = np.array([[float(r["lon"]) * _SQUEEZE, float(r["lat"])] for r in rows])
    area = np.array([float(r["area_km2"]) for r in rows])
    outline = json.loads((FOLDER / "outline.json").read_text("utf-8"))
    land = [shapely.Polygon(ring) for ring in outline["rings"]]
    weights = _weights(sites, area, shapely.union_all(land))
    parts = _parts(sites, weights, land)
    made = topojson.Topology(
        [shapely.MultiPolygon(found) for found in parts], prequantize=_STEPS, topology=True
    ).to_dict()
    geometries = made["objects"]["data"]["geometries"]
    counties = {row["code"]: g["arcs"] for row, g in zip(rows, geometries, strict=True)}
    written = {"transform": made["transform"], "arcs": made["arcs"], "counties": counties}
    text = json.dumps(written, separators=(",", ":"))
    (FOLDER / "counties.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _weights(sites: FloatArray, area: FloatArray, land: shapely.Geometry) -> FloatArray:
    """Weights under which every cell has its county's share of the land (Aurenhammer 1987)."""
    west, south, east, north = land.bounds
    x, y = np.meshgrid(np.arange(west, east, _GRID), np.arange(south, north, _GRID))
    inside = shapely.contains_xy(land, x, y)
    points = np.stack([x[inside] * _SQUEEZE, y[inside]], axis=1)
    wanted = area / area.sum() * len(points)
    weights = np.zeros(len(sites))
    cell = _GRID * _GRID * _SQUEEZE / np.pi
    for round_ in range(_ROUNDS):
        nearest = np.argmin((sites**2).sum(1) - weights - 2 * points @ sites.T, axis=1)
        lacking = wanted - np.bincount(nearest, minlength=len(sites))
        step = np.clip(0.3 * lacking * cell, -0.01, 0.01)
        weights += step * min(1.0, 120 / (round_ + 60))
    apart = ((sites[:, None] - sites) ** 2).sum(2)
    for _ in range(50):  # a county's own point stays in its own cell
        weights = np.maximum(weights, (weights[None, :] - 0.95 * apart).max(axis=1))
    return weights


def _parts(
    sites: FloatArray, weights: FloatArray, land: list[shapely.Polygon]
) -> list[list[shapely.Polygon]]:
    """The pieces of land of every county."""
    cells = [_cell(i, sites, weights) for i in range(len(sites))]
    parts: list[list[shapely.Polygon]] = [[] for _ in sites]
    for piece in land:
        if piece.area * _KM**2 * _SQUEEZE > _CUT_KM2:
            for i, cell in enumerate(cells):
                cut = piece.intersection(cell)
                parts[i] += [g for g in getattr(cut, "geoms", [cut]) if g.geom_type == "Polygon"]
        else:
            at = piece.representative_point()
            point = np.array([at.x * _SQUEEZE, at.y])
            parts[int(np.argmin(((point - sites) ** 2).sum(1) - weights))].append(piece)
    return [[piece for piece in found if not piece.is_empty] for found in parts]


def _cell(own: int, sites: FloatArray, weights: FloatArray) -> shapely.Polygon:
    """The cell of a site: a half-plane cut off for each of the others."""
    corners = [(90.0, 20.0), (115.0, 20.0), (115.0, 40.0), (90.0, 40.0)]
    for other in range(len(sites)):
        if other == own:
            continue
        normal = 2 * (sites[other] - sites[own])
        most = sites[other] @ sites[other] - sites[own] @ sites[own]
        most += weights[own] - weights[other]
        beyond = [float(normal @ np.array(corner) - most) for corner in corners]
        kept: list[tuple[float, float]] = []
        for k, (a, b) in enumerate(zip(corners, [*corners[1:], corners[0]], strict=True)):
            here, there = beyond[k], beyond[(k + 1) % len(corners)]
            if here <= 0:
                kept.append(a)
            if here * there < 0:
                t = here / (here - there)
                kept.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
        corners = kept
    return shapely.Polygon([(x / _SQUEEZE, y) for x, y in corners])


if __name__ == "__main__":
    main()
