"""The blocks of ``docs/deployment.md``, so that tests run what the page says."""

from __future__ import annotations

import re
import shlex
from functools import cache

from running import ROOT

FILE = ROOT / "docs" / "deployment.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@cache
def text() -> str:
    """The whole page."""
    return FILE.read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    """The blocks of a kind: sh, sql, ini, nginx."""
    return [found[2] for found in _BLOCK.finditer(text()) if found[1] == kind]


def block(kind: str, holds: str) -> str:
    """The one block of a kind that holds a text."""
    (found,) = (each for each in blocks(kind) if holds in each)
    return found


def lines(*, of: str = "") -> list[list[str]]:
    """The words of every ``shanhai`` command of the page, or of the block that holds a text."""
    held = [block("sh", of)] if of else [*blocks("sh"), *_started()]
    split = (shlex.split(line) for part in held for line in part.splitlines())
    return [words for words in split if words[:1] == ["shanhai"]]


def _started() -> list[str]:
    """What the unit files start, as lines of a shell."""
    found = []
    for unit in blocks("ini"):
        for line in re.findall("^ExecStart=(.*)$", unit, re.MULTILINE):
            words = shlex.split(line.replace("%%", "%"))
            inner = words[-1].replace(";", "\n") if words[0] == "/bin/sh" else line
            found.append(inner.replace("/opt/shanhai/.venv/bin/", ""))
    return found
