"""A template filled in: language, who is signed in, what every page shows."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta, timezone
from functools import cache, partial
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import DictLoader, Environment, StrictUndefined

from api.http import query_names
from api.http.problems import language_of
from api.pages.navigation import entries
from api.pages.stylesheet import ADDRESS
from features.language import Language, catalogue, say
from features.schema import TABLES

LANGUAGE_COOKIE = "shanhai_lang"
_BEIJING = timezone(timedelta(hours=8))
THEME_COOKIE = "shanhai_theme"
_PACKED, _EFFORT = 8_000, 4
"""Bytes from which on a page is packed, and how hard: a list of 300 kB in about 3 ms."""
_MOST_NAMES, _LONGEST_NAME = 5, 40
THEMES = ("system", "light", "dark")


def language(request: Request) -> Language:
    """The language chosen by the switch; else the one that the browser prefers."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in ("zh", "en"):
        return "en" if chosen == "en" else "zh"
    return language_of(request)


@cache
def _environment() -> Environment:
    folder = files("api.pages").joinpath("templates")
    texts = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".html")}
    return Environment(
        loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def made_ready() -> None:
    """Compile every template: else whoever asks first for a page waits for it."""
    made = _environment()
    for name in made.list_templates():
        made.get_template(name)


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page in the reader's language.

    Parameters
    ----------
    template : str
        Name of a template, without its ending.
    """
    lang = language(request)
    caller = getattr(request.state, "caller", None)
    here = request.url.path
    if request.url.query:
        here += f"?{request.url.query}"
    account = getattr(caller, "account", None)
    theme = request.cookies.get(THEME_COOKIE, "")
    shown = {
        "theme": theme if theme in THEMES else "system", "themes": THEMES, "trail": (),
        "menu": entries(account.role if account else None, request.url.path), "refresh": None,
        "lang": lang, "t": partial(_say, lang), "label": partial(_label, lang),
        "account": account,
        "style": ADDRESS, "here": here if request.method == "GET" else "/",
        "address": address, "notice": None, "made_up": False,
        "passed_over": _passed_over(request) if status == 200 else "",
    }  # fmt: skip
    made = _environment().get_template(f"{template}.html").render(**{**shown, **values})
    return _sent(request, made, status)


def _passed_over(request: Request) -> str:
    """What the address asks for that the page does not have, as it is told."""
    names = query_names.passed_over(request) if request.method == "GET" else []
    return ", ".join(name[:_LONGEST_NAME] for name in names[:_MOST_NAMES])


def _sent(request: Request, made: str, status: int) -> Response:
    """A page on its way, packed where it is long and the browser can unpack it."""
    content, kept = made.encode(), {"vary": "Cookie, Accept-Language, Accept-Encoding"}
    if len(content) >= _PACKED and "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, _EFFORT, mtime=0)
        kept["content-encoding"] = "gzip"
    return HTMLResponse(content, status, kept)


def local(stamp: str) -> str:
    """A stamp (UTC) as the clock on the wall shows it in Zhejiang."""
    moment = datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    return moment.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M")


def _say(lang: Language, code: str, /, **values: object) -> str:
    name = code if code in catalogue() else f"pages.{code}"
    return say(name, lang, **values)


def _label(lang: Language, table: str, column: str) -> str:
    return TABLES[table].column(column).label[lang]


def address_of(route: str, /, **parts: str) -> str:
    """The address of a route with its parts filled in."""
    return route.format(**{name: quote(part, safe="") for name, part in parts.items()})


def address(path: str, /, **query: object) -> str:
    """A path with those parts of a query that are set."""
    kept = {name: value for name, value in query.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(kept)}" if kept else path
