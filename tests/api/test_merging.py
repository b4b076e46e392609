"""Entries merged into others: nothing is lost, and undoing brings back every byte."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.store import Store, accounts
from api.store.errors import NothingToUndo, UndoRefused
from api.store.layout import ROWS
from features.schema import TABLES
from features.tables import Table, Value
from made_tables import ALL_TABLES, referred, tables

DAY = date(2008, 3, 1)


def _rows(store: Store, table: str) -> list[dict[str, Value]]:
    return list(store.table(table).rows())


def _known(row: dict[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in row.items() if value is not None}


def _with(store: Store, table: str, *rows: dict[str, Value]) -> None:
    store.write({table: Table.from_rows(table, list(rows))})


def every_byte(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every cell of every table of the store, stamps too."""
    with store.connections.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(target.select().order_by("row_key"))]
            for name, target in ROWS.items()
        }


@pytest.fixture
def two(store: Store) -> Store:
    """Two entries of one enterprise, A-1 and B.2, and resources."""
    store.write(referred())
    return store


def test_empty_cells_are_filled_and_contradictory_ones_reported(two: Store) -> None:
    _with(
        two,
        "enterprises",
        {"id": "A-1", "name": "甲", "region": "330109", "employees": 10},
        {"id": "B.2", "name": "甲公司", "employees": 12, "founded": 1998, "x_tax": 3.0},
    )
    merged = two.merge({"B.2": "A-1"})
    kept = _known(next(row for row in _rows(two, "enterprises") if row["id"] == "A-1"))
    assert kept == {
        "id": "A-1",
        "name": "甲",
        "region": "330109",
        "employees": 10,
        "founded": 1998,
        "x_tax": 3.0,
    }
    assert [c.as_dict() for c in merged.contradictions] == [
        {"table": "enterprises", "key": "A-1", "column": "employees", "kept": 10, "other": 12}
    ]
    assert not two.has("enterprises", "B.2")


def test_what_refers_to_an_entry_that_goes_moves_to_the_one_that_stays(two: Store) -> None:
    _with(
        two,
        "outcomes",
        {"enterprise_id": "B.2", "resource_id": "A-1", "date": DAY, "stage": "signed"},
    )
    _with(two, "projects", {"id": "P", "name": "项目", "enterprise_ids": ("c_3", "B.2", "A-1")})
    _with(
        two,
        "interests",
        {"side": "enterprise", "id": "B.2", "target": "land", "level": "yes"},
        {"side": "resource", "id": "B.2", "target": "B.2", "level": "no"},
        {"side": "region", "id": "330881", "target": "B.2", "level": "must"},
    )
    two.delete("resources", "c_3")
    two.merge({"B.2": "A-1"})
    assert [row["enterprise_id"] for row in _rows(two, "outcomes")] == ["A-1"]
    projects = {row["id"]: row["enterprise_ids"] for row in _rows(two, "projects")}
    assert projects["P"] == ("c_3", "A-1")
    said = {(r["side"], r["id"], r["target"]) for r in _rows(two, "interests")}
    # a region's B.2 may be the resource of that id, which stays: both are kept
    assert said == {
        ("enterprise", "A-1", "land"),
        ("resource", "B.2", "A-1"),
        ("region", "330881", "A-1"),
        ("region", "330881", "B.2"),
    }


def test_two_records_of_one_day_become_one_with_the_further_stage(two: Store) -> None:
    pair = {"resource_id": "A-1", "date": DAY}
    _with(
        two,
        "outcomes",
        {**pair, "enterprise_id": "A-1", "stage": "contacted", "jobs": 5},
        {**pair, "enterprise_id": "B.2", "stage": "signed", "amount_wan": 90.0},
    )
    merged = two.merge({"B.2": "A-1"})
    (row,) = _rows(two, "outcomes")
    assert (row["stage"], row["jobs"], row["amount_wan"]) == ("signed", 5, 90.0)
    (found,) = merged.contradictions
    assert (found.table, found.column, found.kept, found.other) == (
        "outcomes",
        "stage",
        "signed",
        "contacted",
    )


def test_a_refusal_is_not_lost_where_the_other_entry_said_yes(two: Store) -> None:
    for who, level in (("A-1", "yes"), ("B.2", "no")):
        _with(two, "interests", {"side": "enterprise", "id": who, "target": "land", "level": level})
    two.merge({"B.2": "A-1"})
    assert [(r["id"], r["level"]) for r in _rows(two, "interests")] == [("A-1", "no")]


