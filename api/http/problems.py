"""Errors as ``application/problem+json`` (RFC 9457), in both languages, with a stable code."""

from __future__ import annotations

import errno
import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from api.accounts import Shut, SignInRefused, TooManyAttempts, TooManyTokens
from api.errors import UserError
from api.http import bad_values
from api.http.json_bodies import BadBody
from api.http.rates import TooManyRequests
from api.http.routing import NotSignedIn, NotYourRole, OtherOrigin
from api.jobs import EndedAlready, TooManyJobs
from api.passwords import TooManyAtOnce
from api.store import errors as store_errors
from api.usecases.kept import TooManyMarkets
from api.usecases.list_budget import TooManyListed
from api.usecases.row_errors import ConditionMissing, Conflict, NotThere, NotYours, Stale
from features.findings import FindingsError
from features.language import Language, Text, catalogue, say, text

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("shanhai.http")

_TOO_MANY = (TooManyAttempts, TooManyAtOnce, TooManyRequests, TooManyJobs, TooManyMarkets,
             TooManyListed)  # fmt: skip
"""Each says in how many ``seconds`` to come again."""
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotSignedIn, 401), (SignInRefused, 401), (NotYourRole, 403), (OtherOrigin, 403),
    (NotYours, 403), (NotThere, 404), (Conflict, 409), (EndedAlready, 409), (Shut, 409),
    (TooManyTokens, 409),
    (Stale, 412), (ConditionMissing, 428),
    *((kind, 429) for kind in _TOO_MANY),
    (store_errors.NothingToUndo, 409), (store_errors.UndoRefused, 409),
    (store_errors.StillReferred, 409), (store_errors.MissingReference, 422),
    (store_errors.BadValue, 422),
    (store_errors.DiskFull, 507), (store_errors.StoreError, 503),
)  # fmt: skip
"""The first that an error is an instance of; a usage error else is 422, any other 500."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_FOUND = (
    "usecase.no_such_row", "usecase.no_such_key", "usecase.no_such_table",
    "accounts.no_such_account",
)  # fmt: skip
_RETRY_SECONDS = 5
_MOST_TOLD = 50
"""Most values at fault that one answer names."""


class Refused(HTTPException):
    """A request that is refused before, or while, its body comes.

    Of this kind only, the framework lets what is raised while it reads a body through as it is.

    Parameters
    ----------
    values : object
        What the sentence ``http.status.STATUS`` names.
    """

    def __init__(self, status: int, headers: Mapping[str, str] | None = None, **values: object):
        super().__init__(status, headers=headers)
        self.values = values


def language_of(request: Request) -> Language:
    """The language that ``Accept-Language`` prefers of the two; default Chinese."""
    best, chosen = 0.0, "zh"
    for part in request.headers.get("accept-language", "")[:200].split(","):
        name, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        short = name.strip().lower()[:2]
        if short in ("zh", "en") and quality > best:
            best, chosen = quality, short
    return "en" if chosen == "en" else "zh"


class Problem(Response):
    """A problem document; its code is noted with the request, for the log."""

    media_type = MEDIA_TYPE

    def __init__(
        self, status: int, code: str, content: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(content, status, headers)
        self._code = code

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with it."""
        scope.setdefault("state", {})["problem"] = self._code
        await super().__call__(scope, receive, send)


def problem(
    status: int, code: str, message: Text, language: Language,
    headers: Mapping[str, str] | None = None, **more: Any,
) -> Problem:  # fmt: skip
    """One problem document.

    Parameters
    ----------
    code : str
        Stable name of the kind of error; clients go by it.
    message : Text
        The sentence in both languages; ``detail`` is that of ``language``.
    """
    title = f"http.title.{status}"
    body = {
        "type": f"urn:shanhai:problem:{code}",
        "title": say(title if title in catalogue() else "http.title.500", language),
        "status": status, "code": code, "detail": message[language], "message": message, **more,
    }  # fmt: skip
    # What was sent may hold half a surrogate pair, which no encoding has.
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str)
    return Problem(status, code, content.encode("utf-8", "replace"), headers)


