"""Workbooks that are broken, hostile or not what they are called.

Name → (maker, findings expected as code, row, column, value).
"""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

from tests.features.bad_workbooks import HEAD, ROW, Make, Said
from tests.features.import_files import (
    MAIN,
    TYPES,
    file_of,
    packed,
    row_xml,
    rows_xml,
    sheet_xml,
    text_cell,
    workbook_of,
    workbook_parts,
)

E = "enterprises.xlsx"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _parts(change: dict[str, str | bytes | None], *said: Said) -> tuple[Make, list[Said]]:
    """A good workbook with some of its parts replaced, added or (None) left out."""

    def make(folder: Path) -> Path:
        parts: dict[str, str | bytes] = dict(workbook_parts({"enterprises": _good()}))
        for name, content in change.items():
            if content is None:
                del parts[name]
            else:
                parts[name] = content
        return packed(folder / E, parts)

    return make, list(said)


def _sheet(rows: str, *said: Said, after: str = "") -> tuple[Make, list[Said]]:
    def make(folder: Path) -> Path:
        parts = workbook_parts({"enterprises": sheet_xml(rows, after)})
        return packed(folder / E, parts)

    return make, list(said)


def _file(name: str, content: bytes, *said: Said) -> tuple[Make, list[Said]]:
    return lambda folder: file_of(folder, name, content), list(said)


def _good(after: str = "") -> str:
    return sheet_xml(rows_xml([HEAD, ROW]), after)


def _whole(folder: Path) -> bytes:
    return workbook_of(folder, "enterprises", [HEAD, ROW]).read_bytes()


def _cut(share: float) -> Make:
    def make(folder: Path) -> Path:
        content = _whole(folder)
        return file_of(folder, E, content[: int(len(content) * share)])

    return make


def _flipped(folder: Path) -> Path:
    """A byte of the packed sheet changed."""
    content = bytearray(_whole(folder))
    with zipfile.ZipFile(folder / E) as archive:
        at = archive.getinfo("xl/worksheets/s1.xml").header_offset + 80
    content[at] ^= 0xFF
    return file_of(folder, E, bytes(content))


def _locked(folder: Path) -> Path:
    """An archive that says its members are encrypted."""
    content = bytearray(_whole(folder))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    return file_of(folder, E, bytes(content))


def _doubled(folder: Path) -> Path:
    _whole(folder)
    with warnings.catch_warnings(), zipfile.ZipFile(folder / E, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("xl/worksheets/s1.xml", _good())
    return folder / E


def _bomb(folder: Path) -> Path:
    parts = workbook_parts({"enterprises": _good()})
    parts["xl/sharedStrings.xml"] = " " * (20 * 2**20) + parts["xl/sharedStrings.xml"]
    return packed(folder / E, parts)


def _many_members(folder: Path) -> Path:
    parts: dict[str, str | bytes] = dict(workbook_parts({"enterprises": _good()}))
    return packed(folder / E, parts | {f"xl/media/{i}": b"" for i in range(5001)})


def _two_sheets(folder: Path) -> Path:
    return packed(folder / E, workbook_parts({"甲": _good(), "乙": _good()}))


_ANY_TABLE = sheet_xml(rows_xml([("id", "name", "region"), ("E2", "示例公司", "萧山区")]))
"""It may hold parks as well as enterprises."""


def _other_names(folder: Path) -> Path:
    return packed(folder / "market.xlsx", workbook_parts({"Sheet1": _ANY_TABLE}))


def _near_name(folder: Path) -> Path:
    return packed(folder / "market.xlsx", workbook_parts({"enterprise": _ANY_TABLE}))


def _twice(folder: Path) -> Path:
    sheets = {"enterprises": _good(), "企业档案": _good()}
    return packed(folder / "market.xlsx", workbook_parts(sheets))


_DOCTYPE = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
)
_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    f'<sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>'
)
_ENTITY_UTF16 = _DOCTYPE.replace("1.0", '1.0" encoding="UTF-16').encode("utf-16")


