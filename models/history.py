"""What became of introductions: outcome rows and the register as one history.

An *introduction* is one run of contact between an enterprise and a resource. Rows of a pair,
by date, continue the open introduction when their stage is further or when they end it
(declined, failed); any other row, and any row after an end or a completion, opens a new one.
A project of the register is one introduction for each of its enterprises and takes the place
of every hand-entered row of that pair.

Only numpy is needed; a million rows take a few seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from features.graph import PastIntroductions
from features.regions import Regions
from features.tables import Table
from models.register_view import HORIZON_MONTHS, Registered, add_months, project_introductions

__all__ = [
    "COMPLETED",
    "CONTACTED",
    "DECLINED",
    "FAILED",
    "FUNDED",
    "HORIZON_MONTHS",
    "OPEN",
    "SIGNED",
    "STAGE_NAMES",
    "STARTED",
    "Introductions",
    "introductions",
]  # fmt: skip

STAGE_NAMES: Final = ("contacted", "signed", "started", "funded", "completed")
CONTACTED, SIGNED, STARTED, FUNDED, COMPLETED = range(5)
OPEN, DECLINED, FAILED = range(3)

_ENDINGS: Final = {"declined": 5, "failed": 6}
_STAGE_CODES: Final = {name: code for code, name in enumerate(STAGE_NAMES)} | _ENDINGS


@dataclass(frozen=True)
class Introductions:
    """Introductions as parallel arrays, sorted by first date, enterprise, resource.

    Attributes
    ----------
    enterprise_id, resource_id : tuple of str
    first_date, last_date : (n,) int32
        Proleptic ordinals (``date.toordinal``) of the first and the last row.
    reached : (n,) int8
        Furthest stage within the horizon of 36 months from first contact: 0 contacted,
        1 signed, 2 started, 3 funded, 4 completed. What rankers learn and are judged on.
    furthest : (n,) int8
        Furthest stage on record, however late.
    stage_date : (n, 5) int32
        First date on which it is on record as having reached each stage, or a later one, which
        implies the earlier ones; 0 = not reached.
    ending : (n,) int8
        0 open, 1 declined, 2 failed (a project: ended).
    amount_wan : (n,) float64
        Agreed sum, 万元, the enterprise's share of it; NaN = not known.
    source : tuple of str
        ``outcome`` (entered by hand) or ``project`` (from the register).
    """

    enterprise_id: tuple[str, ...]
    resource_id: tuple[str, ...]
    first_date: NDArray[np.int32]
    last_date: NDArray[np.int32]
    reached: NDArray[np.int8]
    furthest: NDArray[np.int8]
    stage_date: NDArray[np.int32]
    ending: NDArray[np.int8]
    amount_wan: NDArray[np.float64]
    source: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.enterprise_id)

    @property
    def signed_date(self) -> NDArray[np.int32]:
        """(n,) first date on record as signed or further; 0 = not signed."""
        return self.stage_date[:, SIGNED]

    @property
    def ended(self) -> NDArray[np.bool_]:
        """(n,) whether declined, failed or ended."""
        return cast(NDArray[np.bool_], self.ending != OPEN)

    @property
    def declined(self) -> NDArray[np.bool_]:
        """(n,) whether it ended as declined."""
        return cast(NDArray[np.bool_], self.ending == DECLINED)

    @property
    def failed(self) -> NDArray[np.bool_]:
        """(n,) whether it ended as failed (a project: ended)."""
        return cast(NDArray[np.bool_], self.ending == FAILED)

    def index(
        self, enterprise_ids: Sequence[str], resource_ids: Sequence[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions of each introduction's two sides in lists of ids; −1 = not in the list."""
        return _positions(self.enterprise_id, enterprise_ids), _positions(
            self.resource_id, resource_ids
        )

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Introductions:
        """The introductions selected by a mask or by indices, in that order."""
        chosen = np.flatnonzero(which) if which.dtype == np.bool_ else which
        taken: dict[str, Any] = {}
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, tuple):
                taken[part.name] = tuple(value[i] for i in chosen.tolist())
            else:
                taken[part.name] = value[chosen]
        return Introductions(**taken)

    def past(self, regions: Regions, enterprises: Table, resources: Table) -> PastIntroductions:
        """The same between regions, for the pairing graph: each stage with its own day.

        Parameters
        ----------
        enterprises, resources : Table
            As stored; an introduction of a side that is not in them has no region.
        """
        sides = []
        for ids, table in ((self.enterprise_id, enterprises), (self.resource_id, resources)):
            region = dict(zip(table["id"], table["region"], strict=True))
            codes = (region.get(i) for i in ids)
            at = (regions.index.get(cast(str, c), -1) for c in codes)
            sides.append(np.fromiter(at, np.int32, len(ids)))
        return PastIntroductions.of(sides[0], sides[1], list(self.stage_date.T))

    def before(self, day: date) -> Introductions:
        """Those first met before ``day``, with all that is on record of them *here*.

        To see them as they stood on a day, build with that ``as_of``.
        """
        return self.take(self.first_date < day.toordinal())

    def after(self, day: date) -> Introductions:
        """Those first met after ``day``."""
        return self.take(self.first_date > day.toordinal())

    def signed_open(self, as_of: date | None = None) -> frozenset[tuple[str, str]]:
        """Pairs that have signed and not ended: they are barred from lists.

        A completed introduction has not ended; nor does a new contact end a signed one.
        """
        signed = self.signed_date > 0
        over = self.ended
        if as_of is not None:
            signed &= self.signed_date <= as_of.toordinal()
            over = over & (self.last_date <= as_of.toordinal())
        return frozenset(
            (self.enterprise_id[i], self.resource_id[i])
            for i in np.flatnonzero(signed & ~over).tolist()
        )

    def known_stage(self) -> dict[tuple[str, str], str]:
        """Each known pair's latest stage by name (``declined`` and ``failed`` included)."""
        order = np.lexsort((self.first_date, self.last_date))
        known: dict[tuple[str, str], str] = {}
        for i in order.tolist():  # later ones overwrite earlier ones
            ending = int(self.ending[i])
            stage = ("", "declined", "failed")[ending] or STAGE_NAMES[int(self.furthest[i])]
            known[self.enterprise_id[i], self.resource_id[i]] = stage
        return known


