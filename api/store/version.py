"""Which layouts of the store this program knows, and which one a store has.

The list stands here, apart from the migrations, so that opening a store does not load Alembic.
A test holds it against the migrations.
"""

from __future__ import annotations

from api.store.address import Address
from api.store.errors import Corrupt
from api.store.reading import Select

REVISIONS: tuple[str, ...] = (
    "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009",
)  # fmt: skip
"""Every revision, oldest first; the last is the layout of :mod:`api.store.layout`."""

HEAD = REVISIONS[-1]


def of_store(select: Select, address: Address) -> str | None:
    """The layout that a store says it has; None where it holds nothing.

    Raises
    ------
    Corrupt
        If the database is one of something else.
    """
    catalogue = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    if address.file is not None:
        catalogue = "SELECT name FROM sqlite_master WHERE type = 'table'"
    names = {str(row[0]) for row in select(catalogue)}
    if "alembic_version" not in names:
        if names:
            raise Corrupt("store.not_ours", place=address.place)
        return None
    found = select("SELECT version_num FROM alembic_version")
    return str(found[0][0]) if found else None
