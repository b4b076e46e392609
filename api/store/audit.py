"""Who changed what and when, and which lists were handed out to whom."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any, Literal, get_args

from sqlalchemy import Connection, and_, func, insert, or_, select

from api import settings
from api.store.layout import AUDIT, LIST_LOG
from api.store.log import command_line as command_line

SERVICE = "service:jobs"
"""Who forgets what has become too old; no account can be called so."""


Action = Literal[
    "backup", "cancel", "contacted", "create", "declare", "delete", "disable", "enable", "expire",
    "export", "import", "merge", "not_now", "password", "publish", "record", "revoke", "sign_in",
    "sign_in_refused", "token", "train", "undo", "unfit", "update",
]  # fmt: skip
"""What can be noted."""
ACTIONS: tuple[str, ...] = get_args(Action)


def new_id() -> str:
    """An id that sorts by the moment it was made at."""
    return f"{time.time_ns():020d}{secrets.token_hex(4)}"


def note(
    connection: Connection, by: str, action: Action, subject: str, detail: Mapping[str, object] = {}
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
    connection: Connection, *, before: str | None = None, limit: int, by: str | None = None,
    action: str | None = None, subject: str | None = None, since: str | None = None,
    until: str | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """What was noted, the latest first.

    Parameters
    ----------
    before : str, optional
        The id of the last of the page before.
    by, action : str, optional
        Only what this account did; only this deed.
    subject : str, optional
        Only what was done to this, or to something in it: ``users``, ``users/zhang``.
    since, until : str, optional
        Stamps: not before the one, and before the other.
    """
    held = AUDIT.c
    wanted = []
    if before is not None:
        wanted.append(held.id < before)
    if by is not None:
        wanted.append(held.by == by)
    if action is not None:
        wanted.append(held.action == action)
    if subject is not None:
        within = f"{subject}/"  # not by LIKE: it takes "_" for any letter, SQLite's A for a
        inside = func.substr(held.subject, 1, len(within)) == within
        wanted.append(or_(held.subject == subject, inside))
    if since is not None:
        wanted.append(held.at >= since)
    if until is not None:
        wanted.append(held.at < until)
    statement = select(AUDIT).where(*wanted).order_by(held.id.desc()).limit(limit)
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
