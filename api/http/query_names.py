"""Query parameters by their names: one that a route does not know is refused, never passed over.

A filter that was written wrongly would otherwise answer with all rows, as if it had been obeyed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.errors import UsageError
from api.usecases import naming

READS = "x-reads"
"""Where a page's route keeps the names that it reads by itself."""
_KNOWN: dict[Callable[..., Any], tuple[str, ...] | None] = {}
"""Of each handler the parameters of its route; None: it looks at all of them itself."""


def check(request: Request) -> None:
    """Refuse a request with a query parameter that its route does not have.

    Pages are left out (see :func:`passed_over`).

    Raises
    ------
    UsageError
        Naming the first unknown one and what may have been meant, or one that is given twice
        where only the last would count.
    """
    route = request.scope.get("route")
    if not request.scope["query_string"] or not isinstance(route, APIRoute):
        return
    if route.endpoint not in _KNOWN:
        _KNOWN[route.endpoint] = _known(route)
    known = _KNOWN[route.endpoint]
    _once(request, route)
    if known is None:
        return
    for name in request.query_params:
        if name not in known:
            code = "http.unknown_query" if known else "http.no_query"
            near, listed = naming.meant(name, known), ", ".join(known)
            raise UsageError(code, name=name[:64], near=near, known=listed)


def _once(request: Request, route: APIRoute) -> None:
    """Refuse a parameter given twice, unless it is a list or a filter by column."""
    if not route.include_in_schema:
        return
    single = {
        field.alias
        for field in _fields(route.dependant)
        if not _is_list(field.field_info.annotation)
    }
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name in seen and name in single:
            raise UsageError("http.query_twice", name=name)
        seen.add(name)


def passed_over(request: Request) -> list[str]:
    """The names in the address of a page that it does not have.

    They are told on the page and not refused: programs in which an address is passed on add
    names of their own (``from=…``), and it has to open all the same.
    """
    route = request.scope.get("route")
    if not request.scope["query_string"] or not isinstance(route, APIRoute):
        return []
    by_itself = (route.openapi_extra or {}).get(READS, ())
    known = {*_of(route.dependant), *by_itself}
    return [name for name in request.query_params if name not in known]


def _known(route: APIRoute) -> tuple[str, ...] | None:
    by_itself = "parameters" in (route.openapi_extra or {})
    if by_itself or not route.include_in_schema:
        return None
    return tuple(_of(route.dependant))


def _of(needed: Dependant) -> Iterator[str]:
    yield from (field.alias for field in _fields(needed))


def _fields(needed: Dependant) -> Iterator[Any]:
    yield from needed.query_params
    for each in needed.dependencies:
        yield from _fields(each)


def _is_list(annotation: object) -> bool:
    return get_origin(annotation) is list or any(map(_is_list, get_args(annotation)))
