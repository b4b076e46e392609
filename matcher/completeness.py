"""Which missing or old cells cost most in ranking.

A cell that is not known counts as neutral. Were it known, lists might be others: the row's own,
and those of the other side in which it stands or would. So the cell is filled with values that
other rows of its kind have, and it is asked how many more signatures the first ten introductions
of all these lists would bring if they were made knowing it. That is the expected value of perfect
information (Howard 1966, IEEE Trans. SSC 2(1)); it is never below 0. A cell confirmed long ago is
taken to hold no more with some probability, and costs that share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features import hard_limits
from features.market import Market
from features.pairs import Pairs
from features.profiles import Profiles
from matcher.cells_of_kind import asked_of
from matcher.limits import LIMITS
from matcher.ranking import Ranking, Side
from models.stages import BlockScorer

__all__ = ["COLUMNS", "Cell", "Completeness", "find_missing"]

FIRST = 10
"""Introductions of a list that are counted."""
DRAWS = 4
"""Values with which a cell is tried."""
LEAST_DONORS = 3
"""Rows of one kind that must know a cell, else rows of every kind lend their values."""
HOLDS_A_YEAR = 0.8
"""Share of cells taken still to hold a year after they were confirmed: an assumption."""
_AT_ONCE = 200_000

_TEXT = ("text", "business", "link", "link_weight", "topic8", "topic16", "scale8", "scale16")

#: The columns that the ranking reads, and the fields of a profile that each of them makes.
COLUMNS: dict[Side, dict[str, tuple[str, ...]]] = {
    "enterprise": {
        "region": ("region",),
        "industry": ("industry", "trade", "link", "link_weight"),
        "description": _TEXT,
        "intents": ("intents", "intent_kind"),
        "forms": ("forms",),
        "skills": ("skills",),
        **{c: (c,) for c in (
            "founded", "employees", "revenue_wan", "growth", "budget_wan", "land_need_mu",
            "labour_need", "energy_need_tce", "pollution_level", "available_from",
            "available_until",
        )},
    },
    "resource": {
        "industries": ("welcome", "trade", "link", "link_weight", "chain_"),
        "description": (*_TEXT, "chain_"),
        "forms": ("forms",),
        "skills": ("skills",),
        **{c: (c,) for c in (
            "land_mu", "land_price_wan_per_mu", "labour_supply", "wage_yuan_month",
            "energy_quota_tce", "min_investment_wan", "max_pollution", "subsidy_rate", "capacity",
            "available_from", "available_until",
        )},
    },
}  # fmt: skip

#: An open end is itself an answer: of these an empty cell is not taken for a gap.
OPEN = frozenset({"available_from", "available_until", "forms", "capacity"})

Progress = Callable[[int, int], None]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that costs.

    Attributes
    ----------
    side : str
        ``enterprise`` or ``resource``.
    row : int
        Its row in the profiles of that side.
    state : str
        ``missing`` or ``stale``.
    gain : float
        Signatures that the first ten introductions of the lists are expected to gain.
    moves : float
        How far, either way, the signatures expected of the present list would move.
    """

    side: Side
    row: int
    column: str
    state: str
    gain: float
    moves: float


@dataclass(frozen=True)
class Completeness:
    """What was found.

    Attributes
    ----------
    cells : list of Cell
        The dearest first.
    untold : list of (side, column)
        Columns that nobody knows, so that nothing can be said of them.
    undated : dict of side to int
        Rows without a date of confirmation, of whose age nothing is known.
    """

    cells: list[Cell]
    untold: list[tuple[Side, str]]
    undated: dict[Side, int]


def find_missing(
    ranking: Ranking,
    *,
    stale_days: int = 365,
    wanted: Mapping[Side, Rows] | None = None,
    own_lists_only: bool = False,
    progress: Progress | None = None,
) -> Completeness:
    """The cells that are missing or old, with what each costs.

    Parameters
    ----------
    stale_days : int
        Days after its confirmation from which a row's cells count as old.
    wanted : mapping of side to row numbers, optional
        The rows that are asked about; default all.
    own_lists_only : bool
        Leave out what knowing a cell would bring in other rows' lists: only the rows asked about
        are scored then, not the whole market, and nothing is told of a side without such rows.
    progress : callable, optional
        Told how many columns are done, and of how many.
    """
    steps = [(side, column) for side in COLUMNS for column in _columns(ranking, side)]
    cells: list[Cell] = []
    untold: list[tuple[Side, str]] = []
    undated: dict[Side, int] = {}
    for side in COLUMNS:
        rows = None if wanted is None else wanted[side]
        if own_lists_only and rows is not None and not len(rows):
            continue
        trial = _Trial(ranking, side, stale_days, rows, own_lists_only=own_lists_only)
        undated[side] = trial.undated
        for column, fields in _columns(ranking, side).items():
            found = trial.column(column, fields)
            cells += found or []
            if found is None:
                untold.append((side, column))
            if progress is not None:
                progress(steps.index((side, column)) + 1, len(steps))
    cells = [cell for cell in cells if cell.gain > 0 or cell.state == "missing"]
    cells.sort(key=lambda cell: (-cell.gain, -cell.moves, cell.side, cell.row, cell.column))
    return Completeness(cells, untold, undated)


