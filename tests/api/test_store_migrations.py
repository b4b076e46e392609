"""The migrations lead to the layout that the schema says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select

from api.store import Store, served, version
from api.store.address import Address
from api.store.errors import BadAddress, Served
from api.store.layout import ACCOUNTS, LIST_LOG, MERGES, METADATA, ROWS
from api.store.migrate import _config
from api.usecases import users
from features.schema import TABLES
from killed_migrations import finished, killed_before, killed_throughout
from running import shanhai
from whole_stores import older_store

STEP = 4
"""A kill before each fourth statement; the drill kills before each."""


def test_a_migrated_store_has_the_layout_of_the_schema(store_url: str) -> None:
    store = Store.open(store_url)
    with store.connections.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_every_table_and_column_of_the_schema_is_stored() -> None:
    assert set(ROWS) == set(TABLES)
    for name, spec in TABLES.items():
        assert set(spec.names) <= set(ROWS[name].c.keys())


def test_the_list_of_revisions_is_that_of_the_migrations() -> None:
    scripts = ScriptDirectory.from_config(_config())
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(revisions)) == version.REVISIONS


def test_making_a_store_twice_does_no_harm(tmp_path: Path) -> None:
    store = Store.at(f"sqlite:///{tmp_path / 'a b%20c #?.db'}")
    assert store.migrate() == (None, version.HEAD)
    assert store.migrate() == (version.HEAD, version.HEAD)
    assert store.revision() == version.HEAD
    assert (tmp_path / "a b%20c #?.db").exists()


@pytest.mark.parametrize("revision", [None, *version.REVISIONS[:-1]])
def test_a_migration_killed_before_any_statement_leaves_the_old_store_and_is_done_the_next_time(
    revision: str | None, other_url: str
) -> None:
    held = [] if revision is None else older_store(other_url, revision)
    if revision is None:
        Store.at(other_url).make_room()
    assert killed_before(other_url, 5)
    finished(other_url, revision, held)


def test_the_first_and_the_last_statement_are_no_exception(other_url: str) -> None:
    held = older_store(other_url, "0001")
    assert killed_throughout(other_url, "0001", held, STEP) >= 4
    finished(other_url, version.HEAD, held)


def test_lists_and_merges_of_the_command_line_become_no_accounts(other_url: str) -> None:
    older_store(other_url, "0007")
    store = Store.at(other_url)
    early, late = "2008-01-01T00:00:00Z", "2008-03-01T00:00:00Z"
    lists = [("1", early, "zhang"), ("2", late, "zhang"), ("3", late, "root"), ("4", late, "cli:x")]
    with store.connection(writer=True) as connection:
        connection.execute(ACCOUNTS.insert().values(
            name="zhang", role="planner", password_hash="x", made_at="2008-02-01T00:00:00Z"
        ))  # fmt: skip
        cells = {"query": "{}", "filters": "{}", "model_id": "rule", "rows": "[]",
                 "as_of": date(2008, 1, 1)}  # fmt: skip
        connection.execute(
            LIST_LOG.insert(), [{"id": id_, "at": at, "by": by, **cells} for id_, at, by in lists]
        )
        connection.execute(
            MERGES.insert().values(number=1, at=late, by="root", merged="{}", changes="{}")
        )
    store.migrate()
    told = {entry.id: entry.by for entry in store.lists()}
    assert told == {"1": "cli:zhang", "2": "zhang", "3": "cli:root", "4": "cli:x"}
    with store.connection() as connection:
        assert connection.execute(select(MERGES.c.by)).scalars().all() == ["cli:root"]


def test_a_store_is_not_migrated_under_a_service_that_runs_over_it(other_url: str) -> None:
    older_store(other_url, "0008")
    store = Store.at(other_url)
    with _served(store.address):
        with pytest.raises(Served) as refused:
            store.migrate()
        assert "systemctl stop shanhai" in refused.value.message["en"]
        assert store.revision() == "0008"
    assert store.migrate() == ("0008", version.HEAD)


@contextmanager
def _served(address: Address) -> Iterator[None]:
    """What a service over a store holds."""
    serving = Store(address)
    serving.stay_connected()
    place = served.hold(address)
    try:
        with serving.connection():
            yield
    finally:
        serving.connections.engine.dispose()
        if place is not None:
            place.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("revision", ["0005", "9999"])
def test_serve_refuses_an_older_and_a_newer_store_with_the_remedy(
    revision: str, lang: str, store_url: str
) -> None:
    users.add(Store.open(store_url), "root", "admin", password="a long enough password")
    with Store.open(store_url).connection(writer=True) as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    refused = shanhai("serve", "--port", "8123", lang=lang, SHANHAI_DATABASE_URL=store_url)
    assert (refused.status, refused.out) == (1, "") and revision in refused.err
    newer = {"zh": "请升级 shanhai", "en": "Upgrade shanhai"}[lang]
    assert (newer if revision == "9999" else "shanhai init") in refused.err


@pytest.mark.parametrize("url", [
    "postgresql://staff:ge@heim@db.example/shanhai",  # the driver would look for heim@db.example
    "postgresql://staff@corp:geheim@db.example/shanhai",
    "postgresql://staff/geheim:heim@db.example/shanhai",
    "postgresql://staff:geheim",  # geheim would be the port
    "postgresql://staff:1@geheim?heim@db.example",
    "mysql://staff@corp:geheim@db.example/shanhai?password=geheim",
])  # fmt: skip
def test_an_address_that_could_hold_a_password_elsewhere_is_refused_without_it(url: str) -> None:
    with pytest.raises(BadAddress) as caught:
        Address.parse(url)
    assert "heim" not in str(caught.value.message)


@pytest.mark.parametrize(("url", "place"), [
    ("staff:ge/h:e?i#m@db.example:5432/shanhai", "staff:***@db.example:5432/shanhai"),
    ("staff@/shanhai?host=/run/pg&password=geheim", "staff@/shanhai?host=/run/pg&password=***"),
    ("staff@[::1]:5432/shanhai?sslpassword=geheim", "staff@[::1]:5432/shanhai?sslpassword=***"),
    ("staff:ge%40heim@db/shanhai?geheim", "staff:***@db/shanhai?***"),
])  # fmt: skip
def test_a_password_is_hidden_wherever_it_stands(url: str, place: str) -> None:
    assert Address.parse(f"postgresql://{url}").place == f"postgresql+psycopg://{place}"


def test_a_server_is_an_address_too() -> None:
    address = Address.parse("postgresql://staff:geheim@db.example/shanhai")
    assert address.url == "postgresql+psycopg://staff:geheim@db.example/shanhai"
    assert (address.file, address.place) == (
        None,
        "postgresql+psycopg://staff:***@db.example/shanhai",
    )
