"""A map of counties for a template: a colour a county, lines between them, a legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np

from api.pages.lettering import width_of
from features.county_map import WIDTH, CountyMap
from features.language import Language
from features.regions import Regions

_STEPS = 5
_BEND = 0.16
_ROOM_KM2 = 800.0
"""Smaller counties have no room for a name."""
_LETTER, _IDEOGRAM, _LINE = 9.0, 16.0, 16.0
"""Width of a letter and a character and height of a line, as the style sheet writes names."""


@dataclass(frozen=True)
class Shade:
    """What colours a county: its figure, and the words for it."""

    value: float | None
    said: str
    to: str | None = None


@dataclass(frozen=True)
class Flow:
    """A line from a county to another; ``weight`` None: a line of the pairing alone."""

    developed: str
    underdeveloped: str
    weight: float | None
    said: str
    paired: bool = True


def county_map(
    regions: Regions, shades: Mapping[str, Shade], flows: Iterable[Flow], lang: Language, *,
    area: Mapping[str, float], words: Mapping[int, str],
) -> dict[str, Any]:  # fmt: skip
    """Positions, classes and titles of everything on the map.

    Parameters
    ----------
    shades : mapping of region code to Shade
        A county that is not in it has no figure.
    area : mapping of region code to km²
    words : mapping of int to str
        For each step of colour from 1 on what its legend says; made by :func:`legend`.
    """
    sheet = CountyMap.built_in()
    steps = _bounds(shade.value for shade in shades.values())
    counties = []
    for code, path in sheet.paths.items():
        if code not in regions:
            continue
        shade = shades.get(code)
        name = regions.name(code, lang=lang)
        x, y = sheet.middles[code]
        counties.append({
            "d": path, "step": _step(shade.value if shade else None, steps),
            "code": code, "name": name, "said": f"{name}: {shade.said}" if shade else name,
            "to": shade.to if shade else None, "x": round(x, 1), "y": round(y, 1),
            "label": _label(name, lang) if area.get(code, 0) >= _ROOM_KM2 else None,
        })  # fmt: skip
    _kept_apart(counties, area)
    return {
        "wide": round(WIDTH), "high": round(sheet.height), "counties": counties,
        "cities": sheet.city_borders, "flows": _drawn(sheet, flows), "legend": words,
    }  # fmt: skip


def legend(values: Iterable[float | None], said: Any) -> dict[int, str]:
    """From–to of each step of colour, as ``said`` says a value."""
    steps = _bounds(values)
    return {i + 1: f"{said(low)} – {said(high)}" for i, (low, high) in enumerate(pairwise(steps))}


def _bounds(values: Iterable[float | None]) -> list[float]:
    """Bounds of the steps of colour: as many counties in each as can be; [] of nothing."""
    known = sorted(v for v in values if v is not None and v > 0)
    if not known:
        return []
    at = np.quantile(np.array(known), np.linspace(0, 1, _STEPS + 1), method="inverted_cdf")
    bounds = sorted({float(v) for v in at})
    return bounds if len(bounds) > 1 else [bounds[0], bounds[0]]


def _step(value: float | None, bounds: Sequence[float]) -> int:
    """0 = no figure or none; else 1 to the number of steps."""
    if value is None or value <= 0 or not bounds:
        return 0
    return max(1, min(len(bounds) - 1, int(np.searchsorted(bounds, value, side="left"))))


def _drawn(sheet: CountyMap, flows: Iterable[Flow]) -> list[dict[str, Any]]:
    shown = [
        flow for flow in flows
        if flow.developed in sheet.paths and flow.underdeveloped in sheet.paths
    ]  # fmt: skip
    most = max((flow.weight or 0.0 for flow in shown), default=0.0) or 1.0
    found = []
    for flow in sorted(shown, key=lambda flow: flow.weight or 0.0):
        (x0, y0), (x1, y1) = sheet.middles[flow.developed], sheet.middles[flow.underdeveloped]
        bend = (x0 + x1) / 2 + (y1 - y0) * _BEND, (y0 + y1) / 2 - (x1 - x0) * _BEND
        found.append({
            "d": f"M{x0:.0f} {y0:.0f}Q{bend[0]:.0f} {bend[1]:.0f} {x1:.0f} {y1:.0f}",
            "width": 1.0 if flow.weight is None else round(0.8 + 6 * sqrt(flow.weight / most), 1),
            "kind": "link" if flow.weight is None else "inside" if flow.paired else "outside",
            "said": flow.said,
        })  # fmt: skip
    return found


def _kept_apart(counties: Sequence[dict[str, Any]], area: Mapping[str, float]) -> None:
    """Leave out names that would lie over that of a larger county."""
    placed: list[tuple[float, float, float]] = []
    for one in sorted(counties, key=lambda one: (-area.get(one["code"], 0), one["code"])):
        half = width_of(one["label"] or "", letter=_LETTER, ideogram=_IDEOGRAM) / 2
        if any(abs(one["x"] - x) < half + other and abs(one["y"] - y) < _LINE
               for x, y, other in placed):  # fmt: skip
            one["label"] = None
        elif one["label"]:
            placed.append((one["x"], one["y"], half))


def _label(name: str, lang: Language) -> str:
    """A name that fits on its county: without the kind of unit."""
    if lang == "en":
        return name.split(" ")[0]
    if name.endswith("自治县"):
        return name[:2]
    return name[:-1] if len(name) > 2 else name