def introductions(
    outcomes: Table,
    projects: Table | None = None,
    funds: Table | None = None,
    *,
    as_of: date | None = None,
    settle_days: int = 0,
) -> Introductions:
    """All introductions on record on a day.

    Parameters
    ----------
    outcomes, projects, funds : Table
        As stored. A project without ``resource_id`` or ``signed_on`` is no introduction.
    as_of : date, optional
        Nothing dated later is looked at: neither rows nor a project's later dates.
    settle_days : int
        Introductions younger than this on the as-of date are left out whole, so that
        unfinished ones are not taken for failures (and finished ones not kept alone).

    Raises
    ------
    ValueError
        ``settle_days`` without an as-of date, or negative.
    """
    if settle_days < 0 or (settle_days and as_of is None):
        raise ValueError("settle_days must be 0 or more and needs an as-of date")
    last_day = as_of.toordinal() if as_of is not None else date.max.toordinal()
    registered = project_introductions(projects, funds, last_day)
    pairs = set(zip(registered.enterprise_id, registered.resource_id, strict=True))
    found = _sorted(_joined(_from_outcomes(outcomes, last_day, pairs), _of_register(registered)))
    if settle_days:
        found = found.take(found.first_date <= last_day - settle_days)
    return found


def _from_outcomes(outcomes: Table, last_day: int, replaced: set[tuple[str, str]]) -> Introductions:
    e_ids, enterprise = _coded(outcomes["enterprise_id"])
    r_ids, resource = _coded(outcomes["resource_id"])
    day = np.array(
        [d.toordinal() if isinstance(d, date) else last_day + 1 for d in outcomes["date"]],
        dtype=np.int64,
    )
    stage = np.array([_STAGE_CODES.get(cast(str, s), -1) for s in outcomes["stage"]], np.int64)
    amount = np.array(
        [np.nan if a is None else float(cast(float, a)) for a in outcomes["amount_wan"]],
        dtype=np.float64,
    )
    pair = enterprise * max(len(r_ids), 1) + resource
    keep = (enterprise >= 0) & (resource >= 0) & (stage >= 0) & (day <= last_day)
    keep &= ~np.isin(pair, _pair_codes(replaced, e_ids, r_ids))
    # Stage breaks ties: two rows of one day are read in the order of the stages.
    order = np.flatnonzero(keep)
    order = order[np.lexsort((stage[order], day[order], pair[order]))]
    if not len(order):
        return _empty()
    pair, day, stage, amount = pair[order], day[order], stage[order], amount[order]
    start = _opens(pair, stage)
    first = np.flatnonzero(start)

    # A failed row says that it had been signed; a declined one says nothing further.
    level = np.where(stage == _ENDINGS["failed"], SIGNED, np.where(stage > COMPLETED, 0, stage))
    last = np.append(first[1:], len(pair)) - 1
    stage_date = np.column_stack(
        [
            np.minimum.reduceat(np.where(level >= s, day, last_day + 1), first)
            for s in range(COMPLETED + 1)
        ]
    )
    latest = np.maximum.reduceat(np.where(np.isnan(amount), -1, np.arange(len(pair))), first)
    return _introductions(
        enterprise_id=tuple(e_ids[i] for i in enterprise[order][first].tolist()),
        resource_id=tuple(r_ids[i] for i in resource[order][first].tolist()),
        stage_date=np.where(stage_date <= last_day, stage_date, 0),
        last_date=day[last],
        ending=np.maximum(stage[last] - COMPLETED, OPEN),
        amount_wan=np.where(latest >= 0, amount[latest], np.nan),
        source="outcome",
    )


