"""Match lists over HTTP, each logged under who asked, and what people say of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from api import reports, settings
from api.accounts import Account
from api.errors import UsageError
from api.http import negotiation
from api.http.days import Day
from api.http.problems import language_of
from api.http.routing import PLAIN, SIGNED_IN, STAFF, Routes, Signed, StoreOf
from api.reports import Provenance
from api.store import Store, audit
from api.usecases import match, seen_lists, table_rows
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


class Feedback(BaseModel):
    """What became of a list, or of one match on it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"candidate_id": "R-0001", "verdict": "unfit", "reason": "电力不足"}
        },
    )
    verdict: Literal["opened", "contacted", "not_now", "unfit"]
    candidate_id: str | None = Field(None, max_length=64)
    reason: str | None = Field(None, max_length=4000, pattern=PLAIN)


@ROUTES.post("/matches/{list_id}/feedback", roles=SIGNED_IN, status_code=201)
def feedback(list_id: str, said: Feedback, store: StoreOf, account: Signed) -> dict[str, Any]:
    """Say what became of a list one was given; ``unfit`` needs a reason."""
    if said.verdict == "unfit" and not (said.reason or "").strip():
        raise UsageError("http.reason_needed")
    with store.connection(writer=True) as connection:
        given = audit.given_to(connection, list_id)
        if given is None or (given[0] != account.name and account.role != "admin"):
            raise NotThere("http.no_such_row", key=list_id[:64])
        if said.candidate_id is not None and said.candidate_id not in given[1]:
            raise NotThere("http.no_such_row", key=said.candidate_id)
        reason = None if said.reason is None else said.reason.strip()
        number = audit.add_feedback(
            connection, account.name, list_id, said.candidate_id, said.verdict, reason
        )
    return {"id": number, "list_id": list_id, **said.model_dump()}
