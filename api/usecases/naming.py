"""Rows and regions as people name them → their ids and codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cached_property

from api.errors import UsageError
from api.store import Store
from features.columns import Column
from features.dates import written_date
from features.language import Text, catalogue, text
from features.place_names import AmbiguousRegion, UnknownRegion, half_width
from features.regions import Regions
from features.row_reader import KINDS
from features.schema import TABLES, choice_label
from features.tables import Value

_SHOWN = 5


def row_id(store: Store, table: str, written: str) -> str:
    """Id of the row that is meant by an id, or by a name that only one row bears.

    Raises
    ------
    UsageError
        If there is none, with what may have been meant; or several, with their ids.
    """
    return RowsNamed(store, table).id_of(written)


class RowsNamed:
    """The ids and names of a table, read once for many questions.

    Parameters
    ----------
    suggestions : int, optional
        For how many that are not there it is looked for what may have been meant, which takes
        longer than all the rest; default: for all.
    """

    def __init__(self, store: Store, table: str, *, suggestions: int | None = None) -> None:
        rows = store.table(table, ["id", "name"])
        self._store, self._table, self._left = store, table, suggestions
        self._ids = [str(each) for each in rows["id"]]
        self._names = [str(each) for each in rows["name"]]
        self._called: dict[str, list[str]] = {}
        for key, name in zip(self._ids, self._names, strict=True):
            self._called.setdefault(name, []).append(key)
        self._known = frozenset(self._ids)

    def id_of(self, written: str) -> str:
        """The id that is meant by an id, or by a name that only one row bears.

        Raises
        ------
        UsageError
        """
        wanted = written.strip()
        called = [wanted] if wanted in self._known else self._called.get(wanted, [])
        if len(called) == 1:
            return called[0]
        label = TABLES[self._table].label
        if called:
            listed = ", ".join(called[:_SHOWN])
            raise UsageError("usecase.several_so_named", table=label, value=wanted, ids=listed)
        if self._table == "enterprises" and wanted in self._merged:
            raise UsageError("usecase.merged_row", value=wanted, into=self._merged[wanted])
        raise UsageError(
            "usecase.no_such_row", table=label, name=self._table, value=wanted,
            near=_meant(self._near(wanted)),
        )  # fmt: skip

    @cached_property
    def _merged(self) -> dict[str, str]:
        return self._store.merged_into()

    def _near(self, wanted: str) -> str:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                return ""
        return _near(wanted, self._ids, self._names)


def _near(wanted: str, ids: list[str], names: list[str]) -> str:
    """The row whose name holds what was written, else whose id or name is nearest."""
    for i, name in zip(ids, names, strict=True):
        if len(wanted) > 1 and wanted in name:
            return f"{name} ({i})"
    nearest = get_close_matches(wanted, [*ids, *names], 1)
    if not nearest:
        return ""
    at = ids.index(nearest[0]) if nearest[0] in ids else names.index(nearest[0])
    return f"{names[at]} ({ids[at]})"


def meant(written: str, known: Iterable[str]) -> Text:
    """A question after the name that is nearest to what was written; empty where none is near."""
    near = get_close_matches(written.lower(), known, 1, 0.5)
    return _meant(near[0] if near else "")


def _meant(near: str) -> Text:
    return text("usecase.meant", near=near) if near else {"zh": "", "en": ""}


def regions_of(store: Store) -> Regions:
    """The built-in regions with the store's own rows laid over."""
    return Regions.built_in().with_rows(store.own_rows("regions"))


def places_of(store: Store) -> frozenset[str]:
    """Codes of the regions that a resource benefits, or lies in."""
    rows = store.table("resources", ["region", "enclave_region"])
    codes = (*rows["region"], *rows["enclave_region"])
    return frozenset(str(code) for code in codes if code is not None)


def row_key_of(store: Store, table: str, parts: Sequence[str]) -> list[Value]:
    """The key of a row from what was typed: the key's columns one by one, or joined by ``/``.

    Raises
    ------
    UsageError
        If there is no such table, the number of parts is not that of the key's columns, or a
        part cannot be read.
    """
    spec = TABLES[table_called(table)]
    if len(parts) == 1 and len(spec.key) > 1:
        parts = parts[0].split("/")
    # The last parts may be left out where a row need not have them: an interest's event.
    while len(parts) < len(spec.key) and not spec.column(spec.key[len(parts)]).required:
        parts = [*parts, ""]
    if len(parts) != len(spec.key):
        listed = " ".join(spec.key)
        raise UsageError("usecase.key_parts", table=spec.label, name=table, columns=listed)
    columns = [spec.column(name) for name in spec.key]
    return [_key_value(store, spec.name, c, p) for c, p in zip(columns, parts, strict=True)]


def _key_value(store: Store, table: str, column: Column, part: str) -> Value:
    written = part.strip()
    if not written:
        return None
    if column.kind == "region":
        return regions_of(store).resolve(written)
    if column.kind == "choice":
        return _choice(table, column, written)
    if column.form == "thing":
        return _thing(store, written)
    try:
        if column.kind == "date":
            return written_date(written)[0]
        return int(written) if column.kind == "int" else written
    except ValueError:
        raise UsageError("usecase.key_value", column=column.label, value=written) from None


def _choice(table: str, column: Column, written: str) -> str:
    """The choice of that name or label; else what was typed, which no row has."""
    wanted = half_width(written).lower()
    for choice in column.choices:
        if wanted in (
            choice,
            *(n.lower() for n in choice_label(table, column.name, choice).values()),
        ):
            return choice
    return written


def _thing(store: Store, written: str) -> str:
    """An id, else a kind, else a region, as an import stores it; else what was typed."""
    plain = half_width(written)
    if any(store.has(table, plain) for table in ("enterprises", "resources")):
        return plain
    if kind := KINDS.get(plain.lower()):
        return kind
    try:
        return regions_of(store).resolve(plain)
    except (UnknownRegion, AmbiguousRegion):
        return plain


def table_called(written: str) -> str:
    """The table that is meant by its name, its label or its short name in either language.

    Raises
    ------
    UsageError
        If there is none.
    """
    wanted = half_width(written).lower()
    for name, spec in TABLES.items():
        called = [name, *spec.label.values()]
        short = f"table_short.{name}"
        if short in catalogue():
            called += text(short).values()
        if wanted in (each.lower() for each in called):
            return name
    raise unknown_table(written)


def unknown_table(name: str) -> UsageError:
    """The error for a table that there is not, with the nearest that there is."""
    near = get_close_matches(name, TABLES, 1)
    listed = {
        "zh": "、".join(f"{spec.label['zh']}（{table}）" for table, spec in TABLES.items()),
        "en": ", ".join(TABLES),
    }
    return UsageError(
        "usecase.no_such_table",
        value=name,
        tables=listed,
        near=_meant(near[0]) if near else _meant(""),
    )
