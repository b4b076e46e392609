"""A store and its models as a backup has them: whole, or as they were before."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import settings
from api.backups.layout import ACTIVE, RULES, BackupRefused, job_of, model_of, table_of
from api.errors import UserError
from api.jobs import queue
from api.store import Store, served, version
from api.store.errors import translated
from features.durable import sync_folder
from features.system_reasons import why
from matcher import overdue_rules
from models import artefact

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.backups.reading import Backup
    from api.store.transfer import Cell

Told = Callable[[int, int], None]
_TELL_AFTER = 1000


@dataclass(frozen=True)
class RestoreReport:
    """What was restored.

    Attributes
    ----------
    place : str
        The store's file, or its address without password.
    made_at : str
        When the backup was made.
    before, after : str
        Layout of the store the backup was made of, and the one it has now.
    counts : dict of str to int
        Rows of each table of the backup.
    models : int
    open_jobs : int
        Jobs that waited or ran when the backup was made; they have failed and say so.
    replaced : int
        Rows of the store that was there before.
    """

    file: str
    place: str
    made_at: str
    before: str
    after: str
    counts: dict[str, int]
    models: int
    open_jobs: int
    replaced: int

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(self.counts.values())

    def as_dict(self) -> dict[str, Any]:
        """The report as a JSON object."""
        return {
            "file": self.file, "place": self.place, "made_at": self.made_at,
            "before": self.before, "after": self.after,
            "counts": {name: n for name, n in self.counts.items() if n}, "rows": self.rows,
            "models": self.models, "open_jobs": self.open_jobs, "replaced": self.replaced,
        }  # fmt: skip


def run(
    file: Path,
    *,
    url: str | None = None,
    replace: bool = False,
    dry_run: bool = False,
    told: Told = lambda *_: None,
) -> RestoreReport:
    """Make the store at ``url`` (default: that of the settings) and the models what a backup says.

    Every byte of the file is compared with its hash before anything is read. All rows come in one
    transaction: until it ends the store is as it was. Who was signed in must sign in again.

    Parameters
    ----------
    replace : bool
        Whether a store with something in it may be replaced.
    dry_run : bool
        Restore into a place that is thrown away: tells whether the backup is whole.

    Raises
    ------
    BackupRefused
        If the file is not whole, of a later version, or the store is not empty.
    api.store.errors.Served
        If a service is over the store.
    api.store.errors.StoreError
        If the store cannot be written.
    """
    from api.backups import reading

    with reading.opened(file) as backup:
        made_of = backup.manifest.revision
        if made_of not in version.REVISIONS:
            raise BackupRefused("backup.newer_layout", file=file, revision=made_of)
        if not dry_run:
            store = Store.at(url)
            store.make_room()
            with served.alone(store.address):
                return _restored(backup, file, store, settings.home(), replace, told)
        with tempfile.TemporaryDirectory(prefix="shanhai-restore-") as scratch:
            home = Path(scratch)
            store = Store.at(f"sqlite:///{home / 'shanhai.db'}")
            return _restored(backup, file, store, home, False, told)


def _restored(
    backup: Backup, file: Path, store: Store, home: Path, replace: bool, told: Told
) -> RestoreReport:
    from api.store import migrate, transfer

    store.make_room()
    with _files(home):
        settings.private_folder(home)
    store.known_revision()
    made_of, names = backup.manifest.revision, [m.name for m in backup.manifest.members]
    models = {found[0] for name in names if (found := model_of(name)) is not None}
    others = [one for one in artefact.stored(home / "models") if one not in models]
    database = store.address.file
    made_here = database is not None and not database.exists()
    with ExitStack() as beside:
        try:
            with translated(store.address.place), migrate.making(store.address) as connection:
                before = transfer.kept_rows(connection)
                if (before or others) and not replace:
                    raise BackupRefused(
                        "backup.not_empty", place=store.address.place, rows=before,
                        models=len(others),
                    )  # fmt: skip
                was = transfer.word_of(connection)
                transfer.drop(connection)
                counts = _filled(connection, backup, file, told)
                interrupted = json.dumps(queue.problem("backup.open_job"), ensure_ascii=False)
                open_jobs = transfer.end_open_jobs(connection, interrupted)
                with _files(home):
                    _put_models(backup, home / "models", sorted(models), file)
                    _put_jobs(backup, home / "jobs", names)
                    laid = beside.enter_context(_laid_beside(backup, home, names, replace))
        except BaseException:
            if made_here and database is not None:
                for part in ("", "-wal", "-shm"):
                    database.with_name(database.name + part).unlink(missing_ok=True)
            raise
        try:
            _use(laid)
        except OSError as error:
            raise UserError(
                "backup.only_rows", place=store.address.place, file=file, reason=why(error)
            ) from error
    for model_id in others:
        shutil.rmtree(home / "models" / model_id, ignore_errors=True)
    shutil.rmtree(home / "index", ignore_errors=True)  # it shows the rows of before
    _adopt(home / "jobs", was, store.word(), names)
    return RestoreReport(
        str(file), store.address.place, backup.manifest.made_at, made_of, version.HEAD,
        counts, len(models), open_jobs, before,
    )  # fmt: skip


@contextmanager
def _files(home: Path) -> Iterator[None]:
    """What goes wrong in writing the files beside the store, as the user is told it."""
    try:
        yield
    except OSError as error:
        raise UserError("usecase.cannot_write", file=home, reason=why(error)) from error


def _filled(connection: Connection, backup: Backup, file: Path, told: Told) -> dict[str, int]:
    from api.store import transfer

    wanted = {
        table: member.rows or 0
        for member in backup.manifest.members
        if (table := table_of(member.name)) is not None
    }
    done, total = 0, sum(wanted.values())
    told(0, total)

    def counted(rows: Iterator[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
        nonlocal done
        for row in rows:
            yield row
            done += 1
            if done % _TELL_AFTER == 0 or done == total:
                told(done, total)

    def tables() -> Iterator[tuple[str, tuple[str, ...], Iterator[Sequence[Cell]]]]:
        for name in wanted:
            columns, rows = backup.table(name)
            yield name, columns, counted(rows)

    try:
        counts = transfer.fill(connection, backup.manifest.revision, tables())
    except transfer.UnlikeTheLayout as error:
        raise BackupRefused(
            "backup.unlike_layout", file=file, table=error.table, row=error.row,
            column=error.column or "-", revision=backup.manifest.revision,
        ) from error  # fmt: skip
    for name, count in counts.items():
        if count != wanted[name]:
            member = f"tables/{name}.jsonl"
            raise BackupRefused("backup.damaged", file=file, member=member)
    return counts


def _put_models(backup: Backup, root: Path, models: list[str], file: Path) -> None:
    """Store the models that are not there yet; which one is in use is not changed by that."""
    if models:
        settings.private_folder(root)
    for model_id in models:
        if _is_whole(root / model_id):
            continue
        new = root / f".new-{secrets.token_hex(8)}"
        target = new / model_id  # a model is checked under its own name
        target.mkdir(parents=True)
        try:
            for member in backup.manifest.members:
                found = model_of(member.name)
                if found is not None and found[0] == model_id:
                    _copy(backup, member.name, target / found[1])
            try:
                artefact.read(target)
            except artefact.ArtefactError as error:
                raise BackupRefused(
                    "backup.model_unusable", file=file, model=model_id, why=error.text
                ) from error
            if (root / model_id).exists():
                (root / model_id).rename(new / "old")
            target.rename(root / model_id)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    if models:
        sync_folder(root)


def _is_whole(folder: Path) -> bool:
    try:
        artefact.read(folder)
    except artefact.ArtefactError:
        return False
    return True


def _put_jobs(backup: Backup, root: Path, names: list[str]) -> None:
    """Lay down what simulations came to, where it is not there already."""
    for name in names:
        found = job_of(name)
        if found is None:
            continue
        made = root / found[0] / "made"
        for folder in (root, made.parent, made):
            settings.private_folder(folder)
        _replace(backup, name, made / found[1])


def _adopt(root: Path, was: str | None, word: str, names: list[str]) -> None:
    """Let files of jobs of the store before be the restored one's: a service sweeps them away."""
    ours = {found[0] for name in names if (found := job_of(name)) is not None}
    for place in root.iterdir() if root.is_dir() else ():
        before = queue.mark_of(place)
        if place.name in ours or (before is not None and before == was):
            with suppress(OSError):  # it stays and takes room
                queue.mark(place, word)


