"""A store of its own for every test, on each database that is supported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings import SETTINGS
from api.store import Store

DATABASES = ("sqlite",)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the state of the machine it runs on."""
    for name in (setting.name for setting in SETTINGS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHANHAI_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def _new_store_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of an empty store: migrating one anew for every test would take minutes."""
    file = tmp_path_factory.mktemp("new") / "new.db"
    Store.open(f"sqlite:///{file}", create=True)
    return file.read_bytes()


@pytest.fixture(params=DATABASES)
def store_url(
    request: pytest.FixtureRequest, tmp_path: Path, _new_store_file: bytes
) -> Iterator[str]:
    """Address of an empty store."""
    assert request.param == "sqlite"
    file = tmp_path / "store" / "shanhai.db"
    file.parent.mkdir()
    file.write_bytes(_new_store_file)
    yield f"sqlite:///{file}"


@pytest.fixture(params=[True, False], ids=["driver", "sqlalchemy"])
def store(request: pytest.FixtureRequest, store_url: str) -> Store:
    """An empty store, read by SQLite's own driver and through SQLAlchemy."""
    return Store.open(store_url, quick=request.param)
