"""An enterprise's own entry: what is filled in, what to fill in first, and the form."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.accounts import Account
from api.errors import UserError
from api.http.routing import Routes, Signed, StoreOf
from api.pages.entry_form import EntryForm, cells_of, columns_of
from api.pages.forms import Fields, refusal
from api.pages.lists import ranking_with
from api.pages.rendering import language, page
from api.store import Store
from api.usecases import completeness, dates, row_writing, table_rows
from features.findings import FindingsError
from features.language import Text
from features.schema import TABLES

ROUTES = Routes("pages", prefix="")
OWN = ("enterprise",)
DONE = ("saved", "undone", "kept")
"""What may be said to have been done with an entry."""
_TABLE = "enterprises"
_NOT_ASKED = ("id", "confirmed_on")
_FIRST = 5
_EMPTY: tuple[object, ...] = (None, [], "")
_ASKED = columns_of(_TABLE, _NOT_ASKED, staff=False)


@ROUTES.get("/own", roles=OWN, include_in_schema=False)
def own(request: Request, store: StoreOf, account: Signed, done: str = "") -> Response:
    """The entry as a form."""
    return _shown(request, store, account, done=done if done in DONE else "")


@ROUTES.post("/own", roles=OWN, include_in_schema=False)
def save(request: Request, store: StoreOf, account: Signed, sent: Fields) -> Response:
    """Keep the entry as it was filled in, which counts as confirmed today; or undo that."""
    key = str(account.enterprise_id)
    if "undo" in sent:
        undone = row_writing.take_back(store, _TABLE, key, by=account, only=sent["undo"])
        return RedirectResponse("/own?done=undone" if undone else "/own?done=kept", 303)
    typed = cells_of(_ASKED, sent)
    before = table_rows.one(store, account, _TABLE, key).row
    body = {**before, **typed, "confirmed_on": dates.as_of(store).isoformat()}
    try:
        table_rows.replace(
            store, account, _TABLE, key, body, if_match=sent.get("etag", ""), undoable=True
        )
    except FindingsError as refused:
        told = {str(f.column): f.message for f in refused.findings}
        return _shown(request, store, account, status=422, told=told, typed=typed)
    except UserError as refused:
        return _shown(request, store, account, status=409, refused=refusal(refused), typed=typed)
    return RedirectResponse("/own?done=saved", 303)


def _shown(
    request: Request, store: Store, account: Account, *, status: int = 200, done: str = "",
    told: Mapping[str, Text] | None = None, refused: Text | None = None,
    typed: Mapping[str, object] | None = None,
) -> Response:  # fmt: skip
    lang = language(request)
    held = table_rows.one(store, account, _TABLE, str(account.enterprise_id))
    row = {**held.row, **(typed or {})}
    decision = row_writing.decision_of(store, _TABLE, held.key, by=account) if done else None
    ranking = ranking_with(request, "enterprise", str(account.enterprise_id))
    cells = completeness.of_enterprise(ranking, str(account.enterprise_id))
    names = [c.name for c in _ASKED]
    # The ranking may be of a moment ago: what has been filled in or confirmed since is left out.
    today = held.row.get("confirmed_on") == dates.as_of(store).isoformat()
    first = [
        cell for cell in cells if cell.column in names
        and (not today if cell.state == "stale" else held.row.get(cell.column) in _EMPTY)
    ][:_FIRST]  # fmt: skip
    form = EntryForm(store, _TABLE, lang, {cell.column for cell in first})
    filled = sum(held.row.get(name) not in _EMPTY for name in names)
    return page(
        request, "own", status, etag=held.etag, name=held.row["name"], done=done, decision=decision,
        confirmed=held.row.get("confirmed_on"), filled=filled, asked=len(names),
        first=[(c.column, TABLES[_TABLE].column(c.column).label[lang], c.state) for c in first],
        refused=refused[lang] if refused else None,
        told={name: said[lang] for name, said in (told or {}).items()},
        fields=[form.field(c, row.get(c.name)) for c in _ASKED], lists=form.lists,
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip
