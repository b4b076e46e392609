"""Lists of never-seen enterprises, and across pair lines: ``python -m tests.worlds.groups``.

For each kind of world and learner NDCG@10 against the truth of all enterprises, of those without
an introduction on record, and of lists that hold only in-pair or only cross-pair resources (fewer
resources make a list easier: compare with the whole). Some enterprises are harder to serve than
others whoever ranks: the gap of the learner that is told the true features says by how much, so
what a model loses on never-seen ones is its gap less that one. The last column says whether
pairing has an effect in truth.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.text import TextEncoder, default_encoder
from tests.worlds.learners import LEARNERS, whole_history
from tests.worlds.making import KINDS, make
from tests.worlds.places import paired
from tests.worlds.scoring import ndcg_at_10
from tests.worlds.world import World

Array = NDArray[Any]

GROUPS = ("all", "never_seen", "error", "in_pair", "cross_pair")


def by_group(
    world: World, encoder: TextEncoder, learners: Sequence[str] = ("model",)
) -> dict[str, dict[str, float]]:
    """NDCG@10 of each learner's lists by group of a world.

    Parameters
    ----------
    learners : sequence of str
        Of :data:`tests.worlds.learners.LEARNERS`.

    Returns
    -------
    dict of learner to dict of group to float
        ``error`` is the standard error of ``never_seen``.
        NaN where the group is empty or the learner has no answer.
    """
    setting = whole_history(world, encoder)
    n, m = setting.shape
    seen = np.isin(np.arange(n), world.introduced[0])
    joined = paired(world.ground, np.arange(n)[:, None], np.arange(m)[None, :]) > 0
    found = {}
    for name in learners:
        answer = LEARNERS[name](setting)
        if answer is None:
            found[name] = dict.fromkeys(GROUPS, math.nan)
            continue
        lists = ndcg_at_10(answer.score, world)
        found[name] = {
            "all": float(lists.mean()),
            "never_seen": float(lists[~seen].mean()) if (~seen).any() else math.nan,
            "error": float(lists[~seen].std() / np.sqrt(max((~seen).sum(), 1))),
            "in_pair": float(ndcg_at_10(answer.score, world, among=joined).mean()),
            "cross_pair": float(ndcg_at_10(answer.score, world, among=~joined).mean()),
        }
    return found


def main(arguments: list[str] | None = None, encoder: TextEncoder | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument(
        "--learners", nargs="+", choices=list(LEARNERS), default=["told", "rule", "model"]
    )
    parser.add_argument("--cache", type=Path, default=Path(gettempdir()) / "worlds-texts.sqlite")
    asked = parser.parse_args(arguments)
    encoder = encoder or default_encoder(asked.cache)
    print("| world | learner | all | never seen | gap | in-pair | cross-pair | pairing counts |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for kind in asked.kinds:
        worlds = [make(kind, seed) for seed in range(asked.seeds)]
        found = [by_group(world, encoder, asked.learners) for world in worlds]
        counts = any(term.name == "paired" for term in worlds[0].ground.terms)
        for name in asked.learners:
            print(f"| {kind} | {name} | {_row(one[name] for one in found)} | {_yes(counts)} |",
                  flush=True)  # fmt: skip


def _row(worlds: Iterable[dict[str, float]]) -> str:
    groups = list(worlds)
    mean = {name: float(np.mean([one[name] for one in groups])) for name in groups[0]}
    gap = mean["never_seen"] - mean["all"]
    # 95 % of a normal's mass; the worlds are drawn apart.
    error = 1.96 * float(np.sqrt(np.sum([one["error"] ** 2 for one in groups]))) / len(groups)
    return (
        f"{mean['all']:.3f} | {mean['never_seen']:.3f} | {gap:+.3f} ± {error:.3f} | "
        f"{mean['in_pair']:.3f} | {mean['cross_pair']:.3f}"
    )


def _yes(counts: bool) -> str:
    return "yes" if counts else "no"


if __name__ == "__main__":
    main()
