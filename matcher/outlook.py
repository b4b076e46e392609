"""What a plan comes to, as figures: expected values with their band, shares, what binds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.language import Text
from matcher.draws import COUNTED, Drawn
from matcher.planning import AimReached

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: Percentiles of the band.
BAND = (10, 50, 90)


@dataclass(frozen=True)
class Band:
    """What is expected, and between what it will lie four times in five."""

    expected: float
    p10: float
    p50: float
    p90: float

    @classmethod
    def of(cls, drawn: Floats, expected: float | None = None) -> Band:
        """From draws; the expected value where it is known without them."""
        low, middle, high = np.percentile(drawn, BAND, method="linear")
        mean = float(drawn.mean()) if expected is None else expected
        return cls(mean, float(low), float(middle), float(high))

    def as_dict(self) -> dict[str, float]:
        """As a JSON object."""
        return {
            "expected": rounded(self.expected), "p10": rounded(self.p10),
            "p50": rounded(self.p50), "p90": rounded(self.p90),
        }  # fmt: skip


@dataclass(frozen=True)
class Binding:
    """A limit that binds, and what the objective would gain for one more unit of it.

    Attributes
    ----------
    floor : bool
        Whether it is the least that must be: then the price is of one fewer.
    share : bool
        Whether the value is a share: then a unit is the whole, and a point a hundredth of it.
    """

    name: str
    label: Text
    value: float
    shadow_price: float
    share: bool = False
    floor: bool = False

    def as_dict(self) -> dict[str, object]:
        """As a JSON object of the outer contract, with its label."""
        return {
            "limit": self.name, "value": rounded(self.value),
            "shadow_price": rounded(self.shadow_price), "label": self.label,
        }  # fmt: skip


@dataclass(frozen=True)
class FloorCost:
    """What the objective would gain without a floor (or a share)."""

    name: str
    label: Text
    cost: float

    def as_dict(self) -> dict[str, object]:
        """As a JSON object of the outer contract, with its label."""
        return {"floor": self.name, "cost": rounded(self.cost), "label": self.label}


@dataclass(frozen=True)
class Moved:
    """Another value of a limit, and how the objective changes with it.

    Attributes
    ----------
    change : float or None
        None = the scenario cannot be kept then.
    """

    value: float
    change: float | None

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        change = None if self.change is None else rounded(self.change)
        return {"value": rounded(self.value), "change": change}


@dataclass(frozen=True)
class Sensitivity:
    """How the objective changes with a limit of the scenario.

    Attributes
    ----------
    share : bool
        As of :class:`Binding`.
    """

    name: str
    label: Text
    value: float
    tighter: Moved
    looser: Moved
    share: bool = False

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "limit": self.name, "value": rounded(self.value), "tighter": self.tighter.as_dict(),
            "looser": self.looser.as_dict(), "label": self.label,
        }  # fmt: skip


@dataclass(frozen=True)
class Outlook:
    """One regime, planned and drawn.

    Attributes
    ----------
    name : str
    label : Text
    chosen : (n,) int array
        Rows of the candidate pairs.
    aims : tuple of AimReached
    bands : dict of str to Band
        By :data:`matcher.draws.COUNTED`.
    region_shares : dict of region code to float
        Of the chosen projects; receiving regions with resources that get none are there too.
    binding, floor_costs, sensitivity : tuples
        The latter two of the scenario only.
    blocking_pairs : int
    targets : dict of indicator to float
        Expected share of the year's plan.
    against : dict of str to object
        How it differs from the scenario on the same draws; empty for the scenario itself.
    links : tuple of (region code, region code)
        The pairing that was found, for ``best_pairing``.
    """

    name: str
    label: Text
    chosen: Rows
    aims: tuple[AimReached, ...]
    bands: Mapping[str, Band]
    cross_pair_share: float
    region_shares: Mapping[str, float]
    gini: float
    targets: Mapping[str, float]
    binding: tuple[Binding, ...]
    floor_costs: tuple[FloorCost, ...]
    blocking_pairs: int
    assumptions: tuple[Text, ...]
    against: Mapping[str, Any] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()
    sensitivity: tuple[Sensitivity, ...] = ()

    @property
    def last(self) -> AimReached:
        """The aim that was sought last: what objective, bound and gap are of."""
        return self.aims[-1]

    def as_dict(self) -> dict[str, object]:
        """As an entry of ``summary.json``."""
        return {
            "name": self.name,
            "label": self.label,
            "objective": rounded(self.last.value),
            "bound": rounded_up(self.last.bound, self.last.value),
            "gap": rounded(self.last.gap) if np.isfinite(self.last.gap) else None,
            "aims": [
                {
                    "objective": aim.objective, "value": rounded(aim.value),
                    "bound": rounded_up(aim.bound, aim.value), "max_loss": aim.max_loss,
                }
                for aim in self.aims
            ],
            "planned": len(self.chosen),
            **{name: self.bands[name].as_dict() for name in COUNTED},
            "cross_pair_share": rounded(self.cross_pair_share),
            "region_shares": {code: rounded(s) for code, s in self.region_shares.items()},
            "gini": rounded(self.gini),
            "targets": {name: rounded(share) for name, share in self.targets.items()},
            "binding": [one.as_dict() for one in self.binding],
            "floor_costs": [one.as_dict() for one in self.floor_costs],
            "sensitivity": [one.as_dict() for one in self.sensitivity],
            "blocking_pairs": self.blocking_pairs,
            "against_the_scenario": dict(self.against),
            **({"links": [list(link) for link in self.links]} if self.links else {}),
            "assumptions": list(self.assumptions),
        }  # fmt: skip


def bands(drawn: Drawn) -> dict[str, Band]:
    """The bands of a plan."""
    return {name: Band.of(drawn.totals[name]) for name in COUNTED}


def compared(own: Drawn, other: Drawn) -> dict[str, Any]:
    """How another plan differs from the scenario's on the same draws."""
    found: dict[str, Any] = {}
    for name in ("signed", "investment_wan", "jobs"):
        apart = other.totals[name] - own.totals[name]
        found[name] = {
            **Band.of(apart).as_dict(),
            "share_of_draws_above": rounded(float((apart > 0).mean())),
        }
    return found


def region_shares(
    regions: Sequence[str], receiving: Sequence[int], region: Rows
) -> dict[str, float]:
    """Share of the chosen projects by region code, receiving regions without any at 0."""
    shown = sorted({*receiving, *np.unique(region).tolist()} - {-1})
    total = max(1, len(region))
    return {regions[g]: float((region == g).sum()) / total for g in shown}


def rounded(value: float) -> float:
    """Nine significant digits: what is left when sums are added up in another order."""
    return float(f"{value:.9g}")


def rounded_up(bound: float, value: float) -> float:
    """A bound, rounded so that it stays one of the rounded value."""
    return max(rounded(bound), rounded(value))
