"""The log of lists grows no faster than it must: old lists lose their figures, not their names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from api import settings
from api.store import Store

_AT_ONCE: Final = 200
"""Lists of one transaction: others write in between."""
_LOOKED_BACK: Final = timedelta(days=2)
"""How far back a look goes after the first, which goes back to the beginning."""


def shorten(
    store: Store, days: int, *, all_of_them: bool = True,
    stopped: Callable[[], bool] = lambda: False,
) -> int:  # fmt: skip
    """Drop the figures of lists handed out longer ago; how many lists there were.

    Who got a list, when, of which model, and who stood on it in which order, stays.

    Parameters
    ----------
    days : int
        0: none is ever too old.
    all_of_them : bool
        Whether lists are looked at that were too old two days before this one, too.
    stopped : callable
        Whether to leave the rest for another time.
    """
    from sqlalchemy import select, tuple_, update

    from api.store import audit
    from api.store.layout import LIST_LOG
    from api.store.log import shortened

    if not days:
        return 0
    held, end = LIST_LOG.c, settings.now() - timedelta(days=days)
    since = _said(end - _LOOKED_BACK) if not all_of_them else ""
    whole = (held.at < _said(end), held.rows.startswith("["))
    done, last = 0, (since, "")
    while not stopped():
        after = tuple_(held.at, held.id) > tuple_(*last)
        asked = select(held.at, held.id, held.rows).where(after, *whole)
        with store.connection() as connection:
            found = connection.execute(asked.order_by(held.at, held.id).limit(_AT_ONCE)).all()
        if not found:
            break
        last = found[-1].at, found[-1].id
        short = {one.id: cell for one in found if (cell := shortened(one.rows)) is not None}
        if short:
            with store.connection(writer=True) as connection:
                for key, cell in short.items():
                    connection.execute(update(LIST_LOG).where(held.id == key).values(rows=cell))
                audit.note(connection, audit.SERVICE, "expire", "lists", {"lists": len(short)})
        done += len(short)
    return done


def _said(moment: datetime) -> str:
    return moment.strftime(settings.STAMP)
