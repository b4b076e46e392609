"""One ranker on introductions it has not seen: probabilities on each, lists on their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models import metrics
from models.history import SIGNED
from models.metrics import Interval

__all__ = [
    "RECALL_LENGTH", "Judged", "Judgement", "Losses", "Said", "differences", "judge", "losses",
    "measured",
]  # fmt: skip

LIST_LENGTH: Final = 10
RECALL_LENGTH: Final = 20
LEAST_CONTACTS: Final = 5

Mask = NDArray[np.bool_]
Index = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Judgement:
    """One ranker on one group of the introductions judged.

    Attributes
    ----------
    introductions, signed, lists, signings_looked_for : int
        How many introductions, how many of them signed, how many lists with five contacts or
        more, how many later signings that could have been listed.
    enterprise_lists, resource_lists : int
        How many lists of either side should have named a later signing: recall is a mean over them.
    measures : dict of str to Interval
        ``log_loss``, ``auc``, ``brier``, ``calibration_error`` of P(signed); ``ndcg_at_10`` and
        ``recall_at_20`` over the lists of both sides, and with ``_enterprise_lists`` or
        ``_resource_lists`` over those of one. 95 % intervals over resampled enterprises or lists;
        those over the lists of both sides are as wide as if the sides erred together.
    """

    introductions: int
    signed: int
    lists: int
    signings_looked_for: int
    enterprise_lists: int
    resource_lists: int
    measures: dict[str, Interval]

    def as_dict(self) -> dict[str, object]:
        """As a JSON object; what could not be measured is null."""
        return {
            "introductions": self.introductions,
            "signed": self.signed,
            "lists": self.lists,
            "signings_looked_for": self.signings_looked_for,
            "enterprise_lists": self.enterprise_lists,
            "resource_lists": self.resource_lists,
            **{name: one.as_dict() for name, one in self.measures.items()},
        }


@dataclass(frozen=True)
class Judged:
    """The introductions judged.

    Attributes
    ----------
    enterprises, resources : (n,) int arrays
        Rows of the market's profiles.
    reached : (n,) int array
        Furthest stage within the horizon.
    groups : dict of str to (n,) bool array
        ``all`` first; a group may be empty.
    """

    enterprises: Index
    resources: Index
    reached: Index
    groups: dict[str, Mask]

    @property
    def signed(self) -> Mask:
        """(n,) whether it came to a signature."""
        return np.asarray(self.reached >= SIGNED)


@dataclass(frozen=True)
class Said:
    """What one ranker said of the introductions judged and of the lists around them.

    Attributes
    ----------
    probability, score : (n,) arrays
        P(signed), and what orders its lists.
    hits : (2, n) array
        1 where the pair stands among the first of the enterprise's list, of the resource's
        list; NaN = not looked for.
    """

    probability: FloatArray
    score: FloatArray
    hits: FloatArray


@dataclass(frozen=True)
class Losses:
    """What one ranker's answers cost and gained, one by one, before any mean is taken.

    Attributes
    ----------
    rows : (n,) array
        Log-loss of P(signed) of each introduction judged.
    lists : two arrays
        NDCG@10 of each list with five contacts or more: of enterprises, of resources.
    """

    rows: FloatArray
    lists: tuple[FloatArray, FloatArray]

    @classmethod
    def mean(cls, several: Sequence[Losses]) -> Losses:
        """Mean over rankers judged on the same rows."""
        both = [np.mean([one.lists[side] for one in several], axis=0) for side in (0, 1)]
        return cls(np.mean([one.rows for one in several], axis=0), (both[0], both[1]))


def losses(judged: Judged, one: Said) -> Losses:
    """What one ranker's answers cost and gained on all introductions judged."""
    lists = _list_values(judged, one, judged.groups["all"])
    return Losses(metrics.row_log_loss(judged.signed, one.probability), lists)


def measured(
    one: Losses, clusters: Index, draws: int = 500, *, other: Losses | None = None
) -> dict[str, Interval]:
    """``log_loss`` and ``ndcg_at_10`` with 95 % intervals.

    Parameters
    ----------
    clusters : (n,) int array
        Enterprise of each row.
    other : Losses, optional
        Of another ranker on the same rows: differences to it are measured.
    """
    lists = (len(one.lists[0]), len(one.lists[1]))
    if other is None:
        rows = metrics.bootstrap(one.rows, clusters=clusters, draws=draws)
        sides = [metrics.bootstrap(values, draws=draws) for values in one.lists]
        return {"log_loss": rows, "ndcg_at_10": _of_both(sides, lists, (0, 1))}
    rows = metrics.paired_bootstrap(one.rows, other.rows, clusters=clusters, draws=draws)
    sides = [
        metrics.paired_bootstrap(a, b, draws=draws)
        for a, b in zip(one.lists, other.lists, strict=True)
    ]
    return {"log_loss": rows, "ndcg_at_10": _of_both(sides, lists, (-1, 1))}


