"""One cell → its value, or what is wrong with it; never both.

A :class:`CellReader` judges the cells of one column as :mod:`features.schema` declares it.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from collections.abc import Callable, Mapping

from features import dates, numbers, units
from features.grid import BadCell, Raw
from features.industries import Industries, UnknownIndustry
from features.language import LANGUAGES, Text
from features.place_names import half_width
from features.regions import AmbiguousRegion, Regions, UnknownRegion
from features.schema import Column, choice_label
from features.tables import Value

__all__ = ["BLANKS", "CellProblem", "CellReader", "Note", "meant", "shown"]

BLANKS = " \t\r\n\v\f\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff".replace(
    "\u2000-\u200b", "".join(map(chr, range(0x2000, 0x200C)))
)
"""What may stand around a value without being part of it."""

MOST_DIGITS = 15
"""Digits that a number cell of a workbook keeps; what is longer has lost its end."""

Note = tuple[str, dict[str, object]]
"""A remark on a cell that was read all the same: code and values of a warning."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LIST = re.compile("[;；]")
_OTHER_SEPARATORS = re.compile("[、，,|]")
_MOST_REMEMBERED = 50_000
_LONGEST_WORD = 500
"""Characters of a cell that is neither text nor a list; what is longer is not looked at."""


class CellProblem(ValueError):
    """A cell that cannot be taken.

    Attributes
    ----------
    code : str
        Of the finding.
    values : dict
        What its message needs besides the value and the column; ``message`` where the
        whole message is already made.
    value : str or None
        The part of the cell that is meant, where it is not the whole.
    """

    def __init__(
        self, code: str, values: Mapping[str, object] | None = None, value: str | None = None
    ) -> None:
        self.code, self.values, self.value = code, dict(values or {}), value
        super().__init__(code)


def shown(raw: Raw) -> str:
    """A raw cell as a person sees it."""
    if isinstance(raw, BadCell):
        return raw.shown
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, dt.datetime):
        bare = raw.time() == dt.time(0)
        return raw.date().isoformat() if bare else raw.isoformat(" ", "seconds")
    return "" if raw is None else str(raw)


def meant(written: str, known: list[str]) -> str | None:
    """The one of ``known`` that may have been meant."""
    near = difflib.get_close_matches(written[:100].lower(), [k.lower() for k in known], 1, 0.5)
    return next((k for k in known if near and k.lower() == near[0]), None)


