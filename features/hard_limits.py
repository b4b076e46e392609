"""Pairs that cannot be, by what both sides say of themselves.

These limits hold whatever the history says. A model learns from introductions within them: what
came of impossible ones would only teach it the limits again.

Each limit is a few figures of either side of which one must not exceed the other, so that a whole
block can be judged by comparisons alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.pairs import Pairs
from features.text import FloatArray

#: Figures of all enterprises and of all resources: a pair is out where the first is greater.
#: NaN is greater than nothing.
Crossing = tuple[FloatArray, FloatArray]

#: A budget below this share of the least investment is out of the question.
LEAST_BUDGET_SHARE = 0.5


def pollution(market: Market) -> list[Crossing]:
    """The enterprise's pollution level above what the place admits."""
    return [
        (market.enterprises.fields["pollution_level"], market.resources.fields["max_pollution"])
    ]


def budget(market: Market) -> list[Crossing]:
    """The budget below half of the least investment."""
    least = np.float32(LEAST_BUDGET_SHARE) * market.resources.fields["min_investment_wan"]
    return [(-market.enterprises.fields["budget_wan"], -least)]


def window(market: Market) -> list[Crossing]:
    """The two windows do not meet on or after the as-of date; open ends always meet."""
    e, r = market.enterprises.fields, market.resources.fields
    today = np.float32(market.as_of.toordinal())
    e_over, r_over = (
        side["available_until"] < np.fmax(side["available_from"], today) for side in (e, r)
    )
    return [
        (e["available_from"], r["available_until"]),
        (-e["available_until"], -r["available_from"]),
        whatever_they_meet(e_over, r_over),
    ]


def whatever_they_meet(own: NDArray[np.bool_], others: NDArray[np.bool_]) -> Crossing:
    """A crossing that puts marked rows of either side out, whatever the other is."""
    return (
        np.where(own, np.float32(np.inf), np.float32(0)),
        np.where(others, np.float32(-np.inf), np.float32(0)),
    )


def crosses(crossings: list[Crossing], pairs: Pairs) -> NDArray[np.bool_]:
    """Whether pairs are out by any of some crossings."""
    out = np.zeros(pairs.shape, np.bool_)
    for e_values, r_values in crossings:
        own, others = e_values[pairs.e_rows], r_values[pairs.r_rows]
        out |= own > others if pairs.rowwise else own[:, None] > others[None, :]
    return out


def telling(crossings: list[Crossing]) -> list[Crossing]:
    """Those by which any pair at all is out."""
    return [
        (e, r) for e, r in crossings if len(e) and len(r) and np.fmax.reduce(e) > np.fmin.reduce(r)
    ]


def too_polluting(pairs: Pairs) -> NDArray[np.bool_]:
    """Whether pairs are out by :func:`pollution`."""
    return crosses(pollution(pairs.market), pairs)


def budget_too_small(pairs: Pairs) -> NDArray[np.bool_]:
    """Whether pairs are out by :func:`budget`."""
    return crosses(budget(pairs.market), pairs)


def windows_apart(pairs: Pairs) -> NDArray[np.bool_]:
    """Whether pairs are out by :func:`window`."""
    return crosses(window(pairs.market), pairs)


BY_PROFILE: dict[str, Callable[[Market], list[Crossing]]] = {
    "pollution": pollution,
    "budget": budget,
    "window": window,
}
