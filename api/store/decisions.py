"""Decisions about a row that whoever made them may take back: the row is again what it was."""

from __future__ import annotations

import json
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from api import settings
from api.store.audit import new_id
from api.store.layout import DECISIONS
from api.store.row_states import Cells, apply, as_json, revived, stored_rows

_STAMPS = ("added_at", "updated_at")


def row_of(connection: Connection, table: str, key: str) -> Cells | None:
    """The row as it stands; None: there is none."""
    return stored_rows(connection, table, [key]).get(key)


def keep(connection: Connection, by: str, table: str, key: str, before: Cells | None) -> None:
    """Keep that somebody changed a row, in the transaction that does it.

    Parameters
    ----------
    before : dict or None
        The row as :func:`row_of` found it beforehand.
    """
    connection.execute(
        insert(DECISIONS).values(
            id=new_id(), at=settings.stamp(), by=by, of_table=table, row_key=key,
            before=None if before is None else as_json(before),
            after=as_json(row_of(connection, table, key)),
        )
    )  # fmt: skip


def undo(connection: Connection, table: str, key: str) -> Literal["undone", "changed", "none"]:
    """Bring back the row as it was before the last decision about it.

    Returns
    -------
    ``none``: there is no decision left to undo; ``changed``: the row is not what the decision made
    of it any more, and stays.
    """
    held = DECISIONS.c
    last = connection.execute(
        select(DECISIONS)
        .where(held.of_table == table, held.row_key == key, held.undone_at.is_(None))
        .order_by(held.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return "none"
    then = {
        "table": table, "key": key, "before": json.loads(last.before or "null"),
        "after": json.loads(last.after or "null"),
    }  # fmt: skip
    change = revived(then)
    now = row_of(connection, table, key)
    if _bare(now) != _bare(change["after"]):
        return "changed"
    at = settings.stamp()
    before = change["before"]
    back = None if before is None else {**before, "updated_at": at}
    apply(connection, [{**change, "before": now, "after": back}])
    connection.execute(update(DECISIONS).where(held.id == last.id).values(undone_at=at))
    return "undone"


def _bare(row: Cells | None) -> Cells | None:
    return None if row is None else {n: v for n, v in row.items() if n not in _STAMPS}
