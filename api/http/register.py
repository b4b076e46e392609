"""What became of what was signed: targets, rates, what is behind, briefs; what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse

from api import settings
from api.accounts import Account
from api.errors import UsageError
from api.http import negotiation
from api.http.days import Day
from api.http.problems import language_of
from api.http.routing import PLANNERS, STAFF, Routes, Signed, StoreOf
from api.store import Store
from api.usecases import naming, targets
from api.usecases.targets import TargetsReport
from features.language import Language
from features.regions import Regions
from features.schema import PROGRAMMES
from matcher.rates import BY, Filters

if TYPE_CHECKING:
    from api.reports.sheets import Document

ROUTES = Routes("register")

FORMS = ("json", "csv", "xlsx", "docx")
_REPORT_FORMS = ("docx", "xlsx", "csv")
_ANSWERS = negotiation.answers("The figures", *FORMS)
Form = Literal[FORMS]  # type: ignore[valid-type]
_Region = Annotated[str | None, Query(max_length=200)]
_Tag = Annotated[str | None, Query(max_length=200)]
_Year = Annotated[int | None, Query(ge=1900, le=2100)]
Cut = Literal[BY]  # type: ignore[valid-type]
Programme = Literal[PROGRAMMES]  # type: ignore[valid-type]


def filters_of(
    store: Store, account: Account, region: str | None, developed: str | None, **more: Any
) -> Filters:
    """The projects asked for; a county's are those on its own side, its partners as asked.

    Raises
    ------
    UsageError
        If a county asks for another on its own side, or a region is not known.
    """
    regions = naming.regions_of(store)
    here = None if region is None else regions.resolve(region)
    there = None if developed is None else regions.resolve(developed)
    if account.role == "county":
        own = account.region or ""
        if own in regions and regions.side[regions.index[own]] == "developed":
            there = _within(regions, own, there)
        else:
            here = _within(regions, own, here)
    return Filters(region=here, developed=there, **more)


def _within(regions: Regions, own: str, asked: str | None) -> str:
    """What of an account's own side is asked for: all of it, or a county of its city.

    Raises
    ------
    UsageError
        If that is none of it.
    """
    members = regions.members(own) if own in regions else ()
    if asked is None or own in regions.members(asked):
        return own
    if asked != own and asked not in members:
        raise UsageError("http.other_county")
    return asked


@ROUTES.get("/progress", roles=STAFF, responses=_ANSWERS)
def progress(
    request: Request,
    store: StoreOf,
    account: Signed,
    as_of: Day | None = None,
    year: _Year = None,
    split: Literal["province", "city", "county"] = "province",
    definitions: bool = False,
    format: Form | None = None,
) -> Response:
    """Progress against the plan and the rates; a county gets the rates of its own projects."""
    filters = filters_of(store, account, None, None)
    form = negotiation.preferred(request, FORMS, format)
    found = targets.run(store, as_of=as_of, year=year, level=split, filters=filters)
    return _targets(request, found, account, form, "progress", definitions=definitions)


@ROUTES.get("/rates", roles=STAFF, responses=_ANSWERS)
def rates(
    request: Request,
    store: StoreOf,
    account: Signed,
    as_of: Day | None = None,
    by: Annotated[list[Cut] | None, Query()] = None,
    region: _Region = None,
    developed: _Region = None,
    signed_in: _Year = None,
    programme: Programme | None = None,
    park: _Tag = None,
    campaign: _Tag = None,
    projects: bool = False,
    format: Form | None = None,
) -> Response:
    """履约率, 开工率, 投产率, 资金到位率 of the projects asked for, cut as asked for."""
    filters = filters_of(
        store, account, region, developed,
        year=signed_in, programme=programme, park=park, campaign=campaign,
    )  # fmt: skip
    form = negotiation.preferred(request, FORMS, format)
    found = targets.run(
        store, as_of=as_of, by=list(by or []), filters=filters, with_projects=projects
    )
    return _targets(request, found, account, form, "rates")


def _targets(
    request: Request, found: TargetsReport, account: Account, form: str, name: str, *,
    definitions: bool = False,
) -> Response:  # fmt: skip
    from api.reports import targets_report

    stamp = settings.stamp()
    if form == "json":
        return JSONResponse(targets_report.as_json(found, generated_at=stamp))
    lang = language_of(request)
    document = targets_report.document(
        found, lang, generated_at=stamp, made_by=account.name,
        definitions=definitions or form == "xlsx",
    )  # fmt: skip
    return _file(document, form, lang, account, name)


def _file(document: Document, form: str, lang: Language, account: Account, name: str) -> Response:
    from api.reports import sheet_files

    content = sheet_files.rendered(document, form, lang, author=account.name)  # type: ignore[arg-type]
    return negotiation.file(content, form, name)


@ROUTES.get("/overdue", roles=STAFF, responses=_ANSWERS)
def overdue(
    request: Request,
    store: StoreOf,
    account: Signed,
    as_of: Day | None = None,
    region: _Region = None,
    developed: _Region = None,
    light: Literal["red", "yellow"] | None = None,
    pairing: Annotated[str | None, Query(max_length=64)] = None,
    format: Form | None = None,
) -> Response:
    """Projects behind their dates or money, open problems, pair lines without a visit."""
    from api.reports import overdue_report
    from api.usecases import overdue as usecase

    filters = filters_of(store, account, region, developed)
    form, lang = negotiation.preferred(request, FORMS, format), language_of(request)
    found = usecase.run(store, as_of=as_of, pairing=pairing, filters=filters)
    stamp = settings.stamp()
    if form == "json":
        return JSONResponse(overdue_report.as_json(found, generated_at=stamp, light=light))
    document = overdue_report.document(
        found, lang, generated_at=stamp, made_by=account.name, light=light
    )
    return _file(document, form, lang, account, "overdue")


@ROUTES.get("/brief", roles=STAFF, responses=_ANSWERS)
def brief(
    request: Request,
    store: StoreOf,
    account: Signed,
    developed: Annotated[str, Query(max_length=200)],
    underdeveloped: Annotated[str, Query(max_length=200)],
    as_of: Day | None = None,
    pairing: Annotated[str | None, Query(max_length=64)] = None,
    format: Form | None = None,
) -> Response:
    """What the two sides of a pair line need at their joint meeting; a county's own lines only."""
    from api.reports import overdue_report
    from api.usecases import overdue as usecase

    regions = naming.regions_of(store)
    sides = regions.resolve(developed), regions.resolve(underdeveloped)
    if account.role == "county":
        own = account.region or ""
        # A city's are the lines of its counties too.
        if not {own, *(regions.members(own) if own in regions else ())} & set(sides):
            raise UsageError("http.other_county")
    form, lang = negotiation.preferred(request, FORMS, format), language_of(request)
    found = usecase.brief(store, *sides, as_of=as_of, pairing=pairing)
    stamp = settings.stamp()
    if form == "json":
        return JSONResponse(overdue_report.brief_json(found, generated_at=stamp))
    document = overdue_report.brief_document(
        found, lang, generated_at=stamp, made_by=account.name
    )  # fmt: skip
    return _file(document, form, lang, account, "brief")