def of_user_error(error: UserError, language: Language) -> Response:
    """The problem that a told error is."""
    kinds = (status for kind, status in _STATUS if isinstance(error, kind))
    status = next(kinds, 422 if error.exit_status == 2 else 500)
    if error.code in _NOT_FOUND:
        status = 404
    headers = {}
    if isinstance(error, _TOO_MANY):
        headers["Retry-After"] = str(max(1, error.seconds))
    elif status == 503:
        headers["Retry-After"] = str(_RETRY_SECONDS)
    elif status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="shanhai"'
    message = error.over_http
    if status in (503, 507):  # the address of the database is nobody's business
        message = text(f"http.store_{status}")
        _log.error("store", extra={"code": error.code, "detail": error.message["en"]})
    return problem(status, error.code, message, language, headers)


def of_http(error: HTTPException, language: Language) -> Response:
    """The problem that a refused request is."""
    if isinstance(error, BadBody):
        return _of_values([(error.place, error.reason)], language)
    code = f"status_{error.status_code}"
    try:
        said = text(f"http.status.{error.status_code}", **getattr(error, "values", {}))
    except KeyError:  # none of ours, or one that the framework raises without our values
        code, said = "status_400", text("http.status.400")
    return problem(error.status_code, code, said, language, error.headers)


def _of_values(found: list[tuple[str, Text]], language: Language) -> Response:
    """The problem that a request is in which values are not as they should be."""
    place, reason = found[0] if found else ("?", text("http.value.other"))
    message = text("http.invalid", place=place[:100], reason=reason)
    told = [{"place": p, "reason": why[language], "message": why} for p, why in found]
    return problem(422, "invalid_request", message, language, errors=told)


def allowing(request: Request, error: HTTPException) -> HTTPException:
    """The same error; of a method that is not allowed, with all those that are.

    The framework names the methods of one route, and each method here is a route of its own.
    """
    if error.status_code == 405:
        found = [
            route
            for route in request.app.routes
            if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        ]
        # An address that is written out goes before one with a name to be filled in.
        path = min((route.path for route in found), key=lambda path: path.count("{"), default="")
        methods = {m for route in found if route.path == path for m in route.methods or ()}
        error.headers = {**(error.headers or {}), "Allow": ", ".join(sorted(methods))}
    return error


def install(app: FastAPI) -> None:
    """Let the application answer every error as a problem."""

    @app.exception_handler(UserError)
    def _told(request: Request, error: UserError) -> Response:
        return of_user_error(error, language_of(request))

    @app.exception_handler(FindingsError)
    def _findings(request: Request, error: FindingsError) -> Response:
        listed = [finding.as_dict() for finding in error.findings]
        message = text("http.findings", count=error.total)
        return problem(
            422, "findings", message, language_of(request), findings=listed, total=error.total
        )

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        # What was sent is not repeated: it may be a password.
        told = error.errors()[:_MOST_TOLD]
        found = [(bad_values.place_of(each), bad_values.said(each)) for each in told]
        return _of_values(found, language_of(request))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        return of_http(allowing(request, error), language_of(request))


def _code_of(error: Exception) -> str:
    """Its own code, else the words of its class (``UnknownRegion``: ``unknown_region``)."""
    plain = re.sub("(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()
    return str(getattr(error, "code", plain))


def of_unforeseen(error: Exception, language: Language, number: str = "") -> Response:
    """The problem that any other error is; logged unless it brings its own sentence.

    Parameters
    ----------
    number : str
        ``x-request-id`` of the answer.
    """
    message = getattr(error, "message", None)
    if isinstance(message, dict) and {"zh", "en"} <= set(message):
        return problem(422, _code_of(error), message, language)
    if isinstance(error, OSError) and error.errno in _FULL:
        _log.error("store", extra={"id": number, "code": "store.disk_full"})
        return problem(507, "store.disk_full", text("http.store_507"), language)
    _log.error("unforeseen", exc_info=error, extra={"id": number})
    return problem(500, "unforeseen", text("http.unforeseen"), language)
