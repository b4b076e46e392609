"""Decisions about a row that whoever made them may take back: the row is again what it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from api import settings
from api.store.audit import new_id
from api.store.changes import moved
from api.store.layout import DECISIONS
from api.store.row_states import Cells, apply, as_json, revived, stored_rows

_STAMPS = ("added_at", "updated_at")


def row_of(connection: Connection, table: str, key: str) -> Cells | None:
    """The row as it stands; None: there is none."""
    return stored_rows(connection, table, [key]).get(key)


def keep(
    connection: Connection, by: str, table: str, key: str, before: Cells | None, *,
    completes: str | None = None,
) -> None:  # fmt: skip
    """Keep that somebody changed a row, in the transaction that does it.

    Parameters
    ----------
    before : dict or None
        The row as :func:`row_of` found it beforehand.
    completes : str or None
        A cell: where no other changes, the change belongs to the decision that made the row what
        it was, if the same account made it.
    """
    now = row_of(connection, table, key)
    after = as_json(now)
    if completes is not None and _bare(before, completes) == _bare(now, completes):
        last = last_of(connection, table, key, by, row=before)
        if last is not None:
            whole = update(DECISIONS).where(DECISIONS.c.id == last).values(after=after)
            connection.execute(whole)
            return
    connection.execute(
        insert(DECISIONS).values(
            id=new_id(), at=settings.stamp(), by=by, of_table=table, row_key=key,
            before=None if before is None else as_json(before), after=after,
        )
    )  # fmt: skip


def last_of(
    connection: Connection, table: str, key: str, by: str, *, row: Cells | None
) -> str | None:
    """The last decision about a row, if an account made it and the row is what it made of it."""
    last = _last(connection, table, key)
    if last is None or last.by != by or _bare(row) != _bare(_revived(last, table, key)["after"]):
        return None
    return str(last.id)


def standing(connection: Connection, table: str, keys: Sequence[str]) -> dict[str, str]:
    """Of each row the decision that made it what it is, whoever made it; rows of none are left out.

    Parameters
    ----------
    keys : sequence of str
        At most a few hundred: they stand in one statement.
    """
    held = DECISIONS.c
    asked = select(DECISIONS).where(
        held.of_table == table, held.row_key.in_(keys), held.undone_at.is_(None)
    )
    last = {each.row_key: each for each in connection.execute(asked.order_by(held.id))}
    there = stored_rows(connection, table, list(last))
    return {
        key: str(one.id)
        for key, one in last.items()
        if _bare(there.get(key)) == _bare(_revived(one, table, key)["after"])
    }


def removed_by(connection: Connection, table: str, key: str, by: str) -> Cells | None:
    """The row that an account's last decision removed; None: that is not so, or it is there."""
    last = _last(connection, table, key)
    if last is None or last.by != by or row_of(connection, table, key) is not None:
        return None
    change = _revived(last, table, key)
    before: Cells | None = change["before"]
    return before if change["after"] is None else None


def undo(
    connection: Connection, table: str, key: str, only: str
) -> Literal["undone", "changed", "none"]:
    """Bring back the row as it was before a decision about it.

    Parameters
    ----------
    only : str
        The decision that is meant, the last one; another that came after it stays, and is told as
        ``changed``.

    Returns
    -------
    ``none``: there is no decision left to undo; ``changed``: the row is not what the decision made
    of it any more, and stays.
    """
    last = _last(connection, table, key)
    if last is None:
        return "none"
    if last.id != only:
        return "changed"
    change = _revived(last, table, key)
    now = row_of(connection, table, key)
    if _bare(now) != _bare(change["after"]):
        return "changed"
    at = settings.stamp()
    before = change["before"]
    stamp = at if now is None else moved(at, now["updated_at"])
    back = None if before is None else {**before, "updated_at": stamp}
    apply(connection, [{**change, "before": now, "after": back}])
    connection.execute(update(DECISIONS).where(DECISIONS.c.id == last.id).values(undone_at=at))
    return "undone"


def _last(connection: Connection, table: str, key: str) -> Row[Any] | None:
    """The last decision about a row that was not undone."""
    held = DECISIONS.c
    return connection.execute(
        select(DECISIONS)
        .where(held.of_table == table, held.row_key == key, held.undone_at.is_(None))
        .order_by(held.id.desc())
        .limit(1)
    ).first()


def _revived(decision: Row[Any], table: str, key: str) -> dict[str, Any]:
    """The row before and after a decision."""
    return revived({
        "table": table, "key": key, "before": json.loads(decision.before or "null"),
        "after": json.loads(decision.after or "null"),
    })  # fmt: skip


def _bare(row: Cells | None, *without: str) -> Cells | None:
    left_out = (*_STAMPS, *without)
    return None if row is None else {n: v for n, v in row.items() if n not in left_out}
