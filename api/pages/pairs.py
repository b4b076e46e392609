"""One enterprise and one resource: what speaks for them, what came of it so far, what to note."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.accounts import Account
from api.errors import UserError
from api.http.routing import STAFF, Routes, Signed, StoreOf
from api.pages.forms import Fields, refusal
from api.pages.list_view import pair_view
from api.pages.lists import pair_of
from api.pages.offers import BRINGERS, may_decide, own_resource
from api.pages.rendering import address_of, language, page
from api.reports.figures import choice
from api.store import Store
from api.usecases import dates, recording, row_writing, table_rows
from features.findings import FindingsError
from features.language import Language, Text
from features.schema import ENDINGS, STAGES, choice_label

ROUTES = Routes("pages", prefix="")
_PATH = "/offers/{resource}/with/{enterprise}"
_DONE = ("saved", "removed", "put_back", "kept")
_MOST_RECORDS = 200
_FIGURES = ("amount_wan", "funded_wan", "jobs")


@ROUTES.get(_PATH, roles=STAFF, include_in_schema=False, kind="list")
def pair(
    request: Request, store: StoreOf, account: Signed, resource: str, enterprise: str,
    done: str = "", day: str = "", decision: str = "",
) -> Response:  # fmt: skip
    """The pair, its records, and the form for another; ``decision``: the one just made."""
    key = table_rows.outcome_key(enterprise, resource, day)
    gone = row_writing.removed(store, "outcomes", key, by=account) if done == "removed" else None
    said = done in _DONE and (gone is not None or done != "removed")
    return _shown(
        request, store, account, resource, enterprise, notice=done if said else "",
        day=day, decision=decision, gone=gone,
    )  # fmt: skip


@ROUTES.post(_PATH, roles=BRINGERS, include_in_schema=False)
def record(
    request: Request, store: StoreOf, account: Signed, resource: str, enterprise: str, sent: Fields
) -> Response:
    """Keep a stage with its money, or take a record out; or take back what was kept just now."""
    own_resource(store, account, resource)
    path = address_of(_PATH, resource=resource, enterprise=enterprise)
    if "undo" in sent:
        key = table_rows.outcome_key(enterprise, resource, sent.get("day", ""))
        undone = row_writing.take_back(store, "outcomes", key, by=account, only=sent["undo"])
        return RedirectResponse(f"{path}?done={'put_back' if undone else 'kept'}", 303)
    if "remove" in sent:
        key = table_rows.outcome_key(enterprise, resource, sent["remove"])
        day = str(table_rows.one(store, account, "outcomes", key).row["date"])
        table_rows.remove(store, account, "outcomes", key, if_match=None, undoable=True)
        return RedirectResponse(f"{path}?done=removed&day={day}", 303)
    try:
        saved, doubts = recording.save(store, account, enterprise, resource, sent)
    except (UserError, FindingsError) as refused:
        told = _told(refused)
        return _shown(
            request, store, account, resource, enterprise, status=422, refused=told, sent=sent
        )
    day = str(saved.row["date"])
    decision = row_writing.decision_of(store, "outcomes", saved.key, by=account) or ""
    if doubts:
        return _shown(
            request, store, account, resource, enterprise, notice="saved", doubts=doubts, day=day,
            decision=decision,
        )  # fmt: skip
    return RedirectResponse(f"{path}?done=saved&day={day}&decision={decision}", 303)


def _told(refused: UserError | FindingsError) -> list[Text]:
    if isinstance(refused, FindingsError):
        return [finding.message for finding in refused.findings]
    return [refusal(refused)]


def _shown(
    request: Request, store: Store, account: Account, resource: str, enterprise: str, *,
    status: int = 200, notice: str = "", day: str = "", refused: list[Text] | None = None,
    sent: dict[str, str] | None = None, doubts: tuple[Text, ...] = (),
    gone: dict[str, Any] | None = None, decision: str = "",
) -> Response:  # fmt: skip
    lang, today = language(request), dates.as_of(store).isoformat()
    own = own_resource(store, account, resource)
    answer = pair_of(request, store, enterprise, resource, by=account.name)
    view = pair_view(answer, lang, contacts=True)
    records = table_rows.page(
        store, account, "outcomes",
        filters=[("enterprise_id", enterprise), ("resource_id", resource)], limit=_MOST_RECORDS,
    )  # fmt: skip
    rows = sorted((shown.row for shown in records.rows), key=lambda row: row["date"])
    stages = [(stage, choice_label("outcomes", "stage", stage)[lang])
              for stage in STAGES + ENDINGS]  # fmt: skip
    key = table_rows.outcome_key(enterprise, resource, day)
    if decision and decision != row_writing.decision_of(store, "outcomes", key, by=account):
        decision = ""  # an old address: something came of it since
    return page(
        request, "pair", status, view=view, resource=own, enterprise=enterprise, stages=stages,
        records=[_record(row, lang) for row in rows], notice=notice, day=day,
        refused=[one[lang] for one in refused or []], doubts=[one[lang] for one in doubts],
        sent={**dict.fromkeys(recording.COLUMNS, ""), **(sent or {"date": today})},
        gone={n: gone[n] for n in recording.COLUMNS if gone.get(n) is not None} if gone else None,
        decision=decision,
        path=address_of(_PATH, resource=resource, enterprise=enterprise),
        may_decide=may_decide(account), made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _record(row: dict[str, Any], lang: Language) -> dict[str, Any]:
    """A record as it is read: its figures whole, with thousands separators."""
    figures = {name: f"{row[name]:,.15g}" for name in _FIGURES if row[name] is not None}
    return {**row, **figures, "stage_name": choice(str(row["stage"]), lang)}
