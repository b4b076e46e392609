"""Whether a service is over a store: no restore and no migration pulls it away from under one.

Of a store in a file, those who serve it share a lock on an empty file beside it, which ends with
their processes however these end. To a database server they call their connections by a name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from api.store.address import Address
from api.store.errors import Served, Unwritable, translated
from features.system_reasons import why


def _beside(file: Path) -> Path:
    return file.with_name(file.name + "-served")


def hold(address: Address) -> IO[bytes] | None:
    """Say that this process serves a store, as long as what is returned is kept.

    Raises
    ------
    Served
        If the store is being restored or migrated.
    """
    if address.file is None or os.name != "posix":
        return None
    held = _taken(_beside(address.file), shared=True)
    if held is None:
        raise Served("backup.being_restored", place=address.place)
    return held


def _taken(place: Path, *, shared: bool) -> IO[bytes] | None:
    """The file that is locked, made where it is not there; None: others hold it.

    Raises
    ------
    Unwritable
    """
    while True:
        try:
            held = os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        except OSError as error:
            raise Unwritable("store.unwritable", place=place, reason=why(error)) from error
        if not _locked(held, shared=shared):
            held.close()
            return None
        if _is(held, place):
            return held
        held.close()  # whoever had made it has taken it away meanwhile


def _is(held: IO[bytes], place: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(held.fileno()), place.stat())
    except OSError:
        return False


def _locked(held: IO[bytes], *, shared: bool) -> bool:
    """Whether the lock is ours now; of a file system that has no locks nothing can be told."""
    import fcntl

    try:
        fcntl.flock(held, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def alone(address: Address, refusal: str = "backup.served") -> Iterator[None]:
    """Have a store for oneself: no service is over it.

    Over a file none starts meanwhile, also where none ever ran; one that starts over a server
    waits for the transaction. The folder of the file is there.

    Parameters
    ----------
    refusal : str
        Which sentence says that there is one.

    Raises
    ------
    Served, Unwritable
    """
    if address.file is None:
        if _connected(address):
            raise Served(refusal, place=address.place)
        yield
        return
    if os.name != "posix":
        yield
        return
    place = _beside(address.file)
    held = _taken(place, shared=False)
    if held is None:
        raise Served(refusal, place=address.place)
    with held:
        try:
            yield
        finally:
            if not address.file.exists():  # nothing came of it
                place.unlink(missing_ok=True)


def _connected(address: Address) -> bool:
    """Whether a service has a connection to a store on a database server."""
    from sqlalchemy import text

    from api.store.engine import SERVICE, engine_of

    asked = text(
        "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = :name)"
    )
    with translated(address.place):
        engine = engine_of(address)
        try:
            with engine.connect() as connection:
                return bool(connection.execute(asked, {"name": SERVICE}).scalar_one())
        finally:
            engine.dispose()
