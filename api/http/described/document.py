"""The OpenAPI document: what FastAPI knows of the routes, and all that is described here."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http import routing
from api.http.described import lists, operations, parameters, people, plans, register, work
from api.http.described.shapes import Schema, closed, null, ref, several, text
from api.http.problems import MEDIA_TYPE
from api.http.table_routes import row_schema
from features.language import catalogue, say
from features.schema import TABLES

EXAMPLES = Path(__file__).with_name("examples.json")
"""Answers of a real store, shortened; a test holds them against the schemas."""
_JSON = "application/json"
_WAITS = {"POST /models": 0}
"""Seconds that a route waits for its job unless ``Prefer`` says so, where these are not ten."""


def _header(said: str, *, always: bool = True, kind: str = "string") -> dict[str, Any]:
    return {"description": said, "required": always, "schema": {"type": kind}}


HEADERS: dict[str, dict[str, Any]] = {
    "ETag": _header("State of the row; a change takes it as If-Match / 行的状态，更改时用"),
    "Location": _header("Where it is / 在哪里"),
    "Preference-Applied": _header("`wait=SECONDS` as it was obeyed, where `Prefer` said so / "
                                  "所依从的 wait", always=False),
    "X-List-Id": _header("Id of the list in /lists; feedback takes it / 清单编号，反馈时用"),
    "X-Rows-Read-At": _header("When the rows were read that the figures rest on / 数据读取时间",
                              always=False),
    "X-Request-Id": _header("Number of the answer in the service's log / 日志里的编号",
                            always=False),
    "Retry-After": _header("Seconds until it is worth asking again / 几秒后再试", always=False,
                           kind="integer"),
    "WWW-Authenticate": _header("How to sign in / 登录方式"),
    "Content-Disposition": _header("Name to keep the file under / 文件名", always=False),
    "Set-Cookie": _header("The session / 会话", always=False),
}  # fmt: skip
_OF_PROBLEM = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}


def described(app: FastAPI) -> dict[str, Any]:
    """The whole document."""
    found = get_openapi(title=app.title, version=app.version, routes=app.routes)
    parts = found.setdefault("components", {})
    kept = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError", "RowPage"):
        kept.pop(name, None)
    kept.update(schemas())
    parts["headers"] = HEADERS
    parts["responses"] = {f"Problem{status}": _problem(status) for status in _statuses()}
    parts["securitySchemes"] = dict(routing.SECURITY)
    for path, ways in found["paths"].items():
        for method, operation in ways.items():
            _describe(method, path, operation)
    return found


def schemas() -> dict[str, Schema]:
    """Every schema of an answer by its name."""
    found = {
        **lists.SCHEMAS, **people.SCHEMAS, **work.SCHEMAS, **plans.SCHEMAS, **register.SCHEMAS
    }  # fmt: skip
    summary = found["Simulation"]
    found["Summary"] = {
        **summary,
        "properties": {n: s for n, s in summary["properties"].items() if n != "files"},
        "required": [name for name in summary["required"] if name != "files"],
    }  # fmt: skip
    for spec in TABLES.values():
        found[f"{spec.name}_row"] = row_schema(spec)
        found[f"{spec.name}_page"] = closed(f"Some rows / 若干行: {spec.label['zh']}", {
            "rows": several(ref(f"{spec.name}_row"), "At most `limit` / 至多 limit 行"),
            "next": null(text("`cursor` of the next page; null on the last / 下一页的 cursor")),
        })  # fmt: skip
    return found


@cache
def examples() -> dict[str, Any]:
    """Real answers by route."""
    found: dict[str, Any] = json.loads(EXAMPLES.read_text("utf-8"))
    return found


def _statuses() -> tuple[int, ...]:
    return (400, 401, 403, 404, 406, 408, 409, 412, 413, 415, 422, 428, 429, 431, 500, 503, 507)


def _problem(status: int) -> dict[str, Any]:
    title = f"http.title.{status}"
    title = title if title in catalogue() else "http.title.500"
    return {
        "description": f"{say(title, 'en')} / {say(title, 'zh')}",
        "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
        "headers": _headers(*_OF_PROBLEM.get(status, ())),
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, "X-Request-Id")}


def _describe(method: str, path: str, operation: dict[str, Any]) -> None:
    name = operations.short(method, path)
    own = operation["responses"]
    good = {status: own[status] for status in own if status.startswith("2")}
    sent = operation.setdefault("parameters", [])
    if "202" in good:
        sent.append(_prefer(_WAITS.get(name, 10)))
    _say(path, sent)
    for status, answer in good.items():
        _answer(name, method, path, status, answer)
    forms = good.get("200", {}).get("content", {})
    failing = operations.errors(
        method, path, set(operation["x-roles"]), body="requestBody" in operation,
        conditional=any(one["name"] == "If-Match" for one in sent),
        negotiated=len(forms) > 1 or (method == "get" and path.startswith(routing.API)),
    )  # fmt: skip
    operation["responses"] = good | {
        str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in failing
    }
    if path == "/readyz" and method == "get":
        busy = _problem(503)
        busy["content"][_JSON] = {"schema": ref("Ready")}
        operation["responses"]["503"] = busy
    if not sent:
        del operation["parameters"]


def _answer(name: str, method: str, path: str, status: str, answer: dict[str, Any]) -> None:
    content, schema = answer.setdefault("content", {}), operations.schema(method, path)
    if method == "head":
        content.clear()
    elif schema is not None and (status != "200" or not content or _JSON in content):
        content[_JSON] = {"schema": ref(schema)}
        if name in examples():
            content[_JSON]["example"] = examples()[name]
    if not content:
        del answer["content"]
    named: list[str] = []
    if operations.table_of(path) is not None or path.endswith("/users/{name}") or status == "201":
        tagged = schema is not None and schema.endswith(("_row", "User", "NewAccount"))
        named += ["ETag"] if tagged else []
        located = tagged or name == "POST /matches/{list_id}/feedback"
        named += ["Location"] if located and status == "201" else []
    if status == "202":
        named += ["Location", "Preference-Applied"]
    if name == "GET /matches":
        named += ["X-List-Id", "X-Rows-Read-At"]
    if name == "GET /completeness":
        named += ["X-Rows-Read-At"]
    if any(form != _JSON for form in content):
        named += ["Content-Disposition"]
    if name in ("POST /session", "DELETE /session"):
        named += ["Set-Cookie"]
    answer["headers"] = _headers(*named)


def _prefer(seconds: int) -> dict[str, Any]:
    said = f"{parameters.SAID[parameters.PREFER]}; default {seconds} s / 默认 {seconds} 秒"
    return {
        "name": parameters.PREFER, "in": "header", "required": False, "description": said,
        "schema": {"type": "string"}, "example": "wait=5",
    }  # fmt: skip


def _say(path: str, sent: list[dict[str, Any]]) -> None:
    table = operations.table_of(path)
    columns = {} if table is None else {c.name: c.label for c in TABLES[table].columns}
    for one in sent:
        name = one["name"]
        if name in columns and one["in"] == "query":
            said = f"{columns[name]['en']} / {columns[name]['zh']}"
            one.setdefault("description", f"Only rows with this / 只要此值: {said}")
        else:
            place = (path.removeprefix(routing.API), name)
            said = parameters.OF_ONE.get(place) or parameters.SAID[name]
            if name != parameters.PREFER:
                one["description"] = said
