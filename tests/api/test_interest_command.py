"""``shanhai interest``: a wish or a refusal without a workbook, and how it is taken back."""

from __future__ import annotations

from datetime import date

import pytest
from rich.cells import cell_len

from api.errors import UsageError
from api.store import Store
from api.usecases import declaring
from features.tables import Table
from made_tables import referred
from running import shanhai


@pytest.fixture(autouse=True)
def _store_of_the_command(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)


@pytest.fixture
def stored(store: Store) -> Store:
    """A store with enterprises, resources and events, of one id each."""
    store.write(referred())
    return store


def test_a_wish_is_recorded_by_names_and_taken_back(store_url: str) -> None:
    Store.open(store_url).write(referred())
    said = ["interest", "企业", "甲", "房", "必谈", "--reason", "已实地考察"]
    first = shanhai(*said, "--until", "2099年12月31日", "--json")
    assert first.json == {
        "side": "enterprise", "id": "A-1", "target": "B.2", "event_id": None, "level": "must",
        "reason": "已实地考察", "until": "2099-12-31", "result": "added", "warnings": [],
    }  # fmt: skip
    again = shanhai(*said, lang="en")
    assert (again.status, again.err) == (0, "")
    assert again.out.startswith("the same as before: 甲 (A-1) on 房 (B.2): must\n")
    assert all(cell_len(line) <= 100 for line in again.out.splitlines())
    undo = again.out.splitlines()[-1].partition("shanhai ")[2].split()
    assert undo == ["delete", "interests", "enterprise", "A-1", "B.2"]
    assert shanhai(*undo).status == 0
    assert len(Store.open(store_url).table("interests")) == 0


def test_what_was_recorded_counts_in_the_lists(store_url: str) -> None:
    store = Store.open(store_url)
    store.write(
        {
            "enterprises": Table("enterprises", {"id": ["E"], "name": ["某纺织厂"],
                                                 "kind": ["company"], "region": ["330109"],
                                                 "industry": ["C17"]}),
            "resources": Table("resources", {"id": ["R", "S"], "name": ["甲地", "乙地"],
                                             "kind": ["land", "land"],
                                             "region": ["330881", "330822"]}),
        }
    )  # fmt: skip
    ask = ["match", "--enterprise", "E", "--as-of", "2008-06-01", "--json"]
    before = {m["candidate_id"] for m in shanhai(*ask).json["matches"]}
    assert before == {"R", "S"}
    assert shanhai("interest", "enterprise", "E", "江山市", "no").status == 0
    assert {m["candidate_id"] for m in shanhai(*ask).json["matches"]} == {"S"}
    assert shanhai("delete", "interests", "企业", "E", "江山").status == 0
    assert {m["candidate_id"] for m in shanhai(*ask).json["matches"]} == before


def test_a_changed_answer_does_not_take_over_the_reason_of_the_former(stored: Store) -> None:
    of = ("resource", "B.2", "A-1")
    declaring.run(stored, *of, "yes", reason="路近", until=date(2099, 1, 1))
    # The same answer anew: what is not said again stays.
    same = declaring.run(stored, *of, "yes", until=date(2099, 2, 1))
    assert (same.how, same.row["reason"]) == ("changed", "路近")
    assert same.row["until"] == date(2099, 2, 1)
    declaring.run(stored, *of, "no")
    (row,) = stored.table("interests").rows()
    assert (row["level"], row["reason"], row["until"]) == ("no", None, None)


@pytest.mark.parametrize(
    ("side", "who", "target", "kept"),
    [
        ("enterprise", "A-1", "衢州", "330800"), ("enterprise", "A-1", "土地", "land"),
        ("enterprise", "A-1", "３３０８８１", "330881"), ("resource", "A-1", "单位", "institution"),
        ("region", "江山", "A-1", "A-1"), ("地区", "330881", "company", "company"),
    ],
)  # fmt: skip
def test_a_target_is_a_row_a_kind_or_a_region_by_any_of_its_names(
    stored: Store, side: str, who: str, target: str, kept: str
) -> None:
    assert declaring.run(stored, side, who, target, "yes").row["target"] == kept


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["人", "A-1", "B.2", "yes"], "enterprise"), (["enterprise", "A-1", "B.2", "也许"], "必谈"),
        (["enterprise", "A-9", "B.2", "yes"], "A-9"),
        (["region", "桐芦县", "B.2", "yes"], "桐庐县"),
        (["enterprise", "A-1", "无此地", "yes"], "无此地"),
        (["enterprise", "A-1", "company", "yes"], "company"),
        (["enterprise", "A-1", "B.2", "yes", "--until", "明年"], "--until"),
        (["enterprise", "A-1", "B.2", "yes", "--event", "X"], "X"),
        (["enterprise", "A-1", "B.2", "yes", "--reason", "长" * 5000], "5000"),
    ],
    ids=["side", "level", "who", "region", "target", "kind", "until", "event", "reason"],
)  # fmt: skip
def test_what_is_not_known_is_refused_and_nothing_changes(
    store_url: str, given: list[str], said: str
) -> None:
    Store.open(store_url).write(referred())
    done = shanhai("interest", *given)
    assert (done.status, done.out) == (2, "") and said in done.err
    assert len(Store.open(store_url).table("interests")) == 0


def test_one_that_is_over_already_is_told_and_events_stand_apart(stored: Store) -> None:
    over = declaring.run(stored, "enterprise", "A-1", "B.2", "no", until=date(2001, 1, 1))
    assert "2001-01-01" in over.warnings[0]["zh"]
    declaring.run(stored, "enterprise", "A-1", "B.2", "must", event="A-1")
    assert len(stored.table("interests")) == 2
    with pytest.raises(UsageError):
        declaring.run(stored, "enterprise", "A-1", "B.2", "must", event="Z")
