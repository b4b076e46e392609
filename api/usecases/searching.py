"""Rows by part of their name, by code, or by the initials of the name's pinyin."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from api.store import Store
from features.initials import initials, matches

Searched = Literal["enterprises", "resources"]
_building = threading.Lock()
_kept: WeakKeyDictionary[Store, dict[str, tuple[str, list[Entry]]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Entry:
    """A row that may be looked for; ``region`` is a code, or None."""

    id: str
    name: str
    region: str | None
    letters: tuple[str, ...]


def find(store: Store, table: Searched, wanted: str, *, most: int = 20) -> list[Entry]:
    """Rows that fit best: by id, whole name, beginning, part of the name, then initials.

    Parameters
    ----------
    wanted : str
        Blanks around it do not count, nor whether letters are large or small.
    """
    plain = wanted.strip().casefold()
    if not plain:
        return []
    found = [(order, entry) for entry in _entries(store, table)
             if (order := _order(plain, entry)) is not None]  # fmt: skip
    found.sort(key=lambda each: (each[0], each[1].id))
    return [entry for _, entry in found[:most]]


def named(store: Store, table: Searched, ids: Collection[str]) -> dict[str, str]:
    """The names of some rows by their ids; ids that are not there are left out."""
    from api.store import rows

    with store.connection() as connection:
        found = rows.cells(connection, table, "name", sorted(ids)) if ids else {}
    return {key: str(name or "") for key, name in found.items()}


def fits(wanted: str, key: str, name: str) -> bool:
    """Whether one row is among what is looked for; all are where nothing is."""
    plain = wanted.strip().casefold()
    return not plain or _order(plain, Entry(key, name, None, initials(name))) is not None


def _order(plain: str, entry: Entry) -> int | None:
    key, name = entry.id.casefold(), entry.name.casefold()
    if plain in (key, name):
        return 0
    if name.startswith(plain) or key.startswith(plain):
        return 1
    if plain in name or plain in key:
        return 2
    if plain.isascii() and plain.isalnum() and len(plain) > 1 and matches(plain, entry.letters):
        return 3
    return None


def _entries(store: Store, table: Searched) -> list[Entry]:
    """All rows of a table, kept while none of them changes."""
    word = store.generations((table,))[0][table]
    with _building:
        kept = _kept.setdefault(store, {})
        if table not in kept or kept[table][0] != word:
            rows = store.table(table, ["id", "name", "region"])
            made = [
                Entry(str(i), str(name or ""), None if region is None else str(region),
                      initials(str(name or "")))
                for i, name, region in zip(rows["id"], rows["name"], rows["region"], strict=True)
            ]  # fmt: skip
            # Rows that came since the word was read are found at the next look, under another.
            kept[table] = word, made
        return kept[table][1]
