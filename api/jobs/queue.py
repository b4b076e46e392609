"""Jobs asked for, taken, kept, ended: each step one transaction."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from api import settings
from api.errors import UserError
from api.jobs import holder as holders
from api.store import Store
from api.store.address import BUSY_SECONDS
from api.store.jobs import Job
from features.durable import sync_folder, sync_tree
from features.language import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

KINDS = (
    "import", "train", "simulation", "whatif", "allocation", "placement", "batch", "evaluation",
    "check", "proposal",
)  # fmt: skip
"""What a job can do; see :mod:`api.jobs.work`."""

MOST_OPEN = 100
"""Most jobs of one account that wait or run; the next is refused."""
LONG = ("train", "simulation", "allocation", "placement", "batch", "evaluation")
"""What takes minutes on a large store."""
MOST_LONG = 10
"""Most jobs of these kinds, likewise."""

LEASE_SECONDS = round(4 * BUSY_SECONDS)
"""A holder on another machine that was not heard of for so long has lost its job: far longer than
it may have to wait for its turn to write that it is there."""

_PART = 1 << 20
"""Bytes of an upload that are held at a time."""

Given = bytes | Path | BinaryIO

_MARK = "store"
"""File in the folder of a job that holds the word of the store whose job it is."""

_UNOWNED_SECONDS = 3600
"""Files whose job was never stored are swept away after so long: the request was cut off."""


class NoSuchJob(UserError):
    """No job has this id."""


class TooManyJobs(UserError):
    """An account has as many jobs waiting as it may; ``seconds`` until it is worth trying again."""

    seconds = 30


class EndedAlready(UserError):
    """A job that was to be cancelled has ended; nothing of it is undone or forgotten."""


class LostJob(UserError):
    """The job is not this holder's any more: what it wanted to store is not stored."""


def folder(key: str) -> Path:
    """Where the files of a job are: ``given`` with it, ``made`` by it."""
    return settings.home() / "jobs" / key


def mark(place: Path, word: str) -> None:
    """Say of which store a folder of files of a job is: several may have one home."""
    for part in (place.parent, place):
        settings.private_folder(part)
    (place / _MARK).write_text(word, "utf-8")


def mark_of(place: Path) -> str | None:
    """What :func:`mark` said; None: nothing."""
    try:
        return (place / _MARK).read_text("utf-8")
    except (OSError, ValueError):
        return None


def submit(
    store: Store,
    kind: str,
    request: Mapping[str, object],
    *,
    by: str,
    files: Mapping[str, Given] | None = None,
) -> Job:
    """Ask for a job; when this returns, it is on disk with its files.

    Parameters
    ----------
    by : str
        Name of the account that asks.
    files : mapping, optional
        What the job reads, by name: bytes, or a file or a stream that is copied. They stay where
        they are: whoever is refused still has them.

    Raises
    ------
    TooManyJobs
        If the account has :data:`MOST_OPEN` that have not ended, or so many long ones as
        :data:`MOST_LONG`.
    """
    from api.store import jobs as rows

    if kind not in KINDS:
        raise ValueError(f"no job is called {kind}")
    for name in files or ():
        if name in ("", ".", "..") or {"/", "\\", "\0"} & set(name):
            raise ValueError(f"{name!r} is no name of a file")
    # Ids sort by the time they were made: the first that came is the first that is done.
    key = f"{time.time_ns():016x}{secrets.token_hex(8)}"
    try:
        mark(folder(key), store.word())
        if files:
            _keep(folder(key) / "given", files)
        with store.connection(writer=True) as connection:
            if rows.open_of(connection, by) >= MOST_OPEN:
                raise TooManyJobs("jobs.too_many", most=MOST_OPEN)
            if kind in LONG and rows.open_of(connection, by, LONG) >= MOST_LONG:
                raise TooManyJobs("jobs.too_many_long", most=MOST_LONG)
            return rows.add(connection, key, kind, by, request)
    except BaseException:
        shutil.rmtree(folder(key), ignore_errors=True)
        raise


def _keep(given: Path, files: Mapping[str, Given]) -> None:
    for part in (given.parent.parent, given.parent, given):
        settings.private_folder(part)
    for name, content in files.items():
        target = given / name
        if isinstance(content, bytes):
            target.write_bytes(content)
        elif isinstance(content, Path):
            shutil.copyfile(content, target)
        else:
            with target.open("xb") as out:
                shutil.copyfileobj(content, out, _PART)
    _sync(given)


def sync_made(key: str) -> None:
    """Bring what a job made onto the disk: who hears that it is done can have it for good."""
    made = folder(key) / "made"
    if made.is_dir():
        _sync(made)


def _sync(part: Path) -> None:
    """Bring a folder of a job with its files onto the disk, and the names that lead to it."""
    sync_tree(part)
    for above in list(part.parents)[:3]:  # the job's, that of all jobs, the home
        sync_folder(above)


def found(store: Store, key: str) -> Job:
    """A job by its id.

    Raises
    ------
    NoSuchJob
    """
    from api.store import jobs as rows

    with store.connection() as connection:
        job = rows.found(connection, key)
    if job is None:
        raise NoSuchJob("jobs.unknown", id=key[:40])
    return job


