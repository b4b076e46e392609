"""Declared interests and refusals of either side, as they hold on a date.

"no" bars a pair; "must" and an interest of both sides come first in a list and are said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.profiles import Profiles
from features.schema import ENTERPRISE_KINDS, PROGRAMME_OF, PROGRAMMES, RESOURCE_KINDS
from features.tables import Table

Pair = tuple[int, int]

#: What a declared interest adds to the score: with a "must", or a "yes" of both sides, a pair
#: stands before every other (scores without interests end at 4).
MUST, MUTUAL, ONE_SIDED = 20.0, 10.0, 0.25


@dataclass(frozen=True)
class Interests:
    """Interests between rows of the market.

    Attributes
    ----------
    refused : frozenset of pairs
        Either side says no.
    wanted : dict of pair to str
        ``must``, ``mutual`` or ``one_sided``.
    """

    refused: frozenset[Pair] = frozenset()
    wanted: dict[Pair, str] = field(default_factory=dict)

    def bonus(self, enterprise: int, resource: int) -> float:
        """What the declared interest adds to the pair's score."""
        said = self.wanted.get((enterprise, resource))
        return {None: 0.0, "must": MUST, "mutual": MUTUAL, "one_sided": ONE_SIDED}[said]


def find_interests(market: Market, interests: Table | None) -> Interests:
    """The interests that hold on the market's as-of date.

    Parameters
    ----------
    interests : Table or None
        A target may be an id, a region (a whole prefecture stands for its counties) or a kind.
        An interest of a region is one of every resource of it, or of every enterprise there.
    """
    if interests is None or not len(interests):
        return Interests()
    said: dict[str, dict[str, set[Pair]]] = {
        side: {level: set() for level in ("must", "yes", "no")} for side in ("e", "r")
    }
    for row in interests.rows():
        until = row.get("until")
        if isinstance(until, date) and until < market.as_of:
            continue
        for side, pairs in _meant(market, str(row["side"]), str(row["id"]), str(row["target"])):
            said[side][str(row["level"])] |= pairs
    refused = said["e"]["no"] | said["r"]["no"]
    wanted: dict[Pair, str] = {}
    e_yes, r_yes = (said[side]["yes"] | said[side]["must"] for side in ("e", "r"))
    for pair in sorted((e_yes | r_yes) - refused):
        must = pair in said["e"]["must"] or pair in said["r"]["must"]
        mutual = pair in e_yes and pair in r_yes
        wanted[pair] = "must" if must else "mutual" if mutual else "one_sided"
    return Interests(frozenset(refused), wanted)


def _meant(market: Market, side: str, who: str, target: str) -> list[tuple[str, set[Pair]]]:
    """Which side speaks, and the pairs that are meant."""
    e, r = market.enterprises, market.resources
    if side == "enterprise":
        own, others = _rows(market, e, who), _rows(market, r, target)
        return [("e", _cross(own, others))]
    if side == "resource":
        own, others = _rows(market, r, who), _rows(market, e, target)
        return [("r", _cross(others, own))]
    return [
        ("r", _cross(_rows(market, e, target), _in_region(market, r, who))),
        ("e", _cross(_in_region(market, e, who), _rows(market, r, target))),
    ]


def _rows(market: Market, side: Profiles, named: str) -> NDArray[np.intp]:
    """Rows that an id, a kind, a programme or a region names."""
    if named in side.index:
        return np.array([side.index[named]])
    kinds = ENTERPRISE_KINDS if side.side == "enterprise" else RESOURCE_KINDS
    if named in kinds:
        return np.flatnonzero(side.fields["kind"] == kinds.index(named))
    if side.side == "resource" and named in PROGRAMMES:
        chosen = [i for i, k in enumerate(RESOURCE_KINDS) if PROGRAMME_OF[k] == named]
        return np.flatnonzero(np.isin(side.fields["kind"], chosen))
    return _in_region(market, side, named)


def _in_region(market: Market, side: Profiles, code: str) -> NDArray[np.intp]:
    if code not in market.regions.index:
        return np.zeros(0, np.intp)
    wanted = [market.regions.index[c] for c in (code, *market.regions.members(code))]
    return np.flatnonzero(np.isin(side.fields["region"], wanted))


def _cross(enterprises: NDArray[np.intp], resources: NDArray[np.intp]) -> set[Pair]:
    return {(int(e), int(r)) for e in enterprises for r in resources}
