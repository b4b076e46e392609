"""What must hold between the cells of one row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from features.remarks import Level
from features.tables import Value

__all__ = ["CHECKS", "GivenRow", "RowProblem"]


#: The programme began in 2002; outcomes of long before it are likely slips of the pen.
EARLIEST_LIKELY: Final = 1990
#: Funds pass what was agreed in good faith, but not by as much.
TOO_MUCH: Final = 2.0


@dataclass(frozen=True)
class RowProblem:
    """Two cells of a row that do not go together; said at ``column``."""

    code: str
    column: str
    values: dict[str, object] = field(default_factory=dict)
    level: Level = "error"


@dataclass(frozen=True)
class GivenRow:
    """A row as far as it could be read.

    Attributes
    ----------
    values : mapping of str to Value
        The columns present.
    bad : set of str
        Columns whose cell could not be read; nothing more is said about them.
    stored : callable
        Whether the row's key is stored already, so that absent columns stay as they are.
    today : date or None
        After it nothing can have happened yet; None = not asked.
    """

    values: Mapping[str, Value]
    bad: frozenset[str]
    stored: Callable[[], bool]
    today: dt.date | None = None

    def lacks(self, column: str) -> bool:
        """Whether the row will have nothing in the column once it is stored."""
        if column in self.bad or self.values.get(column) is not None:
            return False
        return column in self.values or not self.stored()

    def __getitem__(self, column: str) -> Value:
        return self.values.get(column)


Check = Callable[[GivenRow], Iterator[RowProblem]]


def _enterprise_is_placed(row: GivenRow) -> Iterator[RowProblem]:
    if "kind" in row.bad or row["kind"] == "merchant":
        return
    if row.lacks("region") and not ("kind" not in row.values and row.stored()):
        yield RowProblem("missing_region", "region")


def _company_has_an_industry(row: GivenRow) -> Iterator[RowProblem]:
    if "kind" in row.bad or row["kind"] not in (None, "company"):
        return
    if row.lacks("industry") and not ("kind" not in row.values and row.stored()):
        yield RowProblem("missing_industry", "industry")


def _project_is_placed(row: GivenRow) -> Iterator[RowProblem]:
    if row.lacks("region") and row.lacks("resource_id"):
        yield RowProblem("missing_place", "region")


def _in_order(first: str, last: str) -> Check:
    def check(row: GivenRow) -> Iterator[RowProblem]:
        a, b = row[first], row[last]
        if isinstance(a, dt.date) and isinstance(b, dt.date) and b < a:
            said = {"first": first, "first_date": a.isoformat()}
            yield RowProblem("dates_reversed", last, dict(said))

    return check


def _not_before_signing(column: str) -> Check:
    def check(row: GivenRow) -> Iterator[RowProblem]:
        signed, day = row["signed_on"], row[column]
        if isinstance(signed, dt.date) and isinstance(day, dt.date) and day < signed:
            said = {"signed": signed.isoformat()}
            yield RowProblem("before_signing", column, dict(said), "warning")

    return check


def _opens_before_it_closes(row: GivenRow) -> Iterator[RowProblem]:
    opens, closes = row["opens"], row["closes"]
    if isinstance(opens, str) and isinstance(closes, str) and closes <= opens:
        yield RowProblem("times_reversed", "closes", {"opens": opens})


def _two_regions(row: GivenRow) -> Iterator[RowProblem]:
    one, other = row["developed_region"], row["underdeveloped_region"]
    if one is not None and one == other:
        yield RowProblem("same_region", "underdeveloped_region")


def _not_fuller_than_full(row: GivenRow) -> Iterator[RowProblem]:
    area, filled = row["area_mu"], row["filled_mu"]
    if isinstance(area, float) and isinstance(filled, float) and filled > area:
        yield RowProblem("fuller_than_full", "filled_mu", {"area": f"{area:g}"}, "warning")


def _has_happened(row: GivenRow) -> Iterator[RowProblem]:
    day = row["date"]
    if isinstance(day, dt.date) and row.today is not None and day > row.today:
        yield RowProblem("still_to_come", "date", {"today": row.today.isoformat()}, "warning")


def _not_long_before_the_programme(row: GivenRow) -> Iterator[RowProblem]:
    day = row["date"]
    if isinstance(day, dt.date) and day.year < EARLIEST_LIKELY:
        yield RowProblem("implausible_year", "date", {"year": EARLIEST_LIKELY}, "warning")


def _not_far_above_what_was_agreed(row: GivenRow) -> Iterator[RowProblem]:
    agreed, funded = row["amount_wan"], row["funded_wan"]
    if isinstance(agreed, float) and isinstance(funded, float) and funded > TOO_MUCH * agreed:
        yield RowProblem("funded_above_agreed", "funded_wan", {"agreed": f"{agreed:g}"}, "warning")


CHECKS: dict[str, tuple[Check, ...]] = {
    "enterprises": (
        _enterprise_is_placed,
        _company_has_an_industry,
        _in_order("available_from", "available_until"),
    ),
    "resources": (_in_order("available_from", "available_until"),),
    "outcomes": (
        _has_happened,
        _not_long_before_the_programme,
        _not_far_above_what_was_agreed,
    ),
    "projects": (
        _project_is_placed,
        *map(_not_before_signing, ("started_on", "production_on", "completed_on", "ended_on")),
    ),
    "parks": (_not_fuller_than_full,),
    "pairings": (_two_regions, _in_order("valid_from", "valid_until")),
    "visits": (_two_regions,),
    "events": (_in_order("date_from", "date_until"), _opens_before_it_closes),
}
"""The checks of each table."""
