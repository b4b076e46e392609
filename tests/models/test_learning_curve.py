"""A learning curve knows no more than its size says and is judged on the same later rows."""

from __future__ import annotations

import json
import sys
from datetime import date
from functools import cache

import pytest

from features.market import Market
from models.baselines import Logistic
from models.evaluate import evaluate
from models.history import Introductions
from models.learning_curve import DRAWS, TREES, LearningCurve, learning_curve
from models.scorers import Scorer, rule_scorer
from models.training_rows import training_pairs
from tests.models.made_world import AS_OF, market, tables

CUT = date(2007, 3, 1)
SIZES = (0, 10, 60)


def _fit(market: Market, history: Introductions) -> Scorer:
    return Logistic().fit(market, history) if len(history) >= 20 else rule_scorer(market)


@cache
def curve() -> LearningCurve:
    found = learning_curve(
        tables(), as_of=AS_OF, market=market(), fit=_fit, cut=CUT, sizes=SIZES, draws=50
    )
    assert found is not None
    return found


def test_each_history_holds_as_many_as_its_size_says_and_nothing_after_the_cut() -> None:
    seen: list[tuple[int, int]] = []

    def watching(market: Market, history: Introductions) -> Scorer:
        assert not len(history) or history.last_date.max() <= CUT.toordinal()
        graph = market.graph.past.day
        assert len(graph) <= 5 * len(history)  # the graph knows no more than that history
        seen.append((len(training_pairs(market, history)[2]), len(history)))
        return rule_scorer(market)

    learning_curve(
        tables(), as_of=AS_OF, market=market(), fit=watching, cut=CUT, sizes=SIZES, draws=20
    )
    whole = curve().points[-1].introductions
    assert [n for n, _ in seen] == [0, *[10] * DRAWS, *[60] * DRAWS, whole]


def test_smaller_histories_lie_within_larger_ones() -> None:
    seen: list[set[tuple[str, str, int]]] = []

    def watching(market: Market, history: Introductions) -> Scorer:
        days = history.first_date.tolist()
        seen.append(set(zip(history.enterprise_id, history.resource_id, days, strict=True)))
        return rule_scorer(market)

    learning_curve(
        tables(), as_of=AS_OF, market=market(), fit=watching, cut=CUT, sizes=SIZES, draws=20
    )
    for draw in range(DRAWS):
        assert seen[1 + draw] < seen[1 + DRAWS + draw] < seen[-1]


def test_with_no_history_a_model_that_is_the_rule_differs_from_it_by_nothing() -> None:
    first = curve().points[0]
    assert first.introductions == 0 and first.histories == 1
    for gap in first.differences["rule"].values():
        assert (gap.value, gap.low, gap.high) == (0, 0, 0)


def test_boosted_trees_stand_beside_where_there_are_rows_enough() -> None:
    assert [TREES in point.rankers for point in curve().points] == [False, False, True, True]


def test_without_lightgbm_the_others_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    found = learning_curve(
        tables(), as_of=AS_OF, market=market(), fit=_fit, cut=CUT, sizes=(), draws=20
    )
    assert found is not None
    assert [set(point.rankers) for point in found.points] == [{"model", "rule"}]


def test_the_last_point_is_what_evaluation_says() -> None:
    found = evaluate(
        tables(), as_of=AS_OF, market=market(), fit=_fit, cut=CUT, draws=50,
        baselines={"rule": lambda market, history: rule_scorer(market)},
    )  # fmt: skip
    assert found is not None
    last = curve().points[-1]
    assert (curve().judged_on, last.introductions) == (found.judged_on, found.trained_on)
    assert curve().lists == found.rankers["model"]["all"].lists
    for ranker in ("model", "rule"):
        measures = found.rankers[ranker]["all"].measures
        for name, one in last.rankers[ranker].items():
            assert one.as_dict() == pytest.approx(measures[name].as_dict())
    for name, one in last.differences["rule"].items():
        assert one.as_dict() == pytest.approx(found.differences["rule"][name].as_dict())


def test_a_curve_is_one_json_document_and_tells_each_size_as_its_turn_comes() -> None:
    told: list[str] = []
    one = learning_curve(
        tables(), as_of=AS_OF, market=market(), fit=_fit, cut=CUT, sizes=SIZES, draws=50,
        progress=told.append,
    )  # fmt: skip
    assert one is not None
    assert json.dumps(one.as_dict(), allow_nan=False) == json.dumps(curve().as_dict())
    assert told == [str(point.introductions) for point in one.points]


def test_with_nothing_later_there_is_no_curve() -> None:
    assert learning_curve(tables(), as_of=AS_OF, market=market(), fit=_fit, cut=AS_OF) is None
