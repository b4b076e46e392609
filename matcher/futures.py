"""What the rest of the year may bring: earlier years, weighed by what this year has brought.

Arrivals are alike where their values are spread alike over the resources (cosine of the two rows
of values). An earlier year's arrival counts for more where more of its like have come this year
than by the same week of an average earlier year, for less where fewer have: the ratio of two
kernel densities, drawn to 1 by as many imagined arrivals as :data:`DOUBT`.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from matcher.arrivals import Arrivals, Floats

#: Imagined arrivals of each kind that came as in the years before.
DOUBT = 4.0
#: How fast likeness falls with the angle between two arrivals.
SHARPNESS = 8


class Futures:
    """Earlier years as a stock of what may still come.

    Parameters
    ----------
    past : Arrivals
        All earlier years together.
    years : int
        How many they are.
    resources : int
    samples : int
        Futures to draw.
    seed : int
    """

    def __init__(
        self, past: Arrivals, years: int, resources: int, *, samples: int, seed: int
    ) -> None:
        self.past, self.years, self._resources = past, years, resources
        self._profiles = _profiles(past, resources)
        draw = np.random.default_rng(seed)
        # One draw for the whole year: futures change only as the expectation does.
        self._luck = draw.random((samples, len(past)))
        self._usual = np.zeros(len(past))
        self._come = np.zeros(len(past))
        self._until = -1

    def learn(self, week: int, batch: Arrivals) -> None:
        """Take note of what has come in a week; weeks come in order."""
        since = np.flatnonzero((self.past.week > self._until) & (self.past.week <= week))
        self._usual += self._likeness(self._profiles[since]) / self.years
        self._come += self._likeness(_profiles(batch, self._resources))
        self._until = week

    def _likeness(self, others: sparse.csr_matrix) -> Floats:
        """(n,) how many of some arrivals are like each of the past ones."""
        if not others.shape[0]:
            return np.zeros(len(self.past))
        cosine = (self._profiles @ others.T).toarray()
        return np.asarray((cosine**SHARPNESS).sum(axis=1))

    def expected(self) -> Floats:
        """(n,) how many of each past arrival are still to come this year."""
        ratio = (self._come + DOUBT) / (self._usual + DOUBT)
        demand = ratio / self.years
        demand[self.past.week <= self._until] = 0.0
        return demand

    def drawn(self, demand: Floats) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """(samples, n) how many of each come in each future."""
        return (self._luck < demand % 1).astype(np.int64) + np.floor(demand).astype(np.int64)


def _profiles(arrivals: Arrivals, resources: int) -> sparse.csr_matrix:
    """Each arrival's values over the resources as a row of length 1."""
    shape = (len(arrivals), resources)
    values = np.maximum(arrivals.value, 0.0)
    rows = sparse.csr_matrix((values, (arrivals.arrival, arrivals.resource)), shape=shape)
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.maximum(length, 1e-12)) @ rows)
