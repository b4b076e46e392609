"""A SQLAlchemy engine for an address, with this project's way of beginning transactions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import NullPool, QueuePool

from api.store.address import Address, connect, patience
from api.store.errors import NoDriver

WRITERS = 7_203_981
"""Number of the advisory lock that lets one writer at a time into a PostgreSQL store."""
_IDLE = 8
"""Connections to a file that are kept open."""
KEPT, MORE = 5, 10
"""Connections to a server that are kept open and how many more there may be: of those who read,
and again of those who write."""
SERVICE = "shanhai serve"
"""What connections of a service to a server are called there; see :mod:`api.store.served`."""


def engine_of(address: Address, *, create: bool = False, stay: bool = False) -> Engine:
    """The engine of a store.

    A transaction begun with ``execution_options(writer=True)`` waits until no other writer is at
    work, so what it checks (a row is there, a key is new) holds until it ends. With ``adds=True``
    beside it that only holds of a file, which has one writer at a time in any case.

    Parameters
    ----------
    stay : bool
        Whether it is a service that asks: connections to a file are kept open between
        transactions, as opening one reads the whole layout; those to a server say who they are.

    Raises
    ------
    NoDriver
        If the package that talks to the database server is not installed.
    """
    file = address.file
    if file is None:
        try:
            from api.store.answering import AWAY_SECONDS, Server

            # A connection that the server has closed meanwhile is found out before it is used, so
            # that work goes on by itself once the server is back.
            engine = create_engine(
                address.url,
                pool_pre_ping=True,
                pool_size=KEPT,
                max_overflow=MORE,
                hide_parameters=True,
                connect_args={
                    "connect_timeout": AWAY_SECONDS,
                    "keepalives_idle": 2,
                    "keepalives_interval": 1,
                    "keepalives_count": 2,
                    "tcp_user_timeout": AWAY_SECONDS * 1000,
                    **({"application_name": SERVICE} if stay else {}),
                },
            )
        except ImportError as error:
            raise NoDriver("store.no_driver", place=address.place) from error
        server = Server()
        event.listen(
            engine, "do_connect", lambda _d, _r, place, named: server.connect(*place, **named)
        )
        event.listen(
            engine, "begin", lambda connection: _begin_on_server(connection, patience(stay=stay))
        )
        return engine
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(file, create=create, stay=stay),
        hide_parameters=True,
        **({"pool_size": _IDLE, "max_overflow": -1} if stay else {}),
        poolclass=QueuePool if stay else NullPool,
    )
    event.listen(engine, "begin", _begin_on_file)
    if stay:
        _only_of_this_file(engine, file)
    return engine


def _only_of_this_file(engine: Engine, file: Path) -> None:
    """Let go of a kept connection once another file lies in the place of its own."""

    def opened(connection: Any, record: Any) -> None:
        record.info["file"] = _which(file)

    def taken(connection: Any, record: Any, proxy: Any) -> None:
        if record.info["file"] != _which(file):
            raise DisconnectionError

    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", taken)


def _which(file: Path) -> tuple[int, int, int] | None:
    """What a file is told from another of its name by; a connection is of one process too."""
    try:
        about = file.stat()
    except OSError:
        return None
    return os.getpid(), about.st_dev, about.st_ino


def _begin_on_file(connection: Connection) -> None:
    writer = connection.get_execution_options().get("writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")


def _begin_on_server(connection: Connection, seconds: float) -> None:
    options = connection.get_execution_options()
    if options.get("writer", False):
        wait = max(1, round(seconds * 1000))
        # Whatever the server's own settings: what was reported as stored is on its disk.
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait}")
        if not options.get("adds", False):
            connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITERS})"))
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
