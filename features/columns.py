"""What a table and its columns are made of; the tables stand in :mod:`features.schema`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from features.language import Text, catalogue, text
from features.tables import Value

OWN_PREFIX = "x_"
"""Columns that begin so are a user's own features."""

OPEN_KEYS = frozenset({("interests", "event_id"), ("targets", "region"), ("actuals", "region")})
"""Key columns that may be empty: no event; the province as a whole."""

_EMPTY: Text = {"zh": "", "en": ""}
LONG = 4000
_SHORT = 200


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    kind : str
        ``id text choice choices texts code codes region int float date points ids``;
        the Python values of each are told in :mod:`features.tables`.
    low, high : float or None
        Least and greatest value allowed (``int`` and ``float``).
    max_length : int or None
        Most characters of a text, or of a whole list as written.
    default : Value
        What a reader assumes where the cell is empty. It is never stored.
    references : str or None
        The table whose ids the column holds.
    staff_only : bool
        Shown to promotion staff only.
    form : str
        A narrower form of a text: ``time`` (``09:30``), ``thing`` (an id, a region or a kind).
    """

    name: str
    label: Text
    kind: str
    required: bool = False
    unit: Text | None = None
    low: float | None = None
    high: float | None = None
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    default: Value = None
    references: str | None = None
    staff_only: bool = False
    form: str = ""
    help: Text = field(default_factory=lambda: dict(_EMPTY))
    example: str = ""


@dataclass(frozen=True)
class TableSpec:
    """One table of the contract.

    Attributes
    ----------
    key : tuple of str
        The columns that name a row. All are required, except those of :data:`OPEN_KEYS`.
    own_columns : bool
        Whether a user's own ``x_`` columns are kept.
    """

    name: str
    label: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    own_columns: bool = False
    help: Text = field(default_factory=lambda: dict(_EMPTY))

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(column.name for column in self.columns)


def _said(what: str, table: str, column: str) -> Text:
    own = f"{what}.{table}.{column}"
    return text(own if own in catalogue() else f"{what}.any.{column}")


@dataclass(frozen=True)
class Draft:
    """A column before its table, and with it its label, is known."""

    name: str
    kind: str
    options: dict[str, object]


def column(name: str, kind: str, **options: object) -> Draft:
    """A column to be; ``options`` are the attributes of :class:`Column`, ``unit`` by its code."""
    return Draft(name, kind, options)


def table(
    name: str, drafts: Sequence[Draft], *, key: Sequence[str] = ("id",), own_columns: bool = False
) -> TableSpec:
    """A table of these columns, with the words that the catalogue has for them."""
    columns = tuple(_finish(name, draft, tuple(key)) for draft in drafts)
    return TableSpec(
        name, text(f"table.{name}"), columns, tuple(key), own_columns, text(f"about.{name}")
    )


def _finish(table: str, draft: Draft, key: tuple[str, ...]) -> Column:
    options = dict(draft.options)
    if unit := options.pop("unit", None):
        options["unit"] = text(f"unit.{unit}")
    if draft.name in key and (table, draft.name) not in OPEN_KEYS:
        options["required"] = True
    if draft.kind in ("text", "texts", "choices", "codes", "ids", "points"):
        options.setdefault("max_length", _SHORT if draft.kind == "text" else LONG)
    return Column(
        draft.name,
        _said("label", table, draft.name),
        draft.kind,
        help=_said("help", table, draft.name),
        **options,  # type: ignore[arg-type]
    )


def amount(name: str, unit: str, example: str = "", **options: object) -> Draft:
    """A column of amounts in a unit, not negative."""
    return column(name, "float", **{"low": 0, "unit": unit, "example": example, **options})


def count(name: str, unit: str, example: str = "", **options: object) -> Draft:
    """A column of whole numbers in a unit, not negative."""
    return column(name, "int", **{"low": 0, "unit": unit, "example": example, **options})
