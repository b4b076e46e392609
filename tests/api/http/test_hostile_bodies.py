"""Hostile requests: answered with 4xx and in time, while health and memory stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.store import Store
from hostilities import amiss, flood, shown_to_be_refused
from serving import Server, serving, tokens


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home: Path = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{home / 'shanhai.db'}"
    Store.open(url, create=True)
    with serving(home, url, tokens(url)) as running:
        yield running


def test_every_hostile_request_is_answered_with_a_problem(server: Server) -> None:
    answers, watch = shown_to_be_refused(server)
    assert {name: why for name, a in answers.items() if (why := amiss(a))} == {}
    assert watch.statuses == {200} and watch.growth < 300
    assert "Traceback" not in server.log.read_text("utf-8")


@pytest.mark.parametrize("kind", ["head drop by drop", "half-open upload", "body drop by drop"])
def test_many_half_open_requests_end_and_keep_nobody_waiting(server: Server, kind: str) -> None:
    answers, watch = flood(server, kind, 20)
    assert {amiss(a) for a in answers} == {""} and {a.status for a in answers} <= {408, 429}
    assert watch.statuses == {200} and watch.growth < 300
