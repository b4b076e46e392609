"""Which enterprises meet which resources, and the register of pair features.

A pair feature is one small function of a :class:`Pairs`: every enterprise with every resource (a
block), or row by row. The same function serves training, one list, a batch and an explanation,
so a feature is written once. Features are registered with :func:`feature` under a name; the
expert rule's weight stands in ``data/expert_weights.csv`` under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.text import FloatArray

if TYPE_CHECKING:
    from features.market import Market

Array = NDArray[Any]
IntArray = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Pairs:
    """Enterprises and resources that meet.

    Attributes
    ----------
    market : Market
    enterprises, resources : (e,), (r,) int arrays
        Rows of the profiles; of one length where the pairs are row by row.
    rowwise : bool
        False: every enterprise with every resource, results are (e, r).
        True: the i-th with the i-th, results are (n,).
    """

    market: Market
    enterprises: IntArray
    resources: IntArray
    rowwise: bool = False

    def value(self, feature: PairFeature) -> FloatArray:
        """Values of a feature, kept for the others that are made from them."""
        if feature.name not in self._values:
            self._values[feature.name] = feature.compute(self)
        return self._values[feature.name]

    @cached_property
    def _values(self) -> dict[str, FloatArray]:
        return {}

    @cached_property
    def e_rows(self) -> IntArray | slice:
        """The enterprises, to index their fields with."""
        return as_slice(self.enterprises)

    @cached_property
    def r_rows(self) -> IntArray | slice:
        """The resources, to index their fields with."""
        return as_slice(self.resources)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of a feature's values."""
        n, m = len(self.enterprises), len(self.resources)
        return (n,) if self.rowwise else (n, m)

    def e(self, field: str) -> Array:
        """A field of the enterprises, shaped to meet one of the resources."""
        values = self.market.enterprises.fields[field][self.e_rows]
        return values if self.rowwise else values[:, None]

    def r(self, field: str) -> Array:
        """A field of the resources, shaped to meet one of the enterprises."""
        values = self.market.resources.fields[field][self.r_rows]
        return values if self.rowwise else values[None, :]

    def dot(self, e_field: str, r_field: str, *, exact: bool = False) -> FloatArray:
        """Scalar products of two fields of vectors.

        Parameters
        ----------
        exact : bool
            The products are exact in whatever order they are added (:func:`features.text.exact`),
            so they may be added in the fastest.
        """
        a = self.market.enterprises.fields[e_field][self.e_rows]
        b = self.market.resources.fields[r_field][self.r_rows]
        if self.rowwise:
            return np.asarray(np.einsum("nd,nd->n", a, b), np.float32)
        return np.asarray(a @ b.T, np.float32) if exact else steady(a, b.T)

    def of_resource(self, index: IntArray, r_field: str) -> Array:
        """Entry ``index`` (e,) of each resource's row in a field (r, m).

        ``index`` belongs to the enterprises of these pairs, in their order.
        """
        table = self.market.resources.fields[r_field]
        if self.rowwise:
            return table[self.resources, index]
        return np.ascontiguousarray(table[self.r_rows].T)[index]

    def of_enterprise(self, e_field: str, index: IntArray) -> Array:
        """Entry ``index`` (r,) of each enterprise's row in a field (e, m)."""
        table = self.market.enterprises.fields[e_field]
        if self.rowwise:
            return table[self.enterprises, index]
        return table[self.e_rows][:, index]

    def between(
        self, matrix: Array, e_field: str = "region", r_field: str = "region"
    ) -> FloatArray:
        """Entries of a region-by-region matrix; NaN where a region is not known."""
        a, b = self.e(e_field), self.r(r_field)
        found = matrix[np.maximum(a, 0), np.maximum(b, 0)].astype(np.float32)
        return np.where((a < 0) | (b < 0), np.float32(np.nan), found)

    def full(self, values: Array) -> FloatArray:
        """Values broadcast to the shape of the pairs, float32."""
        return np.broadcast_to(np.asarray(values, np.float32), self.shape)


def as_slice(rows: IntArray) -> IntArray | slice:
    """The same rows, as a slice where they follow each other: it takes them without copying."""
    n = len(rows)
    if n > 1 and rows[-1] - rows[0] == n - 1 and bool((rows[1:] > rows[:-1]).all()):
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


