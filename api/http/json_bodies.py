"""A JSON body as RFC 8259 has it, and nothing that a row or an answer could not hold.

Python's reader takes more than that: ``NaN``, numbers beyond a float (they become infinite), halves
of a surrogate pair, and of a name written twice the last. Here each is refused with its place.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

from fastapi import HTTPException

from features.language import text

DEEPEST = 100
"""Most lists and objects within one another."""
MOST_VALUES = 100_000
"""Most values in all, names of objects counted with what they name."""
_SHOWN = 64
"""Letters of a name that an answer repeats."""
_MOST_DIGITS = 400
"""A whole number of more is beyond any float."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")
"""How half a character comes in: as such, UTF-8 has none."""
_NUL = rb"\u0000"
"""How NUL comes in; no database takes it, and one refuses even to be asked for it."""


class BadBody(HTTPException):
    """A body that is no JSON, or holds what cannot be kept.

    Attributes
    ----------
    place : str
        Where it stands: ``body.land_mu``.
    reason : Text
    """

    def __init__(self, place: str, code: str, **values: object) -> None:
        super().__init__(422)
        self.place, self.reason = place, text(f"http.value.{code}", **values)


class _Twice(dict[str, Any]):
    """An object in which a name stands twice."""

    name = ""


def read(content: bytes) -> Any:
    """The value that a body holds.

    Raises
    ------
    BadBody
        With the first place at which it cannot be taken.
    """
    try:
        found = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_object, parse_float=_float,
            parse_int=_whole, parse_constant=_constant,
        )  # fmt: skip
    except UnicodeDecodeError as error:
        raise BadBody("body", "not_utf8", at=error.start + 1) from error
    except json.JSONDecodeError as error:
        raise BadBody("body", "json_at", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise BadBody("body", "too_deep", most=DEEPEST) from error
    _Judge(halves=_ESCAPED.search(content) is not None, nul=_NUL in content).judge(found)
    return found


class _Judge:
    """Looks at every value of a body; where it lies is put into words only if it is refused.

    Each place by itself would be as long as all the names around it: a long name around many
    values would take their product in memory.
    """

    def __init__(self, *, halves: bool, nul: bool) -> None:
        self._halves, self._nul, self._left = halves, nul, MOST_VALUES
        self._names: list[str | int] = []

    def judge(self, value: object) -> None:
        self._left -= 1
        if self._left < 0:
            raise BadBody("body", "too_many_values", most=MOST_VALUES)
        if isinstance(value, str):
            self._whole(value)
        elif isinstance(value, float):
            if not math.isfinite(value):
                code = "not_finite" if math.isnan(value) else "number_out_of_range"
                raise BadBody(self._place(), code)
        elif isinstance(value, dict):
            if isinstance(value, _Twice):
                raise BadBody(self._place(), "name_twice", name=value.name[:_SHOWN])
            self._within(value.items())
        elif isinstance(value, list):
            self._within(enumerate(value))

    def _within(self, parts: Iterable[tuple[str | int, object]]) -> None:
        if len(self._names) >= DEEPEST:
            raise BadBody("body", "too_deep", most=DEEPEST)
        self._names.append("")
        for name, value in parts:
            self._names[-1] = name
            if isinstance(name, str):
                self._whole(name)
            self.judge(value)
        self._names.pop()

    def _whole(self, written: str) -> None:
        if self._halves and _SURROGATE.search(written):
            raise BadBody(self._place(), "half_a_character")
        if self._nul and "\0" in written:
            raise BadBody(self._place(), "control_character")

    def _place(self) -> str:
        place = ".".join(str(name)[:_SHOWN] for name in ("body", *self._names))
        return _SURROGATE.sub("?", place).replace("\0", "?")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled, seen = _Twice(found), set[str]()
    for name, _ in pairs:
        if name in seen:
            doubled.name = name
            break
        seen.add(name)
    return doubled


def _float(written: str) -> float:
    value = float(written)
    vanished = value == 0 and re.search("[1-9]", re.split("[eE]", written)[0])
    return math.inf if vanished else value


def _whole(written: str) -> int | float:
    return int(written) if len(written) <= _MOST_DIGITS else math.inf


def _constant(written: str) -> float:
    return math.nan  # Infinity, too: neither is JSON
