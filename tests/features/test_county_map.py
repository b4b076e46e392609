"""The map of counties: whole, shared borders, light, and honest about where points lie."""

from __future__ import annotations

import json
import re

import data
from features.county_map import WIDTH, CountyMap

ROWS = [row for row in data.rows("regions") if row["lat"]]


def _rings(path: str) -> list[list[tuple[float, float]]]:
    """The rings of path data: a start, then steps."""
    found = []
    for ring in path.split("Z")[:-1]:
        start, steps = re.fullmatch(r"M([\d.]+ [\d.]+)l(.*)", ring).groups()  # type: ignore[union-attr]
        x, y = map(float, start.split())
        points = [(x, y)]
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        found.append(points)
    return found


def _area(ring: list[tuple[float, float]]) -> float:
    turned = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in turned)) / 2


def test_every_county_of_today_has_an_outline_on_the_sheet() -> None:
    sheet = CountyMap.built_in()
    assert set(sheet.paths) == {row["code"] for row in ROWS}
    for path in sheet.paths.values():
        for x, y in (point for ring in _rings(path) for point in ring):
            assert 0 <= x <= WIDTH and 0 <= y <= sheet.height


def test_the_map_weighs_at_most_what_the_issue_allows() -> None:
    sizes = [file.stat().st_size for file in (data.folder("map")).iterdir()]  # type: ignore[attr-defined]
    assert sum(sizes) <= 400_000


def test_a_border_between_two_counties_is_one_arc_used_twice() -> None:
    written = json.loads((data.folder("map") / "counties.json").read_text(encoding="utf-8"))
    uses: dict[int, list[str]] = {}
    for code, pieces in written["counties"].items():
        for i in (i for piece in pieces for ring in piece for i in ring):
            uses.setdefault(i if i >= 0 else ~i, []).append(code)
    assert {len(codes) for codes in uses.values()} == {1, 2}
    inner = [codes for codes in uses.values() if len(codes) == 2]
    assert len(inner) > 150 and all(len(set(codes)) == 2 for codes in inner)


def _holds(path: str, x: float, y: float) -> bool:
    inside = False
    for ring in _rings(path):
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                inside = not inside
    return inside


def test_a_county_lies_where_its_point_does() -> None:
    sheet = CountyMap.built_in()
    outside = {
        row["name"] for row in ROWS
        if not _holds(sheet.paths[row["code"]], *sheet.at(float(row["lat"]), float(row["lon"])))
    }  # fmt: skip
    # 萧山's point lies on its border, those of the other two between their islands.
    assert outside <= {"萧山区", "普陀区", "洞头区"}


def test_the_name_of_a_county_stands_on_it() -> None:
    sheet = CountyMap.built_in()
    held = [_holds(sheet.paths[code], x, y) for code, (x, y) in sheet.middles.items()]
    assert len(held) == len(ROWS) and sum(held) >= 88


def test_counties_are_drawn_as_large_as_they_are_but_for_the_sea() -> None:
    """``area_km2`` of a county on the coast counts water and flats, the outline only land."""
    sheet = CountyMap.built_in()
    unit = (111.2 / (sheet.at(0, 0)[1] - sheet.at(1, 0)[1])) ** 2  # km², from km a degree
    off = sorted(
        sum(map(_area, _rings(sheet.paths[row["code"]]))) * unit / float(row["area_km2"]) - 1
        for row in ROWS
    )
    assert max(off) < 0.1 and sum(abs(each) < 0.06 for each in off) >= 60
