"""The register as it stood on a day: what was signed, and the money in place.

Nothing dated later than the day is looked at: no project signed later, no later start, end or
tranche. A project belongs to the region, park and programme that it names, else to those of its
resource; to a pair line with the share of its enterprises that sit there. A project of two firms
is one project: halves lie on two lines only where its firms come from two regions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from features.regions import Regions
from features.schema import PROGRAMME_OF, PROGRAMMES
from features.tables import Table, Value

__all__ = ["NOT_KNOWN", "OUTSIDE", "READ", "FloatArray", "IntArray", "Register", "Tags"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

#: Position of a region that is not known, and of a merchant outside the province.
NOT_KNOWN: Final = -1
OUTSIDE: Final = -2

#: Columns that a register is made from, and what else is asked of it.
READ: Final[Mapping[str, Sequence[str]]] = {
    "projects": (
        "id", "name", "enterprise_ids", "resource_id", "region", "park", "programme", "campaign",
        "agreed_wan", "signed_on", "planned_start", "started_on", "production_on",
        "planned_completion", "completed_on", "ended_on", "jobs", "trained",
    ),
    "funds": ("project_id", "date", "amount_wan", "kind"),
    "enterprises": ("id", "region", "kind"),
    "resources": ("id", "region", "kind", "park"),
}  # fmt: skip

_DATES = ("signed_on", "started_on", "production_on", "completed_on", "ended_on")
_FUNDS = ("investment", "aid", "subsidy")


@dataclass(frozen=True)
class Tags:
    """A text column: each project's place among the distinct texts; −1 = none given."""

    code: IntArray
    names: tuple[str, ...]


@dataclass(frozen=True)
class Register:
    """The projects signed by a day, by id.

    Attributes
    ----------
    as_of : date
    regions : Regions
    table : Table
        The table ``projects`` as given.
    row : (n,) int array
        Each project's row in ``table``.
    ids : tuple of str, length n
    dates : dict of str to (n,) int array
        Ordinals of ``signed_on`` … ``ended_on``; 0 = not by the day, or not known.
    agreed_wan : (n,) float array
        NaN = not known.
    in_place : dict of str to (n,) float array
        Sums of the tranches by the day, 万元: ``investment``, ``aid``, ``subsidy``.
    has_tranche : dict of str to (n,) bool array
        Whether there is a tranche of that kind with an amount above zero.
    region, programme : (n,) int array
        Position in ``regions`` and in ``PROGRAMMES``; −1 = not known.
    park, campaign : Tags
    side_project, side_region : (m,) int array
        Each project with each region its enterprises sit in; :data:`OUTSIDE` and
        :data:`NOT_KNOWN` beside positions.
    side_share : (m,) float array
        Share of its enterprises that sit there; the shares of a project add up to 1.
    undated : tuple of str
        Projects without ``signed_on``: in no cut-off, and shown as missing.
    """

    as_of: date
    regions: Regions
    table: Table
    row: IntArray
    ids: tuple[str, ...]
    dates: dict[str, IntArray]
    agreed_wan: FloatArray
    in_place: dict[str, FloatArray]
    has_tranche: dict[str, NDArray[np.bool_]]
    region: IntArray
    programme: IntArray
    park: Tags
    campaign: Tags
    side_project: IntArray
    side_region: IntArray
    side_share: FloatArray
    undated: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def cells(self, column: str) -> list[Value]:
        """A column of the table, a cell a project."""
        return _picked(self.table[column], self.row)

    def reached(self, column: str) -> NDArray[np.bool_]:
        """(n,) whether a date, such as ``started_on``, lies on or before the day."""
        return self.dates[column].astype(np.bool_)

    @property
    def fulfilled(self) -> NDArray[np.bool_]:
        """(n,) whether it has started or has any funds in place, whatever their kind."""
        found = self.reached("started_on")
        for kind in _FUNDS:
            found = found | self.has_tranche[kind]
        return found

    @property
    def year(self) -> IntArray:
        """(n,) year of signing."""
        epoch = date(1970, 1, 1).toordinal()
        days = (self.dates["signed_on"] - epoch).astype("datetime64[D]")
        return days.astype("datetime64[Y]").astype(np.int64) + 1970

    @classmethod
    def of(
        cls, tables: Mapping[str, Table], regions: Regions, as_of: date, *, undated: bool = False
    ) -> Register:
        """The register on a day.

        Parameters
        ----------
        tables : mapping
            ``projects``, ``funds``, ``enterprises``, ``resources`` as stored, with the columns
            of :data:`READ`; a table left out is empty.
        undated : bool
            Also projects of which nobody wrote down when they were signed. They can be behind
            their dates; in a cut-off by signing they have no place.
        """
        nothing = Table("", {})
        projects = tables.get("projects", nothing)
        last = as_of.toordinal()
        signed_ever = _ordinals(projects["signed_on"])
        kept = np.flatnonzero(((signed_ever > 0) | undated) & (signed_ever <= last))
        every_id = projects["id"]
        order = sorted(kept.tolist(), key=lambda i: str(every_id[i]))
        row = np.array(order, np.int64)
        ids = tuple(str(every_id[i]) for i in order)
        in_place, has_tranche = _funds(tables.get("funds", nothing), ids, last)
        region, programme, parks = _whereabouts(
            projects, row, tables.get("resources", nothing), regions
        )
        sides = _sides(projects, row, tables.get("enterprises", nothing), regions)
        return cls(
            as_of=as_of,
            regions=regions,
            table=projects,
            row=row,
            ids=ids,
            dates={name: _by(_ordinals(projects[name])[row], last) for name in _DATES},
            agreed_wan=_numbers(projects["agreed_wan"])[row],
            in_place=in_place,
            has_tranche=has_tranche,
            region=region,
            programme=programme,
            park=_tags(parks),
            campaign=_tags(_picked(projects["campaign"], row)),
            side_project=sides[0],
            side_region=sides[1],
            side_share=sides[2],
            undated=tuple(sorted(str(every_id[i]) for i in np.flatnonzero(signed_ever == 0))),
        )


