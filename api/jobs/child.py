"""The process that does one job: ``python -m api.jobs.child ID HOLDER``.

It lives as long as its standard input stays open, so that nothing goes on when whoever started
it was killed; and it says on a thread of its own that it is alive.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Mapping

from api import parent
from api.jobs import memory, queue, work
from api.log_lines import LOG, log_to_stderr
from api.store import Store
from api.store.errors import DiskFull, StoreError
from api.store.jobs import Job
from features.findings import FindingsError
from features.language import text

BEAT_SECONDS = 2


class _Beat(threading.Thread):
    """Prolongs the lease and tells the step until it is stopped."""

    def __init__(self, store: Store, key: str, holder: str) -> None:
        super().__init__(daemon=True)
        self._store, self._key, self._holder = store, key, holder
        self._stopped = threading.Event()
        self._step: str | None = None

    def tell(self, step: str) -> None:
        """The step that the work is at now."""
        self._step = step

    def run(self) -> None:
        """Until it is stopped."""
        while not self._stopped.wait(BEAT_SECONDS):
            try:
                mine = queue.heartbeat(self._store, self._key, self._holder, self._step)
            except StoreError:
                continue  # a long write or a store that is away for a moment: the lease is longer
            if not mine and not self._stopped.is_set():
                # Ended by the work itself this very moment, or given up for lost: only what is
                # stored in the job's own transaction counts, and that asks whose the job is.
                return

    def stop(self) -> None:
        """No beat begins any more."""
        self._stopped.set()


def error_of(failure: Exception) -> Mapping[str, object]:
    """What is said of a job that failed so; ``refused``: what was asked for was at fault."""
    if isinstance(failure, FindingsError):
        return {
            **queue.problem("jobs.findings", total=failure.total),
            "findings": [finding.as_dict() for finding in failure.findings],
            "total": failure.total,
        }
    if isinstance(failure, StoreError) and failure.exit_status != 2:
        # Whoever asked is not told where the store is, as by any other answer.
        full = isinstance(failure, DiskFull)
        return {"code": failure.code, "message": text(f"http.store_{507 if full else 503}")}
    # Jobs are asked for over HTTP or on a page.
    message = getattr(failure, "over_http", None) or getattr(failure, "message", None)
    if isinstance(message, dict):
        code = str(getattr(failure, "code", "jobs.refused"))
        at_fault = getattr(failure, "exit_status", 2) == 2
        return {"code": code, "message": message, "refused": at_fault}
    return queue.problem("jobs.unforeseen")


def main(key: str, holder: str) -> int:
    """Do the job; exit status 0 if it is done, 1 if it failed."""
    # The one who serves decides when work ends; a Ctrl-C or a stop of the group is told to it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    parent.end_with_it()
    log_to_stderr()
    store = Store.open()
    job = queue.found(store, key)
    beat = _Beat(store, key, holder)
    beat.start()
    try:
        return do(store, job, holder, beat.tell)
    finally:
        beat.stop()


def do(store: Store, job: Job, holder: str, progress: Callable[[str], None]) -> int:
    """Do a job that is the holder's, and note how it ended; the exit status of who does it."""
    most = memory.allowed_mb()
    try:
        with memory.held_to(most):
            work.run(store, job, holder, progress)
    except queue.LostJob:
        return parent.ABANDONED  # the job was given to nobody any more, or to another
    except MemoryError:
        code = "jobs.too_much_memory" if most else "jobs.unforeseen"
        queue.fail(store, job.id, holder, queue.problem(code, most=most))
        return 1
    except Exception as failure:
        error = error_of(failure)
        if error["code"] == "jobs.unforeseen":
            LOG.error("job failed", exc_info=failure, extra={"id": job.id})
        queue.fail(store, job.id, holder, error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
