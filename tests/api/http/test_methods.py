"""A method that an address does not take is answered with those that it takes."""

from __future__ import annotations

import re

from api.http import app
from service import Service


def test_every_address_tells_all_its_methods_to_whoever_tries_another(service: Service) -> None:
    paths = app.document(service.app)["paths"]
    assert len(paths) > 80
    for path, operations in paths.items():
        asked = re.sub(r"\{[^}]*\}", "x", path)
        answer = service.ask(None, "TRACE", asked)
        documented = {method.upper() for method in operations}
        assert answer.status_code == 405, path
        assert documented == set(answer.headers["allow"].split(", ")), path


def test_a_reader_who_sends_what_a_page_does_not_take_is_told_too(service: Service) -> None:
    answer = service.ask("admin", "DELETE", "/uploads", headers={"Accept": "text/html"})
    assert answer.status_code == 405 and "text/html" in answer.headers["content-type"]
    assert set(answer.headers["allow"].split(", ")) == {"GET", "POST"}
