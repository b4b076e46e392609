"""Lists that don't crowd on the model's own scores: the market of a ranking in equilibrium.

A signature needs a yes of both sides. What the model says of a pair is split between them by how
much places are after such an enterprise: with c the pair's chance and g in (0, 1) what it brings,
the enterprise says yes with c^g and the place with c^(1 - g), whose product is c. The joint surplus
is the sum of the two. Of the lists with and without equilibrium those go out from which more
signatures are to be expected (:mod:`matcher.crowding`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher.best import best_of_block
from matcher.congestion import Surplus, equilibrium
from matcher.crowding import Crowding, crowding, examination
from matcher.ranking import Filters, Ranking, Side
from matcher.views import sought
from models import engine

Floats = NDArray[np.float64]
Index = NDArray[np.int64]

#: Pairs whose surplus is kept at hand, and pairs scored at once.
AT_HAND: Final = 30_000_000
BLOCK_PAIRS: Final = 2_000_000
#: A larger market tries the values of 2β on some of its rows, so that there are so many pairs.
TRIED_PAIRS: Final = 2_000_000
#: Values of 2β that are tried.
SCALES: Final = (0.05, 0.1, 0.2, 0.5)
#: Declared interests come first: they add as much more as these scores spread wider.
WIDER: Final = np.float32(5)
_LEAST: Final = np.float32(1e-6)
#: Digits of a score: more would hang on how blocks are added up.
_DIGITS: Final = 4
#: Pairs whose chances are worked out at once.
_ROWS: Final = 65_536

Progress = Callable[[int, float], None]


@dataclass(frozen=True)
class Balance:
    """What a market comes to with and without regard to crowding.

    Attributes
    ----------
    kind : str
        ``naive`` or ``equilibrium``: the lists that go out.
    found : dict of str to Crowding
        What each kind comes to.
    scale : float
        2β of the equilibrium that brings most.
    log_u, log_v : (e,), (r,) float32 arrays
        Its potentials; see :class:`matcher.congestion.Equilibrium`.
    """

    kind: str
    found: dict[str, Crowding]
    scale: float
    log_u: NDArray[np.float32]
    log_v: NDArray[np.float32]

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {"lists": self.kind, **{k: came.as_dict() for k, came in self.found.items()}}

    def applied(self, ranking: Ranking) -> Ranking:
        """The ranking from which the lists that go out are made."""
        if self.kind == "naive":
            return ranking
        return _balanced(ranking, self.scale, self.log_u, self.log_v)


@dataclass(frozen=True)
class BalancedRanking(Ranking):
    """A ranking by log μ, how many of a pair there are in equilibrium, instead of by chance.

    Attributes
    ----------
    scale, log_u, log_v
        See :class:`Balance`.
    part : (e,) float32 array
        See :func:`matcher.views.sought`.
    """

    scale: float = 1.0
    log_u: NDArray[np.float32] | None = None
    log_v: NDArray[np.float32] | None = None
    part: NDArray[np.float32] | None = None

    def unrounded(
        self, enterprises: NDArray[np.integer[Any]], resources: NDArray[np.integer[Any]]
    ) -> NDArray[np.float32]:
        """(e, r) log μ, plus what declared interests add."""
        assert self.log_u is not None and self.log_v is not None and self.part is not None
        score = _joint(self, self.part, enterprises, resources)
        score *= np.float32(1 / self.scale)
        score += self.log_u[enterprises][:, None]
        score += self.log_v[resources]
        np.round(score, _DIGITS, out=score)
        if self.interests.wanted:
            at, e, r = self._here(self._wanted_rows, enterprises, resources)
            score[e, r] += WIDER * self._bonus[at]
        return score


def balance(
    ranking: Ranking,
    candidates: Side,
    *,
    top: int = 20,
    filters: Filters | None = None,
    progress: Progress | None = None,
) -> Balance:
    """Solve the market of a ranking.

    Parameters
    ----------
    candidates : str
        The side that is listed: each row of the other one gets a list and proposes.
    top : int
        Length of a list.
    filters : Filters, optional
        What every list is narrowed to.
    progress : callable, optional
        Told the sweep and the largest miss of a marginal.
    """
    filters = filters or Filters()
    filters.check(candidates)
    market = ranking.market
    if len(market.enterprises) * len(market.resources) >= engine.WORTH_STARTING:
        engine.start()
    whole = _Part(
        ranking, np.arange(len(market.enterprises)), np.arange(len(market.resources)),
        candidates, top, filters,
    )  # fmt: skip
    plain = whole.outcome(ranking)
    tried = [whole.solved(scale, progress) for scale in _scales(whole)]
    outcomes = [whole.outcome(one) for one in tried]
    best = max(range(len(tried)), key=lambda k: outcomes[k].matches)
    better = outcomes[best].matches > plain.matches * (1 + 1e-9)
    chosen = tried[best]
    assert chosen.log_u is not None and chosen.log_v is not None
    return Balance(
        "equilibrium" if better else "naive", {"naive": plain, "equilibrium": outcomes[best]},
        chosen.scale, chosen.log_u, chosen.log_v,
    )  # fmt: skip


def _scales(whole: _Part) -> tuple[float, ...]:
    """The values of 2β worth solving the whole market with."""
    pairs = len(whole.enterprises) * len(whole.resources)
    if pairs <= TRIED_PAIRS:
        return SCALES
    every = int(np.ceil(np.sqrt(pairs / TRIED_PAIRS)))
    some = _Part(
        whole.ranking, whole.enterprises[::every], whole.resources[::every], whole.candidates,
        whole.top, whole.filters,
    )  # fmt: skip
    return (max(SCALES, key=lambda scale: some.outcome(some.solved(scale, None)).matches),)


@dataclass(frozen=True)
class _Part:
    """Some enterprises and resources of a market, as a market of their own."""

    ranking: Ranking
    enterprises: Index
    resources: Index
    candidates: Side
    top: int
    filters: Filters

    def solved(self, scale: float, progress: Progress | None) -> BalancedRanking:
        """The ranking by its equilibrium."""
        room = np.maximum(self.ranking.limits.capacity_left[self.resources], 0).astype(np.float64)
        e, r = len(self.enterprises), len(self.resources)
        found = equilibrium(
            self._surplus(), e, r, scale=scale, capacity=room, progress=progress
        )  # fmt: skip
        market = self.ranking.market
        log_u = np.zeros(len(market.enterprises), np.float32)
        log_v = np.zeros(len(market.resources), np.float32)
        log_u[self.enterprises], log_v[self.resources] = found.log_u, found.log_v
        return _balanced(self.ranking, scale, log_u, log_v)

    def _surplus(self) -> Surplus:
        part = sought(self.ranking.market)

        def block(rows: slice) -> NDArray[np.float32]:
            e = self.enterprises[rows]
            out = _joint(self.ranking, part, e, self.resources)
            barred = self.ranking.limits.barred(e, self.resources) != 0
            if self.filters.narrow:
                barred |= (
                    self.ranking.left_out(self.filters, e, self.resources, self.candidates) != 0
                )
            np.copyto(out, np.float32(-np.inf), where=barred)
            return out

        if len(self.enterprises) * len(self.resources) > AT_HAND:
            return block
        step = max(1, BLOCK_PAIRS // max(1, len(self.resources)))
        whole = np.concatenate(
            [
                np.zeros((0, len(self.resources)), np.float32),
                *(
                    block(slice(start, start + step))
                    for start in range(0, len(self.enterprises), step)
                ),
            ]
        )
        return lambda rows: whole[rows]

    def outcome(self, ranking: Ranking) -> Crowding:
        """What the lists of a ranking come to."""
        listing = self.candidates == "resource"
        asked, offered = (
            (self.enterprises, self.resources) if listing else (self.resources, self.enterprises)
        )
        step = max(1, BLOCK_PAIRS // max(1, len(offered)))
        parts = [np.zeros((0, self.top), np.int64)]
        for start in range(0, len(asked), step):
            some = asked[start : start + step]
            e, r = (some, offered) if listing else (offered, some)
            parts.append(
                best_of_block(ranking, e, r, self.candidates, self.top, self.filters)[0]
            )  # fmt: skip
        rows = np.concatenate(parts)
        line, rank = np.nonzero(rows >= 0)
        own, other = asked[line], rows[line, rank]
        e, r = (own, other) if listing else (other, own)
        yes = np.zeros((2, *rows.shape))
        sides = _sides(self.ranking, e, r)
        yes[:, line, rank] = sides if listing else sides[::-1]
        market = self.ranking.market
        count = len(market.resources if listing else market.enterprises)
        room = self.ranking.limits.capacity_left if listing else None
        v = examination(max(len(asked), self.top, 1))
        return crowding(rows, yes[0], yes[1], count, v, capacity=room)


def _balanced(
    ranking: Ranking, scale: float, log_u: NDArray[np.float32], log_v: NDArray[np.float32]
) -> BalancedRanking:
    same = {one.name: getattr(ranking, one.name) for one in fields(Ranking)}
    part = sought(ranking.market).astype(np.float32)
    return BalancedRanking(**same, scale=scale, log_u=log_u, log_v=log_v, part=part)


def _joint(
    ranking: Ranking, part: NDArray[Any], enterprises: NDArray[Any], resources: NDArray[Any]
) -> NDArray[np.float32]:
    """(e, r) joint surplus; the chance is the mean of the four stages'."""
    chance = ranking.scorer.scores(enterprises, resources)
    chance *= np.float32(0.25)
    np.maximum(chance, _LEAST, out=chance)
    np.log(chance, out=chance)
    mine = np.asarray(part[enterprises], np.float32)[:, None]
    out = np.exp(chance * (1 - mine))
    chance *= mine
    out += np.exp(chance, out=chance)
    return np.asarray(out, np.float32)


def _sides(ranking: Ranking, enterprises: Index, resources: Index) -> Floats:
    """(2, n) chances that the enterprise, that the place says yes to a signature."""
    signed = np.zeros(len(enterprises))
    for start in range(0, len(signed), _ROWS):
        some = slice(start, start + _ROWS)
        signed[some] = ranking.scorer.of_pairs(enterprises[some], resources[some])[0]
    signed = np.maximum(np.round(signed, 6), 1e-6)
    part = sought(ranking.market)[enterprises]
    return np.stack([signed**part, signed ** (1 - part)])
