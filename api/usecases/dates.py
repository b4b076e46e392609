"""The date that a question is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from api import settings
from api.store import Store


def as_of(store: Store, given: date | None = None) -> date:
    """The date given; else the store's own (a demonstration has one); else today.

    Nothing dated later is looked at by whoever asks.
    """
    if given is not None:
        return given
    return of_properties(store.properties())


def of_properties(properties: Mapping[str, str]) -> date:
    """The date of a store that says this of itself."""
    own = properties.get("as_of")
    return date.fromisoformat(own) if own else settings.today()
