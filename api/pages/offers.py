"""The promotion team's pages: my county's resources, the list of one, decisions, files."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api import reports
from api.accounts import Account
from api.http.routing import STAFF, Routes, Signed, StoreOf
from api.pages.asked import NAMES, asked_of
from api.pages.errors import NoSuchPage
from api.pages.forms import Fields
from api.pages.list_view import list_view, mark_names, pair_view
from api.pages.lists import list_of, pair_of
from api.pages.rendering import language, page
from api.reports import details
from api.reports.figures import amount
from api.store import Store
from api.store.rows import cells as table_cells
from api.store.rows import latest_first
from api.store.rows import one as one_row
from api.usecases import marking, searching, table_rows, wishes
from api.usecases import match as matching
from api.usecases.naming import regions_of
from features.language import Language
from features.schema import ENTERPRISE_KINDS, choice_label
from features.tables import Value
from matcher.match_list import MatchList

ROUTES = Routes("pages", prefix="")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {
    "xlsx": XLSX,
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
BRINGERS = ("county", "admin")
"""Roles that bring workbooks."""
_MEANT = 12
"""Most enterprises offered where it is not clear which is meant."""
_AT_ONCE = 100
"""Resources on one page."""
_SHOWN = ("land_mu", "land_price_wan_per_mu", "labour_supply", "wage_yuan_month", "subsidy_rate")


@ROUTES.get("/offers", roles=STAFF, include_in_schema=False)
def offers(
    request: Request, store: StoreOf, account: Signed, search: str = "", region: str = "",
    part: str = "1", order: str = "",
) -> Response:  # fmt: skip
    """The resources that the caller may work on, each leading to its list."""
    lang = language(request)
    rows = own_resources(store, account)
    regions = regions_of(store)
    places = sorted({str(row["region"]) for row in rows})
    kept = [row for row in rows if not region or row["region"] == region]
    if search.strip():
        own = {row["id"] for row in kept}
        found = searching.find(
            store, "resources", search, most=len(own), among=lambda one: one.id in own
        )
        fitting = {one.id for one in found}
        kept = [row for row in kept if row["id"] in fitting]
    if order == "new":
        with store.connection() as connection:
            at_place = {key: n for n, key in enumerate(latest_first(connection, "resources"))}
        kept.sort(key=lambda row: at_place.get(str(row["id"]), len(at_place)))
    parts = max(1, -(-len(kept) // _AT_ONCE))
    at = min(max(1, int(part)), parts) if part.isascii() and part.isdigit() else 1
    shown = kept[(at - 1) * _AT_ONCE : at * _AT_ONCE]
    columns = [(name, details.term_heading(name, lang)) for name in _SHOWN]
    return page(
        request, "offers", rows=[_offer(row, regions, lang) for row in shown], total=len(rows),
        search=search, region=region, columns=columns, fitting=len(kept), part=at, parts=parts,
        may_bring=account.role in BRINGERS, order=order if order == "new" else "",
        places=[(code, regions.name(code, lang=lang)) for code in places],
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


@ROUTES.get("/offers/{resource}", roles=STAFF, include_in_schema=False, reads=NAMES, kind="list")
def offer(
    request: Request, store: StoreOf, account: Signed, resource: str, done: str = "",
    about: str = "", why: str = "",
) -> Response:  # fmt: skip
    """The enterprises that may fit a resource; and why not another."""
    lang = language(request)
    row = own_resource(store, account, resource)
    asked = asked_of(request)
    answer = list_of(request, store, resource=resource, **asked.filters("resource"))
    matching.hand_out(store, answer, by=account.name)
    meant = searching.find(store, "enterprises", why, most=_MEANT)
    pair = None
    if len(meant) == 1 or (meant and why.strip() in (meant[0].id, meant[0].name)):
        found = pair_of(request, store, meant[0].id, resource, by=account.name)
        pair, meant = {**pair_view(found, lang), "id": meant[0].id}, []
    refused = marking.set_aside(store, resource)
    listed = [match.candidate_id for match in answer.matches]
    said = wishes.of_resource(store, account, resource, str(row["region"]))
    others = {*(one.enterprise for one in refused), *(one.enterprise for one in said)}
    names = searching.named(store, "enterprises", {about, *others})
    aside = [(one, names.get(one.enterprise, one.enterprise)) for one in refused]
    reasons = {one.enterprise: one.reason for one in refused}
    notice = None if about not in names else {
        "what": done, "id": about, "name": names[about], "reason": reasons.get(about),
        "decision": marking.decision(store, account, resource, about, done)
        if done in marking.MARKS else "",
    }  # fmt: skip
    with store.connection() as connection:
        confirmed = table_cells(connection, "enterprises", "confirmed_on", listed)
    view = list_view(answer, lang, asked.sort, contacts=True, confirmed=confirmed)
    return page(
        request, "offer", view=view, asked=asked, meant=meant,
        resource=_offer(row, regions_of(store), lang), aside=aside, pair=pair, why=why,
        marks=mark_names(lang) if may_decide(account) else [], made_up=answer.made_up,
        kinds=[(kind, choice_label("enterprises", "kind", kind)[lang])
               for kind in ENTERPRISE_KINDS],
        wishes=[
            (one, names.get(one.enterprise, one.enterprise),
             choice_label("interests", "level", one.level)[lang]) for one in said
        ],
        notice=notice if done in (*marking.MARKS, "same", "undone") else None,
    )  # fmt: skip


@ROUTES.get("/offers/{resource}/list.{ending}", roles=STAFF, include_in_schema=False, kind="list")
def download(
    request: Request, store: StoreOf, account: Signed, resource: str, ending: str
) -> Response:
    """The list as it is filtered on the page, as a file for Excel or Word."""
    own_resource(store, account, resource)
    answer = list_of(request, store, resource=resource, **asked_of(request).filters("resource"))
    return file_of(request, store, answer, ending, account, contacts=True)


@ROUTES.post("/offers/{resource}/marks", roles=BRINGERS, include_in_schema=False)
def mark(
    request: Request, store: StoreOf, account: Signed, resource: str, sent: Fields
) -> Response:
    """Keep what was decided about one enterprise of the list, or take it back."""
    own_resource(store, account, resource)
    enterprise, what = sent.get("enterprise", ""), sent.get("mark", "")
    if "undo" in sent:
        undone = marking.undo(store, account, resource, enterprise, what, sent["undo"])
        done = "undone" if undone else "same"
    else:
        reason = sent.get("reason", "")
        new = marking.mark(store, account, resource, enterprise, what, reason=reason)
        done = what if new else "same"
    back = asked_of(request).address(f"/offers/{resource}", done=done, about=enterprise)
    return RedirectResponse(back, 303)


def file_of(
    request: Request, store: Store, answer: MatchList, ending: str, account: Account, *,
    contacts: bool = False,
) -> Response:  # fmt: skip
    """A list as a file to keep, logged as handed out.

    Raises
    ------
    NoSuchPage
        If there is no such kind of file.
    """
    if ending not in _TYPES:
        raise NoSuchPage("pages.error.no_page")
    form: reports.FileFormat = "xlsx" if ending == "xlsx" else "docx"
    made = reports.Provenance(reports.stamp(), account.name)
    content = reports.match_file(answer, form, made, language(request), contacts=contacts)
    matching.hand_out(store, answer, by=account.name)
    name = f"shanhai-{answer.query['id']}-{answer.as_of.isoformat()}.{ending}"
    kept = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_TYPES[ending], headers=kept)


def own_resources(store: Store, account: Account) -> list[dict[str, Value]]:
    """The resources that an account works on, as a list shows them: a county's own, else all."""
    rows = store.table("resources", ["id", "name", "kind", "region", *_SHOWN]).rows()
    own = own_regions(store, account)
    return [row for row in rows if own is None or row["region"] in own]


