"""Which kind of resource an intent asks for at all (``data/intent_kinds.csv``)."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

import data
from features.schema import INTENTS, RESOURCE_KINDS


@cache
def fit_table() -> NDArray[np.float32]:
    """(intents, kinds) float32 array in [0, 1]: how far a kind is what the intent asks for."""
    table = np.full((len(INTENTS), len(RESOURCE_KINDS)), np.nan, np.float32)
    for row in data.rows("intent_kinds"):
        table[INTENTS.index(row["intent"]), RESOURCE_KINDS.index(row["kind"])] = float(row["fit"])
    return table


def kinds_asked_for(intents: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far each kind of resource is what an enterprise asks for.

    Parameters
    ----------
    intents : (n, intents) array of 0 and 1
        A row of NaN = intents not known.

    Returns
    -------
    (n, kinds) float32 array in [0, 1]
        The best of the enterprise's intents for each kind; NaN where intents are not known.
    """
    table = fit_table()
    weighted = np.where(intents[:, :, None] > 0, table[None], np.float32(0))
    best = weighted.max(axis=1)
    unknown = np.isnan(intents[:, :1])  # a row is known whole or not at all
    return np.where(unknown, np.float32(np.nan), best)
