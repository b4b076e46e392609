"""What other terms of a place would change: signatures, rank, who loses, what it costs.

The same market twice, once with the place's present terms and once with the new ones. Signatures
are those to be expected of introductions to the enterprises that fit best on either terms: the same
ones before and after, so that what differs are the terms and not who was asked. The difference is
drawn with the same coefficients on both sides, so that its band is that of the difference and not
of two levels. Values beyond what places of the kind have shown are refused: a model has nothing to
say of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.language import Text, text
from features.market import Market
from features.schema import RESOURCE_KINDS, TABLES
from features.tables import Value
from matcher.introducing import (
    allowed,
    difference,
    expected,
    introduced,
    one_way,
    signatures,
)
from matcher.outlook import Band
from matcher.ranking import Ranking
from models.gains import Gains

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: Introductions that signatures are counted over, draws, enterprises looked at at once.
INTRODUCTIONS: Final = 20
DRAWS: Final = 2000
BLOCK: Final = 512
#: Places of a kind whose values tell a range.
LEAST_SEEN: Final = 5
#: A place listed so high gets its introductions; those it passes that are named.
LISTED: Final = 20
LOSERS: Final = 5


class BeyondWhatIsKnown(ValueError):
    """New terms lie where no place of the kind has been: nothing can be said of them.

    Attributes
    ----------
    message : Text
    """

    exit_status = 2

    def __init__(self, messages: list[Text]) -> None:
        self.message: Text = {
            lang: "\n".join(said[lang] for said in messages) for lang in ("zh", "en")
        }
        super().__init__(self.message["en"])


@dataclass(frozen=True)
class Standing:
    """Where a place stands in the lists of the enterprises.

    Attributes
    ----------
    first_five, listed : int
        Enterprises that have it among their first five, and among their first twenty.
    median : float or None
        Its median rank in the lists of the enterprises that it can take; None = it can take none.
    """

    first_five: int
    listed: int
    median: float | None

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {"first_5": self.first_five, "first_20": self.listed, "median_rank": self.median}


@dataclass(frozen=True)
class Loser:
    """Another place, and in how many lists it falls behind the one that changes its terms."""

    resource_id: str
    name: str
    region: Text
    lists: int

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {"resource_id": self.resource_id, "name": self.name, "lists": self.lists}


@dataclass(frozen=True)
class WhatIf:
    """What new terms of a place would change.

    Attributes
    ----------
    resource_id, name : str
    changes : dict of column to (old, new)
    introductions : int
        Asked for.
    introduced : tuple of str
        Ids of the enterprises that fit best on either terms, best first: met before and after.
    signed_before, signed_after, signed : Band
        Signatures of so many introductions, and their difference.
    before, after : Standing
    passed, passed_by : tuple of Loser
        Places that lose lists to this one, and places that gain from it.
    cost_wan : dict of str to Band
        Cost a term to the place, 万元, of what is expected to be signed; only where it can be
        computed.
    not_costed : tuple of str
        Terms whose cost nobody here can know.
    assumptions : tuple of Text
    """

    resource_id: str
    name: str
    changes: Mapping[str, tuple[Value, Value]]
    introductions: int
    introduced: tuple[str, ...]
    signed_before: Band
    signed_after: Band
    signed: Band
    before: Standing
    after: Standing
    passed: tuple[Loser, ...]
    passed_by: tuple[Loser, ...]
    cost_wan: Mapping[str, Band]
    not_costed: tuple[str, ...]
    assumptions: tuple[Text, ...]
    model: Mapping[str, Any]
    as_of: str
    made_up: bool

    @property
    def direction(self) -> str:
        """``more``, ``fewer``, ``same``, or ``unclear``: the band of the difference holds zero."""
        if self.signed.p10 == self.signed.p90 == 0:
            return "same"
        if self.signed.p10 > 0:
            return "more"
        return "fewer" if self.signed.p90 < 0 else "unclear"

    def as_dict(self) -> dict[str, object]:
        """As a JSON document."""
        return {
            "resource_id": self.resource_id, "name": self.name, "as_of": self.as_of,
            "model": dict(self.model), "made_up": self.made_up,
            "changes": {c: {"from": _plain(a), "to": _plain(b)}
                        for c, (a, b) in self.changes.items()},
            "introductions": self.introductions,
            "introduced": list(self.introduced),
            "expected_signings": {
                "before": self.signed_before.as_dict(), "after": self.signed_after.as_dict(),
                "difference": self.signed.as_dict(), "direction": self.direction,
            },
            "rank": {"before": self.before.as_dict(), "after": self.after.as_dict(),
                     "gained_from": [one.as_dict() for one in self.passed],
                     "lost_to": [one.as_dict() for one in self.passed_by]},
            "cost_wan": {c: band.as_dict() for c, band in self.cost_wan.items()},
            "not_costed": list(self.not_costed),
            "assumptions": list(self.assumptions),
        }  # fmt: skip


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def check_range(market: Market, resource: int, changes: Mapping[str, Value]) -> None:
    """Refuse numbers beyond what places of the kind have.

    Raises
    ------
    BeyondWhatIsKnown
        With the range of each.
    """
    kind = int(market.resources.fields["kind"][resource])
    said = []
    for column, value in changes.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        seen = _seen(market, resource, column)
        known = {"column": _label(column), "value": f"{value:.10g}", "name": column,
                 "kind": text(f"choice.{RESOURCE_KINDS[kind]}")}  # fmt: skip
        if len(seen) < LEAST_SEEN:
            said.append(text("whatif.too_few", n=len(seen), least=LEAST_SEEN, **known))
        elif not min(seen) <= value <= max(seen):
            low, high = f"{min(seen):.10g}", f"{max(seen):.10g}"
            said.append(text("whatif.beyond", low=low, high=high, n=len(seen), **known))
    if said:
        raise BeyondWhatIsKnown(said)


def known_range(market: Market, resource: int, column: str) -> tuple[float, float] | None:
    """Least and most of a term among places of the kind; None where too few state it."""
    seen = _seen(market, resource, column)
    return None if len(seen) < LEAST_SEEN else (min(seen), max(seen))


def _seen(market: Market, resource: int, column: str) -> list[float]:
    """The values of a column that places of the kind state."""
    kinds, cells = market.resources.fields["kind"], market.resources.table[column]
    alike = np.flatnonzero(kinds == kinds[resource]).tolist()
    return [float(value) for i in alike if isinstance(value := cells[i], int | float)]


def _label(column: str) -> Text:
    if column.startswith("x_"):
        return {"zh": column, "en": column}
    return TABLES["resources"].column(column).label


def what_if(
    before: Ranking, after: Ranking, resource: int, changes: Mapping[str, Value], gains: Gains,
    *, introductions: int = INTRODUCTIONS, draws: int = DRAWS, seed: int = 0,
) -> WhatIf:  # fmt: skip
    """Compare a place's present terms with new ones.

    Parameters
    ----------
    before, after : Ranking
        The same market but for the place's cells.
    resource : int
        The place's row.
    changes : mapping of column to new value
    gains : Gains
        What a signed project brings.
    """
    e, within = introduced(before, after, resource, introductions)
    there = allowed(before, after, resource, e)
    drawn = signatures(before, after, resource, e, there, draws=draws, seed=seed)
    chances = [expected(r, resource, e, there[i]) for i, r in enumerate((before, after))]
    way = one_way(before, after, resource, changes)
    apart = difference(drawn, chances[1] - chances[0], way)
    low = Band.of(drawn[0].sum(axis=0), chances[0])
    high = Band.of(drawn[1].sum(axis=0), chances[0] + apart.expected)
    standings, passed, passed_by = _ranks(before, after, resource)
    table = before.market.resources.table
    costs, unknown = _costs(before, after, resource, changes, e, drawn, gains)
    return WhatIf(
        resource_id=before.market.resources.ids[resource],
        name=str(table["name"][resource]),
        changes={c: (table[c][resource], value) for c, value in changes.items()},
        introductions=introductions,
        introduced=tuple(before.market.enterprises.ids[i] for i in e.tolist()),
        signed_before=low,
        signed_after=high,
        signed=apart,
        before=standings[0],
        after=standings[1],
        passed=_named(before, passed),
        passed_by=_named(before, passed_by),
        cost_wan=costs,
        not_costed=unknown,
        assumptions=_assumptions(before, introductions, within, way),
        model=before.model_about,
        as_of=before.market.as_of.isoformat(),
        made_up=before.made_up,
    )


def _ranks(
    before: Ranking, after: Ranking, resource: int
) -> tuple[list[Standing], NDArray[np.int64], NDArray[np.int64]]:
    """Where the place stands in every enterprise's list, and how often it passes each other."""
    market = before.market
    every = np.arange(len(market.resources))
    ranks: list[list[NDArray[np.int64]]] = [[], []]
    passed, passed_by = np.zeros(len(every), np.int64), np.zeros(len(every), np.int64)
    for start in range(0, len(market.enterprises), BLOCK):
        e = np.arange(start, min(start + BLOCK, len(market.enterprises)))
        score = before.scores(e, every)
        score[before.limits.barred(e, every) != 0] = -np.inf
        new = after.scores(e, np.array([resource]))[:, 0]
        new[after.limits.barred(e, np.array([resource]))[:, 0] != 0] = -np.inf
        old = score[:, resource].copy()
        score[:, resource] = -np.inf
        above = [_above(score, own, resource) for own in (old, new)]
        for side, own, over in zip(ranks, (old, new), above, strict=True):
            side.append(np.where(np.isfinite(own), 1 + over.sum(axis=1), 0))
        # Only the head of a list is looked at: further down nobody loses anything.
        head = np.minimum(*(np.where(r[-1] > 0, r[-1], LISTED + 1) for r in ranks)) <= LISTED
        passed += (above[0] & ~above[1] & head[:, None]).sum(axis=0)
        passed_by += (above[1] & ~above[0] & head[:, None]).sum(axis=0)
    return [_standing(np.concatenate(side)) for side in ranks], passed, passed_by