def _columns(ranking: Ranking, side: Side) -> dict[str, tuple[str, ...]]:
    """The columns of a side, the user's own among them."""
    profiles = _profiles(ranking.market, side)
    return COLUMNS[side] | {name: (name,) for name in sorted(profiles.own)}


def _profiles(market: Market, side: Side) -> Profiles:
    return market.enterprises if side == "enterprise" else market.resources


class _Trial:
    """Tries other values in the cells of one side."""

    def __init__(
        self, ranking: Ranking, side: Side, stale_days: int, wanted: Rows | None, *,
        own_lists_only: bool,
    ) -> None:  # fmt: skip
        self.ranking, self.side = ranking, side
        self.profiles = _profiles(ranking.market, side)
        self.asked = np.arange(len(self.profiles)) if wanted is None else wanted
        self.kinds = self.profiles.fields["kind"]
        self.lost, self.undated = self._lost(stale_days)
        every = np.arange(len(self.profiles))
        self.scored = self.asked if own_lists_only else every
        self.place = np.full(len(every), -1)
        self.place[self.scored] = np.arange(len(self.scored))
        self.present, self.barred = self._present()
        self.lists = None if own_lists_only else _in_lists(self.present)

    def _lost(self, stale_days: int) -> tuple[NDArray[np.float64], int]:
        """Share of each row's cells that no more hold; 0 where it was confirmed of late."""
        days = [
            (self.ranking.market.as_of - day).days if isinstance(day, date) else -1
            for day in self.profiles.table["confirmed_on"]
        ]
        age = np.array(days, np.float64)
        lost = np.where(age >= stale_days, 1 - HOLDS_A_YEAR ** (age / 365.25), 0.0)
        return lost, int(np.isin(self.asked, np.flatnonzero(age < 0)).sum())

    def _present(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """P(signed) of the pairs of the rows that are scored, as things are, and which are barred
        by other than cells."""
        market, limits = self.ranking.market, self.ranking.limits
        e, r = np.arange(len(market.enterprises)), np.arange(len(market.resources))
        if self.side == "enterprise":
            e = self.scored
        else:
            r = self.scored
        chance = _chances(self.ranking.scorer, e, r)
        mask = limits.barred(e, r)
        chance[mask != 0] = 0
        singly = sum(1 << LIMITS.index(name) for name in ("capacity", "refused", "signed"))
        barred = (mask & np.uint8(singly)) != 0
        return (chance, barred) if self.side == "enterprise" else (chance.T, barred.T)

    def column(self, column: str, fields: Sequence[str]) -> list[Cell] | None:
        """The cells of a column that cost; None where no row knows it."""
        values = self.profiles.table[column]
        known = np.array([value is not None for value in values])
        if not known.any():
            return [] if column in OPEN else None
        asked = asked_of(self.side, column, self.kinds[self.asked])
        missing = ~known[self.asked] & asked & (column not in OPEN)
        stale = known[self.asked] & (self.lost[self.asked] > 0)
        rows = self.asked[missing | stale]
        share = np.where(known[rows], self.lost[rows], 1.0)
        found: list[Cell] = []
        others = max(1, self.present.shape[1])
        step = max(1, _AT_ONCE // (DRAWS * others))
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            gain, moves = self._tried(part, self._donors(part, known), fields)
            found += [
                Cell(self.side, int(row), column, "stale" if known[row] else "missing",
                     float(g * s), float(m * s))
                for row, g, m, s in zip(part, gain, moves, share[start:], strict=False)
            ]  # fmt: skip
        return found

    def _donors(self, rows: Rows, known: NDArray[np.bool_]) -> Rows:
        """(n, DRAWS) rows whose values are tried, spread over those of one kind by id."""
        everyone = np.flatnonzero(known)
        donors = np.empty((len(rows), DRAWS), np.int64)
        of_kind = {
            kind: alike if len(alike) >= LEAST_DONORS else everyone
            for kind in np.unique(self.kinds[rows])
            for alike in [np.flatnonzero(known & (self.kinds == kind))]
        }
        for i, row in enumerate(rows):
            pool = of_kind[self.kinds[row]]
            # Another start for each row, so that not all rows try the same few values.
            at = (row + np.arange(DRAWS) * len(pool) // DRAWS) % len(pool)
            donors[i] = pool[at]
        return donors

    def _tried(
        self, rows: Rows, donors: Rows, fields: Sequence[str]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n,) signatures gained by knowing, and how far those of the present list move."""
        n = len(rows)
        filled = self._filled(np.repeat(rows, DRAWS), donors.ravel(), fields)
        market = self.ranking.market
        here = np.arange(n * DRAWS)
        if self.side == "enterprise":
            market = replace(market, enterprises=filled)
            e, r = here, np.arange(len(market.resources))
        else:
            market = replace(market, resources=filled)
            e, r = np.arange(len(market.enterprises)), here
        chance = _chances(BlockScorer(self.ranking.model, market), e, r)
        pairs = Pairs(market, e, r)
        for of in hard_limits.BY_PROFILE.values():
            chance[hard_limits.crosses(of(market), pairs)] = 0
        if self.side == "resource":
            chance = np.ascontiguousarray(chance.T)
        chance = chance.reshape(n, DRAWS, -1)
        at = self.place[rows]
        chance[np.broadcast_to(self.barred[at][:, None], chance.shape)] = 0
        gain, moves = _gained(self.present[at], chance)
        if self.lists is None:
            return gain, moves
        listed, rival = self.lists
        return gain + _gained_elsewhere(listed[at], rival[at], chance), moves

    def _filled(self, rows: Rows, donors: Rows, fields: Sequence[str]) -> Profiles:
        """The rows with some fields taken from others."""
        taken = {name: values[rows] for name, values in self.profiles.fields.items()}
        for name, values in self.profiles.fields.items():
            if name in fields or any(f.endswith("_") and name.startswith(f) for f in fields):
                taken[name] = values[donors]
        own = {name: values[rows] for name, values in self.profiles.own.items()}
        ids = tuple(f"{self.profiles.ids[row]}#{i}" for i, row in enumerate(rows))
        return Profiles(self.side, ids, taken, own, self.profiles.table.take(rows.tolist()))


def _gained(
    present: NDArray[np.float32], tried: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What another list would gain over the present one, and how far that one moves.

    Parameters
    ----------
    present : (n, c) array
        P(signed) of the candidates as things are.
    tried : (n, d, c) array
        The same under each value tried.
    """
    first = min(FIRST, present.shape[1])
    if first == 0:
        return np.zeros(len(present)), np.zeros(len(present))
    listed = np.argsort(-present, axis=1, kind="stable")[:, :first]
    best = -np.partition(-tried, first - 1, axis=2)[:, :, :first]
    kept = np.take_along_axis(tried, listed[:, None, :], axis=2)
    of_best, of_kept = (x.astype(np.float64).sum(axis=2) for x in (best, kept))
    before = np.take_along_axis(present, listed, axis=1).astype(np.float64).sum(axis=1)
    # Sums in another order may differ in the last digit, which is no gain.
    gain = np.round(np.maximum(of_best - of_kept, 0), 6).mean(axis=1)
    return gain, np.round(np.abs(of_kept - before[:, None]), 6).mean(axis=1)


def _in_lists(
    present: NDArray[np.float32],
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """In whose lists each row stands, and the P(signed) that it must beat there.

    Parameters
    ----------
    present : (n, c) array
        P(signed) of each row with each query of the other side.

    Returns
    -------
    listed : (n, c) bool array
        Whether the row is among the first ten of the query's list.
    rival : (n, c) array
        The tenth best of the other rows: what stands in its place without it.
    """
    n, queries = present.shape
    if n <= FIRST:
        return np.ones(present.shape, np.bool_), np.zeros(present.shape, np.float32)
    order = np.argsort(-present, axis=0, kind="stable")
    listed = np.zeros(present.shape, np.bool_)
    np.put_along_axis(listed, order[:FIRST], True, axis=0)
    at = np.arange(queries)
    tenth, next_one = (present[order[k], at] for k in (FIRST - 1, FIRST))
    return listed, np.where(listed, next_one, tenth)


def _gained_elsewhere(
    listed: NDArray[np.bool_], rival: NDArray[np.float32], tried: NDArray[np.float32]
) -> NDArray[np.float64]:
    """(n,) signatures that the other side's lists gain by knowing what each row is tried with.

    A row that stands in a list is left out for the next one where it turns out worse; one that
    does not is taken in for the last where it turns out better.
    """
    better = tried.astype(np.float64) - rival[:, None]
    change = np.where(listed[:, None], -better, better)
    gain: NDArray[np.float64] = np.round(np.maximum(change, 0), 6).sum(axis=2).mean(axis=1)
    return gain


def _chances(scorer: BlockScorer, enterprises: Rows, resources: Rows) -> NDArray[np.float32]:
    """(e, r) P(signed), in parts that bound memory."""
    out = np.empty((len(enterprises), len(resources)), np.float32)
    step = max(1, _AT_ONCE // max(1, len(resources)))
    for start in range(0, len(enterprises), step):
        part: NDArray[Any] = enterprises[start : start + step]
        out[start : start + step] = scorer.probabilities(part, resources)[0]
    return out
