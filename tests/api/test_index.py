"""The index that lists are served from: the same lists, whatever has changed since it was made."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from api import reports, settings
from api.index import folder, making
from api.index.keeper import Keeper
from api.index.live import laid_over
from api.index.making import State
from api.index.models_at_hand import ModelsAtHand
from api.store import Store
from api.store.gathering import Gathered
from api.usecases import backing_up, match, models, ranking, restoring, train
from api.usecases.kept import TooManyMarkets
from features.tables import Table, Value
from made_history import tables
from matcher import lists
from matcher.match_list import MatchList
from matcher.ranking import Ranking
from models import artefact, published

DAY = date(2009, 1, 1)
MADE = reports.Provenance("2009-01-01T00:00:00Z", "planner")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a model, once for all tests here, which copy it."""
    home = tmp_path_factory.mktemp("made")
    patch = pytest.MonkeyPatch()
    patch.setenv("SHANHAI_HOME", str(home))
    store = Store.open(f"sqlite:///{home / 'shanhai.db'}", create=True)
    store.write(tables())
    store.set_property("as_of", DAY.isoformat())
    train.run(store, force=True)
    patch.undo()
    return home


@pytest.fixture
def store(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A copy of that store, in the home of the test."""
    shutil.copytree(made, tmp_path / "home", dirs_exist_ok=True)
    return Store.open(f"sqlite:///{tmp_path / 'home' / 'shanhai.db'}")


def put(store: Store, table: str, **row: Value) -> None:
    """Store one row."""
    store.write({table: Table.from_rows(table, [row])})


def indexed(store: Store) -> tuple[State, Ranking]:
    """The index of the rows as they are, made, written and read again."""
    making.make(store)
    state = State.of(store)
    loaded = making.loaded(state.name)
    assert loaded is not None and loaded[0] == state
    return loaded[0], ModelsAtHand(loaded[1]).ranking()


def document(found: Ranking, side: str, one: str) -> bytes:
    """The JSON of a list."""
    make = lists.for_enterprise if side == "enterprise" else lists.for_resource
    return reports.match_file(make(found, one), "json", MADE, "zh")


def ids_on(found: Ranking, enterprise: str) -> set[str]:
    """Whom an enterprise's list of all resources names."""
    return {m.candidate_id for m in lists.for_enterprise(found, enterprise, top=100).matches}


def over(store: Store, state: State, found: Ranking) -> Ranking:
    """The index with what binds by now."""
    changed = state.differs_in(State.of(store))
    return laid_over(found, store, changed, state.read, "now").ranking


def test_lists_from_the_index_have_the_bytes_of_lists_from_the_rows(store: Store) -> None:
    _, found = indexed(store)
    fresh = ranking.build(store)
    for one in fresh.market.enterprises.ids[::29]:
        assert document(found, "enterprise", one) == document(fresh, "enterprise", one)
    for one in fresh.market.resources.ids[::7]:
        assert document(found, "resource", one) == document(fresh, "resource", one)


def test_a_damaged_index_is_not_used(store: Store) -> None:
    state, _ = indexed(store)
    for name in ("arrays.bin", "document.json"):
        file = folder.root() / state.name / name
        whole = file.read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 2):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            with pytest.raises(folder.Unusable):
                folder.read(state.name)
        file.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(folder.Unusable):
            folder.read(state.name)
        file.write_bytes(whole)
    folder.read(state.name)


def test_a_refusal_binds_before_the_index_is_made_anew(store: Store) -> None:
    state, found = indexed(store)
    assert "R004" in ids_on(found, "E007")
    put(store, "interests", side="enterprise", id="E007", target="R004", level="no")
    now = over(store, state, found)
    assert "R004" not in ids_on(now, "E007")
    fresh = ranking.build(store)
    assert document(now, "enterprise", "E007") == document(fresh, "enterprise", "E007")


def test_a_signature_binds_and_uses_its_place_before_the_index_is_made_anew(store: Store) -> None:
    state, found = indexed(store)
    assert {"R004", "R005"} <= ids_on(found, "E007")
    put(store, "resources", id="R004", capacity=1)
    put(store, "projects", id="P1", name="项目", enterprise_ids=("E007",), resource_id="R004",
        signed_on=date(2008, 12, 1))  # fmt: skip
    now = over(store, state, found)
    for enterprise in ("E007", "E010"):
        assert "R004" not in ids_on(now, enterprise)
    assert "R005" in ids_on(now, "E010")


