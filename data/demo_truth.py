"""The hidden truth of the made-up world: how far an introduced pair gets, and why.

Nothing of this is stored with the demonstration data; ``--truth FILE.npz`` writes it out for
whoever wants to measure how much of it a ranking finds again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from data.demo_dice import Dice
from data.demo_enterprises import Enterprise
from data.demo_resources import SOCIAL, Resource
from data.demo_trades import TRADE_OF, TRADES
from data.demo_world import Link, World, distance_km

#: What a relation of the enterprise's link to the resource's link is worth (强链, 补链, 延链).
CHAIN_WORTH = {"same": 1.0, "up": 0.8, "down": 0.85, "beside": 0.45, "far": 0.35,
               "trade": 0.2, "none": 0.0}  # fmt: skip
#: How much the chain matters for a kind of resource.
CHAIN_MATTERS = {
    "land": 1.0, "factory": 1.0, "enterprise": 1.1, "farmland": 1.0, "tourism": 1.0, "energy": 0.9,
    "mineral": 1.0, "port": 0.9, "village": 0.5, "processing_base": 0.9, "labour": 0.1,
    "training": 0.2,
}  # fmt: skip

#: What is agreed more easily, whoever comes.
EASE = {
    "land": -0.6, "factory": -0.5, "farmland": 1.4, "tourism": 1.2, "energy": 0.8, "mineral": 0.7,
    "port": 0.5, "enterprise": 0.3, "village": 0.4, "labour": 0.2, "training": 0.5,
    "processing_base": -0.2,
}  # fmt: skip
_SAME_SKILL = {
    (asked, offered)
    for trade in TRADES.values()
    for asked, offered in zip(trade.skills_asked, trade.skills_offered, strict=True)
}


@dataclass(frozen=True)
class Terms:
    """How well two sides fit, before the levels of the four stages are set."""

    signed: float
    started: float
    funded: float
    completed: float


def relation(own: Link, wanted: Link) -> str:
    """What the enterprise's link is to the wanted one (``trade``: of one trade, no chain)."""
    if own.name == wanted.name:
        return "same"
    if own.chain != wanted.chain:
        return "trade" if TRADE_OF[own.chain] == TRADE_OF[wanted.chain] else "none"
    step = wanted.step - own.step
    return {0: "beside", 1: "up", -1: "down"}.get(step, "far")


class Truth:
    """The truth for every pair.

    Parameters
    ----------
    world : World
    seed : int
        County effects are drawn with it.
    """

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        dice = Dice(seed, "counties")
        self._receiving = {p.code: dice.normal(0.0, 0.3) for p in world.underdeveloped}
        self._giving = {p.code: dice.normal(0.0, 0.2) for p in world.developed}
        self._near = {
            (a.code, b.code): distance_km(a, b)
            for a in world.developed
            for b in (*world.underdeveloped, *world.developed)
        }

    def distance(self, e: Enterprise, r: Resource) -> float:
        """Kilometres from the enterprise to where the resource lies; 400 for merchants."""
        return self._near[e.place.code, r.lies_in.code] if e.place else 400.0

    def paired(self, e: Enterprise, r: Resource) -> bool:
        """Whether the plan pairs the two counties."""
        return e.place is not None and (e.place.code, r.place.code) in self._world.pairs

    def chain(self, e: Enterprise, r: Resource) -> float:
        """Worth of the best relation to what the resource is about or also welcomes, 0 to 1."""
        if e.link is None:
            return 0.0
        best = CHAIN_WORTH[relation(e.link, r.link)]
        if r.also is not None:
            best = max(best, 0.9 * CHAIN_WORTH[relation(e.link, r.also)])
        return best

    def intent(self, e: Enterprise, r: Resource) -> float:
        """How far the kind is what the enterprise asks for, 0 to 1."""
        best = max(self._world.fit[i, r.kind] for i in e.intents)
        if e.kind == "institution":
            return best if r.kind in e.suits else 0.25 * best
        return best

    def terms(self, e: Enterprise, r: Resource) -> Terms:
        """Log-odds of each stage, up to a level that is the same for all pairs."""
        land = _share(r.land, e.land)
        hands = _share(r.hands, e.hands)
        energy = _share(r.energy, e.energy) if r.energy else 0.6
        money = min(e.budget / r.least, 2.0) - 1.0 if r.least else 0.4
        skills = sum(
            any((s, o) in _SAME_SKILL or s == o for o in r.skills) for s in e.skills
        ) / max(len(e.skills), 1)
        forms = 1.0 if set(e.forms) & set(r.forms) else 0.0
        places = r.kind in ("land", "factory")
        people = r.kind in ("labour", "processing_base", "training", "village")
        county = self._receiving[r.place.code]
        home = self._giving[e.place.code] if e.place else 0.3
        chain = self.chain(e, r) * CHAIN_MATTERS.get(r.kind, 0.0)
        near = math.log1p(self.distance(e, r) / 100.0)
        signed = (
            EASE.get(r.kind, 1.2 if r.kind in SOCIAL else 0.0)
            + 4.0 * chain
            + 2.2 * (self.intent(e, r) - 0.7)
            + (0.9 * land + 0.4 * energy if places else 0.0)
            + (1.2 * hands if people else 0.4 * hands if places else 0.0)
            + (0.0 if r.kind in SOCIAL else 0.8 * money)
            + (1.1 if people else 0.3) * skills
            + 0.7 * forms
            - 0.35 * near
            + 7.0 * r.subsidy
            - (0.05 * (r.price - 9.0) if places else 0.0)
            - (0.0008 * (r.wage - 1150.0) if people else 0.0)
            + (0.2 if r.in_park else 0.0)
            + (0.15 if self.paired(e, r) else 0.0)
            - 0.002 * r.station_km
            + county + home
            - 4.0 * max(e.pollution - r.dirtiest, 0)
            - (3.0 if r.least and e.budget < 0.5 * r.least else 0.0)
        )  # fmt: skip
        started = 0.5 * land + 0.5 * energy + 0.5 * hands + 0.8 * e.growth + 0.8 * county
        funded = 0.6 * money + 15.0 * r.subsidy + 1.5 * e.growth + 0.4 * chain
        completed = 0.6 * hands + 0.8 * chain + 8.0 * e.research - 0.2 * near + 0.4 * home
        return Terms(signed, started, funded, completed)


def _share(offered: float, needed: float) -> float:
    """Share of a need that is met; a small surplus more is worth nothing."""
    return min(offered / needed, 1.0) if needed > 0 else 1.0


def probability(log_odds: float) -> float:
    """Logistic function, rounded so that the last bit of ``exp`` decides nothing."""
    return round(1.0 / (1.0 + math.exp(-max(min(log_odds, 30.0), -30.0))), 9)
