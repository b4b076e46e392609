"""Around every request: its size judged before it is parsed, headers set, one line logged."""

from __future__ import annotations

import logging
import secrets
import time
from contextlib import AsyncExitStack
from itertools import chain
from typing import Any

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import UserError
from api.http.accepting import MOST_HEAD_BYTES
from api.http.hygiene import RAW, UNKNOWN, without_nul
from api.http.problems import Refused, language_of, of_http, of_unforeseen, of_user_error
from api.http.receiving import BODY_BYTES, SMALL_BYTES, UPLOAD_BYTES, Bodies, timed
from api.http.routing import NotSignedIn, caller_of

_TYPES = ("application/json", "multipart/form-data", "application/x-www-form-urlencoded")
_ALIVE = ("/healthz", "/readyz")
"""Answered however many requests are under way."""
MOST_AT_ONCE = 300
"""Most requests under way in one process."""


class Unfinished(Exception):
    """An answer broke off; why, was logged already."""


class Guard:
    """The outermost layer of the application (plain ASGI)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._bodies, self._under_way = Bodies(), 0
        self._log = logging.getLogger("shanhai.http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.update(_without_nul(scope))
        began, said = time.monotonic(), {"status": 0}
        number = secrets.token_hex(8)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                said["status"] = message["status"]
                own = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"], *(one for one in RAW if one[0] not in own),
                    (b"x-request-id", number.encode()),
                ]  # fmt: skip
            await send(message)

        try:
            await self._judged(scope, receive, sending)
        except Exception as error:
            # Told here and not further out, where neither headers nor the number are known.
            answer = of_unforeseen(error, language_of(Request(scope)), number)
            if said["status"]:
                raise Unfinished from None  # the connection is cut: half an answer is none
            await answer(scope, receive, sending)
        finally:
            noted = scope.get("state", {})
            told = {"code": noted["problem"]} if "problem" in noted else {}
            # The query is left out: ids and names stand in it. So are all headers.
            self._log.info("request", extra={
                "id": number, "method": scope["method"], "path": scope["path"][:200],
                "status": said["status"], "by": getattr(noted.get("caller"), "name", None),
                "milliseconds": round(1000 * (time.monotonic() - began), 1), **told,
            })  # fmt: skip

    async def _judged(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        try:
            if sum(map(len, chain(*scope["headers"], (scope["raw_path"],)))) > MOST_HEAD_BYTES:
                raise Refused(431, {"Connection": "close"}, most=MOST_HEAD_BYTES)
            most, large = _size(request.headers)
            if self._under_way >= MOST_AT_ONCE and scope["path"] not in _ALIVE:
                raise Refused(503, {"Retry-After": "1"})
            async with AsyncExitStack() as held:
                if large:
                    name = await _sender(request)
                    if name is None:
                        most = min(most, SMALL_BYTES)
                    else:
                        await held.enter_async_context(self._bodies.place_for(name))
                self._under_way += 1
                held.callback(self._leave)
                await self.app(scope, timed(receive, most), send)
        except Refused as error:
            await of_http(error, language_of(request))(scope, receive, send)
        except UserError as error:
            answer = of_user_error(error, language_of(request))
            answer.headers["connection"] = "close"
            await answer(scope, receive, send)

    def _leave(self) -> None:
        self._under_way -= 1


def _without_nul(scope: Scope) -> dict[str, Any]:
    """The address of a request with another letter, which no row has either, in place of NUL.

    A file has no row that holds one; a database server refuses even to be asked.
    """
    return {
        "path": scope["path"].replace("\0", UNKNOWN),
        "query_string": without_nul(scope["query_string"]),
    }


def _size(headers: Headers) -> tuple[int, bool]:
    """Most bytes that a body may have, and whether it is a large one.

    Raises
    ------
    Refused
        413 if it announces more; 415 if it is of a type or an encoding that nobody reads here.
    """
    closed = {"Connection": "close"}
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    most = UPLOAD_BYTES if kind == "multipart/form-data" else BODY_BYTES
    announced, chunked = headers.get("content-length", "0"), "transfer-encoding" in headers
    if announced == "0" and not chunked:
        return most, False
    # A packed body would have to be unpacked before its size is known.
    if kind not in _TYPES or headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, closed, types=", ".join(_TYPES))
    if not announced.isascii() or not announced.isdigit() or int(announced[:18]) > most:
        raise Refused(413, closed, most=most)
    return most, chunked or int(announced) > SMALL_BYTES


async def _sender(request: Request) -> str | None:
    """Who sends a large body; None: nobody has signed in, and its length is not announced.

    Raises
    ------
    NotSignedIn
        If nobody has signed in, and more is announced than a stranger may send.
    TooManyRequests
        If such requests come too fast: none of them gets as far as where others are counted.
    """
    caller = await run_in_threadpool(caller_of, request)
    if caller.account is None and "transfer-encoding" not in request.headers:
        request.app.state.rates.take(request, caller)
        raise NotSignedIn("http.not_signed_in")
    return None if caller.account is None else caller.name
