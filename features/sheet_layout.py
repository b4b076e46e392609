"""Where the tables stand on somebody else's sheet: heads, data, totals, groups, notes.

People put titles above, notes below, subtotals between, and two tables beside each other. What
is found here is only where things stand; what they mean is for
:mod:`features.propose_columns`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from features.cells import BLANKS, shown
from features.grid import Raw
from features.heading_words import is_known, is_unit, is_unit_like
from features.map_area import Grid
from features.map_reader import total_in
from features.place_names import AmbiguousRegion, UnknownRegion
from features.regions import Regions

__all__ = ["Block", "blocks", "group_label"]

_NOTE = re.compile(
    r"^[(（【]?(?:注|备注|说明|附注?|填表|制表|审核|填报|单位负责|分管|资料来源|数据来源|统计|※|\*|编制|联系人[:：]|"
    r"报送|签发|主管|经办[:：]|复核|盖章|以上|表内|此表)"
)
_GROUP = re.compile(
    r"^(?:[(（]?[一二三四五六七八九十]{1,3}[)）、.．]+|第[一二三四五六七八九十]+[类批、]|[ⅠⅡⅢⅣⅤ][、.])"
)
_SIGNED = re.compile("(?:经办|填表|制表|审核|复核|负责|联系|统计)人?[:：]")
_COUNTED = re.compile(r"[(（][^()（）]*[)）]\s*$")
_AROUND = ":：【】〔〕[]《》<>「」—-－*★☆●○■□◆◇▲△※"
_LONGEST_HEADING = 30
_MOST_LEVELS = 3


@dataclass
class Block:
    """One table on a sheet, rows numbered as Excel does, columns counted from 0.

    Attributes
    ----------
    header_rows : list of int
    left, right : int
        First and last column.
    rows : list of int
        Rows of data.
    skipped : dict of int to str
        Rows between that are none, and why: ``total``, ``group``, ``header``, ``empty``,
        ``numbers``.
    groups : list of (row, label)
        Lone cells that head the rows below.
    titles : list of str
        What stands above.
    """

    grid: Grid
    header_rows: list[int]
    left: int
    right: int
    rows: list[int] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)
    groups: list[tuple[int, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def levels(self, position: int) -> list[str]:
        """The levels of the head over a column, from the top."""
        found: list[str] = []
        for row in self.header_rows:
            said = " ".join(shown(self._head(row, position)).split()).strip(BLANKS)
            if said and (not found or found[-1] != said):
                found.append(said)
        return found

    def _head(self, row: int, position: int) -> Raw:
        """A cell of the head; one left blank under nothing belongs to the one left of it."""
        raw = self.grid.spread(row, position)
        last = self.header_rows[-1]
        while raw is None and row != last and position > self.left:
            if self.grid.cell(last, position) is None:
                return None
            position -= 1
            raw = self.grid.spread(row, position)
            if raw is not None and self.grid.cell(last, position) is None:
                return None  # it has no level below, so it stands for itself alone
        return raw

    def positions(self) -> list[int]:
        """The columns that have a head."""
        return [p for p in range(self.left, self.right + 1) if self.levels(p)]

    def column(self, position: int) -> list[Raw]:
        """The cells of data in a column, merged areas not filled in."""
        return [self.grid.cell(row, position) for row in self.rows]


def group_label(written: str) -> str:
    """What heads a group of rows, without its number and count (``二、江山市（3个）``)."""
    plain = _GROUP.sub("", "".join(written.split()))
    return _COUNTED.sub("", plain).strip(_AROUND)


def blocks(grid: Grid) -> list[Block]:
    """All tables of a sheet that have a head, from the top left."""
    heads = list(_heads(grid))
    found: list[Block] = []
    for i, rows in enumerate(heads):
        after = heads[i + 1 :]
        above = max((b.rows[-1] for b in found if b.rows), default=0)
        over = range(max(1, above + 1), rows[0])
        segments = _segments(grid, rows)
        for left, right in segments:
            ends = (left, right) if len(segments) > 1 else (0, grid.width)
            titles = [title for row in over for title in _titles(grid, row, *ends)]
            block = Block(grid, rows, left, right, titles=titles)
            end, before_head = _end(grid, block, after)
            _fill(block, end)
            if before_head:
                _leave_titles(block)
            if block.rows:
                found.append(block)
    return found


def _given(grid: Grid, row: int, left: int = 0, right: int | None = None) -> dict[int, Raw]:
    cells = grid.rows.get(row, [])
    last = len(cells) - 1 if right is None else min(right, len(cells) - 1)
    return {
        p: cells[p]
        for p in range(left, last + 1)
        if cells[p] is not None and (not isinstance(cells[p], str) or str(cells[p]).strip(BLANKS))
    }


def _titles(grid: Grid, row: int, left: int, right: int) -> list[str]:
    """The texts of a row above a table, those merged over more than it among them."""
    found = [" ".join(shown(cell).split()) for cell in _given(grid, row, left, right).values()]
    for top, first, bottom, last in grid.merged:
        if top <= row <= bottom and first - 1 < left <= last - 1:
            found.append(" ".join(shown(grid.cell(top, first - 1)).split()))
    return [title for title in found if title]


def _heads(grid: Grid) -> Iterator[list[int]]:
    """The rows of each head, from the top."""
    row, last = 1, grid.last_row
    first: list[str] = []
    while row <= last:
        if not _is_head(grid, row):
            row += 1
            continue
        top = _top(grid, row)
        bottom = row
        while bottom - top + 1 < _MOST_LEVELS and _is_next_level(grid, top, bottom):
            bottom += 1
        said = [shown(c).strip() for c in _given(grid, row).values()]
        if said != first:  # the same head again is a new page, not a new table
            yield list(range(top, bottom + 1))
        first = first or said
        row = bottom + 1


def _is_head(grid: Grid, row: int) -> bool:
    given = _given(grid, row)
    texts = {p: str(c) for p, c in given.items() if isinstance(c, str)}
    if len(texts) < 2 or len(texts) < 0.8 * len(given):
        return False
    if any(len(t) > _LONGEST_HEADING for t in texts.values()):
        return False
    known = [t for t in texts.values() if is_known(t)]
    return len(set(known)) >= 2 and 3 * len(known) >= len(texts)


def _merges(grid: Grid, row: int) -> list[tuple[int, int, int, int]]:
    return [area for area in grid.merged if area[0] <= row <= area[2]]


def _top(grid: Grid, row: int) -> int:
    """The first row of a head of which one row is known."""
    width = len(_given(grid, row))
    top = min((a[0] for a in _merges(grid, row) if a[0] < row and a[2] >= row), default=row)
    above = _given(grid, row - 1)
    said = [str(cell) for cell in above.values()]
    level = _is_text(above) and not any(re.search("[：:]", t) or is_unit(t) for t in said)
    if top == row and row > 1 and 1 < len(above) < width and level:
        spans = [a for a in _merges(grid, row - 1) if a[1] < a[3] and a[3] - a[1] + 1 < width]
        holes = [p for p in above if grid.cell(row, p) is None]
        if spans or holes:
            return row - 1
    return max(top, row - _MOST_LEVELS + 1)


def _is_text(given: dict[int, Raw]) -> bool:
    return all(isinstance(c, str) and len(c) <= _LONGEST_HEADING for c in given.values())


def _is_next_level(grid: Grid, top: int, row: int) -> bool:
    """Whether the row below belongs to the head too."""
    below = _given(grid, row + 1)
    if not below or not _is_text(below):
        return False
    texts = [str(cell) for cell in below.values()]
    if all(is_unit(t) or is_unit_like(t) for t in texts) and any(map(is_unit, texts)):
        return True
    here = set(_given(grid, row))
    for area in _merges(grid, row):
        if area[0] >= top and area[2] > row:
            return True
    wide = [a for a in _merges(grid, row) if a[0] >= top and a[1] < a[3]]
    under_wide = any(a[1] <= p + 1 <= a[3] for a in wide for p in below)
    fresh = [p for p in below if p not in here]
    known = [t for t in texts if is_known(t) or is_unit(t)]
    if wide and under_wide:
        inside = [p for p in below if any(a[1] <= p + 1 <= a[3] for a in wide)]
        return len(inside) == len(below) or 2 * len(known) >= len(texts)
    return bool(fresh) and len(below) < len(here) + len(fresh) and 2 * len(known) > len(texts)


def _segments(grid: Grid, rows: list[int]) -> list[tuple[int, int]]:
    """First and last column of each table that a head is over."""
    headings = {p: grid.heading(rows, p) for p in range(grid.width)}
    named = [p for p, heading in headings.items() if heading]
    found: list[list[int]] = []
    seen: set[str] = set()
    for p in named:
        gap = bool(found) and p - found[-1][-1] > 1
        again = headings[p] in seen and _starts_again(headings, p, found[-1] if found else [])
        if not found or again or (gap and _stands_alone(headings, p, named)):
            found.append([])
            seen = set()
        found[-1].append(p)
        seen.add(headings[p])
    return [(group[0], group[-1]) for group in found]


def _starts_again(headings: dict[int, str], p: int, before: list[int]) -> bool:
    """Whether a heading that came before begins a table like the one before it."""
    return bool(before) and headings[before[0]] == headings[p] and len(before) > 1


def _stands_alone(headings: dict[int, str], p: int, named: list[int]) -> bool:
    """Whether what stands right of an empty column is a table of its own."""
    group: list[int] = []
    for q in (q for q in named if q >= p):
        if group and q - group[-1] > 1:
            break
        group.append(q)
    return len(group) >= 2 and sum(is_known(headings[q].rpartition("/")[2]) for q in group) >= 2


def _end(grid: Grid, block: Block, after: list[list[int]]) -> tuple[int, bool]:
    """The last row that can be the table's, and whether a head below it ends it."""
    for rows in after:
        given = {p for row in rows for p in _given(grid, row)}
        if any(block.left <= p <= block.right for p in given):
            return rows[0] - 1, True
    return grid.last_row, False


