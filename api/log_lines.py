"""What the service logs: one JSON object a line, and nothing that a caller sent."""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
import warnings
from types import TracebackType
from typing import Any, TextIO

from api import settings

LOG = logging.getLogger("shanhai.http")
"""The log of the service; the server that carries it (``uvicorn``) writes to the same place."""

_EXTRA = (
    "id", "method", "path", "status", "by", "milliseconds", "code", "detail", "kind", "place",
    "address", "port", "workers", "store", "version", "pid",
)  # fmt: skip
_DEEPEST = 20
_LONGEST = 200
_OURS = ("shanhai", "uvicorn", "api", "features", "models", "matcher")
"""Whose sentences are known to hold nothing that a caller sent."""


class Lines(logging.Formatter):
    """One JSON object a line; only what is named here, so that no secret gets in."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, Any] = {
            "at": settings.stamp(), "level": record.levelname.lower(),
            "what": _words(record),
        }  # fmt: skip
        line |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info:
            line["error"] = _chain(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _words(record: logging.LogRecord) -> str:
    """What a record says; of a library's, the sentence without what it would be filled with."""
    if record.name.partition(".")[0] in _OURS:
        return record.getMessage().strip()
    said = str(record.msg).strip().splitlines() or [""]
    return f"{record.name}: {said[0][:_LONGEST]}"


def _chain(error: BaseException | None) -> list[dict[str, object]]:
    """Kind and place of an error and of its causes; not its words: values may stand in them."""
    found: list[dict[str, object]] = []
    while error is not None and len(found) < 5:
        found.append({"kind": type(error).__qualname__, "at": _places(error.__traceback__)})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_DEEPEST:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


class _Handler(logging.StreamHandler[TextIO]):
    """Loses a line that could not be written: what Python says of it holds what the line held."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing."""


def log_to_stderr() -> None:
    """Write structured logs to stderr: ours, those of libraries, and what Python would print."""
    if (sys.stderr.encoding or "").lower() not in ("utf-8", "utf8"):
        reconfigure = getattr(sys.stderr, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    handler = _Handler(sys.stderr)
    handler.setFormatter(Lines())
    levels = {LOG.name: logging.INFO, "uvicorn": logging.WARNING, None: logging.WARNING}
    for name, level in levels.items():
        log = logging.getLogger(name)
        log.handlers[:] = [handler]
        log.setLevel(level)
        log.propagate = False
    warnings.showwarning = _warned
    threading.excepthook = _thread_failed
    sys.unraisablehook = _unraisable
    sys.excepthook = lambda _kind, error, _trace: LOG.critical("unforeseen", exc_info=error)


def _warned(
    message: Warning | str, category: type[Warning], filename: str, lineno: int,
    file: TextIO | None = None, line: str | None = None,
) -> None:  # fmt: skip
    """Kind and place of a warning; not its words, as of an error."""
    kind, place = category.__qualname__, f"{filename}:{lineno}"
    LOG.warning("warning", extra={"kind": kind, "place": place})


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    if failure.exc_type is not SystemExit:
        LOG.error("thread failed", exc_info=failure.exc_value)


def _unraisable(failure: sys.UnraisableHookArgs) -> None:
    LOG.error("unraisable", exc_info=failure.exc_value)
