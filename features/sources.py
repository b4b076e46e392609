"""The files and folders of an import → the sheets that hold tables; the rest is listed."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from features import csv_source
from features.cells import meant, shown
from features.grid import Raw, Sheet, SourceProblem
from features.language import LANGUAGES, Text, text
from features.place_names import half_width
from features.remarks import Place, Remarks
from features.schema import OWN_PREFIX, TABLES, headers
from features.system_reasons import why
from features.workbook_source import Workbook

MAX_BYTES = 50 * 2**20
"""Size of a file above which it is not opened, unless a setting says otherwise."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"
_MAGIC = {
    b"%PDF": "pdf", b"\x89PNG": "image", b"\xff\xd8\xff": "image", b"GIF8": "image",
    b"\x1f\x8b": "archive", b"7z\xbc\xaf": "archive", b"Rar!": "archive", b"{\\rtf": "rtf",
    b"SQLite format 3": "database", b"PAR1": "parquet",
}  # fmt: skip
_TABLE_SUFFIXES = (".csv", ".xlsx")
_REFUSED_SUFFIXES = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".et", ".tsv", ".txt")


@dataclass(frozen=True)
class TableSheet:
    """A sheet that holds (part of) a table."""

    table: str
    place: Place
    sheet: Sheet


@dataclass
class Sources:
    """What an import reads.

    Attributes
    ----------
    sheets : list of TableSheet
    ignored : list of str
        Files, and sheets as ``file[sheet]``, that are not named as tables.
    unread : set of str
        Tables of which a file or sheet could not be opened.
    """

    remarks: Remarks
    max_bytes: int = MAX_BYTES
    sheets: list[TableSheet] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    _open: ExitStack = field(default_factory=ExitStack)
    _turn: int = 0

    def __enter__(self) -> Sources:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def gather(self, paths: Sequence[Path]) -> None:
        """Open every file; folders give their files that are named as tables."""
        files: dict[str, Path] = {}
        for path in map(Path, paths):
            found = self._inside(path) if path.is_dir() else [path]
            for file in found:
                files.setdefault(os.path.realpath(file), file)
        names = [file.name for file in files.values()]
        for file in files.values():
            label = file.name if names.count(file.name) == 1 else str(file)
            self._take(file, label)

    def sheets_of(self, file: Path, label: str) -> list[Sheet]:
        """All sheets of one file, whatever they are called.

        Raises
        ------
        SourceProblem
            If it is no file that may be read.
        """
        if file.is_dir():
            raise SourceProblem("map_needs_a_file", str(file))
        if self._kind(file) == "csv":
            return [csv_source.sheet(file, label)]
        book = Workbook(file, label)
        self._open.callback(book.close)
        return book.sheets

    def _inside(self, folder: Path) -> list[Path]:
        found = []
        for file in sorted(folder.iterdir(), key=lambda f: f.name):
            readable = file.suffix.lower() in _TABLE_SUFFIXES + _REFUSED_SUFFIXES
            if readable and table_named(file.stem) and not file.is_dir():
                found.append(file)
            else:
                self.ignored.append(file.name + ("/" if file.is_dir() else ""))
        if not found:
            self._problem(str(folder), "folder_without_tables", str(folder))
        return found

    def _place(self, label: str, sheet: str | None = None) -> Place:
        self._turn += 1
        return Place(self._turn, label, sheet)

    def _problem(self, label: str, code: str, value: str, **values: object) -> None:
        place = self._place(label)
        self.remarks.add(place, code, value=value, values=values)

    def _take(self, file: Path, label: str) -> None:
        try:
            kind = self._kind(file)
            if kind == "workbook":
                self._workbook(file, label)
            else:
                self._csv(file, label)
        except SourceProblem as problem:
            if named := table_named(file.stem):
                self.unread.add(named)
            self.remarks.add(
                self._place(label), problem.code, row=problem.row,
                value=problem.value or label, values=problem.values,
            )  # fmt: skip

    def _kind(self, file: Path) -> str:
        """``workbook`` or ``csv``, if the content is what the name says."""
        suffix = file.suffix.lower()
        if suffix == ".xlsm" and file.is_file():
            raise SourceProblem("macro_workbook", file.name)
        head, ole_encrypted = self._head(file)
        holds = _what(head)
        if holds == "ole":
            raise SourceProblem("encrypted_workbook" if ole_encrypted else "old_workbook")
        if suffix == ".csv":
            if holds == "zip":
                raise SourceProblem("workbook_named_otherwise", file.name, suffix=suffix)
            if holds not in ("text", "empty"):
                raise SourceProblem("unsupported_file", file.name, what=_kind_text(holds))
            return "csv"
        if suffix == ".xlsx":
            if holds == "empty":
                raise SourceProblem("empty_file", file.name)
            if holds != "zip":
                raise SourceProblem("not_a_workbook_inside", file.name, what=_kind_text(holds),
                                    suffix=suffix)  # fmt: skip
            return "workbook"
        if suffix == ".xls" and holds == "zip":
            raise SourceProblem("workbook_named_otherwise", file.name, suffix=suffix)
        if suffix in (".xls", ".et"):
            raise SourceProblem("not_a_workbook_inside", file.name, what=_kind_text(holds),
                                suffix=suffix)  # fmt: skip
        raise SourceProblem("unsupported_suffix", file.name, suffix=suffix or "–")

    def _head(self, file: Path) -> tuple[bytes, bool]:
        """The first bytes, and whether an OLE container says that it is encrypted."""
        try:
            status = file.stat()
            if not stat.S_ISREG(status.st_mode):
                raise SourceProblem("no_such_file", str(file))
            if status.st_size > self.max_bytes:
                raise SourceProblem(
                    "file_too_large", file.name, size=f"{status.st_size / 2**20:.1f}",
                    limit=f"{self.max_bytes / 2**20:g}",
                )  # fmt: skip
            with file.open("rb") as stream:
                head = stream.read(4096)
                ole = head.startswith(_OLE)
                return head, ole and "EncryptedPackage".encode("utf-16-le") in head + stream.read()
        except FileNotFoundError:
            raise SourceProblem("no_such_file", str(file)) from None
        except OSError as problem:
            raise SourceProblem("unreadable", file.name, reason=why(problem)) from None

    def _csv(self, file: Path, label: str) -> None:
        table = table_named(file.stem)
        sheet = None if table else csv_source.sheet(file, label)
        if sheet is not None:
            table = table_by_headers(sheet)
        if table is None:
            raise _not_a_table("file_not_named", file.name, file.stem)
        self._add(table, sheet or csv_source.sheet(file, label))

    def _workbook(self, file: Path, label: str) -> None:
        book = Workbook(file, label)
        self._open.callback(book.close)
        named = [(table_named(sheet.sheet or ""), sheet) for sheet in book.sheets]
        by_file = table_named(file.stem)
        if by_file and not any(table for table, _ in named):
            visible = [s for s in book.sheets if not s.hidden and _has_content(s)]
            if len(visible) != 1:
                names = "、".join(sheet.sheet or "" for sheet in visible)
                raise SourceProblem("which_sheet", names or file.name, table=by_file)
            named = [(by_file if sheet is visible[0] else None, sheet) for sheet in book.sheets]
        if not any(table for table, _ in named):
            named = _told_by_headers(book.sheets)
        if not any(table for table, _ in named):
            sheets = "、".join(sheet.sheet or "" for sheet in book.sheets)
            raise _not_a_table("no_table_sheet", sheets or file.name, sheets)
        for table, sheet in named:
            if table:
                self._add(table, sheet)
            elif (sheet.sheet or "").lower() not in OUR_OWN:
                self.ignored.append(f"{label}[{sheet.sheet}]")

    def _add(self, table: str, sheet: Sheet) -> None:
        self.sheets.append(TableSheet(table, self._place(sheet.file, sheet.sheet), sheet))