def test_a_limit_that_a_row_names_binds_before_the_index_is_made_anew(store: Store) -> None:
    state, found = indexed(store)
    put(store, "enterprises", id="E007", pollution_level=3)
    put(store, "resources", id="R004", max_pollution=2)
    put(store, "resources", id="R005", available_until=date(2008, 1, 1))
    now = over(store, state, found)
    assert not {"R004", "R005"} & ids_on(now, "E007")
    assert "R004" in ids_on(now, "E010") and "R005" not in ids_on(now, "E010")


def test_a_row_that_is_gone_is_listed_no_more(store: Store) -> None:
    put(store, "enterprises", id="E-gone", name="将删除", kind="company", region="330109",
        industry="1761")  # fmt: skip
    put(store, "resources", id="R-gone", name="将删除", kind="land", region="330127")
    state, found = indexed(store)
    assert "R-gone" in ids_on(found, "E007")
    store.delete("enterprises", "E-gone")
    store.delete("resources", "R-gone")
    now = over(store, state, found)
    assert "R-gone" not in ids_on(now, "E007")
    listed = lists.for_resource(now, "R004", top=1000).matches
    assert "E-gone" not in {m.candidate_id for m in listed}
    assert len(listed) > 100


def test_the_rows_whose_own_list_must_wait_are_told(store: Store) -> None:
    state, found = indexed(store)
    put(store, "enterprises", id="E007", budget_wan=1.0)
    put(store, "enterprises", id="E-new", name="新", kind="company", region="330109", industry="17")
    changed = state.differs_in(State.of(store))
    told = laid_over(found, store, changed, state.read, "now").changed
    assert {("enterprise", "E007"), ("enterprise", "E-new")} <= told


def test_every_change_of_rows_is_told_and_nothing_else_is(store: Store) -> None:
    def words() -> dict[str, str]:
        return store.generations(making.TABLES)[0]

    before = words()
    put(store, "enterprises", id="E007", budget_wan=5.0)
    after = words()
    assert {n for n in after if after[n] != before[n]} == {"enterprises"}
    put(store, "enterprises", id="E007", budget_wan=5.0)  # the same again
    assert words() == after
    another: list[dict[str, Value]] = [{"id": "E007", "budget_wan": 6.0}]
    store.write({"enterprises": Table.from_rows("enterprises", another)}, dry_run=True)
    assert words() == after
    store.merge({"E007": "E008"})
    merged = words()
    assert merged["enterprises"] != after["enterprises"]
    store.undo_merge()
    assert words()["enterprises"] not in (merged["enterprises"], after["enterprises"])
    assert not any(name.startswith("generation") for name in store.properties())


def test_a_server_that_starts_again_goes_on_from_the_index_of_before(store: Store) -> None:
    state, _ = indexed(store)
    put(store, "interests", side="enterprise", id="E007", target="R004", level="no")
    before = making.latest(State.of(store))
    assert before is not None and before[0] == state
    folder.forget_all_but(set())
    assert making.latest(State.of(store)) is None


