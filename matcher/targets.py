"""The plan against what was reached and what is to be expected: province, cities, counties.

What was reached is the register's count plus the ``actuals`` entered for what the register cannot
know. An actual of a city covers its counties, one of the province covers all: what its parts do
not explain is shown as not split.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, cast

import numpy as np

from matcher import indicators
from matcher.forecast import Band, expected_rest
from matcher.indicators import Indicator
from matcher.plan import PROVINCE, ProgrammePlan, targets_by_region
from matcher.register import FloatArray, Register

__all__ = ["NOT_SPLIT", "Progress", "progress"]

#: Key of what belongs to a region as a whole and to none of its parts.
NOT_SPLIT: Final = "*"

_SAME: Final = 1e-6


@dataclass(frozen=True)
class Progress:
    """One indicator of one region in one period.

    Attributes
    ----------
    region : str
        Code; :data:`PROVINCE` = the whole; :data:`NOT_SPLIT` = what belongs to no part.
    part_of : str or None
        Code of the region whose part it is; None for the province.
    first_year, last_year : int
        The period; one year, or the years of the plan so far with the last one's end ahead.
    target : float or None
    own_target : bool
        Whether the target was set for this region, not split off the province's.
    reached : float or None
        Up to the register's day; None = nobody knows.
    from_register, from_actuals : float
    forecast : Band or None
        At the end of the period, if all goes on as it did.
    ids : tuple of str
        The projects that count.
    missing : int
        Of these, how many have no figure (an agreed sum, jobs).
    """

    indicator: Indicator
    region: str
    part_of: str | None
    first_year: int
    last_year: int
    target: float | None
    own_target: bool
    reached: float | None
    from_register: float
    from_actuals: float
    forecast: Band | None
    ids: tuple[str, ...]
    missing: int

    @property
    def share(self) -> float | None:
        """Reached / target."""
        known = self.target is not None and self.target > 0 and self.reached is not None
        return cast(float, self.reached) / cast(float, self.target) if known else None


def progress(
    register: Register,
    plan: ProgrammePlan,
    first_year: int,
    last_year: int,
    *,
    level: str = "province",
    forecast: bool = True,
) -> list[Progress]:
    """Every indicator in a period: the province, then its parts.

    Parameters
    ----------
    first_year, last_year : int
        Both included; targets and what was reached are added up over them (a level: the last).
    level : str
        ``province``, ``city`` or ``county``: how far down the rows go.

    Returns
    -------
    list of Progress
        By indicator; below the province each city (and under it its counties), and where the
        parts do not explain the whole a row :data:`NOT_SPLIT`.
    """
    rows: list[Progress] = []
    for name in plan.names():
        unit = indicators.indicator(name, plan.units.get(name, ""))
        rows += _Tree(register, plan, unit, first_year, last_year, forecast).rows(level)
    return rows


class _Tree:
    """One indicator over all regions."""

    def __init__(
        self,
        register: Register,
        plan: ProgrammePlan,
        unit: Indicator,
        first: int,
        last: int,
        ahead: bool,
    ) -> None:
        self._register, self._plan, self._unit = register, plan, unit
        self._first, self._last = first, last
        years = [y for y in range(first, last + 1) if y in plan.years(unit.name)]
        if unit.measure == "level":
            years = years[-1:]
        each = [targets_by_region(plan, unit, year) for year in years]
        self._targets: dict[str, float] = {}
        for found in each:
            for code, value in found.items():
                self._targets[code] = self._targets.get(code, 0.0) + value
        self._what = indicators.counted(register, unit.name)
        start, end = date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal()
        nobody = np.zeros(len(register), np.bool_)
        self._inside = self._what.inside(start, end) if self._what else nobody
        self._rest = self._ahead(date(last, 12, 31)) if ahead else None

    def _ahead(self, until: date) -> FloatArray | None:
        """Draws of what is still to come; a share of value added has no past to go by."""
        if self._what is None:
            return None
        # One seed an indicator, so that its rows do not depend on which others are asked for.
        seed = zlib.crc32(self._unit.name.encode())
        begin = date(self._first, 1, 1)
        if begin > self._register.as_of:
            return None
        return expected_rest(self._register, self._what, until, seed=seed)

    def rows(self, level: str) -> list[Progress]:
        whole = self._row(PROVINCE)
        if level == "province" or self._unit.measure == "level":
            return [whole, *(self._levels(level) if level != "province" else [])]
        found = [whole]
        cities = [self._row(city) for city in self._cities()]
        for city in cities:
            found.append(city)
            if level == "county":
                parts = [self._row(c) for c in self._parts(city.region)]
                found += [*parts, *self._remainder(city, parts)]
        return found + self._remainder(whole, cities)

    def _levels(self, level: str) -> list[Progress]:
        """Of a share only those regions for which one was entered: shares do not add up."""
        codes = [
            code
            for city in self._cities()
            for code in (city, *(self._parts(city) if level == "county" else ()))
        ]
        return [row for row in map(self._row, codes) if row.reached is not None or row.own_target]

    def _cities(self) -> list[str]:
        """Cities with a target, an actual or a project."""
        regions = self._register.regions
        at = self._register.region[self._inside & (self._register.region >= 0)]
        with_projects = {regions.prefecture[i] for i in at.tolist()}
        return sorted({*self._plan.cities(), *with_projects})

    def _parts(self, city: str) -> list[str]:
        regions = self._register.regions
        own = {code for _, _, code in (*self._plan.targets, *self._plan.actuals)}
        busy = {regions.codes[i] for i in self._register.region[self._inside].tolist() if i >= 0}
        wanted = {*self._plan.population, *own, *busy}
        return [c for c in regions.members(city) if c in wanted and c != city]

    def _row(self, code: str) -> Progress:
        here = self._inside & self._within(code)
        counts = np.flatnonzero(here)
        value = self._what.value[counts] if self._what else np.zeros(0)
        registered = float(np.nansum(value))
        entered = self._entered(code)
        unknown = self._what is None and entered is None
        years = self._plan.years(self._unit.name)
        own = any(
            (self._unit.name, y, code) in self._plan.targets
            for y in years if self._first <= y <= self._last
        )  # fmt: skip
        reached = None if unknown else round(registered + (entered or 0.0), 9)
        row = Progress(
            indicator=self._unit, region=code, part_of=self._above(code),
            first_year=self._first, last_year=self._last,
            target=self._targets.get(code), own_target=own,
            reached=reached, from_register=round(registered, 9),
            from_actuals=entered or 0.0, forecast=None,
            ids=tuple(self._register.ids[i] for i in counts.tolist()),
            missing=int(np.isnan(value).sum()),
        )  # fmt: skip
        return replace(row, forecast=self._forecast(row))

    def _above(self, code: str) -> str | None:
        if code == PROVINCE:
            return None
        regions = self._register.regions
        return PROVINCE if regions.is_prefecture(code) else regions[code].prefecture

    def _within(self, code: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        if code == PROVINCE:
            return np.ones(len(self._register), np.bool_)
        regions = self._register.regions
        places = [regions.index[c] for c in {code, *regions.members(code)} if c in regions]
        return np.isin(self._register.region, places)

    def _entered(self, code: str) -> float | None:
        """Sum over the years of the actuals that hold for a region; None = none entered."""
        years = range(self._first, self._last + 1)
        found = [self._entered_in(code, year) for year in years]
        known = [v for v in found if v is not None]
        if not known:
            return None
        return known[-1] if self._unit.measure == "level" else sum(known)

    def _entered_in(self, code: str, year: int) -> float | None:
        own = self._plan.actuals.get((self._unit.name, year, code))
        if self._unit.measure == "level":
            return own
        regions = self._register.regions
        if code == PROVINCE:
            parts = sorted(set(regions.prefecture))
        else:
            parts = [c for c in regions.members(code) if c != code]
        below = [v for v in (self._entered_in(p, year) for p in parts) if v is not None]
        # The region's own figure covers its parts; parts that say more are believed.
        if own is None:
            return sum(below) if below else None
        return max(own, sum(below))

    def _forecast(self, row: Progress) -> Band | None:
        """What was reached and this region's share of what is to come."""
        if self._rest is None or row.reached is None:
            return None
        return _shifted(self._rest, self._weight(row.region), row.reached)

    def _weight(self, code: str) -> float:
        """Share of the coming that falls to a region: that of the last three years."""
        if code == PROVINCE or self._what is None:
            return 1.0
        recent = self._register.as_of.toordinal() - 3 * 365
        counts = self._what.counts & (self._register.dates["signed_on"] > recent)
        total = int(counts.sum())
        return float((counts & self._within(code)).sum()) / total if total else 0.0

    def _remainder(self, whole: Progress, parts: list[Progress]) -> list[Progress]:
        """What the parts leave of the whole, as a row, if there is anything."""
        reached = (whole.reached or 0.0) - sum(p.reached or 0.0 for p in parts)
        target = None
        if whole.target is not None:
            left = whole.target - sum(p.target or 0.0 for p in parts)
            target = left if abs(left) > _SAME else None
        weight = self._weight(whole.region) - sum(self._weight(p.region) for p in parts)
        if abs(reached) < _SAME and target is None and weight < _SAME:
            return []
        inside = {i for p in parts for i in p.ids}
        registered = whole.from_register - sum(p.from_register for p in parts)
        band = _shifted(self._rest, max(weight, 0.0), reached) if self._rest is not None else None
        return [
            Progress(
                indicator=self._unit, region=NOT_SPLIT, part_of=whole.region,
                first_year=self._first, last_year=self._last, target=target, own_target=False,
                reached=round(reached, 9), from_register=round(registered, 9),
                from_actuals=round(reached - registered, 9), forecast=band,
                ids=tuple(i for i in whole.ids if i not in inside), missing=0,
            )
        ]  # fmt: skip


def _shifted(rest: FloatArray, weight: float, reached: float) -> Band:
    """The band of a share of the coming on top of what was reached.

    A part's own luck widens its band: a share of counts is a thinned count, so its spread
    falls with the root of the share and not with the share.
    """
    mean = float(rest.mean())
    drawn = reached + weight * mean + weight**0.5 * (rest - mean)
    return replace(Band.of(np.maximum(drawn, reached)), expected=reached + weight * mean)
