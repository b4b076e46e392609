"""A market to plan for: a few dozen enterprises, places in four counties, things that are short."""

from __future__ import annotations

import numpy as np

from features.tables import Table
from matcher.plan_pairs import PlanPairs, plan_pairs
from matcher.ranking import Ranking
from matcher.scenario import Scenario
from matcher.simulation import Simulation, simulate
from models.gains import Gains, fit_gains
from models.history import introductions
from tests.matcher.small_market import (
    AS_OF,
    CHUNAN,
    JIANGSHAN,
    KECHENG,
    KEQIAO,
    NANHU,
    QINGTIAN,
    XIAOSHAN,
    enterprise,
    rank,
    resource,
)

COUNTIES = (CHUNAN, KECHENG, JIANGSHAN, QINGTIAN)


def market(seed: int = 0, enterprises: int = 22, resources: int = 8) -> Ranking:
    """Random figures of both sides; some cells are empty."""
    rng = np.random.default_rng(seed)

    def pick(*choices: object) -> object:
        return choices[int(rng.integers(len(choices)))]

    own = [
        enterprise(
            f"E{i:03}", region=pick(XIAOSHAN, KEQIAO, NANHU, None),
            kind=pick("company", "merchant"), industry=pick("1761", "2221", "3670"),
            budget_wan=float(rng.integers(200, 3000)),
            land_need_mu=pick(None, float(rng.integers(1, 40))),
            labour_need=int(rng.integers(5, 200)), pollution_level=pick(0, 1, 2, 3),
            energy_need_tce=float(rng.integers(10, 900)),
        )
        for i in range(enterprises)
    ]  # fmt: skip
    for row in own:
        row["region"] = row["region"] if row["kind"] == "merchant" else row["region"] or KEQIAO
    places = [
        resource(
            f"R{i:03}", region=COUNTIES[i % 4], kind=pick("land", "factory"),
            industries=pick(("17",), ("22", "36")), land_mu=pick(None, float(rng.integers(30, 90))),
            labour_supply=pick(None, 300), energy_quota_tce=pick(None, 1500.0),
            capacity=int(rng.integers(2, 6)), subsidy_rate=pick(0.0, 0.03), max_pollution=3,
            min_investment_wan=None,
        )
        for i in range(resources)
    ]  # fmt: skip
    return rank(own, places)


def gains_of(ranking: Ranking) -> Gains:
    """What a project brings, where there is no history."""
    empty = {name: Table(name) for name in ("outcomes", "projects")}
    history = introductions(empty["outcomes"], as_of=AS_OF)
    return fit_gains(ranking.market, history, ranking.amounts, empty["outcomes"], empty["projects"])


def candidates(ranking: Ranking) -> PlanPairs:
    """All pairs of a market without history."""
    return plan_pairs(ranking, gains_of(ranking), ["expected_investment"])


def simulated(ranking: Ranking, scenario: Scenario, *, workers: int = 1) -> Simulation:
    """A scenario on a market without history."""
    return simulate(ranking, gains_of(ranking), scenario, reached=np.ones(4), workers=workers)
