"""What lists come to on the published generator of wishes: ``python -m tests.benchmarks.crowding``.

Expected matches of plain lists, of both sides' wishes and in equilibrium, and the share of all
proposals that goes to the 5 % of places that get most; what goes out is the best of the three.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "matcher"))

from made_wishes import made_wishes
from matcher.uncrowded import uncrowded

KINDS = ("naive", "product", "equilibrium")
#: What is asked: name, weight of popularity, whether people look far down their lists.
MARKETS = (
    ("as published, λ = 0.5", 0.5, False),
    ("slow examination, λ = 0.5", 0.5, True),
    ("tastes all alike, λ = 1", 1.0, False),
    ("crowded, λ = 0.75", 0.75, False),
)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--places", type=int, nargs="+", default=[50, 100, 200])
    options.add_argument("--seeds", type=int, default=1)
    given = options.parse_args()
    print("| market | places | " + " | ".join(KINDS) + " | goes out | top 5 %: plain | going out |")
    print("|---|---|---|---|---|---|---|---|")
    for name, popularity, slow in MARKETS:
        for places in given.places:
            matches, plain, out = dict.fromkeys(KINDS, 0.0), 0.0, 0.0
            went = set()
            for seed in range(given.seeds):
                wishes = made_wishes(places, popularity=popularity, seed=seed)
                found = uncrowded(wishes, places, slow=slow)
                for kind in KINDS:
                    matches[kind] += found.found[kind].matches / given.seeds
                plain += found.found["naive"].top_share / given.seeds
                out += found.crowding.top_share / given.seeds
                went.add(found.kind)
            cells = " | ".join(f"{matches[kind]:.1f}" for kind in KINDS)
            print(
                f"| {name} | {places} | {cells} | {', '.join(sorted(went))} "
                f"| {plain:.1%} | {out:.1%} |", flush=True,
            )  # fmt: skip


if __name__ == "__main__":
    main()
