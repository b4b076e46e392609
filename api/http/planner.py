"""The planner's questions, each a job: other terms of a place, allocations, placements, evaluation.

What is asked of the store, and what is asked of the caller's own scores (``from-scores``: nothing
of the files stays once the job has ended), come to the same kind of answer.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from api import jobs
from api.http import negotiation
from api.http.days import Day
from api.http.job_answers import SUBMITTED, accepted, file_of, of_kind, uploaded
from api.http.problems import language_of
from api.http.routing import PLAIN, PLANNERS, STAFF, Routes, Signed, StoreOf
from api.jobs.questions import TABLES
from api.jobs.queue import Given
from api.usecases import table_rows

ROUTES = Routes("planner")

_LONGEST = 600.0
"""Most seconds that an allocation may be searched for."""
_ARRIVALS = "arrivals.csv"
Table = Literal[TABLES]  # type: ignore[valid-type]
_TABLES = negotiation.answers("The answer as tables", *TABLES)


_Given = StrictStr | StrictInt | StrictFloat


class Terms(BaseModel):
    """Other terms of a place, values as in an import."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"resource_id": "R-0001", "set": {"land_price_wan_per_mu": "8"}}
        },
    )
    resource_id: str = Field(max_length=64, pattern=PLAIN)
    set: dict[str, _Given | list[_Given]] = Field(max_length=20)
    introductions: int | None = Field(None, ge=1, le=1000, strict=True)
    as_of: Day | None = None


@ROUTES.post("/whatif", roles=STAFF, status_code=202, responses=SUBMITTED)
async def whatif(request: Request, asked: Terms, store: StoreOf, account: Signed) -> Response:
    """What other terms of a place would change: signings, ranks, and from whom they come."""
    await run_in_threadpool(table_rows.one, store, account, "resources", asked.resource_id)
    wanted = asked.model_dump(mode="json", exclude={"set"})
    wanted["terms"] = [
        f"{name}={';'.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in asked.set.items()
    ]
    return await _asked(request, store, account, "whatif", "whatif", wanted)


@ROUTES.get("/whatif/{job_id}", roles=STAFF)
def told_whatif(job_id: str, store: StoreOf, account: Signed) -> dict[str, Any]:
    """How far the question is, and the answer once it is done."""
    return of_kind(store, job_id, account, "whatif").as_dict()


class Allocating(BaseModel):
    """What is to be the largest."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"value": "projects"}})
    value: Literal["investment", "projects", "jobs", "score"] = "investment"
    pairing: str | None = Field(None, max_length=64)
    as_of: Day | None = None
    time_limit: float = Field(60.0, gt=0, le=_LONGEST, strict=True)


@ROUTES.post("/allocations", roles=PLANNERS, status_code=202, responses=SUBMITTED)
async def allocate(
    request: Request, asked: Allocating, store: StoreOf, account: Signed
) -> Response:
    """The best joint allocation under all capacities, with its bound and what is scarce."""
    wanted = asked.model_dump(mode="json")
    return await _asked(request, store, account, "allocation", "allocations", wanted)


@ROUTES.post("/allocations/from-scores", roles=STAFF, status_code=202, responses=SUBMITTED)
async def allocate_scores(
    request: Request,
    store: StoreOf,
    account: Signed,
    scores: Annotated[UploadFile, File(description="enterprise_id, resource_id, score, …")],
    resources: Annotated[UploadFile | None, File(description="what each has")] = None,
    enterprises: Annotated[UploadFile | None, File(description="what each needs")] = None,
    time_limit: Annotated[float, Form(gt=0, le=_LONGEST)] = 60.0,
) -> Response:
    """The same on one's own scores; the ids need not be in the store."""
    names, given = uploaded(scores=scores, resources=resources, enterprises=enterprises)
    wanted = {**names, "time_limit": time_limit}
    return await _asked(request, store, account, "allocation", "allocations", wanted, given)


@ROUTES.get("/allocations/{job_id}", roles=STAFF)
def told_allocation(job_id: str, store: StoreOf, account: Signed) -> dict[str, Any]:
    """How far an allocation is, and its pairs, bound and prices once it is done."""
    return of_kind(store, job_id, account, "allocation").as_dict()


