"""Names under which files that are brought are kept."""

from __future__ import annotations

import re
from typing import Final

from api.errors import UsageError

_LONGEST: Final = 200
"""Bytes; file systems take 255, and a name is lengthened here and there."""


def plain(name: str) -> str:
    """A file's name without the folders that a browser may send along.

    Raises
    ------
    UsageError
        If no file can be kept under it.
    """
    found = re.split(r"[/\\]", name)[-1].strip()
    too_long = len(found.encode("utf-8", "replace")) > _LONGEST
    if not found.strip(".") or too_long or not found.isprintable():
        raise UsageError("http.bad_file_name", name=found[:40])
    return found
