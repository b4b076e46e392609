"""What stated industry codes say of the trade, when some are coarse, neighbours' or simply wrong.

How often either side states the right code, a wider one, one of the same group or a wrong one,
and which codes wrong ones are, is learned from the market itself (Dawid & Skene 1979, "Maximum
likelihood estimation of observer error-rates using the EM algorithm", Applied Statistics 28,
20-28), from what is usual on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from features.incidence import Incidence
from features.text import FloatArray

#: What a stated code is to the true trade, and how many codes in 40 usually are.
KINDS = {"exact": 16.0, "wider": 8.0, "narrower": 2.0, "group": 1.5, "division": 1.5}
USUALLY_WRONG = 11.0
USUAL = np.array([*KINDS.values(), USUALLY_WRONG])
#: Codes that nobody states, of which a wrong one may be.
NEVER_STATED = 50


@dataclass(frozen=True)
class StatedCodes:
    """The codes that profiles state.

    Attributes
    ----------
    stated : Incidence
        (n, c): the share of each profile's codes that are each of those that occur.
    side : (n,) int array
        Which side each profile is of: either has its own habits.
    fits : (k, c, t) array
        How likely each code is under each trade, by what it is to the trade (:data:`KINDS`).
    often : (t,) array
        How often the code of each trade is stated.
    """

    stated: Incidence
    side: NDArray[np.int64]
    fits: FloatArray
    often: FloatArray

    @classmethod
    def of(
        cls, codes: Sequence[tuple[str, ...]], side: NDArray[np.int64], trades: Sequence[str]
    ) -> StatedCodes:
        """The codes of each profile, of either side, and what they are to each trade."""
        occurring = sorted({code for own in codes for code in own})
        column = {code: k for k, code in enumerate(occurring)}
        stated = Incidence.of(
            [[column[code] for code in own] for own in codes], len(occurring), shared=True
        )
        count = Counter(code for own in codes for code in own)
        often = np.array([count[trade] for trade in trades], np.float32)
        return cls(stated, side, _fits(occurring, trades), often)

    def rows(self, rows: NDArray[np.int64]) -> StatedCodes:
        """Those of some profiles."""
        return replace(self, stated=self.stated.rows(rows), side=self.side[rows])

    def usual(self) -> list[Habits]:
        """What is usual of either side."""
        codes = self.stated.width
        wrong = np.full(codes, 1 / (codes + NEVER_STATED))
        return [Habits(USUAL / USUAL.sum(), wrong) for _ in range(2)]

    def likelihood(self, habits: Sequence[Habits]) -> FloatArray:
        """(n, t) log-likelihood of each profile's codes; 0 where it states none."""
        out = np.zeros((len(self.stated), self.fits.shape[2]), np.float32)
        for side, own in enumerate(habits):
            rows = self._of(side)
            out[rows] = np.log(self.stated.rows(rows).times(own.likely(self.fits)))
        return out

    def learned(self, habits: Sequence[Habits], belief: FloatArray) -> list[Habits]:
        """The habits of either side, where each profile's trade is believed to be such."""
        found = []
        for side, own in enumerate(habits):
            rows = self._of(side)
            stated, likely = self.stated.rows(rows), own.likely(self.fits)
            believed = belief[rows] / np.maximum(stated.times(likely), 1e-12)
            count = stated.gathered(np.asarray(believed, np.float32))
            kinds = own.rates[:-1] * (self.fits * count).sum(axis=(1, 2))
            wrong = own.rates[-1] * own.wrong * count.sum(axis=1)
            rates = USUAL + np.append(kinds, wrong.sum())
            size = self.stated.width + NEVER_STATED
            found.append(Habits(rates / rates.sum(), (wrong + 1) / (wrong.sum() + size)))
        return found

    def _of(self, side: int) -> NDArray[np.int64]:
        return np.flatnonzero((self.side == side) & (np.diff(self.stated.ends) > 0))


@dataclass(frozen=True)
class Habits:
    """How a side states codes.

    Attributes
    ----------
    rates : (k + 1,) array
        Share of codes that are each of :data:`KINDS`, and simply wrong.
    wrong : (c,) array
        Share of wrong codes that are each of those that occur.
    """

    rates: NDArray[np.float64]
    wrong: NDArray[np.float64]

    def likely(self, fits: FloatArray) -> FloatArray:
        """(c, t) likelihood of each code under each trade."""
        said = np.einsum("k,kct->ct", self.rates[:-1], fits)
        return np.asarray(said + (self.rates[-1] * self.wrong)[:, None], np.float32)


def _fits(codes: Sequence[str], trades: Sequence[str]) -> FloatArray:
    out = np.zeros((len(KINDS), len(codes), len(trades)), np.float32)
    for c, code in enumerate(codes):
        for t, trade in enumerate(trades):
            kind = _kind(code, trade)
            if kind is not None:
                out[list(KINDS).index(kind), c, t] = 1
    # Each kind of code is one of those that occur.
    return np.asarray(out / np.maximum(out.sum(axis=1, keepdims=True), 1), np.float32)


def _kind(code: str, trade: str) -> str | None:
    if code == trade:
        return "exact"
    if trade.startswith(code):
        return "wider"
    if code.startswith(trade):
        return "narrower"
    if code[:2] != trade[:2]:
        return None
    return "group" if len(code) > 2 and code[:3] == trade[:3] else "division"
