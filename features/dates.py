"""A civil date as people write it → a date, or what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re

from features.place_names import half_width

FIRST_YEAR, LAST_YEAR = 1900, 2100

_FORMS = tuple(
    re.compile(form + r"(?:(?:\s+|T)(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?))?")
    for form in (
        r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})",
        r"(?P<y>[0-9]{4})/(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})",
        r"(?P<y>[0-9]{4})\.(?P<m>[0-9]{1,2})\.(?P<d>[0-9]{1,2})",
        r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
        r"(?P<y>[0-9]{4})\s*年\s*(?P<m>[0-9]{1,2})\s*月\s*(?P<d>[0-9]{1,2})\s*日",
    )
)
_SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.0*)?")
_TIME = re.compile(r"(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::00)?")
_EXCEL_EPOCH = dt.date(1899, 12, 30)


class NotADate(ValueError):
    """``code`` is that of the finding; ``values`` what its message needs besides the value."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(code)


def written_date(written: str) -> tuple[dt.date, bool]:
    """The date that is written, and whether a time of day beside it was dropped.

    Raises
    ------
    NotADate
        With the code of the finding.
    """
    plain = half_width(written)
    for form in _FORMS:
        if match := form.fullmatch(plain):
            day = civil(int(match["y"]), int(match["m"]), int(match["d"]))
            return day, bool(match["time"] and re.search("[1-9]", match["time"]))
    if _SERIAL.fullmatch(plain):
        day = _EXCEL_EPOCH + dt.timedelta(days=int(float(plain)))
        raise NotADate("date_as_number", meant=day.isoformat())
    raise NotADate("not_a_date")


def civil(year: int, month: int, day: int) -> dt.date:
    """A date between :data:`FIRST_YEAR` and :data:`LAST_YEAR`.

    Raises
    ------
    NotADate
        If the calendar has no such day, or it lies outside these years.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotADate("date_out_of_range")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise NotADate("no_such_day") from None


def written_time(written: str) -> str:
    """A time of day as ``HH:MM``.

    Raises
    ------
    NotADate
        If it is none.
    """
    match = _TIME.fullmatch(half_width(written))
    if match is None or int(match["h"]) > 23 or int(match["m"]) > 59:
        raise NotADate("not_a_time")
    return f"{int(match['h']):02}:{match['m']}"
