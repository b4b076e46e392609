"""What a planner must know of how the figures were made, in sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from features.language import Text, text
from features.market import Market
from matcher.draws import SUMS_APART
from matcher.plan_pairs import NEEDS, PlanPairs
from matcher.planning import Plan
from matcher.ranking import Ranking
from matcher.requirements import receivers
from matcher.scenario import Scenario
from models.gains import Gains

Rows = NDArray[np.int64]


def of_all(
    ranking: Ranking, scenario: Scenario, pairs: PlanPairs, gains: Gains
) -> tuple[Text, ...]:
    """What holds for every plan of a scenario."""
    market = ranking.market
    said = [text("assumption.made_up")] if ranking.made_up else []
    if not ranking.calibrated:
        said.append(text("assumption.rule"))
    said += [
        text("assumption.introduced", draws=f"{scenario.draws:,}"),
        text("assumption.chances"),
        text("assumption.all_pairs" if pairs.whole else "assumption.best_pairs",
             possible=f"{pairs.possible:,}", kept=f"{len(pairs):,}"),
        text("assumption.needs"),
        text("assumption.amounts", n=gains.known["amounts"], spread=f"{gains.amount_spread:.2f}",
             discount=f"{1 - math.exp(SUMS_APART[0]):.0%}"),
        text("assumption.in_place", n=gains.known["in_place"],
             funded=f"{gains.in_place[0]:.0%}", completed=f"{gains.in_place[1]:.0%}"),
        text("assumption.jobs" if gains.known["jobs"] else "assumption.jobs_unknown",
             n=gains.known["jobs"]),
    ]  # fmt: skip
    if scenario.ceilings.interest_subsidy_wan is not None:
        code = "assumption.loans" if gains.known["loans"] else "assumption.loans_unknown"
        said.append(text(code, n=gains.known["loans"], share=f"{gains.loan_share:.0%}"))
    if "nash_welfare" in [aim.objective for aim in scenario.aims]:
        said.append(text("assumption.nash"))
    return (*said, *_regions(market, scenario, pairs))


def _regions(market: Market, scenario: Scenario, pairs: PlanPairs) -> list[Text]:
    """Regions that cannot be planned for, or of which nothing is on record."""
    links = market.graph.paired & ~market.graph.coarse
    receiving = np.flatnonzero(links.any(axis=0)).tolist()
    giving = np.flatnonzero(links.any(axis=1)).tolist()
    offered = set(receivers(market, pairs))
    homes = set(market.enterprises.fields["region"].tolist())
    past = market.past
    seen = set(past.underdeveloped.tolist())
    limited = {
        market.regions.index[m]
        for amounts in (
            scenario.ceilings.land_mu_by_region, scenario.ceilings.labour_by_region,
            scenario.ceilings.energy_tce_by_region,
        )
        for code in amounts
        for m in (code,)
    }  # fmt: skip
    reached = set(pairs.region.tolist()) | set(pairs.site.tolist())
    cities = {
        market.regions.index[market.regions.prefecture[g]] for g in reached
        if market.regions.prefecture[g] in market.regions.index
    }  # fmt: skip
    lists = (
        ("assumption.no_resources", [g for g in receiving if g not in offered]),
        ("assumption.no_enterprises", [g for g in giving if g not in homes]),
        ("assumption.no_history", [g for g in sorted(offered) if g not in seen]),
        ("assumption.limit_idle", sorted(limited - reached - cities)),
    )
    return [text(code, regions=_named(market, which)) for code, which in lists if which]


def of_plan(
    ranking: Ranking, pairs: PlanPairs, plan: Plan, *, name: str, signed: float, links: int = 0,
    bound: str = "", struck_out: int = 0,
) -> tuple[Text, ...]:  # fmt: skip
    """What holds for one plan.

    Parameters
    ----------
    signed : float
        Signatures expected.
    links : int
        Of the pairing that was sought, where it was.
    bound : str
        What no pairing of as many links can pass.
    struck_out : int
        Pairs taken out of a market-operated plan to keep the ceilings.
    """
    market, chosen = ranking.market, plan.chosen
    sum_of_chances = float(pairs.chance[0][chosen].sum())
    said = [text("assumption.optimism", sum=f"{sum_of_chances:,.1f}", signed=f"{signed:,.1f}")]
    e = pairs.enterprise[chosen]
    for need in NEEDS:
        missing = int(np.isnan(market.enterprises.fields[need][e]).sum())
        if missing:
            said.append(text(f"assumption.unknown.{need}", n=missing))
    no_amount = int(np.isnan(pairs.amount_wan[chosen]).sum())
    if no_amount:
        said.append(text("assumption.unknown.amount", n=no_amount))
    homeless = int((pairs.home[chosen] < 0).sum())
    if homeless:
        said.append(text("assumption.no_home", n=homeless))
    if plan.dropped:
        regions = {
            lang: text("requirement.and")[lang].join(need.label[lang] for need in plan.dropped)
            for lang in ("zh", "en")
        }
        said.append(text("assumption.dropped", floors=regions))
    if name == "best_pairing":
        said.append(text("assumption.best_pairing", links=links, bound=bound))
    if name == "stable":
        said.append(text("assumption.stable", n=struck_out))
    return tuple(said)


def _named(market: Market, positions: Sequence[int]) -> Text:
    regions = market.regions
    return {
        "zh": "、".join(regions.name(regions.codes[g]) for g in positions),
        "en": ", ".join(regions.name(regions.codes[g], lang="en") for g in positions),
    }
