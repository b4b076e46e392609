"""Enterprises merged into others in one transaction, and the last such merge undone.

What refers to an entry that goes moves to the one that stays; cells that are empty there are
filled. Each row touched is recorded as it was and as it became, so that undoing it brings back
every cell, and refuses where one of these rows has been changed since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from api import settings
from api.store import accounts
from api.store.cells import OWN, decode_own, encode, encode_own, row_key
from api.store.changes import moved
from api.store.errors import NothingToUndo, UndoRefused
from api.store.layout import MERGES, ROWS
from api.store.log import command_line
from api.store.row_states import Cells, apply, as_json, plain, revived, stored_rows
from api.store.writing import batches
from features.schema import TABLES

_SUBJECT = "enterprises"
_KEPT_ALWAYS = frozenset({"row_key", "id", "name", "confirmed_on", "added_at", "updated_at"})
"""Cells of an entry that differ by nature and are no contradiction."""
_STRICTEST = {"no": 2, "must": 1, "yes": 0}
_FURTHEST = {
    stage: i
    for i, stage in enumerate(("contacted", "declined", "signed", "started", "funded", "failed",
                               "completed"))
}  # fmt: skip
"""Declined says that nothing was signed, so a signature stands; failed ends what was signed."""


@dataclass(frozen=True)
class Contradiction:
    """A cell that both rows knew, each otherwise; ``kept`` stands now."""

    table: str
    key: str
    column: str
    kept: object
    other: object

    def as_dict(self) -> dict[str, object]:
        """The contradiction as a JSON object."""
        named = ("table", "key", "column", "kept", "other")
        return {name: plain(getattr(self, name)) for name in named}


@dataclass(frozen=True)
class Merge:
    """A batch of merges as it was done, or undone.

    Attributes
    ----------
    number : int
        Counted from 1.
    merged : dict of str to str
        The id of each entry that went, and of the one it went into.
    rows : dict of str to int
        How many rows of each table were changed.
    """

    number: int
    merged: dict[str, str]
    rows: dict[str, int]
    contradictions: list[Contradiction] = field(default_factory=list)


class _Draft:
    """The rows of all tables as they are to become; read when first asked for."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.before: dict[tuple[str, str], Cells | None] = {}
        self.after: dict[tuple[str, str], Cells | None] = {}
        self.contradictions: list[Contradiction] = []
        self.kept: set[tuple[str, str]] = set()

    def read(self, table: str, keys: Sequence[str]) -> None:
        """Take rows in, those that are not there too."""
        new = [key for key in keys if (table, key) not in self.before]
        for some in batches(new):
            found = stored_rows(self.connection, table, some)
            for key in some:
                self.before[table, key] = self.after[table, key] = found.get(key)

    def row(self, table: str, key: str) -> Cells | None:
        """The row as it is to become."""
        if (table, key) not in self.after:
            self.read(table, [key])
        return self.after[table, key]

    def put(self, table: str, key: str, cells: Cells | None) -> None:
        """Let a row become so."""
        self.row(table, key)
        self.after[table, key] = cells

    def changes(self) -> list[dict[str, Any]]:
        """Every row that becomes another, as it was and as it becomes; and each that stays.

        The latter even where nothing of it changes, so that an edit of it is seen when undoing.
        """
        at = settings.stamp()
        found = []
        for table, key in sorted(self.before):
            before, after = self.before[table, key], self.after[table, key]
            if before == after and (table, key) not in self.kept:
                continue
            if after is not None and before != after:
                later = at if before is None else moved(at, before["updated_at"])
                after = {**after, "row_key": key, "updated_at": later}
            found.append({"table": table, "key": key, "before": before, "after": after})
        return found


