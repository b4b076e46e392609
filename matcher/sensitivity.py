"""What the requirements of a scenario are worth: what keeping them costs, what moving one changes.

The gap left between a plan and its bound may be larger than what a requirement costs. So linear
relaxations are compared, whose optima are exact (and of which shadow prices are the slopes); only
where the scenario's plan is proven best, costs are those of whole plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from features.language import Text, text
from matcher.allocate import InfeasibleProblem, Limit, NothingFound
from matcher.outlook import FloorCost, Moved, Sensitivity
from matcher.planning import Plan, Planner, plan, relaxed
from matcher.requirements import Group, Requirement
from matcher.scenario import Aim

#: Groups of requirements whose cost is told, by what they are called in the scenario.
FAIRNESS: Final[dict[Group, str]] = {
    "floor": "fairness.min_projects_per_region",
    "region_share": "fairness.max_share_per_region",
    "cross_share": "cross_pair.max_share",
}
#: Of single regions' floors and shares the dearest so many are told; of limits that can be moved
#: likewise.
MOST_SINGLE, MOST_MOVED = 12, 20
#: Of more candidate pairs a relaxation takes seconds: fewer single regions are asked about, and a
#: limit without a price is not: to loosen it changes nothing, to tighten it a little hardly does.
#: With Nash welfare a relaxation is a few dozen programs, and as few are asked about.
LARGE, MOST_SINGLE_OF_LARGE = 100_000, 3
#: By how much an amount is moved (a share of it), and a share (of the whole).
STEP, POINTS = 0.1, 0.05
#: A gap that is no gap; two relaxations with Nash welfare in them are told apart from here on.
_CLOSED: Final = 1e-9
_FAIR_CLOSED: Final = 1e-3


def floor_costs(planner: Planner, aims: Sequence[Aim], found: Plan) -> tuple[FloorCost, ...]:
    """What the last aim would gain without each requirement of fairness.

    Those of all regions together, then single regions' where they bind, the dearest first.

    Parameters
    ----------
    found : Plan
        The planner's own.
    """
    base = relaxed(planner, aims)
    least = (_FAIR_CLOSED if _fair(aims) else _CLOSED) * (1 + abs(base or 0.0))
    whole, single = [], []
    for group, path in FAIRNESS.items():
        mine = [need for need in planner.needs if need.group == group]
        if not mine:
            continue
        without = _gained(planner.without(group), aims, found, base) or 0.0
        cost = without if without > least else 0.0
        whole.append(FloorCost(path, text(f"floor.{group}"), cost))
        if len(mine) > 1 and base is not None:
            single += mine
    prices = found.limit_prices
    binding = [need for need in single if prices.get(need.name, 0.0) > 0 or _proven(found)]
    binding.sort(key=lambda need: -prices.get(need.name, 0.0))
    costs = []
    few = len(planner.rows) > LARGE or _fair(aims)
    most = MOST_SINGLE_OF_LARGE if few else MOST_SINGLE
    for need in binding[:most]:
        gained = _gained(planner.without_named({need.name}), aims, found, base)
        if gained is not None and gained > least:
            costs.append(FloorCost(need.name, need.label, gained))
    costs.sort(key=lambda one: -one.cost)
    return (*whole, *costs)


def sensitivity(planner: Planner, aims: Sequence[Aim], found: Plan) -> tuple[Sensitivity, ...]:
    """How the relaxed last aim changes with each limit of the scenario, tighter and looser.

    Nothing for Nash welfare, which the relaxation says nothing of.
    """
    base = None if _fair(aims) else relaxed(planner, aims)
    if base is None:
        return ()
    told = []
    for path, label, mine in _by_path(planner.needs, found):
        priced = any(found.limit_prices.get(need.name, 0.0) > 0 for need in mine)
        if len(planner.rows) > LARGE and not priced:
            continue
        one = mine[0]
        moved = []
        for value in _values(one):
            other = [n for n in planner.needs if n not in mine]
            other += [_at(need, value) for need in mine]
            most = relaxed(planner.with_needs(other), aims)
            moved.append(Moved(value, None if most is None else most - base))
        tighter, looser = moved
        share = one.group in ("cross_share", "region_share")
        told.append(Sensitivity(path, label, one.value, tighter, looser, share=share))
    return tuple(told)


def _fair(aims: Sequence[Aim]) -> bool:
    return "nash_welfare" in [aim.objective for aim in aims]


def _proven(found: Plan) -> bool:
    return found.aims[-1].gap <= _CLOSED


def _gained(other: Planner, aims: Sequence[Aim], found: Plan, base: float | None) -> float | None:
    """What the last aim gains under other requirements; None = they cannot be kept."""
    if base is None:
        return None
    if _proven(found):
        try:
            freed = plan(other, aims)
        except (InfeasibleProblem, NothingFound):
            freed = None
        if freed is not None and _proven(freed):
            return freed.aims[-1].value - found.aims[-1].value
    best = relaxed(other, aims)
    return None if best is None else best - base


def _by_path(
    needs: Sequence[Requirement], found: Plan
) -> Iterator[tuple[str, Text, list[Requirement]]]:
    """The requirements that are moved together, under what they are called in the scenario."""
    together: dict[str, list[Requirement]] = {}
    for need in needs:
        together.setdefault(FAIRNESS.get(need.group, need.name), []).append(need)
    prices = {
        path: max(found.limit_prices.get(need.name, 0.0) for need in mine)
        for path, mine in together.items()
    }
    dearest = sorted(together, key=lambda path: -prices[path])[:MOST_MOVED]
    for path, mine in together.items():
        if path in dearest:
            group = mine[0].group
            yield path, text(f"floor.{group}") if group in FAIRNESS else mine[0].label, mine


def _values(need: Requirement) -> tuple[float, float]:
    """A tighter value and a looser one."""
    value = need.value
    if need.group == "floor":
        return value + 1, value - 1
    if need.group in ("cross_share", "region_share"):
        return max(0.0, round(value - POINTS, 9)), min(1.0, round(value + POINTS, 9))
    step = STEP * value
    if need.name == "budget.projects":
        step = float(max(1, round(step)))
    return max(0.0, value - step), value + step


def _at(need: Requirement, value: float) -> Requirement:
    """The requirement with another value."""
    limit = need.limit
    if need.group == "floor":
        moved = replace(limit, low=value)
    elif need.group in ("cross_share", "region_share"):
        # Its coefficients are "inside or not" less the share.
        moved = Limit(limit.name, limit.coefficients + (need.value - value), high=limit.high)
    else:
        moved = replace(limit, high=value)
    return replace(need, value=value, limit=moved)
