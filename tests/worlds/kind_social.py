"""A world of schools, hospitals, villages and labour, told in several rows a pair over time."""

from __future__ import annotations

from functools import partial

import numpy as np

import data
from features.schema import INTENTS, RESOURCE_KINDS
from features.tables import Value
from tests.worlds.field_terms import add_field
from tests.worlds.ground import Array, Ground
from tests.worlds.phrases import described
from tests.worlds.places import county_name, places
from tests.worlds.words import vocabulary

SOCIAL = vocabulary()["social"]
CALLINGS = [(name, *rest[:2], rest[2:]) for name, rest in SOCIAL["callings"].items()]


def tell(made: Ground) -> None:
    """Intent × kind, the calling of an institution, and skills decide."""
    rng, n, m = made.rng, made.n, made.m
    made.several_rows = True
    made.pairing_pull = 2.8
    kinds = list(SOCIAL["places"])
    made.r["kind"] = np.array([RESOURCE_KINDS.index(k) for k in kinds])[
        rng.integers(0, len(kinds), m)
    ]
    made.e["calling"] = np.where(rng.random(n) < 0.45, rng.integers(0, len(CALLINGS), n), -1)
    _wishes(made)
    made.e["needed"] = _drawn(made, n, 3)
    made.r["offered"] = _drawn(made, m, 5)
    asked = np.zeros((len(INTENTS), len(RESOURCE_KINDS)))
    for row in data.rows("intent_kinds"):
        where = INTENTS.index(row["intent"]), RESOURCE_KINDS.index(row["kind"])
        asked[where] = float(row["fit"])
    asked = 0.6 * asked + 0.4 * rng.random(asked.shape)  # what people do is not all in a table
    suits = np.zeros((len(CALLINGS) + 1, len(RESOURCE_KINDS)))
    for i, (_, kind, _, _) in enumerate(CALLINGS):
        suits[i, RESOURCE_KINDS.index(kind)] = 1.0
    made.say("intent_kind", partial(_asked, made, asked), 1.0)
    made.say("calling", lambda e, r: suits[made.e["calling"][e], made.r["kind"][r]], 3.5, unit=True)
    made.say("skills", partial(_skills, made), 0.9)
    made.say("institution", lambda e, r: 1.0 * (made.e["calling"][e] >= 0) + 0.0 * r, -0.2)
    add_field(made, labour_met=0.4, distance=-0.3, paired=0.3, wage=-0.2)
    made.holes = 0.25
    _write(made)


def _wishes(made: Ground) -> None:
    """Institutions train and support; firms hire, outsource, source."""
    rng, n = made.rng, made.n
    firm = np.array([INTENTS.index(i) for i in ("hire", "outsource", "source", "invest")])
    public = np.array([INTENTS.index(i) for i in ("train", "support", "hire")])
    for column in ("intent", "second_intent"):
        made.e[column] = np.where(
            made.e["calling"] >= 0,
            public[rng.choice(3, n, p=[0.4, 0.5, 0.1])],
            firm[rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])],
        )


def _drawn(made: Ground, rows: int, most: int) -> Array:
    """(rows, skills) 0/1, one to ``most`` skills each."""
    order = made.rng.random((rows, len(SOCIAL["skills"]))).argsort(axis=1)
    return (order < made.rng.integers(1, most + 1, rows)[:, None]).astype(np.float32)


def _asked(made: Ground, asked: Array, e: Array, r: Array) -> Array:
    kind = made.r["kind"][r]
    return np.maximum(asked[made.e["intent"][e], kind], asked[made.e["second_intent"][e], kind])


def _skills(made: Ground, e: Array, r: Array) -> Array:
    needed = made.e["needed"] / made.e["needed"].sum(axis=1, keepdims=True)
    if e.ndim == 2:
        return np.asarray(needed[e[:, 0]] @ made.r["offered"][r[0]].T)
    return np.asarray((needed[e] * made.r["offered"][r]).sum(axis=1))


def _write(made: Ground) -> None:
    rng, calling = made.rng, made.e["calling"].tolist()
    where = [places().developed[i] for i in made.e["region"].tolist()]
    made.e_written["kind"] = ["company" if c < 0 else "institution" for c in calling]
    made.e_written["name"] = [
        f"{county_name(w)[:-1]}第{i}" + ("企业" if c < 0 else CALLINGS[c][0])
        for i, (w, c) in enumerate(zip(where, calling, strict=True))
    ]
    # A firm must give its industry; what firms give here says little, institutions often nothing.
    quiet = (rng.random(made.n) < 0.3).tolist()
    made.e_written["industry"] = [
        ("7299" if still else "1811") if c < 0 else (None if still else CALLINGS[c][2])
        for c, still in zip(calling, quiet, strict=True)
    ]
    words = [SOCIAL["firms"] if c < 0 else CALLINGS[c][3] for c in calling]
    made.e_written["description"] = described(
        rng, words, ("提供{0}，{1}。", "主要从事{0}。"), silent=0.15
    )
    made.e_written["skills"] = _named(made, made.e["needed"])
    made.r_written["skills"] = _named(made, made.r["offered"])
    named = [RESOURCE_KINDS[k] for k in made.r["kind"].tolist()]
    made.r_written["description"] = described(
        rng,
        [SOCIAL["places"][k] for k in named],
        ("有{0}，{1}，盼结对帮扶。", "{0}项目，需要支持。"),
        silent=0.15,
    )


def _named(made: Ground, has: Array) -> list[Value]:
    empty = made.rng.random(len(has)) < 0.2
    return [
        None if hole else tuple(SOCIAL["skills"][k] for k in np.flatnonzero(row).tolist())
        for hole, row in zip(empty.tolist(), has, strict=True)
    ]
