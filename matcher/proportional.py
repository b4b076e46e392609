"""Proportional fairness over receiving regions: the plan of largest Nash welfare.

What regions could get of fractions of pairs is a polytope, on which the logarithm is concave:
simplicial decomposition (von Hohenbalken 1977, Mathematical Programming 13) mixes its corners, each
the linear relaxation at the present mixture's slope, and bounds what any plan can reach (Jaggi
2013, Revisiting Frank-Wolfe, ICML). A whole plan near the fair shares is then sought by giving
each region a floor a little below its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from matcher.allocate import Allocation, InfeasibleProblem, Limit, NothingFound
from matcher.welfare import Yardstick

if TYPE_CHECKING:
    from matcher.planning import Planner

Floats = NDArray[np.float64]

#: Corners that are mixed at most, and how close to the bound (in the mean logarithm) the mixture
#: must come: for a plan, and where two bounds are compared.
CORNERS: Final = 60
NEAR: Final = 1e-3
NEARER: Final = 1e-4
#: How far below its fair share a region's floor is tried, and how often slopes are taken anew.
LEEWAY: Final = (0.1, 0.25, 0.5)
AGAIN: Final = 1
#: Steps towards the best mixture of the corners known, and when it is good enough.
_STEPS, _MIXED = 400, 1e-6


@dataclass(frozen=True)
class Fair:
    """What the regions would get if pairs could be divided.

    Attributes
    ----------
    share : (g,) array
        万元.
    bound : float
        Mean logarithm that no plan passes.
    """

    share: Floats
    bound: float


@dataclass(frozen=True)
class Proportional:
    """A plan near the largest Nash welfare.

    Attributes
    ----------
    allocation : Allocation
    bound : float
        Geometric mean over regions, 万元.
    fair : Fair
    """

    allocation: Allocation
    bound: float
    fair: Fair


def fair(planner: Planner, extra: Sequence[Limit] = (), *, near: float = NEARER) -> Fair | None:
    """The fair shares of fractions of pairs; None = they cannot keep everything."""
    yardstick = planner.yardstick
    count = len(yardstick.regions)
    share, bound, mixture = np.zeros(count), np.inf, np.zeros(0)
    corners = np.zeros((0, count))
    asked = planner.fractions(extra)
    for _ in range(CORNERS):
        found = asked.best(yardstick.slope(share))
        if found is None:
            return None
        if not count:
            return Fair(share, 0.0)
        # No plan lies above the tangent, and none gets more along it than the relaxation.
        along = float((share / (share + yardstick.nothing)).sum())
        here = yardstick.mean_log(share)
        bound = min(bound, here + (found.bound - along) / count)
        if len(corners) and bound - here <= near:
            break
        corners = np.vstack([corners, yardstick.got_in_part(planner.rows, found.x)])
        mixture = _mixture(corners + yardstick.nothing, mixture)
        share = mixture @ corners
    return Fair(share, bound)


def _mixture(corners: Floats, before: Floats) -> Floats:
    """(k,) parts of the corners whose mixture has the largest product, by its own fixed point.

    Each part is multiplied by how much more than the mixture its corner brings, in the mean of
    the regions (as shares of a mixture of densities are found by expectation maximisation).
    """
    part = np.append(before * (1 - 1 / len(corners)), 1 / len(corners))
    for _ in range(_STEPS):
        gain = (corners / (part @ corners)).mean(axis=1)
        part = part * gain
        if gain.max() - 1 <= _MIXED:
            break
    return np.asarray(part / part.sum(), np.float64)


def proportional(
    planner: Planner, extra: Sequence[Limit] = (), at_hand: Allocation | None = None
) -> Proportional:
    """The plan of largest Nash welfare that was found, with its bound.

    Parameters
    ----------
    at_hand : Allocation, optional
        A plan that keeps everything.

    Raises
    ------
    matcher.allocate.InfeasibleProblem
    """
    yardstick = planner.yardstick
    shares = fair(planner, extra, near=NEAR)
    if shares is None or not len(yardstick.regions):
        found = at_hand or planner.solve(yardstick.value, extra)
        return Proportional(found, 0.0, Fair(np.zeros(len(yardstick.regions)), 0.0))
    first = at_hand or planner.solve(yardstick.value, extra)
    met = [first]
    near = _near_floors(planner, extra, shares.share)
    met += [] if near is None else [near]
    at = shares.share
    for _ in range(1 + AGAIN):
        start = _fairest(met, yardstick).chosen
        found = planner.solve(yardstick.slope(at), extra, start=start)
        met.append(found)
        # Halfway back: a slope at the plan itself would overshoot to what it left out.
        at = (shares.share + yardstick.got(found.chosen)) / 2
    best = _fairest(met, yardstick)
    top = max(shares.bound, yardstick.mean_log(yardstick.got(best.chosen)))
    return Proportional(best, yardstick.money(top), shares)


def _near_floors(planner: Planner, extra: Sequence[Limit], share: Floats) -> Allocation | None:
    """A plan that gives every region most of its fair share, as far as one is found."""
    yardstick = planner.yardstick
    value = yardstick.slope(share)
    for leeway in LEEWAY:
        floors = [
            Limit(f"fair.{g}", yardstick.value * (yardstick.place == i), low=(1 - leeway) * part)
            for i, (g, part) in enumerate(zip(yardstick.labels, share.tolist(), strict=True))
            if part > yardstick.nothing
        ]
        try:
            return planner.solve(value, [*extra, *floors], patient=False)
        except (InfeasibleProblem, NothingFound):
            continue
    return None


def _fairest(found: Sequence[Allocation], yardstick: Yardstick) -> Allocation:
    """The first of the plans of largest welfare."""
    return max(found, key=lambda one: yardstick.mean_log(yardstick.got(one.chosen)))
