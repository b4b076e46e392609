"""The plan against what was reached, and the programme's rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.errors import UsageError
from api.store import Store, builtin
from api.usecases import dates, register_tables
from api.usecases.register_tables import Reading
from features.language import text
from features.regions import Regions
from features.tables import Table
from matcher.plan import ProgrammePlan, period
from matcher.rates import Filters, Rates
from matcher.register import Register
from matcher.targets import Progress, progress

#: How the rates are cut where nothing else is asked for.
CUTS = ("year", "programme", "city", "region")

_SHOWN = 12


@dataclass(frozen=True)
class TargetsReport:
    """Progress and rates on a day.

    Attributes
    ----------
    year : int
        The year of the plan that is reported.
    years : (int, int) or None
        The plan's first and last year; None where there are no targets.
    in_year, in_plan : tuple of Progress
        The year, and the plan's years from the first to the last; empty where not asked for.
    total : Rates
        Of all projects that pass the filters.
    cuts : dict of str to list of Rates
    projects : tuple of int
        Rows of the register's projects behind the figures, where they were asked for.
    """

    register: Register
    made_up: bool
    year: int
    years: tuple[int, int] | None
    in_year: tuple[Progress, ...]
    in_plan: tuple[Progress, ...]
    filters: Filters
    total: Rates
    cuts: dict[str, list[Rates]]
    projects: tuple[int, ...] | None


def _plan(reading: Reading) -> ProgrammePlan:
    return reading.made("plan", lambda: plan_of(reading.tables))


def _progress(
    reading: Reading, register: Register, first: int, last: int, level: str = "province"
) -> list[Progress]:
    key = "progress", register.as_of, first, last, level
    return reading.made(key, lambda: progress(register, _plan(reading), first, last, level=level))


def plan_of(tables: Mapping[str, Table]) -> ProgrammePlan:
    """The plan of the tables ``targets`` and ``actuals``, split by the people of ``regions``."""
    known = builtin.overlaid(tables["regions"])
    people = {
        str(code): float(count)
        for code, count in zip(known["code"], known["population_2010"], strict=True)
        if isinstance(count, int | float)
    }
    return ProgrammePlan.of(tables, Regions.built_in().with_rows(tables["regions"]), people)


def run(
    store: Store,
    *,
    as_of: date | None = None,
    year: int | None = None,
    level: str = "province",
    by: Sequence[str] | None = None,
    cuts: Sequence[str] = CUTS,
    filters: Filters | None = None,
    with_projects: bool = False,
) -> TargetsReport:
    """Progress against the plan and the rates.

    Parameters
    ----------
    year : int, optional
        Year of the plan; default that of the day (see :func:`matcher.plan.period`).
    level : str
        ``province``, ``city`` or ``county``: how far progress is split.
    by : sequence of str, optional
        How the rates are cut (:data:`matcher.rates.BY`); then progress is left out. Default: both.
    cuts : sequence of str
        How they are cut where nothing is asked for.
    with_projects : bool
        Also which projects are behind the figures.

    Raises
    ------
    UsageError
        If no project has the park or the campaign asked for, or there is no such year.
    """
    for option, given in (("--year", year), ("--signed-in", (filters or Filters()).year)):
        if given is not None and not 1900 <= given <= 2100:
            raise UsageError("cli.targets.no_such_year", option=option, value=given)
    reading = register_tables.read(store)
    register = register_tables.register(reading, dates.as_of(store, as_of))
    chosen = filters or Filters()
    _check_tags(register, chosen)
    whole = by is None and chosen == Filters()
    asked, years = period(_plan(reading), register.as_of, year)
    in_year: list[Progress] = []
    in_plan: list[Progress] = []
    if whole:
        in_year = _progress(reading, register, asked, asked, level)
        if years is not None:
            in_plan = _progress(reading, register, *years)
    mask = chosen.mask(register) if with_projects else None
    return TargetsReport(
        register=register,
        made_up=store.properties().get("made_up") == "true",
        year=asked,
        years=years,
        in_year=tuple(in_year),
        in_plan=tuple(in_plan),
        filters=chosen,
        total=register_tables.rates(reading, register, None, chosen)[0],
        cuts={cut: register_tables.rates(reading, register, cut, chosen) for cut in (by or cuts)},
        projects=None if mask is None else tuple(int(i) for i in mask.nonzero()[0]),
    )


def _check_tags(register: Register, filters: Filters) -> None:
    for name, tags in (("park", register.park), ("campaign", register.campaign)):
        wanted = getattr(filters, name)
        if wanted is not None and wanted not in tags.names:
            listed = "; ".join(tags.names[:_SHOWN]) + (" …" if len(tags.names) > _SHOWN else "")
            raise UsageError(
                "cli.targets.no_such_tag",
                what=text(f"register.filter.{name}"),
                value=wanted,
                known=listed or text("cli.targets.nothing"),
            )
