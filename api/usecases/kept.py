"""Where the rankings of a store are kept between lists, if anywhere: a server keeps them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol, TypeVar
from weakref import WeakKeyDictionary

from api.errors import UserError
from api.store import Store
from matcher.ranking import Ranking

if TYPE_CHECKING:
    from api.usecases.written_list import WrittenList

About = tuple[tuple[str, str], ...]
_T = TypeVar("_T")
MOST: Final = 8
"""Most of what was worked out of one ranking that is kept; the oldest goes."""


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

    def once(self, name: str, key: Hashable, make: Callable[[], _T]) -> _T:
        """What is worked out of a whole market, counted for an account; see :mod:`api.index.once`.

        Raises
        ------
        TooManyMarkets
        """
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


def worked_out(
    ranking: Ranking, key: Hashable, make: Callable[[], _T], *,
    source: Source | None = None, by: str | None = None, quick: bool = False,
) -> _T:  # fmt: skip
    """What was worked out of a ranking already, else what ``make`` gives, kept beside it.

    Parameters
    ----------
    key : hashable
        What of the ranking it is.
    source : Source, optional
        What gave the ranking; it lets each account have so much made.
    by : str, optional
        The account that asks; None: nothing is counted.
    quick : bool
        Whether ``make`` has only to read it: nothing is counted then.

    Raises
    ------
    TooManyMarkets
    """

    def kept_or_made() -> _T:
        held: tuple[_T] | None = ranking.kept.get(key)
        if held is None:
            held = ranking.kept[key] = (make(),)
            # Each holds figures of every row, and whoever asks chooses length and filters.
            for old in list(ranking.kept)[:-MOST]:
                ranking.kept.pop(old, None)
        return held[0]

    if key in ranking.kept or quick or source is None or by is None:
        return kept_or_made()
    return source.once(by, (id(ranking.kept), key), kept_or_made)
