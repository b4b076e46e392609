"""Why a scenario cannot be: the requirements that conflict, in the planner's words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.language import Text, text
from matcher.allocate import InfeasibleProblem, Limit
from matcher.assignment import Conflict
from matcher.narrowing import narrowed
from matcher.planning import Planner
from matcher.requirements import Requirement
from matcher.scenario import InfeasibleScenario, Scenario

#: Regions of which the same is asked that are told one by one; of more, the first and how many.
ONE_BY_ONE = 3
#: Of the others so many are named.
_NAMED = 8


def refusal(
    scenario: Scenario, needs: Sequence[Requirement], found: Conflict
) -> InfeasibleScenario:
    """What is told of a conflict: each requirement and where it stands in the scenario."""
    conflicting = [need for need in needs if need.name in found.limits]
    alike: dict[tuple[str, float], list[Requirement]] = {}
    for need in conflicting:
        key = need.path if need.region is not None else need.name
        alike.setdefault((key, need.value), []).append(need)
    said: list[Text] = []
    for (path, _), group in alike.items():
        if len(group) > ONE_BY_ONE:
            said.append(_folded(path, group))
        else:
            said += [_with_place(need.label, need.name) for need in group]
    return InfeasibleScenario(scenario.name, tuple(said), smallest=found.smallest)


def check_shares_fit(scenario: Scenario, planner: Planner, *, effort: int, seed: int) -> None:
    """Refuse a scenario whose shares are too small for a single project.

    To be asked where the best plan is empty: nobody asks for shares of nothing. A ceiling of
    nothing is another matter, and a market where nothing is possible, too.

    Raises
    ------
    InfeasibleScenario
    """
    shares = {need.name for need in planner.needs if need.group == "region_share"}
    if not shares or not len(planner.rows):
        return
    one = Limit("", np.ones(len(planner.pairs)), low=1.0)
    needs = [*planner.needs, Requirement("floor", 1.0, text("requirement.some_project"), one)]
    nothing = np.zeros(len(planner.pairs))
    problem, _ = planner.problem(nothing, [need.limit for need in needs])
    try:
        narrowed(problem, effort=effort, seed=seed, patient=False)
    except InfeasibleProblem as error:
        if shares.intersection(error.limits):
            raise refusal(scenario, needs, error.conflict) from error


def _folded(path: str, group: Sequence[Requirement]) -> Text:
    """One line for many regions of which the same is asked."""
    first, *others = group
    names = {
        lang: mark.join(need.region[lang] for need in others[:_NAMED] if need.region is not None)
        for lang, mark in (("zh", "、"), ("en", ", "))
    }
    code = "alike" if len(others) <= _NAMED else "alike_and_more"
    label = text(f"requirement.{code}", first=first.label, count=len(others), names=names)
    return _with_place(label, path)


def _with_place(label: Text, place: str) -> Text:
    """What is asked and where; that there be a project at all stands nowhere."""
    return {lang: f"{label[lang]} ({place})" for lang in label} if place else label
