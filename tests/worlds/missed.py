"""What the model misses in each world: ``python -m tests.worlds.missed``.

For each true term: the variance of the log-odds of signing that goes with it, in the truth and
in what the model's log-odds leave of it. The larger the second, the more is to be won there.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import gettempdir

import numpy as np

from features.text import default_encoder
from tests.worlds.ground import Array
from tests.worlds.learners import model, whole_history
from tests.worlds.making import KINDS, make
from tests.worlds.world import World

PAIRS = 20_000

#: Terms of these beginnings are one thing told in many.
TOGETHER = ("county_", "park_")


def main() -> None:
    """Print a line for each world that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, default=Path(gettempdir()) / "worlds-texts.sqlite")
    asked = parser.parse_args()
    encoder = default_encoder(asked.cache)
    for kind in asked.kinds:
        world = make(kind, asked.seed)
        answer = model(whole_history(world, encoder))
        assert answer.stages is not None
        print(told_apart(world, answer.stages[0]), flush=True)


def told_apart(world: World, signed: Array) -> str:
    """One line: variance of truth and residual, then the terms that are missed most.

    Parameters
    ----------
    signed : (e, r) array
        The model's P(signed).
    """
    e, r = np.nonzero(world.within)
    drawn = np.random.default_rng(0).choice(len(e), size=PAIRS)
    e, r = e[drawn], r[drawn]
    truth, found = _log_odds(world.signed[e, r]), _log_odds(signed[e, r])
    left = truth - found
    missed: dict[str, Array] = {}
    for term in world.ground.terms:
        z = term.of(e, r).astype(float)
        z = (z - z.mean()) / max(float(z.std()), 1e-9)
        both = np.array([(z * left).mean() ** 2, (z * truth).mean() ** 2])
        name = next((t for t in TOGETHER if term.name.startswith(t)), term.name)
        name = "tier×style" if "级×" in name or name.startswith(("试点×", "其他×")) else name
        missed[name] = missed.get(name, np.zeros(2)) + both
    worst = sorted(missed.items(), key=lambda item: -item[1][0])[:6]
    return (
        f"{world.kind}: variance {truth.var():.2f}, left {left.var():.2f}, "
        f"correlation {np.corrcoef(truth, found)[0, 1]:.3f}; left of it in "
        + ", ".join(f"{name} {a:.2f} of {b:.2f}" for name, (a, b) in worst)
    )


def _log_odds(p: Array) -> Array:
    p = np.clip(p.astype(float), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(p / (1 - p)))


if __name__ == "__main__":
    main()
