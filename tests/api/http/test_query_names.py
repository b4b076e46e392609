"""A query parameter that a route does not have is refused by name, on whichever route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.routing import APIRoute
from test_pages import Elements, passed_over

from api.http.routing import declared
from features.tables import Table
from service import HERE, THERE, Service
from tests.pages.catalogue import FAR, NEAR, OTHER, OWN, PAGES

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


def test_one_given_twice_is_refused_where_only_the_last_would_count(service: Service) -> None:
    for path in ("/matches?resource_id=R&top=5&top=6", "/enterprises?limit=5&limit=5"):
        answer = service.ask("planner", "GET", f"/api/v1{path}")
        assert (answer.status_code, answer.json()["code"]) == (422, "http.query_twice")
    assert service.ask("planner", "GET", "/api/v1/rates?by=region&by=programme").status_code == 200
    assert service.ask("planner", "GET", "/api/v1/enterprises?kind=company&kind=merchant"
                       ).status_code == 200  # fmt: skip


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
        # An answer to HEAD has no body to name it in.
        named = answer.status_code == 422 and (method == "HEAD" or "surely_none" in answer.text)
        passed += [] if named else [(method, route.path, answer.status_code)]
    assert len(routes) > 100 and passed == []


def test_a_page_opens_all_the_same_and_tells_what_it_passed_over(service: Service) -> None:
    told = service.ask("planner", "GET", "/offers?regoin=1&search=x&<b>=2", headers=HTML)
    assert told.status_code == 200 and "regoin, &lt;b&gt;, which" in told.text
    for path in ("/offers", "/offers?search=x&order=new", "/rates?by=region&year=2008"):
        assert PASSED_OVER not in service.ask("planner", "GET", path, headers=HTML).text


def test_no_page_passes_over_a_name_of_its_own(service: Service) -> None:
    firm = {"kind": "company", "region": "330109", "industry": "17"}
    places = {OWN: HERE, NEAR: HERE, OTHER: THERE, FAR: THERE}
    service.store.write([
        Table.from_rows("enterprises", [
            {"id": key, "name": f"江苏{key}", **firm} for key in ("E-own", "DEMO-E022")
        ]),
        Table.from_rows("resources", [
            {"id": key, "name": f"江苑{key}", "kind": "land", "region": region, "land_mu": 20.0,
             "land_price_wan_per_mu": 9.0} for key, region in places.items()
        ]),
    ])  # fmt: skip
    names: set[str] = set()
    once = {page.route: page for page in reversed(PAGES) if "{" not in page.path}
    asked = {page.path for page in PAGES if "{" not in page.path}
    del once["/own"]  # it asks for nothing, and takes as long as the others together
    for page in once.values():
        shown = service.ask(page.role, "GET", page.path, headers=HTML)
        assert shown.status_code == 200, page.path
        asked |= set(_asked(shown.text))
    for address in asked:
        assert passed_over(service, address) == [], address
        names |= set(parse_qs(urlsplit(address).query, keep_blank_values=True))
    assert {"top", "sort", "cross_pair", "hide_known", "split", "place", "light", "show"} <= names


def _asked(page: str) -> Iterator[str]:
    """Where the links of a page and its forms lead, with the names that they ask with."""
    form: str | None = None
    for tag, attrs in Elements(page).found:
        to = str(attrs.get("href"))
        if tag == "a" and to.startswith("/") and "." not in to.partition("?")[0]:  # no file
            yield to
        elif tag == "form":
            form = attrs.get("action") if attrs.get("method") == "get" else None
        elif form is not None and "name" in attrs:
            yield f"{form}?{attrs['name']}="
