"""What is made of the register's rows is kept while they stay as they are, and not longer."""

from __future__ import annotations

from datetime import date

import pytest

from api.store import Store
from api.usecases import overdue, overview, register_tables, targets
from features.tables import Table
from matcher.rates import Filters

DAY = date(2009, 6, 30)


def project(key: str, agreed: float) -> Table:
    return Table("projects", {
        "id": [key], "name": [f"项目{key}"], "enterprise_ids": [()], "region": ["330881"],
        "signed_on": [date(2008, 3, 1)], "agreed_wan": [agreed],
    })  # fmt: skip


@pytest.fixture
def store(store_url: str) -> Store:
    found = Store.open(store_url)
    found.write([project("P1", 100.0)])
    return found


def test_figures_follow_rows_that_come_change_and_go(store: Store) -> None:
    def told() -> tuple[float | None, float | None, int]:
        rates = targets.run(store, as_of=DAY, by=["region"])
        behind = overdue.run(store, as_of=DAY)
        return (
            overview.run(store, as_of=DAY).total.agreed_wan, rates.total.agreed_wan,
            len(behind.register),
        )  # fmt: skip

    assert told() == (100.0, 100.0, 1)
    store.write([project("P2", 50.0)])
    assert told() == (150.0, 150.0, 2)
    store.write([project("P1", 70.0)])
    assert told() == (120.0, 120.0, 2)
    store.delete("projects", "P2")
    assert told() == (70.0, 70.0, 1)


def test_only_tables_whose_rows_changed_are_read_again(store: Store) -> None:
    before = register_tables.read(store)
    assert register_tables.read(store) is before
    store.write([project("P2", 50.0)])
    after = register_tables.read(store)
    same = {name for name in after.tables if after.tables[name] is before.tables[name]}
    assert {*register_tables.NAMES, *register_tables.OWN} - same == {"projects"}


def test_days_and_filters_are_kept_apart(store: Store) -> None:
    filters = Filters(region="330881")
    assert targets.run(store, as_of=DAY, filters=filters).total.agreed_wan == 100.0
    elsewhere = Filters(region="330802")
    assert targets.run(store, as_of=DAY, filters=elsewhere).total.projects == 0
    assert targets.run(store, as_of=date(2007, 1, 1)).total.projects == 0
    assert targets.run(store, as_of=DAY, filters=filters).total.agreed_wan == 100.0
