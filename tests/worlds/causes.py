"""What each reason rests on: the cells to clear for its cause to be gone from the data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from features.chains import RELATIONS
from features.intents import fit_table
from features.schema import ENTERPRISE_KINDS, INTENTS, RESOURCE_KINDS
from features.tables import Value
from models.explain import LEARNED, MET
from models.interactions import BETWEEN
from models.stages import StageModel

Floats = NDArray[np.float64]

#: Cells of a side set to a value, mostly to "not known".
Cells = dict[str, dict[str, Value]]

#: A name stands in for a description that is missing, so it goes with it.
NAMELESS: dict[str, Value] = {"description": None, "name": "某单位"}
#: What trade an enterprise is of is read from its code and its words together.
TRADE: dict[str, Value] = {"industry": None, **NAMELESS}

#: Reasons that rest on one cell of the enterprise, of the resource.
OF_ENTERPRISE = {
    "industry": ("industry_welcome", "division"),
    "intents": ("intents",),
    "forms": ("forms_shared",),
    "skills": ("skills_met",),
    "land_need_mu": ("land_met", "land_need", "land_cost"),
    "labour_need": ("labour_met", "labour_need", "labour_share"),
    "energy_need_tce": ("energy_met", "energy_need"),
    "budget_wan": ("budget_room", "budget"),
    "pollution_level": ("pollution_room",),
    "revenue_wan": ("size",),
    "employees": ("staff",),
    "growth": ("growth",),
    "region": ("distance", "paired", "line_history", "outcome_nearness", "home"),
}
OF_RESOURCE = {
    "land_price_wan_per_mu": ("land_price",),
    "wage_yuan_month": ("wage",),
    "subsidy_rate": ("subsidy",),
    "capacity": ("places_left",),
    "land_mu": ("land",),
    "labour_supply": ("labour",),
    "energy_quota_tce": ("energy",),
    "min_investment_wan": ("least_investment",),
    "region": ("county",),
    "park": ("park",),
}
#: Reasons that rest on what trade the enterprise is of.
OF_TRADE = {
    "trade_read", "trade_near", "text_similarity", LEARNED,
    *(f"chain_{name}" for name in RELATIONS),
}  # fmt: skip
_WINDOW: dict[str, Value] = {"available_from": None, "available_until": None}


def cells_behind(about: str, model: StageModel, place: str = "") -> Cells:
    """What to set on either side so that the cause of a reason is gone.

    Parameters
    ----------
    about : str
        Topic of the reason (:func:`models.reasons.topic`).
    model : StageModel
        A kind cannot be left empty: it becomes one that the model knows nothing of, else that
        whose effect is nearest to none.
    place : str
        Kind of the resource. Who has no intent on record may yet have one that fits: that it
        fits is gone where the enterprise wants what such a place has least.

    Raises
    ------
    KeyError
        If nobody has said what the reason rests on.
    """
    if about.startswith(MET):
        left = about.removeprefix(MET).split(BETWEEN)[0]
        if left == "enterprise_kind":
            met = next(one for one in model.interactions if MET + one.name == about)
            return {"enterprise": {"kind": _plainest(met.left.levels, met.weights[0, :, 0])}}
        return cells_behind({"trade": "trade_read", "meaning": LEARNED}.get(left, left), model)
    if about == "intent_fit":
        fits = fit_table()[:, RESOURCE_KINDS.index(place)]
        return {"enterprise": {"intents": (INTENTS[int(fits.argmin())],)}}
    if about.startswith("x_"):
        how, column = about.removeprefix("x_").split(":", 1)
        return {"resource" if how == "r" else "enterprise": {f"x_{column}": None}}
    if about.startswith("own:"):
        _, side, column = about.split(":", 2)
        return {side: {column if column.startswith("x_") else f"x_{column}": None}}
    if about in ("resource_kind", "enterprise_kind"):
        effect = next(one for one in model.effects if one.name == about)
        kind = _plainest(effect.levels, effect.weights[0], about == "enterprise_kind")
        return {about.removesuffix("_kind"): {"kind": kind}}
    if about == "window":
        return {"enterprise": _WINDOW, "resource": _WINDOW}
    if about in OF_TRADE:
        return {"enterprise": TRADE}
    for side, columns in (("enterprise", OF_ENTERPRISE), ("resource", OF_RESOURCE)):
        for column, topics in columns.items():
            if about in topics:
                return {side: {column: None}}
    raise KeyError(about)


def _plainest(levels: Sequence[str], weights: Floats, of_enterprise: bool = True) -> str:
    kinds = ENTERPRISE_KINDS if of_enterprise else RESOURCE_KINDS
    unseen = [kind for kind in kinds if kind not in levels]
    return unseen[0] if unseen else levels[int(np.abs(weights).argmin())]
