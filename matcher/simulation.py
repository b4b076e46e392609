"""A scenario simulated: planned under each arrangement, drawn on the same draws, compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.language import Text, text
from matcher import assumptions, outlook, stable, views
from matcher.allocate import InfeasibleProblem, NothingFound
from matcher.best_pairing import BestPairing, best_pairing
from matcher.draws import OPTIMISM, PLAN_SPREAD, Drawn, draw
from matcher.equity import gini
from matcher.outlook import Band, Binding, FloorCost, Outlook, Sensitivity
from matcher.plan import ProgrammePlan
from matcher.plan_pairs import OFFERS, QUANTITIES, WHOLE, PlanPairs, plan_pairs
from matcher.plan_targets import target_shares
from matcher.planning import (
    EFFORT,
    AimReached,
    Plan,
    Planner,
    attained,
    highest,
    plan,
    plan_with_what_can_be_kept,
)
from matcher.ranking import Ranking
from matcher.refused_scenarios import check_shares_fit, refusal
from matcher.regimes import Regime, link_count, own_regime, regime
from matcher.requirements import Requirement, receivers, requirements
from matcher.scenario import NoPlanFound, Scenario
from matcher.sensitivity import floor_costs, sensitivity
from models.gains import Gains
from models.posterior import posterior

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Progress = Callable[[str], None]

#: Prices of places are shown for the dearest so many.
PLACES_SHOWN = 10


@dataclass(frozen=True)
class Simulation:
    """A scenario and those it is compared with, planned and drawn.

    Attributes
    ----------
    scenario : Scenario
    ranking : Ranking
    pairs : PlanPairs
    outlooks : tuple of Outlook
        The scenario first.
    receiving : (g,) int array
        Receiving regions that the tables are by.
    signed_by_region, investment_by_region : (g,) tuples of Band
        Of the scenario itself.
    by_pair : dict of str to (n,) array
        What is expected of each of its pairs; see :class:`matcher.draws.Drawn`.
    """

    scenario: Scenario
    ranking: Ranking
    pairs: PlanPairs
    outlooks: tuple[Outlook, ...]
    receiving: Rows
    signed_by_region: tuple[Band, ...]
    investment_by_region: tuple[Band, ...]
    by_pair: dict[str, Floats]

    def as_dict(self) -> dict[str, object]:
        """``summary.json`` of the outer contract."""
        return {
            "as_of": self.ranking.market.as_of.isoformat(),
            "model": dict(self.ranking.model_about),
            "made_up": self.ranking.made_up,
            "scenarios": [one.as_dict() for one in self.outlooks],
        }


@dataclass(frozen=True)
class _Planned:
    """One regime's plan, before it is drawn."""

    regime: Regime
    plan: Plan
    needs: tuple[Requirement, ...]
    floor_costs: tuple[FloorCost, ...] = ()
    sensitivity: tuple[Sensitivity, ...] = ()
    links: NDArray[np.int64] | None = None
    bound: float = 0.0
    struck_out: int = 0


def simulate(
    ranking: Ranking,
    gains: Gains,
    scenario: Scenario,
    *,
    reached: Floats,
    targets: ProgrammePlan | None = None,
    effort: int = EFFORT,
    workers: int = 1,
    whole: int = WHOLE,
    progress: Progress = lambda step: None,
) -> Simulation:
    """Plan a scenario and all that it is compared with, and draw what could come of them.

    Parameters
    ----------
    ranking : Ranking
        Built under the scenario's pairing.
    reached : (4,) array
        Share of the introductions on record that came to where each step is seen.
    targets : matcher.plan.ProgrammePlan, optional
        What the programme wants; a plan's share of it is told.
    effort : int
        See :func:`matcher.allocate.allocate`: work, not time, so that the answer is the same
        anywhere.
    workers : int
        Processes that regimes are planned in; the answer does not depend on it.
    whole : int
        See :func:`matcher.plan_pairs.plan_pairs`.
    progress : callable
        Told the step that begins; while plans are made, also how many are (``plans 2/8``).

    Raises
    ------
    InfeasibleScenario
        If the scenario's own requirements conflict.
    NoPlanFound
        If no plan keeps them that was found, nor is it proven that there is none.
    """
    progress("pairs")
    pairs = plan_pairs(
        ranking, gains, [aim.objective for aim in scenario.aims],
        programmes=scenario.programmes, max_pollution=scenario.ceilings.max_pollution,
        whole=whole,
    )  # fmt: skip
    progress("plans")
    planned = _all_planned(ranking, scenario, pairs, effort, workers, progress)
    progress("draws")
    plans = [one.plan.chosen for one in planned]
    union = np.unique(np.concatenate(plans)) if plans else np.zeros(0, np.int64)
    receiving = np.array(
        sorted({*receivers(ranking.market, pairs), *pairs.region[union].tolist()} - {-1}), np.int64
    )
    found = posterior(
        ranking.model, ranking.market, pairs.enterprise[union], pairs.resource[union],
        pairs.chance[:, union], reached, optimism=OPTIMISM, spread=PLAN_SPREAD,
    )  # fmt: skip
    drawn = draw(
        pairs, plans, union, found, gains, receiving, draws=scenario.draws, seed=scenario.seed,
        enterprises=len(ranking.market.enterprises),
    )  # fmt: skip
    common = assumptions.of_all(ranking, scenario, pairs, gains)
    seen = _Seen(ranking, scenario, pairs, targets)
    outlooks = tuple(
        seen.outlook(one, drawn[i], None if i == 0 else drawn[0], common)
        for i, one in enumerate(planned)
    )
    signed, money = (
        tuple(Band.of(row) for row in rows)
        for rows in (drawn[0].signed_by_region, drawn[0].investment_by_region)
    )
    return Simulation(
        scenario, ranking, pairs, outlooks, receiving, signed, money, drawn[0].by_pair
    )