def merge(connection: Connection, into: Mapping[str, str], *, by: str | None = None) -> Merge:
    """Merge enterprises into others.

    Parameters
    ----------
    into : mapping of str to str
        The id of each entry that goes → the id of the one that stays. Both are there, and none
        that stays goes itself.
    by : str, optional
        The account that asks; default: who runs this process.
    """
    draft = _Draft(connection)
    draft.read(_SUBJECT, sorted({*into, *into.values()}))
    for gone, kept in into.items():
        _join_entry(draft, gone, kept)
    for table, columns in _referring().items():
        for key, row in _mentioning(draft, table, columns, into):
            _move(draft, table, key, row, columns, into)
    changes = draft.changes()
    apply(connection, changes)
    handed = accounts.hand_over(connection, into)
    number = (connection.execute(select(func.max(MERGES.c.number))).scalar() or 0) + 1
    connection.execute(
        insert(MERGES).values(
            number=number,
            at=settings.stamp(),
            by=by or command_line(),
            merged=as_json(dict(into)),
            changes=as_json({"rows": changes, "accounts": handed}),
            undone_at=None,
        )
    )
    return Merge(number, dict(into), _counted(changes), draft.contradictions)


def undo(connection: Connection) -> Merge:
    """Undo the last merge that has not been undone.

    Raises
    ------
    NothingToUndo
        If there is none.
    UndoRefused
        If a row that it changed has been changed, deleted or brought back since.
    """
    last = (
        connection.execute(
            select(MERGES)
            .where(MERGES.c.undone_at.is_(None))
            .order_by(MERGES.c.number.desc())
            .limit(1)
        )
        .mappings()
        .first()
    )
    if last is None:
        raise NothingToUndo("store.nothing_to_undo")
    recorded, merged = json.loads(last["changes"]), json.loads(last["merged"])
    if isinstance(recorded, list):  # as it was written before accounts moved along
        recorded = {"rows": recorded, "accounts": {}}
    changes = [revived(change) for change in recorded["rows"]]
    _check_unchanged(connection, int(last["number"]), changes)
    turned = [{**c, "before": c["after"], "after": c["before"]} for c in changes]
    apply(connection, turned)
    accounts.hand_back(connection, recorded["accounts"], merged)
    done = update(MERGES).where(MERGES.c.number == last["number"])
    connection.execute(done.values(undone_at=settings.stamp()))
    return Merge(int(last["number"]), merged, _counted(changes))


def _check_unchanged(connection: Connection, number: int, changes: Sequence[Cells]) -> None:
    by_table: dict[str, list[Cells]] = {}
    for change in changes:
        by_table.setdefault(change["table"], []).append(change)
    edited = []
    for table, some in by_table.items():
        present: dict[str, Cells] = {}
        for keys in batches([change["key"] for change in some]):
            present.update(stored_rows(connection, table, keys))
        edited += [(table, c["key"]) for c in some if present.get(c["key"]) != c["after"]]
    if edited:
        table, key = edited[0]
        raise UndoRefused(
            "store.undo_refused",
            number=number,
            table=TABLES[table].label,
            key=key,
            count=len(edited),
        )


def _join_entry(draft: _Draft, gone: str, kept: str) -> None:
    stays, goes = draft.row(_SUBJECT, kept), draft.row(_SUBJECT, gone)
    if stays is None or goes is None:
        raise KeyError(kept if stays is None else gone)
    draft.put(_SUBJECT, kept, _filled(draft, _SUBJECT, kept, stays, goes))
    draft.put(_SUBJECT, gone, None)
    draft.kept.add((_SUBJECT, kept))


def _filled(draft: _Draft, table: str, key: str, stays: Cells, goes: Cells) -> Cells:
    """The row that stays, its empty cells filled; what both know otherwise is noted."""
    joined = dict(stays)
    for name, other in goes.items():
        if name in _KEPT_ALWAYS or name in TABLES[table].key or other is None:
            continue
        if name == OWN:
            joined[OWN] = _own_filled(draft, table, key, stays[OWN], other)
        elif stays[name] is None:
            joined[name] = other
        elif stays[name] != other:
            joined[name] = _of_two(table, name, stays[name], other)
            left = other if joined[name] == stays[name] else stays[name]
            draft.contradictions.append(Contradiction(table, key, name, joined[name], left))
    return joined


