"""Allocation beside HiGHS, given the same time in the same run, one after the other.

    python -m tests.benchmarks.allocation [--published FOLDER] [--seconds 60] [--only NAME …]

Prints a table in Markdown. FOLDER holds published instances and ``known.csv``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from allocation_checker import bound_at, value_if_feasible
from allocation_instances import Published, made, published
from matcher.allocate import Problem, allocate
from matcher.milp import Layout, whole

SIZES = ((120, 20), (600, 30), (3000, 60))
SEEDS = (0, 1)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--published", type=Path)
    asked.add_argument("--seconds", type=float)
    asked.add_argument("--only", nargs="*", default=[])
    given = asked.parse_args()
    allocate(made(120, 8, 9), time_limit=5.0)  # compiles the loops
    print("| instance | seconds | ours | bound | gap | gap at prices | HiGHS | HiGHS gap | "
          "ours beyond HiGHS | from best known | HiGHS from best known |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for name, problem, known, seconds in _instances(given.published):
        if not given.only or name in given.only:
            print(_row(name, problem, known, given.seconds or seconds), flush=True)


def _instances(folder: Path | None) -> Iterator[tuple[str, Problem, Published | None, float]]:
    for n, m in SIZES:
        for seed in SEEDS:
            yield f"{n}x{m}-{seed}", made(n, m, seed), None, 60.0
    if folder is not None:
        for name, one in published(folder).items():
            yield name, one.problem, one, 120.0


def _row(name: str, problem: Problem, known: Published | None, seconds: float) -> str:
    ours = allocate(problem, time_limit=seconds)
    value = value_if_feasible(problem, ours.chosen.tolist())
    if value is None:
        raise SystemExit(f"{name}: the allocation breaks a capacity")
    priced = bound_at(problem, ours.capacity_prices.tolist())
    theirs = whole(Layout.of(problem), np.arange(len(problem.value)), seconds=seconds)
    rival = 0.0 if theirs.chosen is None else float(problem.value[theirs.chosen].sum())
    cells = [
        name, f"{ours.seconds:.0f}", f"{value:,.2f}", f"{ours.bound:,.2f}",
        f"{ours.bound / value - 1:.3%}", f"{priced / value - 1:.3%}", f"{rival:,.2f}",
        f"{theirs.bound / rival - 1:.3%}" if rival else "–",
        f"{value / rival - 1:+.3%}" if rival else "–",
        f"{known.gap(value):.3%}" if known else "–",
        f"{known.gap(rival):.3%}" if known and rival else "–",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
