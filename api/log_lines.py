"""What the service logs: one JSON object a line, and nothing that a caller sent."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

from api import settings

LOG = logging.getLogger("shanhai.http")
"""The log of the service; the server that carries it (``uvicorn``) writes to the same place."""

_EXTRA = ("id", "method", "path", "status", "by", "milliseconds", "code", "detail")
_DEEPEST = 20


class Lines(logging.Formatter):
    """One JSON object a line; only what is named here, so that no secret gets in."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, Any] = {
            "at": settings.stamp(), "level": record.levelname.lower(),
            "what": record.getMessage().strip(),
        }  # fmt: skip
        line |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info:
            line["error"] = _chain(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


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
    """Write structured logs to stderr."""
    handler = _Handler(sys.stderr)
    handler.setFormatter(Lines())
    for log, level in ((LOG, logging.INFO), (logging.getLogger("uvicorn"), logging.WARNING)):
        log.handlers[:] = [handler]
        log.setLevel(level)
        log.propagate = False
