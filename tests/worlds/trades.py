"""Flat trades: what most worlds have beside their own story."""

from __future__ import annotations

import numpy as np

from tests.worlds.ground import Array, Ground
from tests.worlds.phrases import E_SAYINGS, R_SAYINGS, described, noisy_codes
from tests.worlds.words import classes, vocabulary


def add_trades(
    made: Ground, weight: float, *, wrong: float = 0.1, coarse: float = 0.3, digits: int = 2
) -> None:
    """A trade on either side, written as code and text; being of one trade helps a little.

    Parameters
    ----------
    weight : float
        Log-odds for one standard deviation of "same trade".
    wrong, coarse : float
        Shares of the enterprises' codes that are wrong, or a division only.
    digits : int
        Digits of the prefixes that places welcome.
    """
    rng = made.rng
    trades = vocabulary()["trades"]
    codes = list(trades)
    made.e["trade"] = rng.integers(0, len(codes), made.n)
    made.r["trade"] = rng.integers(0, len(codes), made.m)

    def same(e: Array, r: Array) -> Array:
        return np.asarray(1.0 * (made.e["trade"][e] == made.r["trade"][r]))

    made.say("trade_same", same, weight)
    own = [codes[t] for t in made.e["trade"].tolist()]
    theirs = [codes[t] for t in made.r["trade"].tolist()]
    made.e_written["industry"] = [*noisy_codes(rng, own, classes(), wrong=wrong, coarse=coarse)]
    made.r_written["industries"] = [(c[:digits],) for c in theirs]
    made.e_written["description"] = described(rng, [trades[c] for c in own], E_SAYINGS)
    made.r_written["description"] = described(rng, [trades[c] for c in theirs], R_SAYINGS)
