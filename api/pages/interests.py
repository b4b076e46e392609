"""An enterprise's wishes and refusals, and who sees each."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.accounts import Account
from api.errors import UsageError, UserError
from api.http.routing import Routes, Signed, StoreOf
from api.pages.finding import may_open
from api.pages.forms import Fields, refusal
from api.pages.rendering import address, language, page
from api.store import Store
from api.usecases import declaring, row_writing, searching, table_rows
from features.dates import NotADate, written_date
from features.findings import FindingsError
from features.language import Language, Text
from features.schema import RESOURCE_KINDS, TABLES, choice_label

ROUTES = Routes("pages", prefix="")
OWN = ("enterprise",)
_LEVELS = ("yes", "must", "no")
_MOST = 200


@ROUTES.get("/interests", roles=OWN, include_in_schema=False)
def interests(
    request: Request, store: StoreOf, account: Signed, target: str = "", search: str = "",
    done: str = "", removed: str = "",
) -> Response:  # fmt: skip
    """What was declared, and the form; ``target`` is what it is about, ``search`` finds one.

    ``removed`` is the key of what was taken back just now.
    """
    gone = row_writing.removed(store, "interests", removed, by=account) if removed else None
    return _shown(request, store, account, target=target, search=search, done=done, gone=gone)


@ROUTES.post("/interests", roles=OWN, include_in_schema=False)
def declare(request: Request, store: StoreOf, account: Signed, sent: Fields) -> Response:
    """Keep a wish or refusal, or take it back."""
    if "remove" in sent:
        key = sent["remove"]
        table_rows.remove(store, account, "interests", key, if_match=None, undoable=True)
        return RedirectResponse(address("/interests", done="removed", removed=key), 303)
    target = sent.get("target", "")
    try:
        kept = declaring.for_account(
            store, account, "enterprise", str(account.enterprise_id), target,
            sent.get("level", ""), reason=sent.get("reason", "").strip() or None,
            until=_day(sent.get("until", "").strip()),
        )  # fmt: skip
    except (UserError, FindingsError) as refused:
        told = (
            [f.message for f in refused.findings] if isinstance(refused, FindingsError)
            else [refusal(refused)]
        )  # fmt: skip
        return _shown(request, store, account, status=422, target=target, refused=told, sent=sent)
    return RedirectResponse(address("/interests", done="saved", target=kept.row["target"]), 303)


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return written_date(written)[0]
    except NotADate:
        raise UsageError("usecase.not_a_day", value=written[:40]) from None


def _shown(
    request: Request, store: Store, account: Account, *, status: int = 200, target: str = "",
    search: str = "", done: str = "", refused: list[Text] | None = None,
    sent: dict[str, str] | None = None, gone: dict[str, Any] | None = None,
) -> Response:  # fmt: skip
    lang = language(request)
    rows = table_rows.page(store, account, "interests", limit=_MOST).rows
    found = searching.find(
        store, "resources", search, most=20, among=may_open(store, account) if search else None
    )
    about = _said(store, account, target, lang) if target else None
    return page(
        request, "interests", status, target=target if about else "", about=about, search=search,
        found=found, unknown=bool(search) and not found, done=done,
        refused=[one[lang] for one in refused or []],
        sent={**dict.fromkeys(("level", "reason", "until"), ""), **(sent or {})}, gone=gone,
        levels=[(level, choice_label("interests", "level", level)[lang]) for level in _LEVELS],
        kinds=[(kind, choice_label("resources", "kind", kind)[lang]) for kind in RESOURCE_KINDS],
        most=TABLES["interests"].column("reason").max_length or 4000,
        rows=[_row(store, account, each.key, each.row, lang) for each in rows],
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _said(store: Store, account: Account, target: str, lang: Language) -> dict[str, Any] | None:
    """A target by its name, and who will see what is said of it; None: there is none."""
    try:
        name = declaring.target_said(store, account, target)
    except UsageError:
        return None
    seen = [one[lang] for one in declaring.seen_by(store, account, target)]
    return {"name": name[lang], "seen": seen}


def _row(
    store: Store, account: Account, key: str, row: dict[str, Any], lang: Language
) -> dict[str, Any]:
    said = _said(store, account, str(row["target"]), lang)
    return {
        **row, "key": key, "said": said or {"name": row["target"], "seen": []},
        "level_said": choice_label("interests", "level", str(row["level"]))[lang],
    }  # fmt: skip
