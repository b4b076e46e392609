"""A county's own resource as a form: another one, other terms, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.accounts import Account
from api.errors import UserError
from api.http.routing import Routes, Signed, StoreOf
from api.pages.entry_form import EntryForm, cells_of, columns_of
from api.pages.forms import Fields, refusal
from api.pages.offers import BRINGERS, own_regions, own_resource
from api.pages.rendering import address_of, language, page
from api.store import Store
from api.usecases import dates, row_writing, table_rows
from api.usecases.naming import regions_of
from api.usecases.row_errors import Conflict
from features.columns import Column
from features.findings import FindingsError
from features.language import Language, Text, say
from features.schema import TABLES
from matcher.cells_of_kind import NOTHING_TO_SAY

ROUTES = Routes("pages", prefix="")
_PATH = "/offers/{resource}/entry"
_TABLE = "resources"
_COLUMNS = columns_of(_TABLE, ("id", "region", "confirmed_on"), staff=True)
_GROUPS = {
    "what": ("id", "name", "kind", "region", "enclave_region", "park", "industries",
             "description"),
    "terms": ("land_mu", "land_price_wan_per_mu", "labour_supply", "wage_yuan_month",
              "energy_quota_tce", "subsidy_rate", "capacity", "available_from",
              "available_until"),
    "wanted": ("min_investment_wan", "max_pollution", "forms", "skills"),
    "people": ("contact", "phone", "officer"),
}  # fmt: skip
"""How the fields lie together on the page."""
_DONE = ("saved", "undone", "kept", "added")


@ROUTES.get(_PATH, roles=BRINGERS, include_in_schema=False)
def entry(
    request: Request, store: StoreOf, account: Signed, resource: str, done: str = ""
) -> Response:
    """The entry as a form."""
    own_resource(store, account, resource)
    done = done if done in _DONE else ""
    return _shown(request, store, account, resource, done=done)


@ROUTES.post(_PATH, roles=BRINGERS, include_in_schema=False)
def save(
    request: Request, store: StoreOf, account: Signed, resource: str, sent: Fields
) -> Response:
    """Keep the entry, which counts as confirmed today; or take back what was kept last."""
    own_resource(store, account, resource)
    path = address_of(_PATH, resource=resource)
    if "undo" in sent:
        undone = row_writing.take_back(store, _TABLE, resource, by=account, only=sent["undo"])
        return RedirectResponse(f"{path}?done={'undone' if undone else 'kept'}", 303)
    if "remove" in sent:  # only what was added just now is offered for that
        table_rows.remove(store, account, _TABLE, resource, if_match=sent.get("etag", ""))
        return RedirectResponse("/offers", 303)
    typed = cells_of(_COLUMNS, sent)
    before = table_rows.one(store, account, _TABLE, resource).row
    body = {**before, **typed, "confirmed_on": dates.as_of(store).isoformat()}
    try:
        table_rows.replace(
            store, account, _TABLE, resource, body, if_match=sent.get("etag", ""), undoable=True
        )
    except FindingsError as refused:
        return _shown(
            request, store, account, resource, status=422, told=_told(refused), typed=typed
        )
    except UserError as refused:
        return _shown(
            request, store, account, resource, status=409, refused=refusal(refused), typed=typed
        )
    return RedirectResponse(f"{path}?done=saved", 303)


@ROUTES.get("/new-offer", roles=BRINGERS, include_in_schema=False)
def new(request: Request, store: StoreOf, account: Signed) -> Response:
    """The form for another resource."""
    return _shown(request, store, account, None, typed={"id": _free_id(store, account)})


@ROUTES.post("/new-offer", roles=BRINGERS, include_in_schema=False)
def add(request: Request, store: StoreOf, account: Signed, sent: Fields) -> Response:
    """Add a resource of one's own county."""
    typed = cells_of(_columns(store, account, new=True), sent)
    here = _only_region(store, account)
    body = {**typed, "confirmed_on": dates.as_of(store).isoformat()}
    body |= {"region": here} if here else {}
    try:
        made = table_rows.create(store, account, _TABLE, body)
    except FindingsError as refused:
        return _shown(request, store, account, None, status=422, told=_told(refused), typed=typed)
    except Conflict as refused:
        told = {"id": refused.message}
        return _shown(request, store, account, None, status=409, told=told, typed=typed)
    except UserError as refused:
        return _shown(
            request, store, account, None, status=409, refused=refusal(refused), typed=typed
        )
    return RedirectResponse(f"{address_of(_PATH, resource=made.key)}?done=added", 303)


def _told(refused: FindingsError) -> dict[str, Text]:
    return {str(f.column): f.message for f in refused.findings}


def _only_region(store: Store, account: Account) -> str | None:
    """The one county that an account's resources lie in; None: it has to be said."""
    here = own_regions(store, account)
    return account.region if here is not None and len(here) == 1 else None


def _columns(store: Store, account: Account, *, new: bool) -> list[Column]:
    """What is asked of a new one too: its id, and where it lies if that may be anywhere."""
    if not new:
        return _COLUMNS
    known = _only_region(store, account) is not None
    return columns_of(_TABLE, ("confirmed_on", *(("region",) if known else ())), staff=True)


def _free_id(store: Store, account: Account) -> str:
    """An id that no resource has yet: ``R-331122-0001``."""
    start = f"R-{account.region}-" if account.region else "R-"
    taken = store.keys(_TABLE)
    return next(key for n in range(1, len(taken) + 2) if (key := f"{start}{n:04}") not in taken)


def _shown(
    request: Request, store: Store, account: Account, resource: str | None, *, status: int = 200,
    done: str = "", told: Mapping[str, Text] | None = None, refused: Text | None = None,
    typed: Mapping[str, object] | None = None,
) -> Response:  # fmt: skip
    lang, new = language(request), resource is None
    held = None if resource is None else table_rows.one(store, account, _TABLE, resource)
    row: dict[str, Any] = {**(held.row if held else {}), **(typed or {})}
    decision = None
    if held is not None and done == "saved":
        decision = row_writing.decision_of(store, _TABLE, held.key, by=account)
    spared = NOTHING_TO_SAY["resource"].get(str(row.get("kind")), ())
    form = EntryForm(store, _TABLE, lang, ())
    columns = _columns(store, account, new=new)
    region = _only_region(store, account) if held is None else row["region"]
    at = address_of(_PATH, resource=resource) if resource is not None else "/new-offer"
    return page(
        request, "offer_entry", status, new=new, path=at, etag=held.etag if held else "",
        name=held.row["name"] if held else None, resource=resource, done=done, decision=decision,
        region=regions_of(store).name(str(region), lang=lang) if region else None,
        confirmed=row.get("confirmed_on"), refused=refused[lang] if refused else None,
        told={name: said[lang] for name, said in (told or {}).items()},
        groups=[(name, say(f"pages.entry.group_{name}", lang), [
            form.field(c, row.get(c.name)) for c in columns
            if c.name in names and (c.name not in spared or row.get(c.name) is not None)
        ]) for name, names in _GROUPS.items()],
        spared=_labels(spared, row, lang), lists=form.lists,
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _labels(spared: tuple[str, ...], row: Mapping[str, Any], lang: Language) -> str:
    """What a resource of its kind is not asked for, by name."""
    left = [TABLES[_TABLE].column(name).label[lang] for name in spared if row.get(name) is None]
    return say("report.comma", lang).join(left)
