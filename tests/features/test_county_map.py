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


def test_nine_of_ten_counties_are_drawn_about_as_large_as_they_are() -> None:
    sheet = CountyMap.built_in()
    drawn = {code: sum(map(_area, _rings(path))) for code, path in sheet.paths.items()}
    km2 = sum(float(row["area_km2"]) for row in ROWS)
    off = sorted(
        abs(drawn[row["code"]] / sum(drawn.values()) * km2 / float(row["area_km2"]) - 1)
        for row in ROWS
    )
    # Islands lie where they lie, and a county's own point stays in its cell: some are off.
    assert off[len(off) // 2] < 0.1 and off[len(off) * 9 // 10] < 0.35