@ROUTES.get(
    "/reports/supervision", roles=PLANNERS,
    responses=negotiation.answers("The report", *_REPORT_FORMS),
)  # fmt: skip
def supervision(
    request: Request,
    store: StoreOf,
    account: Signed,
    year: Annotated[int, Query(ge=1900, le=2100)],
    as_of: Day | None = None,
    format: Literal[_REPORT_FORMS] | None = None,  # type: ignore[valid-type]
) -> Response:
    """The yearly supervision report (督查调研)."""
    from api.reports import supervision_report
    from api.usecases import supervision as usecase

    form, lang = negotiation.preferred(request, _REPORT_FORMS, format), language_of(request)
    found = usecase.run(store, year, as_of=as_of)
    document = supervision_report.document(
        found, lang, generated_at=settings.stamp(), made_by=account.name
    )
    return _file(document, form, lang, account, f"supervision-{year}")


@ROUTES.get(
    "/completeness", roles=STAFF, responses=negotiation.answers("The cells", "json", "xlsx")
)
def completeness(
    request: Request,
    store: StoreOf,
    account: Signed,
    region: _Region = None,
    stale_days: Annotated[int, Query(ge=1, le=36500)] = 365,
    as_of: Day | None = None,
    format: Literal["json", "xlsx"] | None = None,
) -> Response:
    """Which missing or old cells cost most in ranking; a county sees its own rows.

    The workbook is filled in and imported as it is. X-Rows-Read-At says when the rows were read.
    """
    from api.usecases import completeness as usecase

    if account.role == "county":
        regions = naming.regions_of(store)
        asked = None if region is None else regions.resolve(region)
        region = _within(regions, account.region or "", asked)
    form = negotiation.preferred(request, ("json", "xlsx"), format)
    found = usecase.run(
        store, region=region, stale_days=stale_days, as_of=as_of, by=account.name
    )  # fmt: skip
    read = {"X-Rows-Read-At": found.read_at} if found.read_at else {}
    if form == "json":
        return JSONResponse(found.as_dict(), headers=read)
    from api.reports import completeness_xlsx

    content = completeness_xlsx.render(found, language_of(request), made_by=account.name)
    return negotiation.file(content, form, "completeness", **read)