@ROUTES.get("/allocations/{job_id}/table", roles=STAFF, responses=_TABLES)
def allocation_table(
    request: Request, job_id: str, store: StoreOf, account: Signed, format: Table | None = None
) -> Response:
    """An allocation that is done as a file to hand on."""
    form = negotiation.preferred(request, TABLES, format)
    return file_of(of_kind(store, job_id, account, "allocation"), f"allocation.{form}")


class Arrival(BaseModel):
    """An enterprise, and the week of the year in which it comes."""

    model_config = ConfigDict(extra="forbid")
    enterprise_id: str = Field(min_length=1, max_length=64)
    week: int = Field(ge=1, le=53, strict=True)


class Placing(BaseModel):
    """Who comes when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"arrivals": [{"enterprise_id": "E-0001", "week": 12}]}},
    )
    arrivals: list[Arrival] = Field(min_length=1, max_length=5000)
    pairing: str | None = Field(None, max_length=64)
    as_of: Day | None = None


@ROUTES.post("/placements", roles=PLANNERS, status_code=202, responses=SUBMITTED)
async def place(request: Request, asked: Placing, store: StoreOf, account: Signed) -> Response:
    """Where newcomers should go, week by week, with the price of every scarce thing."""
    wanted = {**asked.model_dump(mode="json", exclude={"arrivals"}), "arrivals": _ARRIVALS}
    given = {_ARRIVALS: _csv(asked.arrivals)}
    return await _asked(request, store, account, "placement", "placements", wanted, given)


def _csv(arrivals: list[Arrival]) -> bytes:
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(["enterprise_id", "week"])
    rows.writerows([each.enterprise_id, each.week] for each in arrivals)
    return written.getvalue().encode("utf-8", "replace")


@ROUTES.post("/placements/from-scores", roles=STAFF, status_code=202, responses=SUBMITTED)
async def place_scores(
    request: Request,
    store: StoreOf,
    account: Signed,
    scores: Annotated[UploadFile, File(description="enterprise_id, resource_id, score, …")],
    resources: Annotated[UploadFile, File(description="what each has")],
    arrivals: Annotated[UploadFile, File(description="enterprise_id, week")],
    past: Annotated[UploadFile, File(description="year, week, enterprise_id, resource_id, …")],
) -> Response:
    """The same on one's own scores and earlier years; the ids need not be in the store."""
    names, given = uploaded(scores=scores, resources=resources, arrivals=arrivals, past=past)
    return await _asked(request, store, account, "placement", "placements", names, given)


@ROUTES.get("/placements/{job_id}", roles=STAFF)
def told_placement(job_id: str, store: StoreOf, account: Signed) -> dict[str, Any]:
    """How far a placement is, and who goes where once it is done."""
    return of_kind(store, job_id, account, "placement").as_dict()


@ROUTES.get("/placements/{job_id}/table", roles=STAFF, responses=_TABLES)
def placement_table(
    request: Request, job_id: str, store: StoreOf, account: Signed, format: Table | None = None
) -> Response:
    """A placement that is done as a file to hand on."""
    form = negotiation.preferred(request, TABLES, format)
    return file_of(of_kind(store, job_id, account, "placement"), f"placement.{form}")


class Evaluating(BaseModel):
    """How far the model in use is to be judged."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"learning_curve": False}}
    )
    learning_curve: StrictBool = Field(False, description="also how its like grows with history")


@ROUTES.post("/evaluations", roles=PLANNERS, status_code=202, responses=SUBMITTED)
async def evaluate(
    request: Request, asked: Evaluating, store: StoreOf, account: Signed
) -> Response:
    """How good the model in use is on history it has not seen, beside every baseline."""
    wanted = asked.model_dump(mode="json")
    return await _asked(request, store, account, "evaluation", "evaluations", wanted)


@ROUTES.get("/evaluations/{job_id}", roles=PLANNERS)
def told_evaluation(job_id: str, store: StoreOf, account: Signed) -> dict[str, Any]:
    """How far an evaluation is, and its figures once it is done."""
    return of_kind(store, job_id, account, "evaluation").as_dict()


async def _asked(
    request: Request, store: StoreOf, account: Signed, kind: str, place: str,
    wanted: dict[str, Any], given: Mapping[str, Given] | None = None,
) -> Response:  # fmt: skip
    """The job that answers a question, in the reader's language."""
    asked = {**wanted, "lang": language_of(request)}
    return await accepted(
        request, store, jobs.submit, kind, asked, by=account.name, files=given or {}, place=place
    )