@contextmanager
def _laid_beside(
    backup: Backup, home: Path, names: list[str], replace: bool
) -> Iterator[dict[Path, Path | None]]:
    """Lay down what is to be in use beside its place, so that only a rename is left.

    Which model is in use, and the rules, by place; None: nothing is to be there.
    """
    laid: dict[Path, Path | None] = {}
    try:
        for name, target in (
            (ACTIVE, home / "models" / "active"), (RULES, home / overdue_rules.FILE),
        ):  # fmt: skip
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
            if name in names:
                settings.private_folder(target.parent)
                new = laid[target] = target.with_name(f".new-{secrets.token_hex(8)}")
                _copy(backup, name, new)
            elif name == ACTIVE or replace:
                laid[target] = None
        yield laid
    finally:
        for new in filter(None, laid.values()):
            new.unlink(missing_ok=True)


def _use(laid: dict[Path, Path | None]) -> None:
    """Put the backup's model and rules in use."""
    for target, new in laid.items():
        if new is not None:
            new.replace(target)
        else:
            target.unlink(missing_ok=True)
        if target.parent.is_dir():
            sync_folder(target.parent)


def _replace(backup: Backup, name: str, target: Path) -> None:
    new = target.with_name(f".new-{secrets.token_hex(8)}")
    try:
        _copy(backup, name, new)
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
    sync_folder(target.parent)


def _copy(backup: Backup, name: str, target: Path) -> None:
    with backup.stream(name) as stream, target.open("xb") as out:
        shutil.copyfileobj(stream, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
