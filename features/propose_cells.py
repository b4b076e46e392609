"""What a column's cells say of how they must be read: units, words, dates, merged areas.

Each function adds to the draft of one column what it is sure of, and notes what it is not; a
draft with a doubt must be confirmed before an import reads it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from features import numbers, units
from features.cells import BLANKS, CellProblem, CellReader, shown
from features.columns import Column
from features.grid import BadCell, Percent, Raw
from features.heading_words import SURE, unit_in
from features.industries import Industries
from features.language import Text, text
from features.map_cells import MappedReader, is_dash
from features.map_columns import ColumnCheck
from features.map_nodes import Faults, Node
from features.name_references import Names
from features.place_names import AmbiguousRegion, UnknownRegion
from features.regions import Regions
from features.schema import TableSpec, choice_label
from features.value_words import choice, day, figure, industry, year

__all__ = ["Draft", "Reading", "fill"]

_MOST_WORDS = 60
_YEARS = ("founded", "year")
_SEPARATORS = "、，,/|｜\n"
_MONTH_ONLY = re.compile(r"[0-9]{4}\s*(?:年|[./-])\s*[0-9]{1,2}\s*月?|[0-9]{4}年?")
_LATER = ("until", "completion", "completed", "due", "ended")
_LIKELY_WAGES = (200, 8000)
_LEFT_OPEN = frozenset({
    "word_unknown", "unit_foreign", "unit_missing", "rate_small", "rate_unknown",
    "value_missing", "tick_unknown",
})  # fmt: skip
"""Doubts for which the map has a null to be filled in."""


@dataclass
class Draft:
    """The proposal for one column of ours.

    Attributes
    ----------
    entry : dict
        As the map will have it.
    position : int or None
        Column of the sheet.
    doubts : list of Text
        What a person must look at.
    cells : sequence of raw cells
        Of the rows of data, merged areas and blanks filled in as the entry says.
    assumed : bool
        Whether something was assumed that must be confirmed (what is left open is null in
        the map and needs no confirmation besides).
    """

    name: str
    entry: dict[str, Any]
    certainty: float
    evidence: Text
    position: int | None = None
    doubts: list[Text] = field(default_factory=list)
    assumed: bool = False
    cells: Sequence[Raw] = ()

    def doubt(self, code: str, **values: object) -> None:
        """Note a doubt."""
        self.doubts.append(text(f"propose.{code}", **values))
        self.assumed |= code not in _LEFT_OPEN

    @property
    def sure(self) -> bool:
        """Whether nobody needs to confirm it."""
        return self.certainty >= SURE and not self.doubts


@dataclass(frozen=True)
class Reading:
    """What is needed to read cells as an import will."""

    spec: TableSpec
    regions: Regions
    industries: Industries
    names: Names
    titles: Sequence[str]

    def reader(self, draft: Draft) -> MappedReader:
        """The reader that an import with this draft would use."""
        column = self.spec.column(draft.name)
        node = Node(Faults(""), "", {k: v for k, v in draft.entry.items() if v is not None})
        source = ColumnCheck(node, self.spec, draft.name, column, {}, True).source()
        inner = CellReader(self.spec.name, column, self.regions, self.industries)
        return MappedReader(inner, source, self.names)


def fill(draft: Draft, levels: Sequence[str], cells: Sequence[Raw], reading: Reading) -> bool:
    """Complete the draft of a column from its cells; whether it can be that column at all.

    Parameters
    ----------
    levels : sequence of str
        The head over the column.
    cells : sequence of raw cells
        Of the rows of data, merged areas filled in.
    """
    column = reading.spec.column(draft.name)
    given = [cell for cell in cells if not _blank(cell) and not is_dash(cell)]
    if column.kind in ("int", "float"):
        _number(draft, column, levels, given, reading)
    elif column.kind == "date":
        _dates(draft, given)
    elif column.kind in ("choices", "texts", "codes", "ids"):
        _separators(draft, column, given)
    if column.references:
        return True  # whom a name means is known when the map is used
    failed = _failed(draft, given, reading)
    if failed and column.kind in ("text", "id", "points"):
        return column.kind != "id"
    words: dict[str, str | None] = {}
    for written in failed[:_MOST_WORDS]:
        value, certainty = _meant(column, written, reading)
        if value and not _readable(draft, value, reading):
            value = None
        words[written] = value
        if value is None:
            draft.doubt("word_unknown", word=written)
        elif certainty < SURE:
            said = value or text("propose.not_known")
            draft.doubt("word_likely", word=written, meant=_called(column, said, reading))
    unknown = sum(value is None for value in words.values())
    distinct = len({word_of(c) for c in given})
    if unknown and (unknown > max(2, distinct // 2) or unknown == distinct > 1):
        return False
    if unknown and draft.certainty < SURE and 2 * unknown >= distinct:
        return False
    if words:
        draft.entry["words"] = words
    return True


def word_of(raw: Raw) -> str:
    """A cell as the map writes it down."""
    return shown(raw).strip(BLANKS)


def _failed(draft: Draft, given: Sequence[Raw], reading: Reading) -> list[str]:
    """What the column's cells hold that an import could not read, each once."""
    reader = reading.reader(draft)
    found: dict[str, None] = {}
    for cell in given:
        if isinstance(cell, BadCell):
            continue  # told by the import itself; there is no word for it
        try:
            reader.read(cell)
        except CellProblem as problem:
            part = problem.value if reader.column.kind in ("choices", "codes") else None
            found[part or word_of(cell)] = None
            if part:
                found.update(dict.fromkeys(_bad_parts(reader, cell)))
    return list(found)


