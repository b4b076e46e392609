"""Feedback on lists: what became of one that was handed out, kept and read back."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from api.accounts import Account
from api.errors import UsageError
from api.store import Store
from api.usecases import cursors, dates
from api.usecases.row_errors import NotThere

Verdict = Literal["opened", "contacted", "not_now", "unfit"]


def give(
    store: Store, account: Account, list_id: str, *, candidate: str | None, verdict: Verdict,
    reason: str | None,
) -> dict[str, Any]:  # fmt: skip
    """Keep what an account says of a list that it was given, or of one match on it.

    Returns
    -------
    dict
        As :func:`one` tells it.

    Raises
    ------
    UsageError
        If something is said to be unfit and not why.
    NotThere
        If there is no such list, it is not the account's, or the candidate is not on it.
    """
    from api.store import feedback, scope

    why = (reason or "").strip() or None
    if verdict == "unfit" and why is None:
        raise UsageError("http.reason_needed")
    with store.connection(writer=True) as connection:
        given = feedback.given_to(connection, list_id)
        if given is None or (given[0] != account.name and account.role != "admin"):
            raise NotThere("http.no_such_row", key=list_id[:64])
        if candidate is not None and candidate not in given[1]:
            raise NotThere("http.no_such_row", key=candidate)
        key = feedback.add(connection, account.name, list_id, candidate, verdict, why)
        only = scope.lists_of(account.role, account.name)
        kept = feedback.one(connection, key, only=only)
    assert kept is not None  # it was written in this transaction
    return kept


def page(
    store: Store, account: Account, *, since: date | None = None, until: date | None = None,
    cursor: str | None = None, limit: int = 50, **equal: str | None,
) -> dict[str, Any]:  # fmt: skip
    """Some of what was said, the latest first: by the account itself, or to planners by all.

    Parameters
    ----------
    since, until : date, optional
        First and last day, as the calendar in Zhejiang has them.
    cursor : str, optional
        ``next`` of the page before.
    equal
        ``by``, ``list_id``, ``candidate_id``, ``verdict``: only where this stands.

    Returns
    -------
    dict
        See :func:`api.usecases.cursors.page`.

    Raises
    ------
    UsageError
        If ``since`` is after ``until``.
    """
    from api.store import feedback, scope

    first, after = dates.stamps(since, until)
    with store.connection() as connection:
        rows = feedback.said(
            connection, only=scope.lists_of(account.role, account.name), before=cursor,
            limit=limit + 1, since=first, until=after, **equal,
        )  # fmt: skip
    return cursors.page(rows, limit)


def one(store: Store, account: Account, key: str) -> dict[str, Any]:
    """One thing that was said.

    Raises
    ------
    NotThere
        If there is none of this id, or another said it.
    """
    from api.store import feedback, scope

    with store.connection() as connection:
        only = scope.lists_of(account.role, account.name)
        found = feedback.one(connection, key, only=only)
    if found is None:
        raise NotThere("http.no_such_row", key=key[:64])
    return found
