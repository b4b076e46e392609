"""Rankings of other days and pairings: made when they are asked for, few at a time, and kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from api.buckets import Buckets
from api.index import making
from api.index.making import State
from api.index.models_at_hand import ModelsAtHand
from api.store import Store
from api.usecases.kept import TooManyMarkets
from matcher.ranking import Ranking

#: Rankings that are kept.
_MOST: Final = 4
#: Lists that may wait for rankings of other days at the same time: each holds a thread meanwhile.
_MOST_MAKING: Final = 4
#: Rankings of other days that each account may have made: so many a second, and so many at once.
OTHER_DAYS: Final = (1 / 60, 8.0)
#: Seconds after which it is worth asking again while others' rankings are made.
_MADE_IN: Final = 15


class OtherDays:
    """Makes and keeps rankings of a store, whatever the day and the pairing.

    Parameters
    ----------
    allowance : Buckets
        How many each account may have made.
    """

    def __init__(self, store: Store, allowance: Buckets) -> None:
        self._store, self._allowance = store, allowance
        self._kept: OrderedDict[tuple[State, str | None], ModelsAtHand] = OrderedDict()
        self._building = threading.Lock()
        self._workshop = threading.BoundedSemaphore(_MOST_MAKING)

    def afford(self, name: str, state: State, pairing: str | None) -> None:
        """Count what an account asks for, unless it is kept.

        Raises
        ------
        TooManyMarkets
        """
        if (state, pairing) in self._kept:
            return
        if seconds := self._allowance.take(name):
            raise TooManyMarkets(seconds)

    def ranking(self, state: State, pairing: str | None) -> Ranking:
        """A ranking kept from before, or made while few others wait for theirs.

        Raises
        ------
        TooManyMarkets
        """
        if (state, pairing) in self._kept:
            return self.made(state, pairing)
        if not self._workshop.acquire(blocking=False):
            raise TooManyMarkets(_MADE_IN)
        try:
            return self.made(state, pairing)
        finally:
            self._workshop.release()

    def made(self, state: State, pairing: str | None) -> Ranking:
        """A ranking made here and now, or kept from before."""
        key = state, pairing
        found = self._kept.get(key)
        if found is None:
            with self._building:  # one builds, the others wait rather than build the same
                found = self._kept.get(key)
                if found is None:
                    base = making.by_the_rule(self._store, state, pairing)
                    found = self._kept[key] = ModelsAtHand(base)
                    while len(self._kept) > _MOST:
                        self._kept.popitem(last=False)
        return found.ranking()
