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

from api.store import Store
from api.usecases import ranking as rankings
from features.profiles import LARGEST, Profiles
from features.tables import Table, Value
from matcher.interests import find_interests
from matcher.limits import Limits
from matcher.ranking import Ranking

#: Tables of what is on record between both sides.
RECORD = ("outcomes", "projects", "funds", "interests")
SIDES = ("enterprises", "resources")
#: Columns by which a pair is barred.
_BARRING = {
    "enterprises": ("pollution_level", "budget_wan", "available_from", "available_until"),
    "resources": (
        "max_pollution", "min_investment_wan", "available_from", "available_until", "capacity",
    ),
}  # fmt: skip


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


def laid_over(ranking: Ranking, store: Store, tables: Set[str], since: str, name: str) -> LaidOver:
    """A ranking of earlier rows with what has become binding.

    Parameters
    ----------
    tables : set of str
        Those whose rows have changed; of :data:`RECORD` and :data:`SIDES`.
    since : str
        Stamp of the moment when the ranking's rows were read.
    name : str
        What the ranking is to be told from others by (``rows_name``).
    """
    market, limits, interests = ranking.market, ranking.limits, ranking.interests
    known, signed_there = ranking.known, ranking.signed_there
    changed: frozenset[tuple[str, str]] = frozenset()
    if tables & set(SIDES):
        rows = store.tables(SIDES, {name: ("id", *_BARRING[name]) for name in SIDES})
        newer = {name: store.changed_since(name, since) for name in SIDES}
        market = replace(
            market,
            enterprises=_as_now(market.enterprises, rows["enterprises"], newer["enterprises"]),
            resources=_as_now(market.resources, rows["resources"], newer["resources"]),
        )
        taken = market.resources.fields["capacity"] - ranking.market.resources.fields["capacity"]
        limits = replace(
            limits, market=market, capacity_left=limits.capacity_left + taken.astype(np.int64)
        )
        changed = frozenset(
            (side.side, one)
            for side, name in ((market.enterprises, SIDES[0]), (market.resources, SIDES[1]))
            for one in newer[name] | (set(side.ids) ^ {str(i) for i in rows[name]["id"]})
        )
    if tables & set(RECORD[:3]):
        read = store.tables(RECORD)
        history = rankings.known_history(read, market.as_of)
        found = rankings.on_record(read, market, history)
        limits, interests = found.limits, found.interests
        known, signed_there = found.known, found.signed_there
    elif "interests" in tables:
        interests = find_interests(market, store.table("interests"))
        limits = replace(limits, single={**limits.single, "refused": interests.refused})
    if changed:
        limits = _without_gone(limits, changed, rows)
    new = replace(
        ranking, limits=limits, interests=interests, known=known, signed_there=signed_there,
        rows_name=name,
    )  # fmt: skip
    return LaidOver(new.made_ready_as(ranking), changed)


def _without_gone(
    limits: Limits, changed: frozenset[tuple[str, str]], rows: Mapping[str, Table]
) -> Limits:
    """Nobody is matched with a row that was deleted."""
    market, left = limits.market, limits.capacity_left.copy()
    there = {name: {str(one) for one in rows[name]["id"]} for name in SIDES}
    gone = np.zeros(len(market.enterprises), np.bool_)
    for side, one in changed:
        if side == "enterprise" and one in market.enterprises.index and one not in there[SIDES[0]]:
            gone[market.enterprises.index[one]] = True
        if side == "resource" and one in market.resources.index and one not in there[SIDES[1]]:
            left[market.resources.index[one]] = 0
    return replace(limits, capacity_left=np.minimum(left, limits.capacity_left), gone=gone)


def _as_now(side: Profiles, table: Table, newer: Set[str]) -> Profiles:
    """Profiles with the barring figures of those rows that are newer."""
    columns = [name for name in table.columns if name != "id"]
    fields = dict(side.fields)
    for name in columns:
        fields[name] = fields[name].copy()
    for at, one in enumerate(table["id"]):
        row = side.index.get(str(one))
        if row is not None and str(one) in newer:
            for name in columns:
                fields[name][row] = _figure(name, table[name][at])
    return replace(side, fields=fields)


def _figure(name: str, value: Value) -> float:
    """As :mod:`features.profiles` has it."""
    if isinstance(value, date):
        return float(value.toordinal())
    if isinstance(value, int | float):
        return float(np.clip(value, -LARGEST, LARGEST))
    return 1.0 if name == "capacity" else float("nan")
