"""Where the rankings of a store are kept between lists, if anywhere: a server keeps them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from api.errors import UserError
from api.store import Store
from matcher.ranking import Ranking

if TYPE_CHECKING:
    from api.usecases.written_list import WrittenList

About = tuple[tuple[str, str], ...]


class TooManyMarkets(UserError):
    """Too many other days are asked for; ``seconds`` until the next may be."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("http.too_many_markets", seconds=seconds)


class Source(Protocol):
    """What gives the ranking of a day and a pairing; see :class:`api.index.keeper.Keeper`."""

    def afford(self, name: str, as_of: date | None, pairing: str | None) -> None:
        """Count what an account asks for, where all of a market must be made for it.

        Raises
        ------
        TooManyMarkets
        """
        ...

    def ranking(
        self, as_of: date | None = None, pairing: str | None = None, about: About = ()
    ) -> Ranking:
        """The ranking, in which rows of ``about`` (side, id) are as they are now."""
        ...

    def written(self, side: str, one: str) -> WrittenList | None:
        """The usual list of a row as it was written beforehand, of the rows as they are now."""
        ...


_SOURCES: WeakKeyDictionary[Store, Source] = WeakKeyDictionary()


def keep(store: Store, source: Source) -> None:
    """Take the rankings of a store from a source from now on."""
    _SOURCES[store] = source


def source_of(store: Store) -> Source | None:
    """The source of a store's rankings; None: each is made for itself."""
    return _SOURCES.get(store)
