"""An evaluation learns from one side of a date, judges on the other, and mixes nothing."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.market import Market
from features.tables import Table
from models.baselines import BASELINES
from models.candidates import Candidates
from models.evaluate import Evaluation, cut_date, evaluate, fitted_baselines
from models.history import Introductions, introductions
from models.judgement import Judged, Said, differences, judge
from models.scorers import Scorer, rule_scorer
from tests.models.made_world import AS_OF, market, tables

CUT = date(2007, 3, 1)
Index = np.ndarray[Any, Any]


@dataclass
class Watching:
    """A scorer that notes what it was given, and answers like the rule."""

    seen: list[tuple[Market, Introductions]] = field(default_factory=list)

    def fit(self, market: Market, history: Introductions) -> Scorer:
        self.seen.append((market, history))
        return rule_scorer(market)


@dataclass
class Knowing:
    """A scorer that knows what will come of each pair."""

    reached: dict[tuple[int, int], int]

    def score(self, market: Market, enterprises: Index, resources: Index) -> Index:
        pairs = zip(enterprises.tolist(), resources.tolist(), strict=True)
        return np.array([self.reached.get(p, -1) for p in pairs], dtype=float)

    def probabilities(self, market: Market, enterprises: Index, resources: Index) -> Index:
        score = self.score(market, enterprises, resources)
        return np.column_stack([np.where(score >= s, 0.99, 0.01) for s in (1, 2, 3, 4)])


def knowing(after: date) -> Knowing:
    later = introductions(tables()["outcomes"], as_of=AS_OF).after(after)
    e, r = later.index(market().enterprises.ids, market().resources.ids)
    reached: dict[tuple[int, int], int] = {}
    for pair, stage in zip(zip(e.tolist(), r.tolist(), strict=True), later.reached, strict=True):
        reached[pair] = max(reached.get(pair, 0), int(stage))
    return Knowing(reached)


def evaluated(**values: Any) -> Evaluation:
    given: dict[str, Any] = {
        "as_of": AS_OF,
        "market": market(),
        "fit": Watching().fit,
        "cut": CUT,
        "baselines": {},
        "draws": 50,
    }
    found = evaluate(tables(), **(given | values))
    assert found is not None
    return found


def test_nothing_after_the_cut_is_learned_from() -> None:
    watching = Watching()
    found = evaluated(fit=watching.fit)
    [(seen_market, history)] = watching.seen
    assert seen_market.as_of == CUT
    assert seen_market.graph.as_of == CUT
    assert len(seen_market.graph.past.day) > 0
    assert seen_market.graph.past.day.max() < CUT.toordinal()
    assert 0 < len(history) == found.trained_on
    assert history.last_date.max() <= CUT.toordinal()
    assert history.stage_date.max() <= CUT.toordinal()


def test_nothing_after_the_as_of_date_is_judged_on() -> None:
    day = AS_OF - timedelta(days=200)
    rows = tables()["outcomes"]
    until = rows.take([i for i, d in enumerate(rows["date"]) if isinstance(d, date) and d <= day])
    one = evaluated(as_of=day)
    other = evaluate(
        tables() | {"outcomes": until},
        as_of=day,
        market=market(),
        fit=Watching().fit,
        cut=CUT,
        baselines={},
        draws=50,
    )
    assert other is not None
    assert one.as_dict() == other.as_dict()
    assert one.judged_on < evaluated().judged_on


def test_who_knows_what_will_come_is_found_perfect() -> None:
    found = evaluated(fit=lambda market, history: knowing(CUT))
    measures = found.rankers["model"]["all"].measures
    assert measures["ndcg_at_10"].value == 1.0
    assert measures["recall_at_20"].value == 1.0
    assert measures["auc"].value > 0.97  # pairs met twice differ from one time to the other
    assert measures["calibration_error"].value < 0.05


def test_every_baseline_stands_beside_the_model() -> None:
    found = evaluated(baselines=None, fit=lambda market, history: knowing(CUT))
    assert list(found.rankers) == ["model", "rule", *BASELINES]
    assert list(found.differences) == list(fitted_baselines())
    assert found.missing == {}
    for name in found.differences:
        assert found.differences[name]["log_loss"].high < 0
        assert found.differences[name]["recall_at_20"].low > 0
        counts = [
            (j.introductions, j.signed, j.lists, j.signings_looked_for)
            for j in found.rankers[name].values()
        ]
        assert counts == [
            (j.introductions, j.signed, j.lists, j.signings_looked_for)
            for j in found.rankers["model"].values()
        ]
    assert found.rankers["random"]["all"].measures["auc"].value == 0.5


def test_a_baseline_that_cannot_run_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    found = evaluated(baselines=None)
    assert set(found.missing) == {"lightgbm_regression", "lightgbm_lambdarank"}
    assert not set(found.missing) & set(found.rankers)


def test_an_evaluation_is_one_json_document_and_the_same_each_time() -> None:
    one, other = (json.dumps(evaluated().as_dict(), allow_nan=False) for _ in range(2))
    assert one == other
    groups = json.loads(one)["rankers"]["model"]
    assert next(iter(groups)) == "all"
    assert groups["unseen_enterprises"]["introductions"] == 0
    assert groups["unseen_enterprises"]["log_loss"]["value"] is None
    assert (
        groups["in_pair"]["introductions"] + groups["cross_pair"]["introductions"]
        == (groups["all"]["introductions"])
    )
    programmes = [v["introductions"] for k, v in groups.items() if k.startswith("programme_")]
    assert len(programmes) == 4
    assert sum(programmes) == groups["all"]["introductions"]


def test_groups_tell_the_never_seen_apart() -> None:
    rows = [
        ("E000", "R000", date(2005, 1, 1)),
        ("E000", "R001", date(2006, 1, 1)),  # a resource never seen
        ("E001", "R000", date(2006, 1, 2)),  # an enterprise never seen
        ("E000", "R000", date(2006, 1, 3)),
        ("E000", "gone", date(2006, 1, 4)),  # not in the market: cannot be judged
    ]
    outcomes = Table.from_rows(
        "outcomes",
        [
            {"enterprise_id": e, "resource_id": r, "date": d, "stage": "contacted"}
            for e, r, d in rows
        ],
    )
    found = evaluate(
        {"outcomes": outcomes},
        as_of=AS_OF,
        market=market(),
        fit=Watching().fit,
        cut=date(2005, 6, 1),
        baselines={},
    )
    assert found is not None
    assert (found.trained_on, found.judged_on) == (1, 3)
    assert found.left_out == {"trained": 0, "judged": 1} == found.as_dict()["left_out"]
    counts = {name: j.introductions for name, j in found.rankers["model"].items()}
    assert counts["unseen_resources"] == counts["unseen_enterprises"] == 1
    assert counts["unseen_regions"] == 2  # both lie in counties never seen
    assert counts["programme_industry"] == 3  # R000 is land, R001 a factory


def test_the_cut_is_the_day_by_which_four_fifths_had_begun() -> None:
    days = [date(2005, 1, d) for d in range(1, 11)]
    outcomes = Table(
        "outcomes",
        {
            "enterprise_id": ["e"] * 10,
            "resource_id": [f"r{i}" for i in range(10)],
            "date": list(days),
            "stage": ["contacted"] * 10,
        },
    )
    found = introductions(outcomes)
    assert cut_date(found) == date(2005, 1, 8)
    assert len(found.after(date(2005, 1, 8))) == 2
    assert cut_date(introductions(Table("outcomes"))) is None


def test_with_nothing_to_judge_on_there_is_no_evaluation() -> None:
    for values in ({"cut": AS_OF}, {"cut": None, "as_of": date(2000, 1, 1)}):
        given: dict[str, Any] = {"as_of": AS_OF, "market": market(), "fit": Watching().fit}
        assert evaluate(tables(), **(given | {"baselines": {}} | values)) is None


def test_a_pair_that_cannot_be_is_no_candidate() -> None:
    outcomes = Table.from_rows(
        "outcomes",
        [
            {
                "enterprise_id": "E000",
                "resource_id": "R000",
                "date": date(2005, 1, 1),
                "stage": "signed",
            }
        ],
    )
    projects = Table.from_rows(
        "projects",
        [
            {"resource_id": "R001", "signed_on": date(2005, 1, 1)},
            {"resource_id": "R002", "signed_on": date(2005, 1, 1), "ended_on": date(2006, 1, 1)},
            {"resource_id": "R003", "signed_on": date(2009, 1, 1)},
        ],
    )
    small = market().resources.fields["capacity"].copy()
    small[:4] = 1
    fields = {**market().resources.fields, "capacity": small}
    there = replace(market().at(CUT), resources=replace(market().resources, fields=fields))
    found = Candidates.of(there, introductions(outcomes, as_of=CUT), projects, [(1, 4)])
    possible = found.possible(np.array([0, 1]), np.arange(5))
    np.testing.assert_array_equal(possible[0], [False, False, True, True, True])
    np.testing.assert_array_equal(possible[1], [True, False, True, True, False])


def test_lists_are_counted_by_hand() -> None:
    # One enterprise with five contacts, listed in the order 3, 1, 0, 0, 2 of stages reached.
    judged = Judged(
        enterprises=np.zeros(5, np.int64),
        resources=np.arange(5),
        reached=np.array([0, 1, 2, 3, 0]),
        groups={"all": np.ones(5, np.bool_)},
    )
    said = Said(
        probability=np.full(5, 0.5),
        score=np.array([3.0, 4.0, 1.0, 5.0, 2.0]),
        hits=np.array([[np.nan, 1, 0, 1, np.nan], [np.nan, 1, 1, 0, np.nan]]),
    )
    found = judge(judged, said, judged.groups["all"])
    log3, log4, log6 = np.log2([3, 4, 6])
    expected = (3 + 1 / log3 + 2 / log6) / (3 + 2 / log3 + 1 / log4)
    assert found.lists == 1  # no resource has five contacts
    assert found.measures["ndcg_at_10"].value == pytest.approx(expected)
    assert found.measures["log_loss"].value == pytest.approx(np.log(2))
    assert found.signings_looked_for == 3
    assert found.measures["recall_at_20_enterprise_lists"].value == pytest.approx(2 / 3)
    # Three resources with one signing each: two listed the enterprise, one did not.
    assert found.measures["recall_at_20_resource_lists"].value == pytest.approx(2 / 3)
    assert found.measures["recall_at_20"].value == pytest.approx(2 / 3)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=30, max_size=80))
def test_an_interval_over_the_lists_of_both_sides_is_never_narrower_than_one_sides_part_in_it(
    pairs: list[tuple[int, int]],
) -> None:
    e, r = np.array(pairs).T
    n = len(e)
    judged = Judged(e, r, np.arange(n) % 4, {"all": np.ones(n, np.bool_)})
    hits = np.stack([(e + r) % 2, (e * r) % 2]).astype(np.float64)
    said = Said(np.full(n, 0.5), np.sin(np.arange(n)), hits)
    found = judge(judged, said, judged.groups["all"], draws=200).measures
    both = found["recall_at_20"]
    for side, lists in (("enterprise", e), ("resource", r)):
        one = found[f"recall_at_20_{side}_lists"]
        share = len(np.unique(lists)) / (len(np.unique(e)) + len(np.unique(r)))
        reach = one.high - one.low
        # Of a few lists nothing is known but that such a measure lies between 0 and 1.
        assert both.high - both.low >= share * (1.0 if np.isnan(reach) else reach) - 1e-12
    assert both.low <= both.value <= both.high


def test_one_list_never_tells_two_rankers_apart() -> None:
    e, r = np.arange(7), np.zeros(7, np.int64)
    judged = Judged(e, r, np.arange(7) % 5, {"all": np.ones(7, np.bool_)})
    hits = np.stack([np.full(7, np.nan), np.ones(7)])
    good = Said(np.full(7, 0.5), (np.arange(7) % 5).astype(np.float64), hits)
    bad = Said(np.full(7, 0.5), -good.score, 1 - hits)
    found = differences(judged, good, bad)
    for measure in ("ndcg_at_10", "recall_at_20"):
        assert found[measure].value > 0
        assert (found[measure].low, found[measure].high) == (-1, 1)
    whole = judge(judged, good, judged.groups["all"]).measures["ndcg_at_10"]
    assert (whole.value, whole.low, whole.high) == (1, 0, 1)


def test_lists_that_hold_the_same_introductions_twice_do_not_count_as_twice_the_evidence() -> None:
    # Each enterprise meets one resource of its own: the lists of one side say the other's again.
    own = np.arange(40)
    judged = Judged(own, own, own % 4, {"all": np.ones(40, np.bool_)})
    hits = np.tile((own % 3 == 0).astype(np.float64), (2, 1))
    said = Said(np.full(40, 0.5), np.zeros(40), hits)
    found = judge(judged, said, judged.groups["all"]).measures
    both, one = found["recall_at_20"], found["recall_at_20_enterprise_lists"]
    assert (both.value, both.low, both.high) == pytest.approx((one.value, one.low, one.high))


def test_a_refused_pair_is_no_candidate_of_an_evaluation() -> None:
    asked: list[date] = []

    def refused(there: Market) -> list[tuple[int, int]]:
        asked.append(there.as_of)
        return [(e, r) for e in range(len(there.enterprises)) for r in range(len(there.resources))]

    found = evaluate(
        tables(), as_of=AS_OF, market=market(), fit=Watching().fit, cut=CUT, baselines={},
        refused=refused,
    )  # fmt: skip
    assert found is not None and asked == [CUT]
    assert found.rankers["model"]["all"].signings_looked_for == 0
