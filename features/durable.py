"""Writing that outlasts a power cut: what is synced is on the disk, names included."""

from __future__ import annotations

import os
from pathlib import Path


def write_synced(file: Path, data: bytes) -> None:
    """Write a new file whole and onto the disk.

    Raises
    ------
    FileExistsError
        If there is one already.
    """
    with file.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def sync_file(file: Path) -> None:
    """Bring what was written to a file onto the disk."""
    with file.open("rb" if os.name == "posix" else "r+b") as stream:
        os.fsync(stream.fileno())


def sync_tree(folder: Path) -> None:
    """Bring a folder with all that lies in it onto the disk."""
    for place, _, names in os.walk(folder):
        for name in names:
            sync_file(Path(place, name))
        sync_folder(Path(place))


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder onto the disk."""
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
