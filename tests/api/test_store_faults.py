"""Whatever happens in the middle of a write, the store is as it was before or as it should be."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.store import Store, address, errors
from api.store import audit as rows
from api.store.errors import (
    Away,
    BadAddress,
    Busy,
    Corrupt,
    DiskFull,
    NewerStore,
    NotInitialised,
    StoreError,
    Unwritable,
)
from features.tables import Table
from made_tables import enterprises
from postgresql import Server

ROWS = 3000
KILLS = {"sqlite": 20, "postgresql": 5}
"""A tenth of the drill's."""


def in_child(work: Callable[[], object]) -> int:
    """Start ``work`` in a process of its own; returns its id."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        except StoreError as error:
            print(error, flush=True)
            status = 3
        finally:
            os._exit(status)
    return child


def status_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def names(store: Store) -> set[object]:
    return set(store.table("enterprises", ["id", "name"])["name"])


def test_a_kill_at_any_moment_of_a_write_leaves_all_of_it_or_nothing(store_url: str) -> None:
    store = Store.open(store_url)
    store.write({"enterprises": enterprises(ROWS, "旧")})
    began = time.monotonic()
    store.write({"enterprises": enterprises(ROWS, "旧2")})
    usual = time.monotonic() - began
    chance = random.Random(7)
    before, cut_short = "旧2", 0
    for attempt in range(KILLS[store_url.partition(":")[0]]):
        after = f"新{attempt}"
        child = in_child(
            lambda name=after: Store.open(store_url).write({"enterprises": enterprises(ROWS, name)})
        )
        time.sleep(chance.uniform(0, usual))
        os.kill(child, signal.SIGKILL)
        cut_short += status_of(child) == -signal.SIGKILL
        with store.connection(writer=True):
            """What a server had been told before the kill is done by then."""
        found = names(store)
        assert found in ({before}, {after})
        (before,) = found  # type: ignore[assignment]
    assert cut_short
    if store.address.file is not None:
        with sqlite3.connect(store.address.file) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert store.write({"enterprises": enterprises(ROWS, "终")})["enterprises"]["changed"] == ROWS


@pytest.mark.parametrize("room", [0, 4096, 100_000, 400_000])
def test_a_full_disk_leaves_the_store_as_it_was(store_file: Path, room: int) -> None:
    store = Store.open(f"sqlite:///{store_file}")
    store.write({"enterprises": enterprises(500, "旧")})

    def write() -> None:
        limit = store_file.stat().st_size + room if room else 8192
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        store.write({"enterprises": enterprises(20_000, "新")})

    assert status_of(in_child(write)) == 3
    assert names(store) == {"旧"}
    assert store.write({"enterprises": enterprises(500, "新")})["enterprises"]["changed"] == 500


def test_a_full_disk_is_said_in_words(store_file: Path) -> None:
    with pytest.raises(DiskFull) as caught, errors.translated(str(store_file)):
        held = address.connect(store_file)
        held.execute("PRAGMA max_page_count = 50")
        held.execute("BEGIN IMMEDIATE")
        held.execute("CREATE TABLE big AS SELECT randomblob(1000000) AS blob")
    assert "腾出空间" in caught.value.message["zh"]
    assert "Free some room" in caught.value.message["en"]
    held.close()


def test_writers_at_the_same_time_wait_and_lose_nothing(store_url: str) -> None:
    def write(writer: int) -> None:
        store = Store.open(store_url)
        for i in range(15):
            store.write({"enterprises": enterprises(20, f"写{writer}", 1000 * writer + 20 * i)})
            store.write({"enterprises": Table("enterprises", {"id": ["共"], "name": [str(i)]})})

    children = [in_child(lambda w=w: write(w)) for w in (1, 2, 3)]
    assert [status_of(child) for child in children] == [0, 0, 0]
    assert len(Store.open(store_url).table("enterprises", ["id"])) == 3 * 15 * 20 + 1


def test_a_reader_sees_the_store_as_it_was_while_another_writes(store_url: str) -> None:
    store = Store.open(store_url)
    store.write({"enterprises": enterprises(2, "旧")})
    with store.connection(writer=True) as session:
        session.exec_driver_sql("UPDATE enterprises SET name = '新'")
        assert names(Store.open(store_url)) == {"旧"}
    assert names(store) == {"新"}


def test_a_writer_that_never_ends_is_told_of(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.store.address.BUSY_SECONDS", 0.2)
    store = Store.open(store_url)
    with store.connection(writer=True), pytest.raises(Busy):
        Store.open(store_url).write({"enterprises": enterprises(1)})


def test_a_store_that_is_not_there_is_not_made_by_opening_it(tmp_path: Path) -> None:
    file = tmp_path / "none" / "shanhai.db"
    with pytest.raises(NotInitialised) as caught:
        Store.open(f"sqlite:///{file}")
    assert "shanhai init" in caught.value.message["zh"]
    assert not file.parent.exists()


def test_an_older_and_a_newer_layout_are_told_apart(store_url: str) -> None:
    with Store.open(store_url).connection(writer=True) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for create in (False, True):
        with pytest.raises(NewerStore) as caught:
            Store.open(store_url, create=create)
        assert "9999" in caught.value.message["en"]


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    noise, other = tmp_path / "noise.db", tmp_path / "other.db"
    noise.write_bytes(b"this is no database at all, " * 100)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE letters (id)")
    for file in (noise, other):
        before = file.read_bytes()
        for create in (False, True):
            with pytest.raises(Corrupt):
                Store.open(f"sqlite:///{file}", create=create)
        assert file.read_bytes() == before


def test_a_damaged_store_is_told_of(store_file: Path) -> None:
    store = Store.open(f"sqlite:///{store_file}")
    store.write({"enterprises": enterprises(2000)})
    whole = bytearray(store_file.read_bytes())
    whole[8192:-4096] = b"\xa5" * (len(whole) - 12288)
    store_file.write_bytes(bytes(whole))
    with pytest.raises(Corrupt):
        store.table("enterprises")


def test_a_folder_in_place_of_the_file_is_told_of(tmp_path: Path) -> None:
    for create in (False, True):
        with pytest.raises(Unwritable, match="is a folder"):
            Store.open(f"sqlite:///{tmp_path}", create=create)


def test_a_place_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in ("/proc/none/shanhai.db", tmp_path / "file" / "shanhai.db"):
        with pytest.raises(Unwritable):
            Store.open(f"sqlite:///{place}", create=True)


@pytest.mark.parametrize(
    "url", ["mysql://root:geheim@host/db", "shanhai.db", "", "sqlite://", "sqlite:///:memory:"]
)
def test_an_address_that_cannot_be_understood_is_told_of_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANHAI_DATABASE_URL", url or "://")
    with pytest.raises(BadAddress) as caught:
        Store.open()
    assert "geheim" not in caught.value.message["zh"] + caught.value.message["en"]


def test_the_folder_of_a_new_store_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "private" / "shanhai.db"
    Store.open(f"sqlite:///{file}", create=True)
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_server_that_cannot_be_reached_is_told_of_without_its_password() -> None:
    with pytest.raises(Away) as caught:
        Store.open("postgresql://staff:geheim@127.0.0.1:1/shanhai")
    for said in caught.value.message.values():
        assert "geheim" not in said and "127.0.0.1:1" in said


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_server_that_fails_is_told_of_and_used_again_once_it_is_back(
    store_url: str, _server: Server
) -> None:
    store = Store.open(store_url)
    store.write({"enterprises": enterprises(3, "旧")})
    with pytest.raises(Away), store.connection(writer=True) as session:
        session.exec_driver_sql("UPDATE enterprises SET name = '新'")
        _server.stop()
    try:
        for attempt in (names, lambda store: store.write({"enterprises": enterprises(1)})):
            with pytest.raises(Away):
                attempt(store)
    finally:
        _server.start()
    assert names(store) == {"旧"}
    assert store.write({"enterprises": enterprises(3, "新")})["enterprises"]["changed"] == 3


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_server_whose_disk_is_full_is_told_of_and_keeps_nothing_of_the_write(
    store_url: str,
) -> None:
    """The server is made to say so by a trigger: its code is that of a disk without room."""
    store = Store.open(store_url)
    store.write({"enterprises": enterprises(3, "旧")})
    with store.connection(writer=True) as session:
        session.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE 'no space left' USING ERRCODE = 'disk_full'; END $$"
        )
        session.exec_driver_sql(
            "CREATE TRIGGER full_disk BEFORE INSERT ON enterprises "
            "FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
    with pytest.raises(DiskFull):
        store.write({"enterprises": enterprises(4, "新")})
    assert names(store) == {"旧"}
    assert len(store.table("enterprises")) == 3


def test_a_writer_can_read_however_many_wait_for_their_turn(store_url: str) -> None:
    # More than a server is asked for connections: who waits must not hold the one needed to go on.
    store, many = Store.open(store_url), 20
    store.stay_connected()
    together = threading.Barrier(many)

    def write(number: int) -> None:
        together.wait()
        with store.connection(writer=True) as connection:
            assert store.keys("regions")
            rows.note(connection, "staff", "test", f"writers/{number}")

    with ThreadPoolExecutor(many) as pool:
        list(pool.map(write, range(many)))
    with store.connection() as connection:
        assert len(rows.noted(connection, limit=100)) == many
