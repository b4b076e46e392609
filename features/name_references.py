"""A row of another table, meant by its id or by its name where only one row bears it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from features.cells import CellProblem, shown
from features.grid import Raw
from features.place_names import half_width
from features.references import Known, References
from features.schema import TABLES
from features.tables import Value

__all__ = ["NamedReferences", "Names"]

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MOST_TOLD = 4


class NamedReferences(References, Protocol):
    """What is stored already, by name too."""

    def names(self, table: str) -> Mapping[str, str]:
        """Id → name of every row of a table that has both."""


class Names:
    """Ids by name: of the store, and of what has been read of this import."""

    def __init__(self, known: Known, references: NamedReferences) -> None:
        self._known, self._references = known, references
        self._given: dict[str, dict[str, str]] = {}
        self._by_name: dict[str, dict[str, set[str]]] = {}

    def add(self, table: str, ids: Iterable[Value], names: Iterable[Value]) -> None:
        """Note the rows of this import, which go before those stored under the same id."""
        given = self._given.setdefault(table, {})
        given.update((str(i), str(n)) for i, n in zip(ids, names, strict=True) if i and n)
        self._by_name.pop(table, None)

    def resolve(self, table: str, raw: Raw) -> str:
        """The id that a cell means.

        Raises
        ------
        CellProblem
            ``unknown_name`` or ``ambiguous_name``.
        """
        written = half_width(shown(raw))
        if _ID.fullmatch(written) and self._known.exists(table, written):
            return written
        found = self._called(table).get(folded(written), set())
        if len(found) == 1:
            return next(iter(found))
        if table in self._known.unread:
            return written if _ID.fullmatch(written) else "-"
        label: dict[str, object] = {"table": TABLES[table].label}
        if found:
            ids = sorted(found)[:_MOST_TOLD]
            raise CellProblem("ambiguous_name", {**label, "ids": ", ".join(ids)})
        raise CellProblem("unknown_name", label)

    def thing(self, raw: Raw) -> Raw:
        """The id of the enterprise or resource that a cell names; else the cell as it is.

        Raises
        ------
        CellProblem
            ``ambiguous_name``.
        """
        called = folded(shown(raw))
        tables = ("enterprises", "resources")
        found = {key: t for t in tables for key in self._called(t).get(called, ())}
        if len(found) > 1:
            label = TABLES[next(iter(found.values()))].label
            raise CellProblem("ambiguous_name", {"table": label, "ids": ", ".join(sorted(found))})
        return next(iter(found), raw)

    def _called(self, table: str) -> dict[str, set[str]]:
        if table not in self._by_name:
            every = {**self._references.names(table), **self._given.get(table, {})}
            found: dict[str, set[str]] = {}
            for key, name in every.items():
                found.setdefault(folded(name), set()).add(key)
            self._by_name[table] = found
        return self._by_name[table]


def folded(name: str) -> str:
    """A name as names are compared: half width, without blanks, in lower case."""
    return "".join(half_width(name).split()).lower()
