"""The made-up world's history, and stage models of every shape to try things on."""

from __future__ import annotations

from functools import cache

import numpy as np

from features.market import Market
from models import latent
from models.fitting import fit_stages
from models.history import Introductions, introductions
from models.rule import expert_rule
from models.stages import STAGES, Effect, StageModel
from tests.models.made_world import AS_OF, market, tables


@cache
def history() -> Introductions:
    """All introductions of the made-up world."""
    return introductions(tables()["outcomes"], None, as_of=AS_OF)


@cache
def known_market() -> Market:
    """The made-up world, with what is on record between its regions."""
    world = market()
    past = history().past(world.regions, world.enterprises.table, world.resources.table)
    return world.knowing(past)


@cache
def fitted() -> StageModel:
    """The stage model of the made-up world, without learned meaning (which takes seconds)."""
    return fit_stages(known_market(), history(), learned_meaning=False)


def random_model(world: Market, seed: int, *, strength: float = 1.0) -> StageModel:
    """A stage model with every part, its numbers drawn at random."""
    rng = np.random.default_rng(seed)
    names = tuple(world.features)
    width = latent.raw_vectors(world.resources, world).shape[1]
    root = rng.normal(size=(1 + len(names), 1 + len(names))) * 0.05

    def drawn(*shape: int) -> np.ndarray:
        return strength * rng.normal(size=shape)

    return StageModel(
        names=names,
        weights=drawn(len(STAGES), len(names)),
        neutral=rng.uniform(size=len(names)),
        intercepts=drawn(len(STAGES)),
        doubt=np.full(len(STAGES), 0.5),
        effects=(
            Effect("resource_kind", ("factory", "land"), drawn(len(STAGES), 2)),
            Effect("division", ("17", "18"), drawn(len(STAGES), 2)),
        ),
        latent=latent.LatentTerm(
            drawn(width, latent.RANK).astype(np.float32),
            drawn(width, latent.RANK).astype(np.float32),
            drawn(len(STAGES), latent.RANK, latent.RANK).astype(np.float32) / 10,
        ),
        covariance=root @ root.T,
    )


def rule() -> StageModel:
    """The expert rule on the made-up world."""
    return expert_rule(tuple(market().features))
