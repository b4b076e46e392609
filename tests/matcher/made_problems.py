"""Assignment problems: drawn small ones with their exhaustive answer, and made ones of any size."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import strategies as st

from matcher.allocate import Limit, Problem


@st.composite
def small_problems(draw: st.DrawFn, limits: bool = False) -> Problem:
    """At most five enterprises, three resources and two quantities: all choices can be tried."""
    n, m, k = draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    pairs = [(e, r) for e in range(n) for r in range(m) if draw(st.booleans())]
    p = len(pairs)
    number = st.integers(-2, 9).map(float)
    amount = st.one_of(st.integers(0, 6).map(float), st.sampled_from([0.1, 0.2, 0.3]))
    room = st.one_of(amount, st.just(np.inf), st.integers(0, 12).map(float))
    value = np.array([draw(number) for _ in range(p)])
    use = np.array([[draw(amount) for _ in range(k)] for _ in range(p)]).reshape(p, k)
    capacity = np.array([[draw(room) for _ in range(k)] for _ in range(m)])
    e, r = (np.array([pair[i] for pair in pairs], np.int32) for i in (0, 1))
    found = []
    if limits:
        for i in range(draw(st.integers(1, 3))):
            low, high = sorted([draw(st.integers(-2, 3)), draw(st.integers(-1, 5))])
            parts = np.array([draw(st.sampled_from([0.0, 1.0, -0.3, 0.7])) for _ in range(p)])
            bounds = draw(st.sampled_from([(low, high), (-np.inf, high), (low, np.inf)]))
            found.append(Limit(f"limit{i}", parts, *map(float, bounds)))
    return Problem(n, m, e, r, value, use, capacity, tuple(found))


def best_by_trying_all(problem: Problem, without: str | None = None) -> float | None:
    """The largest value of all choices, by trying each; None = no choice keeps the limits."""
    options: list[list[int | None]] = [[None] for _ in range(problem.enterprises)]
    for i, e in enumerate(problem.enterprise.tolist()):
        options[e].append(i)
    best: float | None = None
    for choice in product(*options):
        chosen = [i for i in choice if i is not None]
        if not fits(problem, chosen, without):
            continue
        total = sum(problem.value[i] for i in chosen)
        best = total if best is None else max(best, total)
    return best


def fits(problem: Problem, chosen: list[int], without: str | None = None) -> bool:
    """Whether a choice keeps everything: a checker of its own, one pair at a time."""
    seen: set[int] = set()
    used: dict[tuple[int, int], float] = {}
    for i in chosen:
        e, r = int(problem.enterprise[i]), int(problem.resource[i])
        if e in seen:
            return False
        seen.add(e)
        for q, amount in enumerate(problem.use[i].tolist()):
            used[r, q] = used.get((r, q), 0.0) + amount
    for (r, q), total in used.items():
        if total > problem.capacity[r, q] + 1e-7:
            return False
    for limit in problem.limits:
        total = sum(float(limit.coefficients[i]) for i in chosen)
        if limit.name != without and not limit.low - 1e-7 <= total <= limit.high + 1e-7:
            return False
    return True
