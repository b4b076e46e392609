"""What a problem advises can be done by who reads it: over HTTP, not in a shell on the server."""

from __future__ import annotations

import re
from datetime import date

import numpy as np

from api import settings
from features.language import catalogue
from models import artefact
from service import Service

NOT_OVER_HTTP = {
    "accounts.list_takes_no_name", "accounts.name_needed", "accounts.only_with_add",
    "accounts.role_needed", "accounts.takes_no_token_id", "accounts.token_id_needed",
    "http.no_admin", "http.public_address", "report.training.next",
    "usecase.format_of_file", "usecase.map_exists", "usecase.not_a_probability",
    "usecase.out_needs_propose", "usecase.propose_alone", "usecase.propose_needs_out",
    "usecase.template_exists",
    # These tell of a command, or of an option of curl, and advise none.
    "http.status.400", "register.note.definitions", "report.simulation.made_with",
}  # fmt: skip
"""Sentences of what only a command does: it writes a file, reads an option, starts the service."""


def test_a_problem_names_routes_formats_and_codes_and_no_command(service: Service) -> None:
    def told(method: str, path: str, **sent: object) -> tuple[int, str, str]:
        answer = service.ask("admin", method, f"/api/v1{path}", **sent)
        said = answer.json()
        assert "shanhai " not in str(said["message"])
        return answer.status_code, said["code"], said["message"]["en"]

    image = {"Accept": "image/png"}
    assert "wordprocessingml" in told("GET", "/matches?resource_id=R", headers=image)[2]
    for of, code, named in (
        (
            {"role": "enterprise", "enterprise": "none"},
            "usecase.no_such_row",
            "/api/v1/enterprises",
        ),
        ({"role": "county", "region": "桐芦县"}, "unknown_region", "桐庐县"),
    ):
        _, found, said = told("POST", "/users", json={"name": "x", **of})
        assert found == code and named in said
    assert "GET /api/v1/users" in told("GET", "/users/nobody")[2]
    status, _, said = told("GET", "/exports/entreprises")
    assert status == 404 and "enterprises" in said
    service.ask("admin", "DELETE", "/api/v1/users/planner")
    for what in ("tokens", "password"):  # neither would be of any use to a disabled account
        status, code, said = told("POST", f"/users/planner/{what}")
        assert status == 409 and code.startswith("accounts.shut")
        assert "PUT /api/v1/users/planner" in said
    (line,) = service.ask("admin", "GET", "/api/v1/audit?limit=1").json()["rows"]
    assert line["action"] == "disable"  # what was refused is no deed


def test_a_file_is_called_as_whoever_brought_it_calls_it(service: Service) -> None:
    nothing, broken = b"merge,keep,a,b\nno,,E1,E2\n", b"\xff\xfe\xfd"
    for path, content in (("merges", nothing), ("merges", broken), ("maps", broken)):
        sent = {"file": ("my list.csv", content)}
        said = service.ask("admin", "POST", f"/api/v1/{path}", files=sent)
        assert said.status_code == 422 and "my list.csv" in said.text, said.text
        assert "shanhai-upload" not in said.text


def test_no_sentence_that_goes_over_http_knows_the_command_line_only() -> None:
    """Sentences that name a command or an option name a route too, or have another for HTTP."""
    sentences = catalogue()
    bare = {
        code for code, said in sentences.items()
        if re.search(r"shanhai [a-z]+|(?<!-)--[a-z]", said["en"])
        and "/api/v1/" not in said["en"] and f"{code}_http" not in sentences
    }  # fmt: skip
    of_commands = ("cli.", "backup.", "demo.", "store.", "setting.", "batch.no_", "pages.")
    assert {code for code in bare if not code.startswith(of_commands)} == NOT_OVER_HTTP


def test_what_stands_for_a_command_over_http_is_said_by_jobs_too(service: Service) -> None:
    asked = {"resource_id": "R-1", "set": {}}
    land = {"id": "R-1", "name": "地", "kind": "land", "region": "江山市"}
    assert service.ask("admin", "POST", "/api/v1/resources", json=land).status_code == 201
    now = {"Prefer": "wait=0"}
    sent = service.ask("admin", "POST", "/api/v1/whatif", json=asked, headers=now)
    said = sent.json()["message"] if sent.status_code == 422 else (
        service.done("admin", sent)["error"]["message"]
    )  # fmt: skip
    assert "`set`" in said["en"] and "--set" not in said["en"]
    county = service.ask("admin", "POST", "/api/v1/users", json={"name": "x", "role": "county"})
    assert county.status_code == 422 and "`region`" in county.json()["message"]["en"]


def test_the_expert_rule_is_put_in_use_again_over_http_and_noted(service: Service) -> None:
    root = settings.model_folder()
    model = artefact.write(root, {}, {"w": np.ones(3)}, dated=date(2008, 1, 1))
    artefact.publish(root, model)
    chosen = service.ask("admin", "PUT", "/api/v1/models/active", json={"id": "rule"})
    assert (chosen.status_code, chosen.json()["active"]["id"]) == (200, "rule")
    assert chosen.json()["active"]["degraded"] is False
    (line,) = service.ask("admin", "GET", "/api/v1/audit?limit=1").json()["rows"]
    assert (line["action"], line["subject"]) == ("publish", "models/rule")
