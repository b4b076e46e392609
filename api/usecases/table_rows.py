"""Rows of the tables one by one, within what an account may see and change."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from api.accounts import Account
from api.errors import UsageError
from api.store import Store
from api.usecases import dates, etags, naming, row_body
from api.usecases.row_errors import Conflict, NotThere, NotYours
from features.schema import TABLES
from features.tables import Table, Value

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.store.audit import Action
    from api.store.scope import Scope

MOST = 200
"""Most rows of one page."""
PAGING = ("q", "cursor", "limit")
"""What a page may be asked for beside filters by column."""


@dataclass(frozen=True)
class Shown:
    """A row as an account sees it.

    Attributes
    ----------
    etag : str
        Changes with every cell that the account sees, and with no other: a hash over a phone
        number would let whoever may not see it try all numbers.
    """

    key: str
    row: dict[str, Any]
    etag: str


@dataclass(frozen=True)
class Page:
    """Some rows, and where the next page begins (None: this was the last)."""

    rows: list[Shown]
    next: str | None


def scope_of(store: Store, account: Account) -> Scope:
    """What an account stands for, in the terms of the one query layer."""
    from api.store.scope import Scope

    codes: tuple[str, ...] = ()
    if account.region is not None:
        regions = naming.regions_of(store)
        known = account.region in regions
        codes = (account.region, *(regions.members(account.region) if known else ()))
    # Only what enterprises see hangs on the day.
    today = dates.as_of(store) if account.role == "enterprise" else date.min
    return Scope(account.role, codes, account.enterprise_id, today)


def page(
    store: Store,
    account: Account,
    table: str,
    *,
    filters: Sequence[tuple[str, str]] = (),
    text: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """Some rows of a table that an account may see, by key.

    Parameters
    ----------
    filters : sequence of (column, value as written)
        An empty value asks for rows where the cell is not known.
    cursor : str, optional
        ``next`` of the page before.

    Raises
    ------
    UsageError
        If a column cannot be filtered by (it is not there, or the account does not see it).
    """
    from api.store import rows

    scope = scope_of(store, account)
    chosen = [_filter(store, table, scope, name, value) for name, value in filters]
    after = None if cursor is None else _uncovered(cursor)
    with store.connection() as connection:
        found = rows.page(
            connection, table, scope, filters=chosen, text=text, after=after, limit=limit + 1
        )
    shown = [_shown(table, scope, key, row) for key, row in found[:limit]]
    more = len(found) > limit
    return Page(shown, _covered(shown[-1].key) if more else None)


def one(store: Store, account: Account, table: str, key: str) -> Shown:
    """One row.

    Raises
    ------
    NotThere
    """
    scope = scope_of(store, account)
    with store.connection() as connection:
        return _shown(table, scope, key, _seen(connection, table, key, scope))


def keys_seen(store: Store, account: Account, table: str) -> frozenset[str]:
    """Keys of all rows of a table that an account may see: for many questions at once."""
    from api.store import rows

    scope = scope_of(store, account)
    with store.connection() as connection:
        return rows.keys_seen(connection, table, scope)


def check_seen(store: Store, account: Account, wanted: Sequence[tuple[str, str]]) -> None:
    """Make sure that rows (table, key) are there for an account.

    Raises
    ------
    NotThere
    """
    from api.store import rows
    from api.store.scope import sees_whole

    if all(sees_whole(table, account.role) for table, _ in wanted):
        # Nothing of the account's own has to be looked up first.
        with store.asking() as ask:
            missing = [key for table, key in wanted if not rows.is_there(ask, table, key)]
    else:
        scope = scope_of(store, account)
        with store.connection() as connection:
            missing = [k for t, k in wanted if not rows.is_seen(connection, t, k, scope)]
    for key in missing:
        raise NotThere("http.no_such_row", key=key[:200])


def create(
    store: Store, account: Account, table: str, body: Mapping[str, object], *,
    undoable: bool = False,
) -> Shown:  # fmt: skip
    """Add a row; ``undoable``: see :func:`replace`.

    Raises
    ------
    features.findings.FindingsError
    Conflict
        If its key is taken.
    NotYours
        If the row would not be the account's.
    """
    from api.store import rows

    scope = _writer(store, account, table)
    with store.connection(writer=True) as connection:
        if scope.role == "enterprise" and table == "enterprises":
            raise NotYours("http.not_your_row")
        read = _read(store, connection, table, scope, body)
        key = rows.key_of(table, next(read.rows()))
        taken = rows.is_stored(connection, table, key)
        made = _write(
            connection, account, scope, read, key, "create", sorted(body), undoable=undoable
        )
        # Told last, and nothing is kept: whose row it would not be, is not told that it is there.
        if taken:
            raise Conflict("http.key_taken", key=key)
        return made


def replace(
    store: Store,
    account: Account,
    table: str,
    key: str,
    body: Mapping[str, object],
    *,
    if_match: str | None,
    undoable: bool = False,
) -> Shown:
    """Put another row in the place of one; what is not given is not known from then on.

    Columns that the account does not see stay as they are.

    Parameters
    ----------
    undoable : bool
        Whether :func:`api.usecases.row_writing.take_back` is to bring back what was before.

    Raises
    ------
    NotThere, NotYours, ConditionMissing, Stale, Conflict
    features.findings.FindingsError
    """
    from api.store import rows

    scope = _writer(store, account, table)
    with store.connection(writer=True) as connection:
        before = _matched(connection, table, key, scope, if_match, needed=True)
        whole = _whole(table, scope, before, body)
        read = _read(store, connection, table, scope, whole)
        (given,) = read.rows()
        if rows.key_of(table, given) != key:
            raise Conflict("http.other_key", key=key)
        changed = sorted(name for name, value in given.items() if value != before.get(name))
        return _write(connection, account, scope, read, key, "update", changed, undoable=undoable)


def remove(
    store: Store, account: Account, table: str, key: str, *, if_match: str | None,
    undoable: bool = False,
) -> None:  # fmt: skip
    """Delete a row.

    Parameters
    ----------
    undoable : bool
        Whether :func:`api.usecases.row_writing.removed` is to tell what it was.

    Raises
    ------
    NotThere, NotYours, Stale
    Conflict
        If it is built in.
    api.store.errors.StillReferred
    """
    from api.store import audit, decisions, writing

    scope = _writer(store, account, table)
    with store.connection(writer=True) as connection:
        _matched(connection, table, key, scope, if_match, needed=False)
        before = decisions.row_of(connection, table, key) if undoable else None
        if scope.role == "enterprise" and table == "enterprises":
            raise NotYours("http.not_your_row")
        if not writing.remove(connection, table, key):
            raise Conflict("usecase.built_in_row", table=TABLES[table].label, key=key)
        audit.note(connection, account.name, "delete", f"{table}/{key}")
        if undoable:
            decisions.keep(connection, account.name, table, key, before)


def _writer(store: Store, account: Account, table: str) -> Scope:
    from api.store.scope import may_write

    if not may_write(table, account.role):
        raise NotYours("http.not_your_row")
    return scope_of(store, account)


def _seen(connection: Connection, table: str, key: str, scope: Scope) -> dict[str, Value]:
    from api.store import rows

    found = rows.one(connection, table, key, scope)
    if found is None:
        raise NotThere("http.no_such_row", key=key[:200])
    return found


def _matched(
    connection: Connection, table: str, key: str, scope: Scope, if_match: str | None, *,
    needed: bool,
) -> dict[str, Value]:  # fmt: skip
    """The row as it stands, which the account may change and has read in this state."""
    from api.store import rows

    before, own = rows.one_and_whose(connection, table, key, scope)
    if before is None:
        raise NotThere("http.no_such_row", key=key[:200])
    if not own:
        raise NotYours("http.not_your_row")
    etags.check(if_match, _shown(table, scope, key, before).etag, needed=needed)
    return before


def _whole(
    table: str, scope: Scope, before: Mapping[str, Value], body: Mapping[str, object]
) -> dict[str, object]:
    """The body with every column: those not given are empty, those of the key as they were."""
    from api.store import rows

    spec = TABLES[table]
    hidden = set(rows.hidden(table, scope))
    known = {*before, *spec.names}
    kept = {name: plain(before.get(name)) for name in spec.key if name not in body}
    empty = {name: None for name in sorted(known - hidden) if name not in body}
    ordered = {**empty, **kept, **body}
    return {name: ordered[name] for name in [*spec.key, *(n for n in ordered if n not in spec.key)]}


def _read(
    store: Store, connection: Connection, table: str, scope: Scope, body: Mapping[str, object]
) -> Table:
    from api.store import rows

    seen = partial(rows.keys_among, connection, scope=scope)
    found = row_body.read(table, body, row_body.SeenReferences(store, seen))
    for name in rows.hidden(table, scope):  # asked of what was read: a column has many spellings
        if name in found.columns:
            raise NotYours("http.staff_column", column=name)
    return found


def _write(
    connection: Connection, account: Account, scope: Scope, read: Table, key: str, action: Action,
    changed: Sequence[str], *, undoable: bool = False,
) -> Shown:  # fmt: skip
    """Store the row; if it is then not the account's, nothing has happened."""
    from api.store import audit, decisions, rows, writing

    before = decisions.row_of(connection, read.name, key) if undoable else None
    writing.write(connection, [read])
    found, own = rows.one_and_whose(connection, read.name, key, scope)
    if found is None or not own:
        raise NotYours("http.not_your_row")
    audit.note(connection, account.name, action, f"{read.name}/{key}", {"columns": list(changed)})
    if undoable:
        decisions.keep(connection, account.name, read.name, key, before)
    return _shown(read.name, scope, key, found)


