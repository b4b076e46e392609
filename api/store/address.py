"""The store's address, read without loading SQLAlchemy."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from api.store.errors import BadAddress, Unwritable

SCHEMES = ("sqlite", "postgresql+psycopg")
BUSY_SECONDS = 60.0
"""How long a writer waits for its turn."""
SERVICE_BUSY_SECONDS = 15.0
"""How long one in a service does: somebody sits before it."""
_SERVER = re.compile(
    r"([^:/?@]*(:[^@]*)?@)?"  # user and password
    r"([^:/?@\[\]]*|\[[^\]@]*\])(:[0-9]*)?"  # host and port
    r"(/[^?@]*)?(\?[^@]*)?"  # name of the database, options
)
_TOLD = ("host", "port", "dbname", "user", "service", "sslmode")
"""Options of a server's address that hold no secret."""


@dataclass(frozen=True)
class Address:
    """Where the store is.

    Attributes
    ----------
    url : str
        As given to SQLAlchemy.
    file : Path or None
        The SQLite file; None for a database server.
    """

    url: str
    file: Path | None

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read an address, ``sqlite:///FILE`` or ``postgresql+psycopg://…``.

        Raises
        ------
        BadAddress
            If the scheme is neither, no file is named, or a server's address could be read in
            more ways than one: part of a password would be taken for a host and told as such.
        """
        scheme, separator, rest = url.partition("://")
        scheme = {"sqlite+pysqlite": "sqlite", "postgresql": "postgresql+psycopg"}.get(
            scheme, scheme
        )
        if not separator or scheme not in SCHEMES:
            raise BadAddress("store.bad_scheme", url=_without_password(url))
        if scheme != "sqlite":
            if not _SERVER.fullmatch(rest):
                raise BadAddress("store.bad_server")
            return cls(f"{scheme}://{rest}", None)
        name = rest.removeprefix("/")
        if not name or name == ":memory:":
            raise BadAddress("store.no_file", url=_without_password(url))
        return cls(f"sqlite:///{name}", Path(name).absolute())

    @property
    def place(self) -> str:
        """How the store is named to a user: the file, or the address without password."""
        return str(self.file) if self.file is not None else _without_password(self.url)


def _without_password(url: str) -> str:
    """An address without what only its owner may know, whether it can be understood or not."""
    bare, mark, query = re.sub(r"://([^:]*):.*@", r"://\1:***@", url).partition("?")
    told = [
        given if name in _TOLD or not given else f"{name}=***" if equals else "***"
        for given in query.split("&")
        for name, equals, _ in [given.partition("=")]
    ]
    return bare + mark + "&".join(told)


def patience(*, stay: bool) -> float:
    """Seconds that a writer waits; ``stay``: in a service."""
    return min(BUSY_SECONDS, SERVICE_BUSY_SECONDS) if stay else BUSY_SECONDS


def connect(file: Path, *, create: bool = False, stay: bool = False) -> sqlite3.Connection:
    """Open a SQLite file the way this project always does.

    Transactions are begun by hand (``BEGIN IMMEDIATE`` for a writer), so that a second writer
    waits at the start of its work and never fails in the middle of it. ``synchronous=FULL``:
    what was reported as stored survives a power cut.

    Raises
    ------
    Unwritable
        If the path is a folder, or its folder is not there.
    sqlite3.Error
        Whatever SQLite says; see :func:`api.store.errors.translated`.
    """
    if file.is_dir():
        raise Unwritable("store.is_a_folder", place=str(file))
    mode = "rwc" if create else "rw"
    connection = sqlite3.connect(
        f"file:{quote(str(file))}?mode={mode}",
        uri=True,
        timeout=patience(stay=stay),
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def insert_straight(
    connection: sqlite3.Connection, name: str, rows: Sequence[Mapping[str, object]], *,
    replace: bool = False,
) -> None:  # fmt: skip
    """Put rows of the same columns into a table of a SQLite file in one transaction.

    Raises
    ------
    sqlite3.Error
        Whatever SQLite says; see :func:`api.store.errors.translated`.
    """
    columns = ", ".join(f'"{column}"' for column in rows[0])
    marks = f"({', '.join('?' for _ in rows[0])})"
    verb = "REPLACE" if replace else "INSERT"
    # One statement is one transaction of its own, and one call of the driver: between several a
    # thread waits for Python's lock, while others wait for the file.
    connection.execute(
        f"{verb} INTO {name} ({columns}) VALUES {', '.join([marks] * len(rows))}",
        [str(value) for row in rows for value in row.values()],
    )
