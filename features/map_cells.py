"""One cell of somebody else's workbook → its value, as a map says it is to be read.

A :class:`MappedReader` stands where :class:`features.cells.CellReader` stands in an ordinary
import: it says in our words what the cell says in its own, and lets that reader judge it. What it
cannot read stays a finding, with the cell as it is written.
"""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction

from features import dates, numbers, units
from features.cells import BLANKS, CellProblem, CellReader, Note, shown
from features.columns import LONG, Column
from features.grid import BadCell, Percent, Raw
from features.mapping import Source
from features.name_references import Names
from features.place_names import half_width
from features.tables import Value

__all__ = ["DASHES", "MappedReader", "is_dash", "is_ticked", "word"]

DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2500\u2501\u2212\u30fc\u4e00\uff0d")
"""Signs that alone (or doubled) in a cell mean that there is nothing to say; 一 alone is none."""

TICKS = frozenset({"√", "✓", "✔", "☑", "■", "●", "v", "y", "是", "有", "1", "true", "yes"})
NO_TICKS = frozenset({"×", "✗", "✘", "☐", "□", "○", "n", "否", "无", "0", "false", "no", "x"})

_MONTH = re.compile(r"([0-9]{4})\s*(?:年|[./-])\s*([0-9]{1,2})\s*月?(?:份)?")
_YEAR_ALONE = re.compile(r"([0-9]{4})\s*年?")
_YEAR_FIRST = re.compile(r"((?:18|19|20)[0-9]{2}|2100)(?![0-9])")
_EPOCH = dt.datetime(1899, 12, 30)
_SERIALS = range(20_000, 80_000)
"""Serial numbers that can be meant for a day: 1954 to 2119."""


def word(raw: Raw) -> str:
    """A cell as words are looked up: half width, without blanks, in lower case."""
    return "".join(half_width(shown(raw)).split()).strip(BLANKS).lower()


def is_dash(raw: Raw) -> bool:
    """Whether a cell holds a dash and nothing else."""
    plain = "".join(raw.split()).strip(BLANKS) if isinstance(raw, str) else ""
    return 0 < len(plain) <= 3 and plain != "一" and set(plain) <= DASHES


def is_ticked(raw: Raw, marks: tuple[str, ...] = ()) -> bool | None:
    """Whether a cell is ticked; None where there is no telling.

    Parameters
    ----------
    marks : tuple of str
        What counts as a tick; by default the usual signs.
    """
    plain = word(raw)
    if isinstance(raw, float):
        plain = plain.removesuffix(".0")
    if not plain or is_dash(raw):
        return False
    if marks:
        known = {word(mark) for mark in marks}
        return True if plain in known else False if plain in NO_TICKS - known else None
    return True if plain in TICKS else False if plain in NO_TICKS else None


