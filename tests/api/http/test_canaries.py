"""Nobody is told what is another's: every route asked by every role, every answer looked through.

Each row that one of two tenants must not see, and each contact, holds a word of its own (a canary).
"""

from __future__ import annotations

import getpass
import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi.routing import APIRoute

from api import accounts
from api.http.app import document
from api.http.routing import declared
from api.store import accounts as account_rows
from api.store.cells import row_key
from api.usecases import match, users
from features.schema import TABLES
from features.tables import Table
from service import HERE, THERE, Service

API = "/api/v1"
TODAY = date.today()
CONTACTS = ("contact", "phone", "officer")
ABSENT = "absent-1"
AMOUNTS = {"here": 7171.25, "there": 8181.25}
"""Of outcomes: these have no text of their own that could tell whose they are."""
ASKED = ("enterprise", "county", "planner")


def contacts(key: str) -> dict[str, str]:
    return {name: f"canary-{name}-{key}" for name in CONTACTS}


def rows() -> dict[str, list[dict[str, Any]]]:
    """What each of two counties and two enterprises has; ``there`` is what others must not see."""
    company = {"kind": "company", "industry": "17", "budget_wan": 900.0, "land_need_mu": 9.0}
    held: dict[str, list[dict[str, Any]]] = {name: [] for name in (
        "enterprises", "resources", "outcomes", "projects", "funds", "problems", "interests",
        "visits", "actuals",
    )}  # fmt: skip
    for key in ("own", "other"):
        held["enterprises"].append(
            {"id": f"E-{key}", "name": f"canary-enterprises-{key}", "region": "330109", **company,
             **contacts(f"E-{key}")}
        )  # fmt: skip
    for key, region in (("here", HERE), ("there", THERE)):
        held["resources"] += [
            {"id": f"R-{key}{n}", "name": f"地块{key}{n}", "kind": "land", "region": region,
             "land_mu": 20.0 * n, "land_price_wan_per_mu": 10.0 * n, **contacts(f"R-{key}{n}")}
            for n in range(1, 4)
        ]  # fmt: skip
        pair = {"enterprise_id": "E-other", "resource_id": f"R-{key}1"}
        held["outcomes"].append({**pair, "date": date(2024, 3, 1), "stage": "signed",
                                 "amount_wan": AMOUNTS[key]})  # fmt: skip
        held["projects"].append(
            {"id": f"P-{key}", "name": f"canary-projects-{key}", "enterprise_ids": ("E-other",),
             "resource_id": f"R-{key}2", "region": region, "agreed_wan": 500.0,
             "signed_on": date(2024, 1, 1), "planned_start": date(2024, 2, 1),
             "officer": f"canary-officer-P-{key}"}
        )  # fmt: skip
        held["funds"].append({"id": f"F-{key}", "project_id": f"P-{key}", "date": date(2024, 5, 1),
                              "amount_wan": 7.0, "kind": "investment",
                              "document": f"canary-funds-{key}"})  # fmt: skip
        held["problems"].append({"id": f"Q-{key}", "project_id": f"P-{key}",
                                 "raised_on": date(2024, 5, 1), "due_on": date(2024, 6, 1),
                                 "text": f"canary-problems-{key}"})  # fmt: skip
        held["interests"].append({"side": "resource", "id": f"R-{key}3", "target": "E-own",
                                  "level": "no", "reason": f"canary-interests-{key}"})  # fmt: skip
    held["resources"].append({"id": "R-closed", "name": "canary-resources-closed", "kind": "land",
                              "region": THERE, "available_until": date(2001, 1, 1)})  # fmt: skip
    held["interests"].append({"side": "enterprise", "id": "E-other", "target": "R-there1",
                              "level": "must", "reason": "canary-interests-other"})  # fmt: skip
    held["visits"].append({"date": date(2024, 4, 1), "developed_region": "330109",
                           "underdeveloped_region": HERE, "kind": "trade",
                           "note": "canary-visits"})  # fmt: skip
    held["actuals"].append({"indicator": "trained", "year": 2024, "region": HERE, "value": 3.0,
                            "source": "canary-actuals"})  # fmt: skip
    return held


FORBIDDEN: dict[str, re.Pattern[str]] = {
    "enterprise": re.compile(
        r"canary-(contact|phone|officer)-|canary-enterprises-other|canary-resources-closed"
        r"|canary-(projects|funds|problems|interests|visits|actuals)"
        r"|\b(7,?171|8,?181)\.25\b|\b(7,171|8,181)\b"
    ),
    "county": re.compile(
        r"canary-(projects|funds|problems)-there|canary-officer-P-there|canary-interests-(there|other)"
        r"|\b8,?181\.25\b|\b8,181\b"
    ),
    "planner": re.compile(r"argon2|shanhai_[A-Za-z0-9_-]{20}"),
}
"""What no answer to a role may hold."""


