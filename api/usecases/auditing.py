"""The audit as it is asked: by whom, what, to what and when."""

from __future__ import annotations

from datetime import date
from typing import Any

from api.store import Store
from api.usecases import cursors, dates


def page(
    store: Store, *, by: str | None = None, action: str | None = None, subject: str | None = None,
    since: date | None = None, until: date | None = None, cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:  # fmt: skip
    """Some of what was noted, the latest first.

    Parameters
    ----------
    by, action, subject
        As of :func:`api.store.audit.noted`.
    since, until : date, optional
        First and last day, as the calendar in Zhejiang has them.
    cursor : str, optional
        ``next`` of the page before.

    Returns
    -------
    dict
        See :func:`api.usecases.cursors.page`.

    Raises
    ------
    UsageError
        If ``since`` is after ``until``.
    """
    from api.store import audit

    first, after = dates.stamps(since, until)
    with store.connection() as connection:
        rows = audit.noted(
            connection, before=cursor, limit=limit + 1, by=by, action=action, subject=subject,
            since=first, until=after,
        )  # fmt: skip
    return cursors.page(rows, limit)
