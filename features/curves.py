"""What a pair feature says beyond a straight line: bends, and the fact that it is not known.

A derived feature bears the name of the one it is made from: ``distance>3.2`` is what distance has
above 3.2 (a bend there, so that effects may saturate or turn), ``budget_room?`` is 1 where the
budget's room is not known (who leaves a cell empty is not like everybody else).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.pairs import Array, PairFeature, Pairs
from features.text import FloatArray

if TYPE_CHECKING:
    from features.market import Market

ABOVE, UNKNOWN = ">", "?"


def bend_name(base: str, knot: float) -> str:
    """Name of the part of a feature above a knot."""
    return f"{base}{ABOVE}{knot:.4g}"


def gap_name(base: str) -> str:
    """Name of the fact that a feature is not known."""
    return base + UNKNOWN


def base_name(name: str) -> str:
    """Name of the feature that a derived one is made from; of others their own."""
    return name.removesuffix(UNKNOWN).split(ABOVE, 1)[0]


def knot_of(name: str) -> np.float32:
    """Where the part of a feature begins that a bend's name stands for."""
    return np.float32(name.split(ABOVE, 1)[1])


def derived_values(name: str, base: Array) -> FloatArray:
    """Values of a derived feature from those of its base.

    Parameters
    ----------
    base : array
        NaN = not known.
    """
    if name.endswith(UNKNOWN):
        return np.isnan(base).astype(np.float32)
    return np.maximum(base - knot_of(name), np.float32(0)).astype(np.float32, copy=False)


def _derived(name: str, base: FloatArray) -> FloatArray:
    """:func:`derived_values`, worked out once where the base is the same along an axis."""
    once = tuple(slice(0, 1) if step == 0 else slice(None) for step in base.strides)
    return np.broadcast_to(derived_values(name, base[once]), base.shape)


class FeatureBook(Mapping[str, PairFeature]):
    """Pair features by name; derived ones are made when they are asked for.

    Iterating gives the features themselves, without derived ones.
    """

    def __init__(self, features: Mapping[str, PairFeature]) -> None:
        self._features = dict(features)

    def __getitem__(self, name: str) -> PairFeature:
        base = self._features[base_name(name)]
        if name == base.name:
            return base
        return PairFeature(name, base.reads, lambda pairs: _derived(name, pairs.value(base)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._features)

    def __len__(self) -> int:
        return len(self._features)


@dataclass(frozen=True)
class Derived:
    """Features by name, and what each is made from: bases are worked out once for all of theirs.

    Attributes
    ----------
    bases : tuple of PairFeature
    at : (f,) int array
        Base of each name; -1: the market does not have it.
    knots : (f,) float32 array
        Where the part begins that a bend stands for; NaN: no bend.
    gaps : (f,) bool array
        Whether the name says that its base is not known.
    own, others : tuple of (k,) int array and (n, k) float32 array
        Bases that vary with the enterprise alone, or with the resource alone, and their values of
        every row of that side.
    paired : (k,) int array
        All other bases.
    """

    bases: tuple[PairFeature, ...]
    at: NDArray[np.int64]
    knots: FloatArray
    gaps: NDArray[np.bool_]
    own: tuple[NDArray[np.int64], FloatArray]
    others: tuple[NDArray[np.int64], FloatArray]
    paired: NDArray[np.int64]

    @classmethod
    def of(cls, names: Sequence[str], market: Market) -> Derived:
        """Those of some names on a market."""
        said = [base_name(name) for name in names]
        there = list(dict.fromkeys(base for base in said if base in market.features))
        place = {base: k for k, base in enumerate(there)}
        bends = [knot_of(name) if ABOVE in name else np.nan for name in names]
        bases = tuple(market.features[base] for base in there)
        side = np.array([_side(base, market) for base in bases], np.int8)
        own, others, paired = (np.flatnonzero(side == one) for one in (_OWN, _OTHERS, _BOTH))
        e, r = np.arange(len(market.enterprises)), np.arange(len(market.resources))
        return cls(
            bases,
            np.array([place.get(base, -1) for base in said], np.int64),
            np.array(bends, np.float32),
            np.array([name.endswith(UNKNOWN) for name in names], np.bool_),
            (own, _columns([bases[k] for k in own], Pairs(market, e, r[:1]))),
            (others, _columns([bases[k] for k in others], Pairs(market, e[:1], r))),
            paired,
        )

    def values(self, pairs: Pairs) -> FloatArray:
        """(n, f) values of pairs row by row, as :func:`features.pairs.compute` gives them."""
        made = np.full((*pairs.shape, len(self.bases) + 1), np.nan, np.float32)
        (own, mine), (others, theirs) = self.own, self.others
        made[..., own], made[..., others] = mine[pairs.enterprises], theirs[pairs.resources]
        for k in self.paired.tolist():
            made[..., k] = self.bases[k].compute(pairs)
        out = made[..., self.at]
        bent = ~np.isnan(self.knots)
        out[..., bent] = np.maximum(out[..., bent] - self.knots[bent], np.float32(0))
        said = self.gaps & (self.at >= 0)
        out[..., said] = np.isnan(out[..., said])
        return out


_BOTH, _OWN, _OTHERS = 0, 1, 2


def varies(feature: PairFeature, market: Market) -> tuple[bool, bool]:
    """Whether a feature varies with the enterprise, and with the resource.

    Values broadcast along a side that they do not depend on have a stride of 0 there.
    """
    if len(market.enterprises) < 2 or len(market.resources) < 2:
        return True, True
    two = np.arange(2)
    values = feature.compute(Pairs(market, two, two))
    return values.strides[0] != 0, values.strides[1] != 0


def _side(feature: PairFeature, market: Market) -> int:
    rows, columns = varies(feature, market)
    return _BOTH if rows and columns else _OWN if rows else _OTHERS


def _columns(features: Sequence[PairFeature], pairs: Pairs) -> FloatArray:
    """(n, f) values, of features that vary with one side only, of all its rows."""
    out = np.empty((*pairs.shape, len(features)), np.float32)
    for k, one in enumerate(features):
        out[..., k] = one.compute(pairs)
    return out.reshape(max(pairs.shape), len(features))
