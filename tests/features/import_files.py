"""Files for the tests of the import: good rows of every table, CSV and hand-made XLSX."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from features import ingest
from features.findings import Finding, FindingsError
from features.industries import Industries
from features.regions import Regions

GOOD: dict[str, dict[str, str]] = {
    "regions": {"code": "361127", "name": "余干县", "prefecture": "上饶市", "lat": "28.7"},
    "industries": {"code": "1785", "name": "示例制品", "level": "4", "parent": "178"},
    "enterprises": {
        "id": "E2", "name": "示例公司", "kind": "company", "region": "萧山区", "industry": "1761",
    },
    "resources": {"id": "R2", "name": "示例地块", "kind": "land", "region": "江山市"},
    "parks": {"id": "PK1", "name": "示例园", "region": "江山市"},
    "events": {"id": "EV2", "name": "对接会", "date_from": "2008-10-21"},
    "outcomes": {
        "enterprise_id": "E1", "resource_id": "R1", "date": "2008-03-01", "stage": "signed",
    },
    "projects": {"id": "P2", "name": "项目", "enterprise_ids": "E1", "resource_id": "R1"},
    "funds": {
        "id": "F1", "project_id": "P1", "date": "2008-07-01", "amount_wan": "10",
        "kind": "investment",
    },
    "problems": {"id": "W1", "project_id": "P1", "raised_on": "2008-09-01", "text": "用电"},
    "interests": {"side": "enterprise", "id": "E1", "target": "R1", "level": "must"},
    "pairings": {
        "pairing": "mine", "developed_region": "萧山区", "underdeveloped_region": "江山市",
        "valid_from": "2008-01-01",
    },
    "visits": {
        "date": "2008-11-05", "developed_region": "萧山区", "underdeveloped_region": "江山市",
        "kind": "trade",
    },
    "targets": {"indicator": "cooperation_projects", "year": "2010", "value": "300"},
    "actuals": {"indicator": "cooperation_projects", "year": "2010", "value": "286"},
}  # fmt: skip
"""A row of each table that an import takes, given what :class:`Stored` has."""

ANOTHER: dict[str, dict[str, str]] = {
    "regions": {"code": "361128"},
    "industries": {"code": "1786"},
    "enterprises": {"id": "E3"},
    "resources": {"id": "R3"},
    "parks": {"id": "PK2"},
    "events": {"id": "EV3"},
    "outcomes": {"date": "2008-04-01"},
    "projects": {"id": "P3"},
    "funds": {"id": "F2"},
    "problems": {"id": "W2"},
    "interests": {"target": "江山市"},
    "pairings": {"valid_from": "2007-01-01"},
    "visits": {"date": "2008-12-01"},
    "targets": {"year": "2009"},
    "actuals": {"year": "2009"},
}
"""What makes another row of it."""


class Stored:
    """A store with one enterprise, resource, project, event and signature."""

    regions = Regions.built_in()
    industries = Industries.built_in()
    ids = frozenset({
        ("enterprises", "E1"), ("resources", "R1"), ("projects", "P1"), ("events", "EV1"),
    })  # fmt: skip

    def has(self, table: str, key: str) -> bool:
        return (table, key) in self.ids

    today: date | None = None

    def signed(self) -> frozenset[tuple[str, str]]:
        return frozenset({("E1", "R1")})

    def merged_into(self) -> dict[str, str]:
        return {}


def read(*paths: Path, cap: int = 200, max_bytes: int = ingest.MAX_BYTES) -> ingest.Batch:
    return ingest.read(paths, references=Stored(), cap=cap, max_bytes=max_bytes)


def refused(*paths: Path, cap: int = 200, max_bytes: int = ingest.MAX_BYTES) -> list[Finding]:
    """The errors for which files are refused."""
    try:
        read(*paths, cap=cap, max_bytes=max_bytes)
    except FindingsError as problem:
        return [finding for finding in problem.findings if finding.level == "error"]
    raise AssertionError(f"{[path.name for path in paths]} was taken")


def csv_text(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def csv_of(folder: Path, table: str, *rows: Mapping[str, str], encoding: str = "utf-8") -> Path:
    """A CSV file with these rows (a row that lacks a column has an empty cell there)."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    written = csv_text([header, *([row.get(name, "") for name in header] for row in rows)])
    return file_of(folder, f"{table}.csv", written.encode(encoding))


def file_of(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# --- workbooks made by hand, part by part --------------------------------------------------

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"

TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE.format("sheet.main")}"/>'
    "</Types>"
)
RELS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
STYLES = (
    f'{_XML}<styleSheet xmlns="{MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
    '<numFmt numFmtId="165" formatCode="#,##0.00&quot;days&quot;"/></numFmts>'
    '<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>'
    '<xf numFmtId="165"/><xf numFmtId="20"/></cellXfs></styleSheet>'
)
"""Styles: 0 general, 1 date, 2 a custom date, 3 a number whose unit has a d in it, 4 a time."""


def sheet_xml(rows: str, after: str = "") -> str:
    return f'{_XML}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def text_cell(reference: str, written: str) -> str:
    return (
        f'<c r="{reference}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{escape(written)}</t></is></c>'
    )


def row_xml(number: int, cells: Sequence[str]) -> str:
    """A row of text cells; one that begins with ``<`` is XML already."""
    written = [
        cell if cell.startswith("<") else text_cell(f"{chr(65 + i)}{number}", cell)
        for i, cell in enumerate(cells)
        if cell
    ]
    return f'<row r="{number}">{"".join(written)}</row>'


def rows_xml(rows: Sequence[Sequence[str]], first: int = 1) -> str:
    return "".join(row_xml(number, cells) for number, cells in enumerate(rows, first))


def workbook_parts(
    sheets: Mapping[str, str], strings: Sequence[str] = (), flags: str = ""
) -> dict[str, str]:
    """The parts of a workbook whose sheets are given as XML."""
    named = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>'
        for i, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i, _ in enumerate(sheets, 1)
    )
    shared = "".join(f"<si><t>{escape(written)}</t></si>" for written in strings)
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELS,
        "xl/workbook.xml": (
            f'{_XML}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">{flags}'
            f"<sheets>{named}</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}'
            f'<Relationship Id="rIdS" Type="{_OFFICE}/styles" Target="styles.xml"/>'
            f'<Relationship Id="rIdT" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>"
        ),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'{_XML}<sst xmlns="{MAIN}">{shared}</sst>',
        **{f"xl/worksheets/s{i}.xml": xml for i, xml in enumerate(sheets.values(), 1)},
    }


def packed(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def workbook_of(
    folder: Path, table: str, rows: Sequence[Sequence[str]], *, after: str = "", first: int = 1,
    strings: Sequence[str] = (), flags: str = "", name: str = "",
) -> Path:  # fmt: skip
    """A workbook of one sheet, named as the table."""
    xml = sheet_xml(rows_xml(rows, first), after)
    return packed(folder / (name or f"{table}.xlsx"), workbook_parts({table: xml}, strings, flags))
