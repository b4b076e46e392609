"""The loops of an allocation, compiled before its time begins.

Compiling takes up to a minute where they are not kept on disk yet, and cannot be interrupted: it
counts to no time limit.
"""

from __future__ import annotations

import numpy as np

from matcher.assignment import Limit, Problem

#: Kinds that are ready in this process: whether limits bind, and whether quantities are several.
_ready: set[tuple[bool, bool]] = set()


def needed(problem: Problem) -> bool:
    """Whether a problem's kind has loops that may have to be compiled yet."""
    return _kind(problem) not in _ready


def make_ready(problem: Problem) -> None:
    """Compile the loops that a problem of this kind needs, or read them from disk."""
    from matcher.annealing import Annealer
    from matcher.bundles import Bundles

    limits, several = _kind(problem)
    e, r = np.divmod(np.arange(6), 2)
    use = np.ones((6, 2 if several else 1))
    tiny = Problem(
        3, 2, e, r, np.arange(1.0, 7.0), use, np.ones((2, use.shape[1])),
        (Limit("any", np.ones(6), high=3.0),) if limits else (),
    )  # fmt: skip
    nothing = np.zeros(0, np.int64)
    reduced, prices = np.zeros(6), np.ones((2, use.shape[1]))
    annealer = Annealer(tiny, reduced, prices, np.zeros(len(tiny.limits)))
    annealer.run(nothing, sweeps=1)
    if several and not limits:
        bundles = Bundles(tiny, prices)
        bundles.descend(np.zeros(3), 0.0, rounds=1, nodes=(10, 10), until=lambda: False)
    _ready.add((limits, several))


def _kind(problem: Problem) -> tuple[bool, bool]:
    return bool(problem.limits), problem.quantities > 1