class CellReader:
    """Reads the cells of one column.

    Parameters
    ----------
    table : str
    column : Column
    regions, industries : Regions, Industries
        Those built in, with the rows of the same import.

    Attributes
    ----------
    known : dict of str to Value
        Cells read before without any remark (regions, choices and dates come often).
    """

    def __init__(
        self, table: str, column: Column, regions: Regions, industries: Industries
    ) -> None:
        self.table, self.column = table, column
        self.regions, self.industries = regions, industries
        self.known: dict[str, Value] = {} if column.required else {"": None}
        self._bad: dict[str, CellProblem] = {}
        self._note: Note | None = None
        self._remember = column.kind not in ("id", "text")
        self._choices = _choices(table, column)
        readers: dict[str, Callable[[Raw], Value]] = {
            "id": self._id, "text": self._text, "choice": self._choice, "code": self._code,
            "region": self._region, "int": self._int, "float": self._float, "date": self._date,
            "texts": self._list, "ids": self._list, "choices": self._list, "codes": self._list,
            "points": self._points,
        }  # fmt: skip
        self._reader = readers[column.kind]

    def read(self, raw: Raw) -> tuple[Value, Note | None]:
        """The cell's value (None = empty, not known) and a remark, if any.

        Raises
        ------
        CellProblem
            With the code of the finding.
        """
        if raw is None:
            return None, None
        if isinstance(raw, BadCell):
            raise CellProblem(raw.code)
        plain = raw
        if isinstance(raw, str):
            plain = raw.strip(BLANKS)
            if not plain:
                return None, None
            if bad := _CONTROL.search(plain.replace("\r\n", "\n")) or _SURROGATE.search(plain):
                raise CellProblem("control_character", {"sign": f"U+{ord(bad[0]):04X}"})
            if len(plain) > _LONGEST_WORD and self.column.max_length is None:
                raise CellProblem("too_long", {"length": len(plain), "limit": _LONGEST_WORD})
        self._note = None
        try:
            if raw in self._bad:
                raise self._bad[str(raw)].with_traceback(None)
            value = self._reader(plain)
        except CellProblem as problem:
            if isinstance(raw, str) and len(self._bad) < _MOST_REMEMBERED:
                self._bad[raw] = problem  # what may have been meant takes long to find
            raise
        if self._note is None and isinstance(plain, str) and "\ufffd" in plain:
            self._note = ("replacement_character", {})
        remember = self._remember and self._note is None and len(self.known) < _MOST_REMEMBERED
        if remember and isinstance(raw, str):
            self.known[raw] = value
        return value, self._note

    def _as_text(self, raw: Raw, *, lines: bool = False) -> str:
        """The cell as text; a number cell as its digits."""
        if isinstance(raw, float) and abs(raw) >= 10**MOST_DIGITS:
            raise CellProblem("digits_lost")
        if isinstance(raw, dt.time):
            return raw.isoformat("minutes")
        plain = shown(raw)
        if "\n" not in plain:
            return plain
        if not lines:
            raise CellProblem("line_break")
        return plain.replace("\r\n", "\n")

    def _text(self, raw: Raw) -> str:
        if self.column.form == "time":
            return self._time(raw)
        plain = self._as_text(raw, lines=True)
        if self.column.max_length is not None and len(plain) > self.column.max_length:
            raise CellProblem("too_long", {"length": len(plain), "limit": self.column.max_length})
        return plain

    def _time(self, raw: Raw) -> str:
        if isinstance(raw, dt.datetime):
            raw = raw.time()
        try:
            return dates.written_time(self._as_text(raw))
        except dates.NotADate as problem:
            raise CellProblem(problem.code) from None

    def _id(self, raw: Raw) -> str:
        if isinstance(raw, float) and not raw.is_integer():
            raise CellProblem("bad_id")
        plain = half_width(self._as_text(raw))
        if not _ID.fullmatch(plain):
            only_long = len(plain) > 64 and not re.search("[^A-Za-z0-9._-]", plain)
            raise CellProblem("id_too_long" if only_long else "bad_id", {"length": len(plain)})
        return plain

    def _choice(self, raw: Raw) -> str:
        return self._one_choice(self._as_text(raw))

    def _one_choice(self, written: str) -> str:
        found = self._choices.get(half_width(written).lower())
        if found is None:
            near = meant(half_width(written), list(self._choices))
            suggestion = self._called(self._choices[near]) if near else None
            values = {"suggestion": suggestion, "choices": self._listed()}
            raise CellProblem("unknown_choice", values, written)
        return found

    def _called(self, choice: str) -> Text:
        """A choice by its label and its code."""
        label = choice_label(self.table, self.column.name, choice)
        en = choice if label["en"] == choice else f"{choice} ({label['en']})"
        return {"zh": f"{label['zh']} / {choice}", "en": en}

    def _listed(self) -> Text:
        labels = [choice_label(self.table, self.column.name, c) for c in self.column.choices]
        each = zip(self.column.choices, labels, strict=True)
        return {
            "zh": "、".join(f"{value}（{label['zh']}）" for value, label in each),
            "en": ", ".join(self.column.choices),
        }

    def _region(self, raw: Raw) -> str:
        try:
            return self.regions.resolve(self._as_text(raw))
        except UnknownRegion as problem:
            raise CellProblem("unknown_region", {"message": problem.message}) from None
        except AmbiguousRegion as problem:
            raise CellProblem("ambiguous_region", {"message": problem.message}) from None

    def _code(self, raw: Raw) -> str:
        plain = self._as_text(raw)
        if isinstance(raw, float):
            plain = self._with_its_zero(plain)
        return self._one_code(plain)

    def _with_its_zero(self, digits: str) -> str:
        """A number cell lost the zero that a code may begin with (01 农业 became 1)."""
        whole = "0" + digits
        if whole not in self.industries:
            return digits
        if digits not in self.industries:
            self._note = ("zero_restored", {"code": whole, "name": self.industries.name(whole)})
            return whole
        self._note = ("zero_maybe_lost", {
            "name": self.industries.name(digits),
            "code": whole, "other": self.industries.name(whole),
        })  # fmt: skip
        return digits

    def _one_code(self, written: str) -> str:
        try:
            return self.industries.resolve(written)
        except UnknownIndustry as problem:
            raise CellProblem("unknown_industry", {"message": problem.message}, written) from None

    def _number(self, raw: Raw) -> float:
        if isinstance(raw, bool):
            raise CellProblem("boolean_cell")
        if isinstance(raw, dt.datetime | dt.time):
            raise CellProblem("date_in_number")
        if isinstance(raw, float) and math.isfinite(raw):
            return raw
        try:
            return numbers.number(str(raw))
        except numbers.NotANumber as problem:
            values = dict(problem.values)
            if problem.code in ("number_with_unit", "not_a_number"):
                instead = units.hint(str(raw), self.column.unit)
                values |= {"message": instead} if instead else {}
            raise CellProblem(problem.code, values) from None

    def _float(self, raw: Raw) -> float:
        value = self._number(raw)
        low, high = self.column.low, self.column.high
        if low is not None and value < low:
            raise CellProblem("negative" if low == 0 else "below_minimum", {"limit": _short(low)})
        if high is not None and value > high:
            raise CellProblem("above_maximum", {"limit": _short(high)})
        return value

    def _int(self, raw: Raw) -> int:
        try:
            return numbers.whole(self._float(raw))
        except numbers.NotANumber as problem:
            raise CellProblem(problem.code, problem.values) from None

    def _date(self, raw: Raw) -> dt.date:
        if isinstance(raw, bool):
            raise CellProblem("boolean_cell")
        try:
            if isinstance(raw, dt.datetime):
                day, dropped = dates.civil(raw.year, raw.month, raw.day), raw.time() != dt.time(0)
            else:
                day, dropped = dates.written_date(shown(raw))
        except dates.NotADate as problem:
            raise CellProblem(problem.code, problem.values) from None
        if dropped:
            self._note = ("time_dropped", {"date": day.isoformat()})
        return day

    def _parts(self, raw: Raw) -> list[str]:
        plain = self._as_text(raw)
        if self.column.max_length is not None and len(plain) > self.column.max_length:
            raise CellProblem("too_long", {"length": len(plain), "limit": self.column.max_length})
        parts = [part.strip(BLANKS) for part in _LIST.split(plain)]
        return list(dict.fromkeys(part for part in parts if part))

    def _list(self, raw: Raw) -> tuple[str, ...] | None:
        if self.column.kind == "codes" and isinstance(raw, float):
            return (self._code(raw),)
        parts = self._parts(raw)
        if self.column.kind == "texts":
            if any(_OTHER_SEPARATORS.search(part) for part in parts):
                self._note = ("list_separator", {})
            return tuple(parts) or None
        one = {"ids": self._id, "choices": self._one_choice, "codes": self._one_code}
        found: dict[str, None] = {}
        for part in parts:
            try:
                found[one[self.column.kind](part)] = None
            except CellProblem as problem:
                problem.value = part
                if _OTHER_SEPARATORS.search(part):
                    raise CellProblem("wrong_separator", value=part) from None
                raise
        return tuple(found) or None

    def _points(self, raw: Raw) -> tuple[tuple[str, float], ...] | None:
        found: dict[str, float] = {}
        for part in self._parts(raw):
            name, equals, points = half_width(part).partition("=")
            name = name.strip(BLANKS)
            if not equals or not name:
                raise CellProblem("bad_points", value=part)
            if name in found:
                raise CellProblem("points_twice", {"name": name}, part)
            try:
                found[name] = numbers.number(points.strip(BLANKS))
            except numbers.NotANumber:
                raise CellProblem("bad_points", value=part) from None
        return tuple(found.items()) or None


def _choices(table: str, column: Column) -> dict[str, str]:
    """What may be written for a choice, in lower case → the choice."""
    found = {value: value for value in column.choices}
    for value in column.choices:
        label = choice_label(table, column.name, value)
        for lang in LANGUAGES:
            found.setdefault(label[lang].lower(), value)
    return found


def _short(limit: float) -> str:
    return f"{limit:g}" if abs(limit) < 1e6 else str(limit)
