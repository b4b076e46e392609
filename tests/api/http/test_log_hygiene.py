"""What a server logs holds nothing that a caller sent, whatever goes wrong; and how it stops."""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import sqlite3
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.log_lines import LOG, Lines, log_to_stderr
from api.store import Store
from serving import Server, serving, tokens
from writing import row

CANARY = "canary-7f3a"
PHONE, CONTACT = f"{CANARY}-0571", f"{CANARY}-联系人"
PASSWORD = f"{CANARY}-a long password"
UPLOAD = f"id,name,region,industry,phone\nE1,{CANARY},Atlantis,17,{PHONE}\n"
HEADERS = (
    "x-content-type-options", "x-frame-options", "content-security-policy", "referrer-policy",
    "cache-control", "x-request-id",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    url = f"sqlite:///{home / 'shanhai.db'}"
    Store.open(url, create=True)
    with serving(home, url, tokens(url)) as running:
        yield running


def secrets_sent(running: Server) -> set[str]:
    """Use the service, rightly and wrongly, and return all that must stay unsaid."""
    secrets = {CANARY, *running.tokens.values()}
    contacts = {"phone": PHONE, "contact": CONTACT, "officer": CANARY}
    with running.client("admin") as admin, running.client() as nobody:
        assert admin.post("/api/v1/resources", json=row("R1", **contacts)).status_code == 201
        assert admin.post("/api/v1/resources", json=row("R1", **contacts)).status_code == 409
        bad = row("R2", land_mu=CANARY, region=CANARY, **contacts)
        assert admin.post("/api/v1/resources", json=bad).status_code == 422
        admin.get("/api/v1/resources", params={"q": PHONE, "phone": PHONE})
        made = admin.post("/api/v1/users", json={"name": "zhang", "role": "planner"}).json()
        secrets |= {value for name, value in made.items() if "password" in name and value}
        named = {"name": "li", "role": "planner", "password": PASSWORD}
        assert admin.post("/api/v1/users", json=named).status_code == 201
        secrets.add(admin.post("/api/v1/users/li/tokens").json()["token"])
        signed = nobody.post("/api/v1/session", json={"name": "li", "password": PASSWORD})
        secrets.add(signed.cookies["shanhai_session"])
        for name, password in (("li", f"{PASSWORD}!"), (CANARY, PASSWORD)):
            wrong = nobody.post("/api/v1/session", json={"name": name, "password": password})
            assert wrong.status_code == 401
        nobody.cookies.clear()
        for scheme in ("Bearer", "Basic", CANARY):
            nobody.get("/api/v1/resources", headers={"Authorization": f"{scheme} {CANARY}"})
        nobody.get("/api/v1/resources", headers={"Cookie": f"shanhai_session={CANARY}"})
        nobody.post("/api/v1/session", content=f'{{"password": "{PASSWORD}"', headers={
            "Content-Type": "application/json"})  # fmt: skip
        files = [("files", ("enterprises.csv", UPLOAD.encode()))]
        assert admin.post("/api/v1/imports", files=files).status_code == 422
    return secrets


def break_things(running: Server, home: Path) -> str:
    """A full disk, a table that is gone, a file that is no database; what was logged before."""
    # The disk is to be full for the store: a long log would not be taken either.
    before = running.log.read_text("utf-8")
    os.truncate(running.log, 0)
    contacts = {"phone": PHONE, "contact": CONTACT}
    usual = resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE)
    with running.client("admin") as admin:
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (8192, usual[1]))
        full = admin.post("/api/v1/resources", json=row("R3", description=CANARY * 300, **contacts))
        assert full.status_code in (503, 507)
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, usual)
        with sqlite3.connect(home / "shanhai.db") as store:
            store.execute("ALTER TABLE audit RENAME TO mislaid")
        assert admin.post("/api/v1/resources", json=row("R4", **contacts)).status_code == 503
        with sqlite3.connect(home / "shanhai.db") as store:
            store.execute("ALTER TABLE mislaid RENAME TO audit")
        assert admin.post("/api/v1/resources", json=row("R5", **contacts)).status_code == 201
    return before


def test_no_secret_and_no_contact_is_ever_logged(server: Server, home: Path) -> None:
    secrets = secrets_sent(server)
    before = break_things(server, home)
    server.stop(signal.SIGTERM)
    written = before + server.log.read_text("utf-8")
    lines = [json.loads(line) for line in written.splitlines()]
    assert {line["what"] for line in lines} >= {"request", "store"}
    of_it = [line["what"] for line in lines if line["what"] in ("listening", "stopping", "stopped")]
    assert of_it == ["listening", "stopping", "stopped"] and lines[-1]["what"] == "stopped"
    refused = [
        line for line in lines
        if line["what"] == "request" and line["path"].startswith("/api") and line["status"] >= 400
    ]  # fmt: skip
    assert {(line["status"], line.get("code")) for line in refused} >= {
        (401, "accounts.refused"), (422, "findings"),
    }  # fmt: skip
    assert all(line.get("code") for line in refused)
    logs = [written, *(file.read_text("utf-8") for file in (home / "log").glob("*"))]
    assert len(secrets) >= 7
    assert [secret for secret in secrets if any(secret in log for log in logs)] == []


