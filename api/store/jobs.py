"""Rows of the jobs: asked for, held by one process at a time, ended once."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    case,
    cast,
    delete,
    func,
    insert,
    null,
    select,
    type_coerce,
    update,
)

from api import settings
from api.store import job_words
from api.store.layout import JOBS
from features.language import Text

WAITING, RUNNING, DONE, FAILED = STATES = ("waiting", "running", "done", "failed")


@dataclass(frozen=True)
class Job:
    """Long work that was asked for.

    Attributes
    ----------
    kind : str
        What is to be done, one of :data:`api.jobs.KINDS`.
    by : str
        Name of the account that asked.
    state : str
        ``waiting``, ``running``, ``done`` or ``failed``; the last two are for good.
    request : dict
        What was asked for.
    progress : str or None
        Name of the step it is at.
    result : dict or None
        What it came to; of a job that is done.
    error : dict or None
        ``code`` and ``message`` in both languages; of a job that failed.
    """

    id: str
    kind: str
    by: str
    state: str
    request: dict[str, Any]
    submitted_at: str
    started_at: str | None
    ended_at: str | None
    progress: str | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None

    @property
    def ended(self) -> bool:
        """Whether it is done or failed, and so will not change again."""
        return self.state in (DONE, FAILED)

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled; its state is ``failed`` then."""
        return self.state == FAILED and (self.error or {}).get("code") == job_words.CANCELLED

    @property
    def said(self) -> Text:
        """Where it stands, in words."""
        code = (self.error or {}).get("code")
        return job_words.said(self.kind, self.state, self.progress, code)

    def as_dict(self) -> dict[str, object]:
        """The job as a JSON object."""
        return {
            "id": self.id, "kind": self.kind, "by": self.by, "state": self.state,
            "submitted_at": self.submitted_at, "started_at": self.started_at,
            "ended_at": self.ended_at, "progress": self.progress, "said": self.said,
            "result": self.result, "error": self.error,
        }  # fmt: skip


def add(connection: Connection, key: str, kind: str, by: str, request: Mapping[str, object]) -> Job:
    """Add a job that waits for somebody to take it."""
    asked = json.dumps(request, ensure_ascii=False, sort_keys=True)
    cells = {"id": key, "kind": kind, "by": by, "request": asked}
    connection.execute(insert(JOBS).values(**cells, state=WAITING, submitted_at=settings.stamp()))
    added = found(connection, key)
    assert added is not None
    return added


def found(connection: Connection, key: str) -> Job | None:
    """A job by its id."""
    row = connection.execute(select(JOBS).where(JOBS.c.id == key)).first()
    return None if row is None else _job(row)


