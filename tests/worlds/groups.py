"""Lists of never-seen enterprises, and across pair lines: ``python -m tests.worlds.groups``.

For each kind of world NDCG@10 against the truth of all enterprises, of those without an
introduction on record, and of lists that hold only in-pair or only cross-pair resources (fewer
resources make a list easier: compare with the whole). The last column says whether pairing has an
effect in truth.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.text import TextEncoder, default_encoder
from tests.worlds.learners import model, whole_history
from tests.worlds.making import KINDS, make
from tests.worlds.places import paired
from tests.worlds.scoring import ndcg_at_10
from tests.worlds.world import World

Array = NDArray[Any]


def by_group(world: World, encoder: TextEncoder) -> dict[str, float]:
    """NDCG@10 of the model's lists by group of a world."""
    score = model(whole_history(world, encoder)).score
    n, m = world.ground.n, world.ground.m
    seen = np.isin(np.arange(n), world.introduced[0])
    lists = ndcg_at_10(score, world)
    joined = paired(world.ground, np.arange(n)[:, None], np.arange(m)[None, :]) > 0
    return {
        "all": float(lists.mean()),
        "never_seen": float(lists[~seen].mean()) if (~seen).any() else float("nan"),
        "in_pair": float(ndcg_at_10(score, world, among=joined).mean()),
        "cross_pair": float(ndcg_at_10(score, world, among=~joined).mean()),
    }


def main(encoder: TextEncoder | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--cache", type=Path, default=Path(gettempdir()) / "worlds-texts.sqlite")
    asked = parser.parse_args()
    encoder = encoder or default_encoder(asked.cache)
    print("| world | all | never seen | in-pair | cross-pair | pairing counts |")
    print("| --- | --- | --- | --- | --- | --- |")
    for kind in asked.kinds:
        world = make(kind, 0)
        found = by_group(world, encoder)
        counts = any(term.name == "paired" for term in world.ground.terms)
        cells = " | ".join(f"{value:.3f}" for value in found.values())
        print(f"| {kind} | {cells} | {'yes' if counts else 'no'} |", flush=True)


if __name__ == "__main__":
    main()
