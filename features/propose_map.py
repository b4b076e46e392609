"""Somebody else's workbook → a map to read it by, with what is uncertain said and never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from features.grid import SourceProblem
from features.header import fold
from features.language import Text, text
from features.map_area import Grid
from features.name_references import NamedReferences, Names
from features.proposal import Context, Proposal
from features.propose_cells import Reading
from features.propose_columns import candidates, propose
from features.references import Known
from features.remarks import Place, Remarks
from features.schema import OWN_PREFIX, TABLES, headers
from features.sheet_cells import letters
from features.sheet_layout import blocks
from features.sources import MAX_BYTES, OUR_OWN, Sources, table_named

__all__ = ["ProposedMap", "propose_map"]

_CLOSE = 0.7
"""How much better the best table must fit than the next one, or it must be confirmed."""


@dataclass
class ProposedMap:
    """A map, and what a person should know of it.

    Attributes
    ----------
    document : dict
        As it is written down.
    columns : list of dict
        For each proposed column: table, sheet, column of ours, where from, certainty, evidence.
    uncertain : list of dict
        What must be looked at: place in the map and message in both languages.
    """

    document: dict[str, Any]
    columns: list[dict[str, Any]] = field(default_factory=list)
    uncertain: list[dict[str, Any]] = field(default_factory=list)


def propose_map(
    path: Path, *, references: NamedReferences, max_bytes: int = MAX_BYTES
) -> ProposedMap:
    """Look at headers and values of a file and propose how to read it.

    Raises
    ------
    FindingsError
        If the file cannot be opened, or no table is found in it.
    """
    remarks = Remarks()
    with Sources(remarks, max_bytes) as sources:
        try:
            grids = [Grid.of(sheet) for sheet in sources.sheets_of(path, path.name)]
        except SourceProblem as problem:
            remarks.add(Place(1, path.name), problem.code, row=problem.row,
                        value=problem.value or path.name, values=problem.values)  # fmt: skip
            raise remarks.error(200) from None
    found = ProposedMap({"version": 1, "file": path.name, "confirmed": False, "tables": []})
    for grid in grids:
        ours = (grid.name or "").lower() in OUR_OWN  # helper sheets of templates and exports
        if grid.hidden and grid.last_row and not ours:
            _doubt(found, f"sheet {grid.name}", text("propose.sheet_hidden", sheet=grid.name))
        elif grid.last_row and not ours:
            _sheet(found, grid, path, references, alone=len(grids) == 1)
    if not found.document["tables"]:
        remarks.add(Place(1, path.name), "nothing_to_propose", value=path.name)
        raise remarks.error(200)
    if not found.uncertain:
        del found.document["confirmed"]
    found.document["uncertain"] = found.uncertain
    return found


def _sheet(
    found: ProposedMap, grid: Grid, path: Path, references: NamedReferences, *, alone: bool
) -> None:
    own = _our_own(grid, path, alone=alone)
    if own is not None:
        found.document["tables"].append(own)
        _list_columns(found, own)
        return
    regions, industries = references.regions, references.industries
    names = Names(Known(references), references)
    any_block = False
    found_blocks = blocks(grid)
    for block in found_blocks:
        of_sheet = [] if block is found_blocks[0] else found_blocks[0].titles
        context = Context(path.stem, grid.name or "", block.titles, of_sheet)
        tables = candidates(block, context)
        if not tables:
            continue
        any_block = True
        name, score = tables[0]
        reading = Reading(TABLES[name], regions, industries, names, block.titles)
        proposal = propose(name, block, context, reading)
        close = [other for other, near in tables[1:] if score - near < _CLOSE]
        _add(found, proposal, close)
    if not any_block:
        found.uncertain.append({
            "at": f"sheet {grid.name}" if grid.name else path.name,
            "message": text("propose.sheet_unknown", sheet=grid.name or path.name),
        })  # fmt: skip


def _our_own(grid: Grid, path: Path, *, alone: bool) -> dict[str, Any] | None:
    """The map of a sheet that is filled in after our own template: each column as it is."""
    rows = [r for r in sorted(grid.rows) if any(c is not None for c in grid.rows[r])]
    if not rows:
        return None
    written = {
        p: str(c) for p, c in enumerate(grid.rows[rows[0]]) if isinstance(c, str) and c.strip()
    }
    named = table_named(grid.name or "") or (table_named(path.stem) if alone else None)
    for spec in [TABLES[named]] if named else list(TABLES.values()):
        known = headers(spec)
        given = {
            p: known.get(fold(h)) or (fold(h) if fold(h).startswith(OWN_PREFIX) else None)
            for p, h in written.items()
        }
        required = {c.name for c in spec.columns if c.required}
        if None in given.values() or not required <= set(given.values()) or grid.merged:
            continue
        if len(set(given.values())) == len(given):
            entry: dict[str, Any] = {"table": spec.name}
            if grid.name is not None:
                entry["sheet"] = grid.name
            return entry | {
                "header_rows": [rows[0]],
                "first_row": rows[0] + 1,
                "columns": {
                    str(given[p]): {"column": letters(p + 1), "heading": written[p].strip()}
                    for p in sorted(written)
                },
            }
    return None


def _list_columns(found: ProposedMap, entry: dict[str, Any]) -> None:
    for name, said in entry["columns"].items():
        found.columns.append({
            "table": entry["table"], "sheet": entry.get("sheet"), "column": name,
            "from": said["column"], "heading": said["heading"], "certainty": 1.0,
            "evidence": text("propose.by_heading", heading=said["heading"]),
        })  # fmt: skip


def _add(found: ProposedMap, proposal: Proposal, close: Sequence[str]) -> None:
    block, place = proposal.block, f"tables[{len(found.document['tables'])}]"
    entry: dict[str, Any] = {"table": proposal.spec.name}
    if block.grid.name is not None:
        entry["sheet"] = block.grid.name
    entry |= {
        "header_rows": block.header_rows,
        "first_row": block.rows[0],
        "last_row": block.rows[-1],
    }
    inside = [r for r in sorted(block.skipped) if r > block.rows[0]]
    if inside:
        entry["skip_rows"] = inside
    if close:
        said_close = text("propose.table_close", others=", ".join(close))
        entry |= {"confirmed": False, "evidence": said_close}
        _doubt(found, place, said_close)
    columns: dict[str, Any] = {}
    for column in proposal.spec.columns:
        if (draft := proposal.drafts.get(column.name)) is None:
            continue
        said = dict(draft.entry)
        evidence: Text = draft.evidence
        if not draft.sure:
            if draft.assumed:
                said["confirmed"] = False
            evidence = _together([draft.evidence, *draft.doubts])
            for doubt in draft.doubts:
                _doubt(found, f"{place}.columns.{column.name}", doubt, draft.certainty)
        said["certainty"] = round(draft.certainty, 2)
        said["evidence"] = evidence
        columns[column.name] = said
        found.columns.append({
            "table": proposal.spec.name, "sheet": block.grid.name, "column": column.name,
            "from": said.get("column"), "heading": said.get("heading"),
            "certainty": said["certainty"], "evidence": draft.evidence,
        })  # fmt: skip
    entry["columns"] = columns
    if proposal.unmapped:
        entry["unmapped"] = proposal.unmapped
    for letter, heading in proposal.left_out:
        _doubt(found, f"{place}.unmapped.{letter}",
               text("propose.left_out", heading=heading, letter=letter))  # fmt: skip
    _rows_left_out(found, proposal, place)
    found.document["tables"].append(entry)


def _rows_left_out(found: ProposedMap, proposal: Proposal, place: str) -> None:
    block = proposal.block
    lost = [label for _, label in block.groups] if proposal.group_column is None else []
    if lost:
        _doubt(found, f"{place}.skip_rows", text("propose.groups_lost", labels="、".join(lost[:6])))


def _together(said: Sequence[Text]) -> Text:
    signs = {"zh": "；", "en": "; "}
    return {lang: sign.join(each[lang] for each in said) for lang, sign in signs.items()}


def _doubt(found: ProposedMap, at: str, message: Text, certainty: float | None = None) -> None:
    said: dict[str, Any] = {"at": at, "message": message}
    if certainty is not None:
        said["certainty"] = round(certainty, 2)
    found.uncertain.append(said)
