"""The rows of a sheet below its header → values, with every bad cell remarked on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from features.cells import BLANKS, CellProblem, CellReader, Note, shown
from features.columns import Column
from features.grid import Raw, Row, Sheet
from features.header import Header
from features.place_names import AmbiguousRegion, UnknownRegion, half_width
from features.references import Known
from features.remarks import Place, Remarks
from features.row_checks import CHECKS, GivenRow
from features.schema import (
    ENTERPRISE_KINDS,
    OWN_PREFIX,
    RESOURCE_KINDS,
    TABLES,
    TableSpec,
    choice_label,
)
from features.sheet_cells import letters
from features.tables import Value

_TOTAL = re.compile(
    r"(?:本页|本表|全县|全市|全省)?(?:合计|总计|小计|共计|累计|汇总|总和|总数)"
    r"|(?:grand|sub)?-?totals?|sum",
    re.IGNORECASE,
)
_UNSEEN = object()


class Reader(Protocol):
    """What reads the cells of one column."""

    column: Column
    known: dict[str, Value]

    def read(self, raw: Raw) -> tuple[Value, Note | None]:
        """The cell's value and a remark, if any; raises :class:`features.cells.CellProblem`."""


@dataclass
class Part:
    """What was read from one sheet of a table.

    Attributes
    ----------
    columns : dict of str to list
        Values of the rows without errors, by column.
    own : dict of str to list of (row, position, raw cell)
        A user's own columns, of all rows, not yet judged.
    kept : list of int
        Which of all rows are without errors.
    ids : set
        Readable ids of all rows, those with errors too.
    """

    place: Place
    header: Header
    columns: dict[str, list[Value]]
    rows: list[int] = field(default_factory=list)
    own: dict[str, list[tuple[int, int, Raw]]] = field(default_factory=dict)
    kept: list[int] = field(default_factory=list)
    ids: set[Value] = field(default_factory=set)


