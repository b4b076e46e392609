"""What a map says of one column → :class:`features.mapping.Source`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from features import mapping, units
from features.language import text
from features.map_nodes import Node
from features.mapping import Source
from features.schema import Column, TableSpec

__all__ = ["ColumnCheck", "confirm"]

_FACTOR = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:/[0-9]+)?")
_PREFIX = re.compile(r"[A-Za-z0-9._-]{0,32}")
_KINDS = {
    "year": ("int",), "serial": ("date", "int"), "day": ("date",), "prefix": ("id",),
    "make": ("id",), "unit": ("int", "float"), "factor": ("int", "float"),
    "cell_units": ("int", "float"), "split": ("texts", "choices", "codes", "ids"),
    "ticks": ("choice", "choices", "texts"),
}  # fmt: skip
"""Keys that go with columns of some kinds only; a user's own columns take ``factor`` too."""
_LISTS = ("choices", "texts", "codes", "ids")


class ColumnCheck:
    """Judges what is said of one column."""

    def __init__(
        self, node: Node, spec: TableSpec, name: str, column: Column | None,
        given: Mapping[str, Any], confirmed: bool,
    ) -> None:  # fmt: skip
        self.node, self.spec, self.name, self.column = node, spec, name, column
        self.siblings, self.confirmed = given, confirmed

    def source(self) -> Source:
        node = self.node
        node.only(mapping.COLUMN_KEYS)
        sources = [key for key in mapping.SOURCES if node.has(key)]
        if len(sources) != 1:
            node.faults.add(node.path, "map_one_source", ", ".join(sources) or None,
                            known=", ".join(mapping.SOURCES))  # fmt: skip
        kind = self.column.kind if self.column else "float"
        for key, kinds in _KINDS.items():
            if node.has(key) and kind not in kinds:
                node.fault(key, "map_key_misplaced", key, kind=text(f"kind_short.{kind}"))
        confirm(node, self.name, self.confirmed)
        factor = self._factor()
        return Source(
            node.path,
            column=str(self._text("column") or ""),
            heading=node.get("heading", str),
            factor=factor,
            # What Excel shows as 5 % holds 0.05 already, whether the map says % or 1/100.
            percent=node.given.get("unit") in ("%", "％", "百分数", "百分点")
            or (node.has("factor") and factor == Fraction(1, 100)),
            cell_units=bool(node.get("cell_units", bool, False)),
            words=self._words("words", to_row_value=True),
            split=node.get("split", str, "") or "",
            fill_down=self._one_of("fill_down", mapping.FILL),
            year=bool(node.get("year", bool, False)),
            day=self._one_of("day", mapping.DAYS),
            serial=bool(node.get("serial", bool, False)),
            prefix=self._prefix(),
            value=self._text("value"),
            by_rows=tuple(self._by_rows()),
            ticks=self._words("ticks"),
            tick_marks=tuple(self._texts("tick_marks")),
            make=tuple(self._make()),
        )

    def _undecided(self, key: str, choices: Sequence[str] = (), value: object = None) -> None:
        listed = {"zh": "、".join(choices) or "…", "en": ", ".join(choices) or "…"}
        said = key.rpartition(".")[2] if value is None else value
        self.node.fault(key, "map_undecided", said, choices=listed)

    def _text(self, key: str) -> str | None:
        if key in self.node.given and self.node.given[key] is None:
            self._undecided(key)
            return None
        value: str | None = self.node.get(key, str)
        if value is not None and not value.strip():
            self.node.fault(key, "map_empty", value)
        return value

    def _texts(self, key: str) -> list[str]:
        given = self.node.get(key, list, []) or []
        for i, entry in enumerate(given):
            if not isinstance(entry, str):
                self.node.fault(f"{key}[{i}]", "map_type", entry, wanted=text("map_type.str"))
        return [entry for entry in given if isinstance(entry, str)]

    def _one_of(self, key: str, known: Sequence[str]) -> str:
        if key in self.node.given and self.node.given[key] is None:
            self._undecided(key, known)
            return ""
        value = self.node.get(key, str, "") or ""
        if value and value not in known:
            self.node.fault(key, "map_choice", value, known=", ".join(known))
        return value

    def _prefix(self) -> str:
        prefix = self.node.get("prefix", str, "") or ""
        if not _PREFIX.fullmatch(prefix):
            self.node.fault("prefix", "map_prefix", prefix)
        return prefix

    def _factor(self) -> Fraction | None:
        node, unit = self.node, self.column.unit if self.column else None
        by_unit: Fraction | None = None
        if node.has("unit"):
            written = node.given["unit"]
            known = units.known_units(unit)
            if written is None:
                self._undecided("unit", known)
            elif (written := node.get("unit", str)) is not None:
                by_unit = units.factor(unit, written)
                if by_unit is None:
                    listed = {"zh": "、".join(known) or "–", "en": ", ".join(known) or "–"}
                    node.fault("unit", "map_unit", written, known=listed)
        if not node.has("factor"):
            return by_unit
        if node.has("unit"):
            node.fault("factor", "map_unit_and_factor", node.given["factor"])
        given = node.given["factor"]
        if given is None:
            self._undecided("factor")
            return None
        number = isinstance(given, int | float) and not isinstance(given, bool)
        if not number and not (isinstance(given, str) and _FACTOR.fullmatch(given.strip())):
            node.fault("factor", "map_factor", given)
            return None
        top, _, bottom = (repr(given) if number else given.strip()).partition("/")
        try:
            value = Fraction(top) / Fraction(bottom or "1")
        except (ZeroDivisionError, ValueError):
            value = Fraction(0)
        if value <= 0:
            node.fault("factor", "map_factor", given)
            return None
        return value

    def _words(self, key: str, *, to_row_value: bool = False) -> dict[str, str]:
        """Words or columns → what is meant; null is yet to be decided."""
        found: dict[str, str] = {}
        given = self.node.get(key, dict, {}) or {}
        for word, value in given.items():
            if isinstance(value, list) and all(isinstance(v, str) for v in value) and value:
                if self.column is not None and self.column.kind in _LISTS:
                    value = ";".join(value)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                value = repr(value)
            if value is None:
                choices = self.column.choices if self.column else ()
                self._undecided(f"{key}.{word}", choices, word)
            elif isinstance(value, str):
                found[word] = value
            else:
                self.node.fault(f"{key}.{word}", "map_type", value, wanted=text("map_type.str"))
        if key == "ticks" and self.node.has(key) and not given:
            self.node.fault(key, "map_empty", given)
        return found

    def _by_rows(self) -> Iterator[tuple[int, int, str]]:
        given = self.node.get("by_rows", list, []) or []
        if self.node.has("by_rows") and not given:
            self.node.fault("by_rows", "map_empty", given)
        last = 0
        for i, entry in enumerate(given):
            inner = self.node.child(self.node.at(f"by_rows[{i}]"), entry)
            if inner is None:
                continue
            inner.only(("from", "to", "value"))
            low, high = inner.row("from"), inner.row("to")
            if "value" in inner.given and inner.given["value"] is None:
                self._undecided(f"by_rows[{i}].value")
            value = inner.get("value", str, "")
            if low is None or high is None or low > high:
                inner.fault("to", "map_rows_order", high, first=low or 1)
            elif low <= last:
                inner.fault("from", "map_rows_overlap", low)
            elif value is not None:
                last = high
                yield low, high, value

    def _make(self) -> list[str]:
        parts = self._texts("make")
        if self.node.has("make") and not parts:
            self.node.fault("make", "map_empty", self.node.given["make"])
        for part in parts:
            if part == self.name or part not in self.siblings:
                self.node.fault("make", "map_make_of", part)
        return parts


def confirm(node: Node, name: str, already: bool) -> None:
    """Refuse what a proposal marked as uncertain and nobody has confirmed.

    Parameters
    ----------
    already : bool
        Whether the whole map is confirmed.
    """
    if node.get("confirmed", bool, True) is False and not already:
        why = node.given.get("evidence")
        both = isinstance(why, dict) and {"zh", "en"} <= set(why)
        said = why if both else {"zh": str(why or "–"), "en": str(why or "–")}
        node.fault("confirmed", "map_unconfirmed", name, why=said)
