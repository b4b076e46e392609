"""The date that a question is asked for, and days as the moments they begin at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from api import settings
from api.errors import UsageError
from api.store import Store

_AHEAD = timedelta(hours=8)
"""How far the clocks of Zhejiang are ahead of UTC."""


def as_of(store: Store, given: date | None = None) -> date:
    """The date given; else the store's own (a demonstration has one); else today.

    Nothing dated later is looked at by whoever asks.
    """
    if given is not None:
        return given
    return of_properties(store.properties())


def refuse_ahead(store: Store, day: date, code: str) -> None:
    """Refuse a day that has not come; the store's own is one that has.

    Raises
    ------
    UsageError
        With the message of ``code``, which names ``value`` and ``today``.
    """
    today = settings.today()
    if day > today and day != as_of(store):
        raise UsageError(code, value=day.isoformat(), today=today.isoformat())


def of_properties(properties: Mapping[str, str]) -> date:
    """The date of a store that says this of itself."""
    own = properties.get("as_of")
    return date.fromisoformat(own) if own else settings.today()


def stamps(since: date | None, until: date | None) -> tuple[str | None, str | None]:
    """The moment the first of some days begins, and the one at which the last is over.

    Days are those of the calendar in Zhejiang, stamps are UTC; None: without end.

    Raises
    ------
    UsageError
        If ``since`` is after ``until``.
    """
    if since is not None and until is not None and since > until:
        raise UsageError("usecase.days_out_of_order", since=since, until=until)
    over = None if until is None or until == date.max else until + timedelta(days=1)
    return _beginning(since), _beginning(over)


def _beginning(day: date | None) -> str | None:
    if day is None or day == date.min:
        return None
    return f"{(datetime.combine(day, datetime.min.time()) - _AHEAD).isoformat()}Z"
