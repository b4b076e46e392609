"""Placement through the year beside simpler rules: ``python -m tests.benchmarks.placement``.

Shares of the hindsight bound (the linear programme that knows the whole year) on the made markets
of ``tests/matcher/made_streams.py``, by number of places, and with this year's mix drifting.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "matcher"))

from made_streams import Stream, made_stream
from matcher.arrivals import Floats
from matcher.fluid import Fluid
from matcher.placement import place


def first_come(stream: Stream, price: Floats | None = None) -> float:
    """Each, as it comes, to the place of most value (less what it takes at fixed prices)."""
    left, got, now = stream.capacity.copy(), 0.0, stream.now
    cost = np.zeros(len(now.value))
    if price is not None:
        cost = (now.use * price[now.resource]).sum(axis=1)
    for i in range(len(now)):
        pairs = np.arange(*np.searchsorted(now.arrival, [i, i + 1]))
        net = now.value[pairs] - cost[pairs]
        for at in pairs[np.argsort(-net)]:
            fits = (now.use[at] <= left[now.resource[at]] + 1e-9).all()
            if fits and now.value[at] > cost[at]:
                left[now.resource[at]] -= now.use[at]
                got += now.value[at]
                break
    return got


def scarcest_share(stream: Stream) -> float:
    """A rule of thumb: most value for the largest share of anything that it takes."""
    left, got, now = stream.capacity.copy(), 0.0, stream.now
    share = (now.use / stream.capacity[now.resource]).max(axis=1)
    for i in range(len(now)):
        pairs = np.arange(*np.searchsorted(now.arrival, [i, i + 1]))
        for at in pairs[np.argsort(-now.value[pairs] / np.maximum(share[pairs], 1e-9))]:
            if (now.use[at] <= left[now.resource[at]] + 1e-9).all():
                left[now.resource[at]] -= now.use[at]
                got += now.value[at]
                break
    return got


def once_a_year(stream: Stream) -> float:
    """Prices of the programme over earlier years, never worked out again."""
    demand = np.full(len(stream.past), 1 / stream.years)
    return first_come(stream, Fluid(stream.past, stream.capacity).price(demand, stream.capacity))


def bound(stream: Stream) -> float:
    """The hindsight bound: value of the programme over this year itself, from its duals."""
    fluid = Fluid(stream.now, stream.capacity)
    price = fluid.price(np.ones(len(stream.now)), stream.capacity)
    return float(fluid.worth.sum() + (price * stream.capacity).sum())


RULES: dict[str, Callable[[Stream], float]] = {
    "first come": first_come,
    "scarcest share": scarcest_share,
    "prices once a year": once_a_year,
    "shanhai place": lambda s: place(s.now, s.past, s.years, s.capacity).objective,
}


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=5)
    given = options.parse_args()
    print(f"{'market':28}" + "".join(f"{name:>20}" for name in RULES) + f"{'seconds a year':>16}")
    for places, drift in ((60, 0.0), (12, 0.0), (60, 0.5)):
        shares, seconds = np.zeros((given.seeds, len(RULES))), 0.0
        for seed in range(given.seeds):
            stream = made_stream(
                seed, arrivals=600, places=places, weeks=50, years=3, drift=drift
            )  # fmt: skip
            best = bound(stream)
            for at, rule in enumerate(RULES.values()):
                start = time.process_time()
                shares[seed, at] = rule(stream) / best
                last = time.process_time() - start
            seconds += last / given.seeds
        name = f"{places} places" + (", drifting" if drift else "")
        cells = "".join(f"{share:>20.1%}" for share in shares.mean(axis=0))
        print(f"{name:28}{cells}{seconds:>16.1f}", flush=True)


if __name__ == "__main__":
    main()
