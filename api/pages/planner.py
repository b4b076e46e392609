"""The planner's first page: the province as a map and in figures."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import Response

import data
from api.errors import UsageError
from api.http.routing import PLANNERS, Routes, Signed, StoreOf
from api.pages.county_map_view import Flow, Shade, county_map, legend
from api.pages.rendering import address, language, page
from api.pages.sheet_view import Links, sheet_view
from api.reports import targets_report
from api.reports.figures import money, percent
from api.reports.register_words import key_said
from api.usecases import overview
from api.usecases.overview import Overview
from features.language import Language, say
from matcher.rates import OUTSIDE_KEY, Rates

ROUTES = Routes("pages", prefix="")
SHOWN = (
    "projects", "agreed_wan", "in_place_wan", "fulfilment_rate", "start_rate", "production_rate",
    "funds_in_place_rate",
)  # fmt: skip
"""Figures that colour the map."""
LINES = ("both", "pairing", "flows", "none")
_MOST_LINES, _MOST_FLOWS = 25, 30


@ROUTES.get("/planner", roles=PLANNERS, include_in_schema=False)
def home(
    request: Request, store: StoreOf, account: Signed, show: str = "agreed_wan",
    lines: str = "flows",
) -> Response:  # fmt: skip
    """The counties' figures on a map, the lines between them, and both as tables."""
    for name, value, known in (("show", show, SHOWN), ("lines", lines, LINES)):
        if value not in known:
            raise UsageError("pages.error.bad_value", place=name)
    lang = language(request)
    found = overview.run(store)
    return page(
        request, "planner", show=show, shown=SHOWN, lines=lines, line_kinds=LINES,
        most=_MOST_FLOWS,
        map=_map(found, show, lines, lang), total=_cards(found.total, lang),
        counties=_counties(found, lang), flows=_flows_table(found, lang),
        as_of=found.register.as_of.isoformat(), made_up=found.made_up,
        pairing=say("report.comma", lang).join(
            sorted({name for name in found.pairing.named if name})
        ),
    )  # fmt: skip


def _map(found: Overview, show: str, lines: str, lang: Language) -> dict[str, Any]:
    def said(value: float) -> str:
        if show.endswith("_rate"):
            return percent(value)
        return money(value, lang) if show.endswith("_wan") else f"{value:,.0f}"

    values = {row.key[0]: getattr(row, show) for row in found.regions}
    shades = {
        code: Shade(value, said(value), address("/rates", region=code, by="year"))
        for code, value in values.items() if code and value is not None
    }  # fmt: skip
    area = {row["code"]: float(row["area_km2"] or 0) for row in data.rows("regions")}
    return county_map(
        found.register.regions, shades, _flows(found, lines, lang), lang, area=area,
        words=legend(values.values(), said),
    )  # fmt: skip


def _flows(found: Overview, lines: str, lang: Language) -> list[Flow]:
    regions = found.register.regions
    drawn: list[Flow] = []
    if lines in ("both", "pairing"):
        for line in _official(found):
            drawn.append(Flow(*line, None, _between(found, line, lang)))
    if lines in ("both", "flows"):
        known = sorted(found.lines, key=lambda row: (-(row.agreed_wan or 0.0), row.key))
        for row in known[:_MOST_FLOWS]:
            developed, receiving = row.key
            if developed in regions and receiving in regions and row.agreed_wan:
                at = regions.index[developed], regions.index[receiving]
                said = f"{_between(found, row.key, lang)}: {money(row.agreed_wan, lang)}"
                paired = bool(found.pairing.paired[at])
                drawn.append(Flow(developed, receiving, row.agreed_wan, said, paired))
    return drawn


def _official(found: Overview) -> list[tuple[str, str]]:
    """Lines of the pairing in force between counties."""
    regions = found.register.regions
    codes = regions.codes
    return [
        (codes[i], codes[j]) for i, j in zip(*found.pairing.paired.nonzero(), strict=True)
        if not regions.is_prefecture(codes[i]) and not regions.is_prefecture(codes[j])
    ]  # fmt: skip


def _between(found: Overview, key: tuple[str, ...], lang: Language) -> str:
    register = found.register
    return key_said("line", key, register.regions, register.as_of.year, lang)


def _cards(total: Rates, lang: Language) -> list[tuple[str, str, str]]:
    """Name, figure and address of what stands at the top."""
    found = [
        ("projects", f"{total.projects:,.0f}", "/projects"),
        ("agreed", money(total.agreed_wan or 0.0, lang), "/rates?by=region"),
        ("in_place", money(total.in_place_wan or 0.0, lang), "/rates?by=region"),
    ]
    found = [(say(f"pages.planner.{name}", lang), figure, to) for name, figure, to in found]
    for name, rate in total.rates().items():
        figure = say("report.dash", lang) if rate is None else f"{rate:.1%}"
        found.append((say(f"register.column.{name}", lang), figure, "/rates"))
    return found


def _counties(found: Overview, lang: Language) -> dict[str, Any]:
    rows = sorted(found.regions, key=lambda row: (-(row.agreed_wan or 0.0), row.key))
    sheet = targets_report.rates_sheet(found.register, "region", rows, lang)
    leading = [
        address("/rates", region=row.key[0], by="year") if row.key[0] else None for row in rows
    ]
    return sheet_view(sheet, lang, links=[Links("region", leading)])


def _flows_table(found: Overview, lang: Language) -> dict[str, Any]:
    rows = sorted(found.lines, key=lambda row: (-(row.agreed_wan or 0.0), row.key))[:_MOST_LINES]
    sheet = targets_report.rates_sheet(found.register, "line", rows, lang)
    leading = [
        None if {"", OUTSIDE_KEY} & set(row.key)
        else address("/rates", developed=row.key[0], region=row.key[1], by="year")
        for row in rows
    ]  # fmt: skip
    view = sheet_view(sheet, lang, links=[Links("line", leading)])
    return {**view, "total": len(view["rows"]), "of": len(found.lines)}
