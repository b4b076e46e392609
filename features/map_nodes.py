"""The objects of a map as JSON has them, and what is wrong with them, by their place in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from features.cells import meant
from features.findings import Finding, FindingsError
from features.language import Text, text
from features.place_names import excerpt
from features.sheet_cells import LAST_ROW

__all__ = ["Faults", "Node"]


class Faults:
    """Everything that is wrong with a map, each by its place in the document."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Finding] = []

    def add(
        self, place: str, code: str, value: object = None, row: int | None = None, **values: object
    ) -> None:
        """Note one fault; ``place`` is a path such as ``tables[0].columns.land_mu.factor``."""
        said = value if isinstance(value, str) or value is None else _json(value)
        named: dict[str, object] = {"value": excerpt(said or ""), "place": place, **values}
        variant = "_suggest" if values.get("suggestion") else ""
        message = text(f"finding.{code}{variant}", **named)
        label: Text | None = {"zh": place, "en": place} if place else None
        self.found.append(
            Finding(self.file, None, row, place or None, said, code, message, heading=label)
        )

    def refuse(self) -> None:
        """Raise all faults, if there are any."""
        if self.found:
            raise FindingsError(self.found)


class Node:
    """One object of the document, and where it stands."""

    def __init__(self, faults: Faults, path: str, given: dict[str, Any]) -> None:
        self.faults, self.path, self.given = faults, path, given

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        return key in self.given

    def child(self, place: str, entry: object) -> Node | None:
        if isinstance(entry, dict):
            return Node(self.faults, place, entry)
        self.faults.add(place, "map_type", entry, wanted=text("map_type.object"))
        return None

    def only(self, known: Sequence[str]) -> None:
        for key in self.given:
            if key not in known:
                self.fault(key, "map_unknown_key", key, suggestion=meant(key, list(known)),
                           known=", ".join(known))  # fmt: skip

    def fault(self, key: str, code: str, value: object = None, **values: object) -> None:
        self.faults.add(self.at(key), code, value, None, **values)

    def get(self, key: str, kind: type, default: Any = None) -> Any:
        """The value of a key, of the right type; None where it is not (that has been said)."""
        if key not in self.given:
            return default
        value = self.given[key]
        if value is None and kind is not bool:
            return default
        if isinstance(value, bool) is (kind is bool) and isinstance(value, kind):
            return value
        self.fault(key, "map_type", value, wanted=text(f"map_type.{kind.__name__}"))
        return None

    def row(self, key: str, default: int | None = None) -> int | None:
        value = self.get(key, int, default)
        if value is not None and key in self.given and not 1 <= value <= LAST_ROW:
            self.fault(key, "map_row", value)
            return None
        return int(value) if value is not None else None


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
