"""From tables of scores, or from a market, to the problem of allocating them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.score_files import USES
from features.tables import Table, Value
from matcher.assignment import Floats, Problem

_OFFER = {
    "land_mu": "land_mu", "labour": "labour_supply", "energy_tce": "energy_quota_tce",
    "units": "capacity",
}  # fmt: skip
_NEED = {"land_mu": "land_need_mu", "labour": "labour_need", "energy_tce": "energy_need_tce"}


@dataclass(frozen=True)
class AllocationInput:
    """What is to be allocated.

    Attributes
    ----------
    problem : Problem
        Its quantities are those of :data:`features.score_files.USES`.
    enterprises, resources : list of str
        Ids, by row.
    """

    problem: Problem
    enterprises: list[str]
    resources: list[str]


def from_scores(
    scores: Table, resources: Table | None = None, enterprises: Table | None = None
) -> AllocationInput:
    """The problem that a user's own tables state.

    Parameters
    ----------
    scores, resources, enterprises : Table
        As :func:`features.score_files.read_scores` gives them. What a pair is not said to use is
        its enterprise's need, else nothing, of ``units`` one; an empty quantity of a resource does
        not bind, an empty ``capacity`` is 1.
    """
    owners = _ids(scores["enterprise_id"], enterprises)
    places = _ids(scores["resource_id"], resources)
    e, r = _rows(scores["enterprise_id"], owners), _rows(scores["resource_id"], places)
    capacity = np.full((len(places), len(USES)), np.inf)
    capacity[:, USES.index("units")] = 1.0
    if resources is not None:
        at = _rows(resources["id"], places)
        for k, name in enumerate(USES):
            stated = _numbers(resources[_OFFER[name]])
            capacity[at, k] = np.where(np.isnan(stated), capacity[at, k], stated)
    use = np.zeros((len(e), len(USES)))
    for k, name in enumerate(USES):
        usual = np.full(len(owners), 1.0 if name == "units" else 0.0)
        if enterprises is not None and name in _NEED:
            usual[_rows(enterprises["id"], owners)] = np.nan_to_num(
                _numbers(enterprises[_NEED[name]])
            )
        stated = _numbers(scores[name])
        use[:, k] = np.where(np.isnan(stated), usual[e], stated)
    problem = Problem(len(owners), len(places), e, r, _numbers(scores["score"]), use, capacity)
    return AllocationInput(problem, owners, places)


def _ids(named: list[Value], table: Table | None) -> list[str]:
    return sorted({str(x) for x in [*named, *(table["id"] if table is not None else [])]})


def _rows(named: list[Value], ids: list[str]) -> NDArray[np.int64]:
    at = {name: i for i, name in enumerate(ids)}
    return np.array([at[str(name)] for name in named], np.int64)


def _numbers(values: list[Value]) -> Floats:
    return np.array([np.nan if v is None else v for v in values], np.float64)
