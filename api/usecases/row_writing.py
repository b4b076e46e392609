"""One row written by a command or by an account: its own rows only, with a line in the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from api.accounts import Account
from api.store import Store
from api.usecases import table_rows
from api.usecases.row_errors import NotYours
from features.tables import Table, Value

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.store.audit import Action

Fill = Callable[[Mapping[str, Value] | None], Mapping[str, Value]]
How = Literal["added", "changed", "same"]


def put(
    store: Store, row: Table, *, by: Account | None, action: Action, undoable: bool = False,
    completes: str | None = None, fill: Fill | None = None,
) -> How:  # fmt: skip
    """Store one row; of one that is there the columns given are replaced.

    Parameters
    ----------
    row : Table
        With one row, checked already.
    by : Account or None
        Who asks; None: whoever runs this process, to whom every row belongs.
    action : str
        What it is called in the audit.
    undoable : bool
        Whether :func:`take_back` is to bring back what the row was.
    completes : str or None
        A cell: where no other changes, this belongs to the account's decision that made the row
        what it is, and is undone with it.
    fill : callable, optional
        Told the row as it stands when this is written, gives what is laid over ``row``.

    Raises
    ------
    NotYours
        If the row is not the account's, as it was or as it would be.
    api.store.errors.MissingReference
    """
    from api.store import audit, decisions, rows, writing

    if by is None:
        with store.connection(writer=True) as connection:
            row = row if fill is None else _filled(connection, row, fill)
            how = _how(writing.write(connection, [row])[row.name])
            if how != "same":
                subject = f"{row.name}/{rows.key_of(row.name, next(row.rows()))}"
                detail = {"columns": sorted(row.columns)}
                audit.note(connection, audit.command_line(), action, subject, detail)
        return how
    scope = table_rows.scope_of(store, by)
    key = rows.key_of(row.name, next(row.rows()))
    with store.connection(writer=True) as connection:
        row = row if fill is None else _filled(connection, row, fill)
        before = decisions.row_of(connection, row.name, key)
        if before is not None and not rows.is_writable(connection, row.name, key, scope):
            raise NotYours("http.not_your_row")
        how = _how(writing.write(connection, [row])[row.name])
        if not rows.is_writable(connection, row.name, key, scope):
            raise NotYours("http.not_your_row")
        if how != "same":
            detail = {"columns": sorted(row.columns)}
            audit.note(connection, by.name, action, f"{row.name}/{key}", detail)
            if undoable:
                decisions.keep(connection, by.name, row.name, key, before, completes=completes)
    return how


def _filled(connection: Connection, row: Table, fill: Fill) -> Table:
    from api.store import rows
    from api.store.scope import Scope

    (given,) = row.rows()
    there = rows.one(connection, row.name, rows.key_of(row.name, given), Scope("admin"))
    return Table.from_rows(row.name, [{**given, **fill(there)}])


def _how(counts: dict[str, int]) -> How:
    return next(word for word in ("added", "changed", "same") if counts[word])


def decision_of(store: Store, table: str, key: str, *, by: Account) -> str | None:
    """The account's decision that made a row what it is, if it is the last: it can be undone."""
    from api.store import decisions

    with store.connection() as connection:
        row = decisions.row_of(connection, table, key)
        return decisions.last_of(connection, table, key, by.name, row=row)


def removed(store: Store, table: str, key: str, *, by: Account) -> dict[str, Any] | None:
    """The row that the account removed last, by column, while nothing came in its place."""
    from api.store import decisions

    with store.connection() as connection:
        return decisions.removed_by(connection, table, key, by.name)


def take_back(store: Store, table: str, key: str, *, by: Account, only: str) -> bool:
    """Undo a decision about a row, once: asked again, nothing more is taken back.

    Parameters
    ----------
    only : str
        The decision that is meant, as :func:`decision_of` told it; no other is undone.

    Returns
    -------
    Whether anything is as before: not where somebody has changed the row since.

    Raises
    ------
    NotYours
        If the row is not the account's.
    """
    from api.store import audit, decisions, rows

    scope = table_rows.scope_of(store, by)
    with store.connection(writer=True) as connection:
        if decisions.row_of(connection, table, key) is None:
            return False
        if not rows.is_writable(connection, table, key, scope):
            raise NotYours("http.not_your_row")
        if decisions.undo(connection, table, key, only) != "undone":
            return False
        audit.note(connection, by.name, "undo", f"{table}/{key}")
    return True