def judge(judged: Judged, one: Said, mask: Mask, draws: int = 500) -> Judgement:
    """What one ranker said, measured on the introductions of a group.

    Parameters
    ----------
    mask : (n,) bool array
        The group.
    draws : int
        Of the bootstrap.
    """
    y, p = judged.signed[mask], one.probability[mask]
    clusters = judged.enterprises[mask]
    gains, hits = _list_values(judged, one, mask), _recall_values(judged, one, mask)
    measures = {
        "log_loss": metrics.bootstrap(metrics.row_log_loss(y, p), clusters=clusters, draws=draws),
        "auc": metrics.auc_interval(y, p, clusters),
        "brier": metrics.bootstrap((p - y) ** 2, clusters=clusters, draws=draws),
        "calibration_error": Interval(metrics.calibration_error(y, p), np.nan, np.nan),
    }
    for name, both in (("ndcg_at_10", gains), ("recall_at_20", hits)):
        sides = [metrics.bootstrap(values, draws=draws) for values in both]
        measures[name] = _of_both(sides, (len(both[0]), len(both[1])), (0, 1))
        measures[f"{name}_enterprise_lists"], measures[f"{name}_resource_lists"] = sides
    looked_for = int((mask & ~np.isnan(one.hits).all(axis=0)).sum())
    return Judgement(
        len(y), int(y.sum()), sum(map(len, gains)), looked_for, len(hits[0]), len(hits[1]), measures
    )


def differences(judged: Judged, model: Said, other: Said, draws: int = 500) -> dict[str, Interval]:
    """``model`` less ``other`` on the same introductions and lists, with intervals."""
    y, every = judged.signed, judged.groups["all"]
    by_row = {
        "log_loss": [metrics.row_log_loss(y, one.probability) for one in (model, other)],
        "brier": [(one.probability - y) ** 2 for one in (model, other)],
    }
    by_list = {
        "ndcg_at_10": [_list_values(judged, o, every) for o in (model, other)],
        "recall_at_20": [_recall_values(judged, o, every) for o in (model, other)],
    }
    found = {
        name: metrics.paired_bootstrap(*pair, clusters=judged.enterprises, draws=draws)
        for name, pair in by_row.items()
    }
    for name, (mine, theirs) in by_list.items():
        sides = [
            metrics.paired_bootstrap(a, b, draws=draws) for a, b in zip(mine, theirs, strict=True)
        ]
        found[name] = _of_both(sides, (len(mine[0]), len(mine[1])), (-1, 1))
    return found


def _of_both(
    sides: Sequence[Interval], lists: tuple[int, int], bounds: tuple[float, float]
) -> Interval:
    """A mean over the lists of both sides.

    Each introduction stands in a list of either side, so the two means err together, nobody
    knows how much. The standard error of a sum is at most the sum of the standard errors, with
    equality where the parts are perfectly correlated: the ends are averaged like the means,
    which is never too narrow for that. Of a side with too few lists for an interval only the
    bounds of what can be are known.
    """
    known = [(one, n) for one, n in zip(sides, lists, strict=True) if n]
    if not known:
        return sides[0]
    parts = np.array([(one.value, one.low, one.high) for one, _ in known])
    parts[:, 1:] = np.where(np.isnan(parts[:, 1:]), bounds, parts[:, 1:])
    value, low, high = np.average(parts, axis=0, weights=[n for _, n in known]).tolist()
    return Interval(value, low, high)


def _list_values(judged: Judged, one: Said, mask: Mask) -> tuple[FloatArray, FloatArray]:
    """NDCG@10 of the lists with five contacts or more: of enterprises, of resources."""
    sides = (judged.enterprises[mask], judged.resources[mask])
    values = []
    for side, other in (sides, sides[::-1]):
        query, gain, score = _contacts(side, other, judged.reached[mask], one.score[mask])
        enough = np.bincount(query, minlength=1)[query] >= LEAST_CONTACTS
        _, value = metrics.ndcg_at_k(gain[enough], score[enough], query[enough], LIST_LENGTH)
        values.append(value)
    return values[0], values[1]


def _recall_values(judged: Judged, one: Said, mask: Mask) -> tuple[FloatArray, FloatArray]:
    """Recall@20 of the lists that should have named a later signing, likewise."""
    values = []
    for side, hit in zip((judged.enterprises, judged.resources), one.hits, strict=True):
        looked_for = mask & ~np.isnan(hit)
        names, member = np.unique(side[looked_for], return_inverse=True)
        found = np.bincount(member, weights=hit[looked_for], minlength=len(names))
        values.append(found / np.maximum(np.bincount(member, minlength=len(names)), 1))
    return values[0], values[1]


def _contacts(
    query: Index,
    candidate: Index,
    reached: Index,
    score: FloatArray,
) -> tuple[Index, Index, FloatArray]:
    """One entry a pair, candidates in order of id: a pair met twice counts with its best."""
    order = np.lexsort((-reached, candidate, query))
    query, candidate = query[order], candidate[order]
    first = np.ones(len(query), np.bool_)
    first[1:] = (query[1:] != query[:-1]) | (candidate[1:] != candidate[:-1])
    kept = order[first]
    return query[first], reached[kept], score[kept]
