"""A file handed out: whole under its name, or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.errors import UserError


@contextmanager
def writing_to(out: Path) -> Iterator[None]:
    """What goes wrong in writing ``out``, as the user is told it.

    Raises
    ------
    UserError
        If ``out`` is a folder, or the file cannot be written.
    """
    if out.is_dir():
        raise UserError("usecase.out_is_a_folder", file=out)
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("usecase.cannot_write", file=out, reason=reason) from error


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
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)


def write_bytes(out: Path, content: bytes) -> None:
    """Write a whole file; see :func:`fresh_file`."""
    with fresh_file(out) as draft:
        draft.write_bytes(content)
