"""What is told where cells are empty: one reason a topic, which names the cells.

A model may have learned what it means that a feature is not known (``budget_room?``). That is
told together with what else is known of the topic: never that something cannot be told beside
what it says.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from features.curves import gap_name
from features.language import Text, text
from features.schema import INTENTS
from models.reason_words import cells_named
from models.rule import expert_weights

if TYPE_CHECKING:
    from models.reasons import PairWords

E, R = "enterprises", "resources"

_INTENTS = tuple(f"intent_{one}" for one in INTENTS)
#: The features of a topic, where these are more than the one of its name.
_MEMBERS = {
    "intent_fit": ("intent_fit", *_INTENTS),
    "text_similarity": ("text_similarity", "text_match", "text_trade", "trade_text"),
    "trade_near": ("trade_near", "trade_read"),
    "pollution_room": ("pollution_room", "pollution"),
    "paired": ("paired", "pairing_nearness", "common_partners"),
}
_REGIONS = ((E, "region"), (R, "region"))
_TEXTS = ((E, "description"), (R, "description"))
#: The cells that a feature is made of; those that are empty are named.
_CELLS: dict[str, tuple[tuple[str, str], ...]] = {
    "industry_welcome": ((E, "industry"), (R, "industries")),
    "text_similarity": _TEXTS,
    "text_match": _TEXTS,
    "text_trade": ((E, "description"), (R, "industries")),
    "trade_text": ((E, "industry"), (R, "description")),
    "trade_near": ((E, "industry"), *_TEXTS, (R, "industries")),
    "trade_read": ((E, "industry"), *_TEXTS, (R, "industries")),
    "intent_fit": ((E, "intents"), (R, "kind")),
    **dict.fromkeys(_INTENTS, ((E, "intents"),)),
    "forms_shared": ((E, "forms"), (R, "forms")),
    "skills_met": ((E, "skills"), (R, "skills")),
    "land_met": ((E, "land_need_mu"), (R, "land_mu")),
    "labour_met": ((E, "labour_need"), (R, "labour_supply")),
    "energy_met": ((E, "energy_need_tce"), (R, "energy_quota_tce")),
    "budget_room": ((E, "budget_wan"), (R, "min_investment_wan")),
    "land_cost": ((E, "budget_wan"), (E, "land_need_mu"), (R, "land_price_wan_per_mu")),
    "land_price": ((R, "land_price_wan_per_mu"),),
    "wage": ((R, "wage_yuan_month"),),
    "subsidy": ((R, "subsidy_rate"),),
    "pollution_room": ((E, "pollution_level"), (R, "max_pollution")),
    "pollution": ((E, "pollution_level"),),
    "size": ((E, "revenue_wan"),),
    "budget": ((E, "budget_wan"),),
    "staff": ((E, "employees"),),
    "land_need": ((E, "land_need_mu"),),
    "labour_need": ((E, "labour_need"),),
    "energy_need": ((E, "energy_need_tce"),),
    "land": ((R, "land_mu"),),
    "labour": ((R, "labour_supply"),),
    "energy": ((R, "energy_quota_tce"),),
    "least_investment": ((R, "min_investment_wan"),),
    "growth": ((E, "growth"),),
    "labour_share": ((E, "labour_need"), (E, "employees")),
    "distance": _REGIONS,
    "paired": _REGIONS,
    "pairing_nearness": _REGIONS,
    "common_partners": _REGIONS,
    "line_history": _REGIONS,
    "outcome_nearness": _REGIONS,
    "window": ((E, "available_until"), (R, "available_until")),
}


def gap_reason(words: PairWords, about: str, way: str) -> Text | None:
    """What is told of a topic of which something is not known and counts as such.

    Returns
    -------
    Text or None
        None: all is known, or that something is not does not count.
    """
    gaps = [name for name, gap in _gaps(about) if words.at_hand(gap) == 1]
    if not gaps:
        return None
    members = _MEMBERS.get(about, (about,))
    empty = dict.fromkeys(cell for name in gaps for cell in _cells(name) if _empty(words, cell))
    known = any(not np.isnan(words.feature(name)) for name in members if name not in gaps)
    code = "partly" if known else "gap"
    if not empty:
        return text(f"reason.{code}.unclear_{way}", what=called(about))
    return text(f"reason.{code}.{way}", what=called(about), cells=cells_named(list(empty)))


@cache
def _gaps(about: str) -> tuple[tuple[str, str], ...]:
    """The features of a topic, each with the name of the fact that it is not known."""
    return tuple((name, gap_name(name)) for name in _MEMBERS.get(about, (about,)))


@cache
def called(about: str) -> Text:
    """What a topic is called; a column of the user's own by its name."""
    if about.startswith("x_"):
        name = "x_" + about.split(":", 1)[1]
        return {"zh": name, "en": name}
    return expert_weights()[about].label


def _cells(name: str) -> tuple[tuple[str, str], ...]:
    if not name.startswith("x_"):
        return _CELLS.get(name, ())
    how, column = name.removeprefix("x_").split(":", 1)
    tables = {"e": (E,), "r": (R,)}.get(how, (E, R))
    return tuple((table, f"x_{column}") for table in tables)


def _empty(words: PairWords, cell: tuple[str, str]) -> bool:
    table, column = cell
    return (words.e(column) if table == E else words.r(column)) is None
