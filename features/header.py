"""The header of a sheet → which column is which, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from features.cells import BLANKS, meant, shown
from features.grid import BadCell, Raw, Row
from features.place_names import half_width
from features.remarks import Heading, Place, Remarks
from features.schema import OWN_PREFIX, TableSpec, headers

LOOKED_AT = 20
"""Rows that are searched for the header when the first one is none."""

_OWN = re.compile(OWN_PREFIX + r"[\w.\-]{1,62}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass
class Header:
    """Columns of a sheet.

    Attributes
    ----------
    row : int
        Where the header stands.
    width : int
        Cells in it, the last one named.
    names : dict of int to str
        Position → name of the column as the table has it, or the user's own.
    """

    row: int
    width: int
    names: dict[int, str] = field(default_factory=dict)
    cells: list[str] = field(default_factory=list)


def read_header(
    spec: TableSpec, first: Sequence[Row], place: Place, remarks: Remarks
) -> Header | None:
    """Judge the header, which is the first row that is not empty.

    Parameters
    ----------
    first : sequence of rows
        The first rows of the sheet that are not empty, up to :data:`LOOKED_AT`.

    Returns
    -------
    Header or None
        None where there is no telling which column is which; that has been remarked.
    """
    if not first:
        remarks.add(place, "empty_sheet", value=place.sheet or place.file)
        return None
    known = headers(spec)
    scores = [_score(cells, known) for _, cells in first]
    best = max(range(len(first)), key=lambda i: (scores[i], -i))
    number, cells = first[0]
    written = [shown(cell).strip(BLANKS) for cell in cells]
    said = next((w for w in written if w), "")
    if best > 0 and scores[best] >= max(2, scores[0] + 1):
        remarks.add(place, "title_row", row=number, value=said, values={"header": first[best][0]})
        return None
    if scores[0] == 0:
        _no_header(spec, known, number, written, said, place, remarks)
        return None
    for position, cell in enumerate(cells):
        if isinstance(cell, BadCell):
            remarks.add(place, cell.code, row=number, value=cell.shown, position=position)
            written[position] = ""
    return _named(spec, known, number, written, place, remarks)


def fold(header: str) -> str:
    """A header as it is compared: half width, lower case, without blanks around."""
    return half_width(header.strip(BLANKS)).lower()


def _score(cells: Sequence[Raw], known: dict[str, str]) -> int:
    return len({known[name] for cell in cells if (name := fold(shown(cell))) in known})


def _no_header(
    spec: TableSpec, known: dict[str, str], row: int, written: list[str], said: str,
    place: Place, remarks: Remarks,
) -> None:  # fmt: skip
    for sign, name in ((";", "“;”"), ("\t", "Tab"), ("|", "“|”"), ("，", "“，”")):
        if sum(fold(part) in known for part in said.split(sign)) >= 2:
            remarks.add(place, "wrong_column_separator", row=row, value=said,
                        values={"sign": name})  # fmt: skip
            return
    required = [column for column in spec.columns if column.required]
    needed = {
        "zh": "、".join(f"{c.label['zh']}（{c.name}）" for c in required),
        "en": ", ".join(c.name for c in required),
    }
    shown_row = ", ".join(w for w in written if w)
    remarks.add(place, "no_header", row=row, value=shown_row, values={"needed": needed})


def _named(
    spec: TableSpec, known: dict[str, str], row: int, written: list[str],
    place: Place, remarks: Remarks,
) -> Header:  # fmt: skip
    header = Header(row, max(i for i, w in enumerate(written) if w) + 1, cells=written)
    labels = {each.name: each.label for each in spec.columns}
    remarks.head(place, Heading(header.cells, header.names, labels))
    used: dict[str, str] = {}
    for position, name in enumerate(written):
        if not name:
            continue
        plain = half_width(name)
        column = known.get(plain.lower()) or (plain if _OWN.fullmatch(plain) else None)
        if column is None:
            _unknown(spec, known, row, position, name, place, remarks)
        elif column in used:
            remarks.add(place, "doubled_column", row=row, column=column, value=name,
                        position=position, values={"first": used[column]})  # fmt: skip
        else:
            used[column] = name
            if not spec.own_columns and column.startswith(OWN_PREFIX):
                remarks.add(place, "own_column_ignored", row=row, column=column, value=name,
                            position=position, level="warning")  # fmt: skip
                continue
            header.names[position] = column
    for each in spec.columns:
        if each.required and each.name not in used:
            remarks.add(place, "missing_column", row=row, column=each.name, value=None,
                        position=len(written), values={"label": each.label})  # fmt: skip
    return header


def _unknown(
    spec: TableSpec, known: dict[str, str], row: int, position: int, name: str,
    place: Place, remarks: Remarks,
) -> None:  # fmt: skip
    if _CONTROL.search(name):
        sign = f"U+{ord(_CONTROL.findall(name)[0]):04X}"
        remarks.add(place, "control_character", row=row, column=name, value=name,
                    position=position, values={"sign": sign})  # fmt: skip
        return
    near = meant(fold(name), list(known))
    if near:
        label = spec.column(known[near]).label
        said: dict[str, object] = {"suggestion": known[near], "label": label}
        remarks.add(place, "unknown_column", row=row, column=name, value=name,
                    position=position, values=said)  # fmt: skip
    else:
        remarks.add(place, "unknown_column", row=row, column=name, value=name, position=position)
