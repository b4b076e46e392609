"""A JSON body as RFC 8259 has it, and nothing that a row or an answer could not hold.

Python's reader takes more than that: ``NaN``, numbers beyond a float (they become infinite), halves
of a surrogate pair, and of a name written twice the last. Here each is refused with its place.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

from features.language import text

DEEPEST = 100
"""Most lists and objects within one another."""
_MOST_DIGITS = 400
"""A whole number of more is beyond any float."""
_SURROGATE = re.compile("[\ud800-\udfff]")


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


class JsonRoute(APIRoute):
    """A route whose JSON bodies are read by :func:`read`."""

    def get_route_handler(self) -> Any:
        """The framework's handler, given a request of ours."""
        answer = super().get_route_handler()

        async def answering(request: Request) -> Response:
            return await answer(_Strict(request.scope, request.receive))

        return answering


class _Strict(Request):
    async def json(self) -> Any:
        return read(await self.body())


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
    for place, value, depth in _within(found):
        _check(place, value, depth)
    return found


def _within(found: object) -> Iterator[tuple[str, object, int]]:
    """Every value with its place and how deep it lies, outermost first."""
    left: list[tuple[str, object, int]] = [("body", found, 0)]
    while left:
        place, value, depth = left.pop()
        yield place, value, depth
        if isinstance(value, dict):
            left.extend((f"{place}.{key}", each, depth + 1) for key, each in value.items())
        elif isinstance(value, list):
            left.extend((f"{place}.{at}", each, depth + 1) for at, each in enumerate(value))


def _check(place: str, value: object, depth: int) -> None:
    if depth > DEEPEST:
        raise BadBody("body", "too_deep", most=DEEPEST)
    if isinstance(value, _Twice):
        raise BadBody(place, "name_twice", name=value.name[:64])
    if isinstance(value, float) and not math.isfinite(value):
        raise BadBody(place, "not_finite" if math.isnan(value) else "number_out_of_range")
    if _SURROGATE.search(place) or (isinstance(value, str) and _SURROGATE.search(value)):
        raise BadBody(_SURROGATE.sub("?", place), "half_a_character")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    doubled = _Twice(found)
    doubled.name = next(name for name in names if names.count(name) > 1)
    return doubled


def _float(written: str) -> float:
    value = float(written)
    vanished = value == 0 and re.search("[1-9]", re.split("[eE]", written)[0])
    return math.inf if vanished else value


def _whole(written: str) -> int | float:
    return int(written) if len(written) <= _MOST_DIGITS else math.inf


def _constant(written: str) -> float:
    return math.nan  # Infinity, too: neither is JSON