def _introductions(
    *,
    enterprise_id: tuple[str, ...],
    resource_id: tuple[str, ...],
    stage_date: NDArray[Any],
    last_date: NDArray[Any],
    ending: NDArray[Any],
    amount_wan: NDArray[np.float64],
    source: str,
) -> Introductions:
    """Introductions of one source; what they reached follows from the dates of the stages."""
    there = stage_date > 0
    in_time = there & (stage_date <= add_months(stage_date[:, 0], HORIZON_MONTHS)[:, None])
    return Introductions(
        enterprise_id=enterprise_id,
        resource_id=resource_id,
        first_date=stage_date[:, 0].astype(np.int32),
        last_date=last_date.astype(np.int32),
        reached=(in_time.sum(axis=1) - 1).astype(np.int8),
        furthest=(there.sum(axis=1) - 1).astype(np.int8),
        stage_date=stage_date.astype(np.int32),
        ending=ending.astype(np.int8),
        amount_wan=amount_wan,
        source=(source,) * len(enterprise_id),
    )


def _opens(pair: NDArray[np.int64], stage: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows, sorted by pair and date, open a new introduction.

    Stages rise within an open introduction and an end closes it, so the row before tells
    all: it is the furthest so far.
    """
    opens = np.ones(len(pair), dtype=np.bool_)
    before, now = stage[:-1], stage[1:]
    follows = (pair[1:] == pair[:-1]) & (before < COMPLETED) & (now > before)
    opens[1:] = ~follows  # the codes of declined and failed are above every stage
    return opens


def _coded(ids: Sequence[object]) -> tuple[list[str], NDArray[np.int64]]:
    """The distinct ids by code point and each row's position among them (−1 = none)."""
    names = sorted({i for i in ids if isinstance(i, str)})
    return names, _positions(ids, names)


def _positions(ids: Sequence[object], names: Sequence[str]) -> NDArray[np.int64]:
    place = {name: i for i, name in enumerate(names)}
    return np.fromiter((place.get(cast(str, i), -1) for i in ids), np.int64, len(ids))


def _pair_codes(
    pairs: set[tuple[str, str]], e_ids: list[str], r_ids: list[str]
) -> NDArray[np.int64]:
    listed = sorted(pairs)
    e = _positions([p[0] for p in listed], e_ids)
    r = _positions([p[1] for p in listed], r_ids)
    known = (e >= 0) & (r >= 0)
    return e[known] * max(len(r_ids), 1) + r[known]


def _of_register(registered: Registered) -> Introductions:
    return _introductions(
        enterprise_id=registered.enterprise_id,
        resource_id=registered.resource_id,
        stage_date=registered.stage_date,
        last_date=registered.last_date,
        ending=np.where(registered.ended, FAILED, OPEN),
        amount_wan=registered.amount_wan,
        source="project",
    )


def _joined(hand: Introductions, register: Introductions) -> Introductions:
    joined: dict[str, Any] = {}
    for part in fields(hand):
        one, other = getattr(hand, part.name), getattr(register, part.name)
        joined[part.name] = one + other if isinstance(one, tuple) else np.concatenate([one, other])
    return Introductions(**joined)


def _sorted(found: Introductions) -> Introductions:
    """By first date, enterprise, resource; every further column breaks ties for good."""
    _, enterprise = _coded(found.enterprise_id)
    _, resource = _coded(found.resource_id)
    keys = (
        found.amount_wan,
        found.ending,
        *found.stage_date[:, 1:].T,
        found.last_date,
        resource, enterprise, found.first_date,
    )  # fmt: skip
    return found.take(np.lexsort(keys).astype(np.int64))


def _empty() -> Introductions:
    nothing = np.empty(0, np.int32)
    return _introductions(
        enterprise_id=(),
        resource_id=(),
        stage_date=np.empty((0, COMPLETED + 1), np.int32),
        last_date=nothing,
        ending=nothing,
        amount_wan=np.empty(0, np.float64),
        source="outcome",
    )
