"""Bring a store's layout up to date (Alembic), and write the next migration.

``python -m api.store.migrate revise "what for"`` compares the layout with the migrations and writes
the file that makes up the difference; add its revision to :mod:`api.store.version`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from api.store import version
from api.store.address import Address
from api.store.engine import engine_of

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

_SCRIPTS = Path(__file__).parent / "migrations"


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


def upgrade(address: Address, revision: str = version.HEAD) -> None:
    """Migrate the store at an address, in one transaction; makes it where there is none."""
    with making(address) as writer:
        upgrade_within(writer, revision)


@contextmanager
def making(address: Address) -> Iterator[Connection]:
    """One writer's transaction at an address; where there is no database file, one is made."""
    engine = engine_of(address, create=True)
    if address.file is not None:
        from api.store.address import connect

        connection = connect(address.file, create=True)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
        address.file.chmod(0o600)
    try:
        with engine.connect() as session:
            writer = session.execution_options(writer=True)
            with writer.begin():
                yield writer
    finally:
        engine.dispose()


def upgrade_within(connection: Connection, revision: str = version.HEAD) -> None:
    """Migrate in the transaction that a connection is in."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revise(message: str) -> str:
    """Write the migration from the newest revision to the present layout; returns its file."""
    from alembic import command

    with tempfile.TemporaryDirectory() as folder:
        address = Address.parse(f"sqlite:///{folder}/draft.db")
        if any((_SCRIPTS / "versions").glob("r*.py")):
            upgrade(address, "head")
        engine = engine_of(address, create=True)
        config = _config()
        config.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
        with engine.connect() as session:
            config.attributes["connection"] = session
            number = len(list((_SCRIPTS / "versions").glob("r*.py"))) + 1
            script = command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
        engine.dispose()
    return str(getattr(script, "path", ""))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "revise":
        sys.exit(__doc__)
    print(revise(sys.argv[2]))
