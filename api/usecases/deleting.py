"""One row out of the store."""

from __future__ import annotations

from collections.abc import Sequence

from api.errors import UsageError
from api.store import Store, builtin
from api.store.cells import row_key
from api.usecases.naming import row_key_of, table_called
from features.schema import TABLES


def run(store: Store, table: str, parts: Sequence[str]) -> str:
    """Delete the row of a table with a key; returns the key as the store has it.

    Noted in the audit as done by whoever runs this process.

    Parameters
    ----------
    parts : sequence of str
        The values of the key's columns, in order; a region by any of its names.

    Raises
    ------
    UsageError
        If there is no such table or row, or it is built in.
    api.store.errors.StillReferred
        If other rows refer to it.
    """
    from api.store import audit, writing

    table = table_called(table)
    values = row_key_of(store, table, parts)
    spec = TABLES[table]
    key = row_key(spec, values)
    with store.connection(writer=True) as connection:
        gone = writing.remove(connection, table, key)
        if gone:
            audit.note(connection, audit.command_line(), "delete", f"{table}/{key}")
    if not gone:
        code = "usecase.built_in_row" if key in builtin.rows(table) else "usecase.no_such_key"
        raise UsageError(code, table=spec.label, key=key)
    return key
