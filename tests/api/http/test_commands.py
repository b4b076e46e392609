"""Every command has its route or a reason why not, and the page of routes is the application's."""

from __future__ import annotations

from api.cli.main import command
from api.http import docs
from api.http.commands import OF_COMMANDS
from api.http.routing import declared
from running import ROOT
from service import Service

TO_COME = {"backup", "restore"}
"""Commands that are named beforehand; they may not be there yet."""


def test_every_command_has_its_route_or_a_reason_why_it_has_none(service: Service) -> None:
    commands = set(command().commands)
    assert commands <= set(OF_COMMANDS), "name its routes in api/http/commands.py"
    assert set(OF_COMMANDS) - commands <= TO_COME
    known = {docs.general(f"{method} {path}") for method, path in declared(service.app)}
    for name, found in OF_COMMANDS.items():
        if isinstance(found, dict):
            assert found["zh"].strip() and found["en"].strip(), name
        else:
            assert found and set(found) <= known, name


def test_every_route_is_on_the_page_that_the_application_writes(service: Service) -> None:
    written = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
    assert written == docs.page(service.app), "run: python -m api.http.docs"
