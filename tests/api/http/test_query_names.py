"""A query parameter that a route does not have is refused by name, on whichever route."""

from __future__ import annotations

import re

import pytest
from fastapi import Request
from fastapi.routing import APIRoute

from api.http.routing import declared
from service import Service
from tests.pages.catalogue import PAGES

HTML = {"Accept": "text/html", "Accept-Language": "en"}
PASSED_OVER = "it was passed over"


@pytest.mark.parametrize(("path", "wrong", "meant"), [
    ("/matches?resource_id=R&croospair=only", "croospair", "cross_pair"),
    ("/matches?resource_id=R&TOP=5", "TOP", "top"),
    ("/enterprises?limti=5", "limti", "limit"),
    ("/enterprises?regoin=330109", "regoin", "region"),
    ("/rates?projekts=true", "projekts", "projects"),
])  # fmt: skip
def test_it_is_told_with_the_nearest_there_is(
    service: Service, path: str, wrong: str, meant: str
) -> None:
    answer = service.ask("planner", "GET", f"/api/v1{path}")
    assert answer.status_code == 422
    for said in answer.json()["message"].values():
        assert wrong in said and meant in said


def test_every_documented_route_refuses_it(service: Service) -> None:
    """Also those that take none; pages, whose addresses the service makes, read what they know."""
    roles = declared(service.app)
    routes = [r for r in service.app.routes if isinstance(r, APIRoute) and r.include_in_schema]
    passed = []
    for route in routes:
        (method,) = route.methods
        role = next((r for r in ("admin", "county") if r in roles[method, route.path]), None)
        path = re.sub(r"\{[^}]*\}", "enterprises", route.path)
        answer = service.ask(role, method, f"{path}?surely_none=1")
        named = answer.status_code == 422 and "surely_none" in answer.text
        passed += [] if named else [(method, route.path, answer.status_code)]
    assert len(routes) > 100 and passed == []


def test_a_page_opens_all_the_same_and_tells_what_it_passed_over(service: Service) -> None:
    told = service.ask("planner", "GET", "/offers?regoin=1&search=x&<b>=2", headers=HTML)
    assert told.status_code == 200 and "regoin, &lt;b&gt;, which" in told.text
    for path in ("/offers", "/offers?search=x&order=new", "/rates?by=region&year=2008"):
        assert PASSED_OVER not in service.ask("planner", "GET", path, headers=HTML).text


def test_no_page_passes_over_a_name_of_its_own(service: Service) -> None:
    from api.http import query_names

    routes = {
        r.path: r for r in service.app.routes if isinstance(r, APIRoute) and "GET" in r.methods
    }
    with_names = [page for page in PAGES if "?" in page.path]
    for page in with_names:
        scope = {"type": "http", "method": "GET", "headers": [], "route": routes[page.route],
                 "query_string": page.path.partition("?")[2].encode()}  # fmt: skip
        assert query_names.passed_over(Request(scope)) == [], page.path
    assert len(with_names) > 8
