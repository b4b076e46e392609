"""Stored rows as tables: which columns are read, and in which order the rows come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from api.store import builtin
from api.store.cells import OWN, decode, decode_own
from features.schema import OWN_PREFIX, TABLES, TableSpec
from features.tables import Table, Value

Select = Callable[[str], Sequence[Sequence[object]]]
"""Runs a statement without parameters, any database's."""

_FEW = 500
"""So many rows are asked for by their keys; of more the whole table is read."""


class Ask(Protocol):
    """Runs a statement of any database, with the values of its ``:names``."""

    def __call__(
        self, statement: str, values: Mapping[str, object] = ..., /
    ) -> Sequence[Sequence[object]]:
        """The rows found."""
        ...


def read(select: Ask, wanted: Mapping[str, Sequence[str] | None]) -> dict[str, Table]:
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


def read_rows(
    select: Ask, spec: TableSpec, wanted: Sequence[str] | None, keys: Collection[str] | None = None
) -> Table:
    """The stored rows, unsorted: the key's columns and those wanted (None: all); ``keys``: of
    these rows alone."""
    chosen = [c for c in spec.columns if wanted is None or c.name in wanted or c.name in spec.key]
    own = spec.own_columns and (wanted is None or any(n.startswith(OWN_PREFIX) for n in wanted))
    names = [*(c.name for c in chosen), *([OWN] if own else [])]
    listed = ", ".join(f'"{name}"' for name in names)
    rows = _rows_of(select, spec, listed, keys)
    cells: list[Sequence[object]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    columns = {c.name: decode(c.kind, cells[i]) for i, c in enumerate(chosen)}
    if own:
        columns.update(decode_own(cells[-1]))
    return Table(spec.name, columns)


def _rows_of(
    select: Ask, spec: TableSpec, listed: str, keys: Collection[str] | None
) -> Sequence[Sequence[object]]:
    statement = f'SELECT {listed} FROM "{spec.name}"'
    if keys is None:
        return select(statement)
    if not keys:
        return []
    if len(keys) <= _FEW:
        named = {f"k{i}": key for i, key in enumerate(keys)}
        places = ", ".join(f":{name}" for name in named)
        return select(f"{statement} WHERE row_key IN ({places})", named)
    wanted = set(keys)
    rows = select(f'SELECT row_key, {listed} FROM "{spec.name}"')
    return [row[1:] for row in rows if row[0] in wanted]


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
