"""Match lists over HTTP, each logged under who asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api import reports, settings
from api.accounts import Account
from api.errors import UsageError
from api.http import negotiation
from api.http.days import Day
from api.http.problems import language_of
from api.http.routing import STAFF, Routes, Signed, StoreOf
from api.reports import Provenance
from api.store import Store
from api.usecases import list_budget, match, seen_lists, table_rows
from api.usecases.row_errors import NotThere
from features.schema import PROGRAMMES
from matcher.match_list import MatchList

if TYPE_CHECKING:
    from concurrent.futures import Future

ROUTES = Routes("matches")

_Id = Annotated[str | None, Query(max_length=200)]
_OPENS = ("enterprise", "county", "planner", "admin")


_FORMS = ("json", "csv", "xlsx", "docx")


@ROUTES.get("/matches", roles=_OPENS, responses=negotiation.answers("The list", *_FORMS))
async def matches(
    request: Request,
    store: StoreOf,
    account: Signed,
    enterprise_id: _Id = None,
    resource_id: _Id = None,
    region: _Id = None,
    top: Annotated[int, Query(ge=1, le=1000)] = 20,
    cross_pair: Literal["allow", "only", "forbid"] = "allow",
    congestion: Literal["off", "on"] = "off",
    pairing: Annotated[str | None, Query(max_length=64)] = None,
    programme: Literal[PROGRAMMES] | None = None,  # type: ignore[valid-type]
    kind: Annotated[str | None, Query(max_length=64)] = None,
    hide_known: bool = False,
    as_of: Day | None = None,
    format: Literal["json", "csv", "xlsx", "docx"] | None = None,
) -> Response:
    """One list, or with both ids the answer on the pair; its id is in the header X-List-Id.

    X-Rows-Read-At says when the rows were read that the figures rest on. What binds (a refusal, a
    signature, a place taken, a row that is gone) holds from the moment it is stored. A county is
    told stages, wishes and what bars a pair only where either side is its own.
    """
    form = negotiation.preferred(request, _FORMS, format)
    asked = {
        "enterprise": enterprise_id, "resource": resource_id, "region": region, "as_of": as_of,
        "pairing": pairing, "top": top, "congestion": congestion == "on",
        "cross_pair": cross_pair, "programme": programme, "kind": kind, "hide_known": hide_known,
    }  # fmt: skip
    if store.address.file is not None:  # it tells what is written sooner than a thread is found
        found = _written(store, account, form, asked)
    else:
        found = await run_in_threadpool(_written, store, account, form, asked)
    if found is None:
        found = await run_in_threadpool(_made, request, store, account, form, asked)
    answer, logged = found
    await asyncio.wrap_future(logged)  # no thread waits with it
    return answer


def _written(
    store: Store, account: Account, form: str, asked: dict[str, Any]
) -> tuple[Response, Future[None]] | None:
    """A list that was written beforehand, and when it may go out: once it is logged.

    Raises
    ------
    UsageError, NotThere
        If the account may not ask for this list, written or not.
    """
    _allowed(store, account, asked["enterprise"], asked["resource"], asked["region"])
    written = seen_lists.written(store, account, **asked) if form == "json" else None
    if written is None:
        return None
    content = written.content(Provenance(settings.stamp(), account.name))
    entry = written.entry(account.name)
    list_budget.count(store, entry)
    return _answer(content, form, entry.id, written.read_at), store.log_list_soon(entry)


def _made(
    request: Request, store: Store, account: Account, form: str, asked: dict[str, Any]
) -> tuple[Response, Future[None]]:
    """A list that must be made, and when it may go out."""
    answer = seen_lists.run(store, account, **asked)
    made = Provenance(settings.stamp(), account.name)
    render = reports.match_file if isinstance(answer, MatchList) else reports.pair_file
    contacts, language = account.role in STAFF, language_of(request)
    content = render(answer, form, made, language, contacts=contacts)  # type: ignore[arg-type]
    entry = match.log_of(answer, account.name)
    list_budget.count(store, entry)
    return _answer(content, form, entry.id, answer.read_at), store.log_list_soon(entry)


def _answer(content: bytes, form: str, number: str, read_at: str) -> Response:
    headers = {"X-List-Id": number, "Vary": "Accept, Accept-Language"}
    if read_at:
        headers["X-Rows-Read-At"] = read_at
    if form != "json":
        return negotiation.file(content, form, f"matches-{number}", **headers)
    return Response(content, 200, headers, negotiation.media_type(form))


def _allowed(
    store: Store, account: Account, enterprise: str | None, resource: str | None, region: str | None
) -> None:
    """Whose list is asked for must be there for the account; names are not looked up.

    Raises
    ------
    UsageError, NotThere
    """
    asked = [each for each in (enterprise, resource, region) if each is not None]
    pair = enterprise is not None and resource is not None and region is None
    if len(asked) != 1 and not pair:
        raise UsageError("http.which_list")
    if account.role == "enterprise" and enterprise is None:
        # A resource's or a region's list would name other enterprises.
        raise NotThere("http.no_such_row", key=asked[0][:200])
    rows = (("enterprises", enterprise), ("resources", resource))
    table_rows.check_seen(store, account, [(name, key) for name, key in rows if key is not None])
