"""Making worlds: the ground, the kind's own story, the truth brought to life-like rates."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tests.worlds import (
    kind_chains,
    kind_codes,
    kind_counties,
    kind_own,
    kind_plain,
    kind_saturation,
    kind_social,
    kind_themes,
)
from tests.worlds.ground import Array, Ground, Term, ground, tables, within
from tests.worlds.introducing import chosen, days, habits, outcomes, what_came
from tests.worlds.world import World, log_odds

KINDS: dict[str, Callable[[Ground], None]] = {
    "chains": kind_chains.tell,
    "known_chains": kind_chains.tell_known,
    "themes": kind_themes.tell,
    "saturation": kind_saturation.tell,
    "counties": kind_counties.tell,
    "codes": kind_codes.tell,
    "own": kind_own.tell,
    "social": kind_social.tell,
    "plain": kind_plain.tell,
}

#: Mean probability of each step among introductions within limits: about a quarter of all sign.
RATES = (0.3, 0.78, 0.72, 0.7)

#: Hidden tastes a pair may share.
TASTES = 10

#: Pairs that spreads and rates are measured on.
SAMPLE = 20_000


def make(
    kind: str,
    seed: int,
    *,
    enterprises: int = 800,
    resources: int = 250,
    introductions: int = 4000,
) -> World:
    """A world of a kind; the same arguments give the same world.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    seed : int
    enterprises, resources, introductions : int
        Sizes.
    """
    rng = np.random.default_rng([seed, zlib.crc32(kind.encode())])
    made = ground(rng, enterprises, resources)
    KINDS[kind](made)
    if not made.e_hole:
        made.draw_holes()
    both = tables(made)
    # Nobody is told everything: people and places differ beyond all that is on record.
    _hide(made)
    habits(made)
    e, r = chosen(made, introductions, rng)
    day = days(made, introductions)
    centre, scale = _standard(made)
    _spread(made, centre, scale)
    intercepts = _intercepts(made, centre, scale, e, r)
    held = within(made, e, r)
    odds = log_odds(made, centre, scale, e, r) + intercepts[:, None]
    reached = what_came(made, held, 1 / (1 + np.exp(-odds)))
    history = outcomes(made, e, r, day, reached)
    return World(
        kind=kind, seed=seed,
        tables={"enterprises": both[0], "resources": both[1], "outcomes": history},
        ground=made, centre=centre, scale=scale, intercepts=intercepts,
        introduced=np.stack([e, r]),
    )  # fmt: skip


def _hide(made: Ground) -> None:
    rng = made.rng
    firm, place = rng.normal(size=made.n), rng.normal(size=made.m)
    # What two people make of each other: a number for each pair that nothing on record tells.
    firm_taste = rng.normal(size=(made.n, TASTES)) / TASTES**0.25
    place_taste = rng.normal(size=(made.m, TASTES)) / TASTES**0.25

    def between(e: Array, r: Array) -> Array:
        if e.ndim == 2:
            return np.asarray(firm_taste[e[:, 0]] @ place_taste[r[0]].T)
        return np.asarray((firm_taste[e] * place_taste[r]).sum(axis=1))

    later = np.array([1.0, 0.6, 0.6, 0.6])
    for name, of, weight in (
        ("untold_firm", lambda e, r: firm[e] + 0.0 * r, 0.3),
        ("untold_place", lambda e, r: place[r] + 0.0 * e, 0.3),
        ("untold_pair", between, 0.5),
    ):
        made.terms.append(Term(name, of, weight * later, told=False))


def _sample(made: Ground) -> tuple[Array, Array]:
    rng = np.random.default_rng(1)
    e, r = rng.integers(0, made.n, SAMPLE), rng.integers(0, made.m, SAMPLE)
    held = within(made, e, r)
    return e[held], r[held]


def _standard(made: Ground) -> tuple[Array, Array]:
    e, r = _sample(made)
    values = np.stack([term.of(e, r) for term in made.terms])
    scale = values.std(axis=1)
    return values.mean(axis=1), np.where(scale > 1e-9, scale, 1.0)


def _spread(made: Ground, centre: Array, scale: Array) -> None:
    """Scale all weights so that log-odds of signing spread as the world says."""
    e, r = _sample(made)
    logit = np.zeros(len(e))
    for i, term in enumerate(made.terms):
        if term.told:
            logit += term.weights[0] * (term.of(e, r) - centre[i]) / scale[i]
    factor = made.spread / logit.std()
    made.terms = [replace(t, weights=t.weights * factor) if t.told else t for t in made.terms]


def _intercepts(made: Ground, centre: Array, scale: Array, e: Array, r: Array) -> Array:
    held = within(made, e, r)
    e, r = e[held][:SAMPLE], r[held][:SAMPLE]
    logits = log_odds(made, centre, scale, e, r).astype(np.float64)
    there = np.ones(len(e))
    found = np.zeros(4)
    for s, rate in enumerate(RATES):
        low, high = -30.0, 30.0
        for _ in range(60):
            found[s] = (low + high) / 2
            mean = (there / (1 + np.exp(-(logits[s] + found[s])))).sum() / there.sum()
            low, high = (found[s], high) if mean < rate else (low, found[s])
        there = there / (1 + np.exp(-(logits[s] + found[s])))
    return found
