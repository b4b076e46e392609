"""The pairing graph on a date, and what it says of two regions.

Regions are joined by the pairing in force and by what became of past introductions. The
matrices that a match needs are made with numpy alone in a few milliseconds;
:mod:`features.graph_export` makes the same graph with networkx, to be looked at or taken along.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.pairing import (
    PairingInForce,
    UnknownPairing,
    lines,
    pairing_in_force,
    whole_cities,
)
from features.regions import Regions
from features.tables import Table

__all__ = [
    "STAGES",
    "PairingGraph",
    "PairingInForce",
    "PastIntroductions",
    "UnknownPairing",
    "build",
    "lines",
    "pairing_in_force",
    "personalised_pagerank",
]

FloatArray = NDArray[np.float32]
DoubleArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int32]

STAGES: Final = ("contacted", "signed", "started", "funded", "completed")
DAMPING: Final = 0.85


@dataclass(frozen=True)
class PastIntroductions:
    """Stages reached by introductions between regions, one entry a stage reached.

    An introduction that was contacted and later signed has two entries, each with its own day,
    so that the graph of any day knows only what was known on that day.

    Attributes
    ----------
    developed, underdeveloped : (m,) int32 arrays
        Positions in :class:`~features.regions.Regions`; negative = not known, not counted.
    day : (m,) int32 array
        Proleptic ordinals (``date.toordinal``).
    stage : (m,) int8 array
        Position in :data:`STAGES`.
    """

    developed: IntArray
    underdeveloped: IntArray
    day: IntArray
    stage: NDArray[np.int8]

    @classmethod
    def none(cls) -> PastIntroductions:
        """No history."""
        nothing = np.zeros(0, np.int32)
        return cls(nothing, nothing, nothing, np.zeros(0, np.int8))

    def none_signed(self, on: date) -> bool:
        """Whether there were introductions up to a day, and not one of them was signed."""
        stage = self.stage[self.day <= on.toordinal()]
        return bool(len(stage)) and not bool((stage > 0).any())

    @classmethod
    def of(
        cls,
        developed: NDArray[Any],
        underdeveloped: NDArray[Any],
        stage_days: Sequence[NDArray[Any]],
    ) -> PastIntroductions:
        """From introductions with the day on which each reached each stage.

        Parameters
        ----------
        developed, underdeveloped : (m,) int arrays
        stage_days : sequence of (m,) int arrays
            First the days of contact, then those of signature and so on as far as they are
            known; 0 = not reached.
        """
        reached = [np.flatnonzero(np.asarray(days) > 0) for days in stage_days]
        at = np.concatenate([np.zeros(0, np.int64), *reached])
        days = [np.asarray(d)[which] for d, which in zip(stage_days, reached, strict=True)]
        stages = [np.full(len(which), s, np.int8) for s, which in enumerate(reached)]
        return cls(
            np.asarray(developed)[at].astype(np.int32),
            np.asarray(underdeveloped)[at].astype(np.int32),
            np.concatenate([np.zeros(0, np.int32), *days]).astype(np.int32),
            np.concatenate([np.zeros(0, np.int8), *stages]),
        )

    def before(self, day: date) -> PastIntroductions:
        """Entries strictly before ``day`` whose two regions are known."""
        kept = (self.day < day.toordinal()) & (self.developed >= 0) & (self.underdeveloped >= 0)
        return self._kept(kept)

    def touching(self, places: Collection[int]) -> PastIntroductions:
        """Entries of which either side is one of these regions."""
        wanted = list(places)
        kept = np.isin(self.developed, wanted) | np.isin(self.underdeveloped, wanted)
        return self._kept(kept)

    def _kept(self, kept: BoolArray) -> PastIntroductions:
        return replace(
            self,
            developed=self.developed[kept],
            underdeveloped=self.underdeveloped[kept],
            day=self.day[kept],
            stage=self.stage[kept],
        )

    def counts(self, n: int, stage: int | None = None) -> DoubleArray:
        """(n, n) number of entries, [developed, underdeveloped]; of one stage or of all."""
        kept = slice(None) if stage is None else self.stage == stage
        line = self.developed[kept].astype(np.int64) * n + self.underdeveloped[kept]
        return np.bincount(line, minlength=n * n).reshape(n, n).astype(np.float64)


@dataclass(frozen=True)
class PairingGraph:
    """What pairing and history say of two regions on a date; n = number of regions.

    All matrices are indexed [enterprise's region, resource's region]; a whole city stands
    for its members as said at each.

    Attributes
    ----------
    regions : Regions
    as_of : date
    paired : (n, n) bool
        Whether the pairing in force joins them.
    coarse : (n, n) bool
        Where that holds only because a member of a whole city is paired (``region_coarse``).
    named : tuple of str, length n
        The pairing in force for each underdeveloped region; empty = none names it.
    path_length : (n, n) float32
        Steps from one to the other over the pairing; 0 = the same, inf = no path. A city: the
        nearest of its members.
    common_partners : (n, n) float32
        Regions through which two are linked beside their own line: partners of both, or (for
        opposite sides) partners of the one that stand beside the other under a third. A city:
        the most of any member.
    pagerank : (n, n) float32
        Personalised PageRank of the second, started from the first, over stages reached
        strictly before the date. A city: the mean over itself and its members.
    line_contacts, line_signed : (n, n) float32
        Introductions first met, and signatures, strictly before the date. A city: its own and
        those of its members.
    past : PastIntroductions
        The entries before the date.
    told_of : tuple of str
        Regions that one side of an introduction is in, or it is left out; empty: all are told of.
    """

    regions: Regions
    as_of: date
    paired: BoolArray
    coarse: BoolArray
    named: tuple[str, ...]
    path_length: FloatArray
    common_partners: FloatArray
    pagerank: FloatArray
    line_contacts: FloatArray
    line_signed: FloatArray
    past: PastIntroductions
    told_of: tuple[str, ...] = ()


def build(
    regions: Regions,
    pairings: Table | None = None,
    *,
    pairing: str | None = None,
    as_of: date,
    past: PastIntroductions | None = None,
    told_of: Sequence[str] = (),
) -> PairingGraph:
    """The pairing graph as it stood on ``as_of``.

    Parameters
    ----------
    pairings : Table or None
        The table ``pairings``; ``official-2006`` is always known.
    pairing : str or None
        A pairing asked for by name (see :func:`features.pairing.pairing_in_force`).
    past : PastIntroductions or None
        All that is known; only what lies strictly before ``as_of`` is looked at.
    told_of : sequence of str
        Codes of regions; introductions that neither side of is in any of them are left out.

    Raises
    ------
    UnknownPairing
    """
    n = len(regions)
    force = pairing_in_force(pairings, pairing, as_of, regions)
    known = (past or PastIntroductions.none()).before(as_of)
    if told_of:
        known = known.touching([regions.index[code] for code in told_of if code in regions])
    cities = whole_cities(regions)
    county = np.ones(n, np.bool_)
    county[[at for at, _ in cities]] = False
    links = force.paired & county[:, None] & county
    links = links | links.T
    np.fill_diagonal(links, False)
    weights = known.counts(n)
    contacts, signed = known.counts(n, 0), known.counts(n, 1)
    for counts in (contacts, signed):
        for at, members in cities:
            counts[at] += counts[members].sum(axis=0)
        for at, members in cities:
            counts[:, at] += counts[:, members].sum(axis=1)
    steps, common = _steps(links), _common_partners(links)
    rank = personalised_pagerank(weights + weights.T)
    for at, members in cities:
        steps[at] = steps[members].min(axis=0)
        common[at] = common[members].max(axis=0)
        rank[at] = rank[[at, *members]].mean(axis=0)
    for at, members in cities:
        steps[:, at] = steps[:, members].min(axis=1)
        common[:, at] = common[:, members].max(axis=1)
        rank[:, at] = rank[:, [at, *members]].mean(axis=1)
    return PairingGraph(
        regions=regions,
        as_of=as_of,
        paired=force.paired,
        coarse=force.coarse,
        named=force.named,
        path_length=steps.astype(np.float32),
        common_partners=common.astype(np.float32),
        pagerank=rank.astype(np.float32),
        line_contacts=contacts.astype(np.float32),
        line_signed=signed.astype(np.float32),
        past=known,
        told_of=tuple(told_of),
    )


def personalised_pagerank(weights: DoubleArray, damping: float = DAMPING) -> DoubleArray:
    """PageRank of every node, started from every node, in one dense solution.

    Parameters
    ----------
    weights : (n, n) array ≥ 0
        Symmetric edge weights.
    damping : float in (0, 1)
        Share of steps that follow an edge; the others go back to the start.

    Returns
    -------
    (n, n) array
        Row s: the stationary distribution of the walk that restarts at s; rows add up to 1. A
        node without edges keeps all of its own.

    Notes
    -----
    p_s = (1 − d) e_s (I − d T)⁻¹ (Jeh and Widom, WWW 2003); networkx's power iteration comes
    to the same.
    """
    n = len(weights)
    rank = np.eye(n)
    degree = weights.sum(axis=1)
    linked = np.flatnonzero(degree > 0)
    if len(linked):
        steps = weights[np.ix_(linked, linked)] / degree[linked, None]
        solved = (1 - damping) * np.linalg.inv(np.eye(len(linked)) - damping * steps)
        rank[np.ix_(linked, linked)] = solved
    return rank


def _steps(links: BoolArray) -> DoubleArray:
    """(n, n) fewest steps between nodes; inf = no path (breadth first from all at once)."""
    n = len(links)
    steps = np.full((n, n), np.inf)
    np.fill_diagonal(steps, 0)
    reached = np.eye(n, dtype=np.bool_)
    joined = links.astype(np.float32)
    front, step = reached.copy(), 0
    while front.any():
        step += 1
        front = (front.astype(np.float32) @ joined > 0) & ~reached
        steps[front] = step
        reached |= front
    return steps


def _common_partners(links: BoolArray) -> DoubleArray:
    """(n, n) number of regions in the middle of a path of two or of three steps.

    On a path i–u–d–j all four differ. u ~ i counts if some d ≠ i joins it with j: among the
    partners that u and j share, i is one where i ~ j, so then there must be two.
    """
    joined = links.astype(np.float64)
    shared = joined @ joined
    np.fill_diagonal(shared, 0)
    beside = joined @ (shared >= 1)
    beside_paired = joined @ (shared >= 2)
    through = np.where(links, beside_paired, beside)
    common: DoubleArray = shared + through + through.T
    np.fill_diagonal(common, 0)
    return common
