"""Who changed what and when, and what people said of the lists they were given."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select

from api import settings
from api.store.layout import AUDIT, FEEDBACK, LIST_LOG
from api.store.log import command_line as command_line

SERVICE = "service:jobs"
"""Who forgets what has become too old; no account can be called so."""


def new_id() -> str:
    """An id that sorts by the moment it was made at."""
    return f"{time.time_ns():020d}{secrets.token_hex(4)}"


def note(
    connection: Connection, by: str, action: str, subject: str, detail: Mapping[str, object] = {}
) -> None:
    """Note one deed, in the transaction that does it.

    Parameters
    ----------
    subject : str
        What it was done to: ``enterprises/E-0001``, ``users/zhang``.
    detail : mapping
        Names of what was changed; never values, which may be somebody's phone number.
    """
    connection.execute(
        insert(AUDIT).values(
            id=new_id(), at=settings.stamp(), by=by, action=action, subject=subject,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
        )
    )  # fmt: skip


def noted(
    connection: Connection, *, before: str | None = None, limit: int, by: str | None = None
) -> list[dict[str, Any]]:
    """What was noted, the latest first; ``before``: the id of the last of the page before."""
    statement = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(AUDIT.c.id < before)
    if by is not None:
        statement = statement.where(AUDIT.c.by == by)
    rows = connection.execute(statement).mappings()
    return [{**row, "detail": json.loads(row["detail"])} for row in rows]


def lists_given(
    connection: Connection, *, before: str | None = None, limit: int, by: str | None = None
) -> list[dict[str, Any]]:
    """Lists that were handed out, the latest first.

    Parameters
    ----------
    before : str, optional
        ``at.id`` of the last of the page before.
    """
    held = LIST_LOG.c
    statement = select(
        held.id, held.at, held.by, held.query, held.filters, held.model_id, held.as_of
    )
    statement = statement.order_by(held.at.desc(), held.id.desc()).limit(limit)
    if before is not None:
        at, _, number = before.partition(".")
        statement = statement.where(or_(held.at < at, and_(held.at == at, held.id < number)))
    if by is not None:
        statement = statement.where(held.by == by)
    return [
        {
            **row, "query": json.loads(row["query"]), "filters": json.loads(row["filters"]),
            "as_of": str(row["as_of"]),
        }
        for row in connection.execute(statement).mappings()
    ]  # fmt: skip


def given_to(connection: Connection, list_id: str) -> tuple[str, frozenset[str]] | None:
    """Who was handed a list, and the ids on it; None: there is no such list."""
    found = connection.execute(
        select(LIST_LOG.c.by, LIST_LOG.c.rows).where(LIST_LOG.c.id == list_id)
    ).first()
    if found is None:
        return None
    rows = json.loads(found.rows)
    return str(found.by), frozenset(
        str(row["candidate_id"]) for row in rows if "candidate_id" in row
    )


def add_feedback(
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
