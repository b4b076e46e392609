"""Which cells say nothing of a kind: nobody has to fill in a training course's land price."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.schema import ENTERPRISE_KINDS, RESOURCE_KINDS
from matcher.ranking import Side

__all__ = ["NOTHING_TO_SAY", "asked_of"]

_PLACE: Final = ("land_price_wan_per_mu", "energy_quota_tce", "max_pollution")
_WORK: Final = ("labour_supply", "wage_yuan_month")
_PEOPLE: Final = (*_PLACE, "land_mu", "min_investment_wan")
_SOCIAL: Final = (*_PEOPLE, *_WORK)

NOTHING_TO_SAY: Final[dict[Side, dict[str, tuple[str, ...]]]] = {
    "enterprise": {
        "institution": ("growth", "revenue_wan", "pollution_level", "energy_need_tce",
                        "land_need_mu"),
    },
    "resource": {
        "labour": _PEOPLE, "processing_base": _PLACE, "training": _PEOPLE, "village": _PLACE,
        **dict.fromkeys(
            ("infrastructure", "education", "science", "culture", "health", "talent",
             "information"),
            _SOCIAL,
        ),
    },
}  # fmt: skip
"""Side → kind → columns that rows of the kind are not asked for."""


def asked_of(side: Side, column: str, kinds: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether rows are asked for a column.

    Parameters
    ----------
    kinds : (n,) array of int
        The kind of each row, as profiles number them.

    Returns
    -------
    (n,) array of bool
    """
    names = ENTERPRISE_KINDS if side == "enterprise" else RESOURCE_KINDS
    spared = [i for i, name in enumerate(names) if column in NOTHING_TO_SAY[side].get(name, ())]
    return ~np.isin(kinds, spared)
