"""What can be wrong with a store, each with its remedy."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from api.errors import UserError


class StoreError(UserError):
    """The store cannot be used, or would not take what it was given."""


class NotInitialised(StoreError):
    """There is no store yet, or an older one: ``shanhai init`` makes or migrates it."""


class NewerStore(StoreError):
    """The store was made by a later version of this program."""


class Unwritable(StoreError):
    """The store's file or folder cannot be opened or written."""


class Corrupt(StoreError):
    """The file is not a database of ours, or is damaged."""


class DiskFull(StoreError):
    """There is no room; nothing of the write was kept."""


class Served(StoreError):
    """A service is over the store, or it is being restored or migrated: one at a time."""


class Busy(StoreError):
    """Another writer did not finish in time."""


class Away(StoreError):
    """The database server does not answer, or has ended the connection."""


class NoDriver(StoreError):
    """The Python package that talks to the database server is not installed."""


class BadAddress(StoreError):
    """``SHANHAI_DATABASE_URL`` cannot be understood."""

    exit_status: ClassVar[int] = 2


class MissingReference(StoreError):
    """A row refers to a row that is not there."""

    exit_status: ClassVar[int] = 2


class StillReferred(StoreError):
    """A row cannot be deleted while others refer to it."""

    exit_status: ClassVar[int] = 2


class BadValue(StoreError):
    """A value that the database cannot hold or be asked for; what was asked is at fault."""

    exit_status: ClassVar[int] = 2


class NothingToUndo(StoreError):
    """No merge is left to be undone."""

    exit_status: ClassVar[int] = 2


class UndoRefused(StoreError):
    """A row that the merge changed has been changed since."""

    exit_status: ClassVar[int] = 2


_BY_SQLITE_NAME: tuple[tuple[str, type[StoreError], str], ...] = (
    ("SQLITE_FULL", DiskFull, "store.disk_full"),
    ("SQLITE_IOERR", DiskFull, "store.disk_failed"),
    ("SQLITE_READONLY", Unwritable, "store.unwritable"),
    ("SQLITE_CANTOPEN", Unwritable, "store.unwritable"),
    ("SQLITE_PERM", Unwritable, "store.unwritable"),
    ("SQLITE_NOTADB", Corrupt, "store.corrupt"),
    ("SQLITE_CORRUPT", Corrupt, "store.corrupt"),
    ("SQLITE_BUSY", Busy, "store.busy"),
    ("SQLITE_LOCKED", Busy, "store.busy"),
)

_BY_SQLSTATE: tuple[tuple[str, type[StoreError], str], ...] = (
    ("53100", DiskFull, "store.disk_full"),
    ("53", Away, "store.unreachable"),
    ("58", DiskFull, "store.disk_failed"),
    ("25006", Unwritable, "store.unwritable"),
    ("42501", Unwritable, "store.unwritable"),
    ("XX001", Corrupt, "store.server_corrupt"),
    ("XX002", Corrupt, "store.server_corrupt"),
    ("55P03", Busy, "store.busy"),
    ("40", Busy, "store.busy"),
    ("57P", Away, "store.unreachable"),
    ("08", Away, "store.unreachable"),
    ("28", Unwritable, "store.unreachable"),
    ("3D", Unwritable, "store.unreachable"),
    ("22003", BadValue, "store.too_large_a_number"),
    ("22", BadValue, "store.bad_value"),
)
"""Beginnings of PostgreSQL's error codes (its manual, appendix A), the first that fits."""


_INTERNAL = "XX000"
_GROWING = ("mdextend", "mdzeroextend")
"""Functions of PostgreSQL that make a table's file longer. It has a code for a full disk, but none
for a quota or a largest size that is reached."""


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn the database driver's errors into ours.

    Parameters
    ----------
    place : str
        The file or the address without password, as it is named to the user.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite(error, place) from error
    except Exception as error:
        ours = _of_sqlalchemy(error, place)
        if ours is None:
            raise
        raise ours from error


def _of_sqlite(error: sqlite3.Error, place: str) -> StoreError:
    name = getattr(error, "sqlite_errorname", "") or ""
    for beginning, kind, code in _BY_SQLITE_NAME:
        if name.startswith(beginning):
            return kind(code, place=place, reason=str(error))
    return StoreError("store.failed", place=place, reason=str(error))


def _function_of(error: Exception) -> str:
    """The function of the server's source that an error comes from; empty: not told."""
    diagnosis = getattr(getattr(error, "orig", None), "diag", None)
    return str(getattr(diagnosis, "source_function", None) or "")


def _of_sqlalchemy(error: Exception, place: str) -> StoreError | None:
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import DataError, DBAPIError, OperationalError, SQLAlchemyError

    if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig, place)
    if isinstance(error, SQLAlchemyError):
        reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
        state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
        if state == _INTERNAL and _function_of(error) in _GROWING:
            return DiskFull("store.disk_full", place=place, reason=reason)
        for beginning, kind, code in _BY_SQLSTATE:
            if state.startswith(beginning):
                return kind(code, place=place, reason=reason)
        if isinstance(error, DataError):  # found by the driver, before the server was asked
            return BadValue("store.bad_value", place=place, reason=reason)
        if isinstance(error, OperationalError):
            return Away("store.unreachable", place=place, reason=reason)
        return StoreError("store.failed", place=place, reason=reason)
    return None
