"""What a plan must keep, as limits by name: ceilings, shares, floors.

Every requirement knows where it stands in the scenario and how it is said, so that a conflict or
a price comes back in the planner's words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from features.language import Text, text
from features.market import Market
from features.regions import Regions
from matcher.allocate import Limit
from matcher.plan_pairs import QUANTITIES, PlanPairs
from matcher.regimes import Regime
from matcher.scenario import Scenario

Floats = NDArray[np.float64]
Group = Literal["ceiling", "cross_share", "region_share", "floor"]

_BY_REGION = (
    ("land_mu_by_region", "land_mu"),
    ("labour_by_region", "labour"),
    ("energy_tce_by_region", "energy_tce"),
)


@dataclass(frozen=True)
class Requirement:
    """One thing that a plan must keep.

    Attributes
    ----------
    group : str
        What it belongs to: what is left out together when its cost is asked for.
    value : float
        As the scenario has it.
    label : Text
    limit : Limit
        Over the candidate pairs.
    region : Text, optional
        Whose it is, where the same may be asked of several regions.
    """

    group: Group
    value: float
    label: Text
    limit: Limit
    region: Text | None = None

    @property
    def path(self) -> str:
        """Its key in the scenario, without the region."""
        return self.name if self.region is None else self.name.rpartition(".")[0]

    @property
    def name(self) -> str:
        """Its place in the scenario, the region at the end where it is one region's."""
        return self.limit.name


def requirements(
    scenario: Scenario, regime: Regime, pairs: PlanPairs, market: Market
) -> list[Requirement]:
    """All that a plan under a regime must keep beside the capacities of the places."""
    found = [*_ceilings(scenario, pairs, market.regions), *_shares(scenario, regime, pairs, market)]
    if scenario.min_projects_per_region:
        least = scenario.min_projects_per_region
        for g in receivers(market, pairs):
            limit = _limit("fairness.min_projects_per_region", market.regions, g, pairs.region == g)
            region = _named(market.regions, g)
            label = text("requirement.least", region=region, value=least)
            found.append(Requirement("floor", least, label, _low(limit, least), region))
    return found


def receivers(market: Market, pairs: PlanPairs) -> list[int]:
    """Receiving regions of the pairing that have resources with room, by position."""
    named = np.array([bool(name) for name in market.graph.named])
    places = np.unique(market.resources.fields["region"][_with_room(pairs)])
    return [int(g) for g in places if g >= 0 and named[g]]


def _with_room(pairs: PlanPairs) -> NDArray[np.int64]:
    return np.flatnonzero(pairs.offered)


def _ceilings(scenario: Scenario, pairs: PlanPairs, regions: Regions) -> Iterator[Requirement]:
    ceilings = scenario.ceilings
    for key, quantity in _BY_REGION:
        use = pairs.use[:, QUANTITIES.index(quantity)]
        amounts: Mapping[str, float] = getattr(ceilings, key)
        for code, most in amounts.items():
            g = regions.index[code]
            members = [regions.index[m] for m in (code, *regions.members(code))]
            # A place in another county (飞地) draws on both: where it lies, and who benefits.
            there = np.isin(pairs.region, members) | np.isin(pairs.site, members)
            limit = _limit(f"limits.{key}", regions, g, use * there)
            label = text(f"requirement.{key}", region=_named(regions, g), value=_shown(most))
            yield Requirement("ceiling", most, label, _high(limit, most))
    energy = pairs.use[:, QUANTITIES.index("energy_tce")]
    for path, most_of_all, use in (
        ("limits.energy_tce", ceilings.energy_tce, energy),
        ("budget.interest_subsidy_wan", ceilings.interest_subsidy_wan, pairs.subsidy_wan),
        ("budget.projects", ceilings.projects, np.ones(len(pairs))),
    ):
        if most_of_all is not None:
            label = text(f"requirement.{path.split('.')[1]}", value=_shown(most_of_all))
            limit = Limit(path, use, high=float(most_of_all))
            yield Requirement("ceiling", float(most_of_all), label, limit)


def _shares(
    scenario: Scenario, regime: Regime, pairs: PlanPairs, market: Market
) -> Iterator[Requirement]:
    share = regime.max_cross_share
    if 0 < share < 1:
        outside = (~pairs.paired).astype(np.float64)
        limit = Limit("cross_pair.max_share", outside - share, high=0.0)
        label = text("requirement.max_share", value=f"{share:.6g}")
        yield Requirement("cross_share", share, label, limit)
    share = scenario.max_share_per_region
    if share < 1:
        for g in np.unique(pairs.region[pairs.region >= 0]).tolist():
            own = (pairs.region == g) - share
            limit = _limit("fairness.max_share_per_region", market.regions, g, own)
            region = _named(market.regions, g)
            label = text("requirement.max_share_per_region", region=region, value=f"{share:.6g}")
            yield Requirement("region_share", share, label, _high(limit, 0.0), region)


def _limit(path: str, regions: Regions, g: int, coefficients: NDArray[np.generic]) -> Limit:
    name = f"{path}.{regions.name(regions.codes[g])}"
    return Limit(name, np.asarray(coefficients, np.float64))


def _low(limit: Limit, least: float) -> Limit:
    return Limit(limit.name, limit.coefficients, low=float(least))


def _high(limit: Limit, most: float) -> Limit:
    return Limit(limit.name, limit.coefficients, high=float(most))


def _named(regions: Regions, g: int) -> Text:
    code = regions.codes[g]
    return {"zh": regions.name(code), "en": regions.name(code, lang="en")}


def _shown(value: float) -> str:
    return f"{value:,.10g}"
