"""Errors as pages for whoever looks with a browser; programs get problem documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from api.errors import UsageError, UserError
from api.http.problems import allowing, language_of, of_http, of_user_error
from api.http.routing import API, NotSignedIn
from api.pages.rendering import page
from features.findings import FindingsError
from features.language import Text, catalogue, text

_MOST_FINDINGS = 50


class NoSuchPage(UsageError):
    """There is no such thing, or it is not the caller's: which of these is not said."""


def for_a_reader(request: Request) -> bool:
    """Whether a page is wanted and not a document for a program."""
    accepts = request.headers.get("accept", "")
    return "text/html" in accepts and not request.url.path.startswith(f"{API}/")


def install(app: FastAPI) -> None:
    """Answer readers with pages; everybody else as the application did before."""
    _over(app, UserError, _of_user_error)
    _over(app, FindingsError, _of_findings)
    _over(app, HTTPException, _of_http)
    _over(app, RequestValidationError, _of_invalid)


def _over(
    app: FastAPI, kind: type[Exception], shown: Callable[[Request, Exception], Response]
) -> None:
    before = app.exception_handlers[kind]

    async def answer(request: Request, error: Exception) -> Response:
        if for_a_reader(request):
            return shown(request, error)
        found = before(request, error)
        return await found if not isinstance(found, Response) else found

    app.add_exception_handler(kind, answer)


def _of_user_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, UserError)
    if isinstance(error, NotSignedIn):
        back = request.url.path if request.method == "GET" else "/"
        if request.method == "GET" and request.url.query:
            back += f"?{request.url.query}"
        return RedirectResponse(f"/sign-in?{urlencode({'back': back})}", 303)
    answer = of_user_error(error, language_of(request))
    status = 404 if isinstance(error, NoSuchPage) else answer.status_code
    return _page(request, status, _for_reading(error, answer), _kept(answer))


def _for_reading(error: UserError, answer: Response) -> Text:
    """What the problem says, not the error itself: that may name the store's address.

    A sentence that advises a command has another one, ``CODE_page``, for who has only a browser.
    """
    if f"{error.code}_page" in catalogue():
        return text(f"{error.code}_page", **error.values)
    found: Text = json.loads(bytes(answer.body))["message"]
    return found


def _kept(answer: Response) -> Mapping[str, str]:
    """The headers that hold for a page as for the problem, when to come again among them."""
    return {name: answer.headers[name] for name in ("retry-after", "allow")
            if name in answer.headers}  # fmt: skip


def _of_findings(request: Request, error: Exception) -> Response:
    assert isinstance(error, FindingsError)
    said: Text = {
        lang: "\n".join(finding.message[lang] for finding in error.findings[:_MOST_FINDINGS])
        for lang in ("zh", "en")
    }
    return _page(request, 422, said)


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = of_http(allowing(request, error), language_of(request))
    if error.status_code in (404, 405):
        return _page(request, error.status_code, text("pages.error.no_page"), _kept(answer))
    return _page(
        request, answer.status_code, json.loads(bytes(answer.body))["message"], _kept(answer)
    )


def _of_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    place = str(error.errors()[0]["loc"][-1])[:100] if error.errors() else "?"
    return _page(request, 422, text("pages.error.bad_value", place=place))


def _page(
    request: Request, status: int, message: Text, headers: Mapping[str, str] | None = None
) -> Response:
    made = page(request, "error", status, message=message)
    made.headers.update(headers or {})
    return made
