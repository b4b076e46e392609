"""What a team decided about a listed enterprise: contacted, not now, unfit; and undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from api.accounts import Account
from api.errors import UsageError
from api.store import Store
from api.store.cells import row_key
from api.usecases import dates, recording, row_writing
from api.usecases.naming import row_id
from features.columns import Column
from features.schema import TABLES
from features.tables import Table, Value

Mark = Literal["contacted", "not_now", "unfit"]
MARKS: tuple[Mark, ...] = get_args(Mark)
NOT_NOW_DAYS = 90
"""How long "not now" keeps an enterprise off the list."""
_LONGEST_REASON = 200
_MOST = 1000
"""Most refusals of one resource that are shown."""


@dataclass(frozen=True)
class Refusal:
    """An enterprise that was set aside for a resource; ``until`` None: for good."""

    enterprise: str
    reason: str
    until: date | None


def mark(
    store: Store, by: Account, resource: str, enterprise: str, what: str, *, reason: str = ""
) -> bool:
    """Keep a decision about a pair; returns whether anything is new.

    Parameters
    ----------
    what : str
        ``contacted`` records an outcome of today; ``not_now`` and ``unfit`` are a "no" of the
        resource's side, for :data:`NOT_NOW_DAYS` or for good: the pair is not listed meanwhile.
    reason : str
        Of a "no"; given afterwards it belongs to the decision, and is undone with it.

    Raises
    ------
    UsageError
        If a row or the decision is not known, or the reason is too long.
    """
    enterprise = row_id(store, "enterprises", enterprise)
    if what == "contacted":
        return recording.run(store, enterprise, resource, what, by=by, undoable=True).how != "same"
    if what not in MARKS:
        raise UsageError("marking.no_such_mark", value=what[:50], marks=", ".join(MARKS))
    if len(reason) > _LONGEST_REASON:
        raise UsageError("marking.long_reason", most=_LONGEST_REASON)
    today = dates.as_of(store)
    row: dict[str, Value] = {
        "side": "resource", "id": resource, "target": enterprise, "event_id": None, "level": "no",
        "reason": reason.strip() or None,
        "until": today + timedelta(days=NOT_NOW_DAYS) if what == "not_now" else None,
    }  # fmt: skip
    stored = Table.from_rows("interests", [row])
    completes = "reason" if row["reason"] is not None else None
    how = row_writing.put(store, stored, by=by, action=what, undoable=True, completes=completes)
    return how != "same"


def undo(store: Store, by: Account, resource: str, enterprise: str, what: str) -> bool:
    """Take a decision back: what stood before it stands again; returns whether there was one.

    What nobody decided on a page is taken away: a first contact of today, or the refusal.
    """
    if what == "contacted":
        key: list[Value] = [enterprise, resource, dates.as_of(store)]
        if not _contacted_today(store, key):
            return False
        return _taken_back(store, by, "outcomes", key)
    return _taken_back(store, by, "interests", ["resource", resource, enterprise, None])


def _taken_back(store: Store, by: Account, table: str, key: list[Value]) -> bool:
    return row_writing.take_back(store, table, row_key(TABLES[table], key), by=by)


def _contacted_today(store: Store, key: list[Value]) -> bool:
    """Whether the outcome of the day is still a first contact: what came since is not undone."""
    from api.store import rows
    from api.store.scope import Scope

    with store.connection() as connection:
        row = rows.one(connection, "outcomes", row_key(TABLES["outcomes"], key), Scope("admin"))
    return row is not None and row["stage"] == "contacted"


def set_aside(store: Store, resource: str) -> list[Refusal]:
    """The enterprises that the resource's side refused, by id, while the refusal holds."""
    from api.store import rows
    from api.store.scope import Scope

    today, spec = dates.as_of(store), TABLES["interests"]
    wanted: list[tuple[Column, Value]] = [
        (spec.column("side"), "resource"), (spec.column("id"), resource),
        (spec.column("level"), "no"), (spec.column("event_id"), None),
    ]  # fmt: skip
    with store.connection() as connection:
        held = rows.page(connection, "interests", Scope("admin"), filters=wanted, limit=_MOST)
    found = []
    for _, row in held:
        until = row.get("until")
        if isinstance(until, date) and until < today:
            continue
        kept = until if isinstance(until, date) else None
        found.append(Refusal(str(row["target"]), str(row.get("reason") or ""), kept))
    return sorted(found, key=lambda refusal: refusal.enterprise)
