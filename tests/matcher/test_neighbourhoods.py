"""Improving an allocation a few resources at a time."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.annealing import Annealer
from matcher.assignment import Problem, keeps_all, objective
from matcher.milp import Layout
from matcher.neighbourhoods import anneal_some
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


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_annealing_a_few_resources_keeps_every_capacity_and_gains_on_a_short_first_run(
    seed: int,
) -> None:
    problem = _crowded(240, 8, seed)
    prices = price(problem, Layout.of(problem))
    annealer = Annealer(problem, prices.reduced, prices.capacity, prices.limits)
    first = annealer.run(np.zeros(0, np.int64), sweeps=30, warm=0.06, seed=seed)
    assert first is not None
    rounds = iter(range(12))
    found = anneal_some(
        problem, first, prices.reduced, prices.capacity,
        until=lambda: next(rounds, None) is None, seed=seed,
    )  # fmt: skip
    assert keeps_all(problem, found)
    assert objective(problem, first) < objective(problem, found) <= prices.bound
