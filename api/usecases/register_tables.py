"""The register's tables and what is made of them, kept while none of their rows change.

A server's pages ask for the same register, rates and progress again and again: each is made once
from the rows as they are, and of the tables only those are read again whose rows have changed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Final, TypeVar, cast
from weakref import WeakKeyDictionary

from api.store import Store
from features.pairing import PairingInForce, pairing_in_force
from features.regions import Regions
from features.tables import Table
from matcher import register as registers
from matcher.rates import Filters, Rates, rate_table
from matcher.register import Register

NAMES: Final = (*registers.READ, "targets", "actuals", "problems", "visits")
"""Tables that are read with their built-in rows."""
OWN: Final = ("regions", "pairings")
"""Tables of which only the stored rows are read."""
_ALL: Final = (*NAMES, *OWN)
_MOST: Final = 64
_TRIES: Final = 3

T = TypeVar("T")


class Reading:
    """The tables as they were at one moment, and what has been made of them.

    Whoever gets any of it must not change it: the next reader gets the same.

    Attributes
    ----------
    words : mapping of table to str
        See :mod:`api.store.generations`.
    tables : mapping of table to Table
        With the columns of a register.
    """

    def __init__(self, words: Mapping[str, str], tables: Mapping[str, Table]) -> None:
        self.words, self.tables = words, tables
        self._made: OrderedDict[Hashable, object] = OrderedDict()
        self._making = threading.RLock()  # one makes, the others wait rather than make the same

    def made(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` makes of these tables and of nothing else but what ``key`` says."""
        with self._making:
            if key not in self._made:
                self._made[key] = make()
                while len(self._made) > _MOST:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
            return cast(T, self._made[key])


_kept: WeakKeyDictionary[Store, Reading] = WeakKeyDictionary()
_reading = threading.Lock()


def read(store: Store) -> Reading:
    """The tables as they are now."""
    with _reading:
        found = _kept.get(store)
        for _ in range(_TRIES):
            words = store.generations(_ALL)[0]
            if found is not None and found.words == words:
                return found
            found = _kept[store] = _again(store, found, words)
        # Rows that keep changing: all tables in one snapshot, for this reader alone.
        return Reading({}, store.tables(NAMES, registers.READ, own=OWN))


def _again(store: Store, before: Reading | None, words: Mapping[str, str]) -> Reading:
    """The tables whose words are others read again, the rest as they were.

    Rows that come while they are read have other words: then the next look reads once more.
    """
    same = {n for n in _ALL if before is not None and before.words[n] == words[n]}
    tables = store.tables(
        [n for n in NAMES if n not in same], registers.READ, own=[n for n in OWN if n not in same]
    )
    if before is not None:
        tables |= {name: before.tables[name] for name in same}
    return Reading(words, tables)


def register(reading: Reading, day: date, *, undated: bool = False) -> Register:
    """The register on a day; see :meth:`matcher.register.Register.of`."""

    def make() -> Register:
        regions = Regions.built_in().with_rows(reading.tables["regions"])
        return Register.of(reading.tables, regions, day, undated=undated)

    return reading.made(("register", day, undated), make)


def rates(reading: Reading, register: Register, cut: str | None, filters: Filters) -> list[Rates]:
    """Rates of a register that :func:`register` gave; see :func:`matcher.rates.rate_table`."""
    key = "rates", register.as_of, cut, filters
    return reading.made(key, lambda: rate_table(register, cut, filters))


def pairing(reading: Reading, register: Register, name: str | None) -> PairingInForce:
    """The pairing in force on the register's day.

    Raises
    ------
    features.pairing.UnknownPairing
    """
    day, rows = register.as_of, reading.tables["pairings"]
    return reading.made(
        ("pairing", day, name), lambda: pairing_in_force(rows, name, day, register.regions)
    )
