"""A store of its own for every test; tests of the store run on each database that is supported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import postgresql
from api.settings import SETTINGS
from api.store import Store

ON_BOTH = (
    "test_store", "test_store_faults", "test_store_migrations", "test_accounts", "test_jobs",
    "test_backup", "test_backup_under_writes", "test_deployment", "test_decisions",
    "test_odd_letters", "test_references", "test_scope",
    "test_list_ages",
)  # fmt: skip
"""The tests of what is kept in a store; those of the commands above it run on a file alone."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test its databases, and SQLite's driver and SQLAlchemy to read a file by."""
    both = metafunc.module.__name__.rpartition(".")[2] in ON_BOTH
    databases = ["sqlite", "postgresql"] if both else ["sqlite"]
    used = set(metafunc.fixturenames)
    if {"store", "store_url"} <= used and not hasattr(metafunc.module, "store"):
        quick = [("sqlite", True), *((database, False) for database in databases)]
        ids = ["driver", *("sqlalchemy" if d == "sqlite" else d for d in databases)]
        metafunc.parametrize(("store_url", "store"), quick, indirect=True, ids=ids)
    elif "store_url" in used and not any(
        mark.name == "parametrize" and mark.args[0] == "store_url"
        for mark in metafunc.definition.iter_markers()
    ):
        metafunc.parametrize("store_url", databases, indirect=True)


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


@pytest.fixture(scope="session")
def _server() -> Iterator[postgresql.Server]:
    """A server with an empty store that others are copied from; its machine never loses power."""
    with postgresql.running("fsync=off", "max_connections=40") as server:
        server.execute("CREATE DATABASE new_store")
        store = Store.open(server.url("new_store"), create=True)
        store.connections.engine.dispose()
        yield server


@pytest.fixture
def store_url(
    request: pytest.FixtureRequest, tmp_path: Path, _new_store_file: bytes
) -> Iterator[str]:
    """Address of an empty store."""
    if request.param == "postgresql":
        server: postgresql.Server = request.getfixturevalue("_server")
        server.execute("CREATE DATABASE one_store TEMPLATE new_store")
        yield server.url("one_store")
        server.execute("DROP DATABASE one_store WITH (FORCE)")
        return
    file = tmp_path / "store" / "shanhai.db"
    file.parent.mkdir()
    file.write_bytes(_new_store_file)
    yield f"sqlite:///{file}"


@pytest.fixture
def other_url(store_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a place with nothing in it, on the database that ``store_url`` is not on."""
    if not store_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'other' / 'shanhai.db'}"
        return
    server: postgresql.Server = request.getfixturevalue("_server")
    server.execute("CREATE DATABASE other_store")
    yield server.url("other_store")
    server.execute("DROP DATABASE other_store WITH (FORCE)")


@pytest.fixture
def store_file(tmp_path: Path, _new_store_file: bytes) -> Path:
    """File of an empty SQLite store, for what only a file can suffer."""
    file = tmp_path / "file" / "shanhai.db"
    file.parent.mkdir()
    file.write_bytes(_new_store_file)
    return file


@pytest.fixture
def store(request: pytest.FixtureRequest, store_url: str) -> Store:
    """An empty store, read by SQLite's own driver or through SQLAlchemy."""
    return Store.open(store_url, quick=request.param)
