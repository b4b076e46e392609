"""A folder where the workers of a server keep what they count, for as long as the server runs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from api import settings
from api.http import accepting

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where the library that counts requests is told to keep what it counts."""
_HELD = "held"
"""Locked by the parent; the folder of one that was killed is swept away at the next start."""


@contextmanager
def kept(workers: int) -> Iterator[None]:
    """Tell several workers where they count: requests for ``/metrics``, and their connections."""
    if workers == 1:
        yield
        return
    root = settings.private_folder(settings.home() / "metrics")
    folder, held = _made(root)
    os.environ[FOLDER] = str(folder)
    if held is not None:
        connections = folder / "connections"
        accepting.make(connections, workers)
        os.environ[accepting.PLACES] = str(connections)
    try:
        yield
    finally:
        del os.environ[FOLDER]
        os.environ.pop(accepting.PLACES, None)
        shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            held.close()


def _made(root: Path) -> tuple[Path, IO[bytes] | None]:
    """A new folder and what holds it, once those that nobody holds are gone."""
    if os.name != "posix":
        return Path(tempfile.mkdtemp(dir=root)), None
    import fcntl

    whole = os.open(root, os.O_RDONLY)  # one at a time: a folder is there before it is held
    try:
        fcntl.flock(whole, fcntl.LOCK_EX)
        for old in root.iterdir():
            if not _is_held(old / _HELD):
                shutil.rmtree(old, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=root))
        held = (folder / _HELD).open("wb")
        fcntl.flock(held, fcntl.LOCK_EX)
        return folder, held
    finally:
        os.close(whole)


def _is_held(file: Path) -> bool:
    import fcntl

    try:
        with file.open("rb") as asked:
            fcntl.flock(asked, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
