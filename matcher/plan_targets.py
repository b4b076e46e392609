"""What share of the year's plan a plan would bring, where the plan's targets count such things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from features.schema import PROGRAMMES
from features.tables import Value
from matcher.plan import PROVINCE
from matcher.plan_pairs import PlanPairs

Rows = NDArray[np.int64]
Row = Mapping[str, Value]

#: What a plan's pairs add to, as :mod:`matcher.indicators` counts it; units of the plan in ours.
_UNITS = {
    "cooperation_projects": 1.0, "cooperation_amount": 1e4, "labour_exported": 1e4,
    "social_projects": 1.0,
}  # fmt: skip


def target_shares(
    pairs: PlanPairs,
    chosen: Rows,
    programme: NDArray[np.integer],
    year: int,
    targets: Iterable[Row],
) -> dict[str, float]:
    """Expected share of the year's target by indicator, for those that a plan's pairs add to.

    Parameters
    ----------
    programme : (r,) int array
        Of each resource of the market, by place in the schema's list.
    year : int
        Whose targets count; the last one there are where it has none.
    targets : iterable of rows
        The table ``targets``; its whole-province rows count.
    """
    of = programme[pairs.resource[chosen]]
    signed, started = pairs.chance[:2, chosen]
    jobs = np.nan_to_num(pairs.jobs[chosen])
    social, labour = (of == PROGRAMMES.index(name) for name in ("social", "labour"))
    brings = {
        "cooperation_projects": (~social, signed),
        "cooperation_amount": (~social, pairs.investment[chosen]),
        "labour_exported": (labour, started * jobs),
        "social_projects": (social, signed),
    }
    plan = _province(year, targets)
    return {
        name: float(what[which].sum()) / plan[name]
        for name, (which, what) in brings.items()
        if plan.get(name) and which.any()
    }


def _province(year: int, targets: Iterable[Row]) -> dict[str, float]:
    """Figures of the whole province for a year, or the last before it, in our units."""
    found: dict[str, dict[int, float]] = {}
    for row in targets:
        name, value, when = str(row["indicator"]), row.get("value"), row.get("year")
        whole = (row.get("region") or PROVINCE) == PROVINCE
        if name in _UNITS and whole and isinstance(value, int | float) and isinstance(when, int):
            found.setdefault(name, {})[when] = float(value) * _UNITS[name]
    return {
        name: years[max((y for y in years if y <= year), default=min(years))]
        for name, years in found.items()
    }
