"""Targets, rates and the projects behind them: every figure leads on to its parts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api import settings
from api.accounts import Account
from api.errors import UsageError
from api.http.register import filters_of
from api.http.routing import STAFF, Routes, Signed, StoreOf
from api.pages import charts
from api.pages.rendering import address, language, page
from api.pages.sheet_view import Links, plain_cell, report_file, sheet_view
from api.reports import targets_report
from api.reports.register_words import filters_said, key_said
from api.store import Store
from api.usecases import overdue, targets
from features.language import Language, say
from features.schema import PROGRAMMES, choice_label
from matcher.rates import BY, OUTSIDE_KEY, Filters, Rates
from matcher.register import Register

ROUTES = Routes("pages", prefix="")
_FILTERS = ("region", "developed", "year", "programme", "park", "campaign")
_LEVELS = ("province", "city", "county")
_NEXT = ("year", "region", "programme", "line", "park", "campaign", "city", "city_line")
"""What a cut is cut by next, where its own row was chosen."""


@ROUTES.get("/rates", roles=STAFF, include_in_schema=False, reads=("by", "split", *_FILTERS))
def rates(request: Request, store: StoreOf, account: Signed) -> Response:
    """The plan's progress and the rates, cut as the address says."""
    lang = language(request)
    by = _chosen(request, "by", BY, "year")
    split = _chosen(request, "split", _LEVELS, "province")
    filters = _filters(request, store, account)
    free = filters == Filters()
    report = targets.run(store, by=None if free else [by], cuts=[by], level=split, filters=filters)
    register, rows = report.register, report.cuts[by]
    table = sheet_view(
        targets_report.rates_sheet(register, by, rows, lang), lang,
        links=[
            Links(by, [_deeper(filters, by, row) for row in rows]),
            Links("projects", [_projects(filters, by, row) for row in rows]),
        ],
    )  # fmt: skip
    total = targets_report.rates_sheet(
        register, None, [report.total], lang, notes=targets_report.total_notes(report.total, lang)
    )
    progress = targets_report.sheets_of(report, lang, definitions=True) if report.in_year else []
    progress = progress[: 1 + bool(report.in_year) + bool(report.in_plan)] if progress else []
    return page(
        request, "rates", table=table, by=by, cuts=_cuts(filters, by, lang), split=split,
        total=sheet_view(total, lang, links=[Links("projects", [_projects(filters)])]),
        progress=[sheet_view(sheet, lang) for sheet in progress], levels=_LEVELS,
        chart=charts.pairs(
            [(key_said(by, row.key, register.regions, register.as_of.year, lang),
              row.agreed_wan or 0.0, row.in_place_wan or 0.0) for row in rows], lang),
        said=_said(filters, register, lang), as_of=register.as_of.isoformat(),
        file=lambda ending: _address(f"/rates/report.{ending}", filters, by=by, split=split),
        made_up=report.made_up, free=free,
        trail=[] if filters == filters_of(store, account, None, None) else _trail(filters, lang),
    )  # fmt: skip


@ROUTES.get("/rates/report.{ending}", roles=STAFF, include_in_schema=False)
def rates_file(request: Request, store: StoreOf, account: Signed, ending: str) -> Response:
    """The page as a file for Excel or Word."""
    by = _chosen(request, "by", BY, "year")
    split = _chosen(request, "split", _LEVELS, "province")
    filters = _filters(request, store, account)
    free = filters == Filters()
    report = targets.run(
        store, by=None if free else [by], cuts=[by], level=split, filters=filters,
        with_projects=True,
    )  # fmt: skip
    made = targets_report.document(
        report, language(request), generated_at=settings.stamp(), made_by=account.name,
        definitions=True,
    )  # fmt: skip
    return report_file(request, made, f"shanhai-rates-{report.register.as_of}", ending, account)


@ROUTES.get("/projects", roles=STAFF, include_in_schema=False, reads=_FILTERS)
def projects(request: Request, store: StoreOf, account: Signed) -> Response:
    """The projects behind a figure."""
    lang = language(request)
    filters = _filters(request, store, account)
    report = targets.run(store, by=[], filters=filters, with_projects=True)
    register = report.register
    sheet = targets_report.projects_sheet(register, report.projects or (), lang)
    all_seen = filters_of(store, account, None, None)
    seen = all_seen.mask(register)
    places = {register.regions.codes[int(at)] for at in register.region[seen] if int(at) >= 0}
    return page(
        request, "projects", asked=vars(filters), years=sorted({*map(int, register.year[seen])}),
        programmes=[(p, choice_label("projects", "programme", p)[lang]) for p in PROGRAMMES],
        places=[(code, register.regions.name(code, lang=lang)) for code in sorted(places)],
        scoped=account.role == "county", free=filters == all_seen,
        table=_lit(sheet_view(sheet, lang, every=True), overdue.run(store, filters=filters), lang),
        said=_said(filters, report.register, lang), as_of=report.register.as_of.isoformat(),
        file=lambda ending: _address(f"/rates/report.{ending}", filters),
        made_up=report.made_up,
        trail=[] if filters == all_seen else [*_trail(filters, lang), *_back(filters, lang)],
    )  # fmt: skip


