"""A number as people write it → a float, or what is wrong with it.

Accepted: ASCII and full-width digits, a sign, a decimal point, an exponent, commas between
groups of three. Everything else is refused by name, so that nobody wonders.
"""

from __future__ import annotations

import math
import re
import unicodedata

from features.place_names import half_width

EXACT = 2**53
"""Whole numbers beyond it are no longer exact in a float."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_FRACTION = re.compile(r"[+-]?\.[0-9]+(?:[eE][+-]?[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[0-9]*(?:,[0-9]*)+(?:\.[0-9]*)?")
_UNDERSCORED = re.compile(r"[+-]?[0-9]+(?:_[0-9]*)+(?:\.[0-9]*)?")
_NOT_FINITE = frozenset({"nan", "inf", "infinity", "1.#inf", "1.#qnan", "∞"})
_UNIT = re.compile(
    r"(?P<sign>[+-]?)(?P<before>[^0-9+\-.,\s]{0,8})\s*(?P<number>[+-]?[0-9][0-9,]*(?:\.[0-9]+)?)"
    r"\s*(?P<after>[^0-9.,\s][^0-9]{0,15})?"
)


class NotANumber(ValueError):
    """``code`` is that of the finding; ``values`` what its message needs besides the value."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(code)


def number(written: str) -> float:
    """The number that is written.

    Raises
    ------
    NotANumber
        With the code of the finding.
    """
    plain = written.strip()
    if not plain.isascii():
        plain = half_width(plain).replace("\u2212", "-")
    if _NUMBER.fullmatch(plain) or _FRACTION.fullmatch(plain):
        return _finite(plain.replace(",", ""))
    raise _why_not(plain)


def whole(value: float) -> int:
    """A float as the whole number it is.

    Raises
    ------
    NotANumber
        If it has a fraction, or is too large to be exact.
    """
    if value != math.floor(value):
        raise NotANumber("not_an_integer")
    if abs(value) > EXACT:
        raise NotANumber("number_out_of_range")
    return int(value)


def _finite(plain: str) -> float:
    value = float(plain)
    vanished = value == 0 and re.search("[1-9]", re.split("[eE]", plain)[0])
    if vanished or math.isinf(value):
        raise NotANumber("number_out_of_range")
    return value + 0.0  # -0.0 becomes 0.0


def _why_not(plain: str) -> NotANumber:
    if plain.lstrip("+-").lower() in _NOT_FINITE:
        return NotANumber("number_not_finite")
    if any(unicodedata.category(sign) in ("Nd", "No", "Nl") and sign > "\x7f" for sign in plain):
        return NotANumber("digits_other_script")
    if _UNDERSCORED.fullmatch(plain):
        return NotANumber("digits_underscore")
    if _GROUPED.fullmatch(plain) and re.search("[0-9]", plain):
        return NotANumber("digit_grouping")
    match = _UNIT.fullmatch(plain)
    if match and (match["before"] or match["after"]):
        if match["after"] and match["after"].strip() in ("%", "‰"):
            return NotANumber("percent")
        unit = (match["before"] or match["after"]).strip()
        return NotANumber("number_with_unit", unit=unit, number=match["sign"] + match["number"])
    return NotANumber("not_a_number")
