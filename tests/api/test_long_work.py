"""Imports, trainings and simulations over HTTP, from a real server."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import jobs
from api.store import Store
from serving import Server, serving, tokens

GOOD = "id,name,region,industry\nE1,甬江机械,330109,17\nE2,姚江纺织,330109,17\n"
BAD = "id,name,region,industry\nE3,甬江机械,Atlantis,17\nE4,,330109,17\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("served")
    (home / "models").mkdir(mode=0o755)  # as an earlier version made it
    url = f"sqlite:///{home / 'shanhai.db'}"
    Store.open(url, create=True)
    with serving(home, url, tokens(url), workers=2) as running:
        yield running


def sent(client: httpx.Client, content: str, name: str = "enterprises.csv") -> httpx.Response:
    return client.post("/api/v1/imports", files=[("files", (name, content.encode()))])


def ended(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    """The job of an answer 202, once it has ended."""
    assert answer.status_code == 202, answer.text
    until = time.monotonic() + 60
    while (job := client.get(answer.headers["location"]).json())["state"] not in ("done", "failed"):
        assert time.monotonic() < until, job
        time.sleep(0.1)
    return dict(job)


def test_an_import_is_a_job_that_says_what_it_stored(server: Server) -> None:
    with server.client("admin") as admin:
        job = ended(admin, sent(admin, GOOD))
        assert job["state"] == "done"
        assert job["result"]["counts"]["enterprises"] == {"added": 2, "changed": 0, "same": 0}
        again = ended(admin, sent(admin, GOOD))
        assert again["result"]["counts"]["enterprises"] == {"added": 0, "changed": 0, "same": 2}


def test_a_bad_import_is_answered_row_by_row_and_stores_nothing(server: Server) -> None:
    with server.client("admin") as admin:
        answer = sent(admin, BAD)
        told = answer.json()
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert (told["code"], told["total"]) == ("findings", 2)
        places = [(f["file"], f["row"], f["column"]) for f in told["findings"]]
        assert places == [("enterprises.csv", 2, "region"), ("enterprises.csv", 3, "name")]
        # E3 comes as a new row: nothing of the refused batch was stored.
        third = "id,name,region,industry\nE3,甬江机械,330109,17\n"
        assert ended(admin, sent(admin, third))["result"]["counts"]["enterprises"]["added"] == 1


@pytest.mark.parametrize("name", ["..", "a\u202e.csv"])
def test_a_name_that_no_file_may_have_is_refused(server: Server, name: str) -> None:
    with server.client("admin") as admin:
        answer = sent(admin, GOOD, name)
        assert (answer.status_code, answer.json()["code"]) == (422, "http.bad_file_name")


def test_only_administrators_import_train_and_choose_the_model(server: Server) -> None:
    with server.client("planner") as planner, server.client() as nobody:
        for client, status in ((planner, 403), (nobody, 401)):
            assert sent(client, GOOD).status_code == status
            assert client.post("/api/v1/models", json={}).status_code == status
            choice = client.put("/api/v1/models/active", json={"id": "rule"})
            assert choice.status_code == status


def test_a_job_is_shown_to_whoever_asked_for_it_and_to_administrators(server: Server) -> None:
    with server.client("planner") as planner, server.client("other") as other:
        answer = planner.post(
            "/api/v1/simulations", json={"name": "x", "pairing": "?"}, headers={"Prefer": "wait=0"}
        )
        ended(planner, answer)
        key = answer.headers["location"].rpartition("/")[2]
        for place in (f"jobs/{key}", f"simulations/{key}", f"simulations/{key}/allocation"):
            refused = other.get(f"/api/v1/{place}")
            assert refused.status_code == 404
            # Nothing tells somebody else's job from one that is not there.
            nowhere = other.get(f"/api/v1/{place}".replace(key, "0" * 32))
            assert nowhere.text.replace("0" * 32, key) == refused.text
        assert key not in other.get("/api/v1/jobs").text
        assert planner.get(f"/api/v1/simulations/{key}/allocation").status_code == 409
    with server.client("admin") as admin:
        assert admin.get(f"/api/v1/jobs/{key}").json()["by"] == "planner"


def test_a_scenario_at_fault_is_answered_with_all_that_is_wrong(server: Server) -> None:
    with server.client("planner") as planner:
        answer = planner.post("/api/v1/simulations", json={"name": "x", "sead": 7})
        assert (answer.status_code, answer.json()["code"]) == (422, "findings")
        assert "sead" in str(answer.json()["findings"])


def test_a_training_without_history_fails_with_a_sentence(server: Server) -> None:
    with server.client("admin") as admin:
        job = ended(admin, admin.post("/api/v1/models", json={}))
        assert job["state"] == "failed"
        assert set(job["error"]["message"]) == {"zh", "en"}
        listed = admin.get("/api/v1/models").json()
        assert (listed["active"]["id"], listed["models"]) == ("rule", [])
        choice = admin.put("/api/v1/models/active", json={"id": "20250101-0123456789abcdef"})
        assert (choice.status_code, choice.json()["code"]) == (404, "models.no_such_model")


def test_counts_of_all_workers_are_added_up(server: Server) -> None:
    series = 'shanhai_requests_total{method="GET",route="/healthz",status="200"}'

    def counted() -> float:
        with server.client("admin") as client:
            text = client.get("/metrics").text
        found = re.search(re.escape(series) + r" (\S+)", text)
        return float(found[1]) if found else 0.0

    before = counted()
    for _ in range(20):  # each on a connection of its own, so that either worker may answer
        with server.client() as client:
            client.get("/healthz")
    assert counted() == before + 20
    with server.client("admin") as client:
        text = client.get("/metrics").text
    told = re.findall("# TYPE (\\S+)", text)  # Prometheus takes each family once
    assert len(told) == len(set(told)) and "shanhai_jobs" in told and "pid=" not in text


def test_an_import_that_runs_is_cancelled_and_the_next_job_is_done(server: Server) -> None:
    lines = "".join(f"C{i},鄞江{i},330109,17\n" for i in range(20_000))
    with server.client("admin") as admin:
        admin.headers["Prefer"] = "wait=0"
        place = sent(admin, GOOD.partition("\n")[0] + "\n" + lines).headers["location"]
        until = time.monotonic() + 60
        while admin.get(place).json()["state"] == "waiting":
            assert time.monotonic() < until
            time.sleep(0.02)
        assert admin.delete(place).status_code == 204
        told = admin.get(place).json()
        if told.get("state") == "failed":  # else it was done just before
            assert told["error"]["code"] == "jobs.cancelled"
            assert admin.get("/api/v1/enterprises/C1").status_code == 404
        again = ended(admin, sent(admin, GOOD))
        assert (again["state"], admin.get("/api/v1/enterprises/E1").status_code) == ("done", 200)


def test_what_a_county_asks_is_answered_by_a_process_aside(server: Server) -> None:
    scores = "enterprise_id,resource_id,score\nA,x,3\nB,x,2\n"
    with server.client("planner") as planner:
        answer = planner.post(
            "/api/v1/allocations/from-scores", files={"scores": ("s.csv", scores.encode())},
            data={"time_limit": "5"},
        )  # fmt: skip
        job = ended(planner, answer)
        assert job["state"] == "done" and job["result"]["objective"] == pytest.approx(3)
        table = planner.get(answer.headers["location"] + "/table", params={"format": "xlsx"})
        assert table.content[:2] == b"PK"


def test_what_a_service_keeps_is_read_by_its_owner_only(server: Server) -> None:
    """By all that was asked before: files of jobs, store, index, counts, models."""
    home = server.log.parent
    found = {each.relative_to(home).parts[0] for each in home.rglob("*")}
    assert found >= {"shanhai.db", "jobs", "metrics", "index"}
    others = [
        each for each in home.rglob("*") if each.lstat().st_mode & 0o077 and each != server.log
    ]
    assert others == []


def test_a_server_that_is_told_to_stop_leaves_no_job_half_done(tmp_path: Path) -> None:
    home = tmp_path / "stopped"
    url = f"sqlite:///{home / 'shanhai.db'}"
    Store.open(url, create=True)
    known = tokens(url)
    with serving(home, url, known) as running, running.client("admin") as admin:
        lines = "".join(f"E{i},甬江{i},330109,17\n" for i in range(3000))
        admin.headers["Prefer"] = "wait=0"
        key = sent(admin, GOOD.partition("\n")[0] + "\n" + lines).json()["id"]
        while admin.get(f"/api/v1/jobs/{key}").json()["state"] == "waiting":
            time.sleep(0.05)
        running.stop(signal.SIGTERM)
        assert "Traceback" not in running.log.read_text("utf-8")
    store = Store.open(url)
    stored = len(store.table("enterprises", ["id"]))
    # A stop waits for the work, but not for ever: what it gives up has failed and stored nothing.
    assert (jobs.found(store, key).state, stored) in (("done", 3000), ("failed", 0))
