"""Placement through the year: capacities, no sight of later weeks, prices, better than greedy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_streams import Stream, made_stream
from matcher.arrivals import Arrivals
from matcher.fluid import Fluid
from matcher.futures import Futures
from matcher.lumps import pushed_out
from matcher.placement import Placement, place

SEEDS = st.integers(0, 10_000)


def _placed(stream: Stream) -> Placement:
    return place(stream.now, stream.past, stream.years, stream.capacity)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_no_capacity_is_broken_and_each_goes_to_one_allowed_place(seed: int) -> None:
    stream = made_stream(seed)
    found = _placed(stream)
    chosen = found.pair[found.pair >= 0]
    used = np.zeros_like(stream.capacity)
    np.add.at(used, stream.now.resource[chosen], stream.now.use[chosen])
    assert (used <= stream.capacity + 1e-9).all()
    assert (stream.now.arrival[chosen] == np.flatnonzero(found.pair >= 0)).all()
    assert (stream.now.value[chosen] > found.cost[chosen]).all()
    assert found.objective == pytest.approx(stream.now.value[chosen].sum())


@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, until=st.integers(2, 8))
def test_what_comes_later_changes_no_decision_of_a_week(seed: int, until: int) -> None:
    stream, other = made_stream(seed), made_stream(seed + 20_000)
    early = np.flatnonzero(stream.now.week < until)
    late = np.flatnonzero(other.now.week >= until)
    head, tail = stream.now.take(early), other.now.take(late)
    mixed = Arrivals(
        np.concatenate([head.week, tail.week]),
        np.concatenate([head.arrival, tail.arrival + len(head)]),
        np.concatenate([head.resource, tail.resource]),
        np.concatenate([head.value, tail.value * 3]),
        np.concatenate([head.use, tail.use]),
    )
    whole = _placed(stream)
    other_end = place(mixed, stream.past, stream.years, stream.capacity)
    assert (whole.pair[early] == other_end.pair[: len(head)]).all()
    weeks = int((whole.weeks < until).sum())
    assert np.array_equal(whole.prices[:weeks], other_end.prices[:weeks])


def _first_come(stream: Stream) -> float:
    """Each, as it comes, to its best place that still has room."""
    left, got, now = stream.capacity.copy(), 0.0, stream.now
    for i in range(len(now)):
        pairs = np.flatnonzero(now.arrival == i)
        for pair in pairs[np.argsort(-now.value[pairs])]:
            if (now.use[pair] <= left[now.resource[pair]]).all():
                left[now.resource[pair]] -= now.use[pair]
                got += now.value[pair]
                break
    return got


def test_looking_ahead_beats_first_come_first_served() -> None:
    streams = [made_stream(seed, arrivals=150, weeks=20, years=3) for seed in range(3)]
    ours = sum(_placed(stream).objective for stream in streams)
    assert ours > 1.15 * sum(_first_come(stream) for stream in streams)


def test_the_last_place_waits_for_the_one_that_needs_it_more() -> None:
    # One place for one. Every year a small one (worth 1) comes in week 0 and a large one (worth
    # 10) in week 1: the price is 10, so the small one is let go and the large one placed.
    def year(worth: tuple[float, float]) -> Arrivals:
        return Arrivals(
            np.array([0, 1]), np.array([0, 1]), np.array([0, 0]), np.array(worth), np.ones((2, 1))
        )

    found = place(year((1.0, 10.0)), year((1.0, 10.0)), 1, np.ones((1, 1)))
    assert found.pair.tolist() == [-1, 1]
    assert found.prices[0, 0, 0] == pytest.approx(10.0)
    # In the last week nothing is still to come: what is left costs nothing.
    assert found.prices[1, 0, 0] == pytest.approx(0.0)


def test_prices_are_the_duals_of_what_is_still_expected() -> None:
    # 3 units; 2 of A (worth 6, takes 1) and 2 of B (worth 4, takes 1) are expected: the last unit
    # goes to B, so a unit is worth 4, another A 6 - 4 = 2, another B nothing.
    stock = Arrivals(
        np.array([5, 5]), np.array([0, 1]), np.array([0, 0]), np.array([6.0, 4.0]), np.ones((2, 1))
    )
    fluid = Fluid(stock, np.array([[3.0]]))
    prices = fluid.price(np.array([2.0, 2.0]), np.array([[3.0]]))
    assert prices[0, 0] == pytest.approx(4.0)
    assert fluid.worth == pytest.approx([2.0, 0.0])
    # Half a unit left: neither fits whole, so nothing has a price.
    assert fluid.price(np.array([2.0, 2.0]), np.array([[0.5]]))[0, 0] == 0.0


def test_what_does_not_bind_has_no_price() -> None:
    stock = Arrivals(np.array([1]), np.array([0]), np.array([0]), np.array([5.0]), np.ones((1, 2)))
    capacity = np.array([[np.inf, 1.0]])
    assert Fluid(stock, capacity).price(np.array([2.0]), capacity)[0].tolist() == [0.0, 5.0]


def test_what_is_pushed_out_counts_remains_that_nobody_can_use() -> None:
    # Room 10 holds a large one (takes 10, worth 9) or small ones (take 3, worth 1, two come).
    # One that takes 1 pushes the large one out, two small ones step in: it costs 9 - 2 = 7.
    use, value = np.array([[10.0], [3.0]]), np.array([9.0, 1.0])
    counts, wanted = np.array([[1, 2]]), np.array([[1.0]])
    lost = pushed_out(np.array([0, 1]), value, use, counts, np.array([10.0]), wanted)
    assert lost.tolist() == [7.0]


def test_more_of_a_kind_than_before_makes_more_of_it_expected() -> None:
    # Two kinds with opposite tastes; in week 0 three of the first come where one came before.
    def of(kinds: list[int], weeks: list[int]) -> Arrivals:
        n = len(kinds)
        return Arrivals(
            np.array(weeks), np.arange(n), np.array(kinds), np.ones(n), np.ones((n, 1))
        )  # fmt: skip

    futures = Futures(of([0, 1, 0, 1], [0, 0, 1, 1]), 1, 2, samples=1, seed=0)
    futures.learn(0, of([0, 0, 0], [0, 0, 0]))
    expected = futures.expected()
    assert expected[:2].tolist() == [0.0, 0.0]
    assert expected[2] > 1 > expected[3] > 0
    # Ratio of densities drawn to 1 by four imagined arrivals: (3 + 4) / (1 + 4) and 4 / 5.
    assert expected[2:] == pytest.approx([7 / 5, 4 / 5])


@pytest.mark.parametrize(
    "change",
    [
        {"value": np.array([np.nan])}, {"use": np.array([[-1.0]])}, {"arrival": np.array([3])},
        {"resource": np.array([0, 1])},
    ],
)  # fmt: skip
def test_arrivals_that_cannot_be_are_refused(change: dict[str, np.ndarray]) -> None:
    good = {
        "week": np.array([0]), "arrival": np.array([0]), "resource": np.array([0]),
        "value": np.array([1.0]), "use": np.array([[1.0]]),
    }  # fmt: skip
    Arrivals(**good)
    with pytest.raises(ValueError):
        Arrivals(**{**good, **change})
