"""What was typed after an option → its value, or a sentence that says what is wanted.

Typer would do this with pydantic, which takes a quarter of a second to load and speaks English
only; a match list is due within a second and a half of its command.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from api.errors import UsageError

_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?")
_NUMBERS = {int: "cli.usage.whole_number", float: "cli.usage.number"}


class Coercion:
    """The value of one parameter; Typer calls :meth:`coerce`.

    Parameters
    ----------
    annotation
        ``str``, ``int``, ``float``, ``Path``, a ``Literal`` of texts, a list of one of these, or
        one of these or None.
    """

    def __init__(self, annotation: Any) -> None:
        self._annotation = _known(annotation)

    def coerce(self, value: Any, *, param: Any, ctx: Any) -> Any:
        """The value of what was typed.

        Raises
        ------
        UsageError
            If it is not of the kind wanted.
        """
        name = param.opts[0] if param.param_type_name == "option" else param.name.upper()
        if value is None:
            return [] if param.multiple or param.nargs == -1 else None
        if isinstance(value, list | tuple):
            (inner,) = get_args(self._annotation) or (str,)
            return [_one(inner, v, name, param) for v in value]
        return _one(self._annotation, value, name, param)


def coerced(params: list[Any]) -> list[Any]:
    """The same parameters, their values read by :class:`Coercion`."""
    for param in params:
        param._runtime_param = Coercion(param.type_descriptor.annotation)
    return params


def _known(annotation: Any) -> Any:
    """The annotation without "or None"."""
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (a for a in get_args(annotation) if a is not NoneType)
    return annotation


def _one(kind: Any, value: Any, name: str, param: Any) -> Any:
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        if value not in choices:
            raise UsageError(
                "cli.usage.choice", option=name, value=value, choices=", ".join(choices)
            )
        return value
    if kind in _NUMBERS:
        return _number(kind, value, name, param)
    if kind is Path:
        return Path(value)
    return value


def _number(kind: Any, value: Any, name: str, param: Any) -> Any:
    try:
        number = kind(value)
    except (ValueError, OverflowError):
        grouped = re.fullmatch(
            r"[+-]?[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?", str(value).strip()
        )
        if grouped:
            plain = re.sub("[,，]", "", str(value).strip())
            raise UsageError(
                "cli.usage.grouped_number", option=name, value=value, plain=plain
            ) from None
        raise UsageError(_NUMBERS[kind], option=name, value=value) from None
    low, high = getattr(param, "min", None), getattr(param, "max", None)
    if not math.isfinite(number):
        raise UsageError("cli.usage.not_finite", option=name, value=value)
    if low is not None and number < low:
        raise UsageError("cli.usage.too_small", option=name, value=value, low=low)
    if high is not None and number > high:
        raise UsageError("cli.usage.too_large", option=name, value=value, high=high)
    return number
