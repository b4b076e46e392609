"""What a signed project brings beside its signature: money agreed and in place, jobs, subsidy.

All from what is on record, drawn toward plain beliefs where there is little of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.market import Market
from features.schema import RESOURCE_KINDS
from features.tables import Table, Value
from models.amounts import AmountModel
from models.history import COMPLETED, FUNDED, Introductions

Floats = NDArray[np.float64]
Rows = NDArray[np.integer[Any]]

#: Belief in what is not on record, and how many projects it counts for: spread of a sum around
#: what was expected (log), share of the money in place of a funded and of a completed project,
#: share of the agreed sum that is on loan.
SPREAD, PLACE_FUNDED, PLACE_COMPLETED, LOAN = 0.6, 0.75, 1.0, 1.0
TRUST: Final = 10.0

#: Stages after which a project counts as signed.
_SIGNED = ("signed", "started", "funded", "completed")


@dataclass(frozen=True)
class Gains:
    """What a signed project is expected to bring.

    Attributes
    ----------
    amounts : AmountModel
    amount_spread, jobs_spread : float
        Standard deviation of the logarithm of what came, around what was expected.
    per_need, flat_jobs : (kinds,) arrays
        Jobs for each head of the enterprise's labour need, and where that is not known; NaN = no
        history.
    in_place : (2,) array
        Share of the agreed sum in place of a funded project, and of a completed one.
    loan_share : float
        Share of the agreed sum that is on a subsidised loan.
    known : mapping of str to int
        Projects on record that each figure rests on: ``amounts``, ``jobs``, ``in_place``,
        ``loans``.
    """

    amounts: AmountModel
    amount_spread: float
    per_need: Floats
    flat_jobs: Floats
    jobs_spread: float
    in_place: Floats
    loan_share: float
    known: Mapping[str, int]

    def amount_wan(self, market: Market, e: Rows, r: Rows) -> Floats:
        """E(amount | signed) of pairs whose rows broadcast, 万元; NaN = not known."""
        budget = market.enterprises.fields["budget_wan"][e]
        return self.amounts.expected(budget, market.resources.fields["kind"][r])

    def jobs(self, market: Market, e: Rows, r: Rows) -> Floats:
        """E(jobs | signed) of pairs whose rows broadcast; NaN = not known."""
        need = market.enterprises.fields["labour_need"][e]
        kind = np.maximum(market.resources.fields["kind"][r], 0)
        by_need = self.per_need[kind] * need
        found: Floats = np.where(np.isnan(need), self.flat_jobs[kind], by_need)
        return found


def fit_gains(
    market: Market,
    history: Introductions,
    amounts: AmountModel,
    outcomes: Table,
    projects: Table,
) -> Gains:
    """Ratios of sums on record, drawn toward those of all kinds together.

    Parameters
    ----------
    amounts : AmountModel
        The published one, or one fitted on this history.
    outcomes, projects : Table
        As stored; nothing dated after the market's day is looked at.
    """
    e, r = history.index(market.enterprises.ids, market.resources.ids)
    known = (e >= 0) & (r >= 0) & (history.reached >= 1) & (history.amount_wan > 0)
    expected = amounts.expected(
        market.enterprises.fields["budget_wan"][e[known]],
        market.resources.fields["kind"][r[known]],
    )
    per_need, flat, jobs_spread, jobs_known = _jobs(market, outcomes, projects)
    in_place, placed = _in_place(history, market.as_of, outcomes)
    loan, loans = _loans(projects, market.as_of)
    return Gains(
        amounts=amounts,
        amount_spread=_spread(history.amount_wan[known], expected),
        per_need=per_need,
        flat_jobs=flat,
        jobs_spread=jobs_spread,
        in_place=in_place,
        loan_share=loan,
        known={"amounts": int(known.sum()), "jobs": jobs_known, "in_place": placed,
               "loans": loans},
    )  # fmt: skip


def _spread(came: Floats, expected: Floats) -> float:
    """Standard deviation of the log ratio, mixed with the belief."""
    there = (came > 0) & (expected > 0)
    ratio = np.log(came[there] / expected[there])
    squares = ((ratio - ratio.mean()) ** 2).sum() if len(ratio) else 0.0
    return float(np.sqrt((squares + TRUST * SPREAD**2) / (len(ratio) + TRUST)))


def _jobs(market: Market, outcomes: Table, projects: Table) -> tuple[Floats, Floats, float, int]:
    kinds = len(RESOURCE_KINDS)
    jobs = dict(_jobs_on_record(market, outcomes, projects))
    rows = np.array(list(jobs), np.int64).reshape(-1, 2)
    came = np.array(list(jobs.values()), np.float64)
    need = market.enterprises.fields["labour_need"][rows[:, 0]].astype(np.float64)
    kind = market.resources.fields["kind"][rows[:, 1]]
    per_need, flat = np.ones(kinds), np.full(kinds, np.nan)
    if len(came):
        flat = _ratios(came, np.ones(len(came)), kind)
    sized = need > 0
    if sized.any():
        per_need = _ratios(came[sized], need[sized], kind[sized])
    expected = np.where(sized, per_need[kind] * need, flat[kind]) if len(came) else came
    return per_need, flat, _spread(came, expected), len(came)


def _ratios(came: Floats, size: Floats, kind: NDArray[np.int8]) -> Floats:
    there = kind >= 0
    overall, typical = came.sum() / size.sum(), TRUST * size.mean()
    sums = np.bincount(kind[there], came[there], len(RESOURCE_KINDS))
    sizes = np.bincount(kind[there], size[there], len(RESOURCE_KINDS))
    return np.asarray((sums + typical * overall) / (sizes + typical))


def _jobs_on_record(
    market: Market, outcomes: Table, projects: Table
) -> Iterator[tuple[tuple[int, int], float]]:
    """Rows of a pair and its jobs; a later one replaces an earlier one, the register both."""
    e_at, r_at = market.enterprises.index, market.resources.index
    dated = [
        (day, row)
        for row in outcomes.rows()
        if _seen(day := row.get("date"), market.as_of) and row.get("stage") in _SIGNED
    ]
    for _, row in sorted(dated, key=lambda one: str(one[0])):
        e, r = e_at.get(str(row["enterprise_id"])), r_at.get(str(row["resource_id"]))
        if e is not None and r is not None and (jobs := _number(row.get("jobs"))) is not None:
            yield (e, r), jobs
    for row in projects.rows():
        r, jobs = r_at.get(str(row.get("resource_id"))), _number(row.get("jobs"))
        own = row.get("enterprise_ids") or ()
        if r is None or jobs is None or not _seen(row.get("signed_on"), market.as_of):
            continue
        names = own if isinstance(own, tuple) else ()
        for name in names:
            if (e := e_at.get(str(name))) is not None:
                yield (e, r), jobs / len(names)


def _in_place(history: Introductions, as_of: date, outcomes: Table) -> tuple[Floats, int]:
    """Shares of the agreed money in place by the stage reached, of pairs that tell both."""
    stage = {
        (history.enterprise_id[i], history.resource_id[i]): int(history.furthest[i])
        for i in range(len(history))
    }
    agreed = {
        (history.enterprise_id[i], history.resource_id[i]): float(history.amount_wan[i])
        for i in np.flatnonzero(history.amount_wan > 0).tolist()
    }
    funded: dict[tuple[str, str], float] = {}
    for row in outcomes.rows():
        pair = str(row["enterprise_id"]), str(row["resource_id"])
        money = _number(row.get("funded_wan"))
        if money is not None and pair in agreed and _seen(row.get("date"), as_of):
            funded[pair] = max(money, funded.get(pair, 0.0))
    shares, count = [], 0
    for reached, belief in ((FUNDED, PLACE_FUNDED), (COMPLETED, PLACE_COMPLETED)):
        pairs = sorted(pair for pair in funded if stage.get(pair) == reached)
        money, whole = sum(funded[p] for p in pairs), sum(agreed[p] for p in pairs)
        typical = TRUST * (whole / len(pairs) if pairs else 1.0)
        shares.append(min(1.0, (money + typical * belief) / (whole + typical)))
        count += len(pairs)
    return np.array(shares), count


def _loans(projects: Table, as_of: date) -> tuple[float, int]:
    loans, agreed, count = 0.0, 0.0, 0
    for row in projects.rows():
        loan, whole = _number(row.get("loan_wan")), _number(row.get("agreed_wan"))
        if loan is not None and whole and _seen(row.get("signed_on"), as_of):
            loans, agreed, count = loans + loan, agreed + whole, count + 1
    typical = TRUST * (agreed / count if count else 1.0)
    return min(1.0, (loans + typical * LOAN) / (agreed + typical)), count


def _seen(day: Value, as_of: date) -> bool:
    return isinstance(day, date) and day <= as_of


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) else None