def listed(
    store: Store, *, by: str | None = None, kind: str | None = None, state: str | None = None,
    before: str | None = None, newest: int | None = None, results: bool = True,
) -> list[Job]:  # fmt: skip
    """The jobs, or those that one account asked for: see :func:`api.store.jobs.every`."""
    from api.store import jobs as rows

    with store.connection() as connection:
        return rows.every(
            connection, by=by, kind=kind, state=state, before=before, newest=newest,
            results=results,
        )  # fmt: skip


def states(store: Store) -> dict[str, int]:
    """How many jobs are in each state."""
    from api.store import jobs as rows

    with store.connection() as connection:
        return rows.counted(connection)


def claim(store: Store, holder: str) -> Job | None:
    """Take a job that waits, by turns of those who asked; fails those whose holder is gone.

    Nothing is written, and no writer is kept waiting, where there is nothing to do.
    """
    from api.store import jobs as rows

    now = int(time.time())

    def lost(of: str, until: int) -> bool:
        return holders.lost(of, until, now)

    with store.connection() as connection:
        open_ones = rows.open_ones(connection)
    if not any(s == rows.WAITING or lost(h or "", u or 0) for _, s, h, u in open_ones):
        return None
    with store.connection(writer=True) as connection:
        failed = rows.fail_lost(connection, lost, problem("jobs.interrupted"))
        key = rows.next_waiting(connection)
        if key is not None:
            rows.take(connection, key, holder, now + LEASE_SECONDS)
        job = None if key is None else rows.found(connection, key)
    for gone in failed:
        tidy(gone, failed=True)
    return job


def heartbeat(store: Store, key: str, holder: str, progress: str | None) -> bool:
    """Prolong the lease and say how far the work is; whether the job is still the holder's."""
    from api.store import jobs as rows

    with store.connection(writer=True) as connection:
        return rows.hold(connection, key, holder, int(time.time()) + LEASE_SECONDS, progress)


def end_within(connection: Connection, key: str, holder: str, result: Mapping[str, object]) -> None:
    """Note that a job is done, in the transaction that stores what it did.

    Raises
    ------
    LostJob
        If the job was given up for lost meanwhile; the transaction must not be committed.
    """
    from api.store import jobs as rows

    if not rows.end(connection, key, holder, result=result):
        raise LostJob("jobs.lost")


def fail(store: Store, key: str, holder: str, error: Mapping[str, object]) -> bool:
    """Note that a job failed; whether it was still running and the holder's."""
    from api.store import jobs as rows

    with store.connection(writer=True) as connection:
        return rows.end(connection, key, holder, error=error)


def give_up(store: Store, holder: str, error: Mapping[str, object]) -> list[str]:
    """Fail what a holder has and has not ended, if anything; the ids."""
    from api.store import jobs as rows

    with store.connection(writer=True) as connection:
        return rows.fail_lost(connection, lambda of, until: of == holder, error)


def end_or_forget(store: Store, key: str, by: str, *, only_cancel: bool = False) -> None:
    """Cancel a job that waits or runs; forget one that has ended, with what it came to.

    Whoever does a job that was cancelled finds out (:mod:`api.jobs.runner`) and stops; nothing of
    it is stored, for that asks whose the job is.

    Parameters
    ----------
    only_cancel : bool
        Whether whoever asks takes the job for one that has not ended.

    Raises
    ------
    EndedAlready
        If it is only to be cancelled, and has ended.
    """
    from api.store import audit
    from api.store import jobs as rows

    with store.connection(writer=True) as connection:
        ended = not rows.cancel(connection, key, problem("jobs.cancelled"))
        if ended and only_cancel:
            raise EndedAlready("jobs.ended_already", id=key)
        if ended:
            rows.remove(connection, key)
        audit.note(connection, by, "delete" if ended else "cancel", f"jobs/{key}")
    tidy(key, failed=True)


def expire(store: Store, days: int) -> int:
    """Forget the jobs that ended longer ago, with all they came to; how many there were.

    Parameters
    ----------
    days : int
        0: none is ever too old.
    """
    from api.store import audit
    from api.store import jobs as rows

    if not days:
        return 0
    before = (settings.now() - timedelta(days=days)).strftime(settings.STAMP)
    with store.connection() as connection:
        old = rows.ended_before(connection, before)
    if old:
        with store.connection(writer=True) as connection:
            for key in old:
                rows.remove(connection, key)
            audit.note(connection, audit.SERVICE, "expire", "jobs", {"jobs": old})
    for key in old:
        tidy(key, failed=True)
    return len(old)


def problem(code: str, /, **values: object) -> dict[str, object]:
    """What is said of a job that failed: the code, and the message in both languages."""
    return {"code": code, "message": text(code, **values)}


def tidy(key: str, *, failed: bool) -> None:
    """Remove the files a job was given, and if it failed those it made."""
    shutil.rmtree(folder(key) if failed else folder(key) / "given", ignore_errors=True)


def sweep(store: Store) -> None:
    """Remove files whose job has ended, or was never stored as the request was cut off.

    Those of jobs of other stores stay: they are not ours to know.
    """
    root = settings.home() / "jobs"
    if not root.is_dir():
        return
    known = {job.id: job for job in listed(store, results=False)}
    ours = (None, store.word())
    for place in root.iterdir():
        job = known.get(place.name)
        if job is None and mark_of(place) not in ours:
            continue
        if job is not None and job.ended:
            tidy(place.name, failed=job.state == "failed")
        elif job is None and time.time() - place.stat().st_mtime > _UNOWNED_SECONDS:
            shutil.rmtree(place, ignore_errors=True)
