"""Missing cells cost what knowing them would bring: nothing where nothing would change."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.schema import ENTERPRISE_KINDS, RESOURCE_KINDS
from matcher.cells_of_kind import NOTHING_TO_SAY
from matcher.completeness import (
    COLUMNS,
    FIRST,
    Cell,
    Completeness,
    _gained,
    _gained_elsewhere,
    _in_lists,
    find_missing,
)
from matcher.ranking import Side
from small_market import AS_OF, CHUNAN, JIANGSHAN, Row, enterprise, rank, resource

CHANCES = st.floats(0, 1, width=32)


def _cells(found: Completeness) -> dict[tuple[str, int, str], Cell]:
    return {(cell.side, cell.row, cell.column): cell for cell in found.cells}


def _many(count: int = 2 * FIRST) -> list[Row]:
    """Places that differ in what they admit and ask for."""
    return [
        resource(f"R{i:02}", region=(CHUNAN, JIANGSHAN)[i % 2], max_pollution=i % 3,
                 min_investment_wan=200.0 * (1 + i % 7), industries=(("17", "36", "22")[i % 3],))
        for i in range(count)
    ]  # fmt: skip


def test_a_cell_that_may_bar_a_list_costs_more_than_one_that_the_model_hardly_weighs() -> None:
    companies = [
        enterprise(f"E{i}", pollution_level=(None if i == 0 else 1 + i % 3), founded=1990 + i,
                   confirmed_on=AS_OF)
        for i in range(8)
    ]  # fmt: skip
    companies[1]["founded"] = None
    found = _cells(find_missing(rank(companies, _many())))
    assert found["enterprise", 0, "pollution_level"].gain > 0.1
    assert found["enterprise", 1, "founded"].gain == 0
    assert found["enterprise", 0, "pollution_level"].state == "missing"


def test_a_cell_that_all_others_fill_alike_is_worth_knowing_only_if_it_changes_a_list() -> None:
    alike = [enterprise(f"E{i}") for i in range(6)]
    alike[0]["budget_wan"] = None  # every other has 1000: within each place's bounds or not
    places = [resource(f"R{i:02}") for i in range(2 * FIRST)]
    cell = _cells(find_missing(rank(alike, places)))["enterprise", 0, "budget_wan"]
    assert cell.gain == 0  # the places are alike: whatever the budget, any ten are the best ten


def test_a_kind_is_not_asked_for_what_says_nothing_of_it() -> None:
    places = [resource(f"R{i}", kind=("land", "training")[i % 2], land_price_wan_per_mu=9.0 + i,
                       wage_yuan_month=900.0 + i) for i in range(8)]  # fmt: skip
    for i in (0, 1):
        places[i]["land_price_wan_per_mu"] = places[i]["wage_yuan_month"] = None
    found = _cells(find_missing(rank([enterprise("E0")], places)))
    asked = {(row, column) for side, row, column in found if side == "resource"}
    assert {(0, "land_price_wan_per_mu"), (1, "wage_yuan_month")} <= asked
    assert (1, "land_price_wan_per_mu") not in asked


@pytest.mark.parametrize("side", COLUMNS)
def test_what_a_kind_is_not_asked_for_are_kinds_and_columns_that_there_are(side: Side) -> None:
    kinds = ENTERPRISE_KINDS if side == "enterprise" else RESOURCE_KINDS
    assert NOTHING_TO_SAY[side].keys() <= set(kinds)
    assert {c for columns in NOTHING_TO_SAY[side].values() for c in columns} <= set(COLUMNS[side])


def test_old_cells_cost_the_share_that_no_longer_holds() -> None:
    def found(days: int) -> dict[tuple[str, int, str], Cell]:
        day = AS_OF - timedelta(days=days)
        companies = [enterprise(f"E{i}", pollution_level=i % 4, confirmed_on=day) for i in range(8)]
        return _cells(find_missing(rank(companies, _many())))

    key = ("enterprise", 0, "pollution_level")
    assert key not in found(100)
    one, two = found(731)[key], found(1461)[key]
    assert one.state == "stale"
    # After 731 days 1 - 0.8^2.001 = 36 % hold no more, after 1,461 days 1 - 0.8^4 = 59 %.
    assert two.gain / one.gain == pytest.approx((1 - 0.8**4) / (1 - 0.8**2), rel=0.01)


def test_rows_without_a_day_of_confirmation_are_counted_and_not_taken_for_old() -> None:
    found = find_missing(rank([enterprise("E1"), enterprise("E2", confirmed_on=AS_OF)], _many()))
    assert found.undated["enterprise"] == 1
    assert all(cell.state == "missing" for cell in found.cells)


def test_a_column_that_nobody_knows_is_told_as_such() -> None:
    found = find_missing(rank([enterprise("E1")], _many()))
    assert ("enterprise", "revenue_wan") in found.untold
    assert not any(cell.column == "revenue_wan" for cell in found.cells)


def test_only_the_rows_asked_about_are_looked_at() -> None:
    companies = [enterprise(f"E{i}", budget_wan=None if i < 3 else 900.0) for i in range(6)]
    wanted = {"enterprise": np.array([1]), "resource": np.zeros(0, np.int64)}
    whole, part = (find_missing(rank(companies, _many()), wanted=w) for w in (None, wanted))
    assert part.cells == [c for c in whole.cells if (c.side, c.row) == ("enterprise", 1)]


def test_an_empty_side_costs_nothing() -> None:
    assert find_missing(rank([], [])).cells == []
    assert all(cell.gain == 0 for cell in find_missing(rank([enterprise("E1")], [])).cells)


@settings(deadline=None)
@given(st.lists(st.lists(CHANCES, min_size=14, max_size=14), min_size=2, max_size=5))
def test_knowing_never_loses_and_what_is_known_already_gains_nothing(
    drawn: list[list[float]],
) -> None:
    chances = np.array(drawn, np.float32)
    present, tried = chances[:1], chances[None, 1:]
    gain, moves = _gained(present, tried)
    assert gain[0] >= 0 and moves[0] >= 0
    same = _gained(present, np.repeat(present[:, None], 3, axis=1))
    assert same[0][0] == same[1][0] == 0


def test_a_list_gains_what_its_best_ten_have_over_those_it_lists() -> None:
    # Ten places at 0.5 are listed, an eleventh at 0.4 is not. Tried with a value under which the
    # eleventh stands at 0.9 and the tenth at 0.1: best ten 9 * 0.5 + 0.9 = 5.4, listed ones
    # 9 * 0.5 + 0.1 = 4.6, before 5.0. So 0.8 is gained, and the list itself moves by 0.4.
    present = np.array([[0.5] * 10 + [0.4]], np.float32)
    tried = np.array([[[0.5] * 9 + [0.1, 0.9]]], np.float32)
    gain, moves = _gained(present, tried)
    assert gain[0] == pytest.approx(0.8) and moves[0] == pytest.approx(0.4)


def test_a_row_is_taken_in_where_it_turns_out_better_and_left_out_where_worse() -> None:
    # Twelve rows before one query, at 0.60, 0.55 … 0.05: the tenth best stands at 0.15.
    present = np.arange(0.60, 0.0, -0.05, dtype=np.float32)[:12, None]
    listed, rival = _in_lists(present)
    assert listed[:, 0].tolist() == [True] * 10 + [False] * 2
    # One that is listed competes with the eleventh (0.10), one that is not with the tenth (0.15).
    assert rival[[0, 11], 0].tolist() == pytest.approx([0.10, 0.15], abs=1e-6)
    tried = np.full((12, 1, 1), 0.02, np.float32)
    tried[11] = 0.45
    gain = _gained_elsewhere(listed, rival, tried)
    assert gain[0] == pytest.approx(0.08, abs=1e-5)  # 0.10 - 0.02
    assert gain[11] == pytest.approx(0.30, abs=1e-5)  # 0.45 - 0.15
    assert gain[10] == 0


def test_what_a_cell_is_worth_to_its_rows_own_list_is_part_of_what_it_is_worth_in_all() -> None:
    companies = [
        enterprise(f"E{i}", pollution_level=(None if i == 0 else 1 + i % 3), founded=1990 + i)
        for i in range(8)
    ]
    companies[0]["budget_wan"] = companies[1]["founded"] = None
    ranking = rank(companies, _many())
    none: np.ndarray[tuple[int], np.dtype[np.int64]] = np.array([], np.int64)
    one = {"enterprise": np.array([0]), "resource": none}
    whole = _cells(find_missing(ranking, wanted=one))
    own = _cells(find_missing(ranking, wanted=one, own_lists_only=True))
    assert own.keys() == {key for key, cell in whole.items()
                          if key in own or cell.state == "missing"}  # fmt: skip
    for key, cell in own.items():
        assert cell.moves == whole[key].moves and cell.gain <= whole[key].gain
    assert own["enterprise", 0, "pollution_level"].gain > 0