def own_regions(store: Store, account: Account) -> frozenset[str] | None:
    """Where the resources lie that an account works on; None: anywhere."""
    if account.role != "county":
        return None
    return frozenset(table_rows.scope_of(store, account).regions)


def may_decide(account: Account) -> bool:
    """Whether decisions and records are the account's: a planner only looks on."""
    return account.role != "planner"


def own_resource(store: Store, account: Account, resource: str) -> dict[str, Value]:
    """One resource of those.

    Raises
    ------
    NoSuchPage
    """
    scope = table_rows.scope_of(store, account)
    with store.connection() as connection:
        row = one_row(connection, "resources", resource, scope)
    if row is None or (account.role == "county" and row["region"] not in scope.regions):
        raise NoSuchPage("pages.error.no_resource")
    return row


def _offer(row: dict[str, Value], regions: Any, lang: Any) -> dict[str, Any]:
    """A resource in words and figures; their units stand in the headings."""
    return {
        "id": row["id"], "name": row["name"],
        "terms": {name: _figure(name, row.get(name), lang) for name in _SHOWN},
        "kind": choice_label("resources", "kind", str(row["kind"]))[lang],
        "region": regions.name(str(row["region"]), lang=lang),
    }  # fmt: skip


def _figure(name: str, value: Value, lang: Language) -> str | None:
    if not isinstance(value, int | float):
        return None
    return details.term_value(name, value, lang) if details.is_rate(name) else amount(value)
