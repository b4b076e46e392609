"""``docs/http.md``: every route, who may call it, and the command it goes with.

``python -m api.http.docs`` writes the page; a test holds it against the application.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.http.commands import OF_COMMANDS, OPTIONS_LEFT_OUT
from api.http.routing import API, declared
from features.schema import TABLES

FILE = Path(__file__).parents[2] / "docs" / "http.md"
_FOREWORD = Path(__file__).with_name("docs_foreword.md")
_TABLE, _KEY = "{table}", "{key}"


def page(app: FastAPI) -> str:
    """The whole page."""
    parts = [_FOREWORD.read_text(encoding="utf-8").strip()]
    parts.append("## 命令与路由 · commands and routes\n\n" + _commands())
    parts.append("## 全部路由 · every route\n\n" + _routes(app))
    return "\n\n".join(parts) + "\n"


def _commands() -> str:
    lines = ["| `shanhai` | `/api/v1` |", "|---|---|"]
    for command, found in OF_COMMANDS.items():
        said = (
            f"{found['zh']} {found['en']}"
            if isinstance(found, dict)
            else "<br>".join(f"`{route}`" for route in found)
        )
        lines.append(f"| `{command}` | {said} |")
    for options, why in OPTIONS_LEFT_OUT.items():
        lines.append(f"| `{options}` | {why['zh']} {why['en']} |")
    return "\n".join(lines)


def _routes(app: FastAPI) -> str:
    roles = declared(app)
    said: dict[str, str] = {}
    for route in app.routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        for method in sorted(route.methods or ()):
            where = general(f"{method} {route.path}")
            what = (route.description or route.summary or "").partition("\n\n")[0]
            whose = ", ".join(roles[method, route.path])
            if _TABLE in where and "templates" not in where and "exports" not in where:
                what, whose = _OF_TABLES[method, _KEY in where], _WHOSE
            said.setdefault(where, f"| `{where}` | {' '.join(what.split())} | {whose} |")
    listed = sorted(said, key=_order)
    outside = [where for where in listed if where.partition(" ")[2] in _OUTSIDE]
    lines = [_PREFIXED, "", *_HEADING, *(said[each] for each in listed if each not in outside)]
    lines += ["", _BARE, "", *_HEADING, *(said[each] for each in outside)]
    return "\n".join(
        [*lines, "", "| `{table}` | reads | writes |", "|---|---|---|", *_tables(roles)]
    )


def _tables(roles: Mapping[tuple[str, str], Sequence[str]]) -> Iterator[str]:
    """Who reads and who writes each table, of which rows is said above."""
    for name in TABLES:
        reads, writes = (", ".join(roles[m, f"{API}/{name}"]) for m in ("GET", "POST"))
        yield f"| `{name}` | {reads} | {writes} |"


_OF_TABLES = {
    ("GET", False): "List rows of a table: filters by any column, `q`, `cursor`, `limit`",
    ("GET", True): "One row, with its ETag",
    ("POST", False): "Add a row",
    ("PUT", True): "Replace a row; needs `If-Match`",
    ("DELETE", True): "Delete a row",
}
_WHOSE = "↓"
_HEADING = ("| | | roles |", "|---|---|---|")
_OUTSIDE = ("/healthz", "/readyz", "/metrics", "/openapi.json")
_PREFIXED = "以下地址都在 `/api/v1` 之下。 All of these begin with `/api/v1`:"
_BARE = "以下四个没有前缀。 These four stand at the root, without `/api/v1`:"


def general(route: str) -> str:
    """A route with the table's name, where it is one of the tables' five, as ``{table}``."""
    method, _, path = route.partition(" ")
    parts = path.removeprefix(API).strip("/").split("/")
    plain = path.removeprefix(API).replace(":path}", "}")
    if path.startswith(API) and parts[0] in TABLES and len(parts) <= 2:
        plain = "/".join(["", _TABLE, *parts[1:]]).replace(":path}", "}")
    return f"{method} {plain}"


def _order(route: str) -> tuple[str, int]:
    method, _, path = route.partition(" ")
    return path, ("GET", "HEAD", "POST", "PUT", "DELETE").index(method)


if __name__ == "__main__":
    import tempfile

    from api.http.app import create
    from api.store import Store

    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/store.db", create=True)
        FILE.write_text(page(create(store)), encoding="utf-8")
