"""Files and folders into the store, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from api import settings
from api.errors import UsageError
from api.store import Store
from api.usecases import dates
from api.usecases.output import fresh_file
from features.findings import Finding, FindingsError
from features.industries import Industries
from features.regions import Regions
from features.signatures import signed_of
from features.tables import Table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.store.scope import Scope

CAP = 200
"""Most findings shown; their total is told beside."""

ANNOTATED = 20_000
"""Most findings put into an annotated copy."""


class StoredReferences:
    """What is stored already, so that an import may refer to it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[str, frozenset[str]] = {}

    def has(self, table: str, key: str) -> bool:
        """Whether a row is there, built-in or stored."""
        if table not in self._keys:
            self._keys[table] = self._store.keys(table)
        return key in self._keys[table]

    def names(self, table: str) -> dict[str, str]:
        """Id → name of every row of a table that has both."""
        rows = self._store.table(table, ["id", "name"])
        pairs = zip(rows["id"], rows["name"], strict=True)
        return {str(key): str(name) for key, name in pairs if name is not None}

    def merged_into(self) -> dict[str, str]:
        """The id of each enterprise that was merged away → the id it is found under now."""
        return self._store.merged_into()

    @cached_property
    def today(self) -> date:
        """Today, or the store's own date where that is later."""
        return max(settings.today(), dates.as_of(self._store))

    def signed(self) -> frozenset[tuple[str, str]]:
        """The pairs of which a signature is stored, as an outcome or a project."""
        outcomes = self._store.table("outcomes", ["enterprise_id", "resource_id", "stage"])
        projects = self._store.table("projects", ["enterprise_ids", "resource_id"])
        return frozenset(signed_of(outcomes, projects))

    @cached_property
    def regions(self) -> Regions:
        """The regions, the user's own among them."""
        return Regions.built_in().with_rows(self._store.own_rows("regions"))

    @cached_property
    def industries(self) -> Industries:
        """The industries, the user's own among them."""
        return Industries.built_in().with_rows(self._store.own_rows("industries"))


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Attributes
    ----------
    counts : dict of str to dict
        For each table how many rows were ``added``, ``changed``, or the ``same`` as before.
    findings : list of Finding
        Warnings; an import with errors stores nothing and raises
        :class:`features.findings.FindingsError`.
    ignored : list of str
        Files of a folder that are not named as a table.
    dry_run : bool
        Nothing was stored.
    """

    counts: dict[str, dict[str, int]]
    findings: list[Finding] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    dry_run: bool = False

    def as_dict(self) -> dict[str, object]:
        """The contract's JSON object."""
        return {
            "ok": True,
            "dry_run": self.dry_run,
            "counts": self.counts,
            "findings": [finding.as_dict() for finding in self.findings],
            "total": len(self.findings),
            "ignored": self.ignored,
        }


Along = Callable[["Connection", ImportReport], None]
"""Stores something of its own beside the rows of an import, in the same transaction."""


def run(
    store: Store,
    paths: Sequence[Path],
    *,
    map_file: Path | None = None,
    annotate: Path | None = None,
    dry_run: bool = False,
    cap: int = CAP,
    along: Along | None = None,
    scope: Scope | None = None,
    reading: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Read files and folders as one batch and store them in one transaction.

    Parameters
    ----------
    map_file : Path, optional
        A map that says where in somebody else's workbook (the one path) what stands.
    annotate : Path, optional
        Where an annotated copy goes if anything is found; see :mod:`features.annotate`.
    along : callable, optional
        What is stored in the same transaction as the rows; if it raises, nothing is stored.
        Default: a line in the audit that whoever runs this process has imported.
    scope : api.store.scope.Scope, optional
        Whose import it is, where that may change some rows only.
    reading : callable, optional
        Told how many of how many rows have been read through a map.

    Raises
    ------
    features.findings.FindingsError
        If anything of the batch or of the map is at fault; nothing is stored.
    UsageError
        If a map is given for more than one file, or the copy cannot be named so.
    api.usecases.row_errors.NotYours
        If a row lies out of the scope; nothing is stored.
    """
    if annotate is None:
        return _run(store, paths, map_file, dry_run, cap, along, scope, reading)
    _fit_for_a_copy(annotate, paths)
    try:
        report = _run(store, paths, map_file, dry_run, ANNOTATED, along, scope, reading)
    except FindingsError as error:
        if map_file is None or any(f.file != map_file.name for f in error.findings):
            _annotate(paths, error.findings, error.total, annotate)
        raise FindingsError(error.findings[:cap], error.total) from None
    if report.findings:
        _annotate(paths, report.findings, len(report.findings), annotate)
    return replace(report, findings=report.findings[:cap])


def _run(
    store: Store,
    paths: Sequence[Path],
    map_file: Path | None,
    dry_run: bool,
    cap: int,
    along: Along | None,
    scope: Scope | None,
    reading: Callable[[int, int], None] | None,
) -> ImportReport:
    references = StoredReferences(store) if scope is None else _seen(store, scope)
    if map_file is None:
        from features.ingest import read

        batch = read(paths, references=references, cap=cap)
        unstored = ImportReport({}, list(batch.findings), list(batch.ignored), dry_run)
        return _stored(store, batch.tables, unstored, along, scope)
    from features import map_file as maps
    from features import map_reader

    file = the_one_file(paths)
    mapped = map_reader.read(
        file, maps.load(map_file), references=references, cap=cap, reading=reading
    )
    unstored = ImportReport({}, list(mapped.findings), [], dry_run)
    return _stored(store, mapped.tables, unstored, along, scope)


def _seen(store: Store, scope: Scope) -> StoredReferences:
    from api.usecases.own_rows import SeenRows

    return SeenRows(store, scope)


def _stored(
    store: Store,
    tables: Mapping[str, Table] | Sequence[Table],
    report: ImportReport,
    along: Along | None,
    scope: Scope | None,
) -> ImportReport:
    from api.store import writing
    from api.usecases import own_rows

    with store.connection(writer=True) as connection:
        if scope is not None:
            own_rows.check_before(connection, tables, scope)
        report = replace(report, counts=writing.write(connection, tables))
        if scope is not None:
            own_rows.check_after(connection, tables, scope)
        if report.dry_run:
            connection.get_transaction().rollback()  # type: ignore[union-attr]
        else:
            (along or _note)(connection, report)
    return report


def _note(connection: Connection, report: ImportReport) -> None:
    from api.store import audit

    detail = {"tables": sorted(report.counts)}
    audit.note(connection, audit.command_line(), "import", "imports", detail)


def the_one_file(paths: Sequence[Path]) -> Path:
    """The one file that a map is for.

    Raises
    ------
    UsageError
        If there are several.
    """
    if len(paths) != 1:
        raise UsageError("usecase.one_file_a_map", count=len(paths))
    return paths[0]


def _fit_for_a_copy(target: Path, paths: Sequence[Path]) -> None:
    if target.suffix.lower() != ".xlsx" and not target.is_dir():
        raise UsageError("usecase.annotate_ending", file=target, better=target.with_suffix(".xlsx"))
    if any(path.exists() and target.exists() and path.samefile(target) for path in paths):
        raise UsageError("usecase.annotate_itself", file=target)


def _annotate(paths: Sequence[Path], findings: Sequence[Finding], total: int, target: Path) -> None:
    from features import annotate

    files: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
        told = {finding.file for finding in findings}
        files += [p for p in inside if not path.is_dir() or {p.name, str(p)} & told]
    with fresh_file(target) as draft:
        annotate.write(files, findings, total, draft)
