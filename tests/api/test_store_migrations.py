"""The migrations lead to the layout that the schema says."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from api.store import Store, version
from api.store.address import Address
from api.store.layout import METADATA, ROWS
from api.store.migrate import _config
from features.schema import TABLES


def test_a_migrated_store_has_the_layout_of_the_schema(store_url: str) -> None:
    store = Store.open(store_url)
    with store._engine.connect() as connection:
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


def test_a_server_is_an_address_too() -> None:
    address = Address.parse("postgresql://staff:geheim@db.example/shanhai")
    assert address.url == "postgresql+psycopg://staff:geheim@db.example/shanhai"
    assert (address.file, address.place) == (
        None,
        "postgresql+psycopg://staff:***@db.example/shanhai",
    )