def _all_planned(
    ranking: Ranking, scenario: Scenario, pairs: PlanPairs, effort: int, workers: int,
    progress: Progress,
) -> list[_Planned]:  # fmt: skip
    own = own_regime(scenario, pairs)
    needs = tuple(requirements(scenario, own, pairs, ranking.market))
    planner = Planner(pairs, needs, own.allowed, effort=effort, seed=scenario.seed)
    names = list(scenario.compare_with)
    of = 3 + len(names)
    try:
        found = plan(planner, scenario.aims)
    except InfeasibleProblem as error:
        progress("conflict")
        raise refusal(scenario, needs, error.conflict) from error
    except NothingFound as error:
        raise NoPlanFound(scenario.name) from error
    if not len(found.chosen):
        check_shares_fit(scenario, planner, effort=effort, seed=scenario.seed)
    progress(f"plans 1/{of}")
    tasks: list[tuple[Any, ...]] = [
        (floor_costs, planner, scenario.aims, found),
        (sensitivity, planner, scenario.aims, found),
    ]
    tasks += [(_compared, ranking, scenario, pairs, name, effort) for name in names]
    answers = []
    for answer in _each(tasks, workers):
        answers.append(answer)
        progress(f"plans {1 + len(answers)}/{of}")
    costs, moved, *others = answers
    return [_Planned(own, found, needs, costs, moved), *others]


def _each(tasks: Sequence[tuple[Any, ...]], workers: int) -> Iterator[Any]:
    """The answers of some tasks, in order, as they come."""
    if workers <= 1 or len(tasks) < 2:
        yield from (work(*given) for work, *given in tasks)
        return
    from joblib import Parallel, delayed

    yield from Parallel(n_jobs=workers, return_as="generator")(
        delayed(work)(*given) for work, *given in tasks
    )


def _compared(
    ranking: Ranking, scenario: Scenario, pairs: PlanPairs, name: str, effort: int
) -> _Planned:
    market = ranking.market
    found = regime(name, scenario, pairs, market)
    needs = tuple(requirements(scenario, found, pairs, market))
    if name == "stable":
        return _settled(ranking, scenario, pairs, found, needs, effort)
    if name == "best_pairing":
        best: BestPairing = best_pairing(
            pairs, needs, scenario.aims, link_count(market), effort=effort, seed=scenario.seed
        )
        return _Planned(found, best.plan, needs, links=best.links, bound=best.bound)
    planner = Planner(pairs, needs, found.allowed, effort=effort, seed=scenario.seed)
    return _Planned(found, plan_with_what_can_be_kept(planner, scenario.aims), needs)


