"""What people say of the lists they were given, over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.http.days import Day
from api.http.routing import API, PLAIN, SIGNED_IN, Routes, Signed, StoreOf
from api.usecases import feedback
from api.usecases.feedback import Verdict

ROUTES = Routes("matches")

_Words = Annotated[str | None, Query(max_length=64)]


class Feedback(BaseModel):
    """What became of a list, or of one match on it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"candidate_id": "R-0001", "verdict": "unfit", "reason": "电力不足"}
        },
    )
    verdict: Verdict
    candidate_id: str | None = Field(None, max_length=64)
    reason: str | None = Field(None, max_length=4000, pattern=PLAIN)


@ROUTES.post("/matches/{list_id}/feedback", roles=SIGNED_IN, status_code=201)
def give(list_id: str, said: Feedback, store: StoreOf, account: Signed) -> JSONResponse:
    """Say what became of a list one was given; ``unfit`` needs a reason."""
    kept = feedback.give(
        store, account, list_id, candidate=said.candidate_id, verdict=said.verdict,
        reason=said.reason,
    )  # fmt: skip
    return JSONResponse(kept, 201, {"Location": f"{API}/feedback/{kept['id']}"})


@ROUTES.get("/feedback", roles=SIGNED_IN)
def read_page(
    store: StoreOf,
    account: Signed,
    by: _Words = None,
    list_id: _Words = None,
    candidate_id: _Words = None,
    verdict: Verdict | None = None,
    since: Day | None = None,
    until: Day | None = None,
    cursor: Annotated[str | None, Query(max_length=64, pattern="^[0-9a-f]*$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What was said of lists, the latest first: what one said oneself; planners see all."""
    return feedback.page(
        store, account, by=by, list_id=list_id, candidate_id=candidate_id, verdict=verdict,
        since=since, until=until, cursor=cursor, limit=limit,
    )  # fmt: skip


@ROUTES.get("/feedback/{feedback_id}", roles=SIGNED_IN)
def read_one(feedback_id: str, store: StoreOf, account: Signed) -> dict[str, Any]:
    """One thing that was said of a list."""
    return feedback.one(store, account, feedback_id)
