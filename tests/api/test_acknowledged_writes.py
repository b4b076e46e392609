"""What was acknowledged is on the disk: strace sees a sync before every answer."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import postgresql
from api.store import Store
from made_tables import referred
from running import shanhai
from serving import serving, tokens
from tracing import Call, calls, tracer, unsynced


def of_store(path: str) -> bool:
    return path.endswith(("shanhai.db", "shanhai.db-wal", "shanhai.db-journal"))


def to_stdout(call: Call) -> bool:
    return call.name == "write" and call.said.startswith(', "') and ACKNOWLEDGED in call.said


ACKNOWLEDGED = '\\"'
"""A quote mark: the first line of a command's JSON that says what was stored."""


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


def test_a_commit_that_is_not_synced_would_be_seen(store_file: Path, trace: Path) -> None:
    code = (
        "import os, sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\n"
        "c.execute('PRAGMA synchronous=OFF')\nc.execute('PRAGMA wal_autocheckpoint=0')\n"
        "c.execute(\"INSERT INTO properties VALUES ('a', 'b')\")\nc.commit()\n"
        "os.write(1, b'\"stored\"')\nos._exit(0)"
    )
    command = [*tracer(trace), sys.executable, "-c", code, str(store_file)]
    subprocess.run(command, check=True, capture_output=True)
    ((_, dirty, synced),) = unsynced(calls(trace), of_store, to_stdout)
    assert dirty == {f"{store_file}-wal"} and not synced


