"""What is wrong with a request is told in both languages, on whichever route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.http.routing import declared
from features.language import text
from service import Service

HAN = re.compile("[\u4e00-\u9fff]")
OTHER = text("http.value.other")


@pytest.mark.parametrize(("method", "path", "body", "place", "said"), [
    ("GET", "/matches?resource_id=R&top=5000", None, "query.top", "1000"),
    ("GET", "/matches?resource_id=R&top=x", None, "query.top", "whole number"),
    ("GET", "/matches?resource_id=R&cross_pair=maybe", None, "query.cross_pair", "allow, only"),
    ("GET", "/matches?resource_id=R&as_of=2008", None, "query.as_of", "2008-03-01"),
    ("GET", "/enterprises?q=" + "x" * 300, None, "query.q", "200 characters"),
    ("POST", "/records", {"enterprise": "E", "stage": "signed"}, "body.resource", "missing"),
    ("POST", "/records", {"enterprise": "", "resource": 5, "stage": "x", "more": 1},
     "body.enterprise", "at least 1"),
    ("POST", "/allocations", {"time_limit": 0}, "body.time_limit", "more than 0"),
    ("POST", "/allocations", [], "body", "object"),
])  # fmt: skip
def test_it_is_told_with_its_place_its_reason_and_the_bound(
    service: Service, method: str, path: str, body: object, place: str, said: str
) -> None:
    sent = {} if body is None else {"json": body}
    for language in ("en", "zh"):
        headers = {"Accept-Language": language}
        answer = service.ask("admin", method, f"/api/v1{path}", headers=headers, **sent)
        told = {each["place"]: each for each in answer.json()["errors"]}
        assert answer.status_code == 422 and said in told[place]["message"]["en"]
        assert told[place]["reason"] == told[place]["message"][language]
        assert told[place]["reason"] in answer.json()["detail"]


def wrong(route: APIRoute) -> Iterator[dict[str, Any]]:
    """Requests in which nothing is as the route wants it."""
    names = [field.alias for field in route.dependant.query_params]
    for value in ("x" * 2500, "-9e99"):
        if names:
            yield {"params": dict.fromkeys(names, value)}
    if route.body_field is not None:
        yield from ({"json": body} for body in ({"surely_none": 1}, [], 7))
        yield {"content": b"{", "headers": {"Content-Type": "application/json"}}


def test_no_reason_of_any_route_is_without_its_own_sentence(service: Service) -> None:
    roles, told = declared(service.app), 0
    for route in service.app.routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        (method,) = route.methods
        role = next((r for r in ("admin", "county") if r in roles[method, route.path]), None)
        for sent in wrong(route):
            answer = service.ask(role, method, re.sub(r"\{[^}]*\}", "x", route.path), **sent)
            for each in answer.json().get("errors", []) if answer.status_code == 422 else []:
                told += 1
                assert HAN.search(each["message"]["zh"]), each
                assert each["message"] != OTHER, (route.path, each)
    assert told > 100
