"""What is worked out of a whole market for who asks: each once, one after another, few waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from api.buckets import Buckets
from api.usecases.kept import TooManyMarkets

#: Who may wait for something of the kind at the same time: each holds a thread meanwhile.
_MOST_WAITING: Final = 4
#: Seconds after which whoever finds no place may ask again.
_AGAIN_IN: Final = 15
#: What each account may have made a second, and at once: a few seconds of a processor each.
WORKED_OUT: Final = (1 / 30, 30.0)
_T = TypeVar("_T")


class Once:
    """One after another, each once however many ask for it meanwhile.

    Parameters
    ----------
    allowance : Buckets
        How much of it each account may have made.
    """

    def __init__(self, allowance: Buckets) -> None:
        self._allowance = allowance
        self._places = threading.BoundedSemaphore(_MOST_WAITING)
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._under_way: dict[Hashable, Future[Any]] = {}

    def made(self, account: str, key: Hashable, make: Callable[[], _T]) -> _T:
        """What ``make`` gives, or what it gives to whoever asked for the same key before.

        Whatever it raises, all are told who waited for it.

        Raises
        ------
        TooManyMarkets
            If the account had too much made, or too many wait.
        """
        if not self._places.acquire(blocking=False):
            raise TooManyMarkets(_AGAIN_IN)
        try:
            with self._lock:
                coming = self._under_way.get(key)
                mine: Future[_T] | None = None
                if coming is None:
                    if seconds := self._allowance.take(account):
                        raise TooManyMarkets(seconds)
                    coming = mine = self._under_way[key] = Future()
            if mine is not None:
                self._make(mine, key, make)
            found: _T = coming.result()
            return found
        finally:
            self._places.release()

    def _make(self, coming: Future[_T], key: Hashable, make: Callable[[], _T]) -> None:
        try:
            with self._turn:
                coming.set_result(make())
        except BaseException as error:  # whoever waits for it is told too
            coming.set_exception(error)
        finally:
            with self._lock:
                del self._under_way[key]
