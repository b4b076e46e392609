"""Old lists lose their figures; who was listed to whom, in which order, stays."""

from __future__ import annotations

from datetime import date

import pytest

from api.store import Store, feedback
from api.store.log import ListLog
from api.usecases import list_ages

ROWS = [
    {"rank": n, "candidate_id": f"E-{n}", "via": "R-1" if n == 2 else None,
     "score": 0.5 / n, "p_signed": 0.25 / n} for n in (1, 2, 3)
]  # fmt: skip


def logged(store: Store, at: str, rows: list[dict[str, object]] = ROWS) -> str:
    """A list handed out at a moment; its id."""
    query = {"side": "region", "id": "330881"}
    return store.log_list(ListLog(query, {"top": 3}, "rule", date(2008, 1, 1), rows, "kim", at))


def test_an_old_list_keeps_who_stood_on_it_and_a_young_one_all(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1204329600")  # 2008-03-01T00:00:00Z
    batch = [{"rows": 12, "file": "lists.csv"}]
    old, young = logged(store, "2008-02-19T23:59:59Z"), logged(store, "2008-02-20T00:00:00Z")
    logged(store, "2008-01-01T00:00:00Z", batch)
    before = {one.id: one for one in store.lists()}
    assert list_ages.shorten(store, 0) == 0 and {one.id: one for one in store.lists()} == before
    assert list_ages.shorten(store, 10, stopped=lambda: True) == 0
    assert list_ages.shorten(store, 10, all_of_them=False) == 1
    after = {one.id: one for one in store.lists()}
    named = [{name: row[name] for name in ("rank", "candidate_id", "via")} for row in ROWS]
    assert after[old].rows == named and (after[old].query, after[old].by) == (
        before[old].query, before[old].by,
    )  # fmt: skip
    assert {key: one for key, one in after.items() if key != old} == {
        key: one for key, one in before.items() if key != old
    } and young in after
    with store.connection() as connection:
        assert feedback.given_to(connection, old) == ("kim", frozenset(("E-1", "E-2", "E-3")))
    assert list_ages.shorten(store, 10) == 0  # they are short already


def test_every_list_that_is_old_is_found_however_many_there_are(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1204329600")
    monkeypatch.setattr(list_ages, "_AT_ONCE", 2)
    for number in range(5):
        logged(store, "2007-01-01T00:00:00Z", [{"rows": 1}] if number % 2 else ROWS)
    assert list_ages.shorten(store, 10, all_of_them=False) == 0  # a look after the first
    assert list_ages.shorten(store, 10) == 3
