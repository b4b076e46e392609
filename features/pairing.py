"""The pairing in force on a date: which developed regions stand beside which underdeveloped ones.

``official-2006`` is built in; a user's rows add to it. What a row says of a whole
prefecture-level city holds for its members, and what it says of a unit holds for what was split
from it since (龙港市 from 苍南县, 临平区 from 余杭区), unless the same pairing names the new unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

import data
from features.language import current_language, text
from features.regions import Regions
from features.tables import Table

__all__ = ["Line", "PairingInForce", "UnknownPairing", "lines", "pairing_in_force"]

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Line:
    """One row of the table ``pairings``: two region cells for a time."""

    pairing: str
    developed: str
    underdeveloped: str
    valid_from: date
    valid_until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is valid on ``day`` (both ends included)."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class UnknownPairing(ValueError):
    """No pairing is called so.

    Attributes
    ----------
    written : str
    known : tuple of str
        The pairings there are.
    message : Text
    """

    def __init__(self, written: str, known: Iterable[str]) -> None:
        self.written = written
        self.known = tuple(known)
        self.message = text("graph.unknown_pairing", written=written, known="; ".join(self.known))
        super().__init__(self.message[current_language()])


@dataclass(frozen=True)
class PairingInForce:
    """Who is paired with whom on a date.

    Attributes
    ----------
    day : date
    paired : (n, n) bool array, [developed, underdeveloped]
        By position in :class:`~features.regions.Regions`. A whole city counts as paired if any
        of its members is.
    coarse : (n, n) bool array
        Where it holds only because a member of a whole city is paired.
    named : tuple of str, length n
        The pairing that each underdeveloped region's partners are taken from; empty = none.
    """

    day: date
    paired: BoolArray
    coarse: BoolArray
    named: tuple[str, ...]


def lines(table: Table | None = None) -> list[Line]:
    """The built-in pairing and a user's rows; a user's row replaces one of the same key."""
    found = {_key(line): line for line in _built_in()}
    for row in table.rows() if table is not None else ():
        start, end = row["valid_from"], row.get("valid_until")
        if isinstance(start, date):
            line = Line(
                str(row["pairing"]),
                str(row["developed_region"]),
                str(row["underdeveloped_region"]),
                start,
                end if isinstance(end, date) else None,
            )
            found[_key(line)] = line
    return [found[key] for key in sorted(found)]


def pairing_in_force(
    pairings: Table | None, name: str | None, day: date, regions: Regions
) -> PairingInForce:
    """The pairing in force on ``day`` (contract 3).

    Parameters
    ----------
    pairings : Table or None
        The table ``pairings``; ``official-2006`` is added where it is not in it.
    name : str or None
        A pairing asked for by name: only its rows count, those valid on the day or, where none
        is, all of them (a plan for later years can be looked at today). None: for each
        underdeveloped region the latest pairing valid on the day that names it; of two that
        began on one day, the one whose name comes last.

    Raises
    ------
    UnknownPairing
        If no row belongs to a pairing of that name.
    """
    every = lines(pairings)
    if name is None:
        chosen = [line for line in every if line.holds(day)]
    else:
        named = [line for line in every if line.pairing == name]
        if not named:
            raise UnknownPairing(name, sorted({line.pairing for line in every}))
        chosen = [line for line in named if line.holds(day)] or named
    n = len(regions)
    cells: dict[str, BoolArray] = {}
    since: dict[str, NDArray[np.int64]] = {}
    for pairing, rows in _by_pairing(chosen).items():
        cells[pairing], since[pairing] = _spread(rows, regions)
    paired = np.zeros((n, n), np.bool_)
    names = np.full(n, "", object)
    latest = np.zeros(n, np.int64)
    for pairing in sorted(cells):
        later = (since[pairing] > 0) & (since[pairing] >= latest)
        paired[:, later] = cells[pairing][:, later]
        names[later] = pairing
        latest[later] = since[pairing][later]
    said = paired.copy()
    for at, members in whole_cities(regions):
        paired[at] |= paired[members].any(axis=0)
    for at, members in whole_cities(regions):
        paired[:, at] |= paired[:, members].any(axis=1)
        if not names[at]:
            names[at] = next((str(names[m]) for m in members if names[m]), "")
    return PairingInForce(day, paired, paired & ~said, tuple(str(name) for name in names))


def whole_cities(regions: Regions) -> list[tuple[int, list[int]]]:
    """Position of each whole prefecture-level city and of its members."""
    return [
        (regions.index[code], [regions.index[m] for m in regions.members(code)])
        for code in regions.codes
        if regions.is_prefecture(code) and regions.members(code) != (code,)
    ]


def _spread(rows: list[Line], regions: Regions) -> tuple[BoolArray, NDArray[np.int64]]:
    """One pairing's rows on all the units they hold for, and since when each is named in it."""
    n = len(regions)
    cells = np.zeros((n, n), np.bool_)
    since = np.zeros(n, np.int64)
    stated = {line.developed for line in rows} | {line.underdeveloped for line in rows}
    givers = {c: _meant(c, "underdeveloped", stated, regions) for c in {r.developed for r in rows}}
    takers = {c: _meant(c, "developed", stated, regions) for c in {r.underdeveloped for r in rows}}
    for line in rows:
        for taker in takers[line.underdeveloped]:
            since[taker] = max(since[taker], line.valid_from.toordinal())
            cells[givers[line.developed], taker] = True
    return cells, since


def _meant(code: str, other_side: str, stated: set[str], regions: Regions) -> list[int]:
    """Positions of the units that a region cell stands for.

    Of a whole city's members those of the other side are left out (淳安县 is of 杭州市, which
    gives, and receives itself).
    """
    if code not in regions:
        return []
    found = {code}
    if regions.is_prefecture(code):
        members = regions.members(code)
        fit = [m for m in members if regions.side[regions.index[m]] != other_side]
        found.update(fit or members)
    for unit in sorted(found):
        found.update(heir for heir in regions.heirs(unit) if heir not in stated)
    return sorted(regions.index[unit] for unit in found)


def _by_pairing(chosen: list[Line]) -> Mapping[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in chosen:
        found.setdefault(line.pairing, []).append(line)
    return found


def _key(line: Line) -> tuple[str, str, str, date]:
    return line.pairing, line.developed, line.underdeveloped, line.valid_from


@cache
def _built_in() -> tuple[Line, ...]:
    return tuple(
        Line(
            row["pairing"],
            row["developed_region"],
            row["underdeveloped_region"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        )
        for row in data.rows("pairings")
    )