def _leave_titles(block: Block) -> None:
    """Give up texts that stand alone right above the next head: they are its titles."""
    while block.rows and len(block.positions()) > 1:
        given = _given(block.grid, block.rows[-1], block.left, block.right)
        if len(given) != 1 or not isinstance(next(iter(given.values())), str):
            return
        block.rows.pop()


def _fill(block: Block, end: int) -> None:
    """Sort the rows below the head into data, totals, groups, notes."""
    grid = block.grid
    head = [
        shown(c).strip()
        for c in _given(grid, block.header_rows[-1], block.left, block.right).values()
    ]
    alone: list[tuple[int, str]] = []
    blank_rows = 0
    width = sum(1 for p in range(block.left, block.right + 1) if block.levels(p))
    for row in range(block.header_rows[-1] + 1, end + 1):
        given = _given(grid, row, block.left, block.right)
        if not given:
            blank_rows += 1
            continue
        first = min(given)
        texts = [str(c).strip() for c in given.values() if isinstance(c, str)]
        if total_in(list(given.values())) is not None:
            block.skipped[row] = "total"
        elif [shown(c).strip() for c in given.values()] == head:
            block.skipped[row] = "header"
        elif not block.rows and _is_numbering(list(given.values()), width):
            block.skipped[row] = "numbers"
        elif (
            texts
            and first <= block.left + 1
            and _NOTE.match(texts[0])
            and len(given) <= max(2, width // 2)
        ):
            alone.append((row, texts[0]))
        elif len(given) == 1 and width > 2:
            said = shown(given[first]).strip()
            if first == block.left and _is_serial(said):
                block.skipped[row] = "empty"
            elif _is_label(grid, row, first, said, block):
                alone.append((row, said))
            else:
                block.rows.append(row)
        elif _heads_rows(given, block.left) or _signs_off(texts, len(given), width):
            alone.append((row, texts[0]))
        else:
            block.rows.append(row)
    last = block.rows[-1] if block.rows else 0
    for row, label in alone:
        if row < last:
            block.skipped[row] = "group"
            block.groups.append((row, label))
    block.skipped = {r: why for r, why in block.skipped.items() if r < last}


def _is_serial(said: str) -> bool:
    """Whether a cell that stands alone only numbers a row that nobody filled in."""
    return bool(re.fullmatch(r"[(（]?[0-9]{1,5}[)）.、]?", said))


def _is_label(grid: Grid, row: int, position: int, said: str, block: Block) -> bool:
    """Whether a cell that stands alone heads the rows below rather than being one of them."""
    wide = any(top <= row <= bottom and left - 1 <= position < right and right > left
               for top, left, bottom, right in grid.merged)  # fmt: skip
    if wide or _GROUP.match(said) or _NOTE.match(said) or _SIGNED.search(said):
        return True
    if position != block.left:
        return False
    others = [grid.cell(r, block.left) for r in block.rows[-5:]]
    if others and all(_is_serial(shown(c).strip()) for c in others):
        return True
    try:
        return bool(Regions.built_in().resolve(group_label(said)))
    except (UnknownRegion, AmbiguousRegion):
        return len(said) > _LONGEST_HEADING


def _heads_rows(given: dict[int, Raw], left: int) -> bool:
    """Whether a row is a numbered heading (``一、工业``), at most with sums beside it."""
    first = min(given)
    texts = [p for p, cell in given.items() if isinstance(cell, str)]
    return first <= left + 1 and texts == [first] and bool(_GROUP.match(str(given[first]).strip()))


def _signs_off(texts: list[str], given: int, width: int) -> bool:
    """Whether a row is ``填表人：… 审核：…``."""
    return bool(texts) and len(texts) == given < width and all(re.search("[：:]", t) for t in texts)


def _is_numbering(cells: list[Raw], width: int) -> bool:
    """Whether a row only numbers the columns (``1 2 3 …``, ``甲 乙 1 2 …``)."""
    if len(cells) < max(3, width - 2):
        return False
    numbers = [c for c in (shown(c).strip("()（）") for c in cells) if c not in "甲乙丙丁戊己"]
    return len(numbers) > 2 and numbers == [
        str(int(numbers[0]) + i) if numbers[0].isdigit() else "" for i in range(len(numbers))
    ]
