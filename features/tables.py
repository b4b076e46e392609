"""The typed table: what crosses every border below the command line.

Columns are plain lists of Python values, one entry a row, ``None`` = not known:

========== ===========================================================================
kind       Python value
========== ===========================================================================
id, text   ``str``
choice     ``str``, one of the column's choices
code       ``str``, a GB/T 4754 code without section letter where it has digits
region     ``str``, the region's code (``330109``; ``330100`` = a whole prefecture)
int        ``int``
float      ``float``
date       ``datetime.date``
texts, ids, choices, codes    ``tuple[str, ...]`` (never empty: an empty list is ``None``)
points     ``tuple[tuple[str, float], ...]`` (``name=points``)
========== ===========================================================================

A user's own ``x_`` columns hold ``float`` (every value a number) or ``str``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

Value = str | int | float | date | tuple[str, ...] | tuple[tuple[str, float], ...] | None


@dataclass(frozen=True)
class Table:
    """Rows of one table of the contract, by column.

    Attributes
    ----------
    name : str
        A key of :data:`features.schema.TABLES`.
    columns : dict of str to list
        The columns present, all of one length. A column that is absent was not given
        (an import leaves it as it is); a ``None`` in it was given as "not known".
    """

    name: str
    columns: dict[str, list[Value]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def __getitem__(self, column: str) -> list[Value]:
        """The column's values; all ``None`` where the column is absent."""
        return self.columns[column] if column in self.columns else [None] * len(self)

    def rows(self) -> Iterator[dict[str, Value]]:
        """Each row as a dict of the columns present."""
        names = list(self.columns)
        for values in zip(*self.columns.values(), strict=True):
            yield dict(zip(names, values, strict=True))

    def take(self, indices: Sequence[int]) -> Table:
        """The rows at ``indices``, in that order."""
        return Table(self.name, {c: [v[i] for i in indices] for c, v in self.columns.items()})

    @property
    def own_columns(self) -> list[str]:
        """The user's own columns (``x_…``), sorted."""
        return sorted(c for c in self.columns if c.startswith("x_"))

    @classmethod
    def from_rows(cls, name: str, rows: Sequence[Mapping[str, Value]]) -> Table:
        """Build from dicts; a key missing in a row is ``None`` there."""
        names: dict[str, None] = {}
        for row in rows:
            names.update(dict.fromkeys(row))
        return cls(name, {c: [row.get(c) for row in rows] for c in names})
