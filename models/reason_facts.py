"""Whether the sentence of a reason is true of the pair it is told of.

A learned weight may run against what a feature's sentence says: history may count being paired
against a match, or find that it matters little that land falls a little short. The contribution
stands; but "not paired" is only said of regions that are not, "land suffices" only where it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from features.chains import RELATIONS
from features.skills import similarity
from features.tables import Value

if TYPE_CHECKING:
    from models.reasons import PairWords

#: How far a kind may be what the intents ask for (``data/intent_kinds.csv``) and still not be it.
NOT_ITS_INTENT = 0.25
#: What each way of telling a topic claims of its feature: at least, at most.
_CLAIMS: dict[str, tuple[float, float]] = {
    # feature: told "for" only from here up, told "against" only up to here
    "industry_welcome": (0.5, 0.6),
    "intent_fit": (0.5, NOT_ITS_INTENT),
    "forms_shared": (1e-6, 0.99),
    "budget_room": (0.0, 1.0),
    "subsidy": (1e-6, 3.0),
    "places_left": (1e-6, 1.0),
    "pollution_room": (0.0, 0.0),
    "growth": (1e-6, 0.1),
    "paired": (0.5, 0.0),
    "line_history": (1e-6, -1e-6),
    "window": (0.5, 0.99),
    "trade_near": (0.4, 0.3),
}
#: The same where less is better.
_LESS_IS_BETTER: dict[str, tuple[float, float]] = {
    "land_price": (-0.01, 0.01),
    "land_cost": (0.3, 0.1),
    "wage": (0.0, 0.0),
    # Doublings of 25 km: near up to 175 km, far from 50 km on.
    "distance": (3.0, 1.6),
}
#: Quantities of one side: how much is nothing that speaks by itself.
SIZES = {
    "budget", "staff", "land_need", "labour_need", "energy_need", "land", "labour", "energy",
    "least_investment",
}  # fmt: skip
_QUANTITIES = {
    "land_met": ("land_need_mu", "land_mu"),
    "labour_met": ("labour_need", "labour_supply"),
    "energy_met": ("energy_need_tce", "energy_quota_tce"),
}


def wording(words: PairWords, about: str, way: str) -> str:
    """Which sentence of a topic holds: ``for``, ``against``, another one, or ``plain``.

    ``plain`` = neither of the topic's own; the topic's label is told instead.
    """
    if about in _QUANTITIES:
        return _quantity(words, about, way)
    if about.removeprefix("chain_") in RELATIONS:
        return way if words.tied(about) == (way == "for") else "plain"
    if about in SIZES:
        return "plain"
    if about == "industry_welcome":
        return _welcome(words.feature(about), way)
    if about == "text_similarity":
        return _whose_texts(words) + way
    if about == "skills_met":
        have, lack = skills(words)
        return way if (have if way == "for" else lack) else "plain"
    if about in _CLAIMS:
        least, most = _CLAIMS[about]
        value = words.feature(about)
        holds = value >= least if way == "for" else value <= most
    elif about in _LESS_IS_BETTER:
        most, least = _LESS_IS_BETTER[about]
        value = words.feature(about)
        holds = value <= most if way == "for" else value >= least
    else:
        return way
    if not holds and about == "pollution_room" and words.r("max_pollution") is None:
        # That there is room nobody can say; how clean the enterprise is, one can.
        level = _number(words.e("pollution_level"))
        return f"alone_{way}" if (level == 0 if way == "for" else level > 0) else "plain"
    return way if holds else "plain"


def _whose_texts(words: PairWords) -> str:
    """Whose name stands in for a description that is not there."""
    described = words.e("description") is not None, words.r("description") is not None
    return {
        (True, True): "", (False, True): "name_", (True, False): "place_",
        (False, False): "names_",
    }[described]  # fmt: skip


def _welcome(nearness: float, way: str) -> str:
    """Whether an industry is welcome, or only near to one that is (``near``, ``kin``)."""
    if way == "against":
        return "against" if nearness < 0.99 else "plain"
    if nearness >= 0.99:
        return "for"
    return "near" if nearness >= 0.6 else "kin" if nearness > 0 else "plain"


def skills(words: PairWords) -> tuple[list[str], list[str]]:
    """Needed skills that the place has, and those that it lacks."""
    needed, offered = words.e("skills"), words.r("skills")
    if not (isinstance(needed, tuple) and isinstance(offered, tuple)):
        return [], []
    have = [
        str(need)
        for need in needed
        if max(similarity(str(need), str(offer)) for offer in offered) >= 0.5
    ]
    return have, [str(need) for need in needed if need not in have]


def _quantity(words: PairWords, about: str, way: str) -> str:
    need, offer = (
        _number(cell) for cell in (words.e(_QUANTITIES[about][0]), words.r(_QUANTITIES[about][1]))
    )
    if need == 0 and way == "for":
        return "none"
    if not (need > 0 and offer >= 0):
        return "plain"
    if way == "for":
        return "for" if offer >= need else "partly" if offer > 0 else "plain"
    return "against" if offer < need else "plain"


def _number(cell: Value) -> float:
    return float(cell) if isinstance(cell, int | float) else float("nan")
