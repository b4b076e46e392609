"""What processes asked of the system, as strace saw it, and whether it was on the disk in time."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

CALLS = "write,writev,pwrite64,pwritev,sendto,sendmsg,recvfrom,read,fsync,fdatasync,openat"
_LINE = re.compile(r"(?P<pid>\d+) +(?P<rest>.*)")
_CALL = re.compile(r"(?P<name>\w+)\((?:(?P<fd>-?\d+)<(?P<path>(?:[^>\\]|\\.)*)>)?(?P<rest>.*)")
_RESUMED = re.compile(r"<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")


@dataclass(frozen=True)
class Call:
    """A call of the system.

    Attributes
    ----------
    begun, ended : bool
        A call during which another process was seen stands there twice.
    path : str
        The file or socket of its descriptor.
    said : str
        The rest of the line, with the beginning of the bytes.
    """

    pid: int
    name: str
    path: str
    said: str
    begun: bool
    ended: bool

    @property
    def writes(self) -> bool:
        """Whether it changes a file."""
        return self.begun and self.name in ("write", "writev", "pwrite64", "pwritev")

    @property
    def syncs(self) -> bool:
        """Whether all that was written to its file before it began is on the disk now."""
        done = self.ended and self.said.rstrip().endswith("= 0")
        return done and self.name in ("fsync", "fdatasync")


@cache
def _why_not() -> str:
    tried = subprocess.run(
        ["strace", "-f", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False
    )
    return "" if tried.returncode == 0 else tried.stderr.strip()


def tracer(out: Path, *more: str) -> list[str]:
    """What a command is put behind for its calls to be written to a file.

    Fails, and does not skip, where this machine forbids it: nothing else shows that a write is on
    the disk before it is acknowledged, and a test that did not look must not count as passed.
    """
    assert shutil.which("strace"), "strace is needed: see requirements/system.txt"
    if reason := _why_not():
        pytest.fail(
            "strace may not trace processes here, so nothing shows that writes reach the disk "
            "before they are acknowledged. Allow it (in a container: --cap-add=SYS_PTRACE, and a "
            f"seccomp profile that has ptrace) and run the tests again.\n{reason}"
        )
    return ["strace", "-f", "-y", "-qq", "-s", "200", "-e", f"trace={CALLS}", *more, "-o", str(out)]


def calls(file: Path) -> list[Call]:
    """The calls in the order in which they began and ended."""
    return list(_calls(file.read_text("utf-8", "replace").splitlines()))


def _calls(lines: Sequence[str]) -> Iterator[Call]:
    waiting: dict[int, Call] = {}
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        pid, rest = int(found["pid"]), found["rest"]
        if resumed := _RESUMED.fullmatch(rest):
            first = waiting.pop(pid, None)
            if first is not None:
                yield Call(pid, first.name, first.path, first.said + resumed["rest"], False, True)
            continue
        called = _CALL.fullmatch(rest)
        if called is None:
            continue
        cut = rest.endswith("<unfinished ...>")
        said = called["rest"].removesuffix("<unfinished ...>")
        call = Call(pid, called["name"], called["path"] or "", said, True, not cut)
        if cut:
            waiting[pid] = call
        yield call


def unsynced(
    seen: Sequence[Call], is_store: Callable[[str], bool], is_answer: Callable[[Call], bool]
) -> list[tuple[Call, set[str], set[str]]]:
    """For each answer the files that were written and not synced, and those synced since the last.

    Parameters
    ----------
    is_store : callable
        Told a path: whether what was acknowledged lies there.
    is_answer : callable
        Told a call: whether it acknowledges something.
    """
    dirty: dict[str, int] = {}
    begun: dict[int, int] = {}
    synced: set[str] = set()
    found = []
    for number, call in enumerate(seen):
        if call.begun and call.name in ("fsync", "fdatasync"):
            begun[call.pid] = number
        if is_store(call.path):
            if call.writes:
                dirty[call.path] = number
            elif call.syncs:
                # A sync holds for what was written before it began.
                if dirty.get(call.path, -1) < begun[call.pid]:
                    dirty.pop(call.path, None)
                synced.add(call.path)
        if call.begun and is_answer(call):
            found.append((call, set(dirty), synced))
            synced = set()
    return found
