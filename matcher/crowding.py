"""What comes of lists when everybody looks at them: expected matches, and who gets the attention.

Each proposer looks down its list and proposes to the candidate of rank k with its probability to
say yes times v(k). Each candidate answers the proposals it has got in its own order of liking: with
N better ones before it, a proposal is accepted with the candidate's probability to say yes times
v(N + 1). Proposals are independent, so N is Poisson-binomial (Su, Bayoumi and Joachims, Optimizing
Rankings for Recommendation in Matching Markets, 2022; figures of Tomita et al. 2023 come out).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled

Floats = NDArray[np.float64]

#: Steps (candidates x the most proposals of one, squared) up to which numpy is fast enough.
AT_ONCE = 100_000_000


@dataclass(frozen=True)
class Crowding:
    """What lists come to.

    Attributes
    ----------
    matches : float
        Expected.
    top_share : float
        Share of all expected proposals that go to the 5 % of candidates that get most.
    """

    matches: float
    top_share: float

    def as_dict(self) -> dict[str, float]:
        """As a JSON object."""
        return {
            "expected_matches": round(self.matches, 4),
            "top_5_percent_attention": round(self.top_share, 4),
        }


def examination(length: int, *, slow: bool = False) -> Floats:
    """v(1), v(2), …: 1/k, or where people look further down, 1 / log2(k + 1)."""
    k = np.arange(1, length + 1)
    return np.asarray(1 / np.log2(k + 1) if slow else 1 / k)


def crowding(
    rows: NDArray[np.int64], proposes: Floats, accepts: Floats, candidates: int, v: Floats,
    *, capacity: NDArray[np.int64] | None = None,
) -> Crowding:  # fmt: skip
    """What lists come to.

    Parameters
    ----------
    rows : (q, t) int array
        Candidates of each proposer, best first; -1 = none.
    proposes, accepts : (q, t) float arrays
        Of these pairs: the probability that the proposer, that the candidate says yes.
    v : float array
        Examination by rank, at least as long as a list and as the proposers are many.
    capacity : (candidates,) int array, optional
        Partners that each can take, 1 by default: one that can take c answers its c best proposals
        as others answer the best one, the next c as the second.
    """
    room = np.ones(candidates, np.int64) if capacity is None else np.maximum(capacity, 1)
    who, rank = np.nonzero(rows >= 0)
    candidate = rows[who, rank]
    proposal = proposes[who, rank] * v[rank]
    yes = accepts[who, rank]
    order = np.lexsort((who, -yes, candidate))
    starts = np.searchsorted(candidate[order], np.arange(candidates + 1))
    most = int(np.diff(starts).max(initial=0))
    in_loops = candidates * most**2 > AT_ONCE
    accepted = compiled_acceptance() if in_loops else _side_by_side
    matches = float(accepted(proposal[order], yes[order], starts, v, room))
    attention = np.sort(np.bincount(candidate, proposal, candidates))[::-1]
    total = attention.sum()
    few = max(1, round(0.05 * candidates))
    return Crowding(matches, float(attention[:few].sum() / total) if total > 0 else 0.0)


def _side_by_side(
    proposal: Floats, yes: Floats, starts: NDArray[np.int64], v: Floats, room: NDArray[np.int64]
) -> float:
    """:func:`_accepted` for all candidates at once, one proposal of each after the other."""
    count = np.diff(starts)
    most = int(count.max(initial=0))
    seen = v[np.arange(most)[None] // room[:, None]]
    chance = np.zeros((len(count), most + 1))  # of so many better proposals
    chance[:, 0] = 1.0
    total = 0.0
    for i in range(most):
        here = np.flatnonzero(count > i)
        p = proposal[starts[here] + i]
        had = chance[here, : i + 1]
        total += float(np.sum(p * yes[starts[here] + i] * (had * seen[here, : i + 1]).sum(axis=1)))
        chance[here, 1 : i + 2] += had * p[:, None]
        chance[here, : i + 1] -= had * p[:, None]
    return total


@cache
def compiled_acceptance() -> Callable[..., float]:
    """:func:`_accepted` as a compiled loop; numba takes a moment to load."""
    return cast("Callable[..., float]", compiled(_accepted))


def _accepted(
    proposal: Floats, yes: Floats, starts: NDArray[np.int64], v: Floats, room: NDArray[np.int64]
) -> float:
    """Expected matches of proposals sorted by candidate, then by its liking."""
    total = 0.0
    for c in range(len(starts) - 1):
        n = starts[c + 1] - starts[c]
        chance = np.zeros(n + 1)  # of so many better proposals
        chance[0] = 1.0
        last = 0
        for i in range(starts[c], starts[c + 1]):
            seen = 0.0
            for k in range(last + 1):
                seen += chance[k] * v[k // room[c]]
            p = proposal[i]
            total += p * yes[i] * seen
            for k in range(last + 1, 0, -1):
                chance[k] = chance[k] * (1.0 - p) + chance[k - 1] * p
            chance[0] *= 1.0 - p
            last += 1
            while last > 0 and chance[last] < 1e-15:
                last -= 1
    return total
