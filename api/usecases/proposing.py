"""A map for somebody else's workbook, proposed by looking at it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from api.errors import UsageError
from api.store import Store
from api.usecases.importing import StoredReferences, the_one_file
from api.usecases.output import write_bytes

__all__ = ["ProposalReport", "run"]


@dataclass(frozen=True)
class ProposalReport:
    """What was proposed, and where it was written.

    Attributes
    ----------
    columns : list of dict
        Each column proposed: table, sheet, column, from, heading, certainty, evidence.
    uncertain : list of dict
        What must be looked at: ``at`` (place in the map) and ``message`` in both languages.
    unread : list of dict
        Columns that the map does not read, of each table: ``sheet`` and ``columns``.
    """

    file: str
    workbook: str
    columns: list[dict[str, Any]]
    uncertain: list[dict[str, Any]]
    unread: list[dict[str, str]]

    def as_dict(self) -> dict[str, object]:
        """The report as a JSON object."""
        return {
            "ok": True,
            "file": self.file,
            "workbook": self.workbook,
            "columns": self.columns,
            "uncertain": self.uncertain,
            "unread": self.unread,
        }


def run(
    store: Store, paths: Sequence[Path], out: Path | None, *, force: bool = False
) -> ProposalReport:
    """Look at one file and write a map for it; nothing is imported.

    Parameters
    ----------
    force : bool
        Whether a map that is there already may be replaced (it may have been edited).

    Raises
    ------
    features.findings.FindingsError
        If the file cannot be read or holds no table.
    UsageError
        If there are several files, no place for the map, or one is there already.
    UserError
        If the map cannot be written.
    """
    file = the_one_file(paths)
    if out is None:
        raise UsageError("usecase.propose_needs_out")
    if out.is_file() and not force:
        raise UsageError("usecase.map_exists", file=out)
    document, report = proposed(store, file)
    written = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    write_bytes(out, written.encode("utf-8"))
    return replace(report, file=str(out))


def proposed(store: Store, file: Path) -> tuple[dict[str, Any], ProposalReport]:
    """The map proposed for a file, and what is to be looked at; nothing is written.

    Raises
    ------
    features.findings.FindingsError
        If the file cannot be read or holds no table.
    """
    from features.propose_map import propose_map

    found = propose_map(file, references=StoredReferences(store))
    unread = [
        {"sheet": str(entry.get("sheet") or file.name), "columns": "; ".join(columns)}
        for entry in found.document["tables"]
        if (columns := _unread(entry))
    ]
    told = ProposalReport(file.name, str(file), found.columns, found.uncertain, unread)
    return found.document, told


def _unread(entry: dict[str, Any]) -> list[str]:
    """The columns of a sheet that its map does not read, but those that only number the rows."""
    from features.heading_words import meaning

    def numbers(heading: str) -> bool:
        said = meaning(str(entry["table"]), [heading])
        return said is not None and said.column == "serial"

    unmapped: dict[str, str] = entry.get("unmapped", {})
    return [f"{at} {heading}" for at, heading in unmapped.items() if not numbers(heading)]