@pytest.fixture
def undone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a service does with its log is undone after the test."""
    for name in ("shanhai.http", "uvicorn", None):
        log = logging.getLogger(name)
        for part in ("handlers", "level", "propagate"):
            monkeypatch.setattr(log, part, getattr(log, part))
        monkeypatch.setattr(log, "handlers", [])
    for module, hook in (
        (warnings, "showwarning"), (threading, "excepthook"), (sys, "unraisablehook"),
        (sys, "excepthook"),
    ):  # fmt: skip
        monkeypatch.setattr(module, hook, getattr(module, hook))


@pytest.mark.usefixtures("undone")
def test_a_line_that_cannot_be_written_is_lost_without_a_word(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Python would else print the record and its arguments to the same place."""
    log_to_stderr()
    (handler,) = LOG.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(os.fdopen(os.open("/dev/full", os.O_WRONLY), "w"))
    LOG.error(CANARY)
    assert capsys.readouterr() == ("", "")


def _fail() -> None:
    raise ValueError(CANARY)


class _Unlucky:
    def __del__(self) -> None:
        raise OSError(CANARY)


@pytest.mark.usefixtures("undone")
def test_what_python_and_libraries_say_is_logged_by_kind_and_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_to_stderr()
    warnings.showwarning(CANARY, RuntimeWarning, "some/file.py", 7)
    thread = threading.Thread(target=_fail)
    thread.start()
    thread.join()
    _Unlucky()
    logging.getLogger("sqlalchemy.pool").error("not returned: %s", CANARY)
    written = capsys.readouterr().err
    assert CANARY not in written
    warned, failed, unraisable, library = map(json.loads, written.splitlines())
    assert (warned["kind"], warned["place"]) == ("RuntimeWarning", "some/file.py:7")
    assert failed["error"][0]["kind"] == "ValueError"
    assert "test_log_hygiene.py" in failed["error"][0]["at"][-1]
    assert unraisable["error"][0]["kind"] == "OSError"
    assert library["what"] == "sqlalchemy.pool: not returned: %s"


def test_an_unforeseen_error_is_logged_by_kind_and_place_without_its_words() -> None:
    caught: list[logging.LogRecord] = []
    try:
        try:
            int(PHONE)
        except ValueError as error:
            raise RuntimeError(PASSWORD) from error
    except RuntimeError as error:
        told = (type(error), error, error.__traceback__)
        caught.append(logging.LogRecord("x", logging.ERROR, "", 0, "unforeseen", None, told))
    line = Lines().format(caught[0])
    assert CANARY not in line
    found = json.loads(line)["error"]
    assert [each["kind"] for each in found] == ["RuntimeError", "ValueError"]
    assert "test_log_hygiene.py" in found[0]["at"][-1]


def test_every_answer_carries_the_headers_and_no_name_of_a_program(server: Server) -> None:
    asked = {
        ("GET", "/healthz"): 200, ("GET", "/api/v1/resources"): 401, ("GET", "/nowhere"): 404,
        ("PATCH", "/healthz"): 405, ("POST", "/api/v1/session"): 422,
    }  # fmt: skip
    with server.client() as nobody:
        for (method, path), status in asked.items():
            answer = nobody.request(method, path)
            assert answer.status_code == status
            assert [name for name in HEADERS if name not in answer.headers] == []
            assert "server" not in answer.headers and "x-powered-by" not in answer.headers


def test_a_request_under_way_is_answered_before_the_server_stops(
    server: Server, home: Path
) -> None:
    answers: list[httpx.Response] = []

    def write() -> None:
        with server.client("admin") as admin:
            answers.append(admin.post("/api/v1/resources", json=row("R-last")))

    held = sqlite3.connect(home / "shanhai.db", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")  # a writer before it: the request has to wait
    writer = threading.Thread(target=write)
    writer.start()
    writer.join(2)
    server.process.send_signal(signal.SIGTERM)
    writer.join(1)
    assert writer.is_alive() and server.process.poll() is None
    held.execute("COMMIT")
    writer.join(60)
    assert answers[0].status_code == 201
    assert server.process.wait(60) in (0, -signal.SIGTERM)
    stored = Store.open(f"sqlite:///{home / 'shanhai.db'}").table("resources", ["id"])
    assert "R-last" in set(stored["id"])
    assert "Traceback" not in server.log.read_text("utf-8")
