"""The thread of a server that takes jobs and lets a child process do each."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time

from api import parent, settings
from api.errors import UserError
from api.jobs import queue
from api.jobs.holder import new_holder
from api.jobs.memory import allowed_mb
from api.store import Store
from api.store.jobs import FAILED, Job
from api.usecases import list_ages

_LOG = logging.getLogger("shanhai.http.jobs")

POLL_SECONDS = 0.5
LOOK_SECONDS = 1.0
"""How often the doer of a job looks whether it was cancelled."""
SWEEP_SECONDS = 3600.0
"""How often what is not needed any more is looked for."""
AWAY_SECONDS = 5
"""How long to wait before a store that cannot be reached is asked again."""


class Runner(threading.Thread):
    """Takes one job at a time; several servers of one store each have one.

    Parameters
    ----------
    poll : float
        Seconds between two looks for work.

    Raises
    ------
    UsageError
        If it is not to be understood after how many days a job is forgotten or a list loses its
        figures, or what a job may take.
    """

    def __init__(self, store: Store, *, poll: float = POLL_SECONDS) -> None:
        super().__init__(name="jobs", daemon=True)
        self._store, self._poll = store, poll
        self._stopped, self._hurried = threading.Event(), threading.Event()
        self._days, self._hours = settings.job_days(), float(settings.job_hours())
        self._list_days = settings.list_days()
        allowed_mb()
        self._unended: list[tuple[str, dict[str, object]]] = []

    def run(self) -> None:
        """Until it is stopped."""
        swept = -SWEEP_SECONDS
        while not self._stopped.is_set():
            try:
                self._end()
                if time.monotonic() - swept >= SWEEP_SECONDS:
                    queue.sweep(self._store)
                    queue.expire(self._store, self._days)
                    list_ages.shorten(
                        self._store, self._list_days, all_of_them=swept < 0,
                        stopped=self._stopped.is_set,
                    )  # fmt: skip
                    swept = time.monotonic()
                worked = self._one()
            except (UserError, OSError) as error:
                _LOG.warning("jobs: %s", error)
                self._stopped.wait(AWAY_SECONDS)
                continue
            except Exception as error:  # the thread goes on: other jobs are none the worse
                _LOG.error("jobs", exc_info=error)
                self._stopped.wait(AWAY_SECONDS)
                continue
            if not worked:
                self._stopped.wait(self._poll)

    def _one(self) -> bool:
        holder = new_holder()
        try:
            job = queue.claim(self._store, holder)
        except BaseException:  # it may be stored all the same, and this process goes on living
            self._unended.append((holder, queue.problem("jobs.interrupted")))
            raise
        if job is None:
            return False
        _LOG.info("job %s (%s) begins", job.id, job.kind)
        try:
            self._watch(job, holder)
        except UserError:  # how it ended could not be noted, and will be
            raise
        except Exception as error:
            _LOG.error("job failed", exc_info=error, extra={"id": job.id})
            self._unended.append((holder, queue.problem("jobs.unforeseen")))
            self._end()
        try:
            ended = queue.found(self._store, job.id)
            state, how = ended.state, "cancelled" if ended.cancelled else ended.state
        except queue.NoSuchJob:  # cancelled, and then forgotten by whoever asked for it
            state, how = FAILED, "cancelled"
        queue.tidy(job.id, failed=state == FAILED)
        _LOG.info("job %s (%s) is %s", job.id, job.kind, how)
        return True

    def _watch(self, job: Job, holder: str) -> None:
        child = subprocess.Popen(
            [sys.executable, "-m", "api.jobs.child", job.id, holder],
            env={**os.environ, "SHANHAI_DATABASE_URL": self._store.address.url},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        code = "jobs.interrupted"
        try:
            looked = began = time.monotonic()
            while child.poll() is None:
                if self._hurried.is_set():
                    code = "jobs.stopped"
                    break
                if 0 < self._hours * 3600 <= time.monotonic() - began:
                    code = "jobs.too_long"
                    break
                time.sleep(min(self._poll, 0.1))
                if time.monotonic() - looked > LOOK_SECONDS:
                    if self._cancelled(job.id):
                        break
                    looked = time.monotonic()
        finally:
            parent.kill(child)
            child.wait()
            if child.stdin is not None:
                child.stdin.close()
        self._unended.append((holder, queue.problem(code, hours=f"{self._hours:g}")))
        self._end()

    def _end(self) -> None:
        """Fail what was done here and not ended; what the store would not note, is noted later.

        It does nothing to a job that the child has ended.
        """
        while self._unended:
            holder, error = self._unended[0]
            for key in queue.give_up(self._store, holder, error):
                queue.tidy(key, failed=True)
            del self._unended[0]

    def _cancelled(self, key: str) -> bool:
        """Whether a job that runs here was ended from outside; a store that is away says no."""
        try:
            return queue.found(self._store, key).state == FAILED
        except queue.NoSuchJob:
            return True
        except UserError:
            return False

    def stop(self, grace: float = 20.0) -> None:
        """Take no more work; a job that is not done within the grace (seconds) is ended."""
        self._stopped.set()
        if self.is_alive():
            self.join(grace)
            self._hurried.set()
            self.join()
