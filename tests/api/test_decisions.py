"""A decision about a row is taken back to what stood before it, on either database."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, event

from api.accounts import Account
from api.store import Store, decisions
from api.store.cells import row_key
from api.usecases import declaring, row_writing
from api.usecases.row_errors import NotYours
from features.schema import TABLES
from features.tables import Table
from service import HERE, THERE

COUNTY = Account("county", "county", HERE, None, "2024-01-01T00:00:00Z", None)
COLLEAGUE = Account("colleague", "county", HERE, None, "2024-01-01T00:00:00Z", None)
KEY = row_key(TABLES["interests"], ["resource", "R-1", "E-1", None])


def refusal(reason: str | None, until: date | None = None, resource: str = "R-1") -> Table:
    row: dict[str, Any] = {
        "side": "resource", "id": resource, "target": "E-1", "event_id": None, "level": "no",
        "reason": reason, "until": until,
    }  # fmt: skip
    return Table.from_rows("interests", [row])


@pytest.fixture
def filled(store: Store) -> Store:
    company = {"id": "E-1", "name": "甲", "kind": "company", "region": "330109", "industry": "17"}
    places = [
        {"id": f"R-{n}", "name": f"地块{n}", "kind": "land", "region": region}
        for n, region in ((1, HERE), (2, THERE))
    ]  # fmt: skip
    store.write([Table.from_rows("enterprises", [company]), Table.from_rows("resources", places)])
    return store


def decide(store: Store, row: Table, *, completes: str | None = None, by: Account = COUNTY) -> str:
    return row_writing.put(store, row, by=by, action="unfit", undoable=True, completes=completes)


def standing(store: Store) -> str:
    """The decision that made the row what it is; "" = none did."""
    with store.connection() as connection:
        return decisions.standing(connection, "interests", [KEY]).get(KEY, "")


def undo(store: Store) -> bool:
    return row_writing.take_back(store, "interests", KEY, by=COUNTY, only=standing(store))


def reasons(store: Store) -> list[object]:
    return [(row["reason"], row["until"]) for row in store.table("interests").rows()]


def test_decisions_are_undone_one_after_the_other(filled: Store) -> None:
    filled.write([refusal("早先", date(2030, 1, 2))])
    assert decide(filled, refusal("第一次")) == "changed"
    assert decide(filled, refusal("第一次")) == "same"
    assert decide(filled, refusal("第二次", date(2031, 5, 6))) == "changed"
    second = standing(filled)
    assert undo(filled) and reasons(filled) == [("第一次", None)]
    # The same once more: what was brought back stays.
    assert not row_writing.take_back(filled, "interests", KEY, by=COUNTY, only=second)
    assert undo(filled) and reasons(filled) == [("早先", date(2030, 1, 2))]
    assert not undo(filled) and reasons(filled) == [("早先", date(2030, 1, 2))]


def test_what_is_kept_of_an_answer_is_what_stands_when_the_next_is_written(filled: Store) -> None:
    filled.write([refusal("早先")])
    late = [refusal("刚才", date(2030, 1, 2))]

    def first(_: Connection, asked: dict[str, Any]) -> None:  # somebody else's, just before
        while asked["writer"] and late:
            Store.open(filled.address.url).write([late.pop()])

    event.listen(filled.connections.writers, "set_connection_execution_options", first)
    said = declaring.run(filled, "resource", "R-1", "E-1", "no")
    assert (said.row["reason"], said.how) == ("刚才", "same")
    assert reasons(filled) == [("刚才", date(2030, 1, 2))]


def test_what_completes_a_decision_is_undone_with_it(filled: Store) -> None:
    filled.write([refusal("早先")])
    decide(filled, refusal(None, date(2030, 1, 2)))
    assert decide(filled, refusal("用地不够", date(2030, 1, 2)), completes="reason") == "changed"
    assert undo(filled) and reasons(filled) == [("早先", None)]
    filled.write([refusal("别人改的")])
    decide(filled, refusal("又一个"), completes="reason")
    assert undo(filled) and reasons(filled) == [("别人改的", None)]


def test_a_reason_sent_after_somebody_decided_otherwise_is_a_decision_of_its_own(
    filled: Store,
) -> None:
    decide(filled, refusal(None))
    assert undo(filled)
    decide(filled, refusal(None, date(2030, 1, 2)), by=COLLEAGUE)
    decide(filled, refusal("用地不够"), completes="reason")
    assert undo(filled) and reasons(filled) == [(None, date(2030, 1, 2))]
    # The same decision, but somebody else's: the reason alone is taken back.
    decide(filled, refusal("先等等", date(2030, 1, 2)), completes="reason")
    assert undo(filled) and reasons(filled) == [(None, date(2030, 1, 2))]


def test_a_row_changed_since_stays_as_it_is(filled: Store) -> None:
    decide(filled, refusal("第一次"))
    filled.write([refusal("别人改的")])
    assert not undo(filled) and reasons(filled) == [("别人改的", None)]


def test_what_is_not_ones_own_is_neither_written_nor_undone(filled: Store) -> None:
    with pytest.raises(NotYours):
        decide(filled, refusal("x", resource="R-2"))
    assert reasons(filled) == []
    filled.write([refusal("彼县", resource="R-2")])
    key = row_key(TABLES["interests"], ["resource", "R-2", "E-1", None])
    with pytest.raises(NotYours):
        row_writing.take_back(filled, "interests", key, by=COUNTY, only="")
    assert reasons(filled) == [("彼县", None)]
