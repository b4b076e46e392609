"""Errors as pages for whoever looks with a browser; programs get problem documents."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from api.errors import UsageError, UserError
from api.http.problems import language_of, of_user_error
from api.http.routing import API, NotSignedIn
from api.pages.rendering import page
from features.language import Text, text


class NoSuchPage(UsageError):
    """There is no such thing, or it is not the caller's: which of these is not said."""


def for_a_reader(request: Request) -> bool:
    """Whether a page is wanted and not a document for a program."""
    accepts = request.headers.get("accept", "")
    return "text/html" in accepts and not request.url.path.startswith(f"{API}/")


def install(app: FastAPI) -> None:
    """Answer readers with pages; everybody else as the application did before."""
    _over(app, UserError, _of_user_error)
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
    status = 404 if isinstance(error, NoSuchPage) else 0
    answer = of_user_error(error, language_of(request))
    return _page(request, status or answer.status_code, error.message)


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _page(request, error.status_code, text("pages.error.no_page"))


def _of_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    place = str(error.errors()[0]["loc"][-1])[:100] if error.errors() else "?"
    return _page(request, 422, text("pages.error.bad_value", place=place))


def _page(request: Request, status: int, message: Text) -> Response:
    return page(request, "error", status, message=message)
