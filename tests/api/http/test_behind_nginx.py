"""The service behind a real nginx, configured as ``docs/deployment.md`` says."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api import accounts
from deployment_page import blocks
from serving import Server, serving, tokens

NGINX = "/usr/sbin/nginx"
NAME = "shanhai.example.cn"
PASSWORD = "a long enough password"
MAIN = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/shanhai.conf;
}}
"""


@dataclass
class Proxy:
    """A proxy before a service."""

    server: Server
    plain: int
    secure: int
    certificate: Path

    @property
    def url(self) -> str:
        """Where it answers, over TLS."""
        return f"https://127.0.0.1:{self.secure}"

    @property
    def host(self) -> str:
        """As a browser names it."""
        return f"{NAME}:{self.secure}"

    def client(self, address: str = "127.0.0.1", **headers: str) -> httpx.Client:
        """A client that comes from an address of this machine."""
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        transport = httpx.HTTPTransport(verify=trusted, local_address=address)
        return httpx.Client(
            base_url=self.url, transport=transport, timeout=60, trust_env=False,
            headers={"Host": self.host, "Accept-Language": "en", **headers},
        )  # fmt: skip


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _certified(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"),
         "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, _new_store_file: bytes) -> Iterator[Proxy]:
    """The page's configuration with the test's ports and certificate, by an ordinary user."""
    assert Path(NGINX).exists(), "nginx is needed: see requirements/system.txt"
    home = tmp_path_factory.mktemp("home")
    file = home / "shanhai.db"
    file.write_bytes(_new_store_file)
    url = f"sqlite:///{file}"
    with (
        serving(home, url, tokens(url)) as server,
        tempfile.TemporaryDirectory(prefix="shanhai-nginx-") as name,
    ):
        folder, plain, secure = Path(name), _port(), _port()
        _certified(folder)
        (page,) = blocks("nginx")
        for said, here in (
            ("127.0.0.1:8000", server.url.removeprefix("http://")),
            ("listen 80;", f"listen 127.0.0.1:{plain};"),
            ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
            ("/etc/ssl/shanhai", name),
        ):
            assert said in page
            page = page.replace(said, here)
        (folder / "shanhai.conf").write_text(page, "utf-8")
        (folder / "main.conf").write_text(MAIN.format(folder=name), "utf-8")
        ordinary = {}
        if os.geteuid() == 0:
            ordinary = {"user": "nobody", "extra_groups": []}
            for each in (folder, *folder.iterdir()):
                shutil.chown(each, "nobody")
        command = [NGINX, "-p", name, "-e", f"{name}/error.log", "-c", f"{name}/main.conf"]
        tested = subprocess.run(
            [*command, "-t"], capture_output=True, text=True, check=False, **ordinary
        )  # type: ignore[call-overload]
        assert tested.returncode == 0, tested.stderr
        assert "warn" not in tested.stderr, tested.stderr
        nginx = subprocess.Popen(command, **ordinary)  # type: ignore[call-overload]
        found = Proxy(server, plain, secure, folder / "fullchain.pem")
        try:
            _up(found)
            yield found
        finally:
            nginx.terminate()
            nginx.wait(30)


def _up(proxy: Proxy) -> None:
    until = time.monotonic() + 60
    with proxy.client() as client:
        while time.monotonic() < until:
            with suppress(httpx.TransportError):
                if client.get("/readyz").status_code == 200:
                    return
            time.sleep(0.1)
    raise AssertionError("nginx does not answer")


def test_a_person_signs_in_and_the_cookie_goes_over_tls_only(proxy: Proxy) -> None:
    form = {"name": "admin", "password": PASSWORD, "back": "/"}
    with proxy.client(Origin=f"https://{proxy.host}") as browser:
        signed = browser.post("/sign-in", data=form)
        assert signed.status_code == 303 and signed.headers["location"] == "/planner"
        cookie = signed.headers["set-cookie"].lower()
        assert "secure" in cookie and "httponly" in cookie and "samesite=lax" in cookie
        assert signed.headers["strict-transport-security"] == "max-age=31536000"
        assert "default-src 'self'" in signed.headers["content-security-policy"]
        browser.cookies.clear()
        session = {"Cookie": signed.headers["set-cookie"].partition(";")[0]}
        assert browser.get("/api/v1/session", headers=session).json()["name"] == "admin"
        evil = {**session, "Origin": "https://evil.example"}
        assert browser.delete("/api/v1/session", headers=evil).status_code == 403
        other_port = {**session, "Origin": f"https://{NAME}:1"}
        assert browser.delete("/api/v1/session", headers=other_port).status_code == 403
        assert browser.delete("/api/v1/session", headers=session).status_code == 204
        assert browser.get("/api/v1/session", headers=session).status_code == 401


def test_what_is_asked_for_without_tls_is_sent_there(proxy: Proxy) -> None:
    asked = httpx.get(
        f"http://127.0.0.1:{proxy.plain}/offers", headers={"Host": NAME}, trust_env=False
    )
    assert (asked.status_code, asked.headers["location"]) == (301, f"https://{NAME}/offers")


def test_attempts_to_sign_in_are_counted_by_where_they_come_from_whatever_is_claimed(
    proxy: Proxy,
) -> None:
    def attempt(client: httpx.Client, password: str, claimed: str) -> int:
        return client.post(
            "/api/v1/session", json={"name": "planner", "password": password},
            headers={"X-Forwarded-For": claimed, "X-Real-IP": claimed, "Forwarded": claimed},
        ).status_code  # fmt: skip

    with proxy.client("127.0.0.2") as guessing:
        tries = [
            attempt(guessing, f"wrong {i}", f"10.0.0.{i}") for i in range(accounts.TRIES_OF_A_NAME)
        ]
        assert set(tries) == {401}
        assert attempt(guessing, PASSWORD, "10.9.9.9") == 429
        assert attempt(guessing, PASSWORD, "127.0.0.3, 127.0.0.1") == 429
    with proxy.client("127.0.0.3") as other:
        assert attempt(other, PASSWORD, "127.0.0.2") == 200


@pytest.mark.parametrize("megabytes", [2, 59, 62])
def test_a_body_is_judged_by_the_service_in_its_own_words(megabytes: int, proxy: Proxy) -> None:
    token = {"Authorization": f"Bearer {proxy.server.tokens['admin']}"}
    with proxy.client() as client:
        if megabytes == 2:
            content = b'{"name": "' + b"x" * (megabytes << 20) + b'"}'
            typed = {**token, "Content-Type": "application/json"}
            answer = client.post("/api/v1/enterprises", content=content, headers=typed)
        else:
            files = {"files": ("enterprises.csv", b"x" * (megabytes << 20))}
            answer = client.post("/api/v1/imports", files=files, headers=token)
    assert answer.status_code == (413 if megabytes != 59 else 422), answer.text[:500]
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert set(answer.json()["message"]) == {"zh", "en"}


def test_what_is_too_large_for_the_proxy_does_not_reach_the_service(proxy: Proxy) -> None:
    before = proxy.server.log.read_text("utf-8").count('"path"')
    with proxy.client() as client:
        assert client.post("/sign-in", content=b"x" * (65 << 20)).status_code == 413
        assert client.get("/sign-in", headers={"X": "x" * 70_000}).status_code == 400
    assert proxy.server.log.read_text("utf-8").count('"path"') == before


def test_headers_that_the_proxy_lets_through_the_service_takes(proxy: Proxy) -> None:
    with proxy.client() as client:
        many = {f"X{i}": "x" * 7_000 for i in range(3)}
        assert client.get("/sign-in", headers=many).status_code == 200


def test_connections_kept_open_are_used_again_without_a_failure(proxy: Proxy) -> None:
    with proxy.client() as client:
        statuses = set()
        for pause in (0, 0, 0.5, 11, 0, 16, 0):  # past both ends: nginx 10 s, the service 15 s
            time.sleep(pause)
            statuses.add(client.get("/sign-in").status_code)
    assert statuses == {200}
    said = re.findall("upstream.*", (proxy.certificate.parent / "error.log").read_text("utf-8"))
    assert said == []
