"""Routes that declare who may call them, and the caller that each is given.

Deny by default: :class:`Routes` takes no route without roles, and :func:`check` refuses to start
an application that holds one which got in another way.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar, cast

from fastapi import Depends, FastAPI, Request, Response, params
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api import accounts
from api.accounts import ROLES, Account
from api.errors import UserError
from api.http import json_bodies, places, query_names
from api.store import Store
from features.language import text

COOKIE = "shanhai_session"
API = "/api/v1"

EVERYONE = ROLES
SIGNED_IN = ROLES[1:]
STAFF = ("county", "planner", "admin")
PLANNERS = ("planner", "admin")
ADMINS = ("admin",)

PLAIN = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
"""What a text that is stored may hold: no control character but tab and line break."""

LARGE_JSON = 1 << 16
"""Bytes of a JSON body above which it is read in a thread, so that others are answered."""

Judge = Callable[[Request], Awaitable[object]]
"""Looks at the head of a request and refuses it, or not."""
Handler = TypeVar("Handler", bound=Callable[..., Any])
SECURITY: Mapping[str, Mapping[str, str]] = {
    "HTTPBearer": {
        "type": "http", "description": "shanhai user token NAME", "scheme": "bearer",
    },
    "APIKeyCookie": {
        "type": "apiKey", "description": "POST /api/v1/session", "in": "cookie", "name": COOKIE,
    },
}  # fmt: skip
"""Ways to say who one is, for the OpenAPI document.

Said here rather than by FastAPI's classes, which would look for them at every request once more.
"""


class NotSignedIn(UserError):
    """Nobody is signed in, or no longer."""


class NotYourRole(UserError):
    """The caller's role may not use this route."""


class OtherOrigin(UserError):
    """A browser sent another site's request: as somebody signed in here, or to sign them in."""


class UndeclaredRoute(UserError):
    """A route does not say who may call it; the service does not start."""


@dataclass(frozen=True)
class Caller:
    """Who calls.

    Attributes
    ----------
    account : Account or None
        None: nobody has signed in. ``role``, ``region``, ``enterprise_id`` are its row scope.
    """

    account: Account | None

    @property
    def role(self) -> str:
        """One of :data:`api.accounts.ROLES`."""
        return "anonymous" if self.account is None else self.account.role

    @property
    def name(self) -> str:
        """Under which lists and changes are logged."""
        return "anonymous" if self.account is None else self.account.name


def store_of(request: Request) -> Store:
    """The store that the application serves."""
    found: Store = request.app.state.store
    return found


def caller_of(request: Request) -> Caller:
    """Who sent a request: a bearer token goes before a cookie; one that is wrong is nobody."""
    store = store_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return Caller(accounts.of_token(store, token.strip()))
    secret = request.cookies.get(COOKIE)
    return Caller(accounts.of_session(store, secret) if secret else None)


async def _who(request: Request) -> Caller:
    """:func:`caller_of`; a file tells it sooner than a thread is found that would ask."""
    if store_of(request).address.file is not None:
        return caller_of(request)
    return await run_in_threadpool(caller_of, request)


def _admission(roles: Sequence[str], *, known: bool) -> Callable[..., Awaitable[Caller]]:
    async def welcome(request: Request) -> Caller:
        # Who brings nothing is nobody: no thread and no store is needed to know it.
        bare = "authorization" not in request.headers and COOKIE not in request.cookies
        nobody = bare or not known
        caller = Caller(None) if nobody else await _who(request)
        request.state.caller = caller
        request.app.state.rates.take(request, caller, health=not known)
        if caller.role not in roles:
            if caller.account is None:
                raise NotSignedIn("http.not_signed_in")
            raise NotYourRole("http.not_your_role", role=text(f"role.{caller.role}"))
        # With a token it is no browser that another site has had send it.
        bare = "authorization" not in request.headers
        if bare and request.method not in ("GET", "HEAD") and _foreign(request):
            raise OtherOrigin("http.other_origin")
        query_names.check(request)
        return caller

    return welcome


def _foreign(request: Request) -> bool:
    """Whether a browser says that another site's page had the request sent."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")


# What only looks at the request is async: a thread for it would cost more than it does.
async def _store(request: Request) -> Store:
    return store_of(request)


async def _takes_json(request: Request) -> None:
    """Refuse whoever takes no JSON (406), where there is nothing else."""
    if "accept" in request.headers:
        from api.http import negotiation  # which refuses as the problems do, and they know this

        negotiation.preferred(request, ("json",))


async def _known_caller(request: Request) -> Caller:
    found: Caller = request.state.caller
    return found


async def _signed(request: Request) -> Account:
    account = (await _known_caller(request)).account
    if account is None:  # a route for anonymous callers asks for Anyone, not for Signed
        raise NotSignedIn("http.not_signed_in")
    return account


StoreOf = Annotated[Store, Depends(_store)]
"""The store, for a handler."""
Anyone = Annotated[Caller, Depends(_known_caller)]
"""The caller, signed in or not, for a handler."""
Signed = Annotated[Account, Depends(_signed)]
"""The account that is signed in, for a handler."""


class JudgedRoute(APIRoute):
    """A route whose callers are judged before a byte of a body is looked at.

    The framework would parse the body first: a stranger would be told what is wrong with it, and
    whoever sends bad ones would not be counted. JSON is read by :func:`api.http.json_bodies.read`.

    Parameters
    ----------
    dependencies : sequence of Depends
        What judges by the head alone, in this order.
    """

    def __init__(
        self, path: str, endpoint: Callable[..., Any], *,
        dependencies: Sequence[params.Depends] | None = None, **options: Any,
    ) -> None:  # fmt: skip
        self.judges = [cast(Judge, each.dependency) for each in dependencies or ()]
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler, given a request that was judged."""
        answer = super().get_route_handler()

        async def answering(request: Request) -> Response:
            for judge in self.judges:
                await judge(request)
            return await answer(_Strict(request.scope, request.receive))

        return answering