def _readable(draft: Draft, value: str, reading: Reading) -> bool:
    """Whether an import takes what a word is said to mean; what it would refuse is no proposal."""
    try:
        reading.reader(draft).read(value)
    except CellProblem:
        return False
    return True


def _bad_parts(reader: MappedReader, cell: Raw) -> list[str]:
    """All entries of a list that cannot be read."""
    bad = []
    for part in re.split("[;；" + re.escape(reader.source.split) + "]", shown(cell)):
        try:
            reader.read(part)
        except CellProblem:
            bad.append(part.strip(BLANKS))
    return bad


def _meant(column: Column, written: str, reading: Reading) -> tuple[str | None, float]:
    """What a cell that cannot be read may mean, and how certain that is."""
    if column.kind in ("choice", "choices"):
        guess = choice(reading.spec.name, column, written)
    elif column.kind in ("code", "codes"):
        guess = industry(reading.industries, written)
    elif column.kind == "region":
        return _region(written, reading.regions)
    elif column.kind == "date":
        guess = day(written)
    else:
        guess = year(written) if column.name in _YEARS else figure(written)
    return guess.value, guess.certainty


def _region(written: str, regions: Regions) -> tuple[str | None, float]:
    try:
        return regions.resolve("".join(written.split())), 1.0
    except UnknownRegion as problem:
        codes = [code for _, code in problem.suggestions]
        full = [code for code in codes if any(n in written for n in regions[code].names)]
        part = [code for code in codes if any(n[:-1] in written for n in regions[code].names)]
        found = full or part
        return (regions.name(found[0]), 0.7) if len(set(found)) == 1 else (None, 0)
    except AmbiguousRegion:
        return None, 0


def _called(column: Column, value: str | Text, reading: Reading) -> str | Text:
    if isinstance(value, str) and column.kind in ("code", "codes") and value in reading.industries:
        names = {lang: reading.industries.name(value, lang) for lang in ("zh", "en")}
        return {lang: f"{value} {name}" for lang, name in names.items()}
    if isinstance(value, str) and value in column.choices:
        return choice_label(reading.spec.name, column.name, value)
    return value


def _blank(raw: Raw) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip(BLANKS))


# -- figures ------------------------------------------------------------------------------------


def _number(draft: Draft, column: Column, levels: Sequence[str], given: Sequence[Raw],
            reading: Reading) -> None:  # fmt: skip
    if column.name in _YEARS:
        if any(not (isinstance(c, float) and c.is_integer()) for c in given):
            draft.entry["year"] = True
        if any(isinstance(c, float) and c > 10_000 for c in given):
            draft.entry["serial"] = True
            draft.doubt("serial")
        return
    if column.unit is None:
        return
    if any(isinstance(c, str) and _carries_unit(c, column) for c in given):
        draft.entry["cell_units"] = True
    bare = [c for c in given if _is_figure(c)]
    written = next((u for level in reversed(levels) if (u := unit_in(level))), None)
    if column.unit["zh"].startswith("小数"):
        _rate(draft, written, bare)
        return
    heading = "".join(levels)
    if column.name == "wage_yuan_month" and written in ("元", "千元", "万元"):
        per = "年" if "年" in heading else "月" if "月" in heading else None
        written = f"{written}/{per}" if per else written
    if written and units.factor(column.unit, written) is not None:
        draft.entry["unit"] = written
    elif written and _is_measure(written):
        draft.entry["factor"] = None
        draft.doubt("unit_foreign", unit=written, own=column.unit)
    elif not bare:
        return
    elif above := _above(column, reading.titles):
        draft.entry["unit"] = above
    else:
        _unit_unknown(draft, column, heading, bare, given)


def _carries_unit(cell: str, column: Column) -> bool:
    found = units.with_unit(cell.strip(BLANKS))
    return found is not None and units.factor(column.unit, found[1]) is not None


def _is_figure(cell: Raw) -> bool:
    """Whether a cell holds a number and nothing else."""
    if not isinstance(cell, str):
        return isinstance(cell, float)
    try:
        numbers.number(cell.strip(BLANKS))
    except numbers.NotANumber:
        return False
    return True


