"""A server whose database goes away says so, stays alive, and goes on when it is back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import text

import postgresql
from api.store import Store
from api.store.engine import WRITERS
from serving import Server, serving, tokens
from writing import row


@pytest.fixture(scope="module")
def database() -> Iterator[postgresql.Server]:
    with postgresql.running() as server:
        yield server


@pytest.fixture(scope="module")
def server(
    database: postgresql.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    Store.open(database.url(), create=True)
    home: Path = tmp_path_factory.mktemp("served")
    with serving(home, database.url(), tokens(database.url())) as running:
        yield running


def told_to_come_again(answer: httpx.Response, database: postgresql.Server) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert str(database.port) not in answer.text and "127.0.0.1" not in answer.text


def asked_until(client: httpx.Client, path: str, status: int) -> float:
    """Seconds until a path answers so."""
    began = time.monotonic()
    while client.get(path).status_code != status:
        assert time.monotonic() < began + 60
        time.sleep(0.05)
    return time.monotonic() - began


def test_while_the_database_is_away_callers_are_told_to_come_again(
    server: Server, database: postgresql.Server
) -> None:
    with server.client("admin") as admin, server.client() as nobody:
        assert admin.get("/api/v1/resources").status_code == 200
        database.stop()
        try:
            began = time.monotonic()
            told_to_come_again(admin.get("/api/v1/resources"), database)
            told_to_come_again(admin.post("/api/v1/resources", json=row("R-away")), database)
            page = admin.get("/offers", headers={"Accept": "text/html"})
            assert page.status_code == 503 and int(page.headers["retry-after"]) > 0
            assert page.headers["content-type"].startswith("text/html")
            assert str(database.port) not in page.text and "127.0.0.1" not in page.text
            print(f"three answers while away: {time.monotonic() - began:.2f} s")
            # Alive is told without the store, to whoever asks with a token as well.
            assert {each.get("/healthz").status_code for each in (nobody, admin)} == {200}
            assert {each.get("/readyz").status_code for each in (nobody, admin)} == {503}
        finally:
            database.start()
        print(f"back after {asked_until(admin, '/api/v1/resources', 200):.2f} s")
        assert nobody.get("/readyz").status_code == 200
        assert admin.get("/api/v1/resources/R-away").status_code == 404


def test_a_database_that_falls_silent_hangs_nobody_up(
    server: Server, database: postgresql.Server
) -> None:
    answers: list[httpx.Response | httpx.HTTPError] = []

    with server.client("admin") as admin:

        def ask() -> None:
            try:
                answers.append(admin.get("/api/v1/resources", timeout=20))
            except httpx.HTTPError as error:
                answers.append(error)

        asked = [threading.Thread(target=ask) for _ in range(40)]
        with database.silent():
            began = time.monotonic()
            for thread in asked:
                thread.start()
            for thread in asked:
                thread.join()
            print(f"forty answers of a silent database: {time.monotonic() - began:.2f} s")
            assert admin.get("/healthz").status_code == 200
        assert len(answers) == 40
        for answer in answers:
            assert isinstance(answer, httpx.Response), answer
            told_to_come_again(answer, database)
        print(f"back after {asked_until(admin, '/api/v1/resources', 200):.2f} s")


def test_what_a_silent_client_holds_is_let_go(database: postgresql.Server) -> None:
    with Store.open(database.url()).connection(writer=True) as session:
        for name in ("idle_in_transaction_session_timeout", "tcp_keepalives_idle"):
            asked = text("SELECT setting::int FROM pg_settings WHERE name = :name")
            said = session.execute(asked, {"name": name}).scalar_one()
            assert 0 < said <= 300_000, name


def test_a_write_under_way_when_the_database_goes_is_refused_and_not_stored(
    server: Server, database: postgresql.Server
) -> None:
    answers: list[httpx.Response] = []

    def write() -> None:
        with server.client("admin") as admin:
            answers.append(admin.post("/api/v1/resources", json=row("R-midway")))

    held = psycopg.connect(database.url())
    held.execute("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
    writer = threading.Thread(target=write)
    writer.start()
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    while held.execute(waiting).fetchone() == (0,):
        time.sleep(0.02)
    began = time.monotonic()
    database.stop()
    writer.join(60)
    held.close()
    print(f"answer after the stop: {time.monotonic() - began:.2f} s")
    try:
        told_to_come_again(answers[0], database)
    finally:
        database.start()
    with server.client("admin") as admin:
        print(f"back after {asked_until(admin, '/api/v1/resources', 200):.2f} s")
        assert admin.get("/api/v1/resources/R-midway").status_code == 404
        assert admin.post("/api/v1/resources", json=row("R-midway")).status_code == 201
    assert "Traceback" not in server.log.read_text("utf-8")
