"""A backup file is read: all of it compared with its hashes first, then member by member."""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from api.backups.layout import (
    ALWAYS_BYTES,
    MANIFEST,
    MANIFEST_BYTES,
    MOST_TIMES,
    ROW_BYTES,
    SEAL,
    SEAL_BYTES,
    SEAL_WORDS,
    BackupRefused,
    Manifest,
    Member,
    is_known,
    table_of,
)
from api.backups.writing import digest_of
from api.store.transfer import Cell
from features.system_reasons import why

_BLOCK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError)
"""What reading a member raises where its bytes are not what the directory says."""
_MISLED = (*_BROKEN, OSError, OverflowError, LookupError, struct.error)
"""What it raises besides while the directory itself is not known to be right: it may say anything,
such as that a member begins before the file does."""


class Backup:
    """A backup whose every byte was found to be what was written; made by :func:`opened`."""

    def __init__(self, packed: zipfile.ZipFile, manifest: Manifest, place: str) -> None:
        self._packed, self._place = packed, place
        self.manifest = manifest

    @contextmanager
    def stream(self, name: str) -> Iterator[io.BufferedIOBase]:
        """A member's bytes."""
        try:
            with self._packed.open(name) as stream:
                yield cast(io.BufferedIOBase, stream)
        except _BROKEN as error:
            raise BackupRefused("backup.damaged", file=self._place, member=name) from error

    def table(self, name: str) -> tuple[tuple[str, ...], Iterator[Sequence[Cell]]]:
        """Columns and rows of a table.

        Raises
        ------
        BackupRefused
            Also while rows are read.
        """
        member = f"tables/{name}.jsonl"
        lines = self._lines(member)
        columns = next(lines, None)
        if columns is None or not all(isinstance(column, str) for column in columns):
            raise BackupRefused("backup.damaged", file=self._place, member=member)
        return tuple(map(str, columns)), lines

    def _lines(self, member: str) -> Iterator[list[Cell]]:
        with self.stream(member) as stream:
            while line := stream.readline(ROW_BYTES + 1):
                try:
                    cells = json.loads(line) if len(line) <= ROW_BYTES else None
                except (ValueError, RecursionError):
                    cells = None
                if not isinstance(cells, list):
                    raise BackupRefused("backup.damaged", file=self._place, member=member)
                yield cells


@contextmanager
def opened(file: Path) -> Iterator[Backup]:
    """A backup to read from.

    Raises
    ------
    BackupRefused
        If it cannot be opened, is no backup, is cut short, or a byte of it was changed; the
        message names the member at fault. Nothing of it was parsed or unpacked to a disk then.
    """
    place = str(file)
    try:
        stream = file.open("rb")
    except OSError as error:
        raise BackupRefused("backup.cannot_read", file=place, reason=why(error)) from error
    with stream:
        sealed = _sealed(stream, place)
        try:
            packed = zipfile.ZipFile(stream)
        except _MISLED as error:
            raise BackupRefused("backup.damaged_directory", file=place) from error
        with packed:
            manifest = _checked(packed, os.fstat(stream.fileno()).st_size, place)
            if not sealed:
                raise BackupRefused("backup.damaged_directory", file=place)
            yield Backup(packed, manifest, place)


def _sealed(stream: BinaryIO, place: str) -> bool:
    """Whether the seal holds for the bytes before it; a file without one is refused."""
    size = os.fstat(stream.fileno()).st_size
    begins = stream.read(4)
    stream.seek(max(0, size - SEAL_BYTES))
    end = stream.read()
    seal = SEAL.fullmatch(end)
    if seal is None:
        # What was cut off has another end; a changed byte leaves the most of it.
        alike = sum(one == other for one, other in zip(end, SEAL_WORDS, strict=False))
        code = "cut_short" if begins == b"PK\3\4" else "not_a_backup"
        code = "damaged_directory" if alike > len(SEAL_WORDS) // 2 else code
        raise BackupRefused(f"backup.{code}", file=place)
    return digest_of(stream, size - SEAL_BYTES).encode() == seal[1]


def _checked(packed: zipfile.ZipFile, size: int, place: str) -> Manifest:
    """The manifest, once names and sizes are allowed and every hash is right."""
    known = {info.filename: info for info in packed.infolist()}
    for name, info in known.items():
        if name != MANIFEST and not is_known(name):
            raise BackupRefused("backup.strange_member", file=place, member=name[:200])
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise BackupRefused("backup.damaged", file=place, member=name)
    said = sum(info.file_size for info in packed.infolist())
    if said > max(ALWAYS_BYTES, MOST_TIMES * size):
        raise BackupRefused("backup.bomb", file=place, size=said, packed=size)
    if len(known) != len(packed.infolist()):
        raise BackupRefused("backup.damaged_directory", file=place)
    if MANIFEST not in known or known[MANIFEST].file_size > MANIFEST_BYTES:
        raise BackupRefused("backup.damaged", file=place, member=MANIFEST)
    manifest = Manifest.read(_content(packed, MANIFEST, place), place)
    members = {member.name: member for member in manifest.members}
    if len(members) != len(manifest.members) or set(members) != set(known) - {MANIFEST}:
        raise BackupRefused("backup.damaged_directory", file=place)
    for member in manifest.members:
        _check(packed, member, place)
        if (table_of(member.name) is None) != (member.rows is None):
            raise BackupRefused("backup.damaged", file=place, member=MANIFEST)
    return manifest


def _content(packed: zipfile.ZipFile, name: str, place: str) -> bytes:
    """All of a small member; block by block, as its size may be a lie."""
    content = b""
    try:
        with packed.open(name) as stream:
            while len(content) <= MANIFEST_BYTES and (block := stream.read(_BLOCK)):
                content += block
        return content
    except _MISLED as error:
        raise BackupRefused("backup.damaged", file=place, member=name) from error


def _check(packed: zipfile.ZipFile, member: Member, place: str) -> None:
    """Compare a member with what the manifest says of it, reading no more than that."""
    digest, size = hashlib.sha256(), 0
    try:
        with packed.open(member.name) as stream:
            while size <= member.size and (block := stream.read(_BLOCK)):
                digest.update(block)
                size += len(block)
    except _MISLED as error:
        raise BackupRefused("backup.damaged", file=place, member=member.name) from error
    if size != member.size or digest.hexdigest() != member.sha256:
        raise BackupRefused("backup.damaged", file=place, member=member.name)
