"""A made-up world with its truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.tables import Table
from tests.worlds.ground import Ground, as_written, within
from tests.worlds.introducing import chosen

Array = NDArray[Any]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class World:
    """Tables as a user would have them, and the truth behind them.

    Rows and columns of the truth are in the order of the ids. The whole matrices are made when
    they are first asked for; a large world is asked by pairs instead.

    Attributes
    ----------
    kind, seed
        What :func:`tests.worlds.making.make` was asked for.
    tables : mapping of str to Table
        ``enterprises``, ``resources``, ``outcomes``; typed values.
    ground : Ground
    centre, scale : (k,) arrays
        Mean and spread of each term among random pairs.
    intercepts : (4,) array
    introduced : (2, n) int array
        Rows of the pairs of the history, by date.
    """

    kind: str
    seed: int
    tables: Mapping[str, Table]
    ground: Ground
    centre: Array
    scale: Array
    intercepts: Array
    introduced: Array

    def steps_at(self, e: Array, r: Array) -> Floats:
        """(4, ...) probabilities of each step given the one before, limits not looked at."""
        odds = log_odds(self.ground, self.centre, self.scale, e, r)
        odds += self.intercepts.astype(np.float32).reshape(4, *[1] * (odds.ndim - 1))
        return np.asarray(1 / (1 + np.exp(-odds)), np.float32)

    def truth_at(self, e: Array, r: Array) -> Floats:
        """(4, ...) true probabilities of reaching each stage; 0 beyond the hard limits."""
        return np.cumprod(self.steps_at(e, r), axis=0) * within(self.ground, e, r)

    def told_at(self, e: Array, r: Array) -> Floats:
        """(..., k) the true features of pairs, standardised; their weights stay untold."""
        told = [i for i, term in enumerate(self.ground.terms) if term.told]
        shape = np.broadcast_shapes(e.shape, r.shape)
        out = np.empty((*shape, len(told)), np.float32)
        for k, i in enumerate(told):
            out[..., k] = (self.ground.terms[i].of(e, r) - self.centre[i]) / self.scale[i]
        return out

    def read_at(self, e: Array, r: Array) -> Floats:
        """As :meth:`told_at`, but nothing is told that only silent descriptions could tell."""
        out = self.told_at(e, r)
        silent = self._silent("enterprises")[e] | self._silent("resources")[r]
        said = np.array([t.said for t in self.ground.terms if t.told])
        return np.asarray(np.where(silent[..., None] & said, np.float32(0), out))

    def legible_at(self, e: Array, r: Array) -> Floats:
        """As :meth:`read_at`, but empty cells tell nothing either: all that the tables could tell.

        Who wrote a word of another trade, or one of two that a place wants, is still seen through.
        """
        with as_written(self.ground), np.errstate(invalid="ignore"):
            return np.nan_to_num(self.read_at(e, r))

    def _silent(self, table: str) -> NDArray[np.bool_]:
        return np.array([text is None for text in self.tables[table]["description"]])

    @property
    def told_names(self) -> tuple[str, ...]:
        """Names of the told features."""
        return tuple(t.name for t in self.ground.terms if t.told)

    @property
    def _all(self) -> tuple[Array, Array]:
        return np.arange(self.ground.n)[:, None], np.arange(self.ground.m)[None, :]

    @cached_property
    def truth(self) -> Floats:
        """(4, e, r) true probabilities of reaching each stage."""
        return self.truth_at(*self._all)

    @cached_property
    def gain(self) -> Floats:
        """(e, r) expected number of stages passed if introduced now, 0..4."""
        return np.asarray(self.truth.sum(axis=0), np.float32)

    @property
    def signed(self) -> Floats:
        """(e, r) true P(signed | introduced)."""
        return np.asarray(self.truth[0])

    @property
    def completed(self) -> Floats:
        """(e, r) true P(completed | introduced)."""
        return np.asarray(self.truth[3])

    @cached_property
    def within(self) -> NDArray[np.bool_]:
        """(e, r) whether a pair is within the hard limits."""
        return np.asarray(within(self.ground, *self._all))

    @property
    def told(self) -> Floats:
        """(e, r, k) the true features of all pairs."""
        return self.told_at(*self._all)

    @property
    def read(self) -> Floats:
        """(e, r, k) the true features of all pairs as far as texts are not silent."""
        return self.read_at(*self._all)

    @property
    def legible(self) -> Floats:
        """(e, r, k) the true features of all pairs as far as texts and cells tell them."""
        return self.legible_at(*self._all)

    @cached_property
    def agreed(self) -> NDArray[np.bool_]:
        """(e, r) pairs that have signed already."""
        out = np.zeros((self.ground.n, self.ground.m), bool)
        table = self.tables["outcomes"]
        for e, r, stage in zip(
            table["enterprise_id"], table["resource_id"], table["stage"], strict=True
        ):
            if stage not in ("contacted", "declined"):
                out[int(str(e)[1:]), int(str(r)[1:])] = True
        return out

    def met_as_usual(self, count: int, seed: int = 0) -> tuple[Array, Array]:
        """Pairs within limits that could be introduced tomorrow, chosen as those of the history."""
        e, r = chosen(self.ground, 2 * count, np.random.default_rng(seed))
        held = within(self.ground, e, r)
        return e[held][:count], r[held][:count]

    def describe(self) -> str:
        """One line of figures."""
        e, r = self.introduced
        signed = self.truth_at(e, r)[0]
        held = within(self.ground, e, r)
        return (
            f"{self.kind} {self.seed}: {self.ground.n} x {self.ground.m}, "
            f"{len(e)} introductions, {held.mean():.0%} within limits, P(signed) there "
            f"{signed[held].mean():.2f}, told: {', '.join(self.told_names[:12])}"
            f"{' …' if len(self.told_names) > 12 else ''}"
        )


def log_odds(made: Ground, centre: Array, scale: Array, e: Array, r: Array) -> Floats:
    """Log-odds of the four steps, each given the one before, without intercepts."""
    out = np.zeros((4, *np.broadcast_shapes(e.shape, r.shape)), np.float32)
    for i, term in enumerate(made.terms):
        z = ((term.of(e, r) - centre[i]) / scale[i]).astype(np.float32)
        for s in np.flatnonzero(term.weights):
            out[s] += np.float32(term.weights[s]) * z
    return out
