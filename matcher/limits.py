"""Which pairs are out, and why.

Limits are facts, not opinions of a model: a pair that breaks one is never listed; asked for by
name it is answered with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features import hard_limits
from features.hard_limits import Crossing
from features.language import Text, text
from features.market import Market
from features.pairs import Pairs
from features.tables import Table
from models.places import places_left

#: Limits in the order in which they are told; a pair's mask has bit i set where it breaks i.
LIMITS = ("pollution", "budget", "window", "capacity", "refused", "signed")

_BIT = {name: np.uint8(1 << place) for place, name in enumerate(LIMITS)}

Index = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Limits:
    """All hard limits of a market on its as-of date.

    Attributes
    ----------
    market : Market
    capacity_left : (r,) int array
        Partners that each resource can still take.
    single : dict of str to frozenset of (enterprise row, resource row)
        Pairs barred one by one: ``refused`` and ``signed``.
    gone : (e,) bool array or None
        Enterprises that are there no longer; a resource that is gone has no capacity left.
    """

    market: Market
    capacity_left: NDArray[np.int64]
    single: dict[str, frozenset[tuple[int, int]]]
    gone: NDArray[np.bool_] | None = None

    def barred(self, enterprises: Index, resources: Index) -> NDArray[np.uint8]:
        """Masks of the limits that each pair of a block breaks.

        Parameters
        ----------
        enterprises, resources : (e,), (r,) int arrays

        Returns
        -------
        (e, r) uint8 array
            0 = possible.
        """
        pairs = Pairs(self.market, enterprises, resources)
        out = np.zeros(pairs.shape, np.uint8)
        for name, crossings in self._crossings.items():
            if crossings:
                out |= hard_limits.crosses(crossings, pairs).view(np.uint8) * _BIT[name]
        for name, (e, r) in self._single_here(enterprises, resources).items():
            out[e, r] |= _BIT[name]
        return out

    @cached_property
    def crossings(self) -> Crossing:
        """What bars pairs by figures of both sides: (l, e) and (l, r) arrays; a pair is out where
        one of the first is greater (:data:`features.hard_limits.Crossing`)."""
        found = [one for crossings in self._crossings.values() for one in crossings]
        own, others = len(self.market.enterprises), len(self.market.resources)
        return (
            np.array([e for e, _ in found], np.float32).reshape(len(found), own),
            np.array([r for _, r in found], np.float32).reshape(len(found), others),
        )

    def singly(self, enterprises: Index, resources: Index) -> tuple[Index, Index]:
        """Places in a block of the pairs that are barred one by one."""
        found = list(self._single_here(enterprises, resources).values())
        nowhere = np.zeros(0, np.int64)
        return (
            np.concatenate([nowhere, *(e for e, _ in found)]),
            np.concatenate([nowhere, *(r for _, r in found)]),
        )

    @cached_property
    def _crossings(self) -> dict[str, list[Crossing]]:
        full = self.capacity_left <= 0
        none = np.zeros(len(self.market.enterprises), np.bool_) if self.gone is None else self.gone
        found = {name: of(self.market) for name, of in hard_limits.BY_PROFILE.items()}
        found["capacity"] = [hard_limits.whatever_they_meet(none, full)]
        return {name: hard_limits.telling(crossings) for name, crossings in found.items()}

    def _single_here(
        self, enterprises: Index, resources: Index
    ) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Where in a block the pairs barred one by one stand."""
        e_at = positions(enterprises, len(self.market.enterprises))
        r_at = positions(resources, len(self.market.resources))
        places = {}
        for name, found in self._single_rows.items():
            e, r = e_at[found[:, 0]], r_at[found[:, 1]]
            here = (e >= 0) & (r >= 0)
            places[name] = e[here], r[here]
        return places

    @cached_property
    def _single_rows(self) -> dict[str, NDArray[np.int64]]:
        """The pairs barred one by one, as (n, 2) arrays."""
        return {
            name: np.array(sorted(found), np.int64).reshape(-1, 2)
            for name, found in self.single.items()
        }

    def why(self, enterprise: int, resource: int) -> tuple[tuple[str, Text], ...]:
        """The limits that one pair breaks, with the figures that break them."""
        mask = int(self.barred(np.array([enterprise]), np.array([resource]))[0, 0])
        e, r = self.market.enterprises.table, self.market.resources.table
        figures: dict[str, dict[str, object]] = {
            "pollution": {
                "level": _exact(e["pollution_level"][enterprise]),
                "limit": _exact(r["max_pollution"][resource]),
            },
            "budget": {
                "budget": _exact(e["budget_wan"][enterprise]),
                "least": _exact(r["min_investment_wan"][resource]),
            },
            "window": {
                "e_from": _day(e["available_from"][enterprise]),
                "e_until": _day(e["available_until"][enterprise]),
                "r_from": _day(r["available_from"][resource]),
                "r_until": _day(r["available_until"][resource]),
                "as_of": self.market.as_of.isoformat(),
            },
            "capacity": {"capacity": int(self.market.resources.fields["capacity"][resource])},
            "refused": {},
            "signed": {},
        }  # fmt: skip
        return tuple(
            (name, text(f"limit.{name}", **figures[name]))
            for bit, name in enumerate(LIMITS)
            if mask >> bit & 1
        )


def positions(rows: Index, n: int) -> NDArray[np.int64]:
    """(n,) position of each of n rows among ``rows``; -1 = not there."""
    places = np.full(n, -1)
    places[rows] = np.arange(len(rows))
    return places


def _exact(value: object) -> str:
    """A figure with all its digits, a whole one without ``.0``."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _day(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else "…"


def find_limits(
    market: Market,
    *,
    signed: Iterable[tuple[str, str]] = (),
    refused: Iterable[tuple[int, int]] = (),
    projects: Table | None = None,
) -> Limits:
    """Gather the limits of a market.

    Parameters
    ----------
    signed : pairs of (enterprise id, resource id)
        Signed already and not ended.
    refused : pairs of rows
        A standing "no" of either side (see :func:`matcher.interests.find_interests`).
    projects : Table, optional
        The register; see :func:`models.places.places_left`.
    """
    e, r = market.enterprises.index, market.resources.index
    return Limits(
        market,
        places_left(market, projects),
        {
            "refused": frozenset(refused),
            "signed": frozenset((e[a], r[b]) for a, b in signed if a in e and b in r),
        },
    )
