"""What is behind: projects, money, problems and visits, with lights."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api import settings
from api.accounts import Account
from api.errors import UsageError
from api.http.register import filters_of
from api.http.routing import STAFF, Routes, Signed, StoreOf
from api.pages.rendering import address, language, page
from api.pages.sheet_view import report_file, sheet_view
from api.reports import overdue_report
from api.store import Store
from api.usecases import overdue
from api.usecases.naming import regions_of
from api.usecases.overdue import OverdueReport

ROUTES = Routes("pages", prefix="")
_LIGHTS = ("", "yellow", "red")


@ROUTES.get("/overdue", roles=STAFF, include_in_schema=False)
def behind(
    request: Request, store: StoreOf, account: Signed, light: str = "", region: str = ""
) -> Response:
    """Projects behind their dates or money, open problems, pair lines without their visit."""
    lang = language(request)
    report = _report(store, account, light, region)
    tables = overdue_report.sheets_of(report, lang, light=light or None)
    regions = regions_of(store)
    places = sorted({
        regions.codes[int(at)] for at in report.register.region if int(at) >= 0
    })  # fmt: skip
    return page(
        request, "overdue", rules=overdue_report.rules_said(report, lang),
        summary=sheet_view(overdue_report.summary(report, lang), lang),
        tables=[_lit(sheet_view(sheet, lang)) for sheet in tables], light=light, lights=_LIGHTS,
        region=region, places=[(code, regions.name(code, lang=lang)) for code in places],
        scoped=account.role == "county", as_of=report.register.as_of.isoformat(),
        made_up=report.made_up,
        file=lambda ending: address(f"/overdue/report.{ending}", light=light, region=region),
    )  # fmt: skip


@ROUTES.get("/overdue/report.{ending}", roles=STAFF, include_in_schema=False)
def behind_file(
    request: Request, store: StoreOf, account: Signed, ending: str, light: str = "",
    region: str = "",
) -> Response:  # fmt: skip
    """The same as a file for Excel or Word."""
    report = _report(store, account, light, region)
    made = overdue_report.document(
        report, language(request), generated_at=settings.stamp(), made_by=account.name,
        light=light or None,
    )  # fmt: skip
    return report_file(request, made, f"shanhai-overdue-{report.register.as_of}", ending, account)


def _report(store: Store, account: Account, light: str, region: str) -> OverdueReport:
    if light not in _LIGHTS:
        raise UsageError("pages.error.bad_value", place="light")
    return overdue.run(store, filters=filters_of(store, account, region or None, None))


def _lit(view: dict[str, Any]) -> dict[str, Any]:
    """The first cell of each row is a light: its class goes by its place, the word says it."""
    return {**view, "lit": True}
