"""The pairs that a plan may choose from, with what each would bring and use.

A pair enters if it breaks no hard limit and its place has room. Of a large market only the best
pairs of each enterprise and of each resource are kept, inside and outside the pairing apart, so
that memory is bounded by the candidates and not by all pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.schema import PROGRAMMES
from matcher.ranking import Ranking
from models.gains import Gains

Floats = NDArray[np.float64]
Index = NDArray[np.int64]

#: Up to so many possible pairs all are candidates.
WHOLE: Final = 60_000
#: Of more, the best of each enterprise inside the pairing and outside, and of each resource for
#: each partner that it can still take, by each of the aims.
OF_ENTERPRISE, OF_PLACE, LEAST_OF_RESOURCE, MOST_OF_RESOURCE = 6, 3, 8, 60
#: Enterprises scored at once.
BLOCK: Final = 512

#: What a pair uses of a place: mu of land, heads of labour, tce of energy, a partner's place.
QUANTITIES: Final = ("land_mu", "labour", "energy_tce", "units")
#: The enterprise's column of each need, and the resource's of what there is.
NEEDS: Final = ("land_need_mu", "labour_need", "energy_need_tce")
OFFERS: Final = ("land_mu", "labour_supply", "energy_quota_tce")


@dataclass(frozen=True)
class PlanPairs:
    """Candidate pairs row by row, in order of enterprise, then resource.

    Attributes
    ----------
    enterprise, resource : (p,) int arrays
        Rows of the market's profiles.
    chance : (4, p) array
        P(stage reached | introduced).
    amount_wan, jobs : (p,) arrays
        To be expected if signed; NaN = nothing known to estimate it from.
    subsidy_wan : (p,) array
        Interest subsidy of one year if signed, 万元.
    use : (p, 4) array
        What the pair uses of its place; see :data:`QUANTITIES`.
    capacity : (r, 4) array
        What each resource of the market has left; inf where the quantity is not stated.
    offered : (r,) bool array
        Which resources of the market take part: of the programmes, with room left.
    paired : (p,) bool array
        Whether the pairing in force joins the two regions.
    home, region, site : (p,) int arrays
        Region of the enterprise (-1 = not known), the one that benefits, the one where the
        resource lies.
    whole : bool
        Whether all possible pairs are candidates.
    possible : int
        How many possible pairs there are.
    """

    enterprise: Index
    resource: Index
    chance: Floats
    amount_wan: Floats
    jobs: Floats
    subsidy_wan: Floats
    use: Floats
    capacity: Floats
    offered: NDArray[np.bool_]
    paired: NDArray[np.bool_]
    home: Index
    region: Index
    site: Index
    whole: bool
    possible: int

    def __len__(self) -> int:
        return len(self.enterprise)

    @property
    def investment(self) -> Floats:
        """(p,) expected investment, 万元; 0 where the amount is not known (contract 3)."""
        return np.asarray(self.chance[0] * np.nan_to_num(self.amount_wan))

    def value(self, objective: str) -> Floats:
        """(p,) what a pair adds to an objective that adds up."""
        if objective == "expected_projects":
            return np.asarray(self.chance[0])
        if objective == "expected_jobs":
            return np.asarray(self.chance[0] * np.nan_to_num(self.jobs))
        return self.investment


def plan_pairs(
    ranking: Ranking,
    gains: Gains,
    objectives: Sequence[str],
    *,
    programmes: Sequence[str] = PROGRAMMES,
    max_pollution: int | None = None,
    whole: int = WHOLE,
    progress: Callable[[int, int], None] | None = None,
) -> PlanPairs:
    """The candidate pairs of a market.

    Parameters
    ----------
    gains : Gains
        What a signed project brings.
    objectives : sequence of str
        By which the best pairs are chosen where there are too many.
    programmes : sequence of str
        Programmes whose resources take part.
    max_pollution : int, optional
        Enterprises known to be above this level take no part.
    whole : int
        Up to so many possible pairs all are candidates.
    """
    market = ranking.market
    wanted = [PROGRAMMES.index(p) for p in programmes]
    open_ = np.isin(market.resources.fields["programme"], wanted)
    resources = np.flatnonzero(open_ & (ranking.limits.capacity_left > 0))
    dirty = np.zeros(len(market.enterprises), np.bool_)
    if max_pollution is not None:
        dirty = market.enterprises.fields["pollution_level"] > max_pollution
    enterprises = np.flatnonzero(~dirty)
    blocks = [enterprises[i : i + BLOCK] for i in range(0, len(enterprises), BLOCK)]
    possible = sum(_fits(ranking, e, resources).sum() for e in blocks) if len(resources) else 0
    best = _Best(ranking, gains, objectives, resources, keep_all=possible <= whole)
    for done, e in enumerate(blocks, start=1):
        if len(resources):
            best.add(e)
        if progress is not None:
            progress(done, len(blocks))
    rows, columns = best.result()
    offered = np.zeros(len(market.resources), np.bool_)
    offered[resources] = True
    return _described(ranking, gains, rows, columns, offered, possible <= whole, int(possible))


def _fits(ranking: Ranking, e: Index, r: Index) -> NDArray[np.bool_]:
    """(e, r) whether a pair breaks no hard limit and the place can hold its needs alone."""
    out = ranking.limits.barred(e, r) != 0
    for need, offer in zip(NEEDS, OFFERS, strict=True):
        asked = ranking.market.enterprises.fields[need][e][:, None]
        out |= asked > ranking.market.resources.fields[offer][r][None, :]
    fits: NDArray[np.bool_] = ~out
    return fits


class _Best:
    """Keeps the best pairs seen so far."""

    def __init__(
        self, ranking: Ranking, gains: Gains, objectives: Sequence[str], resources: Index,
        *, keep_all: bool,
    ) -> None:  # fmt: skip
        self._ranking, self._gains, self._resources = ranking, gains, resources
        self._aims = tuple(dict.fromkeys(_additive(o) for o in objectives))
        self._all = keep_all
        left = ranking.limits.capacity_left[resources]
        self._depth = int(
            np.clip(OF_PLACE * left.max(initial=1), LEAST_OF_RESOURCE, MOST_OF_RESOURCE)
        )
        shape = (len(self._aims), len(resources), self._depth)
        self._values = np.full(shape, -np.inf, np.float32)
        self._rows = np.full(shape, -1, np.int64)
        self._found: list[tuple[Index, Index]] = []

    def add(self, e: Index) -> None:
        """Look through one block of enterprises."""
        fits = _fits(self._ranking, e, self._resources)
        if self._all:
            rows, columns = np.nonzero(fits)
            self._found.append((e[rows], self._resources[columns]))
            return
        chance = self._ranking.scorer.probabilities(e, self._resources)[0]
        # Six digits, so that what is kept does not hang on how a block was added up.
        chance = np.round(chance, 6)
        paired = self._ranking.paired(e, self._resources)
        for a, aim in enumerate(self._aims):
            value = chance * self._worth(aim, e)
            for side in (paired, ~paired):
                rows, columns = _top(np.where(fits & side, value, -np.inf), OF_ENTERPRISE)
                self._found.append((e[rows], self._resources[columns]))
            self._keep(a, np.where(fits, value, -np.inf).T, e)

    def _worth(self, aim: str, e: Index) -> NDArray[np.float32]:
        if aim == "expected_projects":
            return np.ones((1, 1), np.float32)
        worth = self._gains.jobs if aim == "expected_jobs" else self._gains.amount_wan
        found = worth(self._ranking.market, e[:, None], self._resources[None, :])
        return np.nan_to_num(found).astype(np.float32)

    def _keep(self, a: int, value: NDArray[np.float32], e: Index) -> None:
        values = np.concatenate([self._values[a], value], axis=1)
        rows = np.concatenate([self._rows[a], np.broadcast_to(e, value.shape)], axis=1)
        order = np.argsort(-values, axis=1, kind="stable")[:, : self._depth]
        self._values[a] = np.take_along_axis(values, order, axis=1)
        self._rows[a] = np.take_along_axis(rows, order, axis=1)

    def result(self) -> tuple[Index, Index]:
        """Enterprise and resource rows of the candidates, sorted, each once."""
        if not self._all:
            _, column, _ = held = np.nonzero(np.isfinite(self._values))
            self._found.append((self._rows[held], self._resources[column]))
        if not self._found:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        e = np.concatenate([rows for rows, _ in self._found])
        r = np.concatenate([columns for _, columns in self._found])
        size = len(self._ranking.market.resources)
        keys = np.unique(e * size + r)
        return keys // size, keys % size


def _additive(objective: str) -> str:
    return "expected_investment" if objective == "nash_welfare" else objective


def _top(value: NDArray[Any], k: int) -> tuple[Index, Index]:
    """Positions of the k largest finite values of each row."""
    if value.shape[1] > k:
        columns = np.argpartition(-value, k - 1, axis=1)[:, :k]
    else:
        columns = np.broadcast_to(np.arange(value.shape[1]), value.shape)
    rows = np.broadcast_to(np.arange(len(value))[:, None], columns.shape)
    kept = np.isfinite(np.take_along_axis(value, columns, axis=1))
    return rows[kept], columns[kept]


def _described(
    ranking: Ranking, gains: Gains, e: Index, r: Index, offered: NDArray[np.bool_], whole: bool,
    possible: int,
) -> PlanPairs:  # fmt: skip
    market = ranking.market
    own, places = market.enterprises.fields, market.resources.fields
    chance = np.empty((4, len(e)))
    for i in range(0, len(e), 65_536):
        part = slice(i, i + 65_536)
        chance[:, part] = ranking.scorer.of_pairs(e[part], r[part])
    chance = np.minimum.accumulate(np.round(chance, 6), axis=0)
    amount = gains.amount_wan(market, e, r)
    use = np.ones((len(e), len(QUANTITIES)))
    capacity = np.full((len(market.resources), len(QUANTITIES)), np.inf)
    for k, (need, offer) in enumerate(zip(NEEDS, OFFERS, strict=True)):
        # A need that is not known cannot be counted; how many there are is said with the plan.
        use[:, k] = np.nan_to_num(own[need][e])
        capacity[:, k] = np.where(np.isnan(places[offer]), np.inf, places[offer])
    capacity[:, -1] = np.maximum(ranking.limits.capacity_left, 0)
    rate = np.nan_to_num(places["subsidy_rate"][r]).astype(np.float64)
    a, b = own["region"][e].astype(np.int64), places["region"][r].astype(np.int64)
    joined = market.graph.paired[np.maximum(a, 0), np.maximum(b, 0)] & (a >= 0) & (b >= 0)
    return PlanPairs(
        enterprise=e, resource=r, chance=chance, amount_wan=amount, jobs=gains.jobs(market, e, r),
        subsidy_wan=rate * gains.loan_share * np.nan_to_num(amount), use=use, capacity=capacity,
        offered=offered, paired=joined, home=a, region=b, site=places["site"][r].astype(np.int64),
        whole=whole, possible=possible,
    )  # fmt: skip