#: Terms that a matrix product adds up at a time; see :func:`steady`.
STEADY = 6


def steady(a: FloatArray, b: FloatArray) -> FloatArray:
    """Matrix product whose entries are the same to the last bit in a block of any shape.

    How BLAS adds up eight terms and more depends on the shape of the whole (its kernels take
    eight at a time where they can); fewer it adds in one way, unless there is one row or column
    only.

    Parameters
    ----------
    a, b : (m, k), (k, n) arrays
    """
    if b.shape[1] == 1:
        return steady(a, np.repeat(b, 2, axis=1))[:, :1]
    if len(a) == 1:
        return steady(np.repeat(a, 2, axis=0), b)[:1]
    out = np.asarray(a[:, :STEADY] @ b[:STEADY], np.float32)
    for k in range(STEADY, len(b), STEADY):
        out += a[:, k : k + STEADY] @ b[k : k + STEADY]
    return out


@dataclass(frozen=True)
class Mixture:
    """A feature that mixes entries of a table of the resource.

    The value of a pair is the sum over k of ``weight[e, k] * table[r, index[e, k]]``; it is
    always known. Fields of the enterprise: ``index``, ``weight``; of the resource: ``table``.
    """

    index: str
    weight: str
    table: str

    def compute(self, pairs: Pairs) -> FloatArray:
        """The values; see :class:`PairFeature`."""
        index = pairs.market.enterprises.fields[self.index][pairs.enterprises]
        weights = pairs.e(self.weight)
        out = np.zeros(pairs.shape, np.float32)
        for k in range(index.shape[1]):
            out += weights[..., k] * pairs.of_resource(index[:, k], self.table)
        return out


