"""Tables of a user's own scores: pairs and capacities that need not be in the store.

They are read like an import, with every finding at once, but nothing of them is stored.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from features.columns import Column, TableSpec
from features.given_tables import first_sheet
from features.ingest import EmptyStore
from features.language import text
from features.references import Known
from features.remarks import Remarks
from features.row_reader import Part
from features.schema import TABLES
from features.sources import Sources
from features.tables import Table

#: What a pair may use of a resource.
USES = ("land_mu", "labour", "energy_tce", "units")
_CAPACITIES = ("land_mu", "labour_supply", "energy_quota_tce", "capacity")
_NEEDS = ("land_need_mu", "labour_need", "energy_need_tce")
_LONGEST = 100_000


def _own(name: str, kind: str, **options: object) -> Column:
    return Column(name, text(f"score_column.{name}"), kind, **options)  # type: ignore[arg-type]


def _scores() -> TableSpec:
    return TableSpec(
        "scores",
        text("score_table.scores"),
        (
            _own("enterprise_id", "id", required=True),
            _own("resource_id", "id", required=True),
            _own("score", "float", required=True),
            *(_own(name, "float", low=0) for name in USES),
        ),
        ("enterprise_id", "resource_id"),
    )


def _side(table: str, read: tuple[str, ...]) -> TableSpec:
    """The columns of a table that are read; its others may be there and are passed over."""
    columns = tuple(
        column
        if column.name == "id"
        else Column(column.name, column.label, "float", low=0)
        if column.name in read
        else Column(column.name, column.label, "text", max_length=_LONGEST)
        for column in TABLES[table].columns
    )
    name = f"score_{table}"
    return replace(TABLES[table], name=name, label=text(f"score_table.{name}"), columns=columns)


def read_scores(
    scores: Path, resources: Path | None = None, enterprises: Path | None = None
) -> tuple[Table, Table | None, Table | None]:
    """Read the files of a user's own scores.

    Parameters
    ----------
    scores : Path
        ``enterprise_id, resource_id, score`` and what each pair uses.
    resources, enterprises : Path, optional
        Capacities and needs; the ids of the scores must be among theirs.

    Raises
    ------
    FindingsError
        With all that is wrong with any of the files.
    """
    remarks = Remarks()
    with Sources(remarks) as sources:
        places, owners, pairs = (
            None
            if file is None
            else first_sheet(sources, file, spec, turn, Known(EmptyStore()), remarks)
            for turn, (file, spec) in enumerate((
                (resources, _side("resources", _CAPACITIES)),
                (enterprises, _side("enterprises", _NEEDS)),
                (scores, _scores()),
            ))
        )  # fmt: skip
        for column, side, file in (
            ("enterprise_id", owners, enterprises),
            ("resource_id", places, resources),
        ):
            if pairs is not None and side is not None and file is not None:
                _among(pairs, column, side, file.name, remarks)
    if remarks.errors or pairs is None:
        raise remarks.error(200)
    return (
        Table("scores", pairs.columns),
        None if places is None else Table("resources", places.columns),
        None if owners is None else Table("enterprises", owners.columns),
    )


def _among(pairs: Part, column: str, side: Part, file: str, remarks: Remarks) -> None:
    """The ids of a side must be in the file that tells of it, be it in a row with errors."""
    if "id" not in side.columns:
        return
    position = next((i for i, name in pairs.header.names.items() if name == column), 0)
    for row, name in zip(pairs.rows, pairs.columns.get(column, ()), strict=False):
        if name not in side.ids:
            remarks.add(pairs.place, "not_in_file", row=row, column=column, value=str(name),
                        position=position, values={"file": file})  # fmt: skip
