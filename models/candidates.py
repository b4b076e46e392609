"""Lists as they would have stood on a day: who could be listed, and who would be found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.hard_limits import budget_too_small, too_polluting, windows_apart
from features.market import Market
from features.pairs import Pairs
from features.tables import Table
from models.history import Introductions
from models.places import places_left
from models.scorers import Scorer

__all__ = ["Candidates"]

Index = NDArray[np.int64]
Mask = NDArray[np.bool_]

_PAIRS_AT_ONCE: Final = 50_000


@dataclass(frozen=True)
class Candidates:
    """Who could have been listed on the market's date.

    A pair is left out where a hard limit stands between the two, where the resource had no
    place left, where it had already signed and not ended, or where a side had refused.

    Attributes
    ----------
    market : Market
    places_left : (r,) int array
    barred : (b,) int array
        Pairs, as row of the enterprise times number of resources plus row of the resource.
    most_pairs : int
        Pairs scored for one ranker; where more are needed, the lists looked at are a sample of
        evenly spread ones.
    """

    market: Market
    places_left: Index
    barred: Index
    most_pairs: int = 2_000_000

    @classmethod
    def of(
        cls,
        market: Market,
        history: Introductions,
        projects: Table | None,
        refused: Iterable[tuple[int, int]] = (),
    ) -> Candidates:
        """From the history and the register as known on the market's date.

        Parameters
        ----------
        refused : pairs of (enterprise row, resource row)
            A standing "no" of either side.
        """
        e_row, r_row = market.enterprises.index, market.resources.index
        signed = {
            (e_row[e], r_row[r])
            for e, r in history.signed_open(market.as_of)
            if e in e_row and r in r_row
        }
        barred = sorted(e * len(r_row) + r for e, r in signed | set(refused))
        return cls(market, places_left(market, projects), np.array(barred, np.int64))

    def possible(self, enterprises: Index, resources: Index) -> Mask:
        """(e, r) whether each enterprise could be listed with each resource."""
        return self._possible(Pairs(self.market, enterprises, resources))

    def _possible(self, pairs: Pairs) -> Mask:
        possible = ~(too_polluting(pairs) | budget_too_small(pairs) | windows_apart(pairs))
        e = pairs.enterprises if pairs.rowwise else pairs.enterprises[:, None]
        code = e * len(self.market.resources) + pairs.resources
        possible &= (self.places_left > 0)[pairs.resources] & ~np.isin(code, self.barred)
        return possible

    def wanted(self, enterprises: Index, resources: Index, signed: Mask) -> Mask:
        """(n,) the later signings that a list could have named; the first of each pair."""
        pair = enterprises * len(self.market.resources) + resources
        rows = np.flatnonzero(signed)
        first = np.zeros(len(signed), np.bool_)
        first[rows[np.unique(pair[rows], return_index=True)[1]]] = True
        return first & self._possible(Pairs(self.market, enterprises, resources, rowwise=True))

    def listed(
        self, scorer: Scorer, enterprises: Index, resources: Index, wanted: Mask, k: int
    ) -> NDArray[np.float64]:
        """Whether each wanted pair stands among the first k of its two lists.

        Returns
        -------
        (2, n) array of 0 and 1
            First in the enterprise's list of resources, then in the resource's list of
            enterprises; NaN = not looked for.
        """
        everyone = (np.arange(len(self.market.enterprises)), np.arange(len(self.market.resources)))
        hits = np.full((2, len(enterprises)), np.nan)
        sides = (enterprises, resources)
        for side in (0, 1):
            candidates = everyone[1 - side]
            queries = np.unique(sides[side][wanted])
            queries = _sample(queries, self.most_pairs // 2 // max(len(candidates), 1))
            step = max(_PAIRS_AT_ONCE // max(len(candidates), 1), 1)
            for start in range(0, len(queries), step):
                some = queries[start : start + step]
                rank = self._ranks(scorer, side, some, candidates)
                rows = np.flatnonzero(wanted & np.isin(sides[side], some))
                at = np.searchsorted(some, sides[side][rows])
                hits[side, rows] = rank[at, sides[1 - side][rows]] < k
        return hits

    def _ranks(self, scorer: Scorer, side: int, queries: Index, candidates: Index) -> Index:
        """(q, c) place of each candidate in each list, from 0; equal scores by id."""
        q, c = np.repeat(queries, len(candidates)), np.tile(candidates, len(queries))
        e, r = (q, c) if side == 0 else (c, q)
        score = scorer.score(self.market, e, r).reshape(len(queries), len(candidates))
        possible = (
            self.possible(queries, candidates)
            if side == 0
            else self.possible(candidates, queries).T
        )
        score = np.where(possible, score, -np.inf)
        order = np.argsort(-score, axis=1, kind="stable")
        rank = np.empty_like(order)
        np.put_along_axis(rank, order, np.arange(len(candidates))[None, :], axis=1)
        return rank.astype(np.int64)


def _sample(queries: Index, most: int) -> Index:
    if len(queries) <= most:
        return queries
    at = np.linspace(0, len(queries) - 1, max(most, 1)).astype(np.int64)
    return queries[np.unique(at)]
