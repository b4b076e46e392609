"""What stands in the way of deleting a row, and how a row to be deleted may be named."""

from __future__ import annotations

from datetime import date

import pytest

from api.store import Store
from api.store.errors import StillReferred
from api.usecases import deleting
from features.tables import Table, Value
from made_tables import referred

_COUNTY: dict[str, Value] = {"code": "361127", "name": "余干县"}
_TRADE: dict[str, Value] = {"code": "9999", "name": "示例小类", "level": 4, "parent": "999"}
_CLASS: dict[str, Value] = {"code": "999", "name": "示例中类", "level": 3}


def _with(store: Store, table: str, **row: Value) -> None:
    store.write({table: Table.from_rows(table, [row])})


@pytest.fixture
def own(store: Store) -> Store:
    """A store with a region and trades of the user's own."""
    store.write(referred())
    store.write(
        {
            "regions": Table.from_rows("regions", [_COUNTY]),
            "industries": Table.from_rows("industries", [_TRADE, _CLASS]),
        }
    )
    return store


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("enterprises", {"id": "N", "name": "新", "region": "361127"}),
        ("resources", {"id": "N", "name": "新", "region": "330127", "enclave_region": "361127"}),
        ("pairings", {"pairing": "own", "developed_region": "330109",
                      "underdeveloped_region": "361127", "valid_from": date(2008, 1, 1)}),
        ("parks", {"id": "N", "name": "园", "region": "330881", "partner_region": "361127"}),
        ("interests", {"side": "region", "id": "361127", "target": "A-1", "level": "no"}),
        ("regions", {"code": "361128", "name": "鄱阳县", "split_from": "361127"}),
    ],
    ids=["enterprises", "resources", "pairings", "parks", "interests", "regions"],
)  # fmt: skip
def test_a_region_that_any_row_uses_is_not_deleted(
    own: Store, table: str, row: dict[str, Value]
) -> None:
    _with(own, table, **row)
    with pytest.raises(StillReferred):
        own.delete("regions", "361127")
    assert own.has("regions", "361127")


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("enterprises", {"id": "N", "name": "新", "industry": "9999"}),
        ("resources", {"id": "N", "name": "新", "industries": ("17", "9999")}),
    ],
    ids=["enterprises", "resources"],
)
def test_a_trade_that_any_row_uses_is_not_deleted(
    own: Store, table: str, row: dict[str, Value]
) -> None:
    _with(own, table, **row)
    with pytest.raises(StillReferred):
        own.delete("industries", "9999")


def test_a_trade_goes_before_the_one_above_it(own: Store) -> None:
    with pytest.raises(StillReferred):
        own.delete("industries", "999")
    assert own.delete("industries", "9999") and own.delete("industries", "999")


def test_what_nothing_uses_or_is_built_in_underneath_is_deleted(own: Store) -> None:
    assert own.delete("regions", "361127")
    _with(own, "regions", code="330109", name="我的萧山")
    _with(own, "enterprises", id="N", name="新", region="330109")
    assert own.delete("regions", "330109") and own.has("regions", "330109")


@pytest.mark.parametrize("typed", ["衢州", "衢州市", "３３０８００", "330800"])
def test_an_interest_is_deleted_by_any_name_of_its_region(own: Store, typed: str) -> None:
    _with(own, "interests", side="enterprise", id="B.2", target="330800", level="no")
    deleting.run(own, "interests", ["enterprise", "B.2", typed, ""])
    assert len(own.table("interests")) == 0


def test_an_interest_in_a_kind_is_deleted_by_its_label(own: Store) -> None:
    _with(own, "interests", side="enterprise", id="B.2", target="land", level="yes")
    deleting.run(own, "interests", ["enterprise", "B.2", "土地", ""])
    assert len(own.table("interests")) == 0
