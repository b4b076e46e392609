"""Which rows are worth comparing: pairs that share a key, so that 100,000 rows take seconds.

Each key catches one way in which two spellings of a name differ (see :func:`keys`). A key that
many rows share is split by where they lie; what is left too large is counted, not compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from features.names import Name, deletions, sounds

__all__ = ["Blocks"]

SMALL = 20
"""Rows under one key that are all compared, wherever they lie."""
LARGE = 600
"""Rows under one key and in one county beyond which no pairs are made of them."""

Pair = tuple[int, int]


class Blocks:
    """The pairs worth comparing.

    Parameters
    ----------
    names : sequence of Name
    cities, counties : sequence of str
        Where each row lies; empty = not known.
    marks : sequence of iterable of str
        What identifies a row besides its name: codes, a telephone.

    Attributes
    ----------
    left_out : int
        Rows under keys that too many rows share, of which no pairs were made.
    """

    def __init__(
        self,
        names: Sequence[Name],
        cities: Sequence[str],
        counties: Sequence[str],
        marks: Sequence[Iterable[str]],
    ) -> None:
        self.names, self.cities, self.counties, self.marks = names, cities, counties, marks
        self.left_out = 0

    def pairs(self) -> list[Pair]:
        """Each pair once, the row that stands first in front; sorted."""
        count = len(self.names)
        found: set[int] = set()
        for rows in self._by_key():
            for i, j in self._of(rows):
                found.add(i * count + j)
        for i, j in (*self._short_forms(), *self._across()):
            found.add(min(i, j) * count + max(i, j))
        return [divmod(code, count) for code in sorted(found)]

    def _by_key(self) -> Iterator[list[int]]:
        by_key: dict[str, list[int]] = defaultdict(list)
        for i, name in enumerate(self.names):
            for key in {*keys(name), *self.marks[i]}:
                by_key[key].append(i)
        return (rows for rows in by_key.values() if len(rows) > 1)

    def _of(self, rows: Sequence[int]) -> Iterator[Pair]:
        if len(rows) <= SMALL:
            yield from combinations(rows, 2)
            return
        by_city: dict[str, list[int]] = defaultdict(list)
        for i in rows:
            by_city[self.cities[i]].append(i)
        unknown = by_city.pop("", [])
        for some in (*by_city.values(), unknown):
            yield from self._in_city(some)
        self.left_out += max(0, len(unknown) - SMALL)
        for i in unknown[:SMALL]:
            yield from ((min(i, j), max(i, j)) for some in by_city.values() for j in some[:SMALL])

    def _in_city(self, rows: Sequence[int]) -> Iterator[Pair]:
        if len(rows) <= 4 * SMALL:
            yield from combinations(rows, 2)
            return
        by_county: dict[str, list[int]] = defaultdict(list)
        for i in rows:
            by_county[self.counties[i]].append(i)
        coarse = by_county.pop("", [])
        for some in (*by_county.values(), coarse):
            if len(some) <= LARGE:
                yield from combinations(some, 2)
            else:
                self.left_out += len(some)
        for i in coarse[:SMALL]:
            yield from ((min(i, j), max(i, j)) for some in by_county.values() for j in some[:SMALL])

    def _short_forms(self) -> Iterator[Pair]:
        """Short forms with the names they may stand for."""
        shorts: dict[str, list[int]] = defaultdict(list)
        starts: dict[str, list[int]] = defaultdict(list)
        for i, name in enumerate(self.names):
            if not name.trade or name.legal in ("", "company", "group"):
                shorts[name.core].append(i)
                if len(name.core) >= 3 and not name.english and name.legal in ("", "company"):
                    starts[name.core[:2]].append(i)
        for j, name in enumerate(self.names):
            core = name.core
            for length in range(2, len(core)):
                rows = shorts.get(core[:length])
                if rows:
                    yield from self._with(j, rows)
            rows = starts.get(core[:2])
            if rows and len(core) >= 5 and not name.english:
                yield from self._with(
                    j, [i for i in rows if _abbreviates(self.names[i].core, core)]
                )

    def _across(self) -> Iterator[Pair]:
        """English names with the Chinese ones whose brand sounds so."""
        english: dict[str, list[int]] = defaultdict(list)
        for i, name in enumerate(self.names):
            if name.english and name.brand:
                english[name.brand].append(i)
        if english:
            for j, name in enumerate(self.names):
                if not name.english and (rows := english.get(sounds(name.brand))):
                    yield from self._with(j, rows)

    def _with(self, j: int, rows: Sequence[int]) -> Iterator[Pair]:
        if len(rows) > SMALL:
            city = self.cities[j]
            rows = [i for i in rows if self.cities[i] == city][: 4 * SMALL]
        yield from ((i, j) for i in rows if i != j)


def _abbreviates(short: str, long: str) -> bool:
    if len(long) - len(short) < 2:
        return False
    signs = iter(long)
    return all(sign in signs for sign in short)


def keys(name: Name) -> Iterator[str]:
    """The keys of a name; two names that may be one firm's share one.

    ``=`` the same brand and trade; ``~`` the same sound; ``-`` one character more, less, other or
    two exchanged (each name with each of its characters left out); ``h`` the first or the last part
    of a long name; ``e`` that of an English one.
    """
    core = name.core
    if name.english:
        yield f"={core}"
        yield f"={name.brand}={name.trade}"
        for letters in {core, name.whole}:
            if len(letters) >= 6:
                half = len(letters) // 2
                yield f"e{letters[:half]}"
                yield f"e{letters[-half:]}"
                yield f"e{letters[: half - 1]}"
                yield f"e{letters[1 - half :]}"
        return
    yield f"={core}"
    yield f"~{sounds(core)}"
    if len(core) >= 7:
        yield f"h{core[:4]}"
        yield f"h{core[0]}{core[-4:]}"
    if len(core) >= 3:
        yield f"-{core}"
        for less in deletions(core):
            yield f"-{less}"
    if name.whole != core and len(name.whole) <= 16:
        yield f"-{name.whole}"
        for less in deletions(name.whole):
            yield f"-{less}"
