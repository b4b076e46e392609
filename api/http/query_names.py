"""Query parameters by their names: one that a route does not know is refused, never passed over.

A filter that was written wrongly would otherwise answer with all rows, as if it had been obeyed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.errors import UsageError
from api.usecases import naming

_KNOWN: dict[Callable[..., Any], tuple[str, ...] | None] = {}
"""Of each handler the parameters of its route; None: it looks at all of them itself."""


def check(request: Request) -> None:
    """Refuse a request with a query parameter that its route does not have.

    Pages are left out: their addresses are made by the service, and are read as they come.

    Raises
    ------
    UsageError
        Naming the first unknown one and what may have been meant.
    """
    route = request.scope.get("route")
    if not request.scope["query_string"] or not isinstance(route, APIRoute):
        return
    if route.endpoint not in _KNOWN:
        _KNOWN[route.endpoint] = _known(route)
    known = _KNOWN[route.endpoint]
    if known is None:
        return
    for name in request.query_params:
        if name not in known:
            code = "http.unknown_query" if known else "http.no_query"
            near, listed = naming.meant(name, known), ", ".join(known)
            raise UsageError(code, name=name[:64], near=near, known=listed)


def _known(route: APIRoute) -> tuple[str, ...] | None:
    by_itself = "parameters" in (route.openapi_extra or {})
    if by_itself or not route.include_in_schema:
        return None
    return tuple(_of(route.dependant))


def _of(needed: Dependant) -> Iterator[str]:
    yield from (field.alias for field in needed.query_params)
    for each in needed.dependencies:
        yield from _of(each)