def _is_measure(unit: str) -> bool:
    return unit not in ("项", "次", "所", "岁", "间", "幢", "个", "家", "户")


def _above(column: Column, titles: Sequence[str]) -> str | None:
    """The one unit for such a column that a line above the table names."""
    for title in titles:
        match = re.search(r"(?<![报制写编送])(?:计量|金额|货币|面积)?单位\s*[:：]\s*(.+)", title)
        if match:
            said = [p.strip("()（）") for p in re.split(r"[、，,;；\s]+", match[1])]
            known = [u for u in said if units.factor(column.unit, u) is not None]
            if len(set(known)) == 1:
                return known[0]
    return None


def _unit_unknown(draft: Draft, column: Column, heading: str, bare: Sequence[Raw],
                  given: Sequence[Raw]) -> None:  # fmt: skip
    """A figure without any unit: counts count by one, else as others in the column."""
    unit = column.unit or {"zh": "", "en": ""}
    if unit["zh"] in ("人", "家", "年", "分钟", "度", "平方公里"):
        return
    figures = [float(c) for c in bare if isinstance(c, float)]
    if column.name == "wage_yuan_month" and figures and "年" not in heading:
        low, high = _LIKELY_WAGES
        if all(low <= f <= high for f in figures) and "月" in heading:
            draft.entry["unit"] = "元/月"
            return
    if likely := _unit_of_others(column, bare, given):
        draft.entry["unit"] = likely
        draft.doubt("unit_of_others", unit=likely)
        return
    draft.entry["unit"] = None
    draft.doubt("unit_missing", own=unit, choices="、".join(units.known_units(unit)[:8]))


def _unit_of_others(column: Column, bare: Sequence[Raw], given: Sequence[Raw]) -> str | None:
    """The one unit that other cells carry, where the bare figures are of their size."""
    said = [u for c in given if isinstance(c, str) and (u := units.with_unit(c.strip(BLANKS)))]
    if len({unit for _, unit in said}) != 1 or units.factor(column.unit, said[0][1]) is None:
        return None
    sizes = [abs(numbers.number(figure)) for figure, _ in said]
    figures = [abs(c if isinstance(c, float) else numbers.number(str(c))) for c in bare]
    alike = all(min(sizes) / 10 <= f <= 10 * max(sizes) for f in figures if f)
    return said[0][1] if alike else None


def _rate(draft: Draft, written: str | None, bare: Sequence[Raw]) -> None:
    """A rate: a fraction, a percentage, or a cell that Excel shows as one."""
    figures = [c for c in bare if not isinstance(c, Percent)]
    plain = [abs(c if isinstance(c, float) else numbers.number(str(c))) for c in figures]
    small = bool(plain) and max(plain) <= 1 and any(plain)
    if written in ("%", "‰", "百分点", "百分数"):
        draft.entry["unit"] = None if small else written
        if small:
            draft.doubt("rate_small", unit=written)
    elif plain:
        draft.entry["unit"] = "小数" if small else None
        draft.doubt("rate_fraction" if small else "rate_unknown")


# -- dates --------------------------------------------------------------------------------------


def _dates(draft: Draft, given: Sequence[Raw]) -> None:
    months = [c for c in given if isinstance(c, str) and _MONTH_ONLY.fullmatch(c.strip(BLANKS))]
    months += [shown(c) for c in given if isinstance(c, float) and 1900 <= c < 2101]
    if months:
        day = "last" if any(part in draft.name for part in _LATER) else "first"
        draft.entry["day"] = day
        draft.doubt("day_missing", example=months[0], day=text(f"propose.day_{day}"))
    if any(isinstance(c, float) and 20_000 <= c < 80_000 for c in given):
        draft.entry["serial"] = True
        example = next(c for c in given if isinstance(c, float) and 20_000 <= c < 80_000)
        day_meant = dt.date(1899, 12, 30) + dt.timedelta(days=int(example))
        draft.doubt("serial_day", example=shown(example), day=day_meant.isoformat())


# -- lists --------------------------------------------------------------------------------------


def _separators(draft: Draft, column: Column, given: Sequence[Raw]) -> None:
    texts = [c for c in given if isinstance(c, str)]
    signs = [sign for sign in _SEPARATORS if any(sign in c.strip(BLANKS) for c in texts)]
    if column.kind == "codes":
        signs = [sign for sign in signs if sign != "、" or not _one_name(texts)]
    if signs:
        draft.entry["split"] = "".join(signs)


def _one_name(texts: Sequence[str]) -> bool:
    """Whether the enumeration comma stands within names (``农、林、牧、渔业``)."""
    whole = Industries.built_in()
    return all("、" not in t or industry(whole, t).certainty >= 1 for t in texts)