class RowReader:
    """Reads the rows of one sheet.

    Parameters
    ----------
    keys : dict
        Keys of the table met so far in this import, and where; shared by its sheets.
    readers : mapping of str to Reader, optional
        What reads a column in the place of the ordinary reader.
    """

    def __init__(
        self,
        spec: TableSpec,
        header: Header,
        place: Place,
        known: Known,
        remarks: Remarks,
        keys: dict[tuple[Value, ...], tuple[Place, int]],
        readers: Mapping[str, Reader] | None = None,
    ) -> None:
        self.spec, self.header, self.place = spec, header, place
        self.known, self.remarks, self.keys = known, remarks, keys
        named = header.names.items()
        self._own = [(i, name) for i, name in named if name.startswith(OWN_PREFIX)]
        own_readers = dict(readers or {})
        self._readers: list[tuple[int, str, Reader]] = [
            (
                i, name,
                own_readers.get(name)
                or CellReader(spec.name, spec.column(name), known.regions, known.industries),
            )
            for i, name in named
            if not name.startswith(OWN_PREFIX)
        ]  # fmt: skip
        self._position = {name: i for i, name in named}
        self._references = [c.name for c in spec.columns if c.references and c.kind != "ids"]
        self._headless: dict[int, tuple[int, str]] = {}
        self._taken = 0
        self.part = Part(
            place, header,
            {name: [] for _, name, _ in self._readers},
            own={name: [] for _, name in self._own},
        )  # fmt: skip

    def read(self, rows: Iterable[Row], sheet: Sheet) -> Part:
        """Judge every row; blank ones are passed over."""
        for number, cells in rows:
            filled = [i for i, c in enumerate(cells) if c is not None and not _blank(c)]
            if filled and not self._is_no_row(number, cells, filled, sheet):
                self._take(number, cells)
        self._merged(sheet)
        return self.part

    def _say(self, number: int, name: str | None, code: str, raw: Raw | Value,
             values: dict[str, object] | None = None, **more: object) -> None:  # fmt: skip
        value = raw if isinstance(raw, str) or raw is None else _written(raw)
        position = self._position.get(name or "", 0)
        self.remarks.add(self.place, code, row=number, column=name, value=value,
                         position=position, values=values, **more)  # type: ignore[arg-type]  # fmt: skip

    def _is_no_row(self, number: int, cells: list[Raw], filled: list[int], sheet: Sheet) -> bool:
        """Whether the row is a total, a title, a second header or broken; it is said then."""
        said = shown(cells[filled[0]]).strip(BLANKS)
        name = self.header.names.get(filled[0])
        plain = re.sub(r"\s+", "", half_width(said)).rstrip(":")
        if _TOTAL.fullmatch(plain):
            self._say(number, name, "total_row", said)
            return True
        titles = self.header.cells
        if said == next(t for t in titles if t) and [
            shown(cell).strip(BLANKS) for cell in cells if cell is not None
        ] == [t for t in titles if t]:
            self._say(number, name, "repeated_header", said)
            return True
        if len(filled) == 1 and len(self._readers) > 1 and self._is_stray(cells, filled[0]):
            self._say(number, name, "stray_row", said)
            return True
        return not sheet.ragged and self._is_ragged(number, cells, filled)

    def _is_stray(self, cells: list[Raw], position: int) -> bool:
        for at, name, reader in self._readers:
            if at == position and name in self.spec.key:
                try:
                    reader.read(cells[position])
                except CellProblem as problem:
                    written = isinstance(cells[position], str)
                    return written and problem.code != "control_character"
                return False
        return sum(column.required for column in self.spec.columns) > 1

    def _is_ragged(self, number: int, cells: list[Raw], filled: list[int]) -> bool:
        expected = len(self.header.cells)
        values: dict[str, object] = {"expected": expected, "found": len(cells)}
        if filled[-1] >= expected:
            self._say(number, None, "too_many_cells", cells[expected], values)
        elif len(cells) < self.header.width:
            self._say(number, None, "too_few_cells", shown(cells[filled[-1]]), values)
        else:
            return False
        return True

    def _take(self, number: int, cells: list[Raw]) -> None:
        row: dict[str, Value] = {}
        bad: set[str] = set()
        for position, name, reader in self._readers:
            raw = cells[position] if position < len(cells) else None
            if isinstance(raw, str):
                value = reader.known.get(raw, _UNSEEN)
                if value is not _UNSEEN:
                    row[name] = value  # type: ignore[assignment]
                    continue
            try:
                row[name], note = reader.read(raw)
                if note is not None:
                    self._say(number, name, note[0], raw, note[1], level="warning")
            except CellProblem as problem:
                row[name] = None
                bad.add(name)
                said = problem.value if problem.value is not None else shown(raw)
                self._say(number, name, problem.code, said, problem.values)
            else:
                if row[name] is None and reader.column.required:
                    bad.add(name)
                    self._say(number, name, "missing_value", None)
        for position in range(self.header.width, len(cells)):
            self._note_headless(number, position, cells)
        for position, title in enumerate(self.header.cells):
            if not title and position < len(cells):
                self._note_headless(number, position, cells)
        self._refer(number, row, bad)
        self._identify(number, row, bad)
        self._check(number, row, bad, cells)
        for position, name in self._own:
            raw = cells[position] if position < len(cells) else None
            self.part.own[name].append((number, position, raw))
        if (named := row.get("id")) is not None:
            self.part.ids.add(named)
        if not bad:
            self.part.rows.append(number)
            self.part.kept.append(self._taken)
            for name, values in self.part.columns.items():
                values.append(row[name])
        self._taken += 1

    def _note_headless(self, number: int, position: int, cells: list[Raw]) -> None:
        raw = cells[position]
        if raw is not None and not _blank(raw) and position not in self._headless:
            self._headless[position] = number, shown(raw)

    def _refer(self, number: int, row: dict[str, Value], bad: set[str]) -> None:
        """Ids of other tables must be there."""
        if self.spec.name == "interests":
            for name in ("id", "target"):
                self._point(number, row, bad, name)
        for column in self.spec.columns:
            value = row.get(column.name)
            if column.references is None or value is None:
                continue
            for key in value if isinstance(value, tuple) else (value,):
                if not self.known.exists(column.references, str(key)):
                    bad.add(column.name)
                    self._unknown(number, column.name, "unknown_reference", str(key),
                                  {"table": TABLES[column.references].label},
                                  among=column.references)  # fmt: skip

    def _point(self, number: int, row: dict[str, Value], bad: set[str], name: str) -> None:
        """An interest's side or target: an id, a region or a kind."""
        written, side = row.get(name), row.get("side")
        if not isinstance(written, str) or side is None:
            return
        tables = ["enterprises", "resources"]
        if name == "id":
            tables = [table for table in tables if table.startswith(str(side))]
        plain = half_width(written)
        if any(plain in self.known.ids.get(t, ()) or self.known.stored(t, plain) for t in tables):
            row[name] = plain
            return
        if name == "target" and (kind := KINDS.get(plain.lower())):
            row[name] = kind
            return
        if name == "target" or side == "region":
            try:
                row[name] = self.known.regions.resolve(plain)
                return
            except (UnknownRegion, AmbiguousRegion):
                pass
        if not any(table in self.known.unread for table in tables):
            bad.add(name)
            code = "unknown_target" if name == "target" else "unknown_side"
            self._unknown(number, name, code, plain, {"side": str(side)})

    def _unknown(
        self, number: int, name: str, code: str, key: str, values: dict[str, object],
        *, among: str = "enterprises",
    ) -> None:  # fmt: skip
        """Say that there is no such row; of an enterprise merged away, what it is now."""
        into = self.known.now_under(key) if among == "enterprises" else None
        self._say(number, name, "merged_reference" if into else code, key,
                  {"into": into} if into else values)  # fmt: skip

    def _identify(self, number: int, row: dict[str, Value], bad: set[str]) -> None:
        key = self.spec.key
        if any(name in bad for name in key) or any(name not in row for name in key[:1]):
            return
        values = tuple(row.get(name) for name in key)
        if len(values) == 1:
            self.known.ids.setdefault(self.spec.name, set()).add(str(values[0]))
            self._note_return(number, str(values[0]))
        first = self.keys.setdefault(values, (self.place, number))
        if first != (self.place, number):
            where: dict[str, object] = {
                "key": ", ".join(key), "row": first[1], "file": first[0].file,
                "sheet": f"[{first[0].sheet}]" if first[0].sheet else "",
            }  # fmt: skip
            said = ", ".join(_written(v) for v in values if v is not None)
            bad.add(key[0])
            self._say(number, key[0], "duplicate_key", said, where)

    def _note_return(self, number: int, key: str) -> None:
        """Remark on a row that would enter an enterprise again that was merged away."""
        if self.spec.name != "enterprises" or self.known.stored(self.spec.name, key):
            return
        if into := self.known.now_under(key):
            self._say(number, self.spec.key[0], "merged_away", key, {"into": into}, level="warning")

    def _check(self, number: int, row: dict[str, Value], bad: set[str], cells: list[Raw]) -> None:
        checks = CHECKS.get(self.spec.name)
        if not checks:
            return
        key = row.get(self.spec.key[0])
        given = GivenRow(
            row, frozenset(bad), lambda: key is None or self.known.stored(self.spec.name, str(key)),
            self.known.today,
        )  # fmt: skip
        for check in checks:
            for problem in check(given):
                if problem.level == "error":
                    bad.add(problem.column)
                position = self._position.get(problem.column, len(cells))
                said = shown(cells[position]).strip(BLANKS) if position < len(cells) else ""
                self._say(number, problem.column, problem.code, said or None,
                          problem.values, level=problem.level)  # fmt: skip

    def _merged(self, sheet: Sheet) -> None:
        """Remark on merged cells, and on data under no header unless merging explains it."""
        row = self.header.row
        titles = [area for area in sheet.merged if area[0] <= row <= area[2]]
        below = [area for area in sheet.merged if area[0] > row]
        covered: set[int] = set()
        for top, left, bottom, right in titles:
            covered.update(range(left, right))
            title = self.header.cells[left - 1] if left <= len(self.header.cells) else ""
            name = self.header.names.get(left - 1, title or None)
            area_said: dict[str, object] = {"area": area_name(top, left, bottom, right)}
            self.remarks.add(self.place, "merged_header", row=row, column=name, value=title,
                             position=left - 1, values=area_said)  # fmt: skip
        if below:
            self.remarks.add(self.place, "merged_cells", row=below[0][0], level="warning",
                             value=area_name(*below[0]), values={"count": len(below)})  # fmt: skip
        for position, (number, said) in self._headless.items():
            if position not in covered:
                column: dict[str, object] = {"letter": letters(position + 1)}
                self.remarks.add(self.place, "column_without_header", row=number, value=said,
                                 position=position, values=column)  # fmt: skip


def area_name(top: int, left: int, bottom: int, right: int) -> str:
    """Name of an area as spreadsheets have it (``A1:B2``)."""
    return f"{letters(left)}{top}:{letters(right)}{bottom}"


def _blank(raw: Raw) -> bool:
    return isinstance(raw, str) and not raw.strip(BLANKS)


def _written(value: Raw | Value) -> str:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, tuple | int) else shown(value)


def _kinds() -> dict[str, str]:
    found: dict[str, str] = {}
    for table, kinds in (("resources", RESOURCE_KINDS), ("enterprises", ENTERPRISE_KINDS)):
        for kind in kinds:
            for name in (kind, *choice_label(table, "kind", kind).values()):
                found.setdefault(name.lower(), kind)
    return found


KINDS = _kinds()
