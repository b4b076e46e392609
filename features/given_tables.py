"""Files of a user's own that are read for one question and never stored: preferences, arrivals.

Same cells, same findings as an import; the ids need not be in the store.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from features.columns import TableSpec, amount, column, table
from features.grid import SourceProblem
from features.ingest import EmptyStore, first_rows, read_part
from features.references import Known
from features.remarks import Place, Remarks
from features.row_reader import Part
from features.sources import Sources, TableSheet
from features.tables import Table

Name = Literal["preferences", "arrivals", "past"]


@dataclass(frozen=True)
class GivenTable:
    """A file that was read.

    Attributes
    ----------
    table : Table
    rows : list of int
        The row of the file in which each stands.
    """

    table: Table
    rows: list[int]
    place: Place

    def refuse(self, column: str, bad: Mapping[int, str], code: str, **values: object) -> None:
        """Refuse the file because of some rows.

        Parameters
        ----------
        bad : mapping of position in the table to what stands there
        code : str
            Of the finding.

        Raises
        ------
        FindingsError
            If any row is bad.
        """
        remarks = Remarks()
        for at, value in bad.items():
            remarks.add(self.place, code, row=self.rows[at], column=column, value=value,
                        values=dict(values))  # fmt: skip
        if remarks.errors:
            raise remarks.error(200)


@cache
def spec(name: Name) -> TableSpec:
    """The columns of a kind of file."""
    pair = (column("enterprise_id", "id"), column("resource_id", "id"))
    chance: dict[str, object] = {"low": 0, "high": 1, "required": True, "unit": "fraction"}
    uses = (
        amount("land_mu", "mu"), amount("labour", "people"), amount("energy_tce", "tce"),
        amount("units", "partners"),
    )  # fmt: skip
    score = column("score", "float", required=True)
    week = column("week", "int", required=True, low=0, high=60)
    if name == "preferences":
        drafts = (*pair, column("p_enterprise", "float", **chance),
                  column("p_resource", "float", **chance))  # fmt: skip
        return table(name, drafts, key=("enterprise_id", "resource_id"))
    if name == "arrivals":
        return table(name, (pair[0], week), key=("enterprise_id",))
    year = column("year", "int", low=1900, high=2100)
    return table(name, (year, week, *pair, score, *uses),
                 key=("year", "enterprise_id", "resource_id"))  # fmt: skip


def read_given(
    name: Name, path: Path, *, known: Mapping[str, Collection[str]] | None = None
) -> GivenTable:
    """Read one file.

    Parameters
    ----------
    known : mapping of column to ids, optional
        Ids that a column may hold; by the name of the table that lists them.

    Raises
    ------
    FindingsError
        If anything is wrong, with everything that is wrong.
    """
    read, remarks = spec(name), Remarks()
    given = known or {}
    referring = {"resources": "resource_id", "enterprises": "enterprise_id"}
    read = replace(
        read,
        columns=tuple(
            replace(c, references=next((t for t, n in referring.items() if n == c.name), None))
            if c.name in {referring[t] for t in given} else c
            for c in read.columns
        ),
    )  # fmt: skip
    known_ids = Known(EmptyStore())
    for listed, ids in given.items():
        known_ids.ids[listed] = set(ids)
    with Sources(remarks) as sources:
        part = first_sheet(sources, path, read, 0, known_ids, remarks)
    if remarks.errors or part is None:
        raise remarks.error(200)
    return GivenTable(Table(name, part.columns), part.rows, part.place)


def first_sheet(
    sources: Sources, file: Path, spec: TableSpec, turn: int, known: Known, remarks: Remarks
) -> Part | None:
    """The table on a file's first sheet with anything on it; a header without rows is refused.

    Parameters
    ----------
    turn : int
        The file's place among those that are read together, for the order of findings.

    Returns
    -------
    Part or None
        None where it cannot be read, or holds nothing; that has been remarked.
    """
    place, before = Place(turn, file.name), remarks.errors
    try:
        sheets = sources.sheets_of(file, file.name)
        sheet = next((s for s in sheets if first_rows(s.rows())), sheets[0])
        place = Place(turn, file.name, sheet.sheet)
    except SourceProblem as problem:
        remarks.add(place, problem.code, row=problem.row, value=problem.value or file.name,
                    values=problem.values)  # fmt: skip
        return None
    part = read_part(spec, TableSheet(spec.name, place, sheet), known, remarks)
    if part is not None and not part.rows and remarks.errors == before:
        remarks.add(place, "no_rows", value=file.name)
        return None
    return part
