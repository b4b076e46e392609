"""A world of plain linear effects in which the expert rule is wrong and pairing means nothing."""

from __future__ import annotations

from tests.worlds.field_terms import add_field
from tests.worlds.ground import Ground
from tests.worlds.phrases import E_SAYINGS, R_SAYINGS, described, noisy_codes
from tests.worlds.words import classes, vocabulary


def tell(made: Ground) -> None:
    """Far places, dear land and good wages attract; being paired only decides who is introduced."""
    rng, n, m = made.rng, made.n, made.m
    trades = vocabulary()["trades"]
    codes = list(trades)
    made.e["trade"], made.r["trade"] = (
        rng.integers(0, len(codes), n),
        rng.integers(0, len(codes), m),
    )
    made.say("trade_same", lambda e, r: 1.0 * (made.e["trade"][e] == made.r["trade"][r]), 0.8)
    add_field(
        made, distance=0.7, land_met=0.5, labour_met=0.2, energy_met=0.7, land_price=0.6, wage=0.5,
        subsidy=-0.3, capacity=0.5, size=-0.3, growth=0.3, pollution=0.3,
    )  # fmt: skip
    made.pairing_pull = 3.0
    own = [codes[t] for t in made.e["trade"].tolist()]
    theirs = [codes[t] for t in made.r["trade"].tolist()]
    made.e_written["industry"] = list(noisy_codes(rng, own, classes(), wrong=0.1, coarse=0.2))
    made.r_written["industries"] = [(c[:3],) for c in theirs]
    made.e_written["description"] = described(rng, [trades[c] for c in own], E_SAYINGS)
    made.r_written["description"] = described(rng, [trades[c] for c in theirs], R_SAYINGS)
