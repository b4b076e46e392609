"""What an allocation is worth and how far from the best it can be, by code that knows no solver.

The bound is worked out again from prices alone (Lagrangian duality): at any prices not below 0,
nothing is worth more than the capacities cost and every enterprise gains by itself. A pair that
does
not fit its resource alone can be in no allocation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any


def value_if_feasible(problem: Any, chosen: Sequence[int]) -> float | None:
    """The value of a choice of pairs; None where it breaks anything."""
    placed: set[int] = set()
    used: dict[tuple[int, int], float] = defaultdict(float)
    total = 0.0
    for i in map(int, chosen):
        e, r = int(problem.enterprise[i]), int(problem.resource[i])
        if e in placed:
            return None
        placed.add(e)
        total += float(problem.value[i])
        for q, amount in enumerate(problem.use[i].tolist()):
            used[r, q] += amount
    kept = all(amount <= problem.capacity[at] * (1 + 1e-9) + 1e-9 for at, amount in used.items())
    return total if kept else None


def bound_at(problem: Any, prices: Any) -> float:
    """What these prices of the capacities prove."""
    m, k = problem.capacity.shape
    total = 0.0
    for r in range(m):
        for q in range(k):
            if prices[r][q] > 0:
                total += float(prices[r][q]) * float(problem.capacity[r, q])
    gains: dict[int, float] = defaultdict(float)
    uses, room = problem.use.tolist(), problem.capacity.tolist()
    for i, (e, r, v) in enumerate(
        zip(
            problem.enterprise.tolist(), problem.resource.tolist(), problem.value.tolist(),
            strict=True,
        )
    ):  # fmt: skip
        if any(u > c * (1 + 1e-9) + 1e-9 for u, c in zip(uses[i], room[r], strict=True)):
            continue
        left = v - sum(max(0.0, float(p)) * u for p, u in zip(prices[r], uses[i], strict=True))
        gains[e] = max(gains[e], left)
    return total + sum(gains.values())
