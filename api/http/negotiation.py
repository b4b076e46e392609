"""Which of several formats an answer goes out in, and what OpenAPI says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from api.http.problems import Refused

TYPES: Mapping[str, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/jsonl",
}
"""Media type of every format that anything goes out in."""

_CHARSET = ("csv", "html")


def preferred(request: Request, forms: tuple[str, ...], wanted: str | None = None) -> str:
    """The format asked for by ``format=``, else the one that ``Accept`` prefers.

    Parameters
    ----------
    forms : tuple of str
        Those there are, of :data:`TYPES`; the first goes out where anything will do.

    Raises
    ------
    Refused
        406 if ``Accept`` asks for none of these.
    """
    if wanted is not None:
        return wanted
    best: tuple[float, str | None] = (0.0, None)
    for part in request.headers.get("accept", "*/*")[:1000].split(","):
        kind, _, rest = part.partition(";")
        kind, quality = kind.strip().lower(), _quality(rest)
        fits = (f for f in forms if kind in ("*/*", TYPES[f], f"{TYPES[f].partition('/')[0]}/*"))
        form = next(fits, None)
        if form is not None and quality > best[0]:
            best = quality, form
    if best[1] is None:
        raise Refused(406, types=", ".join(TYPES[form] for form in forms))
    return best[1]


def _quality(options: str) -> float:
    for option in options.split(";"):
        name, _, value = option.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def file(content: bytes, form: str, name: str, **headers: str) -> Response:
    """A file to be kept under a name (without its ending)."""
    kept = {"Content-Disposition": f'attachment; filename="{name}.{form}"', **headers}
    return Response(content, 200, kept, media_type(form))


def media_type(form: str) -> str:
    """The media type with which a format goes out."""
    return f"{TYPES[form]}; charset=utf-8" if form in _CHARSET else TYPES[form]


def answers(said: str, *forms: str) -> dict[int | str, dict[str, Any]]:
    """What the OpenAPI document says of a route that answers in one of several formats."""
    content: dict[str, Any] = {}
    for form in forms:
        schema: dict[str, Any] = {"type": "object"}
        if form != "json":
            text = form in ("csv", "html", "graphml", "gexf", "jsonl")
            schema = {"type": "string"} if text else {"type": "string", "format": "binary"}
        content[TYPES[form]] = {"schema": schema}
    return {200: {"description": said, "content": content}}