def _above(score: NDArray[np.float32], own: NDArray[np.float32], at: int) -> NDArray[np.bool_]:
    """(e, r) places that stand before one in each list; ties by id."""
    earlier = np.arange(score.shape[1]) < at
    over: NDArray[np.bool_] = (score > own[:, None]) | ((score == own[:, None]) & earlier)
    return over & np.isfinite(score)


def _standing(rank: NDArray[np.int64]) -> Standing:
    there = rank[rank > 0]
    median = float(np.sort(there)[(len(there) - 1) // 2]) if len(there) else None
    return Standing(int((there <= 5).sum()), int((there <= LISTED).sum()), median)


def _named(ranking: Ranking, lists: NDArray[np.int64]) -> tuple[Loser, ...]:
    market = ranking.market
    order = np.lexsort((np.arange(len(lists)), -lists))[:LOSERS]
    found = []
    for r in order.tolist():
        if lists[r] > 0:
            g = int(market.resources.fields["region"][r])
            code = market.regions.codes[g]
            region = {lang: market.regions.name(code, lang=lang) for lang in ("zh", "en")}
            name = str(market.resources.table["name"][r])
            found.append(Loser(market.resources.ids[r], name, region, int(lists[r])))
    return tuple(found)


def _costs(
    before: Ranking, after: Ranking, resource: int, changes: Mapping[str, Value], e: Rows,
    drawn: list[Floats], gains: Gains,
) -> tuple[dict[str, Band], tuple[str, ...]]:  # fmt: skip
    """What the place forgoes or pays for the signatures to be expected, no more than it holds.

    Land is cheaper for what is sold on the new terms; a subsidy costs what is paid on the new
    terms less what would have been paid on the old ones, also to those who only come for them.
    """
    own = before.market.enterprises.fields
    old, new = (r.market.resources.fields for r in (before, after))
    costs: dict[str, Band] = {}

    def used(side: int, each: Floats, most: float = np.inf) -> Floats:
        """Sum over what is signed in each draw, within the places and the quantity there is."""
        signed = drawn[side]
        left = float(max(0, (before, after)[side].limits.capacity_left[resource]))
        total = signed.sum(axis=0)
        fits = np.minimum(1.0, left / np.maximum(total, 1e-9))
        spent: Floats = np.minimum((signed * each[:, None]).sum(axis=0) * fits, most)
        return spent

    if "land_price_wan_per_mu" in changes:
        cut = float(old["land_price_wan_per_mu"][resource] - new["land_price_wan_per_mu"][resource])
        if np.isfinite(cut):
            land = np.nan_to_num(own["land_need_mu"].astype(np.float64))
            room = float(np.nan_to_num(new["land_mu"][resource], nan=np.inf))
            costs["land_price_wan_per_mu"] = Band.of(cut * used(1, land[e], room))
    if "subsidy_rate" in changes:
        r = np.full(len(e), resource)
        paid = [
            float(np.nan_to_num(ranking.market.resources.fields["subsidy_rate"][resource]))
            * gains.loan_share
            * used(side, np.nan_to_num(gains.amount_wan(ranking.market, e, r)))
            for side, ranking in enumerate((before, after))
        ]
        costs["subsidy_rate"] = Band.of(paid[1] - paid[0])
    return costs, tuple(c for c in changes if c not in costs)


def _assumptions(
    before: Ranking, introductions: int, within: tuple[int, int], way: int
) -> tuple[Text, ...]:
    said = [text("assumption.made_up")] if before.made_up else []
    if not before.calibrated:
        said.append(text("assumption.rule"))
    said.append(text("whatif.introduced", n=introductions))
    for code, n in zip(("whatif.fewer_before", "whatif.fewer_after"), within, strict=True):
        if n < introductions:
            said.append(text(code, n=n))
    if way:
        said.append(text("whatif.one_way"))
    said.append(text("whatif.others_stay"))
    return tuple(said)
