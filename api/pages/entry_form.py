"""An entry of a table as a form: its fields with help and unit, and the cells that came back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from api.store import Store
from api.usecases.naming import regions_of
from features.columns import Column
from features.industries import Industries
from features.language import Language
from features.place_names import AmbiguousRegion, UnknownRegion
from features.regions import Regions
from features.schema import TABLES, choice_label

_WHOLE_LINE = ("description", "intents", "forms")
_DIVISION = 2
"""Level of the tree down to which industries are offered; classes would be 1,400."""


def columns_of(table: str, leave_out: Collection[str], *, staff: bool) -> list[Column]:
    """The columns that a form asks for, in the order of the table."""
    return [
        column for column in TABLES[table].columns
        if column.name not in leave_out and (staff or not column.staff_only)
    ]  # fmt: skip


def cells_of(columns: Sequence[Column], sent: Mapping[str, str]) -> dict[str, object]:
    """The cells of a form; what is ticked of a list of choices is sent one by one."""
    found: dict[str, object] = {}
    for column in columns:
        if column.kind == "choices":
            found[column.name] = [c for c in column.choices if f"{column.name}.{c}" in sent]
        elif column.name in sent:
            found[column.name] = sent[column.name].strip() or None
    return found


class EntryForm:
    """Makes the fields of a table's form.

    Parameters
    ----------
    first : collection of str
        Columns to be filled in first.
    """

    def __init__(self, store: Store, table: str, lang: Language, first: Collection[str]) -> None:
        self._table, self._lang, self._first = table, lang, first
        self._regions = regions_of(store)
        self._industries = Industries.built_in().with_rows(store.own_rows("industries"))

    def field(self, column: Column, value: object) -> dict[str, Any]:
        """One field with what stands in it."""
        lang = self._lang
        listed = value if isinstance(value, list | tuple) else []
        return {
            "name": column.name, "label": column.label[lang], "help": column.help[lang],
            "unit": column.unit[lang] if column.unit else "", "kind": column.kind,
            "required": column.required, "value": self._written(column, value),
            "chosen": listed, "said": self._said(column, value),
            "wide": column.name in _WHOLE_LINE, "first": column.name in self._first,
            "most": column.max_length or 4000, "list": _LISTS.get(column.kind, ""),
            "choices": [(c, choice_label(self._table, column.name, c)[lang])
                        for c in column.choices],
        }  # fmt: skip

    @property
    def lists(self) -> dict[str, list[tuple[str, str]]]:
        """What may be chosen from while one writes: value and words."""
        tree, places = self._industries, self._regions
        return {
            "regions": [(places.name(c, lang=self._lang), "") for c in places.codes
                        if not places.is_prefecture(c)],
            "industries": [(code, tree.name(code, self._lang)) for code in tree.codes
                           if tree.level[tree.index[code]] <= _DIVISION],
        }  # fmt: skip

    def _written(self, column: Column, value: object) -> str:
        """A value as one would write it: a region by its name."""
        if value is None or value == []:
            return ""
        if isinstance(value, list | tuple):
            return ";".join(map(str, value))
        if column.kind == "region":
            return _name(self._regions, str(value), self._lang)
        return f"{value:.15g}" if isinstance(value, float) else str(value)

    def _said(self, column: Column, value: object) -> str:
        """In words what codes of industries stand for."""
        if column.kind not in ("code", "codes") or not value:
            return ""
        codes = value if isinstance(value, list | tuple) else str(value).split(";")
        said = [f"{c} {self._industries.name(c, self._lang)}" for c in map(str, codes)
                if c in self._industries]  # fmt: skip
        return "; ".join(said)


_LISTS = {"region": "regions", "code": "industries"}


def _name(regions: Regions, code: str, lang: Language) -> str:
    """A region's name where that leads back to it; else what was written."""
    if code not in regions:
        return code
    name = regions.name(code, lang=lang)
    try:
        return name if regions.resolve(name) == code else code
    except (UnknownRegion, AmbiguousRegion):
        return code
