"""A small disk of the test's own (tmpfs), which can really be filled.

Mounting one takes rights: root has them, anybody else has them under
``unshare -c -m --keep-caps make drill``.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from postgresql import ORDINARY


@dataclass(frozen=True)
class Disk:
    """A disk that can be filled and given room again."""

    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """Take all the room that is left."""
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 16))
            except OSError as error:
                assert error.errno == errno.ENOSPC, error

    def empty(self) -> None:
        """Give back the room that was taken."""
        self._ballast.unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[Disk]:
    """A disk as long as the context lasts; everybody may enter it, as a database's user must."""
    folder = Path(tempfile.mkdtemp(prefix="shanhai-disk-"))
    try:
        folder.chmod(0o755)
        options = f"size={megabytes}m,mode=755"
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, f"{made.stderr.strip()} ({__doc__})"
        try:
            if os.geteuid() == 0:
                shutil.chown(folder, ORDINARY)
            yield Disk(folder)
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
    finally:
        folder.rmdir()
