"""A world driven by relations along industry chains that are partly not in anyone's table."""

from __future__ import annotations

from functools import partial

import numpy as np

from tests.worlds.field_terms import add_field
from tests.worlds.ground import Array, Ground
from tests.worlds.phrases import E_SAYINGS, R_SAYINGS, described, noisy_codes
from tests.worlds.words import MadeLink, classes, known_links, made_links

CHAINS = 16

#: Steps from the enterprise's link to the wanted one: the enterprise stands upstream if positive.
RELATIONS = {"same": (0, 0), "up": (1, 1), "down": (-1, -1), "far_up": (2, 9), "far_down": (-9, -2)}


def tell(made: Ground) -> None:
    """Half of the chains are not in the product's table: real ones, and some that exist nowhere."""
    _tell(made, made_links(made.rng, CHAINS))


def tell_known(made: Ground) -> None:
    """All chains are in the product's table."""
    _tell(made, known_links(made.rng, CHAINS))


def _tell(made: Ground, links: list[MadeLink]) -> None:
    """Which link each side is at decides; codes are noisy, texts use synonyms, many holes."""
    rng, n, m = made.rng, made.n, made.m
    share = rng.dirichlet(np.full(len(links), 2.0))
    own = rng.choice(len(links), n, p=share)
    first = rng.choice(len(links), m, p=share)
    chain = np.array([link.chain for link in links])
    step = np.array([link.step for link in links])
    neighbours = [np.flatnonzero(chain == c) for c in chain]
    second = np.array([rng.choice(neighbours[i]) for i in first.tolist()])
    second = np.where(rng.random(m) < 0.6, first, second)
    made.e["link"] = own
    # Log-odds for each relation: which one is worth most differs from world to world.
    worth = {"same": rng.uniform(2, 4.5), "up": rng.uniform(2, 4.5), "down": rng.uniform(1, 4),
             "far_up": rng.uniform(0.3, 2), "far_down": rng.uniform(0.3, 2)}  # fmt: skip
    for name, (low, high) in RELATIONS.items():
        table = np.zeros((len(links), m))
        for wanted in (first, second):
            ahead = step[wanted][None, :] - step[:, None]
            same = chain[wanted][None, :] == chain[:, None]
            table = np.maximum(table, same & (ahead >= low) & (ahead <= high))
        made.say(f"chain_{name}", partial(_related, made, table), worth[name], unit=True, said=True)
    add_field(
        made, distance=-0.25, land_met=0.3, labour_met=0.25, wage=-0.15, subsidy=0.15, size=0.2
    )
    made.spread = 2.4
    made.holes = 0.4
    codes = [link.code for link in links]
    made.e_written["industry"] = list(
        noisy_codes(rng, [codes[i] for i in own.tolist()], classes(), wrong=0.3, coarse=0.3)
    )
    welcome = noisy_codes(rng, [codes[i] for i in first.tolist()], classes(), wrong=0.2, coarse=0.5)
    silent = rng.random(m) < 0.4
    made.r_written["industries"] = [
        None if quiet else (code,) for quiet, code in zip(silent.tolist(), welcome, strict=True)
    ]
    made.e_written["description"] = described(
        rng, [links[i].words for i in own.tolist()], E_SAYINGS, silent=0.15
    )
    both = zip(first.tolist(), second.tolist(), strict=True)
    made.r_written["description"] = described(
        rng, [links[a].words + (links[b].words if a != b else ()) for a, b in both], R_SAYINGS,
        silent=0.15,
    )  # fmt: skip


def _related(made: Ground, table: Array, e: Array, r: Array) -> Array:
    return np.asarray(table[made.e["link"][e], r])
