"""What jobs do: each kind one use case, and the note that it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from api.jobs import questions, queue
from api.jobs.questions import Progress, asker, counted, day_of, given
from api.jobs.queue import end_within
from api.store import Store
from api.store.jobs import Job

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.store.scope import Scope
    from api.usecases.importing import ImportReport
    from api.usecases.train import TrainReport


def run(store: Store, job: Job, holder: str, progress: Progress) -> None:
    """Do a job and note that it is done.

    Raises
    ------
    api.jobs.LostJob
        If the job was given up for lost meanwhile; nothing is stored or put in use then.
    """
    if job.kind in _WORK:
        _WORK[job.kind](store, job, holder, progress)
    else:
        _done(store, job, holder, _ANSWERS[job.kind](store, job, progress))


def _import(store: Store, job: Job, holder: str, progress: Progress) -> None:
    from api.store import audit
    from api.usecases import importing

    progress("checking")
    given_map = job.request.get("map")

    def along(connection: Connection, report: ImportReport) -> None:
        detail = {"tables": sorted(report.counts), "job": job.id}
        audit.note(connection, job.by, "import", "imports", detail)
        end_within(connection, job.id, holder, report.as_dict())

    dry_run = bool(job.request.get("dry_run", False))
    report = importing.run(
        store,
        [given(job, name) for name in job.request["files"]],
        map_file=None if given_map is None else given(job, given_map),
        dry_run=dry_run,
        along=along,
        scope=_scope(store, job) if job.request.get("own_rows") else None,
        reading=counted(progress),
    )
    if dry_run:
        _done(store, job, holder, report.as_dict())


def _scope(store: Store, job: Job) -> Scope:
    """What the account that asked may change, as it is now."""
    from api.usecases import table_rows

    return table_rows.scope_of(store, asker(store, job))


def _train(store: Store, job: Job, holder: str, progress: Progress) -> None:
    from api.usecases import train

    def along(connection: Connection, report: TrainReport) -> None:
        end_within(connection, job.id, holder, report.as_dict())

    force = bool(job.request.get("force", False))
    train.run(store, as_of=day_of(job), force=force, progress=progress, by=job.by, along=along)


def _simulation(store: Store, job: Job, holder: str, progress: Progress) -> None:
    from api.usecases import simulate

    scenario = given(job, job.request["scenario"])
    made = queue.folder(job.id) / "made"
    report = simulate.run(
        store, scenario, out=made, as_of=day_of(job), by=job.by, progress=progress
    )
    found = {name: value for name, value in report.as_dict().items() if name != "out"}
    _done(store, job, holder, found)


def _done(store: Store, job: Job, holder: str, result: dict[str, Any]) -> None:
    queue.sync_made(job.id)
    with store.connection(writer=True) as connection:
        end_within(connection, job.id, holder, result)


_WORK: dict[str, Callable[[Store, Job, str, Progress], None]] = {
    "import": _import, "train": _train, "simulation": _simulation,
}  # fmt: skip
_ANSWERS: dict[str, Callable[[Store, Job, Progress], dict[str, Any]]] = {
    "whatif": questions.whatif, "allocation": questions.allocation,
    "placement": questions.placement, "batch": questions.batch,
    "evaluation": questions.evaluation, "check": questions.check,
    "proposal": questions.proposal,
}  # fmt: skip
