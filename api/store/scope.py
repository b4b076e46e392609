"""Whose rows are whose: the one place that says which rows an account sees and changes.

Every query of the service goes through :func:`visible` or :func:`writable`, so that no route can
forget it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from api.store.json_lists import ListedIn
from api.store.layout import ROWS

_COUNTY_READS_WHOLE = (
    "regions", "industries", "enterprises", "resources", "parks", "events", "pairings", "visits",
    "targets", "actuals",
)  # fmt: skip
_ENTERPRISE_READS_WHOLE = ("regions", "industries", "parks", "events", "pairings")
_COUNTY_WRITES = (
    "enterprises", "resources", "outcomes", "projects", "funds", "problems", "interests", "parks",
    "visits", "actuals",
)  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """What an account stands for.

    Attributes
    ----------
    regions : tuple of str
        Codes of a county account's region; of a whole city those of its counties too.
    today : date
        The day that resources must be open on to be seen by enterprises.
    """

    role: str
    regions: tuple[str, ...] = ()
    enterprise_id: str | None = None
    today: date = date.min

    @property
    def sees_contacts(self) -> bool:
        """Whether columns for promotion staff are shown."""
        return self.role in ("county", "planner", "admin")


def sees_whole(table: str, role: str) -> bool:
    """Whether a role sees every row of a table, whatever the account stands for."""
    if role == "county":
        return table in _COUNTY_READS_WHOLE
    if role == "enterprise":
        return table in _ENTERPRISE_READS_WHOLE
    return role in ("planner", "admin")


def lists_of(role: str, name: str) -> str | None:
    """Whose lists, and feedback on them, an account is told of: its own; None: everybody's."""
    return None if role in ("planner", "admin") else name


def visible(table: str, scope: Scope) -> ColumnElement[bool]:
    """The condition that rows of a table fulfil which an account may see."""
    if sees_whole(table, scope.role):
        return true()
    if scope.role == "county":
        own = _of_county(table, scope.regions)
        return or_(own, _aimed_at(scope.regions)) if table == "interests" else own
    if scope.role != "enterprise":
        return false()
    if table == "resources":
        until = ROWS[table].c.available_until
        return or_(until.is_(None), until >= scope.today)
    return _of_enterprise(table, scope)


def writable(table: str, scope: Scope) -> ColumnElement[bool]:
    """The condition that rows of a table fulfil, before and after, which an account may change."""
    if scope.role == "admin":
        return true()
    if scope.role == "county" and table in _COUNTY_WRITES:
        return _of_county(table, scope.regions)
    return _of_enterprise(table, scope) if scope.role == "enterprise" else false()


def may_write(table: str, role: str) -> bool:
    """Whether a role may change any row of a table at all."""
    if role == "county":
        return table in _COUNTY_WRITES
    return role == "admin" or (role == "enterprise" and table in ("enterprises", "interests"))


def _of_enterprise(table: str, scope: Scope) -> ColumnElement[bool]:
    if table == "enterprises":
        return ROWS[table].c.row_key == scope.enterprise_id
    if table == "interests":
        held = ROWS[table].c
        return and_(held.side == "enterprise", held.id == scope.enterprise_id)
    return false()


def _lies_in(table: str, key: ColumnElement[Any], regions: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether the row of a key lies in these regions: found by its key, not among all of them."""
    held = ROWS[table].c
    return exists().where(held.row_key == key, held.region.in_(regions))


def _of_county(table: str, regions: tuple[str, ...]) -> ColumnElement[bool]:
    held = ROWS[table].c
    if table in ("enterprises", "resources", "parks", "actuals"):
        return held.region.in_(regions)
    if table == "visits":
        return or_(held.developed_region.in_(regions), held.underdeveloped_region.in_(regions))
    if table == "outcomes":
        return or_(
            _lies_in("enterprises", held.enterprise_id, regions),
            _lies_in("resources", held.resource_id, regions),
        )
    if table == "projects":
        return _project_of(regions)
    if table in ("funds", "problems"):
        key = ROWS["projects"].c.row_key
        return exists().where(key == held.project_id, _project_of(regions))
    if table == "interests":
        return or_(
            and_(held.side == "region", held.id.in_(regions)),
            and_(held.side == "enterprise", _lies_in("enterprises", held.id, regions)),
            and_(held.side == "resource", _lies_in("resources", held.id, regions)),
        )
    return false()


def _project_of(regions: tuple[str, ...]) -> ColumnElement[bool]:
    projects, enterprises = ROWS["projects"].c, ROWS["enterprises"].c
    named = ListedIn(enterprises.row_key, projects.enterprise_ids)
    return or_(
        projects.region.in_(regions),
        _lies_in("resources", projects.resource_id, regions),
        exists().where(named, enterprises.region.in_(regions)),
    )


def _aimed_at(regions: tuple[str, ...]) -> ColumnElement[bool]:
    """Wishes of others that name the region or a row in it."""
    target = ROWS["interests"].c.target
    return or_(
        target.in_(regions),
        _lies_in("enterprises", target, regions),
        _lies_in("resources", target, regions),
    )
