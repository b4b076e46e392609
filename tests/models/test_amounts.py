"""What a signed project brings, from history by kind and size."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from features.schema import RESOURCE_KINDS
from features.tables import Table, Value
from models.amounts import SHRINKAGE, AmountModel, fit_amounts
from models.history import introductions
from tests.handmade_market import enterprise, make, resource

LAND, LABOUR = RESOURCE_KINDS.index("land"), RESOURCE_KINDS.index("labour")


def _fit(*outcomes: tuple[str, str, str, float | None]) -> AmountModel:
    market = make(
        [enterprise("E1", budget_wan=100.0), enterprise("E2", budget_wan=300.0), enterprise("E3")],
        [resource("R1"), resource("R2", kind="labour")],
    )
    rows: list[dict[str, Value]] = [
        {"enterprise_id": e, "resource_id": r, "date": date(2007, 1, 1 + i), "stage": stage,
         "amount_wan": amount}
        for i, (e, r, stage, amount) in enumerate(outcomes)
    ]  # fmt: skip
    table = Table.from_rows("outcomes", rows)
    return fit_amounts(market, introductions(table, None, as_of=date(2008, 1, 1)))


def _expected(model: AmountModel, budget: float, kind: int) -> float:
    return float(model.expected(np.array([budget], np.float32), np.array([kind], np.int8))[0])


def test_without_history_the_budget_is_what_is_expected_and_nothing_without_one() -> None:
    model = _fit()
    assert _expected(model, 250.0, LAND) == 250
    assert np.isnan(_expected(model, np.nan, LAND))
    assert np.isnan(model.most)


def test_the_largest_sum_ever_agreed_on_is_known() -> None:
    history = ("E1", "R1", "signed", 150.0), ("E2", "R2", "signed", 900.0)
    assert _fit(*history).most == 900


def test_a_ratio_of_sums_by_kind_is_drawn_toward_that_of_all_kinds() -> None:
    model = _fit(("E1", "R1", "signed", 200.0), ("E2", "R2", "started", 300.0))
    # All kinds: 500 of 400 = 1.25. Mean budget 200, ten of it: 2,000.
    land = (200 + 2000 * 1.25) / (100 + 2000)
    labour = (300 + 2000 * 1.25) / (300 + 2000)
    assert SHRINKAGE == 10
    assert _expected(model, 1000.0, LAND) == pytest.approx(1000 * land)
    assert _expected(model, 1000.0, LABOUR) == pytest.approx(1000 * labour)
    # Without a budget: 250 on average, ten of them.
    assert _expected(model, np.nan, LAND) == pytest.approx((200 + 10 * 250) / 11)


def test_the_total_comes_out_right() -> None:
    model = _fit(("E1", "R1", "signed", 200.0), ("E2", "R1", "signed", 700.0))
    assert _expected(model, 100.0, LAND) + _expected(model, 300.0, LAND) == pytest.approx(900)


def test_what_was_never_signed_or_has_no_sum_tells_nothing() -> None:
    nothing = _fit(("E1", "R1", "contacted", 900.0), ("E2", "R2", "signed", None),
                   ("E2", "R1", "declined", None), ("E1", "R2", "signed", 0.0))  # fmt: skip
    assert _expected(nothing, 250.0, LAND) == 250
    assert np.isnan(_expected(nothing, np.nan, LAND))


def test_sums_of_enterprises_without_a_budget_count_where_no_budget_is_known() -> None:
    model = _fit(("E3", "R1", "signed", 80.0))
    assert _expected(model, np.nan, LAND) == pytest.approx(80)
    assert _expected(model, 250.0, LAND) == 250
