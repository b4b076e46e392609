"""Stored rows as tables: which columns are read, and in which order the rows come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from api.store import builtin
from api.store.cells import OWN, decode, decode_own
from features.schema import OWN_PREFIX, TABLES, TableSpec
from features.tables import Table, Value

Select = Callable[[str], Sequence[Sequence[object]]]
"""Runs a statement without parameters, any database's."""


class Ask(Protocol):
    """Runs a statement of any database, with the values of its ``:names``."""

    def __call__(
        self, statement: str, values: Mapping[str, object] = ..., /
    ) -> Sequence[Sequence[object]]:
        """The rows found."""
        ...


def read(select: Select, wanted: Mapping[str, Sequence[str] | None]) -> dict[str, Table]:
    """The stored rows of some tables, unsorted, with the columns wanted (None: all) and the key."""
    return {
        name: read_rows(select, TABLES[name], None if name in builtin.BUILT_IN else chosen)
        for name, chosen in wanted.items()
    }


def as_asked(
    stored: dict[str, Table], wanted: Mapping[str, Sequence[str] | None], bare: set[str]
) -> dict[str, Table]:
    """Built-in rows laid under, rows and columns in order."""
    for name in builtin.BUILT_IN:
        if name in stored and name not in bare:
            stored[name] = builtin.overlaid(stored[name])
    return {name: in_order(table, wanted[name]) for name, table in stored.items()}


def read_rows(select: Select, spec: TableSpec, wanted: Sequence[str] | None) -> Table:
    """The stored rows, unsorted: the key's columns and those wanted (None: all)."""
    chosen = [c for c in spec.columns if wanted is None or c.name in wanted or c.name in spec.key]
    own = spec.own_columns and (wanted is None or any(n.startswith(OWN_PREFIX) for n in wanted))
    names = [*(c.name for c in chosen), *([OWN] if own else [])]
    listed = ", ".join(f'"{name}"' for name in names)
    rows = select(f'SELECT {listed} FROM "{spec.name}"')
    cells: list[Sequence[object]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    columns = {c.name: decode(c.kind, cells[i]) for i, c in enumerate(chosen)}
    if own:
        columns.update(decode_own(cells[-1]))
    return Table(spec.name, columns)


def in_order(table: Table, wanted: Sequence[str] | None) -> Table:
    """The rows in the order of their keys, with the columns wanted only."""
    keys = [table[name] for name in TABLES[table.name].key]
    if len(keys) == 1:  # hundreds of thousands of tranches: no list for each row
        named = [_order(value) for value in keys[0]]
        order = sorted(range(len(table)), key=named.__getitem__)
    else:
        order = sorted(range(len(table)), key=lambda i: [_order(column[i]) for column in keys])
    kept = table.columns if wanted is None else {name: table[name] for name in wanted}
    return Table(table.name, kept).take(order)


def _order(value: Value) -> str:
    """A key cell as text that sorts as the cell does (years have four digits)."""
    return "" if value is None else str(value)
