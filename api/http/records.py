"""Exports, the audit, and the record of the lists handed out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response

from api.http import negotiation
from api.http.days import Day
from api.http.routing import ADMINS, SIGNED_IN, STAFF, Routes, Signed, StoreOf
from api.store import audit, scope
from api.usecases import auditing, exporting

ROUTES = Routes("records")

_FORMS = ("csv", "xlsx")


@ROUTES.get(
    "/exports/{table}", roles=STAFF, responses=negotiation.answers("The table", *_FORMS),
    kind="list",
)  # fmt: skip
def export(
    request: Request,
    table: str,
    store: StoreOf,
    account: Signed,
    format: Literal["csv", "xlsx"] | None = None,
) -> Response:
    """The rows of a table that one may see, as a file that import reads back unchanged."""
    form = negotiation.preferred(request, _FORMS, format)
    name, content = exporting.for_account(store, account, table, form)  # type: ignore[arg-type]
    return negotiation.file(content, form, name)


@ROUTES.get("/audit", roles=ADMINS)
def read_audit(
    store: StoreOf,
    cursor: Annotated[str | None, Query(max_length=64, pattern="^[0-9a-f]*$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    by: Annotated[str | None, Query(max_length=80)] = None,
    action: audit.Action | None = None,
    subject: Annotated[str | None, Query(max_length=200)] = None,
    since: Day | None = None,
    until: Day | None = None,
) -> dict[str, Any]:
    """Who changed what and when, the latest first; never the values themselves."""
    return auditing.page(
        store, by=by, action=action, subject=subject, since=since, until=until, cursor=cursor,
        limit=limit,
    )  # fmt: skip


@ROUTES.get("/lists", roles=SIGNED_IN)
def read_lists(
    store: StoreOf,
    account: Signed,
    cursor: Annotated[str | None, Query(max_length=100, pattern="^[0-9A-Za-z:.-]*$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The lists that were handed out, the latest first: one's own; planners see all."""
    by = scope.lists_of(account.role, account.name)
    with store.connection() as connection:
        rows = audit.lists_given(connection, before=cursor, limit=limit + 1, by=by)
    after = rows[limit - 1] if len(rows) > limit else None
    return {"rows": rows[:limit], "next": f"{after['at']}.{after['id']}" if after else None}
