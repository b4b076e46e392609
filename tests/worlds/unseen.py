"""What an enterprise's own history is worth to its list: ``python -m tests.worlds.unseen``.

Enterprises without history differ from those with some in more than that. Here the same ones are
asked twice: by a model that has seen everything but them (a fifth at a time), and by one that has
seen as many introductions, drawn from all enterprises, theirs among them. The difference is what
an enterprise loses by being new.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import gettempdir

import numpy as np
from numpy.typing import NDArray

from features.text import TextEncoder, default_encoder
from tests.worlds.learners import Setting, knowing, model, whole_history
from tests.worlds.making import KINDS, make
from tests.worlds.scoring import ndcg_at_10

#: Parts that enterprises are divided into.
FOLDS = 5


def both_ways(setting: Setting) -> NDArray[np.float64]:
    """(2, e) NDCG@10 of each enterprise with a history: by a model that knows it, and without it.

    Parameters
    ----------
    setting : Setting
    """
    world, history = setting.world, setting.history
    row = np.array([setting.market.enterprises.index[i] for i in history.enterprise_id])
    rng = np.random.default_rng(world.seed)
    fold = rng.integers(FOLDS, size=world.ground.n)
    found = np.full((2, world.ground.n), np.nan)
    for k in range(FOLDS):
        others = np.flatnonzero(fold[row] != k)
        drawn = np.sort(rng.choice(len(row), size=len(others), replace=False))
        asked = np.isin(np.arange(world.ground.n), row) & (fold == k)
        for way, kept in enumerate((drawn, others)):
            part = knowing(world, setting.market, history.take(kept))
            found[way, asked] = ndcg_at_10(model(part).score, world)[asked]
    return found[:, ~np.isnan(found[0])]


def main(arguments: list[str] | None = None, encoder: TextEncoder | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=Path(gettempdir()) / "worlds-texts.sqlite")
    asked = parser.parse_args(arguments)
    encoder = encoder or default_encoder(asked.cache)
    print("| world | enterprises | history known | not known | change by being new |")
    print("| --- | --- | --- | --- | --- |")
    for kind in asked.kinds:
        worlds = (make(kind, seed) for seed in range(asked.seeds))
        found = np.concatenate([both_ways(whole_history(w, encoder)) for w in worlds], axis=1)
        lost = found[1] - found[0]
        error = lost.std() / np.sqrt(len(lost))
        print(
            f"| {kind} | {len(lost)} | {found[0].mean():.3f} | {found[1].mean():.3f} | "
            f"{lost.mean():+.3f} ± {1.96 * error:.3f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
