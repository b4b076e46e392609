"""How long a scenario takes: 20,000 × 2,000 with 1,000 draws and two arrangements beside it.

``BENCH_TENTH=1`` takes a tenth of both sides.
"""

from __future__ import annotations

import os
from typing import Any

from features.market import Market
from features.tables import Table
from features.text import NgramEncoder
from matcher.scenario import Ceilings, Scenario
from matcher.simulation import simulate
from models.fitting import fit_stages
from models.gains import fit_gains
from models.history import introductions
from models.posterior import steps_seen
from tests.worlds.bands import ranked
from tests.worlds.learners import AS_OF
from tests.worlds.making import make

TENTH = bool(os.environ.get("BENCH_TENTH"))
SCENARIO = Scenario(
    "big", max_cross_share=0.3, min_projects_per_region=1, draws=1000,
    compare_with=("in_pair_only", "open"), ceilings=Ceilings(projects=300, energy_tce=1e7),
)  # fmt: skip


def test_a_scenario_of_a_whole_province(benchmark: Any) -> None:
    enterprises, resources = (2_000, 200) if TENTH else (20_000, 2_000)
    world = make("plain", 0, enterprises=enterprises, resources=resources, introductions=6_000)
    history = introductions(world.tables["outcomes"], None, as_of=AS_OF)
    encoder = NgramEncoder()
    market = Market.build(world.tables, as_of=AS_OF, encoder=encoder)
    past = history.past(market.regions, market.enterprises.table, market.resources.table)
    ranking = ranked(world, fit_stages(market.knowing(past), history), history, encoder)
    gains = fit_gains(
        ranking.market, history, ranking.amounts, world.tables["outcomes"], Table("projects")
    )
    done = benchmark.pedantic(
        lambda: simulate(ranking, gains, SCENARIO, reached=steps_seen(history)), rounds=1
    )
    benchmark.extra_info["candidates"] = len(done.pairs)
    benchmark.extra_info["gap"] = done.outlooks[0].last.gap