def _settled(
    ranking: Ranking, scenario: Scenario, pairs: PlanPairs, found: Regime,
    needs: tuple[Requirement, ...], effort: int,
) -> _Planned:  # fmt: skip
    """The market-operated plan, pairs struck out until the ceilings hold.

    Each aim's bound is that of all plans that keep the ceilings: this one keeps no floors.
    """
    own, theirs = views.enterprise_view(pairs), views.region_view(pairs, ranking.market)
    market_made = stable.deferred_acceptance(pairs, found.allowed, own, theirs)
    objective = scenario.aims[0].objective
    chosen = stable.trimmed(market_made, pairs.value(objective), [need.limit for need in needs])
    planner = Planner(pairs, needs, found.allowed, effort=effort).without("floor")
    aims = []
    for aim in scenario.aims:
        value = attained(planner, aim.objective, chosen)
        bound = max(value, highest(planner, aim.objective))
        aims.append(AimReached(aim.objective, value, bound, aim.max_loss))
    made = Plan(chosen, tuple(aims), np.zeros_like(pairs.capacity), {})
    return _Planned(found, made, needs, struck_out=len(market_made) - len(chosen))


@dataclass(frozen=True)
class _Seen:
    """Turns plans and draws into outlooks."""

    ranking: Ranking
    scenario: Scenario
    pairs: PlanPairs
    targets: ProgrammePlan | None

    def outlook(
        self, one: _Planned, drawn: Drawn, own: Drawn | None, common: tuple[Text, ...]
    ) -> Outlook:
        """One regime's figures."""
        pairs, market, chosen = self.pairs, self.ranking.market, one.plan.chosen
        receiving = receivers(market, pairs)
        regions = pairs.region[chosen]
        links: tuple[tuple[str, str], ...] = ()
        if one.links is not None:
            codes = market.regions.codes
            links = tuple((codes[a], codes[b]) for a, b in one.links.tolist())
        bands = outlook.bands(drawn)
        counts = [int((regions == g).sum()) for g in sorted({*receiving, *regions.tolist()} - {-1})]
        return Outlook(
            name=one.regime.name,
            label=one.regime.label,
            chosen=chosen,
            aims=one.plan.aims,
            bands=bands,
            cross_pair_share=float((~pairs.paired[chosen]).mean()) if len(chosen) else 0.0,
            region_shares=outlook.region_shares(market.regions.codes, receiving, regions),
            gini=gini(np.array(counts, np.float64)),
            targets={} if self.targets is None else target_shares(
                pairs, chosen, market.resources.fields["programme"], self.targets, market.as_of
            ),
            binding=self._binding(one),
            floor_costs=one.floor_costs,
            sensitivity=one.sensitivity,
            blocking_pairs=stable.blocking_pairs(
                pairs, one.regime.allowed, chosen, views.enterprise_view(pairs),
                views.region_view(pairs, market),
            ),
            assumptions=(*common, *self._own_assumptions(one, bands["signed"].expected)),
            against={} if own is None else outlook.compared(own, drawn),
            links=links,
        )  # fmt: skip

    def _own_assumptions(self, one: _Planned, signed: float) -> tuple[Text, ...]:
        return assumptions.of_plan(
            self.ranking, self.pairs, one.plan, name=one.regime.name, signed=signed,
            links=0 if one.links is None else len(one.links), bound=f"{one.bound:,.6g}",
            struck_out=one.struck_out,
        )  # fmt: skip

    def _binding(self, one: _Planned) -> tuple[Binding, ...]:
        """Requirements with a price, then the dearest places."""
        planned = len(one.plan.chosen)
        found = []
        for need in one.needs:
            price = one.plan.limit_prices.get(need.name, 0.0)
            if price > 0:
                share = need.group in ("cross_share", "region_share")
                # A share is of all that is planned: one more of it is so many projects.
                per_unit = price * planned if share else price
                floor = need.group == "floor"
                found.append(Binding(need.name, need.label, need.value, per_unit, share, floor))
        return (*found, *self._places(one))

    def _places(self, one: _Planned) -> list[Binding]:
        market, prices = self.ranking.market, one.plan.capacity_prices
        capacity = self.pairs.capacity
        worth = np.where(np.isfinite(capacity), prices * np.nan_to_num(capacity, posinf=0), 0.0)
        order = np.argsort(-worth, axis=None, kind="stable")[:PLACES_SHOWN]
        found = []
        for at in order.tolist():
            r, k = divmod(at, len(QUANTITIES))
            if worth[r, k] <= 0:
                break
            column = (*OFFERS, "capacity")[k]
            label = text(f"place.{QUANTITIES[k]}", name=str(market.resources.table["name"][r]))
            name = f"resources.{market.resources.ids[r]}.{column}"
            found.append(Binding(name, label, float(capacity[r, k]), float(prices[r, k])))
        return found
