"""Where each region stands on the sheet of the pairing picture, and where its name goes."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.graph import PairingGraph

__all__ = ["WIDTH", "GraphMap"]

WIDTH: Final = 1000.0
MARGIN: Final = 42.0
KM_PER_DEGREE: Final = 111.2
LABEL_SIZE: Final = 11.0


@dataclass(frozen=True)
class GraphMap:
    """County-level regions of a pairing graph on a sheet of width :data:`WIDTH`.

    Attributes
    ----------
    graph : PairingGraph
    x, y : (n,) arrays
        Positions on the sheet, x to the right, y down; NaN = no point known.
    height : float
    units_per_km : float
    shown : list of int
        Counties with a point.
    lines : (n, n) bool
        Pairing lines between counties, [developed, underdeveloped].
    others : (n, n) bool
        Where something was signed outside the pairing.
    group : dict of int to int
        Number of the connected group of each county on a line.
    """

    graph: PairingGraph
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    height: float
    units_per_km: float
    shown: list[int]
    lines: NDArray[np.bool_]
    others: NDArray[np.bool_]
    group: dict[int, int]

    @classmethod
    def of(cls, graph: PairingGraph) -> GraphMap:
        """Lay a graph out: degrees to a plane sheet, true to scale in the middle of it."""
        regions = graph.regions
        county = np.array([not regions.is_prefecture(code) for code in regions.codes])
        single = county[:, None] & county
        lines = graph.paired & single
        lat, lon = regions.points.T
        on = county & ~np.isnan(lat) & ~np.isnan(lon)
        east, north = lon * cos(radians(float(lat[on].mean()))), lat
        scale = (WIDTH - 2 * MARGIN) / max(float(np.ptp(east[on])), 0.1)
        return cls(
            graph=graph,
            x=MARGIN + (east - east[on].min()) * scale,
            y=MARGIN + (north[on].max() - north) * scale,
            height=float(np.ptp(north[on]) * scale + 2 * MARGIN),
            units_per_km=scale / KM_PER_DEGREE,
            shown=np.flatnonzero(on).tolist(),
            lines=lines,
            others=(graph.line_signed > 0) & ~lines & single,
            group=_groups(lines),
        )

    def name(self, at: int) -> str:
        """Name of a region in the year of the graph."""
        return self.graph.regions.name(self.graph.regions.codes[at], self.graph.as_of.year)

    def side(self, at: int) -> str:
        """``developed``, ``underdeveloped`` or ``neither``: by the pairing shown, else the plan."""
        if self.lines[:, at].any():
            return "underdeveloped"
        if self.lines[at].any():
            return "developed"
        return self.graph.regions.side[at] or "neither"

    def labels(self) -> dict[int, tuple[float, float]]:
        """Left end of the base line of each name: the free place nearest to its mark."""
        named = [at for at in self.shown if self.side(at) != "neither"]
        taken = [(self.x[a] - 6, self.y[a] - 6, self.x[a] + 6, self.y[a] + 6) for a in named]
        found: dict[int, tuple[float, float]] = {}
        for at in named:
            width = LABEL_SIZE * len(self.name(at))
            x, y = float(self.x[at]), float(self.y[at])
            tries = []
            for order, (dx, dy) in enumerate(_places(width)):
                box = (x + dx, y + dy - LABEL_SIZE + 1, x + dx + width, y + dy + 2)
                outside = max(0.0, -box[0], box[2] - WIDTH) * 100
                covered = sum(_overlap(box, other) for other in taken)
                tries.append((covered + outside, order, box, x + dx, y + dy))
            _, _, box, left, base = min(tries)
            taken.append(box)
            found[at] = (left, base)
        return found


def _places(width: float) -> list[tuple[float, float]]:
    """Where a name may begin, from its mark: right, left, above, below, then the corners."""
    left, middle = -8.0 - width, -width / 2
    edges = [(8.0, 4.0), (left, 4.0), (middle, -9.0), (middle, 17.0)]
    return [*edges, (6.0, -7.0), (6.0, 15.0), (left + 2, -7.0), (left + 2, 15.0)]


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def _groups(lines: NDArray[np.bool_]) -> dict[int, int]:
    """The connected group of each region on a line, groups counted by their first member."""
    group: dict[int, int] = {}
    number = 0
    for start in np.flatnonzero(lines.any(axis=0) | lines.any(axis=1)).tolist():
        if start in group:
            continue
        waiting = [start]
        while waiting:
            at = waiting.pop()
            if at not in group:
                group[at] = number
                waiting += np.flatnonzero(lines[at] | lines[:, at]).tolist()
        number += 1
    return group
