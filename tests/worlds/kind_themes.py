"""A world in which both sides say different words, some in English, for what belongs together."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.tables import Value
from tests.worlds.field_terms import add_field
from tests.worlds.ground import Array, Ground
from tests.worlds.phrases import (
    E_SAYINGS,
    E_SAYINGS_EN,
    R_SAYINGS,
    R_SAYINGS_EN,
    described,
    noisy_codes,
)
from tests.worlds.words import classes, vocabulary

ENGLISH = 0.35


def tell(made: Ground) -> None:
    """A hidden theme on either side decides; one theme also likes another for no visible reason."""
    rng, n, m = made.rng, made.n, made.m
    themes = list(vocabulary()["themes"].values())
    count = len(themes)
    made.e["theme"], made.r["theme"] = rng.integers(0, count, n), rng.integers(0, count, m)
    liking = np.roll(np.eye(count), 1, axis=1)[rng.permutation(count)] * (1 - np.eye(count))
    made.say("theme_same", partial(_entry, made, np.eye(count)), 3.2, unit=True, said=True)
    made.say("theme_liked", partial(_entry, made, liking), 1.8, unit=True, said=True)
    add_field(made, distance=-0.4, land_met=0.5, labour_met=0.5, land_price=-0.3, growth=0.3)
    own, theirs = made.e["theme"].tolist(), made.r["theme"].tolist()
    made.e_written["description"] = _texts(made, own, themes, "enterprise", E_SAYINGS, E_SAYINGS_EN)
    made.r_written["description"] = _texts(
        made, theirs, themes, "resource", R_SAYINGS, R_SAYINGS_EN
    )
    codes = noisy_codes(rng, [themes[t]["code"] for t in own], classes(), wrong=0.4, coarse=0.3)
    made.e_written["industry"] = list(codes)
    welcome = noisy_codes(
        rng, [themes[t]["code"] for t in theirs], classes(), wrong=0.4, coarse=0.6
    )
    made.r_written["industries"] = [
        (code,) if known else None
        for code, known in zip(welcome, (rng.random(m) < 0.4).tolist(), strict=True)
    ]


def _texts(
    made: Ground,
    rows: list[int],
    themes: list[dict[str, list[str]]],
    side: str,
    sayings: tuple[str, ...],
    sayings_en: tuple[str, ...],
) -> list[Value]:
    chinese = described(made.rng, [themes[t][side] for t in rows], sayings, silent=0.05)
    english = described(made.rng, [themes[t][f"{side}_en"] for t in rows], sayings_en, silent=0.05)
    foreign = made.rng.random(len(rows)) < ENGLISH
    return [en if f else zh for zh, en, f in zip(chinese, english, foreign.tolist(), strict=True)]


def _entry(made: Ground, table: Array, e: Array, r: Array) -> Array:
    return np.asarray(table[made.e["theme"][e], made.r["theme"][r]])