@dataclass(frozen=True)
class Form:
    """A feature that is one operation on a figure of either side.

    The value of a pair is ``operation(own[e], others[r])``, kept between ``least`` and ``most``;
    NaN = not known. What is said of a feature this way can be worked out in a compiled loop.

    Attributes
    ----------
    operation : str
        ``sum``, ``product``, ``distance`` (of the two) or ``share`` (``others[r] / own[e]``).
    own, others : (e,), (r,) float32 arrays
        Of all enterprises, and of all resources.
    least, most : float
    settled : (e,) float32 array or None
        Value of an enterprise's pairs whatever the resource is; NaN: none.
    """

    operation: str
    own: FloatArray
    others: FloatArray
    least: float = -np.inf
    most: float = np.inf
    settled: FloatArray | None = None

    def compute(self, pairs: Pairs) -> FloatArray:
        """The values; see :class:`PairFeature`."""
        own, others = self.own[pairs.e_rows], self.others[pairs.r_rows]
        settled = None if self.settled is None else self.settled[pairs.e_rows]
        if not pairs.rowwise:
            own, others = own[:, None], others[None, :]
        return self.worked_out(own, others, settled)

    def worked_out(self, own: Array, others: Array, settled: Array | None) -> FloatArray:
        """The values of figures that broadcast; ``settled`` (n,) for the first axis."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            out = np.asarray(_OPERATIONS[self.operation](own, others), np.float32)
        if self.least > -np.inf:
            np.maximum(out, np.float32(self.least), out=out)
        if self.most < np.inf:
            np.minimum(out, np.float32(self.most), out=out)
        if settled is not None:
            known = np.flatnonzero(~np.isnan(settled))
            if len(known):
                out[known] = settled[known] if out.ndim == 1 else settled[known, None]
        return out


def _distance(own: Array, others: Array) -> Array:
    return np.asarray(np.abs(own - others))


def _share(own: Array, others: Array) -> Array:
    return np.asarray(others / own)


_OPERATIONS: dict[str, Callable[[Array, Array], Array]] = {
    "sum": np.add, "product": np.multiply, "distance": _distance, "share": _share,
}  # fmt: skip
#: The operations of a :class:`Form`.
OPERATIONS = tuple(_OPERATIONS)


@dataclass(frozen=True)
class PairFeature:
    """A named pair feature.

    Attributes
    ----------
    name : str
    reads : tuple of str
        The enterprise's fields it reads: enterprises that agree in them share its values, so a
        block is computed once for each different combination.
    compute : callable
        ``Pairs`` → values of the pairs' shape, NaN = not known.
    mixture : Mixture or None
        How it is made, if that is a mixture: several over the same entries can be made at once.
    form : callable or None
        ``Market`` → :class:`Form`, if it is one operation on a figure of either side.
    """

    name: str
    reads: tuple[str, ...]
    compute: Callable[[Pairs], FloatArray]
    mixture: Mixture | None = None
    form: Callable[[Market], Form] | None = None


#: The built-in pair features by name, in the order in which they were registered.
FEATURES: dict[str, PairFeature] = {}


def feature(
    name: str, *reads: str
) -> Callable[[Callable[[Pairs], FloatArray]], Callable[[Pairs], FloatArray]]:
    """Register a function as the pair feature ``name`` that reads these enterprise fields."""

    def register(compute: Callable[[Pairs], FloatArray]) -> Callable[[Pairs], FloatArray]:
        if name in FEATURES:
            raise ValueError(f"pair feature {name!r} is registered twice")
        FEATURES[name] = PairFeature(name, reads, compute)
        return compute

    return register


def form(name: str, *reads: str) -> Callable[[Callable[[Market], Form]], Callable[[Market], Form]]:
    """Register a function of the market as the pair feature ``name``; see :class:`Form`."""

    def register(of: Callable[[Market], Form]) -> Callable[[Market], Form]:
        feature(name, *reads)(partial(_formed, of))
        FEATURES[name] = replace(FEATURES[name], form=of)
        return of

    return register


def mixture(name: str, *, index: str, weight: str, table: str) -> None:
    """Register a mixture as the pair feature ``name``; see :class:`Mixture`."""
    mixed = Mixture(index, weight, table)
    feature(name, index, weight)(mixed.compute)
    FEATURES[name] = replace(FEATURES[name], mixture=mixed)


def own_features(market: Market) -> dict[str, PairFeature]:
    """Features of the user's own ``x_`` columns, by name.

    A numeric column enters by itself (``x_e:rank``, ``x_r:rank``); two of one name also by their
    product and their distance; a text column by whether both sides say the same.
    """
    found: dict[str, PairFeature] = {}

    def add(name: str, reads: tuple[str, ...], compute: Callable[[Pairs], Array]) -> None:
        found[name] = PairFeature(name, reads, lambda pairs: pairs.full(compute(pairs)))

    e_numeric = _numeric(market.enterprises.own)
    r_numeric = _numeric(market.resources.own)
    for column in e_numeric:
        add(f"x_e:{column[2:]}", (column,), partial(_own_e, column))
    for column in r_numeric:
        add(f"x_r:{column[2:]}", (), partial(_own_r, column))
    for column in e_numeric:
        if column in r_numeric:
            for operation in ("product", "distance"):
                name, of = f"x_{operation}:{column[2:]}", partial(_own_form, operation, column)
                found[name] = PairFeature(name, (column,), partial(_formed, of), form=of)
    for column in market.enterprises.own:
        if column in market.resources.own and column not in (*e_numeric, *r_numeric):
            add(f"x_same:{column[2:]}", (column,), partial(_own_same, column))
    return found


def _own_e(column: str, pairs: Pairs) -> Array:
    return pairs.e(column)


def _own_r(column: str, pairs: Pairs) -> Array:
    return pairs.r(column)


def _own_form(operation: str, column: str, market: Market) -> Form:
    own, others = (side.fields[column] for side in (market.enterprises, market.resources))
    return Form(operation, own, others)


def _formed(of: Callable[[Market], Form], pairs: Pairs) -> FloatArray:
    return pairs.market.once(of).compute(pairs)


def _own_same(column: str, pairs: Pairs) -> Array:
    a, b = pairs.e(column), pairs.r(column)
    return np.where((a < 0) | (b < 0), np.float32(np.nan), (a == b).astype(np.float32))


def _numeric(own: dict[str, Array]) -> list[str]:
    return [c for c, v in own.items() if v.dtype != object]


def compute(pairs: Pairs, names: Sequence[str]) -> FloatArray:
    """Pair features by name.

    Returns
    -------
    (e, r, f) or, row by row, (n, f) float32 array
        NaN = not known; all NaN for a feature of a column that this market does not have.
    """
    out = np.full((*pairs.shape, len(names)), np.nan, np.float32)
    for k, name in enumerate(names):
        known = pairs.market.features.get(name)
        if known is not None:
            out[..., k] = known.compute(pairs)
    return out
