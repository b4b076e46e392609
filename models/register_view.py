"""The register as history: what each project says of its enterprises and its resource."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from features.tables import Table, Value

__all__ = ["HORIZON_MONTHS", "Registered", "add_months", "funded_on", "project_introductions"]

HORIZON_MONTHS: Final = 36

_EPOCH: Final = date(1970, 1, 1).toordinal()
# Sums of decimals such as 0.1 + 0.2 must count as having reached 0.3.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Registered:
    """Projects as introductions, one entry an enterprise of a project; arrays as in history."""

    enterprise_id: tuple[str, ...]
    resource_id: tuple[str, ...]
    stage_date: NDArray[np.int32]
    last_date: NDArray[np.int32]
    ended: NDArray[np.bool_]
    amount_wan: NDArray[np.float64]


def project_introductions(projects: Table | None, funds: Table | None, last_day: int) -> Registered:
    """Each project signed by ``last_day`` (an ordinal), for each of its enterprises.

    The sum agreed is split equally. What is dated later than ``last_day`` is not looked at.
    """
    if projects is None or not len(projects):
        projects = Table("projects", {})
    funded = funded_on(projects, funds)
    rows: list[tuple[str, str, list[int], int, bool, float]] = []
    for project, half_in_place in zip(projects.rows(), funded, strict=True):
        resource = project.get("resource_id")
        signed = _known(project.get("signed_on"), last_day)
        if not signed or not isinstance(resource, str):
            continue
        stage_dates = _stage_dates(project, half_in_place, signed, last_day)
        ended = _known(project.get("ended_on"), last_day)
        last = max(*stage_dates, *_days(project, last_day), ended)
        enterprises = dict.fromkeys(cast(tuple[str, ...], project.get("enterprise_ids") or ()))
        agreed = project.get("agreed_wan")
        share = np.nan if agreed is None else float(cast(float, agreed)) / max(len(enterprises), 1)
        rows += [(e, resource, stage_dates, last, ended > 0, share) for e in enterprises]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    return Registered(
        enterprise_id=cast(tuple[str, ...], tuple(columns[0])),
        resource_id=cast(tuple[str, ...], tuple(columns[1])),
        stage_date=np.array(columns[2], dtype=np.int32).reshape(len(rows), 5),
        last_date=np.array(columns[3], dtype=np.int32),
        ended=np.array(columns[4], dtype=np.bool_),
        amount_wan=np.array(columns[5], dtype=np.float64),
    )


def _days(project: dict[str, Value], last_day: int) -> list[int]:
    """Known days of a start, of a production, of a completion; 0 = none by the last day."""
    columns = ("started_on", "production_on", "completed_on")
    return [_known(project.get(c), last_day) for c in columns]


def _stage_dates(
    project: dict[str, Value], half_in_place: date | None, signed: int, last_day: int
) -> list[int]:
    """First day of each of the five stages; a later stage implies the earlier ones."""
    started, production, completed = _days(project, last_day)
    # A project in production has started.
    own = [signed, signed, min(filter(None, (started, production)), default=0)]
    own += [_known(half_in_place, last_day), completed]
    dates: list[int] = []
    implied = 0
    for day in reversed(own):
        implied = min(filter(None, (day, implied)), default=0)
        dates.append(implied)
    # Contact and signature are both dated by the signature, whatever is said of what followed.
    return [signed, signed, *(max(d, signed) if d else 0 for d in dates[::-1][2:])]


def funded_on(projects: Table, funds: Table | None) -> list[date | None]:
    """First date on which each project's investment tranches reach half of the sum agreed.

    ``None`` where they never do or the sum agreed is not known. Aid and subsidies, and
    tranches without date or amount, do not count.
    """
    tranches: dict[str, list[tuple[date, float]]] = defaultdict(list)
    if funds is not None:
        for project, day, amount, kind in zip(
            funds["project_id"], funds["date"], funds["amount_wan"], funds["kind"], strict=True
        ):
            if kind == "investment" and isinstance(day, date) and amount is not None:
                tranches[cast(str, project)].append((day, float(cast(float, amount))))
    return [
        _half_reached(tranches.get(cast(str, project), []), cast("float | None", agreed))
        for project, agreed in zip(projects["id"], projects["agreed_wan"], strict=True)
    ]


def _half_reached(tranches: list[tuple[date, float]], agreed: float | None) -> date | None:
    if agreed is None:
        return None
    in_place = 0.0
    for day, amount in sorted(tranches):
        in_place += amount
        if in_place >= agreed / 2 * (1 - _ROUNDING):
            return day
    return None


def add_months(days: NDArray[np.int64], months: int) -> NDArray[np.int64]:
    """Ordinals ``months`` later; the 31st becomes the last day of a shorter month."""
    dates = (np.asarray(days, np.int64) - _EPOCH).astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    day_of_month = (dates - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(
        np.int64
    )
    moved = target.astype("datetime64[D]").astype(np.int64) + np.minimum(day_of_month, length - 1)
    return cast(NDArray[np.int64], moved + _EPOCH)


def _known(value: object, last_day: int) -> int:
    """Ordinal of a date by the last day, else 0."""
    day = value.toordinal() if isinstance(value, date) else 0
    return day if day <= last_day else 0
