"""The OpenAPI document says what is answered: asked once, nothing unknown, nothing amiss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from api.http import app
from api.http.described import document, operations
from api.http.routing import API
from features.tables import Table
from service import HERE, PASSWORD, Service

NOW = {"Prefer": "wait=0"}
SCORES = b"enterprise_id,resource_id,score\nA,x,3\nA,y,1\nB,x,2\n"
WISHES = b"enterprise_id,resource_id,p_enterprise,p_resource\nA,x,0.5,0.5\nB,x,0.4,0.9\n"
PAST = b"year,week,enterprise_id,resource_id,score\n2007,1,P,x,2\n2008,2,Q,y,1\n"
KEYWORDS = ("properties", "items", "anyOf", "additionalProperties", "patternProperties")
COMPANY = "id,name,kind,region,industry\nZ-1,测试厂,company,{},17\n"


def faults(told: dict[str, Any], schema: dict[str, Any], answer: object) -> list[str]:
    """What of an answer is not as its schema says."""
    judge = Draft202012Validator({**schema, "components": told["components"]})
    return [
        f"{list(each.absolute_path)}: {each.message[:200]}" for each in judge.iter_errors(answer)
    ]


class Asked:
    """Asks, and holds each answer against what the document says of its route and status."""

    def __init__(self, service: Service) -> None:
        self.service, self.told = service, app.document(service.app)
        self.seen: set[str] = set()

    def __call__(self, role: str | None, route: str, **options: Any) -> httpx.Response:
        method, _, path = route.partition(" ")
        place = path if path.partition("?")[0] in self.told["paths"] else API + path
        answer = self.service.ask(role, method, place, **options)
        matched = next(r for r in self.service.app.routes if r.matches({
            "type": "http", "method": method, "path": place.partition("?")[0], "headers": [],
        })[0].name == "FULL")  # fmt: skip
        path = matched.path.replace(":path}", "}")
        said = self.told["paths"][path][method.lower()]["responses"]
        assert str(answer.status_code) in said, (route, answer.text)
        found = said[str(answer.status_code)]
        if "$ref" in found:
            found = self.told["components"]["responses"][found["$ref"].rpartition("/")[2]]
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if answer.content:
            schema = found["content"][kind]["schema"]
            assert faults(self.told, schema, answer.json()) == [], (route, answer.text[:500])
        for name in found.get("headers", {}):
            if self.told["components"]["headers"][name]["required"]:
                assert name in answer.headers, (route, name)
        self.seen.add(operations.short(method, path))
        return answer

    def done(self, role: str, route: str, **options: Any) -> dict[str, Any]:
        """A job that was asked for, once it has ended."""
        sent = self(role, route, headers=NOW, **options)
        assert sent.headers["preference-applied"] == "wait=0", sent.text
        self.service.work()
        answer = self(role, f"GET {sent.headers['location'].removeprefix(API)}")
        self(role, f"GET /jobs/{answer.json()['id']}")
        return dict(answer.json())


@pytest.fixture
def asked(service: Service) -> Asked:
    """A service with a small market."""
    service.store.write([
        Table.from_rows("enterprises", [
            {"id": f"E-{n}", "name": f"企业{n}", "kind": "company", "region": "330109",
             "industry": "17", "budget_wan": 500.0, "phone": "0571-1"} for n in ("own", "two")
        ]),
        Table.from_rows("resources", [
            {"id": f"R-{n}", "name": f"地块{n}", "kind": "land", "region": HERE,
             "land_mu": 30.0 * n, "land_price_wan_per_mu": 10.0 * n, "capacity": 1}
            for n in range(1, 7)
        ]),
    ])  # fmt: skip
    return Asked(service)


def test_every_answer_is_as_its_schema_says(asked: Asked) -> None:
    rows(asked)
    people(asked)
    matches(asked)
    for role in ("county", "planner"):
        for path in ("progress", "rates?by=year&projects=true", "overdue", "completeness"):
            asked(role, f"GET /{path}")
    asked("planner", "GET /brief?developed=萧山区&underdeveloped=江山市")
    asked("planner", "GET /duplicates?at_least=0.05")
    assert asked("admin", "DELETE /merges/latest").status_code == 409
    approved = {"file": ("pairs.csv", b"a,b\nE-own,E-two\n")}
    assert asked("admin", "POST /merges", files=approved).json()["merged"]
    assert asked("admin", "DELETE /merges/latest").is_success
    work(asked)
    for path in ("audit?limit=200", "jobs", "models", "lists", "users"):
        asked("admin", f"GET /{path}")
    for path in ("healthz", "readyz"):
        assert asked(None, f"GET /{path}").is_success and asked(None, f"HEAD /{path}").is_success
    assert len(asked.seen) >= 56


def rows(asked: Asked) -> None:
    for name in ("enterprises", "resources", "regions", "outcomes", "targets", "pairings"):
        for role in ("enterprise", "admin"):
            asked(role, f"GET /{name}?limit=3")
    read = asked("enterprise", "GET /enterprises/E-own")
    assert "phone" not in read.json() or read.json()["phone"] == "0571-1"
    asked("admin", "POST /parks", json={"id": "P-1", "name": "园区", "region": HERE, "x_a": 3})
    asked("admin", "PUT /parks/P-1", json={"id": "P-1", "name": "园", "region": HERE})
    tag = {"If-Match": asked("admin", "GET /parks/P-1").headers["etag"]}
    body = {"id": "P-1", "name": "园", "region": HERE}
    assert asked("admin", "PUT /parks/P-1", json=body, headers=tag).is_success
    assert asked("admin", "PUT /parks/P-1", json=body, headers={"If-Match": "*"}).is_success
    assert asked("admin", "DELETE /parks/P-1", headers=tag).status_code == 412
    said = {"enterprise": "E-own", "resource": "R-1", "stage": "contacted"}
    asked("admin", "POST /records", json=said)
    said = {"side": "enterprise", "id": "E-own", "target": "R-1", "level": "yes"}
    asked("admin", "POST /declarations", json=said)


def people(asked: Asked) -> None:
    asked(None, "POST /session", json={"name": "county", "password": PASSWORD})
    assert asked(None, "POST /session", json={"name": "x", "password": "y"}).status_code == 401
    asked("county", "GET /session")
    asked("county", "POST /session/tokens")
    asked("county", "GET /session/tokens")
    asked("admin", "POST /users", json={"name": "zhang", "role": "county", "region": "江山市"})
    tag = {"If-Match": asked("admin", "GET /users/zhang").headers["etag"]}
    asked("admin", "PUT /users/zhang", json={"role": "planner"}, headers=tag)
    asked("admin", "POST /users/zhang/tokens")
    asked("admin", "GET /users/zhang/tokens")
    asked("admin", "POST /users/zhang/password")
    assert asked("admin", "GET /users/nobody").status_code == 404
    assert asked("county", "GET /users").status_code == 403


def matches(asked: Asked) -> None:
    for role in ("enterprise", "planner"):
        for wanted in ("enterprise_id=E-own", "enterprise_id=E-own&resource_id=R-1"):
            asked(role, f"GET /matches?{wanted}")
    for wanted in ("resource_id=R-2&congestion=on", f"region={HERE}", "region=330109", "top=0"):
        given = asked("planner", f"GET /matches?{wanted}")
    given = asked("planner", "GET /matches?resource_id=R-2")
    said = {"verdict": "unfit", "reason": "远"}
    kept = asked("planner", f"POST /matches/{given.headers['x-list-id']}/feedback", json=said)
    asked("planner", f"GET {kept.headers['location'].removeprefix(API)}")
    asked("planner", "GET /feedback?verdict=unfit")


def work(asked: Asked) -> None:
    scores, places = ("s.csv", SCORES), ("r.csv", b"id,capacity\nx,1\ny,1\n")
    arrivals, past = ("a.csv", b"enterprise_id,week\nA,1\nB,2\n"), ("p.csv", PAST)
    of_scores = {"scores": scores, "resources": places}
    whole = [
        asked.done("planner", "POST /allocations", json={"value": "projects", "time_limit": 5}),
        asked.done("county", "POST /allocations/from-scores", files=of_scores),
        asked.done("county", "POST /placements/from-scores",
                   files={**of_scores, "arrivals": arrivals, "past": past}),
        asked.done("county", "POST /batches/from-preferences",
                   files={"preferences": ("w.csv", WISHES)}, data={"side": "enterprises"}),
        asked.done("planner", "POST /batches", json={"side": "resources", "top": 2}),
        asked.done("county", "POST /whatif",
                   json={"resource_id": "R-1",
                         "set": {"land_price_wan_per_mu": 12, "industries": ["17", 18]}}),
        *(asked.done("admin", f"POST /imports{dry}",
                     files={"files": ("enterprises.csv", COMPANY.format("萧山区").encode())})
          for dry in ("?dry_run=true", "")),
    ]  # fmt: skip
    assert [job["error"] for job in whole] == [None] * len(whole)
    wrong = {"files": ("enterprises.csv", COMPANY.format("无此区").encode())}
    workbook = {"file": ("x.csv", "企业,行业,地址\n甲,17,萧山区\n".encode())}
    assert asked("admin", "POST /maps", files=workbook).json()["map"]["tables"]
    assert asked.done("admin", "POST /imports", files=wrong)["error"]["findings"]
    asked.done("planner", "POST /evaluations", json={})
    asked.done("admin", "POST /models", json={})


def test_every_object_of_an_answer_names_its_fields_or_says_what_its_values_are() -> None:
    """Only the document itself, and what a person writes into a map, is as others make it."""

    def loose(place: str, found: object) -> Iterator[str]:
        if isinstance(found, list):
            for each in found:
                yield from loose(place, each)
        if not isinstance(found, dict):
            return
        kinds = found.get("type", ())
        if "object" in ([kinds] if isinstance(kinds, str) else kinds) and kinds != "null":
            yield from [place] if found.get("additionalProperties", True) is True else []
        if found.get("type") == "array" and not found.get("items"):
            yield place
        for name, each in found.items():
            yield from loose(place if name in KEYWORDS else f"{place}.{name}", each)

    found = {place for name, schema in document.schemas().items() for place in loose(name, schema)}
    of_a_map = {place for place in found if place.startswith("Map.map.tables.")}
    assert found - of_a_map == {"Document"}


def test_every_example_is_an_answer_that_its_schema_allows(service: Service) -> None:
    told = app.document(service.app)
    found = {}
    for path, ways in told["paths"].items():
        for method, operation in ways.items():
            for status, answer in operation["responses"].items():
                json = answer.get("content", {}).get("application/json", {})
                if status.startswith("2") and json:
                    assert "$ref" in json["schema"], (method, path)
                if "example" in json:
                    found[operations.short(method, path)] = faults(
                        told, json["schema"], json["example"]
                    )
    assert {route: wrong for route, wrong in found.items() if wrong} == {}
    assert set(found) == set(document.examples()) and len(found) >= 80


def test_every_parameter_is_described_and_no_route_lists_errors_it_cannot_give(
    service: Service,
) -> None:
    told = app.document(service.app)["paths"]
    every = [operation for ways in told.values() for operation in ways.values()]
    assert all(one["description"] for each in every for one in each.get("parameters", ()))
    reading = told["/api/v1/session"]["get"]["responses"]
    assert {"200", "401"} <= set(reading) and not {"404", "409", "413", "428"} & set(reading)


def test_who_takes_no_json_is_told_so_by_every_reading_route(service: Service) -> None:
    for path in ("enterprises", "jobs", "matches?enterprise_id=E-own"):
        answer = service.ask("admin", "GET", f"/api/v1/{path}", headers={"Accept": "text/html"})
        assert answer.status_code == 406, path
