"""All lists of one side at once: jobs with a file as their result."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import File, Form, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api import jobs
from api.http import negotiation
from api.http.days import Day
from api.http.job_answers import SUBMITTED, accepted, file_of, of_kind, uploaded
from api.http.routing import PLANNERS, STAFF, Routes, Signed, StoreOf
from features.schema import PROGRAMMES

ROUTES = Routes("batches")

Side = Literal["enterprises", "resources"]
Format = Literal["csv", "parquet", "jsonl"]
_FILTERS = ("programme", "kind", "cross_pair", "hide_known")


class Batch(BaseModel):
    """Whose lists, and what they are narrowed to."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"side": "enterprises", "top": 20, "format": "csv"}},
    )
    side: Side
    top: int = Field(20, ge=1, le=1000, strict=True)
    cross_pair: Literal["allow", "only", "forbid"] = "allow"
    pairing: str | None = Field(None, max_length=64)
    congestion: Literal["off", "on"] = "off"
    programme: Literal[PROGRAMMES] | None = None  # type: ignore[valid-type]
    kind: str | None = Field(None, max_length=64)
    hide_known: StrictBool = False
    as_of: Day | None = None
    format: Format = "csv"


@ROUTES.post("/batches", roles=PLANNERS, status_code=202, responses=SUBMITTED)
async def make(request: Request, asked: Batch, store: StoreOf, account: Signed) -> Response:
    """The lists of every enterprise or of every resource; the file is fetched once it is made."""
    sent = asked.model_dump(mode="json")
    filters = {name: sent.pop(name) for name in _FILTERS}
    wanted = {**sent, "filters": filters, "congestion": asked.congestion == "on"}
    return await accepted(
        request, store, jobs.submit, "batch", wanted, by=account.name, place="batches"
    )  # fmt: skip


@ROUTES.post("/batches/from-preferences", roles=STAFF, status_code=202, responses=SUBMITTED)
async def make_from_preferences(
    request: Request,
    store: StoreOf,
    account: Signed,
    preferences: Annotated[
        UploadFile, File(description="enterprise_id, resource_id, p_enterprise, p_resource")
    ],
    side: Annotated[Side, Form()],
    congestion: Annotated[Literal["off", "on"], Form()] = "off",
    examination: Annotated[Literal["fast", "slow"], Form()] = "fast",
    top: Annotated[int, Form(ge=1, le=1000)] = 20,
    format: Annotated[Format, Form()] = "csv",
) -> Response:
    """Lists from one's own table of wishes; nothing of it stays once the job has ended."""
    names, given = uploaded(preferences=preferences)
    wanted = {
        **names, "side": side, "congestion": congestion == "on", "examination": examination,
        "top": top, "format": format,
    }  # fmt: skip
    return await accepted(
        request, store, jobs.submit, "batch", wanted, by=account.name, files=given, place="batches"
    )


@ROUTES.get("/batches/{job_id}", roles=STAFF)
def told(job_id: str, store: StoreOf, account: Signed) -> dict[str, Any]:
    """How far a batch is, and what it came to once it is done."""
    return of_kind(store, job_id, account, "batch").as_dict()


@ROUTES.get(
    "/batches/{job_id}/lists", roles=STAFF,
    responses={200: negotiation.answers("The lists", "csv", "parquet", "jsonl")[200]},
)  # fmt: skip
def lists(job_id: str, store: StoreOf, account: Signed) -> Response:
    """The lists of a batch that is done, in the format it was asked for in."""
    job = of_kind(store, job_id, account, "batch")
    return file_of(job, f"lists.{job.request['format']}")