class _Strict(Request):
    async def json(self) -> Any:
        content = await self.body()
        if len(content) <= LARGE_JSON:
            return json_bodies.read(content)
        return await run_in_threadpool(json_bodies.read, content)


class Taker(Protocol):
    """Takes a handler in, and gives it back as it was."""

    def __call__(self, handler: Handler, /) -> Handler:
        """Take one handler."""


class Routes:
    """The routes of one subject; :meth:`install` puts them into an application.

    Parameters
    ----------
    subject : str
        Tag in the OpenAPI document.
    prefix : str
        What all paths begin with.
    """

    def __init__(self, subject: str, *, prefix: str = API) -> None:
        self.subject, self.prefix = subject, prefix
        self._declared: list[tuple[str, Callable[..., Any], dict[str, Any]]] = []

    def install(self, app: FastAPI) -> None:
        """Put every route into an application, each by itself: :func:`check` sees them all."""
        for path, handler, options in self._declared:
            app.add_api_route(path, handler, **options)

    def add(
        self, method: str, path: str, *, roles: Sequence[str], known: bool = True,
        reads: Sequence[str] = (), kind: places.Kind | None = None, **options: Any,
    ) -> Taker:  # fmt: skip
        """Declare a route; ``options`` are those of :meth:`fastapi.FastAPI.add_api_route`.

        Parameters
        ----------
        known : bool
            Whether it is found out who calls; False: it answers without the store, all alike.
        reads : sequence of str
            Query parameters that a page reads besides those its handler declares.
        kind : str, optional
            Whose places it has, unless its handler is async and asks for them itself; default:
            GET and HEAD read, everything else writes.
        """
        if not roles or not set(roles) <= set(ROLES):
            raise ValueError(f"{method} {path}: roles are {ROLES}")
        extra: dict[str, Any] = {"x-roles": list(roles), **options.get("openapi_extra", {})}
        if reads:
            extra[query_names.READS] = tuple(reads)
        if "anonymous" not in roles:  # only where a token or a cookie is needed is one asked for
            extra["security"] = [{name: []} for name in SECURITY]
        options["openapi_extra"] = extra
        judges: list[Judge] = [_admission(tuple(roles), known=known)]
        if "content" in options.get("responses", {}).get(200, {}):
            # It says in which formats: JSON is not one by itself.
            options.setdefault("response_class", Response)
        elif method == "GET" and self.prefix == API:
            judges.append(_takes_json)
        options["dependencies"] = [Depends(judge) for judge in judges]
        options.setdefault("tags", [self.subject])

        kind = kind or ("read" if method in ("GET", "HEAD") else "write")

        def take(handler: Handler) -> Handler:
            placed: Callable[..., Any] = handler
            if kind in places.PLACES and not inspect.iscoroutinefunction(handler):
                placed = places.within(kind, handler)
            self._declared.append((self.prefix + path, placed, {"methods": [method], **options}))
            return handler

        return take

    def get(self, path: str, *, roles: Sequence[str], **options: Any) -> Taker:
        """A route that reads."""
        return self.add("GET", path, roles=roles, **options)

    def post(self, path: str, *, roles: Sequence[str], **options: Any) -> Taker:
        """A route that makes or asks something."""
        return self.add("POST", path, roles=roles, **options)

    def put(self, path: str, *, roles: Sequence[str], **options: Any) -> Taker:
        """A route that replaces."""
        return self.add("PUT", path, roles=roles, **options)

    def delete(self, path: str, *, roles: Sequence[str], **options: Any) -> Taker:
        """A route that removes."""
        return self.add("DELETE", path, roles=roles, **options)


def declared(app: FastAPI) -> dict[tuple[str, str], tuple[str, ...]]:
    """(Method, path) of every route → the roles it declares; empty where it declares none."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for route in app.routes:
        path = getattr(route, "path", repr(route))
        extra = route.openapi_extra if isinstance(route, APIRoute) else None
        for method in sorted(getattr(route, "methods", None) or {"*"}):
            found[method, path] = tuple((extra or {}).get("x-roles", ()))
    return found


def check(app: FastAPI) -> None:
    """Refuse an application with a route that does not say who may call it.

    Raises
    ------
    UndeclaredRoute
    """
    for (method, path), roles in declared(app).items():
        if not roles:
            raise UndeclaredRoute("http.undeclared_route", method=method, path=path)
