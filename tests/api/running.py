"""The command ``shanhai`` as a user runs it: in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout; fails where there is anything else."""
        return json.loads(self.out)


def shanhai(
    *arguments: object,
    lang: str | None = None,
    before: Callable[[], None] | None = None,
    behind: Sequence[str] = (),
    **environment: str,
) -> Done:
    """Run one command and wait for it; a traceback is never an answer.

    Parameters
    ----------
    before : callable, optional
        What its process does first.
    behind : sequence of str
        A command that it is put behind, such as strace.
    """
    settings = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    if lang is not None:
        settings["SHANHAI_LANG"] = lang
    done = subprocess.run(
        [*behind, sys.executable, "-m", "api.cli.main", *map(str, arguments)],
        capture_output=True,
        env=settings,
        preexec_fn=before,
        timeout=120,
    )
    found = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in found.err, found.err
    return found
