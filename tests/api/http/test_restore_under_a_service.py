"""A restore is refused while a service is over the store, and a service while one is going on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.store import Store, served
from api.store.errors import Served
from api.usecases import backing_up
from made_tables import enterprises
from running import shanhai
from serving import serving, tokens
from whole_stores import got
from writing import store_address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a store with a row, on each database."""
    home = tmp_path / "home"
    home.mkdir()
    with store_address(request.param, home) as address:
        Store.open(address).write({"enterprises": enterprises(1, "旧")})
        yield address


@pytest.mark.parametrize(("url", "workers"), [("sqlite", 2), ("postgresql", 1)], indirect=["url"])
def test_a_restore_waits_for_the_service_to_be_stopped(
    url: str, workers: int, tmp_path: Path
) -> None:
    home, file = tmp_path / "home", tmp_path / "backup.zip"
    here = {"SHANHAI_DATABASE_URL": url, "SHANHAI_HOME": str(home)}
    known = tokens(url)
    backing_up.run(file, url=url)
    Store.open(url).write({"enterprises": enterprises(1, "新")})
    before = got(url)
    with serving(home, url, known, workers=workers) as running:
        refused = shanhai("restore", "--replace", file, lang="en", **here)
        assert refused.status == 1 and "systemctl stop" in refused.err, refused.err
        assert got(url) == before
        assert shanhai("restore", "--dry-run", file, **here).status == 0
        with running.client("admin") as admin:
            assert admin.get("/api/v1/enterprises").json()["rows"][0]["name"].startswith("新")
        running.stop()
    restored = shanhai("restore", "--replace", file, **here)
    assert restored.status == 0, restored.err
    assert set(Store.open(url).table("enterprises", ["name"])["name"]) == {"旧"}


def test_a_service_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'home' / 'shanhai.db'}"
    store = Store.open(url, create=True)
    with (
        serving(tmp_path / "home", url, tokens(url)), pytest.raises(Served),
        served.alone(store.address),
    ):  # fmt: skip
        pass
    with served.alone(store.address), pytest.raises(Served):
        served.hold(store.address)


def test_no_service_starts_while_a_store_is_restored(tmp_path: Path) -> None:
    home = tmp_path / "home"
    url = f"sqlite:///{home / 'shanhai.db'}"
    store = Store.open(url, create=True)
    tokens(url)
    kept = served.hold(store.address)  # as of a service that ran here once
    assert kept is not None
    kept.close()
    with served.alone(store.address):
        refused = shanhai(
            "serve", "--port", "1", lang="en", SHANHAI_DATABASE_URL=url, SHANHAI_HOME=str(home)
        )
    assert refused.status == 1 and "being restored" in refused.err
