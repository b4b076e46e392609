"""What became of what was signed: targets, rates, what is behind; what is doubled or missing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query

from api import settings
from api.accounts import Account
from api.errors import UsageError
from api.http.routing import PLANNERS, STAFF, Routes, Signed, StoreOf
from api.store import Store
from api.usecases import naming
from features.schema import PROGRAMMES
from matcher.rates import BY, Filters

ROUTES = Routes("register")

_Region = Annotated[str | None, Query(max_length=200)]
_Tag = Annotated[str | None, Query(max_length=200)]
_Year = Annotated[int | None, Query(ge=1900, le=2100)]
Cut = Literal[BY]  # type: ignore[valid-type]
Programme = Literal[PROGRAMMES]  # type: ignore[valid-type]


def filters_of(
    store: Store, account: Account, region: str | None, developed: str | None, **more: Any
) -> Filters:
    """The projects asked for; a county's are those on its own side, whatever is asked.

    Raises
    ------
    UsageError
        If a county asks for another, or a region is not known.
    """
    regions = naming.regions_of(store)
    here = None if region is None else regions.resolve(region)
    there = None if developed is None else regions.resolve(developed)
    if account.role == "county":
        if any(code not in (None, account.region) for code in (here, there)):
            raise UsageError("http.other_county")
        own = account.region or ""
        giving = own in regions and regions[own].side == "developed"
        here, there = (None, own) if giving else (own, None)
    return Filters(region=here, developed=there, **more)


@ROUTES.get("/progress", roles=STAFF)
def progress(
    store: StoreOf,
    account: Signed,
    as_of: date | None = None,
    year: _Year = None,
    split: Literal["province", "city", "county"] = "province",
) -> dict[str, Any]:
    """Progress against the plan and the rates; a county gets the rates of its own projects."""
    return _targets(
        store, as_of, year=year, level=split, filters=filters_of(store, account, None, None)
    )


@ROUTES.get("/rates", roles=STAFF)
def rates(
    store: StoreOf,
    account: Signed,
    as_of: date | None = None,
    by: Annotated[list[Cut] | None, Query()] = None,
    region: _Region = None,
    developed: _Region = None,
    signed_in: _Year = None,
    programme: Programme | None = None,
    park: _Tag = None,
    campaign: _Tag = None,
) -> dict[str, Any]:
    """履约率, 开工率, 投产率, 资金到位率 of the projects asked for, cut as asked for."""
    filters = filters_of(
        store, account, region, developed,
        year=signed_in, programme=programme, park=park, campaign=campaign,
    )  # fmt: skip
    return _targets(store, as_of, by=by or [], filters=filters)


def _targets(store: Store, as_of: date | None, **asked: Any) -> dict[str, Any]:
    from api.reports import targets_report
    from api.usecases import targets

    found = targets.run(store, as_of=as_of, **asked)
    return targets_report.as_json(found, generated_at=settings.stamp())


@ROUTES.get("/overdue", roles=STAFF)
def overdue(
    store: StoreOf,
    account: Signed,
    as_of: date | None = None,
    region: _Region = None,
    developed: _Region = None,
    light: Literal["red", "yellow"] | None = None,
    pairing: Annotated[str | None, Query(max_length=64)] = None,
) -> dict[str, Any]:
    """Projects behind their dates or money, open problems, pair lines without a visit."""
    from api.reports import overdue_report
    from api.usecases import overdue as usecase

    filters = filters_of(store, account, region, developed)
    found = usecase.run(store, as_of=as_of, pairing=pairing, filters=filters)
    return overdue_report.as_json(found, generated_at=settings.stamp(), light=light)


@ROUTES.get("/completeness", roles=STAFF)
def completeness(
    store: StoreOf,
    account: Signed,
    region: _Region = None,
    stale_days: Annotated[int, Query(ge=1, le=36500)] = 365,
    as_of: date | None = None,
) -> dict[str, Any]:
    """Which missing or old cells cost most in ranking; a county sees its own rows."""
    from api.usecases import completeness as usecase

    own = account.region if account.role == "county" else None
    if own is not None and region is not None and naming.regions_of(store).resolve(region) != own:
        raise UsageError("http.other_county")
    return usecase.run(store, region=own or region, stale_days=stale_days, as_of=as_of).as_dict()


@ROUTES.get("/duplicates", roles=PLANNERS)
def duplicates(
    store: StoreOf, at_least: Annotated[float, Query(ge=0.05, le=1)] = 0.5
) -> dict[str, Any]:
    """Enterprises that are likely entered twice, with the evidence."""
    from api.usecases import duplicates as usecase

    return usecase.find(store, at_least=at_least).as_dict()
