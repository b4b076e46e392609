"""How much an account may have written into the log of lists, in the memory of each worker.

A list may be a thousand rows and an account may ask hundreds of times a second; every row is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from api.buckets import Buckets
from api.errors import UserError

if TYPE_CHECKING:
    from api.store import Store
    from api.store.log import ListLog

#: Rows that an account may have listed: so many a second, and so many at once.
LISTED: Final = (20.0, 1_000_000.0)
#: What a list counts for beside its rows: who asked for it, when, with which filters.
HEAD: Final = 10

_BUDGETS: WeakKeyDictionary[Store, Buckets] = WeakKeyDictionary()


class TooManyListed(UserError):
    """An account has too much listed; ``seconds`` until the same list may be had."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("http.too_many_listed", seconds=seconds)


def limit(store: Store, budget: Buckets | None = None) -> None:
    """Count what is handed out over a store from now on."""
    _BUDGETS[store] = budget or Buckets(*LISTED)


def count(store: Store, entry: ListLog) -> None:
    """Count a list before it is logged; nothing is counted where no server asked for that.

    Raises
    ------
    TooManyListed
    """
    budget = _BUDGETS.get(store)
    if budget is not None and (seconds := budget.take(entry.by, HEAD + len(entry.rows))):
        raise TooManyListed(seconds)
