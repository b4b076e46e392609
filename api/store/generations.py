"""Which rows a reader has seen: a word for each table, another one after every change of its rows.

Stamps count seconds and so cannot tell two changes of one second apart; these words can. They are
written in the transaction that changes the rows, so whoever sees a word sees the rows it stands
for.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

PREFIX = "generation."
"""What the properties begin with under which the words are kept."""
STORE = "store"
"""Under which name among the words stands that of the store itself: a restore renews it."""

_TOLD = f"SELECT name, value FROM properties UNION ALL SELECT '{PREFIX}{STORE}', word FROM identity"

Select = Callable[[str], Sequence[Sequence[object]]]


def changed(connection: Connection, tables: Iterable[str]) -> None:
    """Note that rows of these tables change in this transaction."""
    from api.store.layout import PROPERTIES

    names = sorted({PREFIX + table for table in tables})
    if names:
        connection.execute(PROPERTIES.delete().where(PROPERTIES.c.name.in_(names)))
        rows = [{"name": name, "value": secrets.token_hex(8)} for name in names]
        connection.execute(PROPERTIES.insert(), rows)


def read(select: Select, tables: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The words of some tables and of the store, and what it says of itself beside them.

    A table that was last changed by a version without such words is told by how many rows it has
    and when the last of them was changed.
    """
    found = {str(name): str(value) for name, value in select(_TOLD)}
    words = {table: found.get(PREFIX + table) or _counted(select, table) for table in tables}
    words[STORE] = found.get(PREFIX + STORE, "")
    return words, own(found)


def own(properties: Mapping[str, str]) -> dict[str, str]:
    """Properties without these words."""
    return {n: value for n, value in sorted(properties.items()) if not n.startswith(PREFIX)}


def _counted(select: Select, table: str) -> str:
    (row,) = select(f'SELECT count(*), max(updated_at) FROM "{table}"')
    return f"{row[0]} {row[1]}"
