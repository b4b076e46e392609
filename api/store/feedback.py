"""What people said of the lists they were given."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from api import settings
from api.store.audit import new_id
from api.store.layout import FEEDBACK, LIST_LOG
from api.store.log import rows_of


def given_to(connection: Connection, list_id: str) -> tuple[str, frozenset[str]] | None:
    """Who was handed a list, and the ids on it; None: there is no such list."""
    found = connection.execute(
        select(LIST_LOG.c.by, LIST_LOG.c.rows).where(LIST_LOG.c.id == list_id)
    ).first()
    if found is None:
        return None
    rows = rows_of(found.rows)
    return str(found.by), frozenset(
        str(row["candidate_id"]) for row in rows if "candidate_id" in row
    )


def add(
    connection: Connection, by: str, list_id: str, candidate: str | None, verdict: str,
    reason: str | None,
) -> str:  # fmt: skip
    """Keep what somebody said of a list or of one match on it; returns its id."""
    made = new_id()
    connection.execute(
        insert(FEEDBACK).values(
            id=made, at=settings.stamp(), by=by, list_id=list_id, candidate_id=candidate,
            verdict=verdict, reason=reason,
        )
    )  # fmt: skip
    return made


def one(connection: Connection, key: str, *, only: str | None) -> dict[str, Any] | None:
    """One thing that was said; ``only``: of this account alone. None: there is none."""
    return next(iter(_read(connection, _said(only).where(FEEDBACK.c.id == key))), None)


def said(
    connection: Connection, *, only: str | None, before: str | None = None, limit: int,
    since: str | None = None, until: str | None = None, **equal: str | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """What was said, the latest first, each with the query that its list answers.

    Parameters
    ----------
    only : str or None
        Of this account alone; None: of everybody.
    before : str, optional
        The id of the last of the page before.
    since, until : str, optional
        Stamps: not before the one, and before the other.
    equal
        Columns and what stands in them; None: whatever stands there.
    """
    held = FEEDBACK.c
    statement = _said(only).order_by(held.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(held.id < before)
    if since is not None:
        statement = statement.where(held.at >= since)
    if until is not None:
        statement = statement.where(held.at < until)
    for name, value in equal.items():
        if value is not None:
            statement = statement.where(held[name] == value)
    return _read(connection, statement)


def _said(only: str | None) -> Select[Any]:
    held = FEEDBACK.c
    statement = select(
        held.id, held.at, held.by, held.list_id, LIST_LOG.c.query, held.candidate_id,
        held.verdict, held.reason,
    ).join(LIST_LOG, LIST_LOG.c.id == held.list_id)  # fmt: skip
    return statement if only is None else statement.where(held.by == only)


def _read(connection: Connection, statement: Select[Any]) -> list[dict[str, Any]]:
    rows = connection.execute(statement).mappings()
    return [{**row, "query": json.loads(row["query"])} for row in rows]
