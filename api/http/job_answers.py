"""A job over HTTP: the files that come with it, the answer 202, and what its asker may fetch."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from fastapi import Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse

from api import jobs
from api.accounts import Account
from api.errors import UsageError
from api.http import negotiation
from api.http.places import PLACES
from api.http.problems import language_of, problem
from api.http.routing import API
from api.store import Store
from api.usecases.file_names import plain
from api.usecases.row_errors import Conflict, NotThere

SUBMITTED: dict[int | str, dict[str, Any]] = {
    202: {"description": "A job; Location is where to ask for it"}
}
_LONGEST_WAIT = 30.0
_WAIT_SECONDS = 10.0
"""How long a request waits to tell at once what is wrong, unless it says ``Prefer: wait=``."""
_MOST_FILES = 100


def own_job(store: Store, key: str, name: str, role: str) -> jobs.Job:
    """A job of the caller's.

    Raises
    ------
    NotThere
        If there is none of this id, or it is somebody else's.
    """
    # NUL cannot be asked of PostgreSQL; no id has other letters.
    if re.fullmatch("[0-9a-f]{32}", key):
        try:
            job = jobs.found(store, key)
        except jobs.NoSuchJob:
            pass
        else:
            if role == "admin" or job.by == name:
                return job
    raise NotThere("jobs.unknown", id=key[:40])


def of_kind(store: Store, key: str, account: Account, kind: str) -> jobs.Job:
    """A job of the caller's that is of a kind.

    Raises
    ------
    NotThere
        If there is none of this id, it is another's, or of another kind.
    """
    job = own_job(store, key, account.name, account.role)
    if job.kind != kind:
        raise NotThere("jobs.unknown", id=key[:40])
    return job


def file_of(job: jobs.Job, name: str) -> Response:
    """A file that a job made.

    Raises
    ------
    Conflict
        If the job is not done.
    NotThere
        If it made none of that name.
    """
    if job.state != "done":
        raise Conflict("http.job_not_done", id=job.id)
    file = jobs.folder(job.id) / "made" / name
    if not file.is_file():
        raise NotThere("jobs.unknown", id=job.id)
    form = file.suffix.removeprefix(".")
    return FileResponse(file, media_type=negotiation.media_type(form), filename=name)


def contents(files: list[UploadFile]) -> dict[str, BinaryIO]:
    """A stream of each file by its name, without the folders a browser may send along.

    What is larger than a megabyte lies on the disk already and is never in memory whole.
    """
    if len(files) > _MOST_FILES:
        raise UsageError("http.too_many_files", most=_MOST_FILES)
    found: dict[str, BinaryIO] = {}
    for file in files:
        name = plain(file.filename or "")
        if name in found:
            raise UsageError("http.file_sent_twice", name=name)
        found[name] = file.file
    return found


def uploaded(**files: UploadFile | None) -> tuple[dict[str, str], dict[str, BinaryIO]]:
    """The name of each file by the field it came in, and a stream of it by its name.

    Raises
    ------
    UsageError
        If a file's name cannot be kept, or two have the same.
    """
    sent = {field: file for field, file in files.items() if file is not None}
    given = contents(list(sent.values()))
    return dict(zip(sent, given, strict=True)), given


async def accepted(
    request: Request,
    store: Store,
    submit: Callable[..., jobs.Job],
    kind: str,
    asked: Mapping[str, object],
    *,
    wait: float = _WAIT_SECONDS,
    place: str = "jobs",
    **more: Any,
) -> Response:
    """Ask for a job and answer 202, or 422 where it is soon known to be at fault.

    Parameters
    ----------
    wait : float
        Seconds to wait for it, unless the request says ``Prefer: wait=SECONDS`` (RFC 7240).
    place : str
        Under which path the job is asked for.
    """
    # Half a surrogate pair, which JSON can write, is no text for a database or an answer.
    written = json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")
    job = await PLACES["write"].run(submit, store, kind, json.loads(written), **more)
    prefer = re.search(r"\bwait=(\d{1,6})", request.headers.get("prefer", "")[:200])
    headers = {"Location": f"{API}/{place}/{job.id}"}
    if prefer:
        wait = min(_LONGEST_WAIT, float(prefer[1]))
        headers["Preference-Applied"] = f"wait={wait:.0f}"
    job = await _awaited(store, job, wait)
    error = job.error or {}
    if "findings" in error or error.get("refused"):
        told = {name: error[name] for name in ("findings", "total") if name in error}
        language = language_of(request)
        code = "findings" if "findings" in error else error["code"]
        return problem(422, code, error["message"], language, job=job.id, **told)
    return JSONResponse(job.as_dict(), 202, headers)


async def _awaited(store: Store, job: jobs.Job, wait: float) -> jobs.Job:
    clock = asyncio.get_running_loop()
    until, pause = clock.time() + wait, 0.05
    while not job.ended and clock.time() < until:
        await asyncio.sleep(pause)
        pause = min(2 * pause, 0.5)
        job = await run_in_threadpool(jobs.found, store, job.id)
    return job