def _merge(*areas: str) -> str:
    cells = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return f"<mergeCells>{cells}</mergeCells>"


_S1 = "xl/worksheets/s1.xml"
_DAMAGED = ("damaged_workbook", None, None)
_TOP = rows_xml([HEAD, ROW])

NOT_WORKBOOKS = {
    "empty": _file(E, b"", ("empty_file", None, None, E)),
    "csv": _file(E, b"id,name\n", ("not_a_workbook_inside", None, None, E)),
    "html": _file(E, b"<html><table></table></html>", ("not_a_workbook_inside", None, None, E)),
    "pdf": _file(E, b"%PDF-1.4", ("not_a_workbook_inside", None, None, E)),
    "html named xls": _file("enterprises.xls", b"\xef\xbb\xbf\n<HTML><table></table></HTML>",
        ("not_a_workbook_inside", None, None, "enterprises.xls")),
    "text named xls": _file("enterprises.xls", b"id\tname\n1\t2\n",
        ("not_a_workbook_inside", None, None, "enterprises.xls")),
    "xml named xls": _file("enterprises.xls", b'<?xml version="1.0"?><Workbook xmlns='
        b'"urn:schemas-microsoft-com:office:spreadsheet"/>',
        ("not_a_workbook_inside", None, None, "enterprises.xls")),
    "old workbook": _file("enterprises.xls", _OLE + b"\0" * 600,
        ("old_workbook", None, None, "enterprises.xls")),
    "old workbook named xlsx": _file(E, _OLE + b"\0" * 600, ("old_workbook", None, None, E)),
    "encrypted": _file(E, _OLE + b"\0" * 9000 + "EncryptedPackage".encode("utf-16-le"),
        ("encrypted_workbook", None, None, E)),
    "encrypted named xls": _file("enterprises.xls", _OLE + "EncryptedPackage".encode("utf-16-le"),
        ("encrypted_workbook", None, None, "enterprises.xls")),
    "encrypted members": (_locked, [("encrypted_workbook", None, None, E)]),
    "xlsx named xls": (lambda folder: file_of(folder, "enterprises.xls", _whole(folder)),
        [("workbook_named_otherwise", None, None, "enterprises.xls")]),
    "xlsx named csv": (lambda folder: file_of(folder, "enterprises.csv", _whole(folder)),
        [("workbook_named_otherwise", None, None, "enterprises.csv")]),
    "xlsm": (lambda folder: file_of(folder, "enterprises.xlsm", _whole(folder)),
        [("macro_workbook", None, None, "enterprises.xlsm")]),
    "xlsb": _file("enterprises.xlsb", b"PK\x03\x04",
        ("unsupported_suffix", None, None, "enterprises.xlsb")),
    "wps": _file("enterprises.et", b"text", ("not_a_workbook_inside", None, None,
        "enterprises.et")),
    "macros in an xlsx": _parts({"xl/vbaProject.bin": b"x"}, ("macro_workbook", None, None, E)),
    "macro type in an xlsx": _parts(
        {"[Content_Types].xml": TYPES.replace("sheet.main+xml", "sheet.macroEnabled.main+xml")},
        ("macro_workbook", None, None, E)),
    "word": _parts({"word/document.xml": "<x/>"}, ("not_a_workbook", None, None, "Word")),
    "slides": _parts({"ppt/x.xml": "<x/>"}, ("not_a_workbook", None, None, "PowerPoint")),
    "open document": _parts({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
        ("not_a_workbook", None, None, "OpenDocument (.ods)")),
    "binary workbook": _parts({"xl/workbook.bin": b""},
        ("not_a_workbook", None, None, "Excel .xlsb")),
    "any archive": (lambda folder: packed(folder / E, {"a.txt": "x"}),
        [("not_a_workbook", None, None, "ZIP")]),
    "archive without a workbook": _parts({"xl/workbook.xml": None, "_rels/.rels": None},
        ("not_a_workbook", None, None, "ZIP")),
}  # fmt: skip

DAMAGED = {
    "cut at a tenth": (_cut(0.1), [(*_DAMAGED, E)]),
    "cut in the middle": (_cut(0.5), [(*_DAMAGED, E)]),
    "cut at the end": (_cut(0.98), [(*_DAMAGED, E)]),
    "a changed byte": (_flipped, [(*_DAMAGED, _S1)]),
    "only a signature": _file(E, b"PK\x03\x04", (*_DAMAGED, E)),
    "an empty archive": _file(E, b"PK\x05\x06" + b"\0" * 18, ("not_a_workbook", None, None, "ZIP")),
    "no workbook part": _parts({"xl/workbook.xml": None}, (*_DAMAGED, "xl/workbook.xml")),
    "no sheet part": _parts({_S1: None}, (*_DAMAGED, "enterprises")),
    "no links": _parts({"xl/_rels/workbook.xml.rels": None}, (*_DAMAGED, "enterprises")),
    "unclosed sheet": _parts({_S1: _good()[:-40]}, (*_DAMAGED, _S1)),
    "a sheet that is no XML": _parts({_S1: "id,name"}, (*_DAMAGED, _S1)),
    "an empty sheet part": _parts({_S1: ""}, (*_DAMAGED, _S1)),
    "broken bytes in a sheet": _parts({_S1: _good().encode() + b"\xff"}, (*_DAMAGED, _S1)),
    "broken strings": _parts({"xl/sharedStrings.xml": "<sst"},
        (*_DAMAGED, "xl/sharedStrings.xml")),
    "a sheet in an unknown encoding": _parts(
        {_S1: _good().replace('encoding="UTF-8"', 'encoding="x-none"')}, (*_DAMAGED, _S1)),
    "broken styles": _parts({"xl/styles.xml": "<a></b>"}, (*_DAMAGED, "xl/styles.xml")),
    "broken types": _parts({"[Content_Types].xml": "<Types"}, (*_DAMAGED, "[Content_Types].xml")),
    "rows that go back": _sheet(_TOP + row_xml(2, ("E3", *ROW[1:])),
        ("broken_sheet", 3, None, "2")),
    "a row zero": _sheet(_TOP + '<row r="0"/>', ("broken_sheet", 3, None, "0")),
    "a row after the last": _sheet(_TOP + '<row r="1048577"/>',
        ("broken_sheet", 3, None, "1048577")),
    "a row without a number": _sheet(_TOP + '<row r="x"/>', ("broken_sheet", 3, None, "x")),
    "a cell in the wrong row": _sheet(_TOP + f'<row r="3">{text_cell("A4", "E3")}</row>',
        ("broken_sheet", 3, None, "A4")),
    "the same cell twice": _sheet(
        _TOP + f'<row r="3">{text_cell("A3", "E3")}{text_cell("A3", "E4")}</row>',
        ("broken_sheet", 3, None, "A3")),
    "a column after the last": _sheet(_TOP + f'<row r="3">{text_cell("XFE3", "x")}</row>',
        ("broken_sheet", 3, None, "XFE3")),
    "a cell without a place": _sheet(_TOP + f'<row r="3">{text_cell("3A", "x")}</row>',
        ("broken_sheet", 3, None, "3A")),
    "a merged area without a place": _sheet(_TOP, ("broken_sheet", None, None, "A1:?"),
        after=_merge("A1:?")),
}  # fmt: skip

HOSTILE = {
    "external entity in a sheet": _parts({_S1: _DOCTYPE},
        ("external_entity", None, None, "<!DOCTYPE x>")),
    "entities in the strings": _parts({"xl/sharedStrings.xml": _LAUGHS},
        ("external_entity", None, None, "<!DOCTYPE lolz>")),
    "external entity in the workbook": _parts({"xl/workbook.xml": _DOCTYPE},
        ("external_entity", None, None, "<!DOCTYPE x>")),
    "external entity in the types": _parts({"[Content_Types].xml": _DOCTYPE},
        ("external_entity", None, None, "<!DOCTYPE x>")),
    "external entity in the links": _parts({"xl/_rels/workbook.xml.rels": _DOCTYPE},
        ("external_entity", None, None, "<!DOCTYPE x>")),
    "external entity in UTF-16": _parts({_S1: _ENTITY_UTF16},
        ("external_entity", None, None, "<!DOCTYPE x>")),
    "a bomb": (_bomb, [("compression_bomb", None, None, "xl/sharedStrings.xml")]),
    "thousands of members": (_many_members,
        [("compression_bomb", None, None, "5008 files")]),
    "a path upwards": _parts({"../../evil.xml": "x"},
        ("unsafe_zip_path", None, None, "../../evil.xml")),
    "an absolute path": _parts({"/etc/passwd": "x"},
        ("unsafe_zip_path", None, None, "/etc/passwd")),
    "a path of Windows": _parts({"C:/x.xml": "x"}, ("unsafe_zip_path", None, None, "C:/x.xml")),
    "a path with backslashes": _parts({"xl\\..\\x.xml": "x"},
        ("unsafe_zip_path", None, None, "xl\\..\\x.xml")),
    "a member twice": (_doubled, [("unsafe_zip_path", None, None, _S1)]),
}  # fmt: skip

SHAPES = {
    "no sheet named as a table": (_other_names, [("no_table_sheet", None, None, "Sheet1")]),
    "a sheet nearly named as a table": (_near_name,
        [("no_table_sheet", None, None, "enterprise")]),
    "several sheets and no telling": (_two_sheets, [("which_sheet", None, None, "甲、乙")]),
    "one table on two sheets": (_twice, [("duplicate_key", 2, "id", "E2")]),
    "an empty sheet": _sheet("", ("empty_sheet", None, None, "enterprises")),
    "merged header": _sheet(_TOP, ("merged_header", 1, "budget_wan", "budget_wan"),
        after=_merge("F1:G1")),
    "header merged downwards": _sheet(rows_xml([HEAD]) + row_xml(3, ROW),
        ("merged_header", 1, "id", "id"), ("merged_header", 1, "name", "name"),
        after=_merge("A1:A2", "B1:B2")),
    "merged group header": _sheet(
        row_xml(1, ("id", "name", "kind", "region", "industry", "联系"))
        + row_xml(2, (*ROW, "张三", "0571")),
        ("unknown_column", 1, "联系", "联系"), ("merged_header", 1, "联系", "联系"),
        after=_merge("F1:G1")),
    "merged title": _sheet(row_xml(1, ("企业档案",)) + rows_xml([HEAD, ROW], 2),
        ("title_row", 1, None, "企业档案"), after=_merge("A1:G1")),
    "title": _sheet(row_xml(3, ("2008年企业档案",)) + rows_xml([HEAD, ROW], 5),
        ("title_row", 3, None, "2008年企业档案")),
    "bad row below empty rows": _sheet(rows_xml([HEAD], 4) + row_xml(9, ROW)
        + row_xml(20, ("E3", *ROW[1:3], "桐芦县", "17")),
        ("unknown_region", 20, "region", "桐芦县")),
    "total row": _sheet(_TOP + row_xml(3, ("合计", "1")), ("total_row", 3, "id", "合计")),
    "data beside the header": _sheet(rows_xml([HEAD]) + row_xml(2, (*ROW, "", "", "注")),
        ("column_without_header", 2, None, "注")),
    "a header that is a formula": _sheet(
        row_xml(1, ('<c r="A1"><f>1</f></c>', *HEAD[1:])) + row_xml(2, ROW),
        ("formula_without_value", 1, None, "=1"), ("missing_column", 1, "id", None),
        ("column_without_header", 2, None, "E2")),
}  # fmt: skip

BAD_PACKAGES = NOT_WORKBOOKS | DAMAGED | HOSTILE | SHAPES
