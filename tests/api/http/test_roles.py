"""Every route × every role: a route that is not in this table fails the test."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.http import app as application
from api.http import routing
from api.http.rates import Rates
from api.http.receiving import SMALL_BYTES
from api.http.routing import UndeclaredRoute, declared
from api.store import Store
from features.schema import TABLES
from service import SCOPES, Service

ALL = ("anonymous", "enterprise", "county", "planner", "admin")
SIGNED, STAFF, PLANNERS, ADMIN = ALL[1:], ALL[2:], ALL[3:], ALL[4:]
_STAFF_ONLY = ("outcomes", "projects", "funds", "problems", "visits", "targets", "actuals")
_BY_COUNTIES = (
    "enterprises", "resources", "outcomes", "projects", "funds", "problems", "interests", "parks",
    "visits", "actuals",
)  # fmt: skip
_BY_ENTERPRISES = ("enterprises", "interests")

ROUTES: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/healthz"): ALL,
    ("GET", "/readyz"): ALL,
    ("HEAD", "/healthz"): ALL,
    ("HEAD", "/readyz"): ALL,
    ("GET", "/openapi.json"): SIGNED,
    ("POST", "/api/v1/session"): ALL,
    ("DELETE", "/api/v1/session"): ALL,
    ("GET", "/api/v1/session"): SIGNED,
    ("POST", "/api/v1/session/tokens"): SIGNED,
    ("GET", "/api/v1/matches"): SIGNED,
    ("POST", "/api/v1/matches/{list_id}/feedback"): SIGNED,
    ("GET", "/api/v1/lists"): SIGNED,
    ("GET", "/api/v1/feedback"): SIGNED,
    ("GET", "/api/v1/feedback/{feedback_id}"): SIGNED,
    ("GET", "/api/v1/users"): ADMIN,
    ("GET", "/api/v1/users/{name}"): ADMIN,
    ("POST", "/api/v1/users"): ADMIN,
    ("DELETE", "/api/v1/users/{name}"): ADMIN,
    ("PUT", "/api/v1/users/{name}"): ADMIN,
    ("POST", "/api/v1/users/{name}/password"): ADMIN,
    ("GET", "/api/v1/users/{name}/tokens"): ADMIN,
    ("POST", "/api/v1/users/{name}/tokens"): ADMIN,
    ("DELETE", "/api/v1/users/{name}/tokens/{token_id}"): ADMIN,
    ("PUT", "/api/v1/session/password"): SIGNED,
    ("GET", "/api/v1/session/tokens"): SIGNED,
    ("DELETE", "/api/v1/session/tokens/{token_id}"): SIGNED,
    ("GET", "/api/v1/exports/{table}"): STAFF,
    ("GET", "/api/v1/audit"): ADMIN,
    ("GET", "/api/v1/progress"): STAFF,
    ("GET", "/api/v1/rates"): STAFF,
    ("GET", "/api/v1/overdue"): STAFF,
    ("GET", "/api/v1/completeness"): STAFF,
    ("GET", "/api/v1/brief"): STAFF,
    ("GET", "/api/v1/reports/supervision"): PLANNERS,
    ("GET", "/api/v1/duplicates"): PLANNERS,
    ("POST", "/api/v1/merges"): ADMIN,
    ("DELETE", "/api/v1/merges/latest"): ADMIN,
    ("GET", "/api/v1/graph"): STAFF,
    ("GET", "/api/v1/templates/{table}"): SIGNED,
    ("POST", "/api/v1/maps"): ADMIN,
    ("POST", "/api/v1/records"): ("county", "admin"),
    ("POST", "/api/v1/declarations"): ("enterprise", "county", "admin"),
    ("POST", "/api/v1/whatif"): STAFF,
    ("GET", "/api/v1/whatif/{job_id}"): STAFF,
    ("POST", "/api/v1/allocations"): PLANNERS,
    ("POST", "/api/v1/allocations/from-scores"): STAFF,
    ("GET", "/api/v1/allocations/{job_id}"): STAFF,
    ("GET", "/api/v1/allocations/{job_id}/table"): STAFF,
    ("POST", "/api/v1/placements"): PLANNERS,
    ("POST", "/api/v1/placements/from-scores"): STAFF,
    ("GET", "/api/v1/placements/{job_id}"): STAFF,
    ("GET", "/api/v1/placements/{job_id}/table"): STAFF,
    ("POST", "/api/v1/evaluations"): PLANNERS,
    ("GET", "/api/v1/evaluations/{job_id}"): PLANNERS,
    ("POST", "/api/v1/batches"): PLANNERS,
    ("POST", "/api/v1/batches/from-preferences"): STAFF,
    ("GET", "/api/v1/batches/{job_id}"): STAFF,
    ("GET", "/api/v1/batches/{job_id}/lists"): STAFF,
    ("GET", "/api/v1/jobs"): SIGNED,
    ("GET", "/api/v1/jobs/{job_id}"): SIGNED,
    ("DELETE", "/api/v1/jobs/{job_id}"): SIGNED,
    ("POST", "/api/v1/imports"): ADMIN,
    ("POST", "/api/v1/models"): ADMIN,
    ("GET", "/api/v1/models"): STAFF,
    ("PUT", "/api/v1/models/active"): ADMIN,
    ("POST", "/api/v1/simulations"): PLANNERS,
    ("GET", "/api/v1/simulations/{job_id}"): PLANNERS,
    ("GET", "/api/v1/simulations/{job_id}/allocation"): PLANNERS,
    ("GET", "/api/v1/simulations/{job_id}/files/{name}"): PLANNERS,
    ("GET", "/metrics"): ADMIN,
}


COUNTY, OWN = ("county", "admin"), ("enterprise",)
PAGES: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/"): SIGNED,
    ("GET", "/audit"): PLANNERS,
    ("GET", "/enterprises/{enterprise}"): STAFF,
    ("GET", "/fit"): OWN,
    ("GET", "/fit/compare"): OWN,
    ("GET", "/fit/list.{ending}"): OWN,
    ("GET", "/interests"): OWN,
    ("POST", "/interests"): OWN,
    ("GET", "/language"): ALL,
    ("GET", "/new-offer"): COUNTY,
    ("POST", "/new-offer"): COUNTY,
    ("GET", "/offers"): STAFF,
    ("GET", "/offers/{resource}"): STAFF,
    ("GET", "/offers/{resource}/entry"): COUNTY,
    ("POST", "/offers/{resource}/entry"): COUNTY,
    ("GET", "/offers/{resource}/list.{ending}"): STAFF,
    ("POST", "/offers/{resource}/marks"): COUNTY,
    ("GET", "/offers/{resource}/terms"): STAFF,
    ("POST", "/offers/{resource}/terms"): STAFF,
    ("GET", "/offers/{resource}/with/{enterprise}"): STAFF,
    ("POST", "/offers/{resource}/with/{enterprise}"): COUNTY,
    ("GET", "/overdue"): STAFF,
    ("GET", "/overdue/report.{ending}"): STAFF,
    ("GET", "/own"): OWN,
    ("POST", "/own"): OWN,
    ("GET", "/planner"): PLANNERS,
    ("GET", "/prices"): PLANNERS,
    ("POST", "/prices"): PLANNERS,
    ("GET", "/prices/{job_id}"): PLANNERS,
    ("GET", "/prices/{job_id}/table.{ending}"): PLANNERS,
    ("GET", "/projects"): STAFF,
    ("GET", "/rates"): STAFF,
    ("GET", "/rates/report.{ending}"): STAFF,
    ("GET", "/scenarios"): PLANNERS,
    ("POST", "/scenarios"): PLANNERS,
    ("POST", "/scenarios/check"): PLANNERS,
    ("GET", "/scenarios/new"): PLANNERS,
    ("GET", "/scenarios/{job_id}"): PLANNERS,
    ("POST", "/scenarios/{job_id}"): PLANNERS,
    ("GET", "/scenarios/{job_id}/files/{name}"): PLANNERS,
    ("GET", "/scenarios/{job_id}/report.{ending}"): PLANNERS,
    ("GET", "/search"): SIGNED,
    ("GET", "/sign-in"): ALL,
    ("POST", "/sign-in"): ALL,
    ("POST", "/sign-out"): ALL,
    ("GET", "/theme"): ALL,
    ("GET", "/uploads"): COUNTY,
    ("POST", "/uploads"): COUNTY,
    ("GET", "/uploads/jobs/{job}"): COUNTY,
    ("GET", "/uploads/templates/{table}.xlsx"): COUNTY,
    ("GET", "/uploads/{draft}"): COUNTY,
    ("POST", "/uploads/{draft}"): COUNTY,
    ("GET", "/uploads/{draft}/annotated.xlsx"): COUNTY,
    ("GET", "/uploads/{draft}/check"): COUNTY,
    ("POST", "/uploads/{draft}/check"): COUNTY,
    ("POST", "/uploads/{draft}/import"): COUNTY,
}


def _of_tables() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name in TABLES:
        path = f"/api/v1/{name}"
        readers = STAFF if name in _STAFF_ONLY else SIGNED
        writers = [
            role for role in ALL
            if role == "admin" or (role == "county" and name in _BY_COUNTIES)
            or (role == "enterprise" and name in _BY_ENTERPRISES)
        ]  # fmt: skip
        found["GET", path] = found["GET", f"{path}/{{key:path}}"] = readers
        found["POST", path] = tuple(writers)
        found["PUT", f"{path}/{{key:path}}"] = tuple(writers)
        found["DELETE", f"{path}/{{key:path}}"] = tuple(writers)
    return found


ROUTES.update(_of_tables())


def test_every_route_is_in_this_table_with_its_roles(service: Service) -> None:
    found = declared(service.app)
    assets = {key: roles for key, roles in found.items() if key[1].startswith("/assets/")}
    assert set(assets.values()) == {ALL}
    assert {key: roles for key, roles in found.items() if key not in assets} == ROUTES | PAGES


@pytest.mark.parametrize("role", [None, *SCOPES])
def test_no_route_answers_a_role_that_it_does_not_declare(service: Service, role: str) -> None:
    for (method, path), roles in ROUTES.items():
        asked = path.replace("{table}", "resources").replace("{name}", "nobody")
        asked = re.sub(r"\{[^}]*\}", "X", asked)
        body = None if method in ("GET", "DELETE") else {}
        answer = service.ask(role, method, asked, json=body, headers={"Prefer": "wait=0"})
        barred = answer.status_code in (401, 403) and answer.json()["code"] in (
            "http.not_signed_in", "http.not_your_role"
        )  # fmt: skip
        assert barred != ((role or "anonymous") in roles), (method, path, answer.text)
        assert answer.status_code < 500, (method, path, answer.text)


@pytest.mark.parametrize("role", [None, *SCOPES])
def test_no_page_is_shown_to_a_role_that_it_does_not_declare(
    service: Service, role: str | None
) -> None:
    for (method, path), roles in PAGES.items():
        if (role or "anonymous") in roles:
            continue
        asked = re.sub(r"\{[^}]*\}", "X", path)
        sent = {} if method == "GET" else {"data": {}}
        answer = service.ask(role, method, asked, headers={"Accept": "text/html"}, **sent)
        if role is None:  # to sign in, and then back to what was asked for
            assert answer.status_code == 303, (method, path)
            assert answer.headers["location"].startswith("/sign-in"), (method, path)
        else:
            assert answer.status_code == 403, (method, path, answer.text)


def test_a_route_without_roles_stops_the_service(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="roles"):
        routing.Routes("x").get("/x", roles=())

    class Careless:
        @staticmethod
        def install(app: FastAPI) -> None:
            app.add_api_route("/back-door", lambda: "open", methods=["GET"])

    monkeypatch.setattr("api.http.health.ROUTES", Careless)
    with pytest.raises(UndeclaredRoute) as refused:
        application.create(Store.open(store_url))
    assert "/back-door" in refused.value.message["en"]


def test_every_operation_is_documented_with_its_answers(service: Service) -> None:
    document = service.ask("enterprise", "GET", "/openapi.json").json()
    for route in service.app.routes:
        assert isinstance(route, APIRoute)
        if not route.include_in_schema:  # pages are for people
            assert not route.path.startswith("/api/")
            continue
        path = route.path.replace(":path}", "}")
        for method in route.methods:
            described = document["paths"][path][method.lower()]
            assert described["x-roles"] and described["responses"]["429"]
            assert described.get("summary") and (route.description or described["summary"])


def test_large_requests_of_who_has_not_signed_in_are_counted_as_small_ones_are(
    service: Service,
) -> None:
    service.app.state.rates = Rates(anonymous=(0.001, 3))
    wrong = {"Authorization": "Bearer shanhai_nobodys", "Content-Type": "application/json"}

    def large() -> int:
        sent = {"headers": wrong, "content": b"x" * (SMALL_BYTES + 1)}
        return service.ask(None, "POST", "/api/v1/resources", **sent).status_code

    def small() -> int:
        return service.ask(None, "GET", "/api/v1/resources", headers=wrong).status_code

    assert [each() for each in (large, small, large)] == [401, 401, 401]
    assert [each() for each in (large, small)] == [429, 429]
    assert service.ask("admin", "GET", "/api/v1/resources").status_code == 200


def test_health_is_told_while_strangers_ask_too_fast_and_is_counted_by_itself(
    service: Service,
) -> None:
    service.app.state.rates = Rates(anonymous=(0.001, 3))

    def ask(path: str) -> int:
        return service.ask(None, "GET", path).status_code

    assert [ask("/api/v1/resources") for _ in range(4)] == [401, 401, 401, 429]
    assert [ask(path) for path in ("/healthz", "/readyz", "/healthz")] == [200, 200, 200]
    assert [ask(path) for path in ("/healthz", "/readyz")] == [429, 429]
