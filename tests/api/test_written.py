"""Lists that were written beforehand: to the last byte those made now, and never of other rows."""

from __future__ import annotations

import dataclasses
import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import reports, settings
from api.accounts import Account
from api.index import folder, making, scored, written
from api.index.keeper import Keeper
from api.store import Store
from api.usecases import kept, match, seen_lists
from api.usecases.written_list import AS_USUAL, WrittenList
from made_history import tables
from matcher import lists
from matcher.ranking import Ranking
from service import Service
from test_index import DAY, MADE, document, indexed, put


def account(role: str, region: str | None = None, enterprise: str | None = None) -> Account:
    """An account of a role."""
    return Account(role, role, region, enterprise, "2009-01-01T00:00:00Z", None)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with an index, its scores and its lists; no test here changes it but a copy."""
    patch = pytest.MonkeyPatch()
    home = tmp_path_factory.mktemp("written")
    patch.setenv("SHANHAI_HOME", str(home))
    found = Store.open(f"sqlite:///{home / 'shanhai.db'}", create=True)
    found.write(tables())
    found.set_property("as_of", DAY.isoformat())
    state, _ = indexed(found)
    scored.make(state.name, "rule")
    written.make(state.name, "rule")
    patch.undo()
    return found


@pytest.fixture
def made(store: Store, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Ranking]:
    """Name of its index, and the ranking from which lists are made."""
    assert store.address.file is not None
    monkeypatch.setenv("SHANHAI_HOME", str(store.address.file.parent))
    (index,) = folder.latest()
    return index, scored.of_index(index, "rule")


@pytest.fixture
def copied(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Ranking]:
    """As ``made``, of a copy of the store that a test may change; scores are known."""
    assert store.address.file is not None
    home = tmp_path / "copy"
    shutil.copytree(store.address.file.parent, home)
    monkeypatch.setenv("SHANHAI_HOME", str(home))
    (index,) = folder.latest()
    ranking = scored.of_index(index, "rule")
    ranking.scorer.know(folder.read(scored.name_of(index, "rule"))[0]["scores"])
    return index, ranking


def read(index: str, ranking: Ranking) -> written.WrittenLists:
    """The lists as they were written."""
    arrays, _ = folder.read(written.name_of(index, "rule"))
    return written.WrittenLists(ranking.market, arrays["text"], arrays["ends"], "")


def test_written_lists_have_the_bytes_of_those_made_now(made: tuple[str, Ranking]) -> None:
    index, ranking = made
    found = read(index, ranking)
    for side, ids in (("enterprise", ranking.market.enterprises.ids[::17]),
                      ("resource", ranking.market.resources.ids[::5])):  # fmt: skip
        for one in ids:
            ready = found.of(side, one)
            assert ready is not None
            assert ready.content(MADE) == document(ranking, side, one)


@pytest.mark.parametrize("name", ['a "name"', "back\\slash", "山海\u2028", "0" * 32])
def test_whoever_asks_is_told_as_in_a_list_made_now(made: tuple[str, Ranking], name: str) -> None:
    _, ranking = made
    answer = lists.for_enterprise(ranking, "E007")
    asked = reports.Provenance("2009-03-01T08:00:00Z", name)
    packed = WrittenList.of(answer).packed()
    content = WrittenList.unpacked(packed, "").content(asked)
    assert content == reports.match_file(answer, "json", asked, "zh")


def test_a_written_list_is_logged_as_one_made_now(made: tuple[str, Ranking]) -> None:
    index, ranking = made
    ready = read(index, ranking).of("resource", "R004")
    assert ready is not None
    own = match.log_of(lists.for_resource(ranking, "R004"), "planner")
    entry = ready.entry("planner")
    assert entry.id != own.id
    assert dataclasses.replace(entry, id=own.id, at=own.at).cells() == own.cells()


def test_lists_of_another_market_are_refused(made: tuple[str, Ranking]) -> None:
    index, ranking = made
    arrays, _ = folder.read(written.name_of(index, "rule"))
    with pytest.raises(ValueError):
        written.WrittenLists(ranking.market, arrays["text"], arrays["ends"][:-1], "")


def test_damaged_lists_are_not_read(copied: tuple[str, Ranking]) -> None:
    index, ranking = copied
    name = written.name_of(index, "rule")
    file = folder.root() / name / "arrays.bin"
    whole = file.read_bytes()
    writing, never = written.Writing(least=1), threading.Event()
    assert writing.lists(index, ranking, 0, never) is not None
    file.write_bytes(whole[:9] + bytes([whole[9] ^ 1]) + whole[10:])
    assert writing.lists(index, ranking, 0, never) is None
    assert not folder.there(name)


def test_lists_are_written_only_once_rows_have_stood(copied: tuple[str, Ranking]) -> None:
    index, ranking = copied
    folder.forget(written.name_of(index, "rule"))
    writing, never = written.Writing(least=1), threading.Event()
    assert writing.lists(index, ranking, 0, never) is None
    assert writing.lists(index, ranking, 60, never) is not None


def test_lists_of_a_model_that_is_no_longer_in_use_are_not_written_to_the_end(
    copied: tuple[str, Ranking],
) -> None:
    index, _ = copied
    folder.forget(written.name_of(index, "rule"))
    (settings.model_folder() / "20090101-0123456789abcdef").mkdir(parents=True)
    written.make(index, "rule")
    assert not folder.there(written.name_of(index, "rule"))
    assert [file.name for file in folder.root().iterdir() if file.name.startswith("tmp")] == []


def test_lists_are_written_anew_when_a_sentence_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentences = tmp_path / "data" / "messages"
    shutil.copytree(Path(making.__file__).parents[2] / "data" / "messages", sentences)
    monkeypatch.setattr(making, "__file__", str(tmp_path / "api" / "index" / "making.py"))
    monkeypatch.setattr(making, "program", making.program.__wrapped__)
    before = written._program(), making.program()
    assert (written._program(), making.program()) == before
    file = next(sentences.glob("*.toml"))
    file.write_text(file.read_text("utf-8") + "\n# mended\n", "utf-8")
    assert written._program() != before[0]
    assert making.program() == before[1]  # an index holds none


def test_a_server_that_ends_leaves_nobody_writing(copied: tuple[str, Ranking]) -> None:
    index, _ = copied
    maker = making.PartMaker("lists")
    folder.forget(written.name_of(index, "rule"))

    class AtLast(threading.Event):
        """Set between the first look at it and the second, when no process could be ended yet."""

        looks = 0

        def is_set(self) -> bool:
            self.looks += 1
            return self.looks > 1

    assert maker.made(written.name_of(index, "rule"), index, "rule", AtLast()) is False
    assert not folder.there(written.name_of(index, "rule"))


@pytest.fixture
def keeper(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Store, Keeper]]:
    """A copy of the store and what keeps its index, once it hands out written lists."""
    assert store.address.file is not None
    home = tmp_path / "home"
    shutil.copytree(store.address.file.parent, home)
    monkeypatch.setenv("SHANHAI_HOME", str(home))
    store = Store.open(f"sqlite:///{home / 'shanhai.db'}")
    found = Keeper(store, background=True, scores_from=1)
    kept.keep(store, found)
    found.start()
    try:
        until = time.monotonic() + 120
        while found.written("enterprise", "E007") is None:
            assert time.monotonic() < until, "no lists came"
            time.sleep(0.1)
        yield store, found
    finally:
        found.stop()


def _asked_by_every_role(store: Store, source: Keeper) -> None:
    """Whether a list is written or made, nobody is answered otherwise."""
    service = Service(store)
    makes = service.app.state.keeper  # has no lists that are written
    queries = ["enterprise_id=E007", "resource_id=R004", "enterprise_id=E007&top=3",
               "enterprise_id=E007&resource_id=R004", "enterprise_id=nobody", ""]  # fmt: skip
    for role in ("enterprise", "county", "planner", "admin"):
        for query in queries:
            told = []
            for keeper in (source, makes):
                kept.keep(store, keeper)
                answer = service.ask(role, "GET", f"/api/v1/matches?{query}")
                number = answer.headers.get("x-list-id")
                logged = [one for one in store.lists() if one.id == number]
                assert [one.by for one in logged] == ([role] if number else [])
                body = re.sub(r'"generated_at": "[^"]+"', "", answer.text)
                told.append((answer.status_code, body, [one.rows for one in logged]))
            assert told[0] == told[1], (role, query)
    kept.keep(store, source)


def test_a_written_list_goes_to_those_who_may_see_all_of_it_while_rows_stand(
    keeper: tuple[Store, Keeper],
) -> None:
    store, source = keeper
    about = source.ranking().market.enterprises
    own = about.table["region"][about.index["E007"]]
    assert own is not None
    usual = dict(AS_USUAL)
    for who in (
        account("planner"), account("admin"), account("county", str(own)),
        account("enterprise", enterprise="E007"),
    ):  # fmt: skip
        ready = seen_lists.written(store, who, enterprise="E007", **usual)
        assert ready is not None
        asked = reports.Provenance("2009-03-01T08:00:00Z", who.name)
        answer = seen_lists.run(store, who, enterprise="E007", **usual)
        assert ready.content(asked) == reports.match_file(answer, "json", asked, "zh")  # type: ignore[arg-type]
        assert ready.read_at == answer.read_at
    elsewhere = account("county", "330127" if own != "330127" else "330326")
    assert seen_lists.written(store, elsewhere, enterprise="E007", **usual) is None
    planner = account("planner")
    for other in (
        {"top": 5}, {"hide_known": True}, {"as_of": DAY}, {"kind": "land"}, {"congestion": True},
        {"cross_pair": "only"}, {"programme": "industry"}, {"pairing": "official-2006"},
    ):  # fmt: skip
        assert seen_lists.written(store, planner, enterprise="E007", **(usual | other)) is None
    assert seen_lists.written(store, planner, region="330127", **usual) is None
    both = {"enterprise": "E007", "resource": "R004"}
    assert seen_lists.written(store, planner, **both, **usual) is None
    assert seen_lists.written(store, planner, enterprise="nobody", **usual) is None
    _asked_by_every_role(store, source)
    # Not once a row has changed.
    assert source.written("resource", "R004") is not None
    put(store, "interests", side="enterprise", id="E007", target="R004", level="no")
    for side, one in (("resource", "R004"), ("enterprise", "E007"), ("enterprise", "E010")):
        assert source.written(side, one) is None
