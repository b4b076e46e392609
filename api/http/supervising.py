"""The server itself: one process, or a parent over several workers; it says when it listens."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from api import settings
from api.errors import UserError
from api.log_lines import LOG, log_to_stderr
from api.store.address import Address
from api.store.errors import Away, Busy, DiskFull, Served, Unwritable

if TYPE_CHECKING:
    from fastapi import FastAPI

_PASSING = (Away, Busy, DiskFull, Served, Unwritable)
"""What a worker that starts may meet and the next one not: the parent starts another."""


_HUNG_SECONDS = 30
"""How long a worker may not answer its parent before it is killed; one that is being started on a
busy machine takes a while to."""


class WorkerRefused(UserError):
    """A worker did not pass its checks; none that is started after it would."""


def run(app: FastAPI | None, workers: int, **how: Any) -> None:
    """Serve until told to stop.

    Parameters
    ----------
    app : FastAPI or None
        What a single process serves; each of several workers makes its own.
    how
        What uvicorn is told beside it.

    Raises
    ------
    WorkerRefused
    SystemExit
        If the address cannot be listened on.
    """
    if app is not None:
        one = _One(uvicorn.Config(app, **how))
        one.run()
        if not one.started:
            sys.exit(STARTUP_FAILURE)
        return
    config = uvicorn.Config(
        "api.http.supervising:worker", factory=True, workers=workers,
        timeout_worker_healthcheck=_HUNG_SECONDS, **how,
    )  # fmt: skip
    several = _Several(config, sockets=[config.bind_socket()])
    several.run()
    LOG.info("stopped")
    if any(process.exitcode == STARTUP_FAILURE for process in several.processes):
        raise WorkerRefused("http.worker_refused")


def worker() -> FastAPI:
    """What one of several workers serves.

    One that may not serve says why and leaves with the status at which the parent stops too.
    """
    from api.http.app import from_settings

    log_to_stderr()
    try:
        return from_settings()
    except _PASSING as error:
        _tell(error)
        sys.exit(1)
    except UserError as error:
        _tell(error)
        sys.exit(STARTUP_FAILURE)


def _tell(error: UserError) -> None:
    from features.language import current_language

    LOG.error("%s", error.message[current_language()], extra={"code": error.code})


class _One(uvicorn.Server):
    """A process that has no workers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        if self.started:
            _listening(self.config)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what is under way, end what runs, and say so."""
        LOG.info("stopping")
        await super().shutdown(sockets)
        LOG.info("stopped")


class _Several(Multiprocess):
    """The parent of workers."""

    _told = False

    def restart_all(self) -> None:
        """Replace the workers one by one."""
        LOG.info("workers are renewed")
        super().restart_all()

    def keep_subprocess_alive(self) -> None:
        """Start a worker where one has died; say once that all listen."""
        before = list(self.processes)
        super().keep_subprocess_alive()
        for gone in set(before) - set(self.processes):
            about = {"pid": gone.pid, "detail": f"status {gone.exitcode}"}
            LOG.error("a worker has ended and another is started", extra=about)
        if not (self._told or self.should_exit.is_set()):
            self._told = all(process.is_ready() for process in self.processes)
            if self._told:
                _listening(self.config)

    def terminate_all(self) -> None:
        """Have all workers stop."""
        LOG.info("stopping")
        super().terminate_all()


def _listening(config: uvicorn.Config) -> None:
    store = Address.parse(settings.database_url())
    LOG.info("listening", extra={
        "address": config.host, "port": config.port, "workers": config.workers,
        "store": "postgresql" if store.file is None else "sqlite",
        "version": settings.program(), "pid": os.getpid(),
    })  # fmt: skip
