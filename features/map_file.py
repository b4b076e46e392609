"""A map as JSON → :class:`features.mapping.Map`, or everything that is wrong with it at once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NoReturn

from features import mapping
from features.cells import meant
from features.language import text
from features.map_columns import ColumnCheck, confirm
from features.map_nodes import Faults, Node
from features.mapping import Map, Source, TableMap
from features.schema import OWN_PREFIX, TABLES, TableSpec
from features.sheet_cells import LAST_ROW
from features.system_reasons import why, why_not_text

__all__ = ["load", "parse"]

_OWN = re.compile(OWN_PREFIX + r"[\w.\-]{1,62}")
_ROWS = re.compile(r"([0-9]{1,7})(?:\s*[-–]\s*([0-9]{1,7}))?")
_MOST_HEADER_ROWS = 3


def load(path: Path) -> Map:
    """Read a map.

    Raises
    ------
    FindingsError
        With every fault, its place in the document and what to write instead.
    """
    faults = Faults(path.name)
    document = None
    try:
        document = json.loads(path.read_text("utf-8-sig"), object_pairs_hook=_object,
                              parse_constant=_no_constant)  # fmt: skip
    except FileNotFoundError:
        faults.add("", "no_such_file", str(path))
    except OSError as problem:
        faults.add("", "unreadable", str(path), reason=why(problem))
    except UnicodeDecodeError:
        faults.add("", "map_not_json", path.name, reason="UTF-8")
    except json.JSONDecodeError as problem:
        faults.add("", "map_not_json", path.name, row=problem.lineno, reason=why_not_text(problem))
    except _NotJsonError as problem:
        faults.add("", "map_not_json", path.name, reason=str(problem))
    except (_TwiceError, RecursionError) as problem:
        faults.add("", "map_key_twice", str(problem) or path.name)
    faults.refuse()
    return parse(document, path.name)


def parse(document: object, file: str = "map") -> Map:
    """Judge a map that has been read; see :func:`load`."""
    faults = Faults(file)
    tables: list[TableMap] = []
    if not isinstance(document, dict):
        faults.add("", "map_type", document, wanted=text("map_type.object"))
        faults.refuse()
    whole = Node(faults, "", dict(document))  # type: ignore[call-overload]
    whole.only(mapping.MAP_KEYS)
    version = whole.get("version", int, 1)
    if version not in (None, 1):
        faults.add("version", "map_version", version)
    confirmed = whole.get("confirmed", bool, False) is True
    for i, entry in enumerate(whole.get("tables", list, []) or []):
        node = whole.child(f"tables[{i}]", entry)
        if node is not None and (table := _table(node, confirmed)) is not None:
            tables.append(table)
    if not whole.has("tables") or whole.given.get("tables") == []:
        faults.add("tables", "map_no_tables", "tables")
    faults.refuse()
    return Map(file, tuple(tables))


def _table(node: Node, confirmed: bool) -> TableMap | None:
    node.only(mapping.TABLE_KEYS)
    name = node.get("table", str, "")
    if name not in TABLES:
        if name is not None:
            node.fault("table", "map_unknown_table", name or None, known=", ".join(TABLES),
                       suggestion=meant(name, list(TABLES)) if name else None)  # fmt: skip
        return None
    spec = TABLES[name]
    confirm(node, spec.name, confirmed)
    header = _rows(node, "header_rows")
    if len(header) > _MOST_HEADER_ROWS:
        node.fault("header_rows", "map_header_rows", node.given["header_rows"])
    first = node.row("first_row", max(header, default=0) + 1)
    last = node.row("last_row")
    if first is not None and header and first <= max(header):
        node.fault("first_row", "map_rows_order", first, first=max(header))
    if first is not None and last is not None and last < first:
        node.fault("last_row", "map_rows_order", last, first=first)
    skipped = frozenset(_rows(node, "skip_rows"))
    outside = [r for r in sorted(skipped) if first and (r < first or (last and r > last))]
    if outside:
        node.fault("skip_rows", "map_skip_outside", outside[0], first=first, last=last or "…")
    given = node.get("columns", dict, {})
    columns = _columns(node, spec, given if given is not None else {}, confirmed)
    node.get("unmapped", dict)  # told to people; reading does not need it
    return TableMap(node.path, name, node.get("sheet", str), tuple(sorted(header)),
                    first or 1, last, skipped, columns)  # fmt: skip


def _rows(node: Node, key: str) -> list[int]:
    """Row numbers: one, a list, or ranges as text (``"12-14"``)."""
    given = node.given.get(key)
    listed = given if isinstance(given, list) else [] if given is None else [given]
    found: list[int] = []
    for entry in listed:
        match = _ROWS.fullmatch(entry.strip()) if isinstance(entry, str) else None
        if isinstance(entry, int) and not isinstance(entry, bool):
            low = high = entry
        elif match:
            low, high = int(match[1]), int(match[2] or match[1])
        else:
            node.fault(key, "map_type", entry, wanted=text("map_type.rows"))
            continue
        if not 1 <= low <= high <= LAST_ROW:
            node.fault(key, "map_row", entry)
            continue
        found.extend(range(low, high + 1))
    return found


def _columns(
    node: Node, spec: TableSpec, given: dict[str, Any], confirmed: bool
) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for name, entry in given.items():
        place = f"{node.at('columns')}.{name}"
        if name not in spec.names and not (spec.own_columns and _OWN.fullmatch(name)):
            node.faults.add(place, "map_unknown_column", name, table=spec.name,
                            suggestion=meant(name, list(spec.names)),
                            known=", ".join(spec.names))  # fmt: skip
            continue
        entry = {"column": entry} if isinstance(entry, str) else entry
        inner = node.child(place, entry)
        if inner is not None:
            column = spec.column(name) if name in spec.names else None
            found[name] = ColumnCheck(inner, spec, name, column, given, confirmed).source()
    for column in spec.columns:
        if column.required and column.name not in given:
            node.fault("columns", "map_lacks_column", column.name, label=column.label)
    return found


class _NotJsonError(ValueError):
    """A word that Python reads as a number and JSON does not know (``NaN``)."""


class _TwiceError(ValueError):
    """A key that an object has twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _no_constant(written: str) -> NoReturn:
    raise _NotJsonError(written)
