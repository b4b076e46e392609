"""A file handed out: whole under its name, or not there at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.errors import UsageError, UserError
from features.durable import sync_file, sync_folder, sync_tree
from features.system_reasons import why


@contextmanager
def writing_to(out: Path) -> Iterator[None]:
    """What goes wrong in writing ``out``, as the user is told it.

    Raises
    ------
    UsageError
        If ``out`` is a folder.
    UserError
        If the file cannot be written.
    """
    if out.is_dir():
        raise UsageError("usecase.out_is_a_folder", file=out)
    try:
        yield
    except OSError as error:
        raise UserError("usecase.cannot_write", file=out, reason=why(error)) from error


@contextmanager
def fresh_file(out: Path) -> Iterator[Path]:
    """A name beside ``out`` to write to; on success it takes the place of ``out``.

    Raises
    ------
    UserError
        See :func:`writing_to`.
    """
    draft = out.with_name(f".{out.stem}.{os.getpid()}{out.suffix}")
    with writing_to(out):
        try:
            yield draft
            sync_file(draft)  # else the name may outlast a power cut, and the content not
            draft.replace(out)
            _sync_names(out.parent)
        finally:
            draft.unlink(missing_ok=True)


def _sync_names(folder: Path) -> None:
    """Bring the names in a folder onto the disk, where its file system can."""
    with suppress(OSError):  # what was to be written is there
        sync_folder(folder)


@contextmanager
def fresh_folder(out: Path, known: Collection[str]) -> Iterator[Path]:
    """A folder beside ``out`` to write to; on success it takes the place of ``out``.

    Parameters
    ----------
    known : collection of str
        Names of the files that such a folder holds: one that holds nothing else is replaced.

    Raises
    ------
    UsageError
        If ``out`` is a file, or a folder with something else in it.
    UserError
        If the folder cannot be written.
    """
    if out.exists() and not out.is_dir():
        raise UsageError("usecase.out_is_a_file", folder=out)
    if out.is_dir():
        others = sorted(p.name for p in out.iterdir() if p.name not in known)
        if others:
            raise UsageError("usecase.folder_in_use", folder=out, file=others[0])
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    old = out.with_name(f".{out.name}.{os.getpid()}.old")
    try:
        try:
            draft.mkdir(parents=True)
            yield draft
            sync_tree(draft)
            if out.is_dir():
                out.rename(old)
            draft.rename(out)
            _sync_names(out.parent)
        finally:
            for left in (draft, old):
                shutil.rmtree(left, ignore_errors=True)
    except OSError as error:
        raise UserError("usecase.cannot_write", file=out, reason=why(error)) from error


def write_bytes(out: Path, content: bytes) -> None:
    """Write a whole file; see :func:`fresh_file`."""
    with fresh_file(out) as draft:
        draft.write_bytes(content)
