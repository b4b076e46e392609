"""Every table of the contract: list, read, create, replace, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Body, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.http.routing import SIGNED_IN, STAFF, Routes, Signed, StoreOf
from api.store.scope import may_write
from api.usecases import table_rows
from api.usecases.row_body import SEVERAL
from api.usecases.table_rows import MOST, PAGING, Shown
from features.columns import Column
from features.schema import TABLES, TableSpec

ROUTES = Routes("tables")

READERS = {
    name: STAFF
    if name in ("outcomes", "projects", "funds", "problems", "visits", "targets", "actuals")
    else SIGNED_IN
    for name in TABLES
}
"""Which roles may read a table at all; which of its rows, :mod:`api.store.scope` says."""

_JSON_TYPES = {"int": "integer", "float": "number"}
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=1000)]


class RowPage(BaseModel):
    """Some rows; ``next`` is the ``cursor`` of the next page, null on the last."""

    rows: list[dict[str, Any]]
    next: str | None


def writers(table: str) -> tuple[str, ...]:
    """The roles that may change rows of a table."""
    return tuple(role for role in SIGNED_IN if may_write(table, role))


def _answer(found: Shown, status: int = 200, location: str | None = None) -> Response:
    headers = {"ETag": found.etag}
    if location is not None:
        headers["Location"] = location
    return JSONResponse(found.row, status, headers)


def _schema(spec: TableSpec, of: Callable[[Column], dict[str, Any]]) -> dict[str, Any]:
    """A row of the table as JSON Schema, with its example."""
    return {
        "type": "object",
        "properties": {c.name: of(c) for c in spec.columns},
        "required": [c.name for c in spec.columns if c.required],
        "example": {c.name: _example(c) for c in spec.columns if c.example},
    }


def row_schema(spec: TableSpec) -> dict[str, Any]:
    """A row as it is answered, and nothing beside its columns and the user's own (``x_…``).

    Contact columns are there for promotion staff only, so no column is promised but the key's.
    """
    found = _schema(spec, _of_column)
    del found["example"]
    found["patternProperties"] = {"^x_": {"type": ["number", "string", "null"]}}
    return {**found, "additionalProperties": False}


def _of_column(column: Column) -> dict[str, Any]:
    words = f"{column.label['en']} / {column.label['zh']}"
    if column.default is not None:
        words += f" (null counts as {column.default} / 空即 {column.default})"
    said: dict[str, Any] = {"description": words}
    if column.kind in SEVERAL:
        return {**said, "type": ["array", "null"], "items": {"type": "string"}}
    kind = _JSON_TYPES.get(column.kind, "string")
    return {**said, "type": kind if column.required else [kind, "null"]}


def _as_sent(column: Column) -> dict[str, Any]:
    """The same of what is taken: a code as a number, a number or a list as it stands in a cell."""
    answered = _of_column(column)
    kinds = answered["type"] if isinstance(answered["type"], list) else [answered["type"]]
    also = ["string"] if "string" not in kinds else ["number"]
    if "items" in answered:
        answered["items"] = {"type": ["string", "number"]}
    return {**answered, "type": [*kinds, *also]}


def _example(column: Column) -> object:
    if column.kind in SEVERAL:
        return column.example.split(";")
    if column.kind in _JSON_TYPES:
        return int(column.example) if column.kind == "int" else float(column.example)
    return column.example


def _add(spec: TableSpec) -> None:
    """Declare the five routes of a table."""
    path, changing = f"/{spec.name}", writers(spec.name)
    sent = _schema(spec, _as_sent)
    takes = {"requestBody": {"required": True, "content": {"application/json": {"schema": sent}}}}
    gives = {"description": "The row / 该行"}

    def named(verb: str) -> dict[str, Any]:
        said = f"{verb.capitalize()}: {spec.label['en']} / {spec.label['zh']}"
        return {"operation_id": f"{verb}_{spec.name}", "summary": said}

    # Filters are of any column, so they are read from the query as it came.
    filters = [
        {"name": c.name, "in": "query", "required": False, "schema": {"type": "string"}}
        for c in spec.columns
    ]

    def read_page(
        request: Request,
        store: StoreOf,
        account: Signed,
        q: Annotated[str | None, Query(max_length=200)] = None,
        cursor: Annotated[str | None, Query(max_length=2000)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> RowPage:
        asked = [(n, v) for n, v in request.query_params.multi_items() if n not in PAGING]
        found = table_rows.page(
            store, account, spec.name, filters=asked, text=q, cursor=cursor, limit=limit
        )
        return RowPage(rows=[shown.row for shown in found.rows], next=found.next)

    def read_one(key: str, store: StoreOf, account: Signed) -> Response:
        return _answer(table_rows.one(store, account, spec.name, key))

    def create(
        request: Request, body: Annotated[dict[str, Any], Body()], store: StoreOf, account: Signed
    ) -> Response:
        made = table_rows.create(store, account, spec.name, body)
        return _answer(made, 201, f"{request.url.path}/{quote(made.key)}")

    def replace(
        key: str, body: Annotated[dict[str, Any], Body()], store: StoreOf, account: Signed,
        if_match: IfMatch = None,
    ) -> Response:  # fmt: skip
        return _answer(table_rows.replace(store, account, spec.name, key, body, if_match=if_match))

    def remove(key: str, store: StoreOf, account: Signed, if_match: IfMatch = None) -> Response:
        table_rows.remove(store, account, spec.name, key, if_match=if_match)
        return Response(status_code=204)

    ROUTES.get(
        path, roles=READERS[spec.name], openapi_extra={"parameters": filters}, **named("list")
    )(read_page)
    ROUTES.get(f"{path}/{{key:path}}", roles=READERS[spec.name], responses={200: gives},
               **named("read"))(read_one)  # fmt: skip
    ROUTES.post(path, roles=changing, status_code=201, openapi_extra=takes,
                responses={201: gives}, **named("create"))(create)  # fmt: skip
    ROUTES.put(f"{path}/{{key:path}}", roles=changing, openapi_extra=takes,
               responses={200: gives}, **named("replace"))(replace)  # fmt: skip
    ROUTES.delete(f"{path}/{{key:path}}", roles=changing, status_code=204,
                  **named("delete"))(remove)  # fmt: skip


for _spec in TABLES.values():
    _add(_spec)
