"""The enterprise's pages: where would we fit, and up to four places side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import Request
from fastapi.responses import Response

import data
from api.accounts import Account
from api.http.routing import Routes, Signed, StoreOf
from api.pages.asked import NAMES, TOPS, asked_of
from api.pages.county_map_view import Flow, Shade, county_map
from api.pages.list_view import list_view
from api.pages.lists import list_of
from api.pages.offers import file_of
from api.pages.rendering import language, page
from api.reports.details import term_label, term_value
from api.reports.figures import percent_likely
from api.store import Store
from api.store.rows import cells as table_cells
from api.usecases import match as matching
from api.usecases import table_rows
from features.language import Language, say
from features.schema import RESOURCE_KINDS, choice_label
from matcher.match_list import Match, MatchList

ROUTES = Routes("pages", prefix="")
OWN = ("enterprise",)
MOST = 4
_OURS, _PLACE = 2, 4
"""Steps of colour of one's own county and of the places."""


@ROUTES.get("/fit", roles=OWN, include_in_schema=False, reads=NAMES, kind="list")
def fit(request: Request, store: StoreOf, account: Signed) -> Response:
    """The resources that may fit the caller's enterprise."""
    lang = language(request)
    asked = asked_of(request)
    answer = _list(request, store, account, **asked.filters("enterprise"))
    matching.hand_out(store, answer, by=account.name)
    listed = [match.candidate_id for match in answer.matches]
    with store.connection() as connection:
        confirmed = table_cells(connection, "resources", "confirmed_on", listed)
    view = list_view(answer, lang, asked.sort, confirmed=confirmed)
    kinds = [(kind, choice_label("resources", "kind", kind)[lang]) for kind in RESOURCE_KINDS]
    return page(
        request, "fit", view=view, asked=asked, kinds=kinds,
        made_up=answer.made_up, most=MOST, declared=_declared(store, account, lang),
    )  # fmt: skip


@ROUTES.get("/fit/list.{ending}", roles=OWN, include_in_schema=False, kind="list")
def download(request: Request, store: StoreOf, account: Signed, ending: str) -> Response:
    """The same list as a file for Excel or Word."""
    answer = _list(request, store, account, **asked_of(request).filters("enterprise"))
    return file_of(request, store, answer, ending, account)


@ROUTES.get(
    "/fit/compare", roles=OWN, include_in_schema=False, reads=("place", *NAMES), kind="list"
)
def compare(request: Request, store: StoreOf, account: Signed) -> Response:
    """The places chosen on the list, side by side; those beyond the fourth are left out."""
    lang, asked = language(request), asked_of(request)
    chosen = request.query_params.getlist("place")[:MOST]
    # With its filters: a place may come early on the list of its kind and late among all.
    filters = asked.filters("enterprise") | {"top": max(TOPS)}
    listed = _list(request, store, account, **filters)
    matches = [match for match in listed.matches if match.candidate_id in chosen]
    answer = replace(listed, matches=tuple(matches))
    if matches:
        matching.hand_out(store, answer, by=account.name)
    names = [name for name in (matches[0].terms if matches else {}) if any(
        match.terms.get(name) not in (None, "") for match in matches
    )]  # fmt: skip
    terms = [
        (term_label(name, lang), [
            None if (value := match.terms.get(name)) in (None, "")
            else term_value(name, value, lang) for match in matches
        ])
        for name in names
    ]  # fmt: skip
    return page(
        request, "compare", places=list_view(answer, lang)["rows"], terms=terms,
        made_up=answer.made_up, most=MOST, back=asked.address("/fit"),
        map=_map(store, account, matches, lang),
    )  # fmt: skip


def _map(
    store: Store, account: Account, matches: list[Match], lang: Language
) -> dict[str, Any] | None:
    """The places' counties, and a line to each from one's own; None where there is none."""
    from api.usecases.naming import regions_of

    if not matches:
        return None
    regions = regions_of(store)
    best: dict[str, Match] = {}
    for match in matches:
        best.setdefault(str(match.region), match)
    shades = {
        code: Shade(match.probability["signed"], say(
            "pages.compare.map_said", lang, name=match.name,
            chance=percent_likely(match.probability["signed"]),
        )) for code, match in best.items()
    }  # fmt: skip
    own = table_rows.one(store, account, "enterprises", str(account.enterprise_id)).row["region"]
    flows = [
        Flow(str(own), code, 1.0, shades[code].said, match.paired)
        for code, match in best.items() if own and code != own
    ]  # fmt: skip
    area = {row["code"]: float(row["area_km2"] or 0) for row in data.rows("regions")}
    words = {_PLACE: say("pages.compare.map_places", lang)}
    if own and own not in shades:
        said = say("pages.compare.map_own", lang)
        shades[str(own)], words = Shade(1.0, said), {_OURS: said, **words}
    drawn = county_map(regions, shades, flows, lang, area=area, words=words)
    for county in drawn["counties"]:  # which, not how much: the table has the figures
        if county["step"]:
            county["step"] = _PLACE if county["code"] in best else _OURS
    for line in drawn["flows"]:  # a way from here to there, not money that flowed
        line |= {"kind": "way", "width": 2}
    return drawn


def _declared(store: Store, account: Account, lang: Language) -> dict[str, str]:
    """What one has said of places: target → level, in words."""
    rows = table_rows.page(store, account, "interests", limit=table_rows.MOST).rows
    return {
        str(each.row["target"]): choice_label("interests", "level", str(each.row["level"]))[lang]
        for each in rows
    }


def _list(request: Request, store: Store, account: Account, **asked: object) -> MatchList:
    return list_of(request, store, enterprise=account.enterprise_id, **asked)
