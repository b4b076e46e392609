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
from features.ingest import EmptyStore, first_rows, read_sheet
from features.references import Known
from features.remarks import Place, Remarks
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
    found: tuple[Table, list[int], Place] | None = None
    place = Place(0, path.name)
    with Sources(remarks) as sources:
        known_ids = Known(EmptyStore())
        for listed, ids in given.items():
            known_ids.ids[listed] = set(ids)
        try:
            sheets = sources.sheets_of(path, path.name)
            sheet = next((s for s in sheets if first_rows(s.rows())), sheets[0])
            place = Place(0, path.name, sheet.sheet)
            found = read_sheet(read, TableSheet(name, place, sheet), known_ids, remarks)
        except SourceProblem as problem:
            remarks.add(place, problem.code, row=problem.row, value=problem.value or path.name,
                        values=problem.values)  # fmt: skip
    if remarks.errors or found is None:
        raise remarks.error(200)
    part, rows, place = found
    if not len(part):
        remarks.add(place, "no_rows", value=path.name)
        raise remarks.error(200)
    return GivenTable(part, rows, place)