def _filter(store: Store, table: str, scope: Scope, name: str, value: str) -> tuple[Any, Value]:
    from api.store import rows
    from features.cells import CellProblem, CellReader
    from features.industries import Industries

    spec = TABLES[table]
    hidden = set(rows.hidden(table, scope))
    if name not in spec.names or name in hidden:
        columns = [column for column in spec.names if column not in hidden]
        near = naming.meant(name, [*PAGING, *columns])
        listed = ", ".join(columns)
        raise UsageError("http.no_such_filter", column=name[:64], columns=listed, near=near)
    column = spec.column(name)
    if not value:
        return column, None
    if column.kind in ("texts", "text", "id", "ids"):
        return column, value
    try:
        regions = naming.regions_of(store)
        read, _ = CellReader(table, column, regions, Industries.built_in()).read(value)
    except CellProblem:
        raise UsageError("http.bad_filter", column=name, value=value[:64]) from None
    return column, read[0] if isinstance(read, tuple) and read else read  # type: ignore[return-value]


def outcome_key(enterprise: str, resource: str, day: str) -> str:
    """The key of an outcome."""
    from api.store.cells import row_key

    return row_key(TABLES["outcomes"], [enterprise, resource, day])


def plain(value: Value) -> object:
    """A value as JSON has it; import and :func:`replace` read it back."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [f"{v[0]}={v[1]:.15g}" if isinstance(v, tuple) else v for v in value]
    return value


def _shown(table: str, scope: Scope, key: str, row: Mapping[str, Value]) -> Shown:
    from api.store import rows

    hidden = set(rows.hidden(table, scope))
    shown = {name: plain(value) for name, value in row.items() if name not in hidden}
    return Shown(key, shown, etags.etag_of(shown))


def _covered(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _uncovered(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError:
        raise UsageError("http.bad_cursor") from None
    if "\0" in key:  # no row has it, and a database server refuses to be asked
        raise UsageError("http.bad_cursor")
    return key
