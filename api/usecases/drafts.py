"""A workbook that somebody brought: looked at, mapped, checked, and then imported as a job.

Where it lies meanwhile: :mod:`api.usecases.draft_folder`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO

from api import jobs
from api.accounts import Account
from api.errors import UsageError
from api.store import Store
from api.usecases import draft_folder, importing, table_rows
from api.usecases.draft_folder import Draft
from api.usecases.importing import ImportReport, StoredReferences
from api.usecases.output import write_bytes
from api.usecases.row_errors import NotThere
from features.cells import shown
from features.findings import FindingsError
from features.map_area import Grid
from features.sheet_cells import letters

if TYPE_CHECKING:
    from api.store.jobs import Job
    from api.store.scope import Scope

LARGE = 250_000
"""Bytes from which on a job looks at a file: some 3,000 rows of a workbook, about a second."""
_SAMPLES = 3
_LONGEST_SAMPLE = 40


def begin(store: Store, account: Account, name: str, content: BinaryIO) -> Draft:
    """Keep a file and propose how to read it; of a large one (:data:`LARGE`) a job does.

    Raises
    ------
    UsageError
        If the file has no name that can be kept, or the account has as many drafts as it may.
    features.findings.FindingsError
        If it cannot be read or holds no table; it is not kept then.
    """
    draft = draft_folder.keep(account, name, content)
    try:
        if draft.file.stat().st_size >= LARGE:
            return have_proposed(store, account, draft)
        return propose(store, account, draft)
    except BaseException:
        draft_folder.discard(draft)
        raise


def propose(store: Store, account: Account, draft: Draft) -> Draft:
    """Look at a draft's file and propose how to read it.

    Raises
    ------
    features.findings.FindingsError
        If it cannot be read or holds no table.
    """
    from features.propose_map import propose_map

    found = propose_map(draft.file, references=_references(store, account))
    columns = [_columns_of(draft.file, entry) for entry in found.document["tables"]]
    made = replace(draft, document=found.document, columns=columns)
    draft_folder.save(made, made.document)
    return made


def have_proposed(store: Store, account: Account, draft: Draft) -> Draft:
    """Have a job propose how to read a draft's file; until then the draft has no map."""
    draft_folder.save(draft, {})  # the job finds it by its key
    job = jobs.submit(store, "proposal", {"draft": draft.key}, by=account.name)
    write_bytes(draft.folder / "job", job.id.encode())
    return replace(draft, job=job.id)


def check(
    store: Store, account: Account, draft: Draft,
    reading: Callable[[int, int], None] | None = None, annotate: Path | None = None,
) -> ImportReport:  # fmt: skip
    """What an import would do; nothing is stored.

    Parameters
    ----------
    reading : callable, optional
        Told how many of how many rows have been read.
    annotate : Path, optional
        Where the workbook goes with what was found beside the cells, if anything was.

    Raises
    ------
    features.findings.FindingsError, UsageError
        As an import would.
    """
    return importing.run(
        store, [draft.file], map_file=draft.map_file, dry_run=True, annotate=annotate,
        scope=_scope(store, account), reading=reading,
    )  # fmt: skip


def annotated(store: Store, account: Account, draft: Draft) -> bytes | None:
    """The workbook once more with what was found beside the cells; None: nothing was found."""
    with TemporaryDirectory(prefix="shanhai-annotated-") as place:
        out = Path(place) / "annotated.xlsx"
        with suppress(FindingsError, UsageError):
            check(store, account, draft, annotate=out)
        return out.read_bytes() if out.exists() else None


def submit(store: Store, account: Account, draft: Draft) -> Job:
    """Have a draft imported; the draft is gone when this returns, and there where it is refused.

    Raises
    ------
    NotThere
        If it was imported meanwhile.
    """
    asked = {"files": [draft.name], "map": "map.json", "dry_run": False, "own_rows": True}
    map_name = asked["map"] = "map.json" if draft.name != "map.json" else "the-map.json"
    files: dict[str, bytes | Path] = {draft.name: draft.file, str(map_name): draft.map_file}
    try:
        job = jobs.submit(store, "import", asked, by=account.name, files=files)
    except FileNotFoundError:
        raise NotThere("pages.uploads.gone") from None
    draft_folder.discard(draft)
    return job


def _scope(store: Store, account: Account) -> Scope | None:
    return None if account.role == "admin" else table_rows.scope_of(store, account)


def _references(store: Store, account: Account) -> StoredReferences:
    from api.usecases.own_rows import SeenRows

    scope = _scope(store, account)
    return StoredReferences(store) if scope is None else SeenRows(store, scope)


def grids(file: Path) -> list[Grid]:
    """The sheets of a file as they are."""
    from features.remarks import Remarks
    from features.sources import Sources

    with Sources(Remarks()) as sources:
        return [Grid.of(sheet) for sheet in sources.sheets_of(file, file.name)]


def _columns_of(file: Path, entry: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """Every column of a table's sheet: its letters, its heading, a few values."""
    grid = next(g for g in grids(file) if entry.get("sheet") in (None, g.name))
    first = int(entry["first_row"])
    last = min(int(entry.get("last_row") or grid.last_row), first + 200)
    columns = []
    for at in range(grid.width):
        said = [shown(grid.cell(row, at)) for row in range(first, last + 1)]
        samples = [one[:_LONGEST_SAMPLE] for one in dict.fromkeys(said) if one.strip()]
        heading = grid.heading(entry["header_rows"], at)
        if heading or samples:
            columns.append((letters(at + 1), heading, samples[:_SAMPLES]))
    return columns
