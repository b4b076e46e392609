"""The parts of a block's log-odds as plain arrays, ready to be put together.

Here features are asked for their values; whoever adds the parts up (:mod:`models.weighing`)
knows of arrays only.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.pairs import OPERATIONS, Form, Pairs, as_slice, steady
from features.text import FloatArray
from models.block_terms import Curve, Index, Mixed, Plan

#: Pairs worked on at a time, so that they stay in the processor's cache.
IN_CACHE = 32_768


@dataclass(frozen=True)
class Bends:
    """What the values of some curves (:class:`models.block_terms.Curve`) weigh, line by line.

    Attributes
    ----------
    first : (c + 1,) int64 array
        Where each curve's lines begin.
    knot : (l,) float32 array
        A line takes ``max(value, knot)``; -inf: the value itself.
    slope : (l, 4) float32 array
        Log-odds of the four steps for one unit of it.
    unknown : (c, 4) float32 array
        Log-odds on top where the value, taken as 0, is not known.
    """

    first: NDArray[np.int64]
    knot: FloatArray
    slope: FloatArray
    unknown: FloatArray

    @classmethod
    def of(cls, curves: Sequence[Curve]) -> Bends:
        """Those of some curves, one after the other."""
        straight = np.array([-np.inf], np.float32)
        knots = [np.concatenate([straight, curve.knots]) for curve in curves]
        return cls(
            np.cumsum([0, *map(len, knots)], dtype=np.int64),
            np.concatenate([straight[:0], *knots]).astype(np.float32),
            np.concatenate([np.zeros((0, 4)), *(c.slopes.T for c in curves)]).astype(np.float32),
            np.array([c.unknown for c in curves], np.float32).reshape(-1, 4),
        )


def of_rows(array: FloatArray, rows: Index) -> FloatArray:
    """Some rows along the second axis, in the order of memory that the whole has."""
    if len(rows) == array.shape[1] and isinstance(as_slice(rows), slice):
        return array  # all of them: nothing to copy
    # np.take, unlike an index, never gives an array of another memory order.
    return np.take(array, rows, axis=1)


def values_of(curves: Sequence[Curve], pairs: Pairs) -> FloatArray:
    """(c, *pairs.shape) values less each curve's centre; NaN = not known."""
    out = np.empty((len(curves), *pairs.shape), np.float32)
    for curve, plane in zip(curves, out, strict=True):
        np.subtract(curve.feature.compute(pairs), curve.centre, out=plane)
    return out


@dataclass(frozen=True)
class Formed:
    """The figures from which the values of some curves are one operation away.

    Attributes
    ----------
    forms : tuple of f features.pairs.Form
    operation : (f,) int64 array
        Place in :data:`features.pairs.OPERATIONS`.
    own, others : (f, e), (f, r) float32 arrays
    settled : (f, e) float32 array
        Value whatever the resource is; NaN: none.
    bounds : (f, 3) float32 array
        Least and greatest value, and the curve's centre.
    """

    forms: tuple[Form, ...]
    operation: NDArray[np.int64]
    own: FloatArray
    others: FloatArray
    settled: FloatArray
    bounds: FloatArray

    @classmethod
    def of(cls, curves: Sequence[Curve], market: Market) -> Formed:
        """Those of curves whose features have a form, for all of a market."""
        forms = [c.feature.form(market) for c in curves if c.feature.form is not None]
        centres = np.array([c.centre for c in curves], np.float32)
        return cls.gathered(forms, centres, len(market.enterprises), len(market.resources))

    @classmethod
    def gathered(cls, forms: Sequence[Form], centres: FloatArray, e: int, r: int) -> Formed:
        """Forms of ``e`` enterprises and ``r`` resources side by side."""
        n, nothing = len(forms), np.full(e, np.nan, np.float32)
        settled = [nothing if form.settled is None else form.settled for form in forms]
        bounds = [(f.least, f.most, c) for f, c in zip(forms, centres, strict=True)]
        return cls(
            tuple(forms),
            np.array([OPERATIONS.index(form.operation) for form in forms], np.int64),
            np.array([form.own for form in forms], np.float32).reshape(n, e),
            np.array([form.others for form in forms], np.float32).reshape(n, r),
            np.array(settled, np.float32).reshape(n, e),
            np.array(bounds, np.float32).reshape(-1, 3),
        )

    def within(self, enterprises: Index, resources: Index) -> Formed:
        """Those of a block."""
        return replace(
            self,
            own=of_rows(self.own, enterprises),
            others=of_rows(self.others, resources),
            settled=of_rows(self.settled, enterprises),
        )

    def values(self) -> FloatArray:
        """(f, e, r) values less each curve's centre."""
        out = np.empty((len(self.forms), self.own.shape[1], self.others.shape[1]), np.float32)
        for f, form in enumerate(self.forms):
            own, others = self.own[f, :, None], self.others[f]
            found = form.worked_out(own, others, self.settled[f])
            np.subtract(found, self.bounds[f, 2], out=out[f])
        return out


