"""Scores that are read instead of worked out: the same to the last bit, and never of other rows."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.index import folder, making, scored
from api.index.keeper import Keeper
from api.index.models_at_hand import ModelsAtHand
from api.store import Store
from api.usecases import ranking, train
from made_history import tables
from matcher.ranking import Ranking
from models.published import RULE_ID
from test_index import DAY, document, ids_on, indexed, put


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with a model and an index, which no test here changes."""
    home = tmp_path_factory.mktemp("scored")
    patch = pytest.MonkeyPatch()
    patch.setenv("SHANHAI_HOME", str(home))
    found = Store.open(f"sqlite:///{home / 'shanhai.db'}", create=True)
    found.write(tables())
    found.set_property("as_of", DAY.isoformat())
    train.run(found, force=True)
    making.make(found)
    patch.undo()
    return found


@pytest.fixture
def home(store: Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its home."""
    file = store.address.file
    assert file is not None
    monkeypatch.setenv("SHANHAI_HOME", str(file.parent))
    return file.parent


def at_hand(store: Store) -> tuple[str, Ranking]:
    """The index of the store and its ranking, whose scores are worked out."""
    loaded = making.loaded(making.State.of(store).name)
    assert loaded is not None
    return loaded[0].name, ModelsAtHand(loaded[1]).ranking()


@pytest.fixture
def read(store: Store, home: Path) -> tuple[Ranking, Ranking]:
    """A ranking that works its scores out, and one that reads them from the disk."""
    index, plain = at_hand(store)
    model_id = str(plain.model_about["id"])
    assert model_id != RULE_ID
    if not folder.there(scored.name_of(index, model_id)):
        scored.make(index, model_id)
    _, other = at_hand(store)
    other.scorer.know(folder.read(scored.name_of(index, model_id))[0]["scores"])
    return plain, other


@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_scores_that_are_read_are_those_worked_out_in_a_block_of_any_rows(
    read: tuple[Ranking, Ranking], data: st.DataObject
) -> None:
    plain, other = read

    def some(n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=9)))

    e, r = some(len(plain.market.enterprises)), some(len(plain.market.resources))
    assert other.scores(e, r).tobytes() == plain.scores(e, r).tobytes()


def test_lists_of_scores_that_are_read_have_the_same_bytes(read: tuple[Ranking, Ranking]) -> None:
    plain, other = read
    for one in plain.market.enterprises.ids[::23]:
        assert document(other, "enterprise", one) == document(plain, "enterprise", one)
    for one in plain.market.resources.ids[::5]:
        assert document(other, "resource", one) == document(plain, "resource", one)


def test_what_is_read_cannot_be_written_to(read: tuple[Ranking, Ranking]) -> None:
    _, other = read
    rows = np.arange(3)
    before = other.scores(rows, rows).copy()
    other.scorer.scores(rows, rows)[:] = -1
    assert (other.scores(rows, rows) == before).all()


def test_scores_of_another_market_are_refused(read: tuple[Ranking, Ranking]) -> None:
    plain, _ = read
    with pytest.raises(ValueError):
        plain.scorer.know(np.zeros((3, 4), np.float32))


def test_scores_of_another_model_are_others(store: Store, home: Path) -> None:
    index, plain = at_hand(store)
    scored.make(index, RULE_ID)
    names = {scored.name_of(index, one) for one in (RULE_ID, str(plain.model_about["id"]))}
    assert names >= set(folder.parts_of(index)) and len(names) == 2
    ruled = folder.read(scored.name_of(index, RULE_ID))[0]["scores"]
    e, r = np.arange(len(plain.market.enterprises)), np.arange(len(plain.market.resources))
    assert (plain.scorer.scores(e, r) != ruled.T).any()


def test_damaged_scores_are_not_read_and_lists_go_on(
    store: Store, home: Path, read: tuple[Ranking, Ranking]
) -> None:
    import threading

    index, plain = at_hand(store)
    name = scored.name_of(index, str(plain.model_about["id"]))
    file = folder.root() / name / "arrays.bin"
    whole = file.read_bytes()
    file.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    assert scored.Scoring(least=1).give(index, plain, threading.Event())
    assert not plain.scorer.knows and not folder.there(name)
    assert document(plain, "enterprise", "E007") == document(read[1], "enterprise", "E007")


def test_scores_go_with_the_index_that_they_were_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANHAI_HOME", str(tmp_path))
    for name in ("one", "one.rule", "one.20090101-ab", "two", "two.rule", ".new-7"):
        folder.write(name, {"a": np.zeros(1, np.float32)}, {})
    assert set(folder.latest()) == {"one", "two"}
    assert set(folder.parts_of("one")) == {"one.rule", "one.20090101-ab"}
    folder.forget_all_but({"two"})
    assert {entry.name for entry in folder.root().iterdir()} == {"two", "two.rule"}


def test_a_keeper_lets_lists_read_scores_and_again_once_rows_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANHAI_HOME", str(tmp_path))
    store = Store.open(f"sqlite:///{tmp_path / 'shanhai.db'}", create=True)
    store.write(tables())
    store.set_property("as_of", DAY.isoformat())
    indexed(store)
    keeper = Keeper(store, background=True, scores_from=1)
    keeper.start()

    def that_reads(budget: float | None) -> Ranking:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            found = keeper.ranking(about=(("enterprise", "E007"),))
            side = found.market.enterprises
            as_now = budget is None or side.table["budget_wan"][side.index["E007"]] == budget
            if found.scorer.knows and as_now:
                return found
            time.sleep(0.1)
        raise AssertionError("no scores came")

    try:
        for budget in (None, 450.0):
            if budget is not None:
                put(store, "enterprises", id="E007", budget_wan=budget, land_need_mu=3.0)
            found, fresh = that_reads(budget), ranking.build(store)
            assert document(found, "enterprise", "E007") == document(fresh, "enterprise", "E007")
            assert document(found, "resource", "R004") == document(fresh, "resource", "R004")
        listed = ids_on(that_reads(450.0), "E010")
        assert {"R004", "R005"} <= listed
        put(store, "interests", side="enterprise", id="E010", target="R004", level="no")
        put(store, "resources", id="R005", available_until=date(2008, 1, 1))
        now = keeper.ranking(about=(("enterprise", "E010"),))  # binds before scores are made anew
        assert not {"R004", "R005"} & ids_on(now, "E010")
    finally:
        keeper.stop()
