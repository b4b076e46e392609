"""Which rows are other ones than somebody read before, row by row.

Told by the stamp of each row's last change, which :func:`moved` makes another one at every change.
The stamp is compared with the one that was read, never with a moment alone: a transaction writes
its stamps when it works and shows them when it ends, and undoing a merge brings old ones back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from api.settings import STAMP
from api.store import reading
from features.schema import TABLES
from features.tables import Table

Stamps = Mapping[str, str]
"""Key of each row of a table → when it was last changed."""


@dataclass(frozen=True)
class Read:
    """Which rows of some tables somebody read.

    Attributes
    ----------
    at : str
        Stamp of a moment not after they were read.
    stamps : dict of str to Stamps
        By table.
    """

    at: str = ""
    stamps: Mapping[str, Stamps] = field(default_factory=dict)


@dataclass(frozen=True)
class Changes:
    """What became of a table's rows since they were read.

    Attributes
    ----------
    now : Table
        The rows that are new or other ones, as they are now.
    gone : frozenset of str
        Keys of those that are there no longer.
    """

    now: Table
    gone: frozenset[str]


def moved(at: str, before: str) -> str:
    """The stamp of a change at a moment to a row last changed at another: never that one again."""
    if at > before:
        return at
    try:
        return (datetime.strptime(before, STAMP) + timedelta(seconds=1)).strftime(STAMP)
    except (ValueError, OverflowError):  # not of this program
        return at


def stamps(select: reading.Select, name: str) -> dict[str, str]:
    """When each row of a table was last changed."""
    rows = select(f'SELECT row_key, updated_at FROM "{TABLES[name].name}"')
    return {str(key): str(at) for key, at in rows}


def since(select: reading.Ask, name: str, read: Read, columns: Sequence[str]) -> Changes:
    """What became of a table's rows since they were read, in one transaction with other questions.

    Parameters
    ----------
    columns : sequence of str
        Of the rows as they are now; those of the key come with them.
    """
    before, now = read.stamps[name], stamps(select, name)
    others = [key for key, at in now.items() if at != before.get(key) or at >= read.at]
    return Changes(
        reading.read_rows(select, TABLES[name], columns, keys=others),
        frozenset(before.keys() - now.keys()),
    )
