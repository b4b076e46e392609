"""A backup file is written: members one after the other, then the manifest, then the seal."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from api import settings
from api.backups.layout import MANIFEST, SEAL_BYTES, SEAL_WORDS, Manifest, Member

Write = Callable[[bytes], None]
_BLOCK = 1 << 20
_LEVEL = 4


class Writer:
    """Writes members into an open file; :meth:`finish` makes it a backup."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._zip.comment = bytes(SEAL_BYTES)
        self._members: list[Member] = []

    @contextmanager
    def member(self, name: str, *, rows: int | None = None) -> Iterator[Write]:
        """What takes a member's bytes, block by block."""
        digest, size = hashlib.sha256(), 0
        about = zipfile.ZipInfo(name, settings.now().timetuple()[:6])
        about.compress_type = zipfile.ZIP_DEFLATED
        about.external_attr = 0o600 << 16
        with self._zip.open(about, "w", force_zip64=True) as stream:

            def write(block: bytes) -> None:
                nonlocal size
                digest.update(block)
                size += len(block)
                stream.write(block)

            yield write
        self._members.append(Member(name, size, digest.hexdigest(), rows))

    def add_file(self, name: str, source: Path) -> None:
        """A member with the bytes of a file."""
        with source.open("rb") as file, self.member(name) as write:
            while block := file.read(_BLOCK):
                write(block)

    def finish(self, program: str, revision: str, database: str) -> Manifest:
        """Write manifest and seal, and bring all of it to the disk."""
        made = Manifest(program, settings.stamp(), revision, database, tuple(self._members))
        with self.member(MANIFEST) as write:
            write(made.content())
        self._zip.close()
        self._file.flush()
        end = self._file.seek(0, os.SEEK_END) - SEAL_BYTES
        seal = digest_of(self._file, end).encode("ascii")
        self._file.seek(end)
        self._file.write(SEAL_WORDS + seal)
        self._file.flush()
        os.fsync(self._file.fileno())
        return made


def digest_of(file: BinaryIO, end: int) -> str:
    """SHA-256 of a file's bytes up to a position."""
    file.seek(0)
    digest, left = hashlib.sha256(), end
    while left and (block := file.read(min(left, _BLOCK))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest()
