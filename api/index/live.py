"""What must hold at once, laid over an index that was made before some rows changed.

A refusal, a signature, a place that is taken, a limit that a row names, a row that is gone: these
bind from the moment they are stored. What a pair scores, and what else is said of a candidate,
follows as soon as the index is made anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from api.index.making import SIDES
from api.store import Store
from api.store.changes import Changes, Read
from api.usecases import ranking as rankings
from features.market import Market
from features.profiles import LARGEST, Profiles
from features.schema import ENTERPRISE_KINDS, RESOURCE_KINDS
from features.tables import Table, Value
from matcher.interests import find_interests
from matcher.limits import Limits
from matcher.ranking import Ranking

#: Tables of what is on record between both sides.
RECORD = ("outcomes", "projects", "funds", "interests")
#: Columns by which a pair is barred.
_BARRING = {
    "enterprises": ("pollution_level", "budget_wan", "available_from", "available_until"),
    "resources": (
        "max_pollution", "min_investment_wan", "available_from", "available_until", "capacity",
    ),
}  # fmt: skip
#: Columns by which an interest may name a row.
_NAMED_BY = ("kind", "region")


@dataclass(frozen=True)
class LaidOver:
    """An index with what binds at once.

    Attributes
    ----------
    ranking : Ranking
    changed : frozenset of (side, id)
        Rows that are new, gone, or other than in the index: their own lists wait for the next.
    """

    ranking: Ranking
    changed: frozenset[tuple[str, str]] = frozenset()


def laid_over(ranking: Ranking, store: Store, tables: Set[str], read: Read, name: str) -> LaidOver:
    """A ranking of earlier rows with what has become binding.

    Parameters
    ----------
    tables : set of str
        Those whose rows have changed; of :data:`RECORD` and :data:`SIDES`.
    read : Read
        Which rows the ranking was made of.
    name : str
        What the ranking is to be told from others by (``rows_name``).
    """
    market, limits, interests = ranking.market, ranking.limits, ranking.interests
    named = market  # with the kinds and regions by which interests name rows now
    known, signed_there = ranking.known, ranking.signed_there
    found: dict[str, Changes] = {}
    if tables & set(SIDES):
        columns = {name: ("id", *_BARRING[name], *_NAMED_BY) for name in SIDES}
        found = store.changed(read, columns)
        market = replace(
            market,
            enterprises=_as_now(market.enterprises, found["enterprises"].now),
            resources=_as_now(market.resources, found["resources"].now),
        )
        named = _named_as_now(market, found)
        taken = market.resources.fields["capacity"] - ranking.market.resources.fields["capacity"]
        limits = replace(
            limits, market=market, capacity_left=limits.capacity_left + taken.astype(np.int64)
        )
    if tables & set(RECORD[:3]):
        rows = store.tables(RECORD)
        history = rankings.known_history(rows, market.as_of)
        record = rankings.on_record(rows, named, history)
        limits, interests = replace(record.limits, market=market), record.interests
        known, signed_there = record.known, record.signed_there
    elif "interests" in tables or named is not market:
        interests = find_interests(named, store.table("interests"))
        limits = replace(limits, single={**limits.single, "refused": interests.refused})
    changed = frozenset(
        (side.side, one)
        for side, name in ((market.enterprises, SIDES[0]), (market.resources, SIDES[1]))
        if name in found
        for one in (*map(str, found[name].now["id"]), *found[name].gone)
    )
    if found:
        limits = _without_gone(limits, found)
    new = replace(
        ranking, limits=limits, interests=interests, known=known, signed_there=signed_there,
        rows_name=name,
    )  # fmt: skip
    return LaidOver(new.made_ready_as(ranking), changed)


def _without_gone(limits: Limits, found: Mapping[str, Changes]) -> Limits:
    """Nobody is matched with a row that was deleted."""
    market, left = limits.market, limits.capacity_left.copy()
    gone = np.zeros(len(market.enterprises), np.bool_)
    for one in found["enterprises"].gone:
        if one in market.enterprises.index:
            gone[market.enterprises.index[one]] = True
    for one in found["resources"].gone:
        if one in market.resources.index:
            left[market.resources.index[one]] = 0
    return replace(limits, capacity_left=np.minimum(left, limits.capacity_left), gone=gone)


def _as_now(side: Profiles, now: Table) -> Profiles:
    """Profiles with the barring figures of those rows that are other ones now."""
    rows = _rows(side, now)
    if not rows:
        return side
    fields = dict(side.fields)
    for name in _BARRING[now.name]:
        fields[name] = fields[name].copy()
        for at, row in rows:
            fields[name][row] = _figure(name, now[name][at])
    return replace(side, fields=fields)


def _named_as_now(market: Market, found: Mapping[str, Changes]) -> Market:
    """The market in which rows have the kind and region they have now; itself if all have."""
    own = _side_named(market, market.enterprises, ENTERPRISE_KINDS, found["enterprises"].now)
    offered = _side_named(market, market.resources, RESOURCE_KINDS, found["resources"].now)
    if own is market.enterprises and offered is market.resources:
        return market
    return replace(market, enterprises=own, resources=offered)


def _side_named(market: Market, side: Profiles, kinds: tuple[str, ...], now: Table) -> Profiles:
    kind, region = side.fields["kind"].copy(), side.fields["region"].copy()
    missing = 0 if kinds is ENTERPRISE_KINDS else -1
    for at, row in _rows(side, now):
        written = now["kind"][at]
        kind[row] = missing if written is None else kinds.index(str(written))
        region[row] = market.regions.index.get(str(now["region"][at]), -1)
    same = [(kind == side.fields["kind"]).all(), (region == side.fields["region"]).all()]
    return side if all(same) else replace(
        side, fields={**side.fields, "kind": kind, "region": region}
    )  # fmt: skip


def _rows(side: Profiles, now: Table) -> list[tuple[int, int]]:
    """Where rows stand in a table, and in the profiles that have them."""
    ids = enumerate(map(str, now["id"]))
    return [(at, side.index[one]) for at, one in ids if one in side.index]


def _figure(name: str, value: Value) -> float:
    """As :mod:`features.profiles` has it."""
    if isinstance(value, date):
        return float(value.toordinal())
    if isinstance(value, int | float):
        return max(-LARGEST, min(LARGEST, float(value)))
    return 1.0 if name == "capacity" else float("nan")
