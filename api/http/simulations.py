"""Simulations of a planner's scenario, as jobs."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from fastapi import Body, Query, Request, Response
from fastapi.responses import FileResponse

from api import jobs
from api.http.jobs import SUBMITTED, accepted, own_job
from api.http.routing import PLANNERS, Routes, Signed, StoreOf
from api.store import Store
from api.usecases.row_errors import Conflict, NotThere

ROUTES = Routes("simulations")

_SCENARIO = "scenario.json"


@ROUTES.post("/simulations", roles=PLANNERS, status_code=202, responses=SUBMITTED)
async def simulate(
    request: Request,
    store: StoreOf,
    account: Signed,
    scenario: Annotated[dict[str, Any], Body(examples=[{"name": "baseline", "seed": 7}])],
    as_of: Annotated[date | None, Query(description="default: today")] = None,
) -> Response:
    """Simulate a scenario (see docs/scenario.md); 422 with all that is wrong with it."""
    asked = {"scenario": _SCENARIO, "as_of": None if as_of is None else as_of.isoformat()}
    content = json.dumps(scenario, ensure_ascii=False).encode("utf-8", "replace")
    return await accepted(
        request, store, jobs.submit, "simulation", asked,
        by=account.name, files={_SCENARIO: content}, place="simulations",
    )  # fmt: skip


@ROUTES.get("/simulations/{job_id}", roles=PLANNERS)
def told(job_id: str, store: StoreOf, account: Signed) -> dict[str, Any]:
    """One simulation: how far it is, and its figures once it is done."""
    return _simulation(store, job_id, account.name, account.role).as_dict()


@ROUTES.get(
    "/simulations/{job_id}/allocation", roles=PLANNERS, response_class=FileResponse,
    responses={200: {"content": {"text/csv": {}}}, 409: {"description": "Not done"}},
)  # fmt: skip
def allocation(job_id: str, store: StoreOf, account: Signed) -> Response:
    """The plan of a simulation that is done, enterprise by enterprise (CSV)."""
    job = _simulation(store, job_id, account.name, account.role)
    file = jobs.folder(job.id) / "made" / "allocation.csv"
    if job.state != "done":
        raise Conflict("http.simulation_not_done", id=job.id)
    if not file.is_file():
        raise NotThere("jobs.unknown", id=job.id)
    return FileResponse(file, media_type="text/csv; charset=utf-8", filename="allocation.csv")


def _simulation(store: Store, key: str, name: str, role: str) -> jobs.Job:
    job = own_job(store, key, name, role)
    if job.kind != "simulation":
        raise NotThere("jobs.unknown", id=key)
    return job
