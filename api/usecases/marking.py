"""What a team decided about a listed enterprise: contacted, not now, unfit; and undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from api.accounts import Account
from api.errors import UsageError
from api.store import Store
from api.store.cells import row_key
from api.usecases import dates, recording, row_writing, table_rows
from api.usecases.naming import row_id
from api.usecases.row_errors import NotThere, Stale
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
    """An enterprise that was set aside for a resource.

    Attributes
    ----------
    until : date or None
        None: for good.
    decision : str
        The decision on a page that made the refusal what it is; "" = none did.
    """

    enterprise: str
    reason: str
    until: date | None
    decision: str


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


def decision(store: Store, by: Account, resource: str, enterprise: str, what: str) -> str:
    """The account's decision about a pair that can still be undone; "" = there is none."""
    table, key = _about(store, resource, enterprise, what)
    return row_writing.decision_of(store, table, key, by=by) or ""


def undo(store: Store, by: Account, resource: str, enterprise: str, what: str, only: str) -> bool:
    """Take a decision back: what stood before it stands again; returns whether there was one.

    Parameters
    ----------
    only : str
        The decision that is meant: sent twice, it is undone once. "" = a refusal that no decision
        on a page made what it is: it is deleted, and kept with the decisions.
    """
    from api.store import decisions

    table, key = _about(store, resource, enterprise, what)
    if only:
        return row_writing.take_back(store, table, key, by=by, only=only)
    if table != "interests":
        return False
    try:
        tag = table_rows.one(store, by, table, key).etag
        with store.connection() as connection:
            if decisions.standing(connection, table, [key]):
                return False
        table_rows.remove(store, by, table, key, if_match=tag, undoable=True)
    except (NotThere, Stale):
        return False
    return True


def _about(store: Store, resource: str, enterprise: str, what: str) -> tuple[str, str]:
    """The table and key of the row that a mark writes."""
    if what == "contacted":
        key: list[Value] = [enterprise, resource, dates.as_of(store)]
        return "outcomes", row_key(TABLES["outcomes"], key)
    return "interests", row_key(TABLES["interests"], ["resource", resource, enterprise, None])


def set_aside(store: Store, resource: str) -> list[Refusal]:
    """The enterprises that the resource's side refused, by id, while the refusal holds."""
    from api.store import decisions, rows
    from api.store.scope import Scope

    today, spec = dates.as_of(store), TABLES["interests"]
    wanted: list[tuple[Column, Value]] = [
        (spec.column("side"), "resource"), (spec.column("id"), resource),
        (spec.column("level"), "no"), (spec.column("event_id"), None),
    ]  # fmt: skip
    with store.connection() as connection:
        held = rows.page(connection, "interests", Scope("admin"), filters=wanted, limit=_MOST)
        made = decisions.standing(connection, "interests", [key for key, _ in held])
    found = []
    for key, row in held:
        until = row.get("until")
        if isinstance(until, date) and until < today:
            continue
        kept = until if isinstance(until, date) else None
        found.append(Refusal(str(row["target"]), str(row.get("reason") or ""), kept,
                             made.get(key, "")))  # fmt: skip
    return sorted(found, key=lambda refusal: refusal.enterprise)
