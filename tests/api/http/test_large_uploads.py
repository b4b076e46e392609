"""A large upload passes through the service a part at a time."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from api.store import Store
from processes import peak, resident
from serving import serving, tokens

MEGABYTE = 1 << 20
LARGE, ALLOWED = 55 * MEGABYTE, 20 * MEGABYTE


def test_an_upload_is_never_in_the_memory_of_the_service_whole(tmp_path: Path) -> None:
    home = tmp_path / "home"
    url = f"sqlite:///{home / 'shanhai.db'}"
    Store.open(url, create=True)
    with serving(home, url, tokens(url)) as running, running.client("admin") as admin:
        service = running.process.pid

        def sent(size: int) -> None:
            with tempfile.TemporaryFile() as file:
                for _ in range(size // MEGABYTE):
                    file.write(os.urandom(MEGABYTE))
                file.seek(0)
                answer = admin.post("/api/v1/imports", files=[("files", ("notes.txt", file))])
            assert answer.status_code == 422, answer.text  # no table is called so
            assert answer.json()["code"] == "findings"

        sent(2 * MEGABYTE)  # whatever it loads for an upload, it has loaded then
        before = max(peak(service), resident(service))
        sent(LARGE)
        assert peak(service) - before < ALLOWED
        too_large = b"x" * (61 * MEGABYTE)
        refused = admin.post("/api/v1/imports", files=[("files", ("notes.txt", too_large))])
        assert refused.status_code == 413
        assert peak(service) - before < ALLOWED
