"""The market on a date: both sides' profiles, the pairing graph, distances, features in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from features import graph as pairing_graph
from features import pair_features as _built_in  # registers the built-in features  # noqa: F401
from features import pairs, profiles, topics
from features.curves import FeatureBook
from features.graph import PairingGraph, PastIntroductions
from features.industries import Industries
from features.regions import Regions
from features.tables import Table
from features.text import Progress, TextEncoder

Made = TypeVar("Made")

#: Radius of the Earth, km.
EARTH_KM = 6371.0

#: Columns whose values are compared with the market's median, by side.
MEASURED = {
    "enterprise": (
        "revenue_wan", "budget_wan", "employees", "land_need_mu", "labour_need", "energy_need_tce",
    ),
    "resource": (
        "wage_yuan_month", "land_price_wan_per_mu", "land_mu", "labour_supply",
        "energy_quota_tce", "min_investment_wan",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Market:
    """Enterprises and resources as they stand on a date.

    Attributes
    ----------
    as_of : date
        Nothing dated later is looked at.
    graph : PairingGraph
        The pairing in force and the outcomes before ``as_of``.
    pairings : Table
        All pairings, so that the graph of another date can be made.
    pairing : str or None
        The pairing asked for by name.
    past : PastIntroductions
        All introductions known (later ones too: a graph only takes those before its date).
    medians : dict of str to float
        Median of a few columns, to which values are compared; under a model, those that it was
        trained with.
    trades : tuple of str
        GB/T 4754 codes of the trades read from codes and texts, columns of ``trade_share``.
    """

    as_of: date
    regions: Regions
    industries: Industries
    enterprises: profiles.Profiles
    resources: profiles.Profiles
    graph: PairingGraph
    pairings: Table
    pairing: str | None
    past: PastIntroductions
    medians: dict[str, float]
    trades: tuple[str, ...] = ()

    @classmethod
    def build(
        cls,
        tables: Mapping[str, Table],
        *,
        as_of: date,
        encoder: TextEncoder,
        pairing: str | None = None,
        past: PastIntroductions | None = None,
        progress: Progress | None = None,
    ) -> Market:
        """Profiles and graph of the stored tables.

        Parameters
        ----------
        tables : mapping of str to Table
            ``enterprises`` and ``resources``; ``regions``, ``industries``, ``pairings`` where the
            user has rows of them.
        """
        regions, industries = Regions.built_in(), Industries.built_in()
        if "regions" in tables and len(tables["regions"]):
            regions = regions.with_rows(tables["regions"])
        if "industries" in tables and len(tables["industries"]):
            industries = industries.with_rows(tables["industries"])
        texts = profiles.Texts.prepare(encoder, regions)
        enterprises = profiles.enterprise_profiles(
            tables["enterprises"], regions, industries, texts, progress
        )
        resources = profiles.resource_profiles(
            tables["resources"], regions, industries, texts, progress
        )
        profiles.add_skills(enterprises, resources)
        profiles.add_own(enterprises, resources)
        topics.add_topics(enterprises, resources)
        trades = profiles.add_trades(enterprises, resources, texts, industries)
        past = past or PastIntroductions.none()
        pairings = tables.get("pairings", Table("pairings"))
        return cls(
            as_of=as_of,
            regions=regions,
            industries=industries,
            enterprises=enterprises,
            resources=resources,
            graph=pairing_graph.build(regions, pairings, pairing=pairing, as_of=as_of, past=past),
            pairings=pairings,
            pairing=pairing,
            past=past,
            trades=trades,
            medians={
                column: _median(side, column)
                for side in (enterprises, resources)
                for column in MEASURED[side.side]
            },
        )

    def at(self, day: date) -> Market:
        """The same profiles on another date: windows and graph as they stood then."""
        graph = pairing_graph.build(
            self.regions, self.pairings, pairing=self.pairing, as_of=day, past=self.past
        )
        return replace(self, as_of=day, graph=graph)

    def measured_by(self, medians: Mapping[str, float]) -> Market:
        """The same market, its values compared with other medians than its own.

        Parameters
        ----------
        medians : mapping of str to float
            By column of :data:`MEASURED`; a column that is not there keeps the market's own.
        """
        known = {column: medians.get(column, own) for column, own in self.medians.items()}
        return self if known == self.medians else replace(self, medians=known)

    def knowing(self, past: PastIntroductions) -> Market:
        """The same market with what is on record between regions."""
        return replace(self, past=past).at(self.as_of)

    @cached_property
    def features(self) -> FeatureBook:
        """Pair features of this market by name: the built-in ones, then the user's own."""
        return FeatureBook({**pairs.FEATURES, **pairs.own_features(self)})

    @cached_property
    def industry_nearness(
        self,
    ) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
        """How near the industries of the enterprises are to those that resources welcome.

        Returns
        -------
        near : (m, w + 1) array
            Of each industry that occurs to each that is welcome somewhere; a last column of 0.
        row : (e,) array
            Row of each enterprise's industry.
        column : (r, k) array
            Columns of what each resource welcomes; -1, the last one, where there is no more.
        """
        own, row = np.unique(self.enterprises.fields["industry"], return_inverse=True)
        welcome = self.resources.fields["welcome"]
        wanted = np.unique(welcome[welcome >= 0])
        column = np.where(welcome < 0, -1, np.searchsorted(wanted, welcome))
        near = np.zeros((len(own), len(wanted) + 1), np.float32)
        near[:, :-1] = self.industries.nearness(own[:, None], wanted[None, :])
        return near, row, column

    def speaks(self, side: str, field: str) -> NDArray[np.bool_]:
        """(n,) whether a side's vectors in a field say anything: one of zeros has no direction."""
        if (side, field) not in self._speaks:
            profiles = self.enterprises if side == "enterprise" else self.resources
            self._speaks[side, field] = np.asarray(profiles.fields[field].any(axis=1), np.bool_)
        return self._speaks[side, field]

    @cached_property
    def _speaks(self) -> dict[tuple[str, str], NDArray[np.bool_]]:
        return {}

    def once(self, make: Callable[[Market], Made]) -> Made:
        """What a function makes of this market; the first time only it is called for it."""
        if make not in self._made:
            self._made[make] = make(self)
        found: Made = self._made[make]
        return found

    @cached_property
    def _made(self) -> dict[Callable[[Market], Any], Any]:
        return {}

    @cached_property
    def distance_km(self) -> NDArray[np.float32]:
        """(n, n) great-circle distances between regions, km; NaN where a point is not known."""
        lat, lon = np.radians(self.regions.points).T
        hav = (
            np.sin((lat[:, None] - lat) / 2) ** 2
            + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
        )
        return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(hav, 0, 1))), np.float32)


def _median(side: profiles.Profiles, column: str) -> float:
    values = side.fields[column]
    known = np.sort(values[values > 0])
    # The lower middle: numpy's median would load a module that nothing else here needs.
    return float(known[(len(known) - 1) // 2]) if len(known) else 1.0