def _of_two(table: str, column: str, kept: Any, other: Any) -> Any:
    """Which of two contradictory cells stands.

    The kept entry's, but of two stages on one day the further, of two interests the stricter:
    a signature or a refusal must not be lost.
    """
    rank = {("outcomes", "stage"): _FURTHEST, ("interests", "level"): _STRICTEST}.get(
        (table, column)
    )
    return max(kept, other, key=lambda cell: rank[cell]) if rank else kept


def _own_filled(draft: _Draft, table: str, key: str, kept: str | None, other: str) -> str | None:
    stays = {name: column[0] for name, column in decode_own([kept]).items()}
    goes = {name: column[0] for name, column in decode_own([other]).items()}
    for name in sorted(stays.keys() & goes.keys()):
        if stays[name] != goes[name]:
            draft.contradictions.append(Contradiction(table, key, name, stays[name], goes[name]))
    return kept if goes.keys() <= stays.keys() else encode_own({**goes, **stays})


def _referring() -> dict[str, list[str]]:
    """The columns of each table that may hold the id of an enterprise."""
    found: dict[str, list[str]] = {}
    for name, spec in TABLES.items():
        columns = [c.name for c in spec.columns if c.references == _SUBJECT or c.form == "thing"]
        if columns:
            found[name] = columns
    return found


def _mentioning(
    draft: _Draft, table: str, columns: Sequence[str], into: Mapping[str, str]
) -> Iterator[tuple[str, Cells]]:
    """The rows that may mention an entry that goes, by key."""
    target = ROWS[table]
    listed = select(target.c.row_key, *(target.c[name] for name in columns))
    several = [_several(table, name) for name in columns]
    keys = []
    for key, *cells in draft.connection.execute(listed):
        held = zip(cells, several, strict=True)
        if any(mentioned in into for cell, many in held for mentioned in _ids(cell, many)):
            keys.append(str(key))
    draft.read(table, sorted(keys))
    for key in sorted(keys):
        row = draft.row(table, key)
        if row is not None:
            yield key, row


def _several(table: str, name: str) -> bool:
    """Whether a column holds a list of ids; a text may look like one and is none."""
    return TABLES[table].column(name).kind == "ids"


def _ids(cell: str | None, several: bool) -> Sequence[str]:
    if cell is None:
        return ()
    return json.loads(cell) if several else (cell,)


def _move(
    draft: _Draft,
    table: str,
    key: str,
    row: Cells,
    columns: Sequence[str],
    into: Mapping[str, str],
) -> None:
    """Let a row refer to the entries that stay; a row already there under its key takes it in."""
    spec = TABLES[table]
    moved = dict(row)
    for name in columns:
        if spec.column(name).kind == "ids":
            new = list(dict.fromkeys(into.get(one, one) for one in _ids(row[name], True)))
            moved[name] = encode("ids", tuple(new))
        elif row[name] in into and _is_enterprise(table, name, row):
            moved[name] = into[row[name]]
    if moved == row:
        return
    new_key = row_key(spec, [moved[name] for name in spec.key])
    if new_key == key:
        draft.put(table, key, moved)
        return
    if not _also_means_another(draft, table, row):
        draft.put(table, key, None)
    there = draft.row(table, new_key)
    joined = moved if there is None else _filled(draft, table, new_key, there, moved)
    draft.put(table, new_key, {**joined, "row_key": new_key})


def _is_enterprise(table: str, column: str, row: Cells) -> bool:
    """Whether a column of this row names an enterprise (of an interest: by who speaks)."""
    if table != "interests":
        return True
    return bool((column == "id") == (row["side"] == "enterprise"))


def _also_means_another(draft: _Draft, table: str, row: Cells) -> bool:
    """Whether what a region's interest names is a resource as well, so that it stays."""
    if table != "interests" or row["side"] != "region":
        return False
    return draft.row("resources", str(row["target"])) is not None


def _counted(changes: Sequence[Cells]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for change in changes:
        if change["before"] != change["after"]:
            counts[change["table"]] = counts.get(change["table"], 0) + 1
    return counts
