"""The best pairing of so many links: near the best of all that there are, within its bound."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from matcher.best_pairing import best_pairing
from matcher.plan_pairs import PlanPairs
from matcher.planning import Planner, plan
from matcher.regimes import joined, regime
from matcher.requirements import requirements
from matcher.scenario import Aim, Scenario
from tests.matcher.planned_market import candidates, market

AIMS = (Aim("expected_investment"),)


@pytest.fixture(scope="module")
def pairs() -> PlanPairs:
    return candidates(market(4, enterprises=12, resources=4))


def under(pairs: PlanPairs, links: np.ndarray) -> float:
    """Value of the best plan under some links."""
    size = int(max(pairs.home.max(), pairs.region.max())) + 1
    there = np.zeros((size, size), np.bool_)
    there[links[:, 0], links[:, 1]] = True
    return plan(Planner(pairs, (), joined(there, pairs)), AIMS).aims[0].value


def test_it_comes_near_the_best_of_all_pairings_and_keeps_its_bound(pairs: PlanPairs) -> None:
    known = pairs.home >= 0
    every = np.unique(np.stack([pairs.home[known], pairs.region[known]], axis=1), axis=0)
    best = max(under(pairs, every[list(two)]) for two in combinations(range(len(every)), 2))
    found = best_pairing(pairs, (), AIMS, 2, effort=1)
    assert len(found.links) == 2
    assert found.plan.aims[0].value == pytest.approx(under(pairs, found.links))
    assert 0.9 * best <= found.plan.aims[0].value <= best * (1 + 1e-9)
    assert best <= found.bound * (1 + 1e-9)


def test_every_chosen_pair_is_on_a_link(pairs: PlanPairs) -> None:
    found = best_pairing(pairs, (), AIMS, 3, effort=1)
    links = {tuple(link) for link in found.links.tolist()}
    for p in found.plan.chosen.tolist():
        assert (int(pairs.home[p]), int(pairs.region[p])) in links


def test_with_links_enough_it_is_the_open_plan_of_those_that_have_a_home(pairs: PlanPairs) -> None:
    found = best_pairing(pairs, (), AIMS, 1000, effort=1)
    free = plan(Planner(pairs, (), pairs.home >= 0), AIMS)
    assert found.plan.aims == free.aims


def test_a_pairing_gains_nothing_by_making_floors_impossible() -> None:
    # Sought by value alone, the four links found here leave three of four counties empty.
    ranking = market(3, enterprises=12, resources=4)
    pairs = candidates(ranking)
    asked = Scenario("floors", min_projects_per_region=2)
    open_to_all = regime("best_pairing", asked, pairs, ranking.market)
    needs = requirements(asked, open_to_all, pairs, ranking.market)
    found = best_pairing(pairs, needs, AIMS, 4, effort=1)
    assert len(found.links) == 4 and len(found.plan.dropped) <= 1
    assert found.bound >= best_pairing(pairs, (), AIMS, 4, effort=1).plan.aims[0].value
