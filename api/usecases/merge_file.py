"""The file in which merging is approved → which entry goes into which."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from features.cells import shown
from features.grid import Sheet, SourceProblem
from features.language import LANGUAGES, text
from features.place_names import half_width
from features.remarks import Heading, Place, Remarks
from features.sources import Sources

__all__ = ["COLUMNS", "NO", "YES", "approved"]

COLUMNS = ("merge", "keep", "a", "b")
"""The columns that count; all others are for the reader's eyes. Only ``a`` and ``b`` must be
there: without ``merge`` every row is approved, without ``keep`` the first of the two stays."""

YES = frozenset({"是", "yes", "y", "true", "1", "√", "✓", "合并", "merge", "对"})
NO = frozenset({"", "否", "no", "n", "false", "0", "×", "-", "—", "不合并", "不"})
_CAP = 200


@dataclass(frozen=True)
class _Row:
    """One row that is approved."""

    row: int
    keep: str
    a: str
    b: str


def approved(file: Path, ids: Collection[str], merged: Mapping[str, str]) -> dict[str, str]:
    """The id of each entry that is to go → the id of the one that is to stay.

    Parameters
    ----------
    ids : collection of str
        The ids of the enterprises in the store.
    merged : mapping of str to str
        Entries that went already, to say so.

    Raises
    ------
    features.findings.FindingsError
        With every row at fault.
    """
    remarks = Remarks()
    with Sources(remarks) as sources:
        place = Place(1, file.name)
        try:
            sheet = _sheet(sources, file)
            place = Place(1, file.name, sheet.sheet)
            rows = list(_rows(sheet, place, remarks, ids, merged))
        except SourceProblem as problem:
            remarks.add(place, problem.code, row=problem.row, value=problem.value or file.name,
                        values=problem.values)  # fmt: skip
            rows = []
    into = _resolved(rows, place, remarks)
    if remarks.errors:
        raise remarks.error(_CAP)
    return into


def _sheet(sources: Sources, file: Path) -> Sheet:
    sheets = [sheet for sheet in sources.sheets_of(file, file.name) if not sheet.hidden]
    for sheet in sheets:
        if _header(sheet)[1]:
            return sheet
    raise SourceProblem("merge_columns", file.name, columns=_named())


def _named() -> str:
    return ", ".join(f"{text(f'duplicates.column.{name}')['zh']} ({name})" for name in ("a", "b"))


def _header(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row of the header, and where in it each column is; empty where it is none."""
    for number, cells in sheet.rows():
        written = [half_width(shown(cell)).lower() for cell in cells]
        if not any(written):
            continue
        at = {
            name: written.index(called)
            for name in COLUMNS
            for called in _called(name)
            if called in written
        }
        return number, at if {"a", "b"} <= at.keys() else {}
    return 0, {}


def _called(name: str) -> list[str]:
    return [name, *(text(f"duplicates.column.{name}")[lang].lower() for lang in LANGUAGES)]


def _rows(
    sheet: Sheet, place: Place, remarks: Remarks, ids: Collection[str], merged: Mapping[str, str]
) -> Iterator[_Row]:
    """The rows that are approved and in order."""
    head, at = _header(sheet)
    for number, cells in sheet.rows():
        if number == head:
            labels = {name: text(f"duplicates.column.{name}") for name in COLUMNS}
            named = {position: name for name, position in at.items()}
            remarks.head(place, Heading([shown(cell) for cell in cells], named, labels))
        if number <= head:
            continue
        said = {
            name: half_width(shown(cells[i]) if i < len(cells) else "").lstrip("'")
            for name, i in at.items()
        }
        answer = said["merge"].lower() if "merge" in said else "yes"
        if not any(said.values()):
            continue
        if answer in NO:
            continue
        if answer not in YES:
            remarks.add(place, "merge_answer", row=number, column="merge", value=said["merge"],
                        position=at["merge"])  # fmt: skip
            continue
        wrong = False
        for column in ("a", "b"):
            if said[column] not in ids:
                wrong = True
                gone = merged.get(said[column])
                code = "merge_gone" if gone else "merge_unknown"
                remarks.add(place, code, row=number, column=column, value=said[column],
                            position=at[column],
                            values={"into": gone} if gone else None)  # fmt: skip
        if said["a"] == said["b"] and not wrong:
            wrong = True
            remarks.add(place, "merge_itself", row=number, column="b", value=said["b"],
                        position=at["b"])  # fmt: skip
        if not wrong:
            yield _Row(number, said.get("keep") or said["a"], said["a"], said["b"])


def _resolved(rows: list[_Row], place: Place, remarks: Remarks) -> dict[str, str]:
    """Where each entry ends, over several rows; groups in which not just one stays are told."""
    group: dict[str, str] = {}

    def root(one: str) -> str:
        while group.setdefault(one, one) != one:
            one = group[one]
        return one

    for row in rows:
        group[root(row.a)] = root(row.b)
    members: dict[str, list[str]] = {}
    for one in sorted(group):
        members.setdefault(root(one), []).append(one)
    going: set[str] = set()
    for row in rows:
        if row.keep not in members[root(row.a)]:
            remarks.add(place, "merge_keep", row=row.row, column="keep", value=row.keep,
                        values={"ids": ", ".join(members[root(row.a)])})  # fmt: skip
        going |= {row.a, row.b} - {row.keep}
    stays = {home: [one for one in ids if one not in going] for home, ids in members.items()}
    told: set[str] = set()
    for row in rows:
        home = root(row.a)
        if len(stays[home]) != 1 and home not in told and not remarks.errors:
            told.add(home)
            remarks.add(place, "merge_stays", row=row.row, column="keep", value=row.keep,
                        values={"ids": ", ".join(members[home])})  # fmt: skip
    return {one: stays[root(one)][0] for one in sorted(going) if len(stays[root(one)]) == 1}
