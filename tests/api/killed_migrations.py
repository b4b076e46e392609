"""Migrations killed between any two of their statements, by the process that runs them itself.

A kill from outside falls anywhere, most often beside the migration, which is short; here the
process sends itself SIGKILL right before the statement that is wanted, or before the commit.
"""

from __future__ import annotations

import os
import signal
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event

from api.store import Store, version
from api.store.layout import METADATA
from running import shanhai


def killed_before(url: str, wanted: int) -> bool:
    """Migrate in a process that is killed before that statement; whether it came so far."""
    child = os.fork()
    if child == 0:
        try:
            _count_and_kill(wanted)
            Store.at(url).migrate()
        finally:
            os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status != 0


def _count_and_kill(wanted: int) -> None:
    left = wanted

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)


def names(url: str) -> list[str]:
    """The names of the enterprises, of whatever layout the store is."""
    with Store.at(url).connection() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM enterprises ORDER BY row_key").all()
    return [str(row[0]) for row in rows]


def finished(url: str, before: str | None, held: list[str]) -> None:
    """Let ``shanhai init`` finish what was killed, and see that nothing is missing."""
    done = shanhai("init", "--json", SHANHAI_DATABASE_URL=url)
    assert done.status == 0, done.err
    assert (done.json["before"], done.json["after"]) == (before, version.HEAD)
    assert names(url) == held
    with Store.open(url).connections.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def killed_throughout(url: str, revision: str | None, held: list[str], step: int) -> int:
    """Kill a migration before every ``step``-th statement; how many kills there were.

    After each the store is of the old layout with all its rows; it is migrated by no part.
    """
    store, kills = Store.at(url), 0
    while killed_before(url, kills * step):
        kills += 1
        with store.connection(writer=True):
            """What a server had been told before the kill is done by then."""
        assert store.revision() == revision
        assert revision is None or names(url) == held
    assert store.revision() == version.HEAD
    return kills
