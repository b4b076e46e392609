"""What is allocated: pairs with a value, what they use, what there is, and what else must hold.

A multi-resource generalised assignment problem: choose pairs of enterprise and resource so that
their value is largest, each enterprise at most once, no capacity of a resource exceeded, and
every named limit over the chosen pairs kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: A sum may pass its capacity by this share of it: what rounding of floats leaves.
ROUNDING = 1e-9
#: Limits missed by less than this share of their scale, by fractions of pairs, can be kept.
MISSED = 1e-7


@dataclass(frozen=True)
class Conflict:
    """Limits that cannot be kept together, given the capacities.

    Attributes
    ----------
    limits : tuple of str
    smallest : bool
        Whether without any one of them the others can be kept; else some may be left out, but
        it took too long to tell which.
    """

    limits: tuple[str, ...]
    smallest: bool = True


class InfeasibleProblem(Exception):
    """No choice of pairs keeps every limit.

    Parameters
    ----------
    find : callable
        Finds what conflicts, which takes many times as long as to see that something does: it is
        asked when :attr:`conflict` first is.
    """

    def __init__(self, find: Callable[[], Conflict]) -> None:
        super().__init__(find)
        self._find = find

    @cached_property
    def conflict(self) -> Conflict:
        """The limits that conflict."""
        return self._find()

    @property
    def limits(self) -> tuple[str, ...]:
        """Their names."""
        return self.conflict.limits

    def __str__(self) -> str:
        return f"these limits cannot be kept together: {', '.join(self.limits)}"


@dataclass(frozen=True)
class Limit:
    """A named side constraint: ``low`` ≤ Σ coefficient over the chosen pairs ≤ ``high``.

    A share is one too: "at most 30 % of the chosen are cross-pair" has the coefficients
    ``cross_pair - 0.3`` and ``high = 0``.

    Attributes
    ----------
    name : str
        By which it comes back with its price, or as one of those that conflict.
    coefficients : (p,) float array
    """

    name: str
    coefficients: Floats
    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True)
class Problem:
    """A multi-resource generalised assignment problem of p pairs and k quantities.

    Attributes
    ----------
    enterprises, resources : int
        How many there are.
    enterprise, resource : (p,) int arrays
        The rows that each pair joins; a pair that is not there is not allowed.
    value : (p,) float array
        What choosing the pair brings; the sum is maximised.
    use : (p, k) float array
        What the pair uses of each quantity of its resource, not negative.
    capacity : (resources, k) float array
        What there is of it; inf = does not bind.
    limits : tuple of Limit
        Their names differ.

    Raises
    ------
    ValueError
        If the arrays do not fit together, or hold what cannot be.
    """

    enterprises: int
    resources: int
    enterprise: NDArray[np.integer[Any]]
    resource: NDArray[np.integer[Any]]
    value: Floats
    use: Floats
    capacity: Floats
    limits: tuple[Limit, ...] = ()

    def __post_init__(self) -> None:
        p = len(self.value)
        if not len(self.enterprise) == len(self.resource) == len(self.use) == p:
            raise ValueError("enterprise, resource, value and use must be equally long")
        if self.use.ndim != 2 or self.capacity.shape != (self.resources, self.use.shape[1]):
            raise ValueError("use must be (p, k) and capacity (resources, k)")
        for rows, n in ((self.enterprise, self.enterprises), (self.resource, self.resources)):
            if p and (rows.min() < 0 or rows.max() >= n):
                raise ValueError("a pair names a row that is not there")
        if not (np.isfinite(self.value).all() and np.isfinite(self.use).all()):
            raise ValueError("values and uses must be finite")
        if (self.use < 0).any() or not (self.capacity >= 0).all():
            raise ValueError("uses and capacities must not be negative")
        for limit in self.limits:
            if limit.coefficients.shape != (p,) or not np.isfinite(limit.coefficients).all():
                raise ValueError(f"limit {limit.name} needs a finite coefficient for each pair")
            if not limit.low <= limit.high or limit.low == np.inf or limit.high == -np.inf:
                raise ValueError(f"limit {limit.name} has bounds that nothing can keep")
        if len({limit.name for limit in self.limits}) != len(self.limits):
            raise ValueError("the names of the limits must differ")

    @property
    def quantities(self) -> int:
        """How many quantities each resource has."""
        return int(self.use.shape[1])

    @property
    def free(self) -> bool:
        """Whether choosing nothing keeps every limit."""
        return all(limit.low <= 0 <= limit.high for limit in self.limits)


@dataclass(frozen=True)
class Allocation:
    """The pairs chosen, and how far from the best possible they can be at most.

    Attributes
    ----------
    chosen : (n,) int array
        Indices of the pairs, ascending.
    objective : float
        Sum of their values.
    bound : float
        Proven: no choice of pairs that keeps everything has a larger sum.
    gap : float
        ``(bound - objective) / |objective|``; 0 where both are 0, inf where only the objective is.
    seconds : float
    capacity_prices : (resources, k) float array
        Shadow price: what one more unit of a quantity would bring at the margin.
    limit_prices : dict of str to float
        What the objective would gain for each unit by which an upper bound rises, or a lower one
        falls; 0 = does not bind.
    """

    chosen: Rows
    objective: float
    bound: float
    gap: float
    seconds: float
    capacity_prices: Floats
    limit_prices: dict[str, float] = field(default_factory=dict)


def objective(problem: Problem, chosen: NDArray[np.integer[Any]]) -> float:
    """Sum of the values of the chosen pairs."""
    return float(problem.value[chosen].sum())


def used(problem: Problem, chosen: NDArray[np.integer[Any]]) -> Floats:
    """(resources, k) what the chosen pairs use."""
    total = np.zeros_like(problem.capacity)
    np.add.at(total, problem.resource[chosen], problem.use[chosen])
    return total


def keeps_all(problem: Problem, chosen: NDArray[np.integer[Any]]) -> bool:
    """Whether a choice of pairs places no enterprise twice, and keeps capacities and limits."""
    if len(np.unique(problem.enterprise[chosen])) != len(chosen):
        return False
    room = problem.capacity * (1 + ROUNDING) + ROUNDING
    return bool((used(problem, chosen) <= room).all()) and all(
        _kept(limit, chosen) for limit in problem.limits
    )


def _kept(limit: Limit, chosen: NDArray[np.integer[Any]]) -> bool:
    parts = limit.coefficients[chosen]
    total, rounding = float(parts.sum()), ROUNDING * (1 + float(np.abs(parts).sum()))
    return limit.low - rounding <= total <= limit.high + rounding


def relative_gap(found: float, bound: float) -> float:
    """``(bound - found) / |found|``, not below 0."""
    over = max(0.0, bound - found)
    return 0.0 if over == 0 else float("inf") if found == 0 else over / abs(found)
