"""What share of the year's plan a plan would bring, where the plan's targets count such things."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.schema import PROGRAMMES
from matcher.plan import ProgrammePlan, period, yearly_targets
from matcher.plan_pairs import PlanPairs

Rows = NDArray[np.int64]

_TEN_THOUSAND = 1e4


def target_shares(
    pairs: PlanPairs, chosen: Rows, programme: NDArray[np.integer], plan: ProgrammePlan, day: date
) -> dict[str, float]:
    """Expected share of the year's target by indicator, for those that a plan's pairs add to.

    What counts towards each is what :mod:`matcher.indicators` counts.

    Parameters
    ----------
    programme : (r,) int array
        Of each resource of the market, by place in the schema's list.
    plan : ProgrammePlan
        Its whole-province targets count.
    day : date
        The year reported is that of :func:`matcher.plan.period`.
    """
    of = programme[pairs.resource[chosen]]
    signed, started = pairs.chance[:2, chosen]
    jobs = np.nan_to_num(pairs.jobs[chosen])
    social, labour = (of == PROGRAMMES.index(name) for name in ("social", "labour"))
    brings = {
        "cooperation_projects": (~social, signed),
        "cooperation_amount": (~social, pairs.investment[chosen] / _TEN_THOUSAND),
        "labour_exported": (labour, started * jobs / _TEN_THOUSAND),
        "social_projects": (social, signed),
    }
    wanted = yearly_targets(plan, period(plan, day)[0])
    return {
        name: float(what[which].sum()) / wanted[name]
        for name, (which, what) in brings.items()
        if wanted.get(name) and which.any()
    }
