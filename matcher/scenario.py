"""A planner's scenario: what may be joined, what is aimed at, what is to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from features.language import Text, text
from features.schema import PROGRAMMES

Objective = Literal["expected_investment", "expected_projects", "expected_jobs", "nash_welfare"]
Mode = Literal["allow", "only", "forbid"]

OBJECTIVES: Final[tuple[Objective, ...]] = (
    "expected_investment", "expected_projects", "expected_jobs", "nash_welfare",
)  # fmt: skip
MODES: Final[tuple[Mode, ...]] = ("allow", "only", "forbid")

#: What a scenario can be compared with, beside a pairing by its name.
REGIMES: Final = ("in_pair_only", "official", "open", "best_pairing", "stable")

#: Draws unless the scenario says otherwise, and the most it may ask for.
DRAWS, MOST_DRAWS = 1000, 100_000

_NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Aim:
    """One step of the objective.

    Attributes
    ----------
    objective : str
        One of :data:`OBJECTIVES`.
    max_loss : float
        Share of its optimum that later steps may give up.
    """

    objective: Objective
    max_loss: float = 0.0


@dataclass(frozen=True)
class Ceilings:
    """Limits on what the plan uses (contract 5, ``limits`` and ``budget``); None = no limit.

    Attributes
    ----------
    land_mu_by_region, labour_by_region, energy_tce_by_region : mapping of region code to float
        mu, heads and tce a year that the enterprises placed in the region may need.
    energy_tce : float or None
        Of all regions together.
    max_pollution : int or None
        Enterprises above this level are not placed.
    interest_subsidy_wan : float or None
        Interest subsidies of one year, if everything planned is signed, 万元.
    projects : int or None
        Projects planned.
    """

    land_mu_by_region: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    labour_by_region: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    energy_tce_by_region: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    energy_tce: float | None = None
    max_pollution: int | None = None
    interest_subsidy_wan: float | None = None
    projects: int | None = None


@dataclass(frozen=True)
class Scenario:
    """What a plan is made under.

    Attributes
    ----------
    name : str
    pairing : str or None
        None: the one in force on the as-of date.
    cross_pair : str
        Whether pairs outside the pairing are allowed, forbidden, or the only ones.
    max_cross_share : float
        Largest share of the chosen projects that may lie outside the pairing.
    programmes : tuple of str
        Programmes whose resources take part.
    aims : tuple of Aim
        In order of rank; one for a plain objective.
    ceilings : Ceilings
    min_projects_per_region : int
        For each receiving region of the pairing that has resources.
    max_share_per_region : float
        Largest share of the chosen projects that one receiving region may get.
    compare_with : tuple of str
        Of :data:`REGIMES`, or names of pairings.
    draws, seed : int
    """

    name: str
    pairing: str | None = None
    cross_pair: Mode = "allow"
    max_cross_share: float = 1.0
    programmes: tuple[str, ...] = PROGRAMMES
    aims: tuple[Aim, ...] = (Aim("expected_investment"),)
    ceilings: Ceilings = field(default_factory=Ceilings)
    min_projects_per_region: int = 0
    max_share_per_region: float = 1.0
    compare_with: tuple[str, ...] = ()
    draws: int = DRAWS
    seed: int = 0


class InfeasibleScenario(ValueError):
    """No plan keeps all that the scenario asks for.

    Attributes
    ----------
    limits : tuple of Text
        Requirements that cannot be kept together.
    smallest : bool
        Whether with any one of them left out the others can be kept; else it took too long to
        tell.
    message : Text
    """

    exit_status = 2

    def __init__(self, name: str, limits: tuple[Text, ...], *, smallest: bool = True) -> None:
        self.limits, self.smallest = limits, smallest
        listed = {
            lang: "".join(f"\n  - {limit[lang]}" for limit in limits) for lang in ("zh", "en")
        }
        code = "infeasible" if smallest else "infeasible_unsorted"
        if len(limits) == 1:
            code = "alone_infeasible"
        self.message: Text = text(f"scenario.{code}", name=name, limits=listed)
        super().__init__(self.message["en"])


class NoPlanFound(ValueError):
    """No plan was found that keeps all that the scenario asks for, nor that there is none.

    Attributes
    ----------
    message : Text
    """

    exit_status = 1

    def __init__(self, name: str) -> None:
        self.message: Text = text("scenario.no_plan", name=name)
        super().__init__(self.message["en"])