@pytest.mark.parametrize("command", ["record", "import", "delete", "user"])
def test_a_command_says_stored_only_after_a_sync(
    command: str, store_file: Path, trace: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{store_file}"
    Store.open(url).write(referred())
    rows = tmp_path / "enterprises.csv"
    rows.write_text("id,name,region,industry\nE1,甲,330109,17\n", "utf-8")
    arguments = {
        "record": ("record", "A-1", "A-1", "contacted"),
        "import": ("import", rows),
        "delete": ("delete", "enterprises", "B.2"),
        "user": ("user", "add", "root", "--role", "admin"),
    }[command]
    done = shanhai(*arguments, "--json", behind=tracer(trace), SHANHAI_DATABASE_URL=url)
    assert done.status == 0, done.err
    answers = unsynced(calls(trace), of_store, to_stdout)
    assert answers
    _, dirty, synced = answers[0]
    assert not dirty and f"{store_file}-wal" in synced


def test_the_service_answers_a_write_only_after_a_sync(
    store_file: Path, trace: Path, tmp_path: Path
) -> None:
    url, home = f"sqlite:///{store_file}", tmp_path / "home"
    Store.open(url).write(referred())
    known = tokens(url)
    row = {"id": "E1", "name": "甲", "region": "330109", "industry": "17"}
    with (
        serving(home, url, known, behind=tracer(trace, "--seccomp-bpf")) as running,
        running.client("admin") as admin,
    ):
        made = admin.post("/api/v1/enterprises", json=row)
        assert made.status_code == 201, made.text
        changed = admin.put(
            "/api/v1/enterprises/E1", json={**row, "name": "乙"},
            headers={"If-Match": made.headers["etag"]},
        )  # fmt: skip
        assert changed.status_code == 200, changed.text
        gone = admin.delete("/api/v1/enterprises/E1", headers={"If-Match": changed.headers["etag"]})
        assert gone.status_code == 204, gone.text
        signed = admin.post(
            "/api/v1/session", json={"name": "admin", "password": "a long enough password"}
        )
        assert signed.status_code == 200, signed.text
    begun: list[str] = []

    def answer(call: Call) -> bool:
        if call.name == "recvfrom" and call.ended:
            begun.extend(w for w in ("POST ", "PUT ", "DELETE ") if f'"{w}' in call.said)
        answers = call.name in ("sendto", "write", "sendmsg") and "HTTP/1.1 2" in call.said
        if not answers or not begun:
            return False
        begun.clear()
        return True

    answers = unsynced(calls(trace), of_store, answer)
    assert len(answers) == 4
    for _, dirty, synced in answers:
        assert not dirty and f"{store_file}-wal" in synced


def test_a_job_is_accepted_and_is_done_only_after_its_files_and_its_row_are_synced(
    store_file: Path, trace: Path, tmp_path: Path
) -> None:
    url, home = f"sqlite:///{store_file}", tmp_path / "home"
    known = tokens(url)
    rows = "id,name,region,industry\n" + "".join(f"E{i},甲,330109,17\n" for i in range(50))
    with (
        serving(home, url, known, behind=tracer(trace, "--seccomp-bpf")) as running,
        running.client("admin") as admin,
    ):
        files = [("files", ("enterprises.csv", rows.encode()))]
        taken = admin.post("/api/v1/imports", files=files, headers={"Prefer": "wait=0"})
        assert taken.status_code == 202, taken.text
        asked = admin.post(
            "/api/v1/allocations/from-scores", data={"time_limit": "1"},
            files={"scores": ("s.csv", b"enterprise_id,resource_id,score\nA,x,3\n")},
            headers={"Prefer": "wait=0"},
        )  # fmt: skip
        while (job := admin.get(asked.headers["location"]).json())["state"] != "done":
            assert job["state"] != "failed", job
            time.sleep(0.1)

    def given(path: str) -> bool:
        return "/given" in path or of_store(path)

    def accepted(call: Call) -> bool:
        return call.name in ("sendto", "write", "sendmsg") and "HTTP/1.1 202" in call.said

    seen = calls(trace)
    (_, dirty, synced), *_ = unsynced(seen, given, accepted)
    files_of_job = {path for path in synced if "/given" in path}
    assert {Path(path).name for path in files_of_job} == {"given", "enterprises.csv"}
    assert f"{store_file}-wal" in synced and not any("/given" in path for path in dirty)

    def told(call: Call) -> bool:
        answers = call.name in ("sendto", "write", "sendmsg")
        return answers and job["id"] in call.said and '\\"state\\":\\"done\\"' in call.said

    (_, dirty, synced), *_ = unsynced(seen, lambda path: job["id"] in path, told)
    made = {Path(path).name for path in synced if "/made" in path}
    assert made == {"made", "allocation.csv", "allocation.xlsx", "allocation.docx"}
    assert not any("/made" in path for path in dirty)


@pytest.fixture(scope="module")
def traced_server() -> Iterator[postgresql.Server]:
    """A server that syncs, but was told not to wait for it unless a transaction asks for that."""
    settings = ("synchronous_commit=off", "fsync=on", "wal_writer_delay=10s", "autovacuum=off")
    with postgresql.running(
        *settings, behind=lambda folder: tracer(folder / "trace", "--seccomp-bpf")
    ) as server:
        server.execute("CREATE DATABASE shanhai")
        Store.open(server.url("shanhai"), create=True).write(referred())
        yield server


def commits(server: postgresql.Server, since: int) -> list[bool]:
    """Of each commit of changes that was answered: was the log synced after it was asked for?"""
    seen = calls(server.folder / "trace")[since:]
    changed: set[int] = set()
    asked: dict[int, int] = {}
    found = []
    for number, call in enumerate(seen):
        if call.name in ("recvfrom", "read") and call.ended and "COMMIT" in call.said:
            asked[call.pid] = number
        if call.name in ("sendto", "write") and call.begun and "socket:" in call.path:
            if any(tag in call.said for tag in ("INSERT 0 ", "UPDATE ", "DELETE ")):
                changed.add(call.pid)
            if "COMMIT\\0" in call.said and call.pid in changed and call.pid in asked:
                changed.discard(call.pid)
                between = seen[asked[call.pid] : number]
                written = [i for i, c in enumerate(between) if c.writes and "/pg_wal/" in c.path]
                found.append(any(c.syncs and "/pg_wal/" in c.path for c in
                                 between[written[-1] if written else 0 :]))  # fmt: skip
    return found


def test_the_server_of_a_store_answers_a_commit_only_after_its_log_is_synced(
    traced_server: postgresql.Server,
) -> None:
    url, trace = traced_server.url("shanhai"), traced_server.folder / "trace"
    since = len(calls(trace))
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO properties VALUES ('a', 'b')")
    assert commits(traced_server, since) == [False], "the server itself does not wait"
    since = len(calls(trace))
    done = shanhai("record", "A-1", "A-1", "contacted", "--json", SHANHAI_DATABASE_URL=url)
    assert done.status == 0, done.err
    synced = commits(traced_server, since)
    assert synced and all(synced)


def test_the_service_over_a_server_answers_after_its_log_is_synced(
    traced_server: postgresql.Server, tmp_path: Path
) -> None:
    url, trace = traced_server.url("shanhai"), traced_server.folder / "trace"
    known = tokens(url)
    row = {"id": "E1", "name": "甲", "region": "330109", "industry": "17"}
    with serving(tmp_path / "home", url, known) as running, running.client("admin") as admin:
        since = len(calls(trace))
        assert admin.post("/api/v1/enterprises", json=row).status_code == 201
        synced = commits(traced_server, since)
    assert synced and all(synced)
