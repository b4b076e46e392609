"""The moment that stamps bear: now, or the one that ``SOURCE_DATE_EPOCH`` fixes.

A stamp says when a thing was written; what day it is for a question is another matter and never
comes from here.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import Final

from features.language import Text, current_language, text

__all__ = ["VARIABLE", "NotAMoment", "fixed", "now"]

VARIABLE: Final = "SOURCE_DATE_EPOCH"
_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,12}")
_LAST: Final = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


class NotAMoment(ValueError):
    """``SOURCE_DATE_EPOCH`` holds something else than seconds since 1970.

    Attributes
    ----------
    message : Text
    """

    exit_status = 2

    def __init__(self, value: str) -> None:
        self.message: Text = text("stamps.not_a_moment", value=value[:40], last=_LAST)
        super().__init__(self.message[current_language()])


def fixed() -> datetime | None:
    """The moment of ``SOURCE_DATE_EPOCH`` in UTC; None where it is empty or not set.

    Raises
    ------
    NotAMoment
        If it is not a whole number of seconds from 0 up to the end of the year 9999.
    """
    written = os.environ.get(VARIABLE, "").strip()
    if not written:
        return None
    if not _WHOLE_NUMBER.fullmatch(written) or int(written) > _LAST:
        raise NotAMoment(written)
    return datetime.fromtimestamp(int(written), UTC)


def now() -> datetime:
    """What a stamp says now, UTC to the second; see :func:`fixed`."""
    return fixed() or datetime.now(UTC).replace(microsecond=0)