def _ordinals(values: Sequence[Value]) -> IntArray:
    """Days of date cells; 0 = not known. (The columns hold dates or nothing.)"""
    days = cast("list[date | None]", values)
    return np.array([0 if day is None else day.toordinal() for day in days], np.int64)


def _by(days: IntArray, last: int) -> IntArray:
    return np.where(days <= last, days, 0)


def _numbers(values: Sequence[Value]) -> FloatArray:
    return np.array([np.nan if v is None else v for v in values], np.float64)


def _places(values: Sequence[Value], place: Mapping[Any, int]) -> IntArray:
    """Place of each cell; −1 = none."""
    return np.array([place.get(v, -1) for v in values], np.int64)


def _funds(
    funds: Table, ids: Sequence[str], last: int
) -> tuple[dict[str, FloatArray], dict[str, NDArray[np.bool_]]]:
    """Sums in place by kind, and whether there is a tranche of the kind at all."""
    n = len(ids)
    project = _places(funds["project_id"], dict(zip(ids, range(n), strict=True)))
    day = _ordinals(funds["date"])
    amount = np.nan_to_num(_numbers(funds["amount_wan"]))
    kinds = {kind: code for code, kind in enumerate(_FUNDS)}
    kind = _places(funds["kind"], kinds)
    there = (project >= 0) & (day > 0) & (day <= last) & (amount > 0)
    sums: dict[str, FloatArray] = {}
    for name, code in kinds.items():
        of_kind = np.flatnonzero(there & (kind == code))
        # Summed by size, so that the order of the rows does not move the last digit.
        of_kind = of_kind[np.argsort(amount[of_kind], kind="stable")]
        sums[name] = np.bincount(project[of_kind], amount[of_kind], n).astype(np.float64)
    return sums, {name: total > 0 for name, total in sums.items()}


def _whereabouts(
    projects: Table, row: IntArray, resources: Table, regions: Regions
) -> tuple[IntArray, IntArray, list[Value]]:
    """Region, programme and park of each project: its own, else those of its resource."""
    of = {key: i for i, key in enumerate(resources["id"])}
    at = [of.get(resource) for resource in _picked(projects["resource_id"], row)]

    def own_or_of_resource(column: str, theirs: Sequence[Value]) -> list[Value]:
        own = _picked(projects[column], row)
        return [
            v if v is not None or i is None else theirs[i] for v, i in zip(own, at, strict=True)
        ]

    programmes = [PROGRAMME_OF.get(cast(str, kind)) for kind in resources["kind"]]
    codes = {name: code for code, name in enumerate(PROGRAMMES)}
    return (
        _places(own_or_of_resource("region", resources["region"]), regions.index),
        _places(own_or_of_resource("programme", programmes), codes),
        own_or_of_resource("park", resources["park"]),
    )


def _picked(values: Sequence[Value], row: IntArray) -> list[Value]:
    return [values[i] for i in row.tolist()]


def _sides(
    projects: Table, row: IntArray, enterprises: Table, regions: Regions
) -> tuple[IntArray, IntArray, FloatArray]:
    """Where each project's enterprises sit, and with which share."""
    home = {
        key: OUTSIDE if region is None and kind == "merchant"
        else regions.index.get(cast(str, region), NOT_KNOWN)
        for key, region, kind in zip(
            enterprises["id"], enterprises["region"], enterprises["kind"], strict=True
        )
    }  # fmt: skip
    project: list[int] = []
    place: list[int] = []
    share: list[float] = []
    listed = cast("list[tuple[str, ...] | None]", _picked(projects["enterprise_ids"], row))
    for at, named in enumerate(listed):
        firms = named if named is not None and len(named) == 1 else dict.fromkeys(named or ())
        homes = [home.get(firm, NOT_KNOWN) for firm in firms] or [NOT_KNOWN]
        if len(homes) == 1:
            project.append(at)
            place.append(homes[0])
            share.append(1.0)
            continue
        for where in sorted(set(homes)):
            project.append(at)
            place.append(where)
            share.append(homes.count(where) / len(homes))
    return np.array(project, np.int64), np.array(place, np.int64), np.array(share, np.float64)


def _tags(values: Sequence[Value]) -> Tags:
    names = sorted({v for v in values if isinstance(v, str)})
    return Tags(_places(values, {name: i for i, name in enumerate(names)}), tuple(names))
