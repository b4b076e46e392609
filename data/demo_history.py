"""The made-up history: who was introduced to whom, and what came of it, 2006 to 2009."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from data.demo_dice import Dice
from data.demo_enterprises import Enterprise, significant
from data.demo_resources import SOCIAL, Resource
from data.demo_truth import Terms, Truth, probability

FIRST, LAST = date(2006, 1, 1), date(2009, 12, 31)
ROWS = 3000
INTRODUCTIONS = 1500
STAGES = ("contacted", "signed", "started", "funded", "completed")

COLUMNS = ("enterprise_id", "resource_id", "date", "stage", "amount_wan", "funded_wan", "jobs")

#: Shares at the end of 2009 that the levels of the four stages are set to: signed of all
#: introduced; started, funded (half of the money there) and completed of all signed.
SHARES = (0.27, 0.85, 0.58, 0.40)
#: Shares of introductions that cross the lines of the pairing (merchants come on top).
CROSS = 0.08
MEAN_AGREED_WAN = 5100.0
FUNDS_IN_PLACE = 0.51


@dataclass
class Introduction:
    """One introduction: who, when, the draws that decide it, and what came of it."""

    enterprise: Enterprise
    resource: Resource
    on: date
    terms: Terms
    luck: tuple[float, ...]
    lags: tuple[int, ...]
    ends: float
    size: float
    rows: list[dict[str, str]] = field(default_factory=list)

    def dates(self, levels: Sequence[float]) -> list[date]:
        """Days on which the stages were reached, as far as they were by the last day."""
        odds = (self.terms.signed, self.terms.started, self.terms.funded, self.terms.completed)
        reached, day = [self.on], self.on
        for own, level, luck, lag in zip(odds, levels, self.luck, self.lags, strict=False):
            day += timedelta(days=lag)
            if luck >= probability(own + level) or day > LAST:
                break
            reached.append(day)
        return reached


def history(
    truth: Truth, enterprises: Sequence[Enterprise], resources: Sequence[Resource], seed: int
) -> tuple[list[dict[str, str]], tuple[float, ...]]:
    """All outcome rows by date, and the levels (log-odds) of the four stages."""
    made = _introductions(truth, enterprises, resources, seed)
    levels = _levels(made)
    dice = Dice(seed, "rows")
    scale = _scale(made, levels)
    idle = 0
    for one in made:
        idle += len(one.dates(levels)) == 2
        # Two in three of those signed and not started have some money all the same.
        _write(dice, one, levels, scale, has_money=idle % 3 != 0)
    _settle_money(made)
    return _exactly(dice, made), levels


def _introductions(
    truth: Truth, enterprises: Sequence[Enterprise], resources: Sequence[Resource], seed: int
) -> list[Introduction]:
    dice = Dice(seed, "introductions")
    active = [dice.lognormal(1.0, 0.6) * (3.0 if e.kind == "institution" else 1.0)
              for e in enterprises]  # fmt: skip
    rounds: dict[str, tuple[list[Resource], list[float]]] = {}
    met: set[tuple[str, str]] = set()
    made: list[Introduction] = []
    while len(made) < INTRODUCTIONS:
        e = dice.weighted(enterprises, active)
        crosses = e.place is None or dice.chance(CROSS)
        key = f"{e.id} {crosses}"
        if key not in rounds:
            open_to = [r for r in resources if truth.paired(e, r) != crosses]
            rounds[key] = open_to, [_attention(truth, e, r) for r in open_to]
        r = dice.weighted(*rounds[key])
        luck = tuple(dice.uniform() for _ in range(4))
        lags = (dice.whole(20, 200), dice.whole(30, 240), dice.whole(60, 330), dice.whole(90, 400))
        day = FIRST + timedelta(days=dice.whole(0, (LAST - FIRST).days))
        ends, size = dice.uniform(), dice.normal()
        if (e.id, r.id) in met:
            continue
        met.add((e.id, r.id))
        made.append(Introduction(e, r, day, truth.terms(e, r), luck, lags, ends, size))
    return sorted(made, key=lambda i: (i.on, i.enterprise.id, i.resource.id))


def _attention(truth: Truth, e: Enterprise, r: Resource) -> float:
    """How readily people think of this pair: what seems to fit, is near, and is talked of."""
    seems = 1.8 * truth.chain(e, r) + 2.0 * truth.intent(e, r)
    seems -= 2.0 * max(e.pollution - r.dirtiest, 0)
    return math.exp(seems + 2.0 * r.appeal - 0.3 * math.log1p(truth.distance(e, r) / 100.0))


def _levels(made: Sequence[Introduction]) -> tuple[float, ...]:
    """Levels of the four stages at which the shares at the end are as published or chosen."""
    levels: list[float] = []
    for stage, share in enumerate(SHARES, start=1):
        base = made if stage == 1 else [i for i in made if len(i.dates(levels)) > 1]
        goal = share * len(base)

        def missing(level: float, stage: int = stage, goal: float = goal) -> float:
            return sum(len(i.dates([*levels, level])) > stage for i in made) - goal

        levels.append(root(missing))
    return tuple(levels)


def root(rises: Callable[[float], float]) -> float:
    """Where a rising function crosses zero, between −12 and 12."""
    low, high = -12.0, 12.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) < 0 else (low, middle)
    return round((low + high) / 2, 6)


def _size(one: Introduction) -> float:
    """What an agreement is worth, before all are scaled to the published mean."""
    if one.resource.kind in (*SOCIAL, "labour", "training"):
        return 60.0 * math.exp(0.7 * one.size)
    if one.resource.kind in ("village", "processing_base"):
        return 200.0 * math.exp(0.7 * one.size)
    return math.exp(0.6 * math.log(max(one.enterprise.budget, 300.0)) + 0.7 * one.size)


def is_industry(resource: Resource) -> bool:
    """Whether the resource belongs to the industry programme."""
    return resource.kind not in (*SOCIAL, "labour", "training", "village", "processing_base")


def _scale(made: Sequence[Introduction], levels: Sequence[float]) -> float:
    sizes = [_size(i) for i in made if is_industry(i.resource) and len(i.dates(levels)) > 1]
    return MEAN_AGREED_WAN * len(sizes) / math.fsum(sizes)


def _write(
    dice: Dice, one: Introduction, levels: Sequence[float], scale: float, *, has_money: bool
) -> None:
    """The rows of one introduction, amounts from the signature on."""
    reached = one.dates(levels)
    amount = float(significant(_size(one) * (scale if is_industry(one.resource) else 1.0)))
    jobs = str(max(round(amount / 25 * dice.lognormal(1.0, 0.4)), 1))
    knows_jobs = dice.chance(0.8)
    little = dice.between(0.02, 0.1) if has_money or len(reached) > 2 else 0.0
    in_place = (
        0.0, little, dice.between(0.1, 0.45), dice.between(0.5, 0.8), dice.between(0.8, 1.0),
    )  # fmt: skip
    for stage, day in enumerate(reached):
        row = {"date": day.isoformat(), "stage": STAGES[stage]}
        if stage:
            row["amount_wan"] = f"{amount:.0f}"
            row["funded_wan"] = f"{amount * in_place[stage]:.0f}"
            row["jobs"] = jobs if knows_jobs else ""
        one.rows.append(row)
    ending = "failed" if len(reached) > 1 else "declined"
    often = 0.04 if ending == "failed" else 0.45
    day = reached[-1] + timedelta(days=dice.whole(30, 180))
    if one.ends < often and len(reached) < len(STAGES) and day <= LAST:
        one.rows.append({"date": day.isoformat(), "stage": ending})


def _settle_money(made: Sequence[Introduction]) -> None:
    """Move the last sums in place a little, so that in all the published share is there."""
    last = [[r for r in one.rows if r.get("amount_wan")][-1:] for one in made]
    rows = [found[0] for found in last if found]
    goal = FUNDS_IN_PLACE * math.fsum(float(r["amount_wan"]) for r in rows)
    # Only within the bounds of the stage: half of the money stays the mark of "funded".
    bounds = {"signed": (0.02, 0.12), "started": (0.1, 0.49), "funded": (0.5, 0.8),
              "completed": (0.8, 1.0)}  # fmt: skip

    def moved(row: dict[str, str], by: float) -> float:
        agreed, stands = float(row["amount_wan"]), float(row["funded_wan"])
        low, high = bounds[row["stage"]]
        return min(max(stands + by * agreed, low * agreed), high * agreed) if stands else 0.0

    by = root(lambda shift: math.fsum(moved(row, shift) for row in rows) - goal)
    for row in rows:
        row["funded_wan"] = f"{math.ceil(moved(row, by))}"


def _exactly(dice: Dice, made: Sequence[Introduction]) -> list[dict[str, str]]:
    """Exactly so many rows: people do not write down every first talk that led further."""
    spare = sum(len(one.rows) for one in made) - ROWS
    forgettable = [one for one in made if len(one.rows) > 1]
    if not 0 <= spare <= len(forgettable):
        raise ValueError(f"{spare} rows too many for {len(forgettable)} introductions")
    for one in dice.some(forgettable, spare):
        del one.rows[0]
    rows = [
        {"enterprise_id": one.enterprise.id, "resource_id": one.resource.id, **row}
        for one in made
        for row in one.rows
    ]
    return sorted(rows, key=lambda r: (r["date"], r["enterprise_id"], r["resource_id"]))