@pytest.fixture
def filled(service: Service) -> Service:
    held = rows()
    for name in held:
        # The columns of a table's rows may differ.
        service.store.write([Table.from_rows(name, [row]) for row in held[name]])
    return service


def readable(answer: httpx.Response) -> str:
    """All that an answer says, the parts of a workbook or a Word document unpacked."""
    said = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    if answer.content[:2] != b"PK":
        return said + answer.content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return said + "".join(book.read(n).decode("utf-8", "replace") for n in book.namelist())


def bodies(path: str) -> list[dict[str, Any]]:
    """What is sent to a route that takes JSON: what names others' rows among it."""
    pair = {"enterprise": "E-own", "resource": "R-there1", "stage": "contacted"}
    said: dict[str, list[dict[str, Any]]] = {
        "/session": [{"name": "nobody", "password": "wrong wrong wrong"}],
        "/session/password": [{"password": "wrong wrong wrong", "new": "wrong wrong wrong"}],
        "/matches/{list_id}/feedback": [{"verdict": "opened"}],
        "/whatif": [{"resource_id": "R-there1", "set": {"land_mu": 30}}],
        "/allocations": [{"value": "projects", "time_limit": 2}],
        "/placements": [{"arrivals": [{"enterprise_id": "E-own", "week": 2}]}],
        "/evaluations": [{}],
        "/batches": [{"side": "resources", "top": 5}],
        "/simulations": [{"name": "x", "draws": 10, "seed": 1}],
        "/records": [pair, {**pair, "resource": "R-here1"}, {**pair, "resource": "canary"}],
        "/declarations": [
            {"side": "enterprise", "id": who, "target": target, "level": "yes"}
            for who in ("E-own", "E-other") for target in ("R-there1", "R-closed", ABSENT)
        ],
    }  # fmt: skip
    if (name := path.removeprefix(f"{API}/").partition("/")[0]) in TABLES:
        theirs = {
            "id": "new-1", "name": "x", "project_id": "P-there", "enterprise_id": "E-other",
            "resource_id": "R-there1", "region": HERE, "side": "enterprise", "target": "R-closed",
            "enterprise_ids": ["E-other"], "kind": "land", "level": "yes",
        }  # fmt: skip
        return [{n: v for n, v in theirs.items() if n in TABLES[name].names}]
    return said.get(path.removeprefix(API), [{}])


FILES: dict[str, dict[str, str]] = {
    "scores": {"scores": "enterprise_id,resource_id,score\nA,x,3\n"},
    "placements": {
        "scores": "enterprise_id,resource_id,score\nA,x,3\n", "resources": "id,capacity\nx,1\n",
        "arrivals": "enterprise_id,week\nA,1\n",
        "past": "year,week,enterprise_id,resource_id,score\n2007,1,P,x,2\n",
    },
    "preferences": {"preferences": "enterprise_id,resource_id,p_enterprise,p_resource\nA,x,1,1\n"},
}  # fmt: skip
QUERIES: dict[str, list[str]] = {
    "/matches": [
        *(f"enterprise_id={e}&format={f}" for e in ("E-own", "E-other")
          for f in ("json", "csv", "xlsx", "docx")),
        "enterprise_id=E-own&congestion=on", "resource_id=R-there1", "resource_id=R-closed",
        f"region={THERE}", *(f"enterprise_id=E-own&resource_id={r}" for r in
                             ("R-here3", "R-there3", "R-closed", ABSENT)),
    ],
    "/rates": ["by=region&projects=true", f"region={THERE}&projects=true", "format=xlsx"],
    "/progress": ["split=county", "format=docx"],
    "/overdue": ["", f"region={THERE}", "format=xlsx", "format=docx"],
    "/brief": [f"developed=330109&underdeveloped={r}&format={f}" for r in (HERE, THERE)
               for f in ("json", "docx")],
    "/reports/supervision": ["year=2024"],
    "/completeness": ["", f"region={THERE}", "format=xlsx"],
    "/graph": [f"format={form}" for form in ("graphml", "gexf", "html")],
    "/duplicates": ["format=csv", "format=xlsx"],
    "/templates/{table}": [""],
}  # fmt: skip
FOREIGN = ("E-other", "R-there1", "R-closed", "P-there", "F-there", "Q-there", "P-here", "F-here")