class MappedReader:
    """Reads the cells of one column as a :class:`features.mapping.Source` says.

    Attributes
    ----------
    known : dict
        Cells read before; empty, as the cells are remembered by the reader within.
    """

    def __init__(self, inner: CellReader, source: Source, names: Names) -> None:
        self._inner, self.source, self._names = inner, source, names
        self.column: Column = inner.column
        self.known: dict[str, Value] = {}
        self._words = {word(key): value for key, value in source.words.items()}
        self._split = re.compile("[" + re.escape(";；" + source.split) + "]")

    def read(self, raw: Raw) -> tuple[Value, Note | None]:
        """The cell's value and a remark, if any.

        Raises
        ------
        CellProblem
            With the cell as it is written, or the part of it that is meant.
        """
        try:
            return self._read(raw)
        except CellProblem as problem:
            if problem.value is None:
                problem.value = shown(raw)
            raise

    def _read(self, raw: Raw) -> tuple[Value, Note | None]:
        meant = self._words.get(word(raw)) if self._words else None
        if meant is None:
            return self._as_written(raw, cell_units=self.source.cell_units)
        return self._as_written(meant, cell_units=True)

    def _as_written(self, raw: Raw, *, cell_units: bool) -> tuple[Value, Note | None]:
        """What a cell says, or what the map says that it should say."""
        if raw is None or isinstance(raw, BadCell) or is_dash(raw):
            return self._inner.read(None if is_dash(raw) else raw)
        if isinstance(raw, str) and not raw.strip(BLANKS):
            return None, None
        kind = self.column.kind
        if kind in ("int", "float"):
            return self._number(raw, cell_units=cell_units)
        if kind == "date":
            return self._inner.read(self._day(raw))
        if kind in ("texts", "choices", "codes", "ids"):
            return self._list(raw)
        if kind == "id" and self.column.references:
            return self._names.resolve(self.column.references, raw), None
        if kind == "id":
            return self._id(raw)
        if self.column.form == "thing":
            return self._inner.read(self._names.thing(raw))
        if isinstance(raw, str) and not _is_prose(self.column):
            return self._inner.read(_one_line(raw, kind))
        return self._inner.read(raw)

    def _id(self, raw: Raw) -> tuple[Value, Note | None]:
        if not self.source.prefix:
            return self._inner.read(raw)
        return self._inner.read(self.source.prefix + half_width(shown(raw)))

    def _number(self, raw: Raw, *, cell_units: bool) -> tuple[Value, Note | None]:
        if self.source.year:
            return self._inner.read(self._year(raw))
        if isinstance(raw, dt.datetime | dt.time | bool):
            return self._inner.read(raw)
        if isinstance(raw, str) and cell_units and (found := units.with_unit(raw)):
            figure, written = found
            much = units.factor(self.column.unit, written)
            if much is None:
                return self._inner.read(raw)
            return self._scaled(figure, much)
        shown_as_percent = isinstance(raw, Percent) and self.source.percent
        if self.source.factor is None or self.source.factor == 1 or shown_as_percent:
            return self._inner.read(raw)
        return self._scaled(raw, self.source.factor)

    def _scaled(self, figure: Raw, much: Fraction) -> tuple[Value, Note | None]:
        if isinstance(figure, str):
            plain = figure.strip(BLANKS)
            try:
                numbers.number(plain)
            except numbers.NotANumber:
                return self._inner.read(figure)  # says why
            exact = units.exact(plain)
        else:
            exact = units.exact(float(figure))  # type: ignore[arg-type]
        try:
            return self._inner.read(float(exact * much))
        except OverflowError:
            raise CellProblem("number_out_of_range") from None

    def _year(self, raw: Raw) -> Raw:
        """The year of a date, of a month or of a year that is written as such."""
        if isinstance(raw, dt.datetime):
            return float(raw.year)
        if isinstance(raw, float):
            if self.source.serial and raw.is_integer() and int(raw) in _SERIALS:
                return float((_EPOCH + dt.timedelta(days=int(raw))).year)
            return float(int(raw)) if 1800 <= raw < 2101 else raw
        if not isinstance(raw, str):
            return raw
        plain = "".join(half_width(raw).split())
        if not _YEAR_FIRST.match(plain):
            return raw
        known = _YEAR_ALONE.fullmatch(plain) or _MONTH.fullmatch(plain)
        if known is None:
            try:
                return float(dates.written_date(plain)[0].year)
            except dates.NotADate:
                return raw
        return float(known[1])

    def _day(self, raw: Raw) -> Raw:
        """A date as an ordinary import takes it; anything else as it is."""
        if isinstance(raw, float):
            if self.source.serial and raw >= _SERIALS[0] and int(raw) in _SERIALS:
                return _EPOCH + dt.timedelta(days=int(raw))
            return self._month_in_a_number(raw)
        if not isinstance(raw, str):
            return raw
        plain = "".join(half_width(raw).replace("号", "日").split())
        if self.source.day:
            if match := _MONTH.fullmatch(plain):
                return self._edge(int(match[1]), int(match[2]))
            if match := _YEAR_ALONE.fullmatch(plain):
                return self._edge(int(match[1]), None)
        return plain if "日" in plain else raw

    def _month_in_a_number(self, raw: float) -> Raw:
        """2008.3 in a number cell is March; but 2008.1 may have been 2008.10."""
        year, _, month = repr(raw).partition(".")
        if not self.source.day or not 1900 <= raw < 2101:
            return raw
        if raw.is_integer():
            return self._edge(int(raw), None)
        if month == "1":
            raise CellProblem("month_lost", {"year": year})
        return self._edge(int(year), int(month)) if len(month) <= 2 else raw

    def _edge(self, year: int, month: int | None) -> Raw:
        """First or last day of a month, or of a year."""
        first, last = (month, month) if month else (1, 12)
        if not 1 <= first <= 12 or not dates.FIRST_YEAR <= year <= dates.LAST_YEAR:
            raise CellProblem("not_a_date")
        if self.source.day == "first":
            return dt.datetime(year, first, 1)
        after = dt.datetime(year + last // 12, last % 12 + 1, 1)
        return after - dt.timedelta(days=1)

    def _list(self, raw: Raw) -> tuple[Value, Note | None]:
        if not isinstance(raw, str) and not self._words and self.column.kind != "ids":
            return self._inner.read(raw)
        parts = [part.strip(BLANKS) for part in self._split.split(shown(raw))]
        said: list[str] = []
        for part in parts:
            if not part or is_dash(part):
                continue
            meant = self._words.get(word(part), part)
            if self.column.kind == "ids" and self.column.references and meant:
                meant = self._names.resolve(self.column.references, meant)
            if meant:
                said.append(_one_line(meant, self.column.kind))
        return self._inner.read(";".join(said) or None)


def _is_prose(column: Column) -> bool:
    """Whether a column takes text of several lines."""
    return column.kind == "text" and column.max_length == LONG


def _one_line(written: str, kind: str) -> str:
    """A name of a place, a code or a choice without the blanks and breaks of a narrow cell."""
    plain = written.strip(BLANKS)
    if kind in ("text", "texts"):
        return re.sub(r"\s*\n\s*", "", plain)
    return re.sub(r"\s+", "" if not plain.isascii() else " ", plain)
