"""统一社会信用代码 and the older 组织机构代码: read, with their check characters.

A code of 18 characters (GB 32100-2015) holds the nine of the older one (GB 11714-1997) from the
ninth on, so that a row of 2006 and one of today can be known as the same body.
"""

from __future__ import annotations

import re

from features.place_names import half_width

__all__ = ["credit_code", "organisation_code"]

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_OLD_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OLD_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT = re.compile(f"[159AY][1239][0-9]{{6}}[{_SIGNS}]{{10}}")
_OLD = re.compile(r"([0-9A-Z]{8})-?([0-9X])")


def credit_code(written: object) -> str | None:
    """The 18 characters of a unified social credit code, or None where it is none.

    The check character is verified (GB 32100-2015, 5: C18 = 31 − Σ Ci·3^(i−1) mod 31).
    """
    if not isinstance(written, str) or len(written) < 18:
        return None
    code = re.sub(r"[\s-]", "", half_width(written)).upper()
    if len(code) != 18 or not _CREDIT.fullmatch(code):
        return None
    total = sum(_SIGNS.index(sign) * w for sign, w in zip(code, _WEIGHTS, strict=False))
    return code if _SIGNS[-total % 31] == code[17] else None


def organisation_code(written: object) -> str | None:
    """The nine characters of an organisation code, of either kind of code; None where none.

    The check character is verified (GB 11714-1997: C9 = 11 − Σ Ci·Wi mod 11; 10 is X). Nine
    digits alone are taken for one only with their hyphen: a running number may pass the check.
    """
    if (whole := credit_code(written)) is not None:
        written = f"{whole[8:16]}-{whole[16]}"
    if not isinstance(written, str) or "-" not in half_width(written):
        return None
    found = _OLD.fullmatch(half_width(written).upper())
    if found is None:
        return None
    total = sum(_OLD_SIGNS.index(s) * w for s, w in zip(found[1], _OLD_WEIGHTS, strict=True))
    return found[1] + found[2] if "0123456789X"[-total % 11] == found[2] else None
