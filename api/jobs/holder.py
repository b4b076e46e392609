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


def _began(process: int) -> str:
    """When a process of this machine began, in the kernel's ticks: a number may be given again.

    Empty where no such process runs, or it has ended and only its parent has not asked yet.
    """
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            # The name, which stands in brackets, may hold anything.
            state, *rest = file.read().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else rest[18]


def new_holder() -> str:
    """A name for this process as the holder of one job, never given twice."""
    process = os.getpid()
    number = f"{process}:{_began(process)}" if _here() else str(process)
    return _SEPARATOR.join((_here() or "-", number, secrets.token_hex(8)))


def lost(holder: str, until: int, now: int) -> bool:
    """Whether a holder cannot end its job any more.

    Whether a process of this machine is there is seen, however long a store that is at work keeps
    it from prolonging its lease; of any other only that the lease has run out.
    """
    place, _, rest = holder.partition(_SEPARATOR)
    number, _, began = rest.partition(_SEPARATOR)[0].partition(":")
    if place == _here() != "" and number.isdigit() and began:
        return _began(int(number)) != began
    return now >= until
