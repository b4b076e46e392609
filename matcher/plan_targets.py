"""What share of the year's plan a plan would bring, where the plan's targets count such things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

import data
from features.schema import PROGRAMMES
from features.tables import Value
from matcher.plan_pairs import PlanPairs

Rows = NDArray[np.int64]
Row = Mapping[str, Value]

#: Units of the plan's figures in ours.
_UNITS = {"个": 1.0, "亿元": 1e4, "万人": 1e4, "万人次": 1e4, "万元": 1.0, "人": 1.0}


def target_shares(
    pairs: PlanPairs,
    chosen: Rows,
    programme: NDArray[np.integer],
    year: int,
    own: Iterable[Row] = (),
) -> dict[str, float]:
    """Expected share of the year's target by indicator, for those that a plan's pairs add to.

    Parameters
    ----------
    programme : (r,) int array
        Of each resource of the market, by place in the schema's list.
    year : int
        Whose targets count; the last one there are where it has none.
    own : iterable of rows
        The user's table ``targets``: its whole-province rows replace the built-in ones.
    """
    of = programme[pairs.resource[chosen]]
    signed, money = pairs.chance[0][chosen], pairs.investment[chosen]
    jobs = pairs.value("expected_jobs")[chosen]
    is_ = {name: of == i for i, name in enumerate(PROGRAMMES)}
    economic = is_["industry"] | is_["rural"]
    brings = {
        "cooperation_projects": (economic, signed),
        "cooperation_amount": (economic, money),
        "labour_exported": (is_["labour"], jobs),
        "social_projects": (is_["social"], signed),
    }
    plan = _targets(year, own)
    return {
        name: float(what[which].sum()) / plan[name]
        for name, (which, what) in brings.items()
        if plan.get(name) and which.any()
    }


def _targets(year: int, own: Iterable[Row]) -> dict[str, float]:
    """Whole-province figures of a year in our units."""
    found: dict[str, dict[int, float]] = {}
    built_in: Iterable[Row] = (row for row in data.rows("targets") if row["measure"] == "in_year")
    for rows in (built_in, own):
        for row in rows:
            value, unit = row.get("value"), _UNITS.get(str(row.get("unit")))
            if row.get("region") or unit is None or value in (None, ""):
                continue
            years = found.setdefault(str(row["indicator"]), {})
            years[int(str(row["year"]))] = float(str(value)) * unit
    return {
        name: years[max((y for y in years if y <= year), default=min(years))]
        for name, years in found.items()
    }
