"""The store gives back what it was given, changes what it is told to, and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.store import ListLog, Store, builtin, changes, writing
from api.store.cells import row_key
from api.store.errors import MissingReference, StillReferred, StoreError
from features.columns import TableSpec
from features.schema import TABLES
from features.tables import Table, Value
from made_tables import ALL_TABLES, enterprises, referred, tables

SAME_STORE = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def by_key(table: Table) -> dict[str, dict[str, Value]]:
    spec = TABLES[table.name]
    return {row_key(spec, [row[k] for k in spec.key]): row for row in table.rows()}


@pytest.mark.parametrize("spec", ALL_TABLES, ids=lambda spec: spec.name)
@SAME_STORE
@given(data=st.data())
def test_every_table_comes_back_as_it_was_written(
    spec: TableSpec, store: Store, data: st.DataObject
) -> None:
    given_rows = data.draw(tables(spec))
    store.write(referred())
    store.write({spec.name: given_rows})
    found = by_key(store.own_rows(spec.name))
    for key, row in by_key(given_rows).items():
        same_as_built_in = builtin.rows(spec.name).get(key) == row
        assert same_as_built_in or {c: found[key].get(c) for c in row} == row


@SAME_STORE
@given(table=tables(TABLES["enterprises"]))
def test_the_same_rows_twice_change_nothing(store: Store, table: Table) -> None:
    store.write({"enterprises": table})
    before = store.table("enterprises")
    again = store.write({"enterprises": table})
    assert again == {"enterprises": {"added": 0, "changed": 0, "same": len(table)}}
    assert store.table("enterprises") == before


def test_what_is_read_and_written_again_is_the_same(store: Store) -> None:
    store.write(referred())
    for name in TABLES:
        whole = store.table(name)
        if len(whole):
            counts = store.write({name: whole})[name]
            assert counts == {"added": 0, "changed": 0, "same": len(whole)}


def test_an_untouched_row_keeps_the_stamp_of_its_last_change(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(store_url)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    store.write({"enterprises": enterprises(2)})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1100000000")
    store.write({"enterprises": Table("enterprises", {"id": ["E-00000"], "name": ["企业"]})})
    store.write({"enterprises": Table("enterprises", {"id": ["E-00001"], "name": ["新名"]})})
    with store.asking() as select:
        stamps = select("SELECT row_key, updated_at FROM enterprises ORDER BY row_key")
    assert [tuple(row) for row in stamps] == [
        ("E-00000", "2001-09-09T01:46:40Z"),
        ("E-00001", "2004-11-09T11:33:20Z"),
    ]


def test_columns_present_replace_and_absent_ones_stay(store: Store) -> None:
    store.write(
        {"enterprises": Table.from_rows("enterprises", [
            {"id": "E1", "name": "甲", "budget_wan": 300.0, "intents": ("invest",), "x_a": 1.0}
        ])}
    )  # fmt: skip
    counts = store.write(
        {"enterprises": Table.from_rows("enterprises", [
            {"id": "E1", "budget_wan": None, "intents": ("hire", "train"), "x_b": "高"}
        ])}
    )  # fmt: skip
    (row,) = store.table("enterprises").rows()
    assert counts["enterprises"] == {"added": 0, "changed": 1, "same": 0}
    assert (row["name"], row["budget_wan"], row["intents"]) == ("甲", None, ("hire", "train"))
    assert (row["x_a"], row["x_b"]) == (1.0, "高")


def test_an_own_column_with_a_text_anywhere_is_text_everywhere(store: Store) -> None:
    ids: list[Value] = ["E1", "E2"]
    store.write({"enterprises": Table("enterprises", {"id": ids, "x_a": [1.0, 2.5]})})
    store.write({"enterprises": Table("enterprises", {"id": ["E2"], "x_a": ["高"]})})
    whole = store.table("enterprises", ["id", "x_a"])
    assert whole["x_a"] == ["1", "高"]
    assert store.write({"enterprises": whole})["enterprises"]["changed"] == 0


def test_rows_are_sorted_by_code_point_whatever_their_order(store: Store) -> None:
    ids: list[Value] = ["b", "B", "a-1", "a.1", "a_1", "10", "9", "Z"]
    store.write({"enterprises": Table("enterprises", {"id": ids})})
    assert store.table("enterprises")["id"] == sorted(str(i) for i in ids)


def test_keys_of_several_columns_keep_apart_what_they_separate(store: Store) -> None:
    rows = Table.from_rows(
        "actuals",
        [
            {"indicator": "a/b", "year": 2008, "region": None, "value": 1.0},
            {"indicator": "a", "year": 2008, "region": "b", "value": 2.0},
            {"indicator": "a~1b", "year": 2008, "region": None, "value": 3.0},
        ],
    )
    assert store.write({"actuals": rows})["actuals"]["added"] == 3
    assert sorted(map(float, store.table("actuals")["value"])) == [1.0, 2.0, 3.0]  # type: ignore[arg-type]


def test_a_row_that_refers_to_nothing_is_refused_and_nothing_is_kept(store: Store) -> None:
    outcome = Table.from_rows(
        "outcomes",
        [{"enterprise_id": "E-00000", "resource_id": "R9", "date": date(2008, 1, 2)}],
    )
    with pytest.raises(MissingReference) as caught:
        store.write({"outcomes": outcome, "enterprises": enterprises(3)})
    assert "R9" in caught.value.message["zh"] and "R9" in caught.value.message["en"]
    assert len(store.table("enterprises")) == 0


def test_what_is_referred_to_may_come_in_the_same_import(store: Store) -> None:
    outcome = Table.from_rows(
        "outcomes", [{"enterprise_id": "A-1", "resource_id": "B.2", "date": date(2008, 1, 2)}]
    )
    assert store.write({"outcomes": outcome, **referred()})["outcomes"]["added"] == 1


def test_a_dry_run_counts_and_stores_nothing(store: Store) -> None:
    counts = store.write({"enterprises": enterprises(3)}, dry_run=True)
    assert counts["enterprises"]["added"] == 3
    assert len(store.table("enterprises")) == 0


def test_a_number_too_large_for_the_database_is_refused_in_words(store: Store) -> None:
    table = Table("enterprises", {"id": ["E1"], "employees": [10**30]})
    with pytest.raises(StoreError, match="too large"):
        store.write({"enterprises": table})
    assert len(store.table("enterprises")) == 0


def test_a_row_is_deleted_once_and_only_when_nothing_refers_to_it(store: Store) -> None:
    store.write(referred())
    key: list[Value] = ["A-1", "B.2", date(2008, 1, 2)]
    names = TABLES["outcomes"].key
    store.write({"outcomes": Table.from_rows("outcomes", [dict(zip(names, key, strict=True))])})
    with pytest.raises(StillReferred):
        store.delete("enterprises", "A-1")
    assert store.delete("outcomes", key)
    assert not store.delete("outcomes", key)
    assert store.delete("enterprises", "A-1")
    assert not store.has("enterprises", "A-1")


def test_a_list_of_ids_and_an_interest_refer_too(store: Store) -> None:
    store.write(referred())
    projects = Table.from_rows("projects", [{"id": "A-1", "enterprise_ids": ("c_3", "B.2")}])
    interests = Table.from_rows(
        "interests", [{"side": "resource", "id": "B.2", "target": "A-1", "level": "no"}]
    )
    store.write({"projects": projects, "interests": interests})
    for table, key in (("enterprises", "B.2"), ("enterprises", "A-1"), ("resources", "B.2")):
        with pytest.raises(StillReferred):
            store.delete(table, key)
    store.write({"enterprises": Table("enterprises", {"id": ["cx3"]})})
    assert store.delete("enterprises", "cx3"), "_ in an id is not a wildcard"


def test_built_in_rows_are_there_and_a_users_row_lies_over_them(store: Store) -> None:
    pairings = store.table("pairings")
    assert len(pairings) > 100 and len(store.own_rows("pairings")) == 0
    key = [pairings[name][0] for name in TABLES["pairings"].key]
    changed = pairings.take([0])
    changed.columns["valid_until"] = [date(2010, 12, 31)]
    assert store.write({"pairings": changed})["pairings"]["changed"] == 1
    assert store.table("pairings")["valid_until"][0] == date(2010, 12, 31)
    assert store.delete("pairings", key)
    assert store.table("pairings") == pairings
    assert not store.delete("pairings", key)


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_server_logs_a_list_while_another_writer_is_at_work(store_url: str) -> None:
    store = Store.open(store_url)
    entry = ListLog({"side": "resource", "id": "A-1"}, {}, "rule", date(2008, 3, 1), [])
    store.gather_log()
    with store.connection(writer=True):
        store.log_list_soon(entry).result(20)
        assert store.lists() == [entry]


def test_a_list_handed_out_is_logged_whole(store: Store) -> None:
    entry = ListLog(
        query={"side": "enterprise", "id": "E1", "name": "甲"},
        filters={"top": 20, "kind": None},
        model_id="rule",
        as_of=date(2008, 1, 2),
        rows=[{"rank": 1, "candidate_id": "R1", "score": 0.25}],
    )
    store.log_list(entry)
    assert store.lists() == [entry]


def test_a_store_says_of_itself_that_its_data_are_made_up(store: Store) -> None:
    assert store.properties() == {}
    store.set_properties({"made_up": "true", "as_of": "2009-12-31"})
    store.set_property("made_up", "false")
    assert store.properties() == {"made_up": "false", "as_of": "2009-12-31"}


def test_several_tables_are_read_as_they_were_at_one_moment(store: Store) -> None:
    store.write(referred())
    found = store.tables(["enterprises", "resources"], {"resources": ["name"]})
    assert found["enterprises"]["name"] == ["甲", "乙", "丙"]
    assert list(found["resources"].columns) == ["name"]


def test_reading_a_file_needs_neither_sqlalchemy_nor_alembic(store_file: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from api.store import Store, ListLog; from datetime import date\n"
        f"s = Store.open({f'sqlite:///{store_file}'!r}); s.table('enterprises'); s.properties()\n"
        "s.log_list(ListLog({}, {}, 'rule', date(2008, 1, 1), []))\n"
        "print(sorted({'sqlalchemy', 'alembic', 'numpy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_all_that_a_ranking_reads_is_of_one_moment(store: Store) -> None:
    store.write(referred())
    store.write({"regions": Table("regions", {"code": ["361127"], "name": ["余干县"]})})
    found = store.tables(["enterprises"], own=["regions", "pairings"])
    assert found["regions"]["code"] == ["361127"] and len(found["pairings"]) == 0
    assert found["enterprises"]["name"] == ["甲", "乙", "丙"]


def test_whatever_becomes_of_a_row_after_it_was_read_is_told(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(store_url)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    store.write({"enterprises": enterprises(8)})
    store.write([Table("enterprises", {"id": ["E-00006"], "officer": ["王"]})])
    store.merge({"E-00006": "E-00005"})

    def changed(read: changes.Read) -> tuple[set[Value], frozenset[str]]:
        found = store.changed(read, {"enterprises": ("name",)})["enterprises"]
        return set(found.now["id"]), found.gone

    def named(key: str) -> Table:
        return Table("enterprises", {"id": [key], "name": ["新名"]})

    with store.connection(writer=True) as connection:  # open while the rows are read
        writing.write(connection, [named("E-00001")])
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000009")
        read = store.snapshot((), stamped=("enterprises",))[-1]
    assert changed(read) == ({"E-00001"}, frozenset())
    store.write([named("E-00002")])  # in the second in which they were read
    store.undo_merge()
    store.delete("enterprises", "E-00003")
    told = {f"E-0000{i}" for i in (1, 2, 5, 6)}
    assert changed(read) == (told, frozenset({"E-00003"}))


def test_of_several_notes_all_are_kept_or_none(store: Store) -> None:
    store.set_properties({"as_of": "2009-12-31"})
    store.set_properties({})
    with pytest.raises(UnicodeEncodeError):
        store.set_properties({"made_up": "true", "note": "\ud800"})
    assert store.properties() == {"as_of": "2009-12-31"}


def test_a_connection_kept_open_reads_what_others_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    store, other = Store.open(url, create=True), Store.open(url)
    store.stay_connected()
    assert not len(store.own_rows("enterprises"))
    other.write({"enterprises": enterprises(1)})
    assert [str(one) for one in store.own_rows("enterprises")["id"]] == ["E-00000"]


def test_a_connection_kept_open_is_let_go_when_another_file_takes_its_place(
    tmp_path: Path,
) -> None:
    place, new = tmp_path / "kept.db", tmp_path / "new.db"
    store = Store.open(f"sqlite:///{place}", create=True)
    store.stay_connected()
    store.set_property("made_up", "true")
    assert store.properties() == {"made_up": "true"}
    Store.open(f"sqlite:///{new}", create=True)
    for part in ("", "-wal", "-shm"):
        place.with_name(place.name + part).unlink(missing_ok=True)
    with pytest.raises(StoreError):
        store.properties()
    new.replace(place)
    assert store.properties() == {}
    place.unlink()
    with pytest.raises(StoreError):
        store.properties()
