"""Rows by part of their name, by code, or by the initials of the name's pinyin."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from api.store import Store
from features.initials import NameIndex, initials, matches

Searched = Literal["enterprises", "resources"]
_building = threading.Lock()
_kept: WeakKeyDictionary[Store, dict[str, _Rows]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Entry:
    """A row that may be looked for; ``region`` is a code, or None."""

    id: str
    name: str
    region: str | None


@dataclass(frozen=True)
class _Rows:
    """The rows of a table as the generation ``word`` has them; ``plain``: id and name folded."""

    word: str
    entries: list[Entry]
    plain: list[tuple[str, str]]
    letters: NameIndex


def find(
    store: Store, table: Searched, wanted: str, *, most: int = 20,
    among: Callable[[Entry], bool] | None = None,
) -> list[Entry]:  # fmt: skip
    """Rows that fit best: by id, whole name, beginning, part of the name, then initials.

    Parameters
    ----------
    wanted : str
        Blanks around it do not count, nor whether letters are large or small.
    among : callable, optional
        Which rows are looked at: no other takes the place of one of them.
    """
    plain = wanted.strip().casefold()
    if not plain:
        return []
    kept = _rows(store, table)
    by_letters = set()
    if plain.isascii() and plain.isalnum() and len(plain) > 1:
        by_letters = set(kept.letters.holding(plain).tolist())
    found = []
    for number, (key, name) in enumerate(kept.plain):
        order = _order(plain, key, name)
        if order is None and number in by_letters:
            order = 3
        if order is not None and (among is None or among(kept.entries[number])):
            found.append((order, kept.entries[number]))
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
    if not plain or _order(plain, key.casefold(), name.casefold()) is not None:
        return True
    letters = plain.isascii() and plain.isalnum() and len(plain) > 1
    return letters and matches(plain, initials(name))


def _order(plain: str, key: str, name: str) -> int | None:
    """How well a row fits by its id and name, both in small letters; None: it does not."""
    if plain in (key, name):
        return 0
    if name.startswith(plain) or key.startswith(plain):
        return 1
    return 2 if plain in name or plain in key else None


def _rows(store: Store, table: Searched) -> _Rows:
    """All rows of a table, kept while none of them changes."""
    word = store.generations((table,))[0][table]
    with _building:
        kept = _kept.setdefault(store, {})
        if table not in kept or kept[table].word != word:
            rows = store.table(table, ["id", "name", "region"])
            made = [
                Entry(str(i), str(name or ""), None if region is None else str(region))
                for i, name, region in zip(rows["id"], rows["name"], rows["region"], strict=True)
            ]
            # Rows that came since the word was read are found at the next look, under another.
            kept[table] = _Rows(
                word, made, [(one.id.casefold(), one.name.casefold()) for one in made],
                NameIndex([initials(one.name) for one in made]),
            )  # fmt: skip
        return kept[table]
