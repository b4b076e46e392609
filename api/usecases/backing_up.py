"""A copy of a live store and its models in one file, while others read and write."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from api import settings
from api.backups.layout import ACTIVE, RULES, Manifest
from api.errors import UsageError
from api.store import Store
from api.store.errors import NotInitialised, StoreError
from api.usecases.output import fresh_file
from features.durable import sync_folder
from features.language import Text, text
from matcher import overdue_rules
from models import artefact

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.backups.writing import Writer

Told = Callable[[int, int], None]
"""Is told how many rows are done, and of how many."""

_TELL_AFTER = 1000


@dataclass(frozen=True)
class BackupReport:
    """What is in a backup.

    Attributes
    ----------
    counts : dict of str to int
        Rows of each table.
    models : int
    revision : str
        Layout of the store.
    bytes : int
        Size of the file.
    warnings : tuple of Text
        What could not be copied, and why.
    """

    file: str
    made_at: str
    revision: str
    counts: dict[str, int]
    models: int
    bytes: int
    warnings: tuple[Text, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(self.counts.values())

    def as_dict(self) -> dict[str, Any]:
        """The report as a JSON object."""
        return {
            "file": self.file, "made_at": self.made_at, "layout": self.revision,
            "counts": {name: n for name, n in self.counts.items() if n}, "rows": self.rows,
            "models": self.models, "bytes": self.bytes, "warnings": list(self.warnings),
        }  # fmt: skip


def run(
    out: Path, *, url: str | None = None, replace: bool = False, told: Told = lambda *_: None
) -> BackupReport:
    """Copy the store at ``url`` (default: that of the settings) and the models to a file.

    All rows are of one moment; what is acknowledged before it begins is in it. The file is read
    again and compared with its hashes before it gets its name. A store of an older layout is
    copied as it is, so that it can be copied before it is migrated.

    Parameters
    ----------
    replace : bool
        Whether a file of this name may be replaced.

    Raises
    ------
    UsageError
        If there is such a file.
    UserError
        If it cannot be written.
    api.store.errors.StoreError
        If the store cannot be read.
    """
    from api.backups import reading
    from api.backups.layout import model_of, table_of

    store = Store.at(url)
    revision = store.known_revision()
    if revision is None:
        raise NotInitialised("store.not_initialised", place=store.address.place)
    if out.exists() and not out.is_dir() and not replace:
        raise UsageError("backup.exists", file=out)
    with fresh_file(out) as draft:
        with _private(draft) as file:
            made, warnings = _written(store, revision, file, told)
        with reading.opened(draft):
            size = draft.stat().st_size
    sync_folder(out.absolute().parent)
    tables = {table_of(member.name): member.rows or 0 for member in made.members}
    counts = {name: rows for name, rows in tables.items() if name is not None}
    models = {found[0] for m in made.members if (found := model_of(m.name)) is not None}
    if any(counts.values()):  # of a store without a row nothing was taken away
        warnings += _noted(store, revision, out.name)
    return BackupReport(
        str(out), made.made_at, revision, counts, len(models), size, tuple(warnings)
    )


def _noted(store: Store, revision: str, name: str) -> list[Text]:
    """Note that all rows were taken away, contacts among them; a store of an older layout cannot.

    Returns
    -------
    list of Text
        Why it could not be noted: the copy is there all the same.
    """
    from api.store import audit, version

    if revision != version.HEAD:
        return [text("backup.not_noted_older")]
    try:
        with store.connection(writer=True) as connection:
            audit.note(connection, audit.command_line(), "backup", f"backups/{name}")
    except StoreError as error:
        return [text("backup.not_noted", why=error.message)]
    return []


@contextmanager
def _private(file: Path) -> Iterator[BinaryIO]:
    """A new file for its owner only: contacts and hashes of passwords stand in it."""
    file.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(file, flags, 0o600), "w+b") as stream:
        yield stream


def _written(
    store: Store, revision: str, file: BinaryIO, told: Told
) -> tuple[Manifest, list[Text]]:
    from api.backups.writing import Writer

    writer = Writer(file)
    with store.connection() as connection:
        _add_tables(writer, connection, told)
        done = _jobs_done(connection)
    warnings = _add_models(writer)
    for key in done:
        warnings += _add_folder(writer, f"jobs/{key}", settings.home() / "jobs" / key / "made")
    rules = settings.home() / overdue_rules.FILE
    if rules.is_file():
        writer.add_file(RULES, rules)
    database = "sqlite" if store.address.file is not None else "postgresql"
    return writer.finish(settings.program(), revision, database), warnings


def _add_tables(writer: Writer, connection: Connection, told: Told) -> None:
    from api.store import transfer

    parts = transfer.parts(connection)
    done, total = 0, sum(part.rows for part in parts)
    told(0, total)
    for part in parts:
        with writer.member(f"tables/{part.name}.jsonl", rows=part.rows) as write:
            write(_line(part.columns))
            for row in part.cells():
                write(_line(row))
                done += 1
                if done % _TELL_AFTER == 0 or done == total:
                    told(done, total)


def _line(cells: object) -> bytes:
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _jobs_done(connection: Connection) -> list[str]:
    """The jobs that are done: what some of them came to lies in files."""
    from sqlalchemy import inspect, select

    from api.store.jobs import DONE
    from api.store.layout import JOBS

    if JOBS.name not in inspect(connection).get_table_names():
        return []
    return sorted(connection.execute(select(JOBS.c.id).where(JOBS.c.state == DONE)).scalars())


def _add_models(writer: Writer) -> list[Text]:
    """The pointer first: a model that is put in use meanwhile is stored before it is pointed at.

    Returns
    -------
    list of Text
        What is wrong with the models that were left out.
    """
    root = settings.model_folder()
    pointer = root / "active"
    if pointer.is_file():
        writer.add_file(ACTIVE, pointer)
    left_out = []
    for model_id in artefact.stored(root):
        try:
            artefact.read(root / model_id)
        except artefact.ArtefactError as error:
            left_out.append(text("backup.model_left_out", model=model_id, why=error.text))
            continue
        left_out += _add_folder(writer, f"models/{model_id}", root / model_id)
    return left_out


def _add_folder(writer: Writer, name: str, folder: Path) -> list[Text]:
    """Add the files of a folder; says which are left out: no plain file, or of a strange name."""
    from api.backups.layout import is_known

    left_out = []
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.is_file() and not file.is_symlink() and is_known(f"{name}/{file.name}"):
            writer.add_file(f"{name}/{file.name}", file)
        else:
            left_out.append(text("backup.file_left_out", file=file))
    return left_out
