"""Parts of a block's log-odds, each made as cheaply as what it depends on allows.

A feature that depends on one side only becomes a column of a small matrix product; one whose
enterprises agree in a few combinations of what it reads becomes a table of those; a mixture of
the resource's entries is mixed once for all features alike. Only the rest is worked out pair by
pair. Which is which shows in the features themselves and in the market.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.pairs import PairFeature, Pairs, as_slice, steady
from features.text import FloatArray

Index = NDArray[np.integer[Any]]

#: A table pays where enterprises share its rows: at least so many a row.
SHARED = 2
#: Pairs worked on at a time, so that they stay in the processor's cache.
IN_CACHE = 65_536
#: Two tables are joined where at least so many share a row of both.
JOINED = 16


@dataclass(frozen=True)
class Weighed:
    """A pair feature with its weights in the four steps and its neutral value."""

    feature: PairFeature
    weights: FloatArray
    neutral: np.float32

    def centred(self, pairs: Pairs, out: FloatArray | None = None) -> FloatArray:
        """The values less the neutral one; 0 where not known."""
        values = np.subtract(self.feature.compute(pairs), self.neutral, out=out)
        np.copyto(values, np.float32(0), where=np.isnan(values))
        return values


@dataclass(frozen=True)
class Mixed:
    """All mixtures over the same entries."""

    index: str
    weight: str
    parts: tuple[Weighed, ...]

    def filled(self, market: Market, resources: Index) -> FloatArray:
        """(4, entries, r) log-odds of each entry at full weight."""
        rows = as_slice(resources)
        names = [one.feature.mixture.table for one in self.parts if one.feature.mixture]
        values = np.array([market.resources.fields[n][rows].T for n in names])
        weights = np.array([one.weights for one in self.parts], np.float32).T
        out = np.asarray(
            weights @ values.reshape(len(names), math.prod(values.shape[1:])), np.float32
        )
        return out.reshape(4, *values.shape[1:])

    def add(self, market: Market, enterprises: Index, table: FloatArray, out: FloatArray) -> None:
        """Add what the enterprises have of each entry to their (4, e, r) log-odds."""
        index = market.enterprises.fields[self.index][enterprises]
        weight = market.enterprises.fields[self.weight][enterprises]
        room = np.empty_like(out, order="C")
        for k in range(index.shape[1]):
            has = np.flatnonzero(weight[:, k])
            if not len(has):
                continue
            dense = 2 * len(has) > len(enterprises)
            rows = np.arange(len(enterprises)) if dense else has
            part = room[:, : len(rows)]
            np.take(table, index[rows, k], axis=1, out=part, mode="clip")
            part *= weight[rows, k][None, :, None]
            if dense:  # adding zeros costs less than picking the rows out
                out += part
            else:
                out[:, has] += part


@dataclass(frozen=True)
class Table:
    """Features of few combinations: each enterprise's combination, and one row of each.

    Attributes
    ----------
    parts : tuple of Weighed
    mixed : tuple of Mixed
    first : (g,) int array
        An enterprise of each combination.
    group : (n,) int array
        Combination of each enterprise.
    """

    parts: tuple[Weighed, ...]
    mixed: tuple[Mixed, ...]
    first: Index
    group: Index

    def filled(
        self, market: Market, enterprises: Index, resources: Index
    ) -> tuple[FloatArray, Index]:
        """(4, g, r) log-odds of the combinations at hand, and each enterprise's among them.

        The latter is as long as the market has enterprises.
        """
        own = np.unique(self.group[enterprises])
        place = np.zeros(len(self.first), np.int64)
        place[own] = np.arange(len(own))
        out = np.empty((4, len(own), len(resources)), np.float32)
        mixtures = [(mixed, mixed.filled(market, resources)) for mixed in self.mixed]
        step = max(1, IN_CACHE // max(1, len(resources)))
        for start in range(0, len(own), step):
            rows = self.first[own[start : start + step]]
            part = weighed(self.parts, Pairs(market, rows, resources))
            for mixed, table in mixtures:
                mixed.add(market, rows, table, part)
            out[:, start : start + step] = part
        return out, place[self.group]

    def joined(self, other: Table) -> Table:
        """Both as one table over the combinations that occur."""
        both = self.group.astype(np.int64) * len(other.first) + other.group
        _, first, group = np.unique(both, return_index=True, return_inverse=True)
        return Table(self.parts + other.parts, self.mixed + other.mixed, first, group)


def weighed(parts: Sequence[Weighed], pairs: Pairs) -> FloatArray:
    """(4, e, r) log-odds of features worked out pair by pair."""
    values = np.empty((len(parts), *pairs.shape), np.float32)
    for one, room in zip(parts, values, strict=True):
        one.centred(pairs, out=room)
    weights = np.array([one.weights for one in parts], np.float32).reshape(len(parts), 4).T
    out = steady(weights, values.reshape(len(parts), math.prod(pairs.shape)))
    return out.reshape(4, *pairs.shape)


@dataclass(frozen=True)
class Plan:
    """The features of a model, by the cheapest way to make them.

    Attributes
    ----------
    of_enterprise, of_resource : tuple of Weighed
        Those that vary with one side only.
    mixed : tuple of Mixed
    tables : tuple of Table
    pairwise : tuple of Weighed
    """

    of_enterprise: tuple[Weighed, ...]
    of_resource: tuple[Weighed, ...]
    mixed: tuple[Mixed, ...]
    tables: tuple[Table, ...]
    pairwise: tuple[Weighed, ...]

    @property
    def of_both(self) -> tuple[Weighed, ...]:
        """Those that vary with both sides, mixtures apart."""
        return self.pairwise + tuple(part for table in self.tables for part in table.parts)

    @property
    def every_mixed(self) -> tuple[Mixed, ...]:
        """Those of tables too."""
        return self.mixed + tuple(m for table in self.tables for m in table.mixed)


def plan(market: Market, features: Sequence[Weighed]) -> Plan:
    """Sort features by what they vary with."""
    own: list[Weighed] = []
    others: list[Weighed] = []
    mixtures: dict[tuple[str, str], list[Weighed]] = {}
    by_reads: dict[tuple[str, ...], list[Weighed]] = {}
    for one in features:
        mixture = one.feature.mixture
        rows, columns = _varies(market, one.feature)
        if mixture is not None:
            mixtures.setdefault((mixture.index, mixture.weight), []).append(one)
        elif not rows:
            others.append(one)
        elif not columns:
            own.append(one)
        else:
            by_reads.setdefault(one.feature.reads, []).append(one)
    tables: list[Table] = []
    pairwise: list[Weighed] = []
    mixed: list[Mixed] = []
    enough = len(market.enterprises) // SHARED
    for reads, parts in by_reads.items():
        first, group = distinct(market, reads)
        if len(first) <= enough:
            tables.append(Table(tuple(parts), (), first, group))
        else:
            pairwise += parts
    for reads, parts in mixtures.items():
        one_mixture = Mixed(*reads, tuple(parts))
        first, group = distinct(market, reads)
        if len(first) <= enough:
            tables.append(Table((), (one_mixture,), first, group))
        else:
            mixed.append(one_mixture)
    return Plan(
        tuple(own),
        tuple(others),
        tuple(mixed),
        tuple(_fewer(tables, len(market.enterprises))),
        tuple(pairwise),
    )


def _fewer(tables: list[Table], enterprises: int) -> list[Table]:
    """Tables joined, smallest first, as long as enterprises still share rows."""
    waiting = sorted(tables, key=lambda table: len(table.first))
    found: list[Table] = []
    while waiting:
        table = waiting.pop(0)
        for other in list(waiting):
            both = table.joined(other)
            if len(both.first) <= enterprises // JOINED:
                table = both
                waiting.remove(other)
        found.append(table)
    return found


def _varies(market: Market, feature: PairFeature) -> tuple[bool, bool]:
    """Whether a feature varies with the enterprise, and with the resource.

    Values broadcast along a side that they do not depend on have a stride of 0 there.
    """
    if len(market.enterprises) < 2 or len(market.resources) < 2:
        return True, True
    two = np.arange(2)
    values = feature.compute(Pairs(market, two, two))
    return values.strides[0] != 0, values.strides[1] != 0


def distinct(market: Market, reads: tuple[str, ...]) -> tuple[Index, Index]:
    """Enterprises that differ in the fields read: (first of each group, group of each)."""
    n = len(market.enterprises)
    if not reads or not n:
        return np.zeros(min(n, 1), np.int64), np.zeros(n, np.int64)
    columns = [
        np.ascontiguousarray(market.enterprises.fields[f]).reshape(n, -1).view(np.uint8)
        for f in reads
    ]
    keys = np.ascontiguousarray(np.concatenate(columns, axis=1))
    packed = keys.view(np.dtype((np.void, keys.shape[1]))).ravel()
    _, first, group = np.unique(packed, return_index=True, return_inverse=True)
    return first.astype(np.int64), group.astype(np.int64)
