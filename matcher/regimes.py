"""Who may be joined with whom: the arrangements that a scenario is compared with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.language import Text, text
from features.market import Market
from features.pairing import pairing_in_force
from matcher.plan_pairs import PlanPairs
from matcher.scenario import REGIMES, Scenario

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Regime:
    """One arrangement.

    Attributes
    ----------
    name : str
        One of :data:`matcher.scenario.REGIMES`, a pairing's name, or the scenario's own.
    label : Text
    allowed : (p,) bool array
        Pairs that may be chosen.
    max_cross_share : float
        Largest share of the chosen that may lie outside the scenario's pairing.
    """

    name: str
    label: Text
    allowed: Bools
    max_cross_share: float = 1.0


def own_regime(scenario: Scenario, pairs: PlanPairs) -> Regime:
    """What the scenario itself allows."""
    allowed = {
        "allow": np.ones(len(pairs), np.bool_),
        "only": ~pairs.paired,
        "forbid": pairs.paired,
    }[scenario.cross_pair]
    if scenario.max_cross_share == 0:
        allowed = allowed & pairs.paired
    label = {"zh": scenario.name, "en": scenario.name}
    return Regime(scenario.name, label, allowed, scenario.max_cross_share)


def regime(name: str, scenario: Scenario, pairs: PlanPairs, market: Market) -> Regime:
    """An arrangement to compare with; ``best_pairing`` starts as ``open``."""
    if name in ("in_pair_only", "official"):
        return Regime(name, text(f"regime.{name}"), pairs.paired)
    if name in ("open", "best_pairing"):
        return Regime(name, text(f"regime.{name}"), np.ones(len(pairs), np.bool_))
    if name == "stable":
        own = own_regime(scenario, pairs)
        return Regime(name, text("regime.stable"), own.allowed, own.max_cross_share)
    if name in REGIMES:
        raise ValueError(f"regime {name!r} is not known here")
    label = text("regime.pairing", name=name)
    return Regime(name, label, joined(links_of(market, name), pairs))


def links_of(market: Market, pairing: str | None = None) -> Bools:
    """(n, n) links [developed, underdeveloped] of a pairing; None = of the one in force."""
    if pairing is None:
        return market.graph.paired
    found = pairing_in_force(market.pairings, pairing, market.as_of, market.regions)
    return found.paired


def joined(links: Bools, pairs: PlanPairs) -> Bools:
    """(p,) whether links between regions join each pair."""
    there = (pairs.home >= 0) & (pairs.region >= 0)
    found: Bools = links[np.maximum(pairs.home, 0), np.maximum(pairs.region, 0)] & there
    return found


def link_count(market: Market) -> int:
    """Links between two counties that the pairing in force has."""
    return int((market.graph.paired & ~market.graph.coarse).sum())
