"""Improving an allocation a few resources at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from matcher.annealing import Annealer
from matcher.assignment import Problem, keeps_all, objective
from matcher.milp import Layout
from matcher.neighbourhoods import anneal_some, halves
from matcher.pricing import price


def _crowded(enterprises: int, resources: int, seed: int) -> Problem:
    """About two thirds of the need fits; two quantities."""
    draw = np.random.default_rng(seed)
    e, r = np.divmod(np.arange(enterprises * resources), resources)
    need = draw.uniform(1, 3, (enterprises, 2))
    room = np.full((resources, 2), need.sum() / 2 / resources / 1.5)
    return Problem(
        enterprises, resources, e, r, draw.lognormal(0, 0.5, len(e)), need[e], room
    )  # fmt: skip


def asked(times: int) -> Callable[[], bool]:
    """Says so once it has been asked more than so many times."""
    left = iter(range(times))
    return lambda: next(left, None) is None


def test_halves_share_neither_a_resource_nor_an_enterprise_and_leave_none_out() -> None:
    problem = _crowded(60, 7, 0)
    chosen = np.unique(problem.enterprise, return_index=True)[1][:40]
    (mine, first), (others, second) = halves(problem, chosen, np.random.default_rng(0))
    assert np.array_equal(mine, ~others)
    assert np.array_equal(first, ~second)
    assert first.sum() == 4
    assert np.array_equal(mine[problem.enterprise[chosen]], first[problem.resource[chosen]])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_annealing_a_few_resources_keeps_every_capacity_and_gains_on_a_short_first_run(
    seed: int,
) -> None:
    problem = _crowded(240, 8, seed)
    prices = price(problem, Layout.of(problem))
    annealer = Annealer(problem, prices.reduced, prices.capacity, prices.limits)
    first = annealer.run(np.zeros(0, np.int64), sweeps=30, warm=0.06, seed=seed)
    assert first is not None
    parts = halves(problem, first, np.random.default_rng(seed))
    found = np.sort(np.concatenate([
        anneal_some(
            problem, first, prices.reduced, prices.capacity, enterprises=enterprises,
            resources=resources, until=asked(6), seed=seed,
        )
        for enterprises, resources in parts
    ]))  # fmt: skip
    assert keeps_all(problem, found)
    assert objective(problem, first) < objective(problem, found) <= prices.bound