def _lit(view: dict[str, Any], report: overdue.OverdueReport, lang: Language) -> dict[str, Any]:
    """The register with each project's light beside its id."""
    lights, at_rest = overdue.lights(report), _at_rest(report.register)
    rows = []
    for first, *others in view["rows"]:
        light = lights.get(first["text"])
        said = say(f"overdue.light.{light}" if light else at_rest[first["text"]], lang)
        rows.append(
            [
                first,
                plain_cell(said),
                *others,
            ]
        )
    head = [view["head"][0], (say("pages.projects.light", lang), False), *view["head"][1:]]
    return {**view, "rows": rows, "head": head, "lit": True}


def _at_rest(register: Register) -> dict[str, str]:
    """What to say of each project that has no light: ended, completed, or in time."""
    ended, completed = register.dates["ended_on"], register.dates["completed_on"]
    return {
        project: "pages.projects." + ("ended" if end else "completed" if done else "in_time")
        for project, end, done in zip(register.ids, ended, completed, strict=True)
    }


def _chosen(request: Request, name: str, known: tuple[str, ...], plain: str) -> str:
    """A choice of the address.

    Raises
    ------
    UsageError
        If it is none of those there are.
    """
    value = request.query_params.get(name, plain)
    if value not in known:
        raise UsageError("pages.error.bad_value", place=name)
    return value


def _filters(request: Request, store: Store, account: Account) -> Filters:
    asked = {name: request.query_params.get(name) or None for name in _FILTERS}
    year = asked.pop("year")
    if year is not None and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise UsageError("pages.error.bad_value", place="year")
    if asked["programme"] not in (None, *PROGRAMMES):
        raise UsageError("pages.error.bad_value", place="programme")
    return filters_of(
        store, account, asked.pop("region"), asked.pop("developed"),
        year=None if year is None else int(year), **asked,
    )  # fmt: skip


def _address(path: str, filters: Filters, **more: Any) -> str:
    return address(path, **{**vars(filters), **more})


def _narrowed(filters: Filters, by: str, key: tuple[str, ...]) -> Filters | None:
    """The filters that leave the projects of one row; None where none says so."""
    if any(part in ("", OUTSIDE_KEY) for part in key):
        return None
    if by in ("line", "city_line"):
        return replace(filters, developed=key[0], region=key[1])
    if by == "year":
        return replace(filters, year=int(key[0]))
    named: dict[str, Any] = {"region" if by == "city" else by: key[0]}
    return replace(filters, **named)


def _deeper(filters: Filters, by: str, row: Rates) -> str | None:
    """The rates of one row, cut by what is not chosen yet; its projects where all is."""
    found = _narrowed(filters, by, row.key)
    if found is None:
        return None
    if by == "city" and filters.region in (None, row.key[0]):
        return _address("/rates", found, by="region")
    open_ = [cut for cut in _NEXT if cut != by and _is_open(found, cut)]
    return _address("/rates", found, by=open_[0]) if open_ else _address("/projects", found)


def _is_open(filters: Filters, cut: str) -> bool:
    if cut in ("region", "city"):
        return filters.region is None
    if cut in ("line", "city_line"):
        return filters.region is None or filters.developed is None
    return getattr(filters, cut) is None


def _projects(filters: Filters, by: str | None = None, row: Rates | None = None) -> str | None:
    found = filters if by is None or row is None else _narrowed(filters, by, row.key)
    return None if found is None else _address("/projects", found)


def _cuts(filters: Filters, by: str, lang: Language) -> list[tuple[str, str, bool]]:
    """Name, address and whether it is shown, of every cut."""
    return [
        (say(f"register.sheet.{cut}", lang), _address("/rates", filters, by=cut), cut == by)
        for cut in BY
    ]


def _said(filters: Filters, register: Register, lang: Language) -> str | None:
    if filters == Filters():
        return None
    return filters_said(filters, register.regions, register.as_of.year, lang)


def _trail(filters: Filters, lang: Language) -> list[tuple[str, str]]:
    return [] if filters == Filters() else [(say("pages.menu.rates", lang), "/rates")]


def _back(filters: Filters, lang: Language) -> list[tuple[str, str]]:
    open_ = [cut for cut in _NEXT if _is_open(filters, cut)]
    return [(say("pages.rates.back", lang), _address("/rates", filters, by=(open_ or ["year"])[0]))]