def test_merges_are_undone_the_last_one_first(two: Store) -> None:
    states = [every_byte(two)]
    for gone, kept in (("B.2", "A-1"), ("c_3", "A-1")):
        two.merge({gone: kept})
        states.append(every_byte(two))
    assert two.merged_into() == {"B.2": "A-1", "c_3": "A-1"}
    assert two.undo_merge().merged == {"c_3": "A-1"}
    assert every_byte(two) == states[1]
    assert two.undo_merge().number == 1
    assert every_byte(two) == states[0]
    assert two.merged_into() == {}
    with pytest.raises(NothingToUndo):
        two.undo_merge()


def test_an_entry_merged_on_is_found_at_the_end_of_the_chain(two: Store) -> None:
    two.merge({"c_3": "B.2"})
    two.merge({"B.2": "A-1"})
    assert two.merged_into() == {"c_3": "A-1", "B.2": "A-1"}


@pytest.mark.parametrize(
    "row", [{"id": "A-1", "name": "新名"}, {"id": "B.2", "name": "又来"}], ids=["edited", "back"]
)
def test_a_merge_is_not_undone_over_later_work(two: Store, row: dict[str, Value]) -> None:
    two.merge({"B.2": "A-1"})
    _with(two, "enterprises", row)
    _with(two, "enterprises", {**row, "founded": 1990})
    before = every_byte(two)
    with pytest.raises(UndoRefused, match=str(row["id"])):
        two.undo_merge()
    assert every_byte(two) == before


def test_a_text_that_looks_like_a_list_is_no_list(two: Store) -> None:
    wish = {"side": "region", "id": "[0-9]+", "target": "B.2", "level": "yes"}
    _with(two, "interests", dict(wish))
    two.merge({"B.2": "A-1"})
    assert ("[0-9]+", "A-1") in zip(
        two.table("interests")["id"], two.table("interests")["target"], strict=True
    )


def test_a_trial_changes_nothing(two: Store) -> None:
    before = every_byte(two)
    assert two.merge({"B.2": "A-1"}, dry_run=True).rows["enterprises"] == 1
    assert every_byte(two) == before and two.merged_into() == {}


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.fixed_dictionaries({spec.name: tables(spec) for spec in ALL_TABLES}),
    st.sampled_from([{"B.2": "A-1"}, {"B.2": "A-1", "c_3": "A-1"}, {"A-1": "c_3"}]),
)
def test_merging_and_undoing_gives_back_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    _new_store_file: bytes,
    rows: dict[str, Table],
    into: dict[str, str],
) -> None:
    file = tmp_path_factory.mktemp("merge") / "s.db"
    file.write_bytes(_new_store_file)
    store = Store.open(f"sqlite:///{file}")
    store.write(referred())
    store.write({n: t for n, t in rows.items() if n not in ("regions", "industries")})
    before, exported = every_byte(store), _exported(store, file.parent)
    store.merge(into)
    for name, spec in TABLES.items():
        for column in (c.name for c in spec.columns if c.references == "enterprises"):
            for cell in store.table(name)[column]:
                assert not set(cell if isinstance(cell, tuple) else (cell,)) & into.keys()
    store.undo_merge()
    assert every_byte(store) == before
    assert _exported(store, file.parent) == exported


def _exported(store: Store, folder: Path) -> dict[str, bytes]:
    from api.usecases import exporting

    found = {}
    for name in ("enterprises", "outcomes", "projects", "interests"):
        exporting.run(store, name, folder / f"{name}.csv")
        found[name] = (folder / f"{name}.csv").read_bytes()
    return found


@pytest.mark.parametrize(
    ("one", "other", "stands"),
    [
        ("signed", "declined", "signed"), ("signed", "failed", "failed"),
        ("contacted", "declined", "declined"), ("completed", "failed", "completed"),
    ],
)  # fmt: skip
def test_of_two_stages_on_one_day_the_further_stands(
    two: Store, one: str, other: str, stands: str
) -> None:
    for enterprise, stage in (("A-1", one), ("B.2", other)):
        row: dict[str, Value] = {"enterprise_id": enterprise, "resource_id": "A-1"}
        _with(two, "outcomes", {**row, "date": DAY, "stage": stage})
    two.merge({"B.2": "A-1"})
    assert [row["stage"] for row in _rows(two, "outcomes")] == [stands]


def test_accounts_follow_their_enterprise_and_come_back_when_undone(two: Store) -> None:
    for name, enterprise in (("zhang", "B.2"), ("li", "A-1")):
        with two.connections.engine.begin() as connection:
            accounts.add(
                connection, name, "enterprise", "hash", region=None, enterprise_id=enterprise
            )

    def stands_for() -> dict[str, str | None]:
        with two.connections.engine.connect() as connection:
            return {each.name: each.enterprise_id for each in accounts.every(connection)}

    two.merge({"B.2": "A-1"})
    assert stands_for() == {"li": "A-1", "zhang": "A-1"}
    two.undo_merge()
    assert stands_for() == {"li": "A-1", "zhang": "B.2"}
