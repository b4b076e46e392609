"""Whom a place is introduced to under other terms, and what may come of it in each draw."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.outlook import Band
from matcher.ranking import Ranking
from models.posterior import posterior

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: By how much the band of a difference is wider than the posterior's: what the model's form misses
#: of a term's effect. Of 119 questions in 26 made worlds (``python -m tests.worlds.bands
#: --first-seed 20 --questions 5``) the band held the truth in 79 %, of 106 in others in 84 %; of
#: 306 in worlds that were not looked at before in 85 % (docs/scenario.md). Errors grow with the
#: effect as the posterior's own spread does, so that no width of another kind is needed.
WIDER: Final = 1.7

#: What a place offers of it binds nobody to take it all: more of it cannot stand in the way.
OFFERED: Final = frozenset({"land_mu", "labour_supply", "energy_quota_tce", "capacity"})


def introduced(
    before: Ranking, after: Ranking, resource: int, count: int
) -> tuple[Rows, tuple[int, int]]:
    """The enterprises that a place is introduced to, and how many its own two lists hold.

    Those at the head of its list on either terms, by the better of both scores. Were each side
    given a head of its own, an enterprise that just changes places with another, of which the model
    may know no more, would count for what the terms do.

    Parameters
    ----------
    before, after : Ranking
        The same market but for the place's cells.
    resource : int
    count : int
        Introductions asked for; each list holds at most so many.

    Returns
    -------
    (n,) int array, best first; (int, int)
    """
    from matcher.batch import best
    from matcher.ranking import Filters

    at = np.array([resource])
    heads = [best(ranking, "enterprise", at, count, Filters())[0][0] for ranking in (before, after)]
    heads = [head[head >= 0] for head in heads]
    either = np.unique(np.concatenate(heads))
    scores = [ranking.scores(either, at)[:, 0] for ranking in (before, after)]
    better = np.where(allowed(before, after, resource, either), scores, -np.inf).max(axis=0)
    order = np.lexsort((either, -better))[:count]
    return either[order].astype(np.int64), (len(heads[0]), len(heads[1]))


def allowed(before: Ranking, after: Ranking, resource: int, e: Rows) -> NDArray[np.bool_]:
    """(2, n) whether the hard limits let each enterprise come, before and after."""
    at = np.array([resource])
    return np.stack([r.limits.barred(e, at)[:, 0] == 0 for r in (before, after)])


def expected(ranking: Ranking, resource: int, e: Rows, there: NDArray[np.bool_]) -> float:
    """Signatures to be expected of introductions to those that may come."""
    chance = ranking.scorer.of_pairs(e, np.full(len(e), resource))[0]
    return float(chance[there].sum())


def signatures(
    before: Ranking, after: Ranking, resource: int, e: Rows, there: NDArray[np.bool_],
    *, draws: int, seed: int,
) -> list[Floats]:  # fmt: skip
    """(n, d) chances of signing before and after, on the same draws of the coefficients."""
    rng = np.random.default_rng(seed)
    z: NDArray[np.float32] | None = None
    found = []
    r = np.full(len(e), resource)
    for ranking, come in zip((before, after), there, strict=True):
        chance = ranking.scorer.of_pairs(e, r).astype(np.float64)
        known = posterior(ranking.model, ranking.market, e, r, chance, np.ones(4))
        if z is None:
            z = rng.standard_normal((1, known.numbers, draws), np.float32)
        drawn = known.chances(np.repeat(z, 4, axis=0))[0].astype(np.float64)
        found.append(drawn * come[:, None])
    return found


def one_way(before: Ranking, after: Ranking, resource: int, columns: Collection[str]) -> int:
    """1 where a place only offers more than before, -1 only less, 0 where nothing is certain."""
    ways = set()
    for column in columns:
        old, new = (r.market.resources.table[column][resource] for r in (before, after))
        sized = isinstance(old, int | float) and isinstance(new, int | float)
        if column not in OFFERED or not sized:
            return 0
        ways.add(int(np.sign(float(new) - float(old))))  # type: ignore[arg-type]
    return ways.pop() if len(ways) == 1 else 0


def difference(drawn: list[Floats], expected: float, way: int = 0) -> Band:
    """The band of what the new terms bring, made wider by what the model's form misses.

    Parameters
    ----------
    drawn : two (n, d) arrays
        Chances of signing before and after.
    expected : float
        What the model says.
    way : int
        1 or -1 where the difference can only have this sign: a draw of the other counts as none.
    """
    apart = drawn[1].sum(axis=0) - drawn[0].sum(axis=0)
    apart = apart.mean() + WIDER * (apart - apart.mean())
    against = way * apart < 0
    if not against.any():
        return Band.of(apart, expected)
    apart[against] = 0.0
    return Band.of(apart)
