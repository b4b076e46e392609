"""What is wanted: the plan's targets of the province, split to cities and counties.

A target of the province is split to the regions that receive, by population, except where a region
has a target of its own; parts add up to the whole. A share to be reached holds everywhere as it
stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from features.regions import Regions
from features.tables import Table
from matcher import indicators
from matcher.apportion import apportion
from matcher.indicators import Indicator

__all__ = ["PROVINCE", "ProgrammePlan", "period", "targets_by_region", "yearly_targets"]

PROVINCE: Final = ""

_STEP: Final = {True: 1.0, False: 0.0001}

Goals = dict[tuple[str, int, str], float]


@dataclass(frozen=True)
class ProgrammePlan:
    """What is wanted and what was entered as reached.

    Attributes
    ----------
    targets, actuals : dict of (indicator, year, region code) to float
        Region :data:`PROVINCE` = the whole.
    units : dict of str to str
        Unit of each indicator.
    regions : Regions
    population : dict of str to float
        Of the regions that receive; weights of the split.
    """

    targets: Goals
    actuals: Goals
    units: dict[str, str]
    regions: Regions
    population: dict[str, float]

    @classmethod
    def of(
        cls, tables: Mapping[str, Table], regions: Regions, population: Mapping[str, float]
    ) -> ProgrammePlan:
        """From the tables ``targets`` and ``actuals`` as stored.

        Parameters
        ----------
        population : mapping of region code to people
            Counties without one get no share of a target; without any they get equal ones.
        """
        nothing = Table("", {})
        targets, actuals = (tables.get(name, nothing) for name in ("targets", "actuals"))
        units = {str(r["indicator"]): str(r.get("unit") or "") for r in targets.rows()}
        receiving = [
            code for code, side in zip(regions.codes, regions.side, strict=True)
            if side == "underdeveloped" and not regions.is_prefecture(code)
        ]  # fmt: skip
        known = {code: float(population.get(code, 0.0)) for code in receiving}
        # A unit made since (龙港市 was part of 苍南县) has no people of its own in that year.
        people = {code: n for code, n in known.items() if n > 0} or known
        return cls(_goals(targets), _goals(actuals), units, regions, people)

    def names(self) -> list[str]:
        """The indicators: those of the plan, then a user's own."""
        entered = {name for name, _, _ in (*self.targets, *self.actuals)}
        plan = [name for name in indicators.known() if name in entered]
        return plan + sorted(entered - set(plan))

    def years(self, name: str) -> list[int]:
        """Years for which an indicator has a target."""
        return sorted({year for n, year, _ in self.targets if n == name})

    def cities(self) -> list[str]:
        """Cities of the regions that receive, or that have a target or an actual of their own."""
        homes = dict(zip(self.regions.codes, self.regions.prefecture, strict=True))
        named = {code for _, _, code in (*self.targets, *self.actuals) if code in homes}
        return sorted({homes[code] for code in {*self.population, *named}})


def _goals(table: Table) -> Goals:
    found: Goals = {}
    for row in table.rows():
        year, value, region = row.get("year"), row.get("value"), row.get("region")
        if isinstance(year, int) and isinstance(value, int | float):
            found[str(row["indicator"]), year, str(region or PROVINCE)] = float(value)
    return found


def yearly_targets(plan: ProgrammePlan, year: int, region: str = PROVINCE) -> dict[str, float]:
    """The target of each indicator in a year, by name, in its unit; those without are left out.

    For a city or county it is its own target, else its share of the province's.
    """
    found: dict[str, float] = {}
    for name in plan.names():
        unit = indicators.indicator(name, plan.units.get(name, ""))
        value = targets_by_region(plan, unit, year).get(region)
        if value is not None:
            found[name] = value
    return found


def targets_by_region(plan: ProgrammePlan, unit: Indicator, year: int) -> dict[str, float]:
    """The target of the province, of each city and of each county, as far as there is one."""
    own = {code: v for (n, y, code), v in plan.targets.items() if (n, y) == (unit.name, year)}
    whole = own.get(PROVINCE)
    if unit.measure == "level":  # a share to be reached holds everywhere as it stands
        same = dict.fromkeys((*plan.cities(), *plan.population), whole) if whole is not None else {}
        return {code: v for code, v in (same | own).items() if v is not None}
    found = dict(own)
    cities = plan.cities()
    weights = {city: sum(plan.population[c] for c in _counties(plan, city)) for city in cities}
    for city in cities:
        parts = _counties(plan, city)
        if city not in found and parts and all(c in own for c in parts):
            found[city] = sum(own[c] for c in parts)
    _share_out(found, PROVINCE, cities, weights, unit)
    for city in cities:
        _share_out(found, city, _counties(plan, city), plan.population, unit)
    return found


def _counties(plan: ProgrammePlan, city: str) -> list[str]:
    return [c for c in plan.regions.members(city) if c in plan.population and c != city]


def _share_out(
    found: dict[str, float], whole: str, parts: list[str], weights: Mapping[str, float],
    unit: Indicator,
) -> None:  # fmt: skip
    """Give the parts without a target of their own what the others leave."""
    if whole not in found:
        return
    open_to = [p for p in parts if p not in found]
    rest = max(found[whole] - sum(found[p] for p in parts if p in found), 0.0)
    shares = apportion(rest, [weights[p] for p in open_to], step=_STEP[unit.whole])
    found.update(zip(open_to, shares, strict=True))


def period(
    plan: ProgrammePlan, as_of: date, year: int | None = None
) -> tuple[int, tuple[int, int] | None]:
    """The year to report, and the plan's first and last year around it.

    The year is that of the day; where it has no target, the latest one before it that has, else
    the first one.
    """
    years = sorted({y for name in plan.names() for y in plan.years(name)})
    if not years:
        return year or as_of.year, None
    chosen = year
    if chosen is None:
        chosen = max((y for y in years if y <= as_of.year), default=years[0])
    return chosen, (years[0], years[-1])
