"""Models: trained by a job, listed, another one put in use while people ask."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api import jobs
from api.http.days import Day
from api.http.job_answers import SUBMITTED, accepted
from api.http.routing import ADMINS, STAFF, Routes, Signed, StoreOf
from api.usecases import dates, models

ROUTES = Routes("models")


class Training(BaseModel):
    """What is to be learned from."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"as_of": "2025-06-30", "force": False}}
    )
    as_of: Day | None = Field(None, description="nothing after it is seen; default: today")
    force: StrictBool = Field(
        False, description="put in use even if it is worse than the one in use"
    )


class Choice(BaseModel):
    """Which model is to be in use."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"id": "20250630-0123456789abcdef"}}
    )
    id: str = Field(max_length=100)


@ROUTES.post("/models", roles=ADMINS, status_code=202, responses=SUBMITTED)
async def train(request: Request, asked: Training, store: StoreOf, account: Signed) -> Response:
    """Train a model; it is put in use unless it is worse than the one in use."""
    if asked.as_of is not None:
        await run_in_threadpool(dates.refuse_ahead, store, asked.as_of, "train.ahead")
    wanted = asked.model_dump(mode="json")
    return await accepted(request, store, jobs.submit, "train", wanted, by=account.name, wait=0)


@ROUTES.get("/models", roles=STAFF)
def listed(request: Request) -> dict[str, Any]:
    """Every model, and the one in use."""
    return models.listed(request.app.state.keeper.model())


@ROUTES.put("/models/active", roles=ADMINS)
def put_in_use(request: Request, asked: Choice, store: StoreOf, account: Signed) -> dict[str, Any]:
    """Put a model in use: requests under way end with the one they began with.

    Lists are made ready for it before, so that none waits.
    """
    return models.put_in_use(
        store, asked.id, by=account.name, first=request.app.state.keeper.prepare
    )
