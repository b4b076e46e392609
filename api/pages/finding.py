"""The search of the header, over all that the caller may open; and an enterprise's places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.accounts import Account
from api.http.routing import SIGNED_IN, STAFF, Routes, Signed, StoreOf
from api.pages.errors import NoSuchPage
from api.pages.list_view import list_view
from api.pages.lists import list_of
from api.pages.offers import own_regions
from api.pages.rendering import address, address_of, language, page
from api.store import Store
from api.usecases import match as matching
from api.usecases import searching, table_rows
from api.usecases.naming import regions_of
from features.language import Language

ROUTES = Routes("pages", prefix="")
_MOST = 20
_PLACES = 100


@ROUTES.get("/search", roles=SIGNED_IN, include_in_schema=False)
def search(request: Request, store: StoreOf, account: Signed, find: str = "") -> Response:
    """Resources, enterprises and counties by part of a name, by code or by pinyin initials."""
    lang = language(request)
    wanted = find.strip()[:100]
    groups = [] if not wanted else [
        ("resources", _resources(store, account, wanted, lang)),
        ("enterprises", _enterprises(store, account, wanted, lang)),
        ("regions", _regions(store, account, wanted, lang)),
    ]  # fmt: skip
    full = any(len(rows) == _MOST for _, rows in groups)
    return page(
        request, "search", wanted=wanted, groups=[(n, rows) for n, rows in groups if rows],
        total=sum(len(rows) for _, rows in groups), full=full, most=_MOST,
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


@ROUTES.get("/enterprises/{enterprise}", roles=STAFF, include_in_schema=False, kind="list")
def places(request: Request, store: StoreOf, account: Signed, enterprise: str) -> Response:
    """The resources that an enterprise may fit: a county's own, else all."""
    lang = language(request)
    names = searching.named(store, "enterprises", {enterprise})
    if enterprise not in names:
        raise NoSuchPage("pages.meant.nobody")
    here = own_regions(store, account)
    own = here is not None
    answer = list_of(request, store, enterprise=enterprise, top=_PLACES if own else _MOST)
    kept = tuple(m for m in answer.matches if here is None or m.region in here)
    answer = replace(answer, matches=kept)
    matching.hand_out(store, answer, by=account.name)
    return page(
        request, "places", view=list_view(answer, lang), own=own, most=_PLACES,
        enterprise={"id": enterprise, "name": names[enterprise]},
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _resources(store: Store, account: Account, wanted: str, lang: Language) -> list[dict[str, Any]]:
    regions = regions_of(store)
    found = []
    for entry in searching.find(
        store, "resources", wanted, most=_MOST, among=may_open(store, account)
    ):
        to = (
            address("/interests", target=entry.id) if account.role == "enterprise"
            else address_of("/offers/{resource}", resource=entry.id)
        )  # fmt: skip
        place = regions.name(entry.region, lang=lang) if entry.region else ""
        found.append({"name": entry.name, "id": entry.id, "place": place, "links": [], "to": to})
    return found


def may_open(store: Store, account: Account) -> Callable[[searching.Entry], bool] | None:
    """Whether a resource is one whose page an account has; None: it has all."""
    if account.role == "enterprise":
        seen = table_rows.keys_seen(store, account, "resources")
        return lambda entry: entry.id in seen
    here = own_regions(store, account)
    return None if here is None else lambda entry: entry.region in here


def _enterprises(
    store: Store, account: Account, wanted: str, lang: Language
) -> list[dict[str, Any]]:
    if account.role == "enterprise":
        return []
    regions = regions_of(store)
    return [
        {"name": entry.name, "id": entry.id, "links": [],
         "place": regions.name(entry.region, lang=lang) if entry.region else "",
         "to": address_of("/enterprises/{enterprise}", enterprise=entry.id)}
        for entry in searching.find(store, "enterprises", wanted, most=_MOST)
    ]  # fmt: skip


def _regions(store: Store, account: Account, wanted: str, lang: Language) -> list[dict[str, Any]]:
    """Counties with what there is of them; an enterprise's and a county's pages have none."""
    if account.role not in ("planner", "admin"):
        return []
    regions = regions_of(store)
    return [
        {"name": regions.name(code, lang=lang), "id": code, "place": "",
         "to": address("/rates", region=code, by="year"),
         "links": [("region_offers", address("/offers", region=code))]}
        for code in regions.codes
        if any(searching.fits(wanted, code, name) for name in regions[code].names)
    ][:_MOST]  # fmt: skip
