"""Why the system could not do what it was asked, in both languages.

What Python and the operating system say of it is English, whatever the user speaks.
"""

from __future__ import annotations

import errno
import json
import re
import tomllib
from typing import Final

from features.language import Text, text

__all__ = ["why", "why_not_text"]

_CODES: Final = {
    errno.ENOENT: "no_file", errno.EACCES: "not_allowed", errno.EPERM: "not_allowed",
    errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full", errno.EFBIG: "too_large",
    errno.EISDIR: "is_folder", errno.ENOTDIR: "not_a_folder", errno.EROFS: "read_only",
    errno.ENAMETOOLONG: "name_too_long", errno.ETXTBSY: "busy", errno.EBUSY: "busy",
    errno.EIO: "broken_disk", errno.ELOOP: "link_loop", errno.EEXIST: "is_there",
    errno.ENOTEMPTY: "is_there", errno.EMFILE: "too_many_open", errno.EADDRINUSE: "address_taken",
}  # fmt: skip
_PLACE: Final = re.compile(r"at line ([0-9]+), column ([0-9]+)")


def why(error: OSError) -> Text:
    """The reason of a failed access; what is not among the usual ones as the system says it."""
    code = _CODES.get(error.errno or 0)
    if code is not None:
        return text(f"system.{code}")
    said = error.strerror or str(error)
    return {"zh": said, "en": said}


def why_not_text(error: ValueError) -> Text:
    """Where a TOML or JSON file stops being one; where its bytes stop being UTF-8."""
    if isinstance(error, UnicodeDecodeError):
        return text("system.not_utf8", at=error.start + 1)
    if isinstance(error, json.JSONDecodeError):
        return text("system.no_syntax", line=error.lineno, column=error.colno)
    place = _PLACE.search(str(error)) if isinstance(error, tomllib.TOMLDecodeError) else None
    if place is None:
        return text("system.cut_short")
    return text("system.no_syntax", line=place[1], column=place[2])
