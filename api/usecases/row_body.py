"""A row as a program sends it (a JSON object) → a checked table of one row, or its findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Set

from api.errors import UsageError
from api.store import Store
from api.usecases.importing import StoredReferences
from features.grid import Raw, Row, Sheet
from features.ingest import read_sheet
from features.references import Known
from features.remarks import Place, Remarks
from features.schema import TABLES
from features.sources import TableSheet
from features.tables import Table

_FILE = "body"
_CAP = 200
SEVERAL = ("texts", "ids", "choices", "codes", "points")
"""Kinds of columns that hold lists."""


class SeenReferences(StoredReferences):
    """What a row may refer to: rows that its sender sees. What others have is not there at all.

    Parameters
    ----------
    seen : callable
        Told a table and keys: those of them that the sender sees. One row names few, and a table
        has many.
    """

    def __init__(self, store: Store, seen: Callable[[str, Collection[str]], Set[str]]) -> None:
        super().__init__(store)
        self._seen = seen

    def has(self, table: str, key: str) -> bool:
        """Whether the sender sees such a row."""
        return bool(self._seen(table, (key,)))

    def merged_into(self) -> dict[str, str]:
        """What went into an entry that the sender sees; of others not even that is told."""
        found = super().merged_into()
        seen = self._seen("enterprises", set(found.values()))
        return {gone: into for gone, into in found.items() if into in seen}


def read(table: str, body: Mapping[str, object], references: StoredReferences) -> Table:
    """One row through the checks that an import makes.

    Raises
    ------
    features.findings.FindingsError
        With everything that is wrong with it.
    UsageError
        If a value is true or false, an object, or a list in a list; or a list in a column of
        single values.
    """
    names = list(body)
    spec = TABLES[table]
    for name in names:
        several = name not in spec.names or spec.column(name).kind in SEVERAL
        if isinstance(body[name], list) and not several:
            raise UsageError("http.not_a_list", column=name)
    cells = [_raw(name, body[name]) for name in names]
    given: list[Row] = [(1, list(names)), (2, cells)]
    sheet = Sheet(_FILE, None, lambda: iter(given), ragged=True)
    remarks = Remarks()
    place = Place(0, _FILE)
    found = read_sheet(spec, TableSheet(table, place, sheet), Known(references), remarks)
    if not remarks.errors and (found is None or len(found[0]) != 1):
        remarks.add(place, "empty_sheet", value=_FILE)
    if remarks.errors or found is None:
        raise remarks.error(_CAP)
    return found[0]


def _raw(name: str, value: object) -> Raw:
    """A JSON value as the cell that it would be in a file."""
    if isinstance(value, list):
        if any(isinstance(one, bool) or not isinstance(one, str | int | float) for one in value):
            raise UsageError("http.nested", column=name[:64])
        return ";".join(map(str, value))
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, int) and not isinstance(value, bool):  # no column holds a yes or no
        return str(value)  # a float would round one of more than 15 digits
    if isinstance(value, str):
        return value
    raise UsageError("http.nested", column=name[:64])
