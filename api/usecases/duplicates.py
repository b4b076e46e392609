"""Enterprises entered twice: found, told with the evidence, merged where that is approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from api.errors import UsageError
from api.store import Store
from api.store.log import account
from api.usecases.naming import regions_of
from api.usecases.output import write_bytes
from features.duplicates import Duplicates, Progress, likely_duplicates
from features.industries import Industries
from features.language import Language, Text, current_language, text
from features.schema import TABLES
from features.tables import Table

if TYPE_CHECKING:
    from api.store.merging import Merge

COMMON_BOUND = 0.5
"""Least score of a pair that is listed, unless another is asked for."""


@dataclass(frozen=True)
class DuplicatesReport:
    """What was found.

    Attributes
    ----------
    found : Duplicates
    enterprises : Table
        All rows of the store, for what is to be told beside an id.
    made_up : bool
        Whether the store's data are made up.
    """

    found: Duplicates
    enterprises: Table
    regions: Mapping[str, str]
    made_up: bool

    def as_dict(self) -> dict[str, object]:
        """The contract's JSON object, with names and the entry proposed to stay."""
        names = dict(zip(self.enterprises["id"], self.enterprises["name"], strict=True))
        return {
            "pairs": [
                {
                    "a": pair.a,
                    "b": pair.b,
                    "score": pair.score,
                    "evidence": [{"code": e.code, "text": e.text} for e in pair.evidence],
                    "names": {"a": names[pair.a], "b": names[pair.b]},
                    "keep": pair.keep,
                }
                for pair in self.found.pairs
            ],
            "compared": self.found.compared,
            "left_out": self.found.left_out,
            "made_up": self.made_up,
        }


@dataclass(frozen=True)
class MergeReport:
    """What merging did, would do, or what was undone."""

    merge: Merge
    dry_run: bool = False
    undone: bool = False

    def as_dict(self) -> dict[str, object]:
        """The report as a JSON object."""
        return {
            "ok": True,
            "number": self.merge.number,
            "dry_run": self.dry_run,
            "undone": self.undone,
            "merged": self.merge.merged,
            "rows": self.merge.rows,
            "contradictions": [each.as_dict() for each in self.merge.contradictions],
        }


def find(
    store: Store, *, at_least: float = COMMON_BOUND, progress: Progress | None = None
) -> DuplicatesReport:
    """The pairs of enterprises that are likely one, the likeliest first.

    Raises
    ------
    UsageError
        If the bound is no probability.
    """
    if not 0 < at_least <= 1:
        raise UsageError("usecase.not_a_probability", value=at_least)
    enterprises = store.table("enterprises")
    regions = regions_of(store)
    industries = Industries.built_in().with_rows(store.own_rows("industries"))
    found = likely_duplicates(
        enterprises, regions, industries, at_least=at_least, progress=progress
    )
    lang = current_language()
    named = {code: regions.name(code, lang=lang) for code in regions.codes}
    made_up = store.properties().get("made_up") == "true"
    return DuplicatesReport(found, enterprises, named, made_up)


def write(report: DuplicatesReport, out: Path) -> None:
    """Write the pairs to a CSV or XLSX file in which merging can be approved.

    Raises
    ------
    UsageError
        If the ending is neither.
    UserError
        If the file cannot be written.
    """
    form = out.suffix.lower().lstrip(".")
    if form not in ("csv", "xlsx"):
        raise UsageError("usecase.merge_file_ending", file=out)
    write_bytes(out, content(report, form, current_language(), made_by=account()))


def content(report: DuplicatesReport, form: str, lang: Language, *, made_by: str) -> bytes:
    """The bytes of that file, ``csv`` or ``xlsx``."""
    from api.reports import duplicates_file

    if form == "csv":
        return duplicates_file.csv_bytes(report, lang)
    return duplicates_file.xlsx_bytes(report, lang, made_by=made_by)


def merge(
    store: Store, file: Path, *, called: str | None = None, dry_run: bool = False,
    by: str | None = None,
) -> MergeReport:  # fmt: skip
    """Merge what a file approves, all in one transaction.

    Parameters
    ----------
    called : str, optional
        How the file is named to who brought it; default: by its place.
    by : str, optional
        The account that asks, noted in the audit; default: who runs this process.

    Raises
    ------
    features.findings.FindingsError
        If anything of the file is at fault; nothing is merged.
    UsageError
        If nothing in it is approved.
    """
    from api.usecases.merge_file import approved

    into = approved(file, store.keys("enterprises"), store.merged_into())
    if not into:
        raise UsageError("usecase.nothing_approved", file=called or file)
    from api.store import audit, merging

    if dry_run:
        return MergeReport(store.merge(into, dry_run=True), dry_run=True)
    with store.connection(writer=True) as connection:
        done = merging.merge(connection, into, by=by)
        who = by or audit.command_line()
        audit.note(connection, who, "merge", f"merges/{done.number}", {"gone": sorted(into)})
    return MergeReport(done)


def undo(store: Store, *, by: str | None = None) -> MergeReport:
    """Undo the last merge not yet undone; ``by`` as in :func:`merge`.

    Raises
    ------
    api.store.errors.NothingToUndo, api.store.errors.UndoRefused
    """
    from api.store import audit, merging

    with store.connection(writer=True) as connection:
        done = merging.undo(connection)
        audit.note(connection, by or audit.command_line(), "undo", f"merges/{done.number}")
    return MergeReport(done, undone=True)


def contradiction_said(table: str, column: str) -> Text:
    """Which column of which table is contradictory, as people call them."""
    spec = TABLES[table]
    label = spec.column(column).label if column in spec.names else {"zh": column, "en": column}
    return text("usecase.column_of", table=spec.label, column=label)
