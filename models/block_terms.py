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

from features.curves import base_name, gap_name, knot_of
from features.market import Market
from features.pairs import STEADY, PairFeature, Pairs, as_slice, steady
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


@dataclass(frozen=True)
class Curve:
    """A feature with its bends and its gap (:mod:`features.curves`) as one function of its value.

    Attributes
    ----------
    feature : PairFeature
        What all of them are made from.
    centre : float32
        Taken off the value first.
    knots : (k,) float32 array
        Where the function bends, less the centre.
    slopes : (4, 1 + k) float32 array
        Log-odds for one unit of the centred value, and for one of its greater part above each
        knot (``max(value, knot)``).
    constant : (4,) float32 array
        Log-odds of every pair.
    unknown : (4,) float32 array
        Log-odds on top where the value, taken as 0, is not known.
    """

    feature: PairFeature
    centre: np.float32
    knots: FloatArray
    slopes: FloatArray
    constant: FloatArray
    unknown: FloatArray

    @classmethod
    def of(cls, feature: PairFeature, parts: Sequence[Weighed]) -> Curve:
        """What a feature and those derived from it say together."""
        line = next((p for p in parts if p.feature.name == feature.name), None)
        gap = next((p for p in parts if p.feature.name == gap_name(feature.name)), None)
        bends = [p for p in parts if p is not line and p is not gap]
        centre = line.neutral if line else np.float32(0)
        knots = np.array([knot_of(p.feature.name) for p in bends], np.float32) - centre
        nothing = np.zeros(4, np.float32)
        slopes = [line.weights if line else nothing, *(p.weights for p in bends)]
        constant, silent = nothing.copy(), nothing.copy()
        for part, knot in zip(bends, knots, strict=True):
            constant -= part.weights * (knot + part.neutral)
            silent += part.weights * max(knot, np.float32(0))
        where_unknown = nothing
        if gap is not None:
            constant -= gap.weights * gap.neutral
            where_unknown = gap.weights * (1 - gap.neutral)
        return cls(
            feature, centre, knots, np.array(slopes, np.float32).T, constant,
            np.asarray(where_unknown - constant - silent, np.float32),
        )  # fmt: skip


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
        shape = values.shape[1:]
        return steady(weights, values.reshape(len(names), math.prod(shape))).reshape(4, *shape)

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
    curves : tuple of Curve
    mixed : tuple of Mixed
    first : (g,) int array
        An enterprise of each combination.
    group : (n,) int array
        Combination of each enterprise.
    """

    curves: tuple[Curve, ...]
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
            part = weighed(self.curves, Pairs(market, rows, resources))
            for mixed, table in mixtures:
                mixed.add(market, rows, table, part)
            out[:, start : start + step] = part
        return out, place[self.group]

    def joined(self, other: Table) -> Table:
        """Both as one table over the combinations that occur."""
        both = self.group.astype(np.int64) * len(other.first) + other.group
        _, first, group = np.unique(both, return_index=True, return_inverse=True)
        return Table(self.curves + other.curves, self.mixed + other.mixed, first, group)


def weighed(curves: Sequence[Curve], pairs: Pairs) -> FloatArray:
    """(4, e, r) log-odds of features worked out pair by pair, their constants apart."""
    total = _Sum(math.prod(pairs.shape))
    gaps: list[tuple[Curve, NDArray[np.bool_]]] = []
    for curve in curves:
        values = curve.feature.compute(pairs)
        line = total.row(curve.slopes[:, 0])
        np.subtract(values, curve.centre, out=line.reshape(pairs.shape))
        gap = np.isnan(line)
        if gap.any():
            np.copyto(line, np.float32(0), where=gap)
            gaps.append((curve, gap))
        # The row itself is given away with the next ones.
        line = line.copy() if len(curve.knots) > total.room else line
        for knot, slope in zip(curve.knots, curve.slopes.T[1:], strict=True):
            np.maximum(line, knot, out=total.row(slope))
    for curve, gap in gaps:
        total.row(curve.unknown)[:] = gap
    return total.result().reshape(4, *pairs.shape)


class _Sum:
    """A sum of rows, each with its weights in the four steps; few rows are held at a time.

    Rows are added up :data:`features.pairs.STEADY` at a time (see :func:`features.pairs.steady`).
    """

    def __init__(self, pairs: int) -> None:
        self._pairs = pairs
        # A product with one column only would be added up in another way.
        self._rows = np.zeros((STEADY, max(2, pairs)), np.float32)
        self._weights = np.zeros((4, STEADY), np.float32)
        self._out = np.zeros((4, max(2, pairs)), np.float32)
        self._part = np.empty_like(self._out)
        self._held = 0

    @property
    def room(self) -> int:
        """Rows that can be handed out before the ones at hand are used again."""
        return STEADY - self._held

    def row(self, weights: FloatArray) -> FloatArray:
        """A row to be filled."""
        if self._held == STEADY:
            self._add()
        self._weights[:, self._held] = weights
        self._held += 1
        return self._rows[self._held - 1, : self._pairs]

    def result(self) -> FloatArray:
        """(4, pairs) array."""
        self._add()
        return self._out[:, : self._pairs]

    def _add(self) -> None:
        if self._held:
            rows = slice(0, self._held)
            self._out += np.matmul(self._weights[:, rows], self._rows[rows], out=self._part)
            self._held = 0


@dataclass(frozen=True)
class Plan:
    """The features of a model, by the cheapest way to make them.

    Attributes
    ----------
    of_enterprise, of_resource : tuple of Curve
        Those that vary with one side only.
    mixed : tuple of Mixed
    tables : tuple of Table
    pairwise : tuple of Curve
    constant : (4,) array
        Log-odds of every pair.
    """

    of_enterprise: tuple[Curve, ...]
    of_resource: tuple[Curve, ...]
    mixed: tuple[Mixed, ...]
    tables: tuple[Table, ...]
    pairwise: tuple[Curve, ...]
    constant: FloatArray

    @property
    def of_both(self) -> tuple[Curve, ...]:
        """Those that vary with both sides, mixtures apart."""
        return self.pairwise + tuple(curve for table in self.tables for curve in table.curves)

    @property
    def every_mixed(self) -> tuple[Mixed, ...]:
        """Those of tables too."""
        return self.mixed + tuple(m for table in self.tables for m in table.mixed)


def plan(market: Market, features: Sequence[Weighed]) -> Plan:
    """Sort features by what they vary with."""
    own: list[Curve] = []
    others: list[Curve] = []
    constant = np.zeros(4, np.float32)
    mixtures: dict[tuple[str, str], list[Weighed]] = {}
    by_base: dict[str, list[Weighed]] = {}
    by_reads: dict[tuple[str, ...], list[Curve]] = {}
    for one in features:
        mixture = one.feature.mixture
        if mixture is not None:
            mixtures.setdefault((mixture.index, mixture.weight), []).append(one)
            constant -= one.weights * one.neutral
        else:
            by_base.setdefault(base_name(one.feature.name), []).append(one)
    for base, parts in by_base.items():
        curve = Curve.of(market.features[base], parts)
        constant += curve.constant
        rows, columns = _varies(market, curve.feature)
        if not rows:
            others.append(curve)
        elif not columns:
            own.append(curve)
        else:
            by_reads.setdefault(curve.feature.reads, []).append(curve)
    tables: list[Table] = []
    pairwise: list[Curve] = []
    mixed: list[Mixed] = []
    enough = len(market.enterprises) // SHARED
    for reads, curves in by_reads.items():
        first, group = distinct(market, reads)
        if len(first) <= enough:
            tables.append(Table(tuple(curves), (), first, group))
        else:
            pairwise += curves
    for fields, weighted in mixtures.items():
        one_mixture = Mixed(*fields, tuple(weighted))
        first, group = distinct(market, fields)
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
        constant,
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
