"""What stands before a service: its store, held and found fit, and who does its jobs.

It loads nothing of the routes: the parent of several workers needs no more than this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from api.errors import UsageError
from api.jobs.runner import Runner
from api.log_lines import log_to_stderr
from api.store import Store, served


@dataclass(frozen=True)
class Opened:
    """What a service may start over.

    Attributes
    ----------
    place : IO or None
        What says that a service is over the store, for as long as it is kept.
    runner : Runner
        Does jobs once it is started.
    """

    store: Store
    place: IO[bytes] | None
    runner: Runner


def opened() -> Opened:
    """The store of the settings, for a service; from here on the log is structured.

    Raises
    ------
    UsageError
        If no administrator can sign in, or a setting of jobs cannot be understood.
    api.store.errors.NewerStore, api.store.errors.NotInitialised, api.store.errors.Served
    """
    from api.store import accounts

    store = Store.open()
    place = served.hold(store.address)
    store.stay_connected()
    with store.connection() as connection:
        if not accounts.open_admins(connection):
            raise UsageError("http.no_admin")
    runner = Runner(store)
    log_to_stderr()
    return Opened(store, place, runner)
