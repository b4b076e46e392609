"""Improving an allocation a few resources at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from matcher.annealing import Annealer
from matcher.assignment import Problem, Rows, keeps_all, objective
from matcher.budget import Budget
from matcher.milp import Layout
from matcher.neighbourhoods import Patches
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


def _annealed(problem: Problem, *, sweeps: int, seed: int) -> tuple[Rows, Patches, float]:
    """An allocation, its patches, and the bound that the prices prove."""
    prices = price(problem, Layout.of(problem))
    annealer = Annealer(problem, prices.reduced, prices.capacity, prices.limits)
    first = annealer.run(np.zeros(0, np.int64), sweeps=sweeps, warm=0.06, seed=seed)
    assert first is not None
    patches = Patches(
        problem, first, prices.reduced, prices.capacity, annealer, 0.06, Budget.endless()
    )
    return first, patches, prices.bound


def asked(times: int) -> Callable[[], bool]:
    """Says so once it has been asked more than so many times."""
    left = iter(range(times))
    return lambda: next(left, None) is None


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_two_threads_better_at_once_keeps_every_capacity_and_gains(seed: int) -> None:
    problem = _crowded(240, 8, seed)
    first, patches, bound = _annealed(problem, sweeps=30, seed=seed)
    with ThreadPoolExecutor(2) as threads:
        for work in [threads.submit(patches.better, asked(10), 10 * seed + i) for i in range(2)]:
            work.result()
    found = patches.chosen
    assert keeps_all(problem, found)
    assert objective(problem, first) < objective(problem, found) <= bound


def test_resources_that_another_thread_holds_are_left_alone() -> None:
    problem = _crowded(60, 7, 0)
    _, patches, _ = _annealed(problem, sweeps=10, seed=0)
    theirs: list[set[int]] = []
    lock = threading.Lock()
    held: set[int] = set()
    work = patches._annealed

    def watched(leaves: Rows, pairs: Rows, few: int, draw: np.random.Generator) -> Rows:
        rows = set(problem.enterprise[pairs].tolist())
        with lock:
            theirs.append(held & rows)
            held.update(rows)
        found = work(leaves, pairs, few, draw)
        with lock:
            held.difference_update(rows)
        return found

    patches._annealed = watched  # type: ignore[method-assign]
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(patches.better, asked(30), seed) for seed in range(2)]:
            done.result()
    assert len(theirs) > 30
    assert not set().union(*theirs)


@pytest.mark.parametrize("seed", [0, 1])
def test_annealing_by_fit_keeps_every_capacity_and_places_nobody_twice(seed: int) -> None:
    problem = _crowded(300, 5, seed)
    prices = price(problem, Layout.of(problem))
    annealer = Annealer(problem, prices.reduced, prices.capacity, prices.limits)
    found = annealer.run(np.zeros(0, np.int64), sweeps=200, warm=0.1, seed=seed)
    assert found is not None
    assert keeps_all(problem, found)
    assert 0.95 * prices.bound < objective(problem, found) <= prices.bound
    again = annealer.run(np.zeros(0, np.int64), sweeps=200, warm=0.1, seed=seed)
    assert again is not None
    assert np.array_equal(found, again)
