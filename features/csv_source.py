"""A CSV file → raw rows: encoding, separators, quotes.

UTF-8, strictly, goes before GB18030; nothing else is guessed at, since a wrong guess makes
other characters of a name without anybody noticing.

Text that a spreadsheet would take for a formula is written by :mod:`features.export` with an
apostrophe before it (``'=1+1``); that one apostrophe is taken off again here.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from features.grid import Raw, Row, Sheet, SourceProblem

FORMULA_LIKE = re.compile(r"'*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""Text that may run as a formula in a spreadsheet, with whatever apostrophes stand before it."""

_BOMS = {
    b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16",
}  # fmt: skip
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF8_SEQUENCE = re.compile(
    rb"[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]"
)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_LONGEST_CELL = 1_000_000
_MOST_RARE = 0.6
"""Share of rare characters above which a text is not taken for Chinese."""


def sheet(path: Path, label: str) -> Sheet:
    """The file as one sheet; ``label`` is what findings call it.

    Raises
    ------
    SourceProblem
        If its bytes are no text of an encoding that is read here.
    """
    content = decoded(path.read_bytes())
    return Sheet(file=label, sheet=None, rows=lambda: _rows(content))


def decoded(content: bytes) -> str:
    """The text of a CSV file.

    Raises
    ------
    SourceProblem
        ``empty_file``, ``encoding`` or ``damaged_utf8``.
    """
    if not content.removeprefix(_UTF8_BOM).strip():
        raise SourceProblem("empty_file")
    for bom, name in _BOMS.items():
        if content.startswith(bom):
            raise SourceProblem("encoding", name)
    try:
        return content.removeprefix(_UTF8_BOM).decode("utf-8")
    except UnicodeDecodeError as problem:
        if content.startswith(_UTF8_BOM) or _mostly_utf8(content):
            line = content.count(b"\n", 0, problem.start) + 1
            bad = content[problem.start : problem.end].hex(" ").upper()
            raise SourceProblem("damaged_utf8", bad, row=line, line=line) from None
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as problem:
        bad = content[problem.start : problem.end].hex(" ").upper()
        line = content.count(b"\n", 0, problem.start) + 1
        raise SourceProblem("encoding", bad, row=line) from None
    if odd := _not_chinese(text):
        line = text.count("\n", 0, text.index(odd)) + 1
        raise SourceProblem("encoding", odd if odd.isprintable() else f"U+{ord(odd):04X}", row=line)
    return text


def _not_chinese(text: str) -> str | None:
    """A sign that betrays another encoding read as GB18030 by force, if there is one.

    Most bytes can be read as GB18030. But those of Big5, Shift-JIS or Latin-1 give private or
    unassigned signs, or next to none of the characters that Chinese texts are made of.
    """
    counts = {sign: n for sign, n in Counter(text).items() if sign > "\x7f"}
    for sign in counts:
        if unicodedata.category(sign) in ("Co", "Cn"):
            return sign
    rare = [sign for sign in counts if not _is_common(sign)]
    if sum(counts[sign] for sign in rare) <= _MOST_RARE * sum(counts.values()):
        return None
    inside = re.compile(f"[A-Za-z][{''.join(rare)}]|[{''.join(rare)}][A-Za-z]")
    return rare[0] if sum(counts.values()) > 2 or inside.search(text) else None


def _is_common(sign: str) -> bool:
    """Whether GB 2312 has it, as a character (rows 16 to 87) or as punctuation (rows 1 to 3)."""
    code = sign.encode("gb18030")
    common = b"\xb0" <= code[:1] <= b"\xf7" or b"\xa1" <= code[:1] <= b"\xa3"
    return len(code) == 2 and common and code[1] >= 0xA1


def _mostly_utf8(content: bytes) -> bool:
    """Whether the bytes are UTF-8 with a few broken places, rather than GB18030."""
    beyond = len(_BEYOND_ASCII.findall(content))
    whole = 3 * len(_UTF8_SEQUENCE.findall(content))
    return whole >= 6 and whole >= 0.8 * beyond


def _rows(content: str) -> Iterator[Row]:
    csv.field_size_limit(_LONGEST_CELL)
    number = 0
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as problem:
            raise _broken(number + 1, str(problem)) from None
        if cells is None:
            return
        number += 1
        yield number, [_plain(cell) for cell in cells]


def _plain(cell: str) -> Raw:
    return cell[1:] if cell[:1] == "'" and FORMULA_LIKE.match(cell) else cell


def _broken(row: int, said: str) -> SourceProblem:
    if "field limit" in said:
        return SourceProblem("cell_too_large", str(_LONGEST_CELL), row=row)
    return SourceProblem("broken_quotes", '"', row=row)
