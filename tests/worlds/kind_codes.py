"""A world whose industry codes are worth little: only texts say what a firm does."""

from __future__ import annotations

from functools import partial

import numpy as np

from tests.worlds.field_terms import add_field
from tests.worlds.ground import Array, Ground
from tests.worlds.phrases import E_SAYINGS, R_SAYINGS, described, noisy_codes
from tests.worlds.words import classes, vocabulary


def tell(made: Ground) -> None:
    """Same trade, or one of its group, decides; half of the codes are wrong, a quarter coarse."""
    rng, n, m = made.rng, made.n, made.m
    trades = vocabulary()["trades"]
    codes = list(trades)
    count = len(codes)
    group = rng.permutation(count) // 3
    made.e["trade"] = rng.choice(count, n, p=rng.dirichlet(np.full(count, 3.0)))
    made.r["trade"] = rng.choice(count, m, p=rng.dirichlet(np.full(count, 3.0)))
    same = np.eye(count)
    kin = (group[:, None] == group[None, :]) - same
    made.say("trade_same", partial(_entry, made, same), 3.2, unit=True, said=True)
    made.say("trade_kin", partial(_entry, made, kin), 1.8, unit=True, said=True)
    add_field(
        made, distance=-0.3, land_met=0.35, labour_met=0.3, energy_met=0.2, subsidy=0.2, size=0.2
    )
    own = [codes[t] for t in made.e["trade"].tolist()]
    theirs = [codes[t] for t in made.r["trade"].tolist()]
    made.e_written["industry"] = list(
        noisy_codes(rng, own, classes(), wrong=0.5, coarse=0.0, section=0.25)
    )
    welcome = noisy_codes(rng, theirs, classes(), wrong=0.5, coarse=0.2)
    made.r_written["industries"] = [
        (code,) if known else None
        for code, known in zip(welcome, (rng.random(m) < 0.6).tolist(), strict=True)
    ]
    made.e_written["description"] = described(
        rng, [trades[c] for c in own], E_SAYINGS, silent=0.03, strange=0.25
    )
    made.r_written["description"] = described(
        rng, [trades[c] for c in theirs], R_SAYINGS, silent=0.03, strange=0.25
    )


def _entry(made: Ground, table: Array, e: Array, r: Array) -> Array:
    return np.asarray(table[made.e["trade"][e], made.r["trade"][r]])
