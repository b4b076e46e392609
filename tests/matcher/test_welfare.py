"""Nash welfare is measured alike under every arrangement, and its bounds hold for every plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from matcher.kept_aims import Kept
from matcher.plan_pairs import PlanPairs
from matcher.planning import Planner, attained, plan
from matcher.proportional import fair
from matcher.regimes import own_regime, regime
from matcher.requirements import requirements
from matcher.scenario import Aim, Ceilings, Scenario
from matcher.welfare import NOTHING, LeastWelfare, Yardstick
from tests.matcher.planned_market import candidates, market, simulated

REGIMES = ("in_pair_only", "official", "open")
MARKET = market()
PAIRS = candidates(MARKET)
YARDSTICK = Yardstick.of(PAIRS)


def planners(pairs: PlanPairs) -> list[Planner]:
    """One for each arrangement, without requirements."""
    found = [regime(name, Scenario("s"), pairs, MARKET.market) for name in REGIMES]
    return [Planner(pairs, (), one.allowed) for one in found]


choices = st.lists(st.integers(0, len(PAIRS) - 1), unique=True, max_size=12).map(
    lambda rows: np.array(sorted(rows), np.int64)
)
#: What the regions could have, 万元; nothing at all among it.
shares = st.lists(
    st.floats(0, 1e5), min_size=len(YARDSTICK.regions), max_size=len(YARDSTICK.regions)
).map(np.array)


@given(choices)
def test_the_same_pairs_have_the_same_welfare_under_every_arrangement(chosen: np.ndarray) -> None:
    told = {attained(planner, "nash_welfare", chosen) for planner in planners(PAIRS)}
    assert len(told) == 1


@given(choices, choices)
def test_a_plan_that_gives_every_region_as_much_has_no_less_welfare(
    some: np.ndarray, others: np.ndarray
) -> None:
    both = np.union1d(some, others)
    assert YARDSTICK.welfare(both) >= YARDSTICK.welfare(some) - 1e-9
    assert YARDSTICK.welfare(np.zeros(0, np.int64)) == pytest.approx(0, abs=1e-6)


def test_welfare_is_the_geometric_mean_worked_out_by_hand() -> None:
    brings = PAIRS.investment > 0
    regions = sorted({*PAIRS.region[brings].tolist()} - {-1})
    best: dict[int, float] = {}
    for e, money in zip(PAIRS.enterprise.tolist(), PAIRS.investment.tolist(), strict=True):
        best[e] = max(best.get(e, 0.0), money)
    nothing = NOTHING * sum(best.values()) / len(regions)
    chosen = np.flatnonzero(PAIRS.region == regions[0])[:2]
    got = float(PAIRS.investment[chosen].sum())
    # One region has this, the others nothing.
    product = (got + nothing) * nothing ** (len(regions) - 1)
    assert YARDSTICK.welfare(chosen) == pytest.approx(product ** (1 / len(regions)) - nothing)


def test_a_plan_for_one_region_of_four_is_not_told_to_be_the_fairest() -> None:
    base = Scenario("fair", draws=5, aims=(Aim("nash_welfare"),), ceilings=Ceilings(projects=8))
    told = simulated(MARKET, replace(base, compare_with=REGIMES)).outlooks
    every = {one.name: one.last for one in told}
    one_region = candidates(MARKET)
    only = Planner(one_region, (), one_region.region == one_region.region[0])
    lonely = plan(only, base.aims)
    assert len(np.unique(one_region.region[lonely.chosen])) == 1
    assert lonely.aims[0].value < every["open"].value
    # Whatever an arrangement allows is allowed where all is.
    for aim in every.values():
        assert aim.value <= every["open"].bound * (1 + 1e-9)
        assert aim.value <= aim.bound * (1 + 1e-9)


def test_fair_shares_are_those_of_a_general_solver() -> None:
    small = candidates(market(4, enterprises=6, resources=4))
    planner = Planner(small, (), np.ones(len(small), np.bool_))
    found = fair(planner)
    assert found is not None
    own, n = planner.yardstick, len(small)
    rows = [small.enterprise == e for e in np.unique(small.enterprise)]
    bounds = [1.0] * len(rows)
    for r in np.unique(small.resource):
        for k in range(small.use.shape[1]):
            if np.isfinite(small.capacity[r, k]):
                rows.append(small.use[:, k] * (small.resource == r) / max(small.capacity[r, k], 1))
                bounds.append(min(1.0, small.capacity[r, k]))
    table, most = np.array(rows, float), np.array(bounds)
    every = np.arange(n)
    solved = minimize(
        lambda x: -own.mean_log(own.got_in_part(every, x)),
        np.full(n, 1e-3),
        jac=lambda x: -own.slope(own.got_in_part(every, x)) / len(own.regions),
        bounds=[(0, 1)] * n,
        constraints={"type": "ineq", "fun": lambda x: most - table @ x, "jac": lambda x: -table},
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-10},
    )
    assert own.mean_log(found.share) == pytest.approx(-solved.fun, abs=2e-4)
    assert found.bound >= -solved.fun - 1e-6


@settings(max_examples=200)
@given(shares, shares, shares, st.floats(0, 0.9))
def test_a_tangent_leaves_out_no_shares_that_keep_the_welfare(
    found: np.ndarray, at: np.ndarray, other: np.ndarray, max_loss: float
) -> None:
    least = LeastWelfare.of(YARDSTICK, found, found, max_loss)
    limit = least.tangent(at, "tangent")
    # A pair of each region, taken so often that the region has what it has.
    first = [int(np.flatnonzero(YARDSTICK.place == i)[0]) for i in range(len(found))]
    for shares in (found, other):
        if least.kept_by(shares, nearly=0.0):
            part = shares / YARDSTICK.value[first]
            worth = limit.coefficients[first] * part
            assert worth.sum() >= limit.low - 1e-9 * (1 + np.abs(worth).sum())


@pytest.mark.parametrize("max_loss", [0.0, 0.1, 0.4])
def test_an_aim_after_nash_welfare_has_a_bound_for_all_plans_that_lose_no_more(
    max_loss: float,
) -> None:
    small = candidates(market(4, enterprises=6, resources=4))
    planner = Planner(small, (), np.ones(len(small), np.bool_))
    found = plan(planner, (Aim("nash_welfare", max_loss), Aim("expected_projects")))
    fairest, most = found.aims
    assert fairest.value <= fairest.bound * (1 + 1e-9)
    best = plan(planner, (Aim("nash_welfare"),)).aims[0].value
    assert fairest.value >= (1 - max_loss) * best * (1 - 1e-6)
    # Every plan of one place for each enterprise that keeps capacities, drawn at random.
    rng = np.random.default_rng(0)
    kept = 0
    for _ in range(3000):
        chosen = drawn(small, rng)
        if planner.yardstick.welfare(chosen) >= (1 - max_loss) * best:
            kept += 1
            assert small.chance[0][chosen].sum() <= most.bound * (1 + 1e-9)
    assert most.value <= most.bound * (1 + 1e-9)
    assert kept or max_loss < 0.4


def drawn(pairs: PlanPairs, rng: np.random.Generator) -> np.ndarray:
    """Pairs taken in random order as they fit."""
    left, taken, placed = pairs.capacity.copy(), [], set()
    for p in rng.permutation(len(pairs)).tolist():
        e, r = int(pairs.enterprise[p]), int(pairs.resource[p])
        if e not in placed and (pairs.use[p] <= left[r] + 1e-9).all():
            left[r] -= pairs.use[p]
            placed.add(e)
            taken.append(p)
    return np.array(sorted(taken), np.int64)


def test_floors_of_single_regions_are_kept_by_fewer_plans_than_the_welfare_is() -> None:
    scenario = Scenario("s", ceilings=Ceilings(projects=8))
    own = own_regime(scenario, PAIRS)
    planner = Planner(PAIRS, requirements(scenario, own, PAIRS, MARKET.market), own.allowed)
    fairest = plan(planner, (Aim("nash_welfare"),))
    least = LeastWelfare.of(
        YARDSTICK, YARDSTICK.got(fairest.chosen), YARDSTICK.got(fairest.chosen), 0.2
    )
    value = PAIRS.value("expected_projects")
    within = planner.solve(value, least.floors())
    assert least.kept_by(YARDSTICK.got(within.chosen), nearly=1e-6)
    bound, _ = Kept([], least).relaxed(planner, value)
    assert bound is not None and bound >= within.objective * (1 - 1e-9)
