"""What a placement through the year is: plain rows that every format is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from matcher.arrivals import QUANTITIES, Arrivals, Floats
from matcher.placement import Placement

#: Digits after the point of a figure that is told.
DIGITS = 6


@dataclass(frozen=True)
class Placed:
    """One arrival and where it went.

    Attributes
    ----------
    resource_id : str or None
        None = not placed.
    score, cost : float or None
        What the place is worth to it, and what it was reckoned to cost those that come later.
    prices : mapping of quantity to float
        Of the place in that week; empty where not placed.
    """

    enterprise_id: str
    week: int
    resource_id: str | None
    score: float | None = None
    cost: float | None = None
    prices: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PlacementReport:
    """All arrivals in order of week, then id, and the prices of every week.

    Attributes
    ----------
    prices : tuple of dict
        ``week, resource_id`` and the price of each quantity.
    about : dict
        How it was made: years looked at, and for a store ``as_of``, ``model``, ``pairing``.
    names : mapping of id to name
        Empty where only ids are known.
    made_up : bool
    unscored : int
        Arrivals that no pair is allowed for.
    """

    placements: tuple[Placed, ...]
    objective: float
    prices: tuple[dict[str, object], ...]
    about: Mapping[str, object]
    names: Mapping[str, str] = field(default_factory=dict)
    made_up: bool = False
    unscored: int = 0

    def as_dict(self) -> dict[str, object]:
        """The JSON document of the outer contract."""
        return {
            "placements": [
                {
                    "enterprise_id": p.enterprise_id, "week": p.week,
                    "resource_id": p.resource_id, "score": p.score, "cost": p.cost,
                }
                for p in self.placements
            ],
            "objective": self.objective,
            "prices": list(self.prices),
            "about": {**self.about, "made_up": self.made_up},
        }  # fmt: skip


def report(
    found: Placement, arrivals: Arrivals, enterprises: Sequence[str], resources: Sequence[str],
    about: Mapping[str, object], *, names: Mapping[str, str] | None = None, made_up: bool = False,
) -> PlacementReport:  # fmt: skip
    """A placement by the ids of those placed.

    Parameters
    ----------
    enterprises, resources : sequences of str
        Ids of the arrivals, and of the resources, by row.
    """
    turn = {week: i for i, week in enumerate(found.weeks.tolist())}
    placed = []
    for i, enterprise in enumerate(enterprises):
        week, pair = int(arrivals.week[i]), int(found.pair[i])
        if pair < 0:
            placed.append(Placed(enterprise, week, None))
            continue
        r = int(arrivals.resource[pair])
        placed.append(
            Placed(
                enterprise, week, resources[r], _figure(arrivals.value[pair]),
                _figure(found.cost[pair]), _by_quantity(found.prices[turn[week], r]),
            )
        )  # fmt: skip
    prices: list[dict[str, object]] = [
        {"week": week, "resource_id": resource, **_by_quantity(found.prices[t, r])}
        for week, t in turn.items()
        for r, resource in enumerate(resources)
    ]
    scored = np.unique(arrivals.arrival)
    return PlacementReport(
        tuple(placed), _figure(found.objective), tuple(prices), about, names or {}, made_up,
        len(enterprises) - len(scored),
    )  # fmt: skip


def _by_quantity(prices: Floats) -> dict[str, float]:
    return {name: _figure(price) for name, price in zip(QUANTITIES, prices, strict=True)}


def _figure(value: float) -> float:
    return round(float(value), DIGITS)
