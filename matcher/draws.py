"""What could become of plans: the same draws for all of them.

A draw is a set of coefficients from the model's posterior, the luck of each enterprise, and how
far its money and its jobs differ from what was expected. All plans are met by the same draws
(common random numbers), so that what differs between them is not chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.plan_pairs import PlanPairs
from models.gains import Gains
from models.posterior import Posterior
from models.stages import STAGES

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: Draws worked out at a time; memory is bounded by this many times the pairs.
AT_ONCE: Final = 50

#: How much better chosen pairs look at each step than they are, in standard deviations of what is
#: not known of their log-odds; how far draws of a whole plan spread, as a share of the posterior
#: (which is right for single pairs: of a plan's many, errors of the model's form cancel); mean and
#: standard deviation of what the sums agreed under a plan differ by from what was estimated for its
#: pairs, all together (logarithm). Found on 332 plans in the first 83 worlds of ``python -m
#: tests.worlds.bands --first-seed 400``, judged on others (docs/scenario.md).
OPTIMISM: Final = (0.27, 0.12, 0.15, 0.05)
PLAN_SPREAD: Final = 0.8
SUMS_APART: Final = (-0.13, 0.16)

#: What is counted in every draw.
COUNTED: Final = (*STAGES, "investment_wan", "funded_wan", "jobs")
#: What is told of every chosen pair, so that the parts of a plan add up to the whole.
OF_PAIRS: Final = ("signed", "investment_wan", "jobs")


@dataclass(frozen=True)
class Drawn:
    """What came of one plan in each draw.

    Attributes
    ----------
    totals : dict of str to (d,) array
        By :data:`COUNTED`.
    signed_by_region, investment_by_region : (g, d) arrays
        Of the regions asked for.
    by_pair : dict of str to (n,) array
        By :data:`OF_PAIRS`: what came of each chosen pair in the mean of the draws. They add up to
        the means of ``totals``.
    """

    totals: dict[str, Floats]
    signed_by_region: Floats
    investment_by_region: Floats
    by_pair: dict[str, Floats]


def draw(
    pairs: PlanPairs,
    plans: Sequence[Rows],
    union: Rows,
    posterior: Posterior,
    gains: Gains,
    regions: Rows,
    *,
    draws: int,
    seed: int,
    enterprises: int,
) -> list[Drawn]:
    """Let plans come true so many times.

    Parameters
    ----------
    plans : sequence of (n,) int arrays
        Rows of the candidate pairs, rising.
    union : (u,) int array
        All rows that any plan holds, rising: what ``posterior`` is of.
    regions : (g,) int array
        Receiving regions to be told apart.
    enterprises : int
        Of the market: each has its own luck, whatever the plan.
    """
    places = [np.searchsorted(union, chosen) for chosen in plans]
    amount = np.nan_to_num(pairs.amount_wan[union])
    jobs = np.nan_to_num(pairs.jobs[union])
    member = [
        (pairs.region[chosen][None, :] == regions[:, None]).astype(np.float32) for chosen in plans
    ]
    parts: list[list[list[Floats]]] = [[] for _ in plans]
    came = [np.zeros((len(OF_PAIRS), len(rows))) for rows in places]
    e = pairs.enterprise[union]
    for start in range(0, draws, AT_ONCE):
        d = min(AT_ONCE, draws - start)
        rng = np.random.default_rng([seed, start])
        z = rng.standard_normal((4, posterior.numbers, AT_ONCE), np.float32)[:, :, :d]
        luck = rng.random((enterprises, AT_ONCE), np.float32)[:, :d][e]
        money, work = rng.standard_normal((2, enterprises, AT_ONCE), np.float32)[:, :, :d][:, e]
        reached = luck < posterior.chances(z)
        apart = rng.standard_normal(AT_ONCE, np.float32)[:d]
        apart = np.exp(np.float32(SUMS_APART[0]) + np.float32(SUMS_APART[1]) * apart)
        agreed = _around(amount, gains.amount_spread, money) * apart * reached[0]
        in_place = agreed * (
            gains.in_place[0] * reached[2] + (gains.in_place[1] - gains.in_place[0]) * reached[3]
        )
        hired = _around(jobs, gains.jobs_spread, work) * reached[0]
        for plan, rows, own, each in zip(parts, places, member, came, strict=True):
            counts = [reached[s][rows].sum(axis=0) for s in range(4)]
            sums = [x[rows].sum(axis=0, dtype=np.float64) for x in (agreed, in_place, hired)]
            plan.append([*counts, *sums, own @ reached[0][rows], own @ agreed[rows]])
            for at, x in enumerate((reached[0], agreed, hired)):
                each[at] += x[rows].sum(axis=1, dtype=np.float64)
    return [_joined(plan, each / draws) for plan, each in zip(parts, came, strict=True)]


def _around(expected: Floats, spread: float, normal: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-normal amounts whose mean is what was expected."""
    factor = np.exp(np.float32(spread) * normal - np.float32(spread**2 / 2))
    return np.asarray(expected.astype(np.float32)[:, None] * factor, np.float32)


def _joined(parts: list[list[Floats]], came: Floats) -> Drawn:
    columns = [
        np.concatenate([part[i] for part in parts], axis=-1).astype(np.float64)
        for i in range(len(COUNTED) + 2)
    ]
    totals = dict(zip(COUNTED, columns, strict=False))
    return Drawn(totals, columns[-2], columns[-1], dict(zip(OF_PAIRS, came, strict=True)))