@dataclass(frozen=True)
class Parts:
    """Arrays whose sum, in this order, is the log-odds of a block's pairs.

    ``own + others``; ``mine`` times ``theirs``, coordinate by coordinate; each enterprise's
    ``rows`` times their weights, in the order of ``index``; the curves, first those of ``formed``.

    Attributes
    ----------
    own, others : (4, e), (4, r) arrays
    mine, theirs : (4, e, k), (k, r) arrays
    rows : (g, 4, r) array
    index, weight : (e, t) int32 and float32 arrays
    bends : Bends
    formed : Formed
    values : (c, e, r) array
        Of the other curves, less their centres; NaN = not known.
    """

    own: FloatArray
    others: FloatArray
    mine: FloatArray
    theirs: FloatArray
    rows: FloatArray
    index: NDArray[np.int32]
    weight: FloatArray
    bends: Bends
    formed: Formed
    values: FloatArray


class Shared:
    """What the enterprises of a block share against some resources: rows of log-odds.

    Parameters
    ----------
    fill : callable
        ``Bends``, values (c, n, r) → (n, 4, r) log-odds (:attr:`models.weighing.Weighing.fill`).
    """

    def __init__(
        self, market: Market, plan: Plan, enterprises: Index, resources: Index, fill: Any
    ) -> None:
        self._market, self._resources, self._fill = market, resources, fill
        found: list[FloatArray] = [np.zeros((0, 4, len(resources)), np.float32)]
        n, start = len(market.enterprises), 0
        columns = len(plan.tables) + sum(
            market.enterprises.fields[mixed.index].shape[1] for mixed in plan.mixed
        )
        # Only the rows of these enterprises are ever asked for.
        self._index = np.zeros((n, columns), np.int32)
        self._weight = np.zeros((n, columns), np.float32)
        rows = as_slice(enterprises)
        for t, table in enumerate(plan.tables):
            group = table.group[rows]
            own = table.every if len(group) == n else np.unique(group)
            self._index[rows, t] = _places(own, len(table.first), start)[group]
            self._weight[rows, t] = 1
            found += self._table(table.curves, table.first[own])
            start += len(own)
        t = len(plan.tables)
        for mixed in plan.mixed:
            index = market.enterprises.fields[mixed.index][rows]
            weight = market.enterprises.fields[mixed.weight][rows]
            own = np.unique(index[weight != 0])
            after = t + index.shape[1]
            self._index[rows, t:after] = _places(own, int(index.max(initial=0)) + 1, start)[index]
            self._weight[rows, t:after] = weight
            found.append(self._mixed(mixed, own))
            start, t = start + len(own), after
        self.rows = np.concatenate(found)

    def _table(self, curves: Sequence[Curve], first: Index) -> list[FloatArray]:
        bends, step = Bends.of(curves), max(1, IN_CACHE // max(1, len(self._resources)))
        return [
            self._fill(
                bends,
                values_of(curves, Pairs(self._market, first[i : i + step], self._resources)),
            )
            for i in range(0, len(first), step)
        ]

    def _mixed(self, mixed: Mixed, entries: Index) -> FloatArray:
        """(entries, 4, r) log-odds of each entry at full weight."""
        rows = as_slice(self._resources)
        names = [one.feature.mixture.table for one in mixed.parts if one.feature.mixture]
        fields = self._market.resources.fields
        values = np.empty((len(names), len(entries), len(self._resources)), np.float32)
        for name, plane in zip(names, values, strict=True):
            plane[:] = fields[name][rows][:, entries].T
        weights = np.array([one.weights for one in mixed.parts], np.float32).T
        shape = values.shape[1:]
        if not len(entries):
            return np.zeros((0, 4, shape[1]), np.float32)
        found = steady(weights, values.reshape(len(names), -1)).reshape(4, *shape)
        return np.ascontiguousarray(found.transpose(1, 0, 2))

    def against(self, resources: Index) -> Shared:
        """The same rows against some of the resources, by their place among these."""
        some = copy(self)
        some.rows = np.ascontiguousarray(self.rows[:, :, resources])
        return some

    def of(self, enterprises: Index) -> tuple[NDArray[np.int32], FloatArray]:
        """(e, t) rows of some of the enterprises, and their weights."""
        rows = as_slice(enterprises)
        return self._index[rows], self._weight[rows]


def _places(own: Index, n: int, start: int) -> NDArray[np.int32]:
    """(n,) rows of those that have one, from ``start`` on."""
    place = np.zeros(n, np.int32)
    place[own] = np.arange(start, start + len(own))
    return place
