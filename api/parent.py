"""A process that works for another ends with it, and takes with it what it has started itself.

Whoever starts one gives it a pipe as its standard input, which closes however the starter ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import suppress

ABANDONED = 75
"""Exit status when whoever started it is gone."""


def end_with_it() -> None:
    """From now on end this process when its standard input is closed."""
    threading.Thread(target=_waiting, daemon=True).start()


def _waiting() -> None:
    while os.read(0, 1024):  # not sys.stdin: its lock, held here, would abort the exit
        pass
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(ABANDONED)


def kill(child: subprocess.Popen[bytes]) -> None:
    """Kill a child that was started in a session of its own, with all that it has started."""
    if child.poll() is not None:
        return
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
