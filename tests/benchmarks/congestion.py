"""The equilibrium of a large market: ``python -m tests.benchmarks.congestion --size 100000x10000``.

Surplus is made anew for each block from profiles of both sides, as scores are. Prints the largest
relative error of a marginal, seconds, sweeps and the peak of memory.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from matcher.congestion import equilibrium


def main() -> None:
    """Solve one market and print what it took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", default="100000x10000", help="enterprises x resources")
    options.add_argument("--scale", type=float, default=0.5)
    options.add_argument("--sweeps", type=int, default=500, help="stop after so many")
    given = options.parse_args()
    n, m = map(int, given.size.split("x"))
    dice = np.random.default_rng(1)
    left = dice.normal(size=(n, 8)).astype(np.float32)
    right = dice.normal(size=(8, m)).astype(np.float32) / np.float32(8)
    liked = np.linspace(0, 1, m, dtype=np.float32)
    capacity = 1.0 + dice.integers(0, 10, m)

    def surplus(rows: slice) -> np.ndarray:
        out = left[rows] @ right
        out += liked
        return out

    start = time.perf_counter()
    found = equilibrium(
        surplus, n, m, scale=given.scale, capacity=capacity, most_sweeps=given.sweeps,
        progress=lambda sweep, error: print(
            f"sweep {sweep}: error {error:.2e}, {time.perf_counter() - start:.0f} s", flush=True
        ),
    )  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = time.perf_counter() - start
    print(
        f"{n} x {m}: marginal error {found.error:.2e}, {seconds:.1f} s, "
        f"{found.sweeps} sweeps, peak {peak:.0f} MB"
    )


if __name__ == "__main__":
    main()
