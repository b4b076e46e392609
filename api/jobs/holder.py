"""Who holds a job, and whether that process is still there."""

from __future__ import annotations

import os
import secrets
from functools import cache

_SEPARATOR = " "


@cache
def _here() -> str:
    """This start of this machine and its numbering of processes; empty where that is not told."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return f"{file.read().strip()}/{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def new_holder() -> str:
    """A name for this process as the holder of one job, never given twice."""
    return _SEPARATOR.join((_here() or "-", str(os.getpid()), secrets.token_hex(8)))


def lost(holder: str, until: int, now: int) -> bool:
    """Whether a holder cannot end its job any more.

    A process of this machine that is gone is known at once; of any other only that its lease
    has run out.
    """
    if now >= until:
        return True
    place, _, rest = holder.partition(_SEPARATOR)
    number = rest.partition(_SEPARATOR)[0]
    return place == _here() != "" and number.isdigit() and not _runs(int(number))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
