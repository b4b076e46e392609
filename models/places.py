"""How many more partners each resource can take, as the register tells on a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.tables import Table, Value

__all__ = ["places_left"]


def places_left(market: Market, projects: Table | None) -> NDArray[np.int64]:
    """(r,) partners that each resource can still take on the market's date.

    Parameters
    ----------
    projects : Table or None
        The register: each project signed by that date and not ended uses one place.

    Returns
    -------
    (r,) int array
        Below zero where more was signed than there were places.
    """
    left: NDArray[np.int64] = market.resources.fields["capacity"].astype(np.int64)
    for row in projects.rows() if projects is not None else ():
        at = market.resources.index.get(str(row.get("resource_id")))
        if at is not None and _running(row, market.as_of):
            left[at] -= 1
    return left


def _running(project: Mapping[str, Value], as_of: date) -> bool:
    signed, ended = project.get("signed_on"), project.get("ended_on")
    stands = isinstance(signed, date) and signed <= as_of
    return stands and not (isinstance(ended, date) and ended <= as_of)