def test_after_a_restore_no_index_of_the_store_before_is_used(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # all stamps alike
    backing_up.run(tmp_path / "backup.zip", url=store.address.url)
    put(store, "resources", id="R004", name="改名")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000009")
    state, _ = indexed(store)
    held = folder.root() / state.name
    kept = tmp_path / "kept"
    shutil.copytree(held, kept)
    restoring.run(tmp_path / "backup.zip", url=store.address.url, replace=True)
    assert not held.exists()
    shutil.copytree(kept, held)  # as of a home that other machines restore into
    now = State.of(store)
    assert making.latest(now) is None and not state.resembles(now)
    assert not state.differs_in(now) <= {*making.SIDES, "interests"}


def test_a_keeper_makes_the_index_in_a_process_of_its_own_and_again_when_rows_change(
    store: Store,
) -> None:
    keeper = Keeper(store, background=True)
    keeper.start()
    try:
        first = keeper.ranking()
        assert first.read_at and keeper.ready
        assert document(first, "enterprise", "E007") == document(
            ranking.build(store), "enterprise", "E007"
        )
        put(store, "enterprises", id="E007", name="改名", budget_wan=450.0)
        own = keeper.ranking(about=(("enterprise", "E007"),))  # waits for the next index
        assert own.market.enterprises.table["name"][own.market.enterprises.index["E007"]] == "改名"
        assert document(own, "enterprise", "E007") == document(
            ranking.build(store), "enterprise", "E007"
        )
    finally:
        keeper.stop()


def test_a_list_of_today_does_not_wait_for_a_ranking_of_another_day(store: Store) -> None:
    keeper = Keeper(store, background=True)
    keeper._use(indexed(store))
    put(store, "interests", side="enterprise", id="E007", target="R004", level="no")
    answered: list[Ranking] = []
    asking = threading.Thread(target=lambda: answered.append(keeper.ranking()), daemon=True)
    with keeper._others._building:  # as while somebody else's ranking of another day is made
        asking.start()
        asking.join(60)
    assert "R004" not in ids_on(answered[0], "E007")


def test_few_wait_for_rankings_of_other_days_and_the_next_is_told_to_come_again(
    store: Store,
) -> None:
    keeper = Keeper(store)
    days = [DAY - timedelta(days=n) for n in range(1, 6)]
    refused: list[date] = []

    def ask(day: date) -> None:
        try:
            keeper.ranking(day)
        except TooManyMarkets:
            refused.append(day)

    asking = [threading.Thread(target=ask, args=(day,), daemon=True) for day in days]
    with keeper._others._building:
        for thread in asking:
            thread.start()
        until = time.monotonic() + 60
        while not refused and time.monotonic() < until:
            time.sleep(0.01)
        assert len(refused) == 1
    for thread in asking:
        thread.join(60)
    assert len(refused) == 1 and not any(thread.is_alive() for thread in asking)


def test_writes_that_wait_are_committed_together_and_each_is_told_of_failure() -> None:
    came: list[list[int]] = []
    begun, go_on = threading.Event(), threading.Event()

    def write(rows: Sequence[int]) -> None:
        came.append(list(rows))
        if 0 in rows:
            begun.set()
            go_on.wait(20)
        if 13 in rows:
            raise OSError("disk full")

    gathered = Gathered(write)
    failed: list[int] = []

    def put_one(number: int) -> None:
        try:
            gathered.put(number).result(20)
        except OSError:
            failed.append(number)

    def started(numbers: Sequence[int]) -> list[threading.Thread]:
        threads = [threading.Thread(target=put_one, args=(n,)) for n in numbers]
        for thread in threads:
            thread.start()
        return threads

    def all_at_once(numbers: Sequence[int]) -> None:
        for thread in started(numbers):
            thread.join(20)

    threads = started([0])
    assert begun.wait(20)
    threads += started(range(1, 13))
    until = time.monotonic() + 20
    while gathered._waiting.qsize() < 12 and time.monotonic() < until:
        time.sleep(0.01)
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert (
        sorted(n for rows in came for n in rows) == list(range(13))
        and len(came) < 13
        and not failed
    )
    all_at_once([13])
    assert failed == [13]
    all_at_once([14])
    assert failed == [13] and came[-1] == [14]


def test_a_list_asked_for_through_a_keeper_is_that_of_the_command(store: Store) -> None:
    from api.usecases import kept

    plain = match.run(store, enterprise="E007")
    keeper = Keeper(store)
    kept.keep(store, keeper)
    through = match.run(store, enterprise="E007")
    assert isinstance(plain, MatchList) and isinstance(through, MatchList)
    assert through.as_dict("") == plain.as_dict("")
    assert match.run(store, enterprise="测试企业7").query == plain.query
    crowded = [match.run(store, enterprise=one, congestion=True) for one in ("E007", "E007")]
    assert crowded[0] == crowded[1]


def test_the_model_in_use_stays_ready_whatever_else_is_trained(store: Store) -> None:
    state, found = indexed(store)
    hand, root = ModelsAtHand(found), settings.model_folder()
    assert hand.at_once() is None  # and nothing was made to find that out
    used = hand.ranking()
    assert hand.at_once() is used
    (first,) = artefact.stored(root)
    same = artefact.read(root / first)
    others = [artefact.write(root, *same, dated=DAY + timedelta(days)) for days in (1, 2, 3)]
    for other in others:
        hand.prepare(other)
    assert hand.at_once() is used and len(hand.ready()) == 3
    artefact.publish(root, others[0])  # was let go of: it must be made first
    assert hand.at_once() is None
    assert hand.ranking() is hand.at_once()
    # A model that is whole may yet be of features that there are no longer: it is told as by lists.
    keeper = Keeper(store, background=True)
    assert keeper.model() is None
    keeper._use((state, found))
    assert models.listed(keeper.model())["active"] == hand.ranking().model_about
    whole = published.read(root, first)
    assert whole.stages is not None and whole.amounts is not None
    odd = replace(whole.stages, names=(*whole.stages.names[:-1], "no_such_feature"))
    gone = published.store(root, odd, whole.amounts, as_of=DAY, cut=DAY)
    artefact.publish(root, gone)
    told = models.listed(keeper.model())
    assert told["active"] == keeper.ranking().model_about
    assert told["active"]["degraded"] is True  # type: ignore[index]
    usable = {each["id"]: each["usable"] for each in told["models"]}  # type: ignore[attr-defined]
    assert usable == {first: True, **dict.fromkeys(others, True), gone: False}
