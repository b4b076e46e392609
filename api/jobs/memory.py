"""How much memory one job may take: what is not there for it fails it, and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api import settings

_GROUPS = (
    Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)  # fmt: skip


def allowed_mb() -> int:
    """Megabytes that one job may take; 0: no limit is set, or none can be.

    Raises
    ------
    api.errors.UsageError
        If the setting is not to be understood.
    """
    said = settings.job_memory_mb()
    if sys.platform != "linux":
        return 0  # elsewhere the system does not count what a process may write to
    return _machine_mb() * 3 // 4 if said is None else said


def _machine_mb() -> int:
    """What this machine has, or this container of it."""
    found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for file in _GROUPS:
        if file.is_file() and (written := file.read_text("ascii").strip()).isdigit():
            found.append(int(written))
    return min(found) >> 20


@contextmanager
def held_to(most_mb: int) -> Iterator[None]:
    """What this process and those it starts may take meanwhile; more is a ``MemoryError``.

    Counted is what may be written to: not programs, nor files that are mapped to be read.
    """
    if not most_mb:
        yield
        return
    import resource

    before, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = most_mb << 20
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, hard))