def _has_content(sheet: Sheet) -> bool:
    return any(cell is not None for _, cells in sheet.rows() for cell in cells)


def table_by_headers(sheet: Sheet) -> str | None:
    """The one table that has all the columns of a sheet and needs no others, if there is one."""
    first: list[Raw] = next((c for _, c in sheet.rows() if any(shown(x).strip() for x in c)), [])
    written = {half_width(shown(cell)).lower() for cell in first} - {""}
    found = []
    for spec in TABLES.values():
        known = headers(spec)
        own = {name for name in written if spec.own_columns and name.startswith(OWN_PREFIX)}
        required = {column.name for column in spec.columns if column.required}
        if written - own <= set(known) and required <= {known[name] for name in written - own}:
            found.append(spec.name)
    return found[0] if len(found) == 1 else None


def _told_by_headers(sheets: Sequence[Sheet]) -> list[tuple[str | None, Sheet]]:
    """The only visible sheet with anything in it, by its headers; the others are no tables."""
    visible = [
        s for s in sheets
        if not s.hidden and (s.sheet or "").lower() not in OUR_OWN and _has_content(s)
    ]  # fmt: skip
    table = table_by_headers(visible[0]) if len(visible) == 1 else None
    return [(table if visible and sheet is visible[0] else None, sheet) for sheet in sheets]


def table_named(name: str) -> str | None:
    """The table that a file or sheet is named as: by its name or its label."""
    return _NAMES.get(half_width(name).lower())


def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for spec in TABLES.values():
        for name in (spec.name, *(spec.label[lang] for lang in LANGUAGES)):
            found.setdefault(name.lower(), spec.name)
    return found


_NAMES = _names()
OUR_OWN = frozenset(
    word.lower()
    for code in ("template.help_sheet", "template.example_sheet", "template.lists_sheet",
                 "export.about")
    for word in text(code).values()
)  # fmt: skip
"""Sheets that templates and exports have beside the table."""


def _not_a_table(code: str, value: str, name: str) -> SourceProblem:
    near = meant(name, list(_NAMES))
    if near:
        return SourceProblem(code, value, suggestion=_NAMES[near])
    return SourceProblem(code, value, tables=", ".join(TABLES))


def _what(head: bytes) -> str:
    """What a file holds, by its first bytes: ole, zip, text, empty, html, xml, pdf …"""
    if head.startswith(_OLE):
        return "ole"
    if head.startswith(_ZIP):
        return "zip"
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        return "empty"
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<body")):
        return "html"
    if start.startswith(b"<?xml"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
            return "spreadsheet_xml"
        return "html" if b"<html" in start else "xml"
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "binary" if head.count(0) * 10 > len(head) and not utf16 else "text"


def _kind_text(kind: str) -> Text:
    return text(f"file_kind.{kind}")
