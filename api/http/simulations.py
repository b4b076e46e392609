"""Simulations of a planner's scenario, as jobs."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import Body, Query, Request, Response

from api import jobs
from api.http import negotiation
from api.http.days import Day
from api.http.job_answers import SUBMITTED, accepted, file_of, of_kind
from api.http.routing import PLANNERS, Routes, Signed, StoreOf
from api.reports.simulation_names import ALLOCATION, NAMES

ROUTES = Routes("simulations")

_SCENARIO = "scenario.json"
File = Literal[NAMES]  # type: ignore[valid-type]


@ROUTES.post("/simulations", roles=PLANNERS, status_code=202, responses=SUBMITTED)
async def simulate(
    request: Request,
    store: StoreOf,
    account: Signed,
    scenario: Annotated[dict[str, Any], Body(examples=[{"name": "baseline", "seed": 7}])],
    as_of: Annotated[Day | None, Query(description="default: today")] = None,
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
    return of_kind(store, job_id, account, "simulation").as_dict()


@ROUTES.get(
    "/simulations/{job_id}/allocation", roles=PLANNERS,
    responses=negotiation.answers("The plan", "csv"),
)  # fmt: skip
def allocation(job_id: str, store: StoreOf, account: Signed) -> Response:
    """The plan of a simulation that is done, enterprise by enterprise (CSV)."""
    return file_of(of_kind(store, job_id, account, "simulation"), ALLOCATION)


@ROUTES.get(
    "/simulations/{job_id}/files/{name}", roles=PLANNERS,
    responses=negotiation.answers("The file", "json", "csv", "html"),
)  # fmt: skip
def file(job_id: str, name: File, store: StoreOf, account: Signed) -> Response:
    """A file of a simulation that is done: its summary, tables, and the report to hand on."""
    return file_of(of_kind(store, job_id, account, "simulation"), name)
