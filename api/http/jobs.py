"""Long work: imports and what became of any job."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import File, Query, Request, Response, UploadFile

from api import jobs
from api.errors import UsageError
from api.http.job_answers import SUBMITTED, accepted, contents, own_job
from api.http.routing import ADMINS, SIGNED_IN, Routes, Signed, StoreOf

ROUTES = Routes("jobs")

Kind = Literal["import", "train", "simulation", "whatif", "allocation", "placement", "batch",
               "evaluation", "check", "proposal"]  # fmt: skip


@ROUTES.get("/jobs", roles=SIGNED_IN)
def listed(
    store: StoreOf,
    account: Signed,
    kind: Kind | None = None,
    state: Literal["waiting", "running", "done", "failed"] | None = None,
    cursor: Annotated[str | None, Query(max_length=64, pattern="^[0-9a-f]*$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The jobs that the caller asked for, of an administrator all, page by page, newest first."""
    by = None if account.role == "admin" else account.name
    found = jobs.listed(
        store, by=by, kind=kind, state=state, before=cursor, newest=limit + 1, results=False
    )[::-1]
    shown = found[:limit]
    return {
        "jobs": [job.as_dict() for job in shown],
        "next": shown[-1].id if len(found) > limit else None,
    }


@ROUTES.get("/jobs/{job_id}", roles=SIGNED_IN)
def told(job_id: str, store: StoreOf, account: Signed) -> dict[str, Any]:
    """One job: its state, the step it is at, what it came to or why it failed."""
    return own_job(store, job_id, account.name, account.role).as_dict()


@ROUTES.delete("/jobs/{job_id}", roles=SIGNED_IN, status_code=204)
def end_or_forget(
    job_id: str, store: StoreOf, account: Signed,
    cancel: Annotated[bool, Query(description="only cancel: 409 if it has ended")] = False,
) -> Response:  # fmt: skip
    """Cancel a job that waits or runs; forget one that has ended, with all it came to.

    A job that ends while it is being cancelled is kept, and that is told (409).
    """
    job = own_job(store, job_id, account.name, account.role)
    jobs.end_or_forget(store, job.id, account.name, only_cancel=cancel or not job.ended)
    return Response(status_code=204)


@ROUTES.post("/imports", roles=ADMINS, status_code=202, responses=SUBMITTED)
async def import_files(
    request: Request,
    store: StoreOf,
    account: Signed,
    files: Annotated[list[UploadFile], File(description="enterprises.csv, resources.xlsx, …")],
    map: Annotated[UploadFile | None, File(description="where in the one file what is")] = None,
    as_dry_run: Annotated[bool, Query(alias="dry_run")] = False,
) -> Response:
    """Import files as one batch, all or nothing; 422 with the row report where it is known soon."""
    given = contents(files)
    asked: dict[str, Any] = {"files": sorted(given), "dry_run": as_dry_run}
    if map is not None:
        if len(given) != 1:
            raise UsageError("usecase.one_file_a_map", count=len(given))
        given |= {f"map-{name}": stream for name, stream in contents([map]).items()}
        asked["map"] = next(name for name in given if name not in asked["files"])
    return await accepted(
        request, store, jobs.submit, "import", asked, by=account.name, files=given
    )
