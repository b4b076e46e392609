"""What makes up a block's log-odds, each part by the cheapest way that what it depends on allows.

A feature that depends on one side only becomes a column of a small matrix product; one whose
enterprises agree in a few combinations of what it reads becomes a table of those; a mixture of
the resource's entries is mixed once for all features alike. Only the rest is worked out pair by
pair: fast where it is one operation on a figure of either side, by its own function else. Which
is which shows in the features themselves and in the market. ``block_parts.py`` makes the parts,
``weighing.py`` and ``fused.py`` put them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.curves import base_name, gap_name, knot_of, varies
from features.market import Market
from features.pairs import PairFeature
from features.text import FloatArray

Index = NDArray[np.integer[Any]]

#: A table pays where enterprises share its rows: at least so many a row.
SHARED = 2
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
    """All mixtures over the same entries; see :class:`features.pairs.Mixture`."""

    index: str
    weight: str
    parts: tuple[Weighed, ...]


@dataclass(frozen=True)
class Table:
    """Features of few combinations: each enterprise's combination, and one row of each.

    Attributes
    ----------
    curves : tuple of Curve
    first : (g,) int array
        An enterprise of each combination.
    group : (n,) int array
        Combination of each enterprise.
    """

    curves: tuple[Curve, ...]
    first: Index
    group: Index

    @cached_property
    def every(self) -> Index:
        """All combinations."""
        return np.arange(len(self.first))

    def joined(self, other: Table) -> Table:
        """Both as one table over the combinations that occur."""
        both = self.group.astype(np.int64) * len(other.first) + other.group
        _, first, group = np.unique(both, return_index=True, return_inverse=True)
        return Table(self.curves + other.curves, first, group)


@dataclass(frozen=True)
class Plan:
    """The features of a model, by the cheapest way to make them.

    Attributes
    ----------
    of_enterprise, of_resource : tuple of Curve
        Those that vary with one side only.
    mixed : tuple of Mixed
    tables : tuple of Table
    formed : tuple of Curve
        Of features that are one operation on a figure of either side.
    pairwise : tuple of Curve
        All others.
    constant : (4,) array
        Log-odds of every pair.
    """

    of_enterprise: tuple[Curve, ...]
    of_resource: tuple[Curve, ...]
    mixed: tuple[Mixed, ...]
    tables: tuple[Table, ...]
    formed: tuple[Curve, ...]
    pairwise: tuple[Curve, ...]
    constant: FloatArray


def plan(market: Market, features: Sequence[Weighed]) -> Plan:
    """Sort features by what they vary with."""
    own: list[Curve] = []
    others: list[Curve] = []
    formed: list[Curve] = []
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
        rows, columns = varies(curve.feature, market)
        if not rows:
            others.append(curve)
        elif not columns:
            own.append(curve)
        elif curve.feature.form is not None:
            formed.append(curve)
        else:
            by_reads.setdefault(curve.feature.reads, []).append(curve)
    tables: list[Table] = []
    pairwise: list[Curve] = []
    enough = len(market.enterprises) // SHARED
    for reads, curves in by_reads.items():
        first, group = distinct(market, reads)
        if len(first) <= enough:
            tables.append(Table(tuple(curves), first, group))
        else:
            pairwise += curves
    return Plan(
        tuple(own),
        tuple(others),
        tuple(Mixed(*fields, tuple(parts)) for fields, parts in mixtures.items()),
        tuple(_fewer(tables, len(market.enterprises))),
        tuple(formed),
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
