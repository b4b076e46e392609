"""``shanhai serve`` as a process: it refuses what is unsafe, answers, and stops when told."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from api.store import Store
from api.usecases import users
from running import ROOT, shanhai
from service import PASSWORD


def test_it_does_not_start_without_an_admin_or_on_a_public_address(store_url: str) -> None:
    refused = shanhai("serve", lang="en", SHANHAI_DATABASE_URL=store_url)
    assert refused.status == 2 and "user add" in refused.err
    users.add(Store.open(store_url), "root", "admin", password=PASSWORD)
    refused = shanhai("serve", "--host", "0.0.0.0", lang="en", SHANHAI_DATABASE_URL=store_url)
    assert refused.status == 2 and "--public" in refused.err


@pytest.mark.parametrize(
    ("address", "said"),
    [("nowhere.invalid", "没有这个主机名"), ("192.0.2.1", "不是本机的地址")],
)
def test_an_address_that_is_not_of_this_machine_is_not_told_to_change_its_port(
    store_url: str, address: str, said: str
) -> None:
    users.add(Store.open(store_url), "root", "admin", password=PASSWORD)
    refused = shanhai("serve", "--public", "--host", address, SHANHAI_DATABASE_URL=store_url)
    assert refused.status == 1 and said in refused.err and "端口" not in refused.err


def test_a_port_that_is_taken_is_told_in_the_language_of_the_user(store_url: str) -> None:
    users.add(Store.open(store_url), "root", "admin", password=PASSWORD)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = shanhai("serve", "--port", port, SHANHAI_DATABASE_URL=store_url)
    assert refused.status == 1 and "占用" in refused.err and "Address" not in refused.err


def test_it_answers_signs_in_and_stops_when_told(store_url: str, tmp_path: Path) -> None:
    users.add(Store.open(store_url), "root", "admin", password=PASSWORD)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "log"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SHANHAI_DATABASE_URL": store_url}
    with log.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", "serve", "--port", str(port)],
            env=environment, stderr=err,
        )  # fmt: skip
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60
        ) as client:
            for _ in range(600):
                try:
                    if client.get("/healthz").status_code == 200:
                        break
                except httpx.TransportError:
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.1)
            signed = client.post("/api/v1/session", json={"name": "root", "password": PASSWORD})
            assert signed.status_code == 200 and "httponly" in signed.headers["set-cookie"].lower()
            assert client.get("/api/v1/session").json()["role"] == "admin"
            foreign = client.delete("/api/v1/session", headers={"Origin": "http://evil.example"})
            assert foreign.status_code == 403
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(60)
    written = log.read_text(encoding="utf-8")
    assert status in (0, -signal.SIGTERM) and "Traceback" not in written
    assert '"path": "/api/v1/session"' in written and PASSWORD not in written