def keys_of(table: str) -> list[str]:
    spec = TABLES[table]
    held = rows().get(table, [])
    return [row_key(spec, [row.get(name) for name in spec.key]) for row in held] or [ABSENT]


def requests(method: str, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Addresses to ask a route at, and what is sent along."""
    bare = path.removeprefix(API)
    name = bare.strip("/").partition("/")[0]
    if path.startswith("/api") and name in TABLES:
        keys = keys_of(name) if "{key" in path else [""]
        places = [path.replace("{key:path}", quote(key)) for key in keys]
        if method == "GET" and "{key" not in path:
            places += [f"{path}?q=canary"]
    elif "{table}" in path:
        places = [path.replace("{table}", table) for table in TABLES]
        if "exports" in path:
            places += [f"{place}?format=xlsx" for place in places]
    elif "{" in path:
        places = [re.sub(r"\{[^}]*\}", key, path) for key in (*FOREIGN, "0" * 32)]
        if path.endswith("{ending}"):
            places = [place.rpartition(".")[0] + ".xlsx" for place in places]
    else:
        places = [f"{path}?{query}" for query in QUERIES.get(bare, [""])]
    for place in places:
        if method in ("GET", "DELETE"):
            yield place, {}
        elif "from-" in path:
            kind = "preferences" if "preferences" in path else (
                "placements" if "placements" in path else "scores"
            )  # fmt: skip
            files = {n: (f"{n}.csv", text.encode()) for n, text in FILES[kind].items()}
            yield place, {"files": files, "data": {"side": "enterprises"}}
        elif not path.startswith("/api"):
            yield place, {"data": {"enterprise": "E-other", "mark": "unfit"}}
        else:
            for body in bodies(path):
                yield place, {"json": body}


def asked(service: Service, role: str, untold: list[Any]) -> Iterator[tuple[str, httpx.Response]]:
    """Every answer that a role gets from every route it may call, with what its jobs came to.

    Answers that the OpenAPI document does not tell of are put into ``untold``.
    """
    routes = {
        (method, route.path)
        for route in service.app.routes if isinstance(route, APIRoute)
        for method in route.methods
    }  # fmt: skip
    allowed = declared(service.app)
    # What takes away comes last.
    for method, path in sorted(routes, key=lambda r: (r[0] == "DELETE", r[1], r[0])):
        if role not in allowed[method, path] or path in ("/sign-out", f"{API}/session/password"):
            continue
        for place, sent in requests(method, path):
            options = {"headers": {"Prefer": "wait=0", "If-Match": '"x"'}, **sent}
            if path.startswith("/api"):
                answer = service.ask(role, method, place, **options)
            else:
                options["headers"]["Accept"] = "text/html"
                answer = service.ask(role, method, place, **options)
            yield f"{method} {place} {sent}", answer
            if route_is_told(service, method, path):
                untold += [] if told_beforehand(service, method, path, answer) else [
                    (method, place, answer.status_code, answer.headers.get("content-type"))
                ]  # fmt: skip
            if answer.status_code == 202:
                at = answer.headers["location"]
                service.work()
                told = service.ask(role, "GET", at)
                yield at, told
                if told.json()["state"] == "done":
                    for part in ("table?format=csv", "table?format=xlsx", "lists"):
                        yield f"{at}/{part}", service.ask(role, "GET", f"{at}/{part}")


def route_is_told(service: Service, method: str, path: str) -> bool:
    """Whether a route stands in the OpenAPI document (pages do not)."""
    paths = document(service.app)["paths"]
    return method.lower() in paths.get(path.replace(":path}", "}"), {})


def told_beforehand(service: Service, method: str, path: str, answer: httpx.Response) -> bool:
    """Whether the OpenAPI document says that a route may answer so, and in this format."""
    whole = document(service.app)
    operation = whole["paths"][path.replace(":path}", "}")][method.lower()]
    said = operation["responses"].get(str(answer.status_code))
    if said is not None and "$ref" in said:
        said = whole["components"]["responses"][said["$ref"].rpartition("/")[2]]
    if said is None or not answer.content:
        return said is not None
    return answer.headers["content-type"].partition(";")[0] in said.get("content", {})


@pytest.mark.parametrize("role", ASKED)
def test_no_answer_and_no_log_holds_what_is_anothers(
    filled: Service, role: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "shanhai.http")
    logging.getLogger("shanhai.http").propagate = True
    served, found = 0, []
    untold: list[Any] = []
    for place, answer in asked(filled, role, untold):
        assert answer.status_code < 500, (place, answer.text)
        served += answer.status_code < 300
        said = readable(answer)
        if answer.request.url.path == f"{API}/session/tokens" and answer.status_code == 201:
            continue  # one's own new token
        found += [(place, hit[0]) for hit in FORBIDDEN[role].finditer(said)][:1]
    assert not found
    assert not untold
    assert served > 60
    logged = "\n".join(json.dumps(record.__dict__, default=str) for record in caplog.records)
    assert "canary-" not in logged
    audit = filled.ask("admin", "GET", f"{API}/audit?limit=200").text
    assert "canary-" not in audit


def test_a_list_of_the_command_line_is_not_the_account_s_of_the_same_name(
    filled: Service,
) -> None:
    name = getpass.getuser()
    users.add(filled.store, name, "enterprise", enterprise="E-own")
    filled.tokens[name] = accounts.token_for(filled.store, name)
    entry = match.hand_out(filled.store, match.run(filled.store, resource="R-there1"))
    said = {"verdict": "opened"}
    assert filled.ask(name, "GET", f"{API}/lists").json()["rows"] == []
    told = filled.ask(name, "POST", f"{API}/matches/{entry}/feedback", json=said)
    assert told.status_code == 404
    every = filled.ask("admin", "GET", f"{API}/lists").json()["rows"]
    assert [(row["id"], row["by"]) for row in every] == [(entry, f"cli:{name}")]


def test_a_city_is_told_what_is_missing_in_each_of_its_counties(filled: Service) -> None:
    with filled.store.connection(writer=True) as connection:
        account_rows.add(connection, "city", "county", "", region="330800", enterprise_id=None)
    filled.tokens["city"] = accounts.token_for(filled.store, "city")
    told = {
        (role, region): filled.ask(role, "GET", f"{API}/completeness?region={region}")
        for role in ("city", "county") for region in (HERE, "330800", THERE)
    }  # fmt: skip
    status = {asked: answer.status_code for asked, answer in told.items()}
    assert [asked for asked, code in status.items() if code != 200] == [
        ("city", THERE), ("county", THERE)
    ]  # fmt: skip
    every = {answer.text for answer in told.values() if answer.status_code == 200}
    assert len(every) == 1  # nothing else lies in the city


def pairs_of_ids(role: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Method, address and body in which ``{}`` is an id that another has, or that nobody has."""
    if role == "county":
        foreign = {
            "outcomes": "E-other", "projects": "P-there", "funds": "F-there", "problems": "Q-there",
            "interests": "enterprise",
        }  # fmt: skip
        for table in foreign:
            key = next(k for k in keys_of(table) if "there" in k)
            for method in ("GET", "PUT", "DELETE"):
                yield method, f"{API}/{table}/{{}}", key, {"name": "x"}
        yield "POST", f"{API}/funds", "P-there", {
            "id": "F-9", "project_id": "{}", "date": "2024-01-01", "amount_wan": 1, "kind": "aid"
        }  # fmt: skip
        yield "GET", f"{API}/jobs/{{}}", "x", {}
        return
    for method in ("GET", "PUT", "DELETE"):
        yield method, f"{API}/enterprises/{{}}", "E-other", {"name": "x"}
        yield method, f"{API}/interests/{{}}", next(
            key for key in keys_of("interests") if "E-other" in key
        ), {"level": "no"}  # fmt: skip
    yield "GET", f"{API}/resources/{{}}", "R-closed", {}
    yield "GET", f"{API}/matches?enterprise_id={{}}", "E-other", {}
    yield "GET", f"{API}/matches?enterprise_id=E-own&resource_id={{}}", "R-closed", {}
    for name in ("id", "target"):
        said = {"side": "enterprise", "id": "E-own", "target": "R-here1", "level": "yes"}
        key = "E-other" if name == "id" else "R-closed"
        yield "POST", f"{API}/declarations", key, {**said, name: "{}"}
        yield "POST", f"{API}/interests", key, {**said, name: "{}"}


@pytest.mark.parametrize("role", ["enterprise", "county"])
def test_what_another_has_is_told_like_what_nobody_has(filled: Service, role: str) -> None:
    for method, place, key, body in pairs_of_ids(role):
        said = []
        for each in (key, ABSENT):
            sent = {n: v.replace("{}", each) if isinstance(v, str) else v for n, v in body.items()}
            answer = filled.ask(
                role, method, place.replace("{}", quote(each)), headers={"If-Match": '"x"'},
                json=None if method in ("GET", "DELETE") else sent,
            )  # fmt: skip
            assert answer.status_code in (403, 404, 422), (method, place, answer.text)
            said.append((answer.status_code, answer.text.replace(each, "?")))
        assert said[0] == said[1], (method, place)