def every(
    connection: Connection, *, by: str | None = None, kind: str | None = None,
    state: str | None = None, before: str | None = None, newest: int | None = None,
    results: bool = True,
) -> list[Job]:  # fmt: skip
    """All jobs, or those that one account asked for, of one kind or state; oldest first.

    Parameters
    ----------
    before : str, optional
        Only those asked for before the job of this id.
    newest : int, optional
        Only so many, those asked for last.
    results : bool
        Whether what they came to is read too: of one job that may be megabytes.
    """
    told = JOBS.c if results else [c for c in JOBS.c if c.name != "result"]
    statement = select(*told, *(() if results else (null().label("result"),)))
    statement = statement.order_by(JOBS.c.id.desc()).limit(newest)
    for column, wanted in ((JOBS.c.by, by), (JOBS.c.kind, kind), (JOBS.c.state, state)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if before is not None:
        statement = statement.where(JOBS.c.id < before)
    return [_job(row) for row in connection.execute(statement)][::-1]


def parts(
    connection: Connection, keys: Sequence[str], *paths: tuple[str | int, ...]
) -> dict[str, tuple[str | None, ...]]:
    """Parts of what jobs came to, as text, without reading all of it; None where there is none.

    Parameters
    ----------
    paths : tuple of names and places
        Where each part stands in the result.
    """
    whole = JOBS.c.result
    read = (
        cast(whole, JSON) if connection.dialect.name == "postgresql" else type_coerce(whole, JSON)
    )
    wanted = [read[path].as_string() for path in paths]
    rows = connection.execute(select(JOBS.c.id, *wanted).where(JOBS.c.id.in_(keys)))
    return {
        str(row[0]): tuple(None if part is None else str(part) for part in row[1:]) for row in rows
    }


def counted(connection: Connection) -> dict[str, int]:
    """How many jobs are in each state, those with none included."""
    rows = connection.execute(select(JOBS.c.state, func.count()).group_by(JOBS.c.state))
    return dict.fromkeys(STATES, 0) | {str(state): int(count) for state, count in rows}


def open_ones(connection: Connection) -> list[tuple[str, str, str | None, int | None]]:
    """Id, state, holder and end of the lease of every job not ended, oldest first."""
    statement = (
        select(JOBS.c.id, JOBS.c.state, JOBS.c.holder, JOBS.c.lease_until)
        .where(JOBS.c.state.in_((WAITING, RUNNING)))
        .order_by(JOBS.c.id)
    )
    return [(str(r[0]), str(r[1]), r[2], r[3]) for r in connection.execute(statement)]


def next_waiting(connection: Connection) -> str | None:
    """The job to be taken next: the oldest of the account of which fewest run.

    Of accounts alike in that, the one that waits longest for its turn, so that one who asks for
    much does not keep others waiting until all of it is done.
    """
    waits, runs = JOBS.c.state == WAITING, JOBS.c.state == RUNNING
    first = func.min(case((waits, JOBS.c.id)))
    statement = (
        select(first, func.sum(case((runs, 1), else_=0)), func.max(JOBS.c.started_at))
        .where(JOBS.c.by.in_(select(JOBS.c.by).where(waits)))
        .group_by(JOBS.c.by)
    )
    accounts = [(int(run), served or "", str(key)) for key, run, served in
                connection.execute(statement)]  # fmt: skip
    return min(accounts)[2] if accounts else None


def take(connection: Connection, key: str, holder: str, until: int) -> bool:
    """Let a holder have a waiting job until a second of the epoch; whether it is his now."""
    taken = connection.execute(
        update(JOBS)
        .where(JOBS.c.id == key, JOBS.c.state == WAITING)
        .values(state=RUNNING, started_at=settings.stamp(), holder=holder, lease_until=until)
    )
    return taken.rowcount == 1


def hold(connection: Connection, key: str, holder: str, until: int, progress: str | None) -> bool:
    """Prolong a lease and say how far the work is; whether the job is still the holder's."""
    held = connection.execute(
        update(JOBS).where(*_held(key, holder)).values(lease_until=until, progress=progress)
    )
    return held.rowcount == 1


def end(
    connection: Connection,
    key: str,
    holder: str,
    *,
    result: Mapping[str, object] | None = None,
    error: Mapping[str, object] | None = None,
) -> bool:
    """End a running job, as failed where there is an error; whether it was still the holder's."""
    ended = connection.execute(
        update(JOBS)
        .where(*_held(key, holder))
        .values(
            state=DONE if error is None else FAILED,
            ended_at=settings.stamp(),
            result=_json(result),
            error=_json(error),
            lease_until=None,
        )
    )
    return ended.rowcount == 1


def cancel(connection: Connection, key: str, error: Mapping[str, object]) -> bool:
    """Fail a job that waits or runs, whoever holds it; whether it had not ended."""
    cancelled = connection.execute(
        update(JOBS)
        .where(JOBS.c.id == key, JOBS.c.state.in_((WAITING, RUNNING)))
        .values(state=FAILED, ended_at=settings.stamp(), error=_json(error), lease_until=None)
    )
    return cancelled.rowcount == 1


def remove(connection: Connection, key: str) -> None:
    """Let go of a job that has ended, and of what it came to."""
    connection.execute(delete(JOBS).where(JOBS.c.id == key, JOBS.c.state.in_((DONE, FAILED))))


def ended_before(connection: Connection, stamp: str, most: int = 500) -> list[str]:
    """Ids of jobs that ended before a moment (UTC stamp), the oldest first."""
    statement = select(JOBS.c.id).where(JOBS.c.state.in_((DONE, FAILED)), JOBS.c.ended_at < stamp)
    statement = statement.order_by(JOBS.c.id).limit(most)
    return [str(key) for key in connection.execute(statement).scalars()]


def open_of(connection: Connection, by: str, kinds: Collection[str] | None = None) -> int:
    """How many jobs of an account have not ended: all, or those of some kinds."""
    statement = select(func.count()).select_from(JOBS)
    statement = statement.where(JOBS.c.by == by, JOBS.c.state.in_((WAITING, RUNNING)))
    if kinds is not None:
        statement = statement.where(JOBS.c.kind.in_(kinds))
    return int(connection.execute(statement).scalar_one())


def keep_of_request(connection: Connection, key: str, more: Mapping[str, object]) -> bool:
    """Add to a job's request, its name for people say; whether there is one.

    In a writer's transaction nobody else adds to it between reading and writing.
    """
    before = connection.execute(select(JOBS.c.request).where(JOBS.c.id == key)).scalar()
    if before is None:
        return False
    request = {**json.loads(before), **more}
    connection.execute(update(JOBS).where(JOBS.c.id == key).values(request=_json(request)))
    return True


def fail_lost(
    connection: Connection, lost: Callable[[str, int], bool], error: Mapping[str, object]
) -> list[str]:
    """Fail every running job whose holder is lost; returns their ids.

    Parameters
    ----------
    lost : callable
        Told a holder and the end of its lease.
    """
    gone = [
        (key, holder)
        for key, state, holder, until in open_ones(connection)
        if state == RUNNING and lost(holder or "", until or 0)
    ]
    return [key for key, holder in gone if end(connection, key, holder or "", error=error)]


def _held(key: str, holder: str) -> tuple[Any, ...]:
    return JOBS.c.id == key, JOBS.c.state == RUNNING, JOBS.c.holder == holder


def _json(value: Mapping[str, object] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, allow_nan=False)


def _job(row: Any) -> Job:
    return Job(
        row.id, row.kind, row.by, row.state, json.loads(row.request),
        row.submitted_at, row.started_at, row.ended_at, row.progress,
        None if row.result is None else json.loads(row.result),
        None if row.error is None else json.loads(row.error),
    )  # fmt: skip
