"""The yearly supervision report (督查调研): progress, rates and what is behind, in one document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.errors import UsageError
from api.store import Store
from api.usecases import dates, overdue, targets
from api.usecases.overdue import OverdueReport
from api.usecases.targets import TargetsReport

#: How the rates are cut in the report.
CUTS = ("year", "programme", "city", "city_line", "region", "park", "campaign")


@dataclass(frozen=True)
class Supervision:
    """What a year's report is made of, as things stood at its end."""

    year: int
    progress: TargetsReport
    behind: OverdueReport


def run(store: Store, year: int, *, as_of: date | None = None) -> Supervision:
    """The report of a year.

    Parameters
    ----------
    as_of : date, optional
        Default the last day of the year, or the store's today if that comes first.

    Raises
    ------
    UsageError
        If the year lies ahead.
    """
    today = dates.as_of(store)
    day = as_of or min(date(year, 12, 31), today)
    if day.year < year:
        raise UsageError("cli.report.year_ahead", year=year, today=today)
    return Supervision(
        year=year,
        progress=targets.run(store, as_of=day, year=year, level="city", cuts=CUTS),
        behind=overdue.run(store, as_of=day),
    )
