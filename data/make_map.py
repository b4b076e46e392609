"""Make the map of counties: ``python -m data.make_map FOLDER`` writes ``data/map/counties.json``.

FOLDER holds the units of geoBoundaries' CHN ADM3 (OpenStreetMap), a file each, beside their
``index.json``; ``data/SOURCES.md`` says where they are from. They stand as they were in 2017:
units merged since are joined, and three that were split since are cut by a straight line so that
each part is as large as it is. Neighbours share their border exactly (TopoJSON arcs). Needs
``shapely`` and ``topojson``, which the product does not: ``pip install shapely topojson``.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import topojson
from shapely.geometry import shape

import data

FOLDER = Path(__file__).parent / "map"
_SQUEEZE = float(np.cos(np.radians(29.2)))
"""A degree of longitude in degrees of latitude, in the middle of the province."""
_KM = 111.2
_WINDOW = shapely.box(117.9, 27.0, 123.5, 31.3)
_NAMED = {
    "330102": ("Shangcheng District", "Jianggan District"), "330109": ("Xiaoshan District",),
    "330105": ("Gongshu District", "Xiacheng District"), "330305": ("Dongtou County",),
    "330903": ("Putuo District",),
}  # fmt: skip
"""Units whose point does not tell their shapes in the source; all others lie where theirs does."""
_SPLIT = {"330113": ("330110",), "330114": ("330109", "330102"), "330383": ("330327",)}
"""Units younger than the source → those that they were cut out of."""
_LEAST_KM2 = 1.5
"""Islands smaller than this are left out, but never the largest piece of a county."""
_STEPS, _TOLERANCE = 12_000, 0.004
"""Steps of the grid that coordinates are rounded to along each side; degrees of simplification."""

Shapes = dict[str, shapely.Geometry]


def main() -> None:
    """Write the map."""
    rows = {row["code"]: row for row in data.rows("regions") if row["lat"]}
    shapes = _without_islets(_meeting(_of_today(rows, Path(sys.argv[1]))))
    made = topojson.Topology(
        [shapes[code] for code in rows], prequantize=_STEPS, toposimplify=_TOLERANCE,
        topology=True, prevent_oversimplify=True,
    ).to_dict()  # fmt: skip
    geometries = made["objects"]["data"]["geometries"]
    counties = {
        code: g["arcs"] if g["type"] == "MultiPolygon" else [g["arcs"]]
        for code, g in zip(rows, geometries, strict=True)
    }
    written = {"transform": made["transform"], "arcs": made["arcs"], "counties": counties}
    text = json.dumps(written, separators=(",", ":"))
    (FOLDER / "counties.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def km2(found: shapely.Geometry) -> float:
    """Area of a shape in degrees."""
    return float(found.area) * _KM**2 * _SQUEEZE


def _of_today(rows: dict[str, dict[str, str]], folder: Path) -> Shapes:
    """The shape of every county as it is now."""
    units = _units(folder)
    points = {c: shapely.Point(float(r["lon"]), float(r["lat"])) for c, r in rows.items()}
    digest, shapes = hashlib.sha256(), {}
    for code, row in rows.items():
        if code in _SPLIT:
            continue
        names = _NAMED.get(code)
        found = [
            min((u for u in units if u[0] == name), key=lambda u: u[1].distance(points[code]))
            for name in names
        ] if names else [u for u in units if u[1].contains(points[code])]  # fmt: skip
        if len(found) != len(names or (row["name"],)):
            raise SystemExit(f"{code} {row['name']}: {[u[0] for u in found]}")
        shapes[code] = shapely.union_all([u[1] for u in found])
        for unit in found:
            digest.update(unit[2])
    print("sha256 of the units used:", digest.hexdigest())
    for code, sources in _SPLIT.items():
        parts = []
        for source in sources:
            own = float(rows[source]["area_km2"])
            if len(sources) > 1:  # what the others leave over
                wanted = km2(shapes[source]) - own
            else:
                new = float(rows[code]["area_km2"])
                wanted = km2(shapes[source]) * new / (own + new)
            shapes[source], part = _cut(shapes[source], points[code], wanted)
            parts.append(part)
        shapes[code] = shapely.union_all(parts)
    return shapes


def _units(folder: Path) -> list[tuple[str, shapely.Geometry, bytes]]:
    """Name, shape and bytes of every unit in and around the province."""
    found = []
    for area in json.loads((folder / "index.json").read_text("utf-8"))["areas"]:
        if _WINDOW.intersects(shapely.box(*area["bbox"])):
            content = (folder / "features" / f"{area['id']}.json").read_bytes()
            geometry: dict[str, Any] = json.loads(content)["geometry"]
            found.append((area["name"], shapely.make_valid(shape(geometry)), content))
    return found


def _cut(
    whole: shapely.Geometry, towards: shapely.Point, wanted: float
) -> tuple[shapely.Geometry, shapely.Geometry]:
    """A shape without its end in the direction of a point, and that end, of so many km²."""
    middle = whole.centroid
    way = np.array([(towards.x - middle.x) * _SQUEEZE, towards.y - middle.y])
    way /= np.hypot(*way)
    across = np.array([-way[1], way[0]])
    low, high = -2.0, 2.0
    end = whole
    for _ in range(60):
        at = (low + high) / 2
        corners = [
            np.array([middle.x * _SQUEEZE, middle.y]) + a * way + b * across
            for a, b in ((at, -3), (at, 3), (at + 5, 3), (at + 5, -3))
        ]
        half = shapely.Polygon([(x / _SQUEEZE, y) for x, y in corners])
        end = whole.intersection(half)
        low, high = (at, high) if km2(end) > wanted else (low, at)
    return whole.difference(end), end


def _meeting(shapes: Shapes) -> Shapes:
    """The same shapes with every corner of a neighbour on their own border too."""
    lines = shapely.union_all([found.boundary for found in shapes.values()])
    faces = shapely.polygonize([lines]).geoms
    codes, tree = list(shapes), shapely.STRtree(list(shapes.values()))
    kept: dict[str, list[shapely.Geometry]] = {code: [] for code in shapes}
    for face in faces:
        at = tree.query(face.representative_point(), predicate="within")
        if len(at):
            kept[codes[int(min(at))]].append(face)
    return {code: shapely.coverage_union_all(found) for code, found in kept.items()}


def _without_islets(shapes: Shapes) -> Shapes:
    found = {}
    for code, each in shapes.items():
        pieces = sorted(getattr(each, "geoms", [each]), key=lambda piece: -piece.area)
        large = [piece for i, piece in enumerate(pieces) if not i or km2(piece) >= _LEAST_KM2]
        found[code] = shapely.MultiPolygon(large)
    return found


if __name__ == "__main__":
    main()
