"""Around every request: its size judged before it is parsed, headers set, one line logged."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import settings
from api.http.problems import language_of, problem
from features.language import text

BODY_BYTES = 1 << 20
"""Most bytes of a body that is not an upload."""
UPLOAD_BYTES = 60 << 20
"""Most bytes of a body with files in it."""

_TYPES = ("application/json", "multipart/form-data", "application/x-www-form-urlencoded")
_PAGES_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
_HEADERS = {
    "x-content-type-options": "nosniff", "x-frame-options": "DENY",
    "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin", "content-security-policy": _PAGES_POLICY,
    "cache-control": "no-store",
}  # fmt: skip


class _TooLarge(Exception):
    """More bytes came than were announced or are allowed."""


class Guard:
    """The outermost layer of the application (plain ASGI)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._log = logging.getLogger("shanhai.http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, said = time.monotonic(), {"status": 500}
        number = secrets.token_hex(8)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                said["status"] = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers["x-request-id"] = number
            await send(message)

        try:
            await self._judged(scope, receive, sending)
        finally:
            caller = scope.get("state", {}).get("caller")
            # The query is left out: ids and names stand in it. So are all headers.
            self._log.info("request", extra={
                "id": number, "method": scope["method"], "path": scope["path"][:200],
                "status": said["status"], "by": getattr(caller, "name", None),
                "milliseconds": round(1000 * (time.monotonic() - began), 1),
            })  # fmt: skip

    async def _judged(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        request = Request(scope)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        most = UPLOAD_BYTES if kind == "multipart/form-data" else BODY_BYTES
        announced = headers.get("content-length", "0")
        has_body = announced != "0" or "transfer-encoding" in headers
        if has_body and kind not in _TYPES:
            await _refuse(415, request, send, types=", ".join(_TYPES))
            return
        if not announced.isascii() or not announced.isdigit() or int(announced[:18]) > most:
            await _refuse(413, request, send, most=most)
            return
        came, began = 0, False

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except _TooLarge:
            if not began:
                await _refuse(413, request, send, most=most)


async def _refuse(status: int, request: Request, send: Send, **values: object) -> None:
    answer = problem(
        status, f"status_{status}", text(f"http.status.{status}", **values), language_of(request),
        {"Connection": "close"},
    )  # fmt: skip
    await answer(request.scope, request.receive, send)


_EXTRA = ("id", "method", "path", "status", "by", "milliseconds", "code", "detail")


class _Lines(logging.Formatter):
    """One JSON object a line; only what is named here, so that no secret gets in."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, Any] = {
            "at": settings.stamp(), "level": record.levelname.lower(),
            "what": record.getMessage(),
        }  # fmt: skip
        line |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr() -> None:
    """Write structured logs to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    log = logging.getLogger("shanhai.http")
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False
