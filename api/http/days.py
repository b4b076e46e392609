"""A day in a request: as the OpenAPI document says, and nothing that could be taken for one."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _as_documented(value: object) -> object:
    """A number would be taken for seconds since 1970: ``as_of=2008`` for a day in that year."""
    if type(value) is date or (isinstance(value, str) and _WRITTEN.fullmatch(value)):
        return value
    raise ValueError("a date is written as 2008-03-01")


Day = Annotated[date, BeforeValidator(_as_documented)]
"""A date as RFC 3339 writes it."""
