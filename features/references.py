"""What rows of an import may refer to: the store, and what was read of the import so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Set
from typing import Protocol

from features.industries import Industries
from features.regions import Regions

__all__ = ["Known", "References"]


class References(Protocol):
    """What is stored already, so that an import can refer to it."""

    @property
    def regions(self) -> Regions:
        """Regions built in, with those a user has stored."""

    @property
    def industries(self) -> Industries:
        """Industries built in, with those a user has stored."""

    def has(self, table: str, key: str) -> bool:
        """Whether a row of that id is stored."""

    @property
    def today(self) -> dt.date | None:
        """The day after which nothing can have happened yet; None = nobody asks."""

    def signed(self) -> Set[tuple[str, str]]:
        """The pairs (enterprise, resource) of which a signature is stored."""

    def merged_into(self) -> Mapping[str, str]:
        """The id of each enterprise that was merged away → the id it is found under now."""


class Known:
    """What rows may refer to: the store, and what has been read of this import so far."""

    def __init__(self, references: References) -> None:
        self.regions, self.industries = references.regions, references.industries
        self.today = references.today
        self.ids: dict[str, set[str]] = {}
        self.unread: set[str] = set()
        self._references = references
        self._asked: dict[tuple[str, str], bool] = {}
        self._merged: Mapping[str, str] | None = None

    def stored(self, table: str, key: str) -> bool:
        """Whether the store has a row of that id."""
        asked = table, key
        if asked not in self._asked:
            self._asked[asked] = self._references.has(table, key)
        return self._asked[asked]

    def signed(self) -> Set[tuple[str, str]]:
        """The pairs (enterprise, resource) of which a signature is stored."""
        return self._references.signed()

    def exists(self, table: str, key: str) -> bool:
        """Whether an id is there, or its table could not be read (then nobody can tell)."""
        given = key in self.ids.get(table, ()) or table in self.unread
        return given or self.stored(table, key)

    def now_under(self, key: str) -> str | None:
        """The id under which an enterprise that was merged away is found; None = was not."""
        if self._merged is None:
            self._merged = self._references.merged_into()
        return self._merged.get(key)
