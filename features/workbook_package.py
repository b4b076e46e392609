"""The ZIP package of a workbook, opened with care: bombs, tricks and broken archives.

Whatever can be known from the archive's directory is judged before a byte is unpacked.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

from features.grid import SourceProblem

MOST_UNPACKED = 500 * 2**20
"""Bytes that a workbook may unpack to, in all."""

_MOST_MEMBERS = 5_000
_MOST_RATIO = 250
_RATIO_COUNTS_FROM = 8 * 2**20
_CHUNK = 1 << 16
_OFFICE = "officeDocument"

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Characters = Callable[[str], None]


class Package:
    """A workbook's parts, by name.

    Raises
    ------
    SourceProblem
        If the archive is damaged, encrypted, unsafe or not a workbook.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
            raise SourceProblem("damaged_workbook", reason=str(problem)) from None
        try:
            self.parts = _checked(self._archive.infolist())
            self._judge()
        except BaseException:
            self._archive.close()
            raise

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()

    def _judge(self) -> None:
        names = {name.lower() for name in self.parts}
        if "encryptioninfo" in names or "encryptedpackage" in names:
            raise SourceProblem("encrypted_workbook")
        if any(name.endswith("vbaproject.bin") for name in names):
            raise SourceProblem("macro_workbook")
        if "mimetype" in names:
            raise SourceProblem("not_a_workbook", "OpenDocument (.ods)")
        if any(name.endswith("workbook.bin") for name in names):
            raise SourceProblem("not_a_workbook", "Excel .xlsb")
        for folder, what in (("word/", "Word"), ("ppt/", "PowerPoint")):
            if any(name.startswith(folder) for name in names):
                raise SourceProblem("not_a_workbook", what)
        if "[content_types].xml" not in names:
            raise SourceProblem("not_a_workbook", "ZIP")
        kinds: list[str] = []
        types = next(n for n in self.parts if n.lower() == "[content_types].xml")
        self.walk(types, lambda _, attributes: kinds.append(attributes.get("ContentType", "")))
        if any("macroenabled" in kind.lower() for kind in kinds):
            raise SourceProblem("macro_workbook")

    def has(self, part: str) -> bool:
        """Whether the package has such a part."""
        return part in self.parts

    def chunks(self, part: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, piece by piece."""
        if part not in self.parts:
            raise SourceProblem("damaged_workbook", part, reason=f"no part {part}")
        try:
            with self._archive.open(self.parts[part]) as stream:
                while piece := stream.read(_CHUNK):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError,
                RuntimeError, ValueError) as problem:  # fmt: skip
            raise SourceProblem("damaged_workbook", part, reason=str(problem)) from None

    def walk(
        self, part: str, start: Start, end: End | None = None, characters: Characters | None = None
    ) -> None:
        """Send the elements of a part to the handlers, names without namespace."""
        for _ in self.steps(part, start, end, characters):
            pass

    def steps(
        self, part: str, start: Start, end: End | None = None, characters: Characters | None = None
    ) -> Iterator[None]:
        """The same, pausing after each piece, so that a caller can hand on what came."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype

        short = _ShortNames()

        def started(name: str, attributes: Attributes) -> None:
            start(short[name], attributes)

        def ended(name: str) -> None:
            if end is not None:
                end(short[name])

        parser.StartElementHandler = started
        parser.EndElementHandler = ended if end is not None else None
        if characters is not None:
            parser.CharacterDataHandler = characters
        try:
            for piece in self.chunks(part):
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as problem:
            # The last two: an encoding that is unknown, or that the parser cannot take.
            raise SourceProblem("damaged_workbook", part, reason=str(problem)) from None
        yield

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationships of a part: id → (type's last word, target part)."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, attributes: Attributes) -> None:
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                target = target[1:] if target.startswith("/") else posixpath.join(folder, target)
                kind = attributes.get("Type", "").rsplit("/", 1)[-1]
                found[attributes.get("Id", "")] = kind, posixpath.normpath(target)

        if self.has(rels):
            self.walk(rels, start)
        return found

    def workbook_part(self) -> str:
        """Name of the part that lists the sheets."""
        main = [target for kind, target in self.related("").values() if kind == _OFFICE]
        if main[:1] and not self.has(main[0]):
            raise SourceProblem("damaged_workbook", main[0], reason=f"no part {main[0]}")
        part = main[0] if main else "xl/workbook.xml"
        if not self.has(part):
            raise SourceProblem("not_a_workbook", "ZIP")
        return part


class _ShortNames(dict[str, str]):
    """Names of elements without their namespace, each cut once."""

    def __missing__(self, name: str) -> str:
        self[name] = short = name[name.rfind(" ") + 1 :]
        return short


def _refuse_doctype(name: str, *_: object) -> None:
    raise SourceProblem("external_entity", f"<!DOCTYPE {name}>")


def _checked(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    if len(members) > _MOST_MEMBERS:
        raise SourceProblem("compression_bomb", f"{len(members)} files")
    if any(member.flag_bits & 0x1 for member in members):
        raise SourceProblem("encrypted_workbook")
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        name = member.filename
        unsafe = name.startswith("/") or "\\" in name or re.match("[A-Za-z]:", name)
        if unsafe or ".." in name.split("/") or "\0" in member.orig_filename:
            raise SourceProblem("unsafe_zip_path", name)
        if name in found:
            raise SourceProblem("unsafe_zip_path", name)
        found[name] = member
        if member.file_size > _RATIO_COUNTS_FROM:
            ratio = member.file_size / max(member.compress_size, 1)
            if ratio > _MOST_RATIO:
                raise SourceProblem("compression_bomb", name)
    total = sum(member.file_size for member in members)
    if total > MOST_UNPACKED:
        raise SourceProblem("compression_bomb", f"{total / 2**20:.0f} MB")
    return found
