"""An enterprise's own entry: what is filled in, what to fill in first, and the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.accounts import Account
from api.errors import UserError
from api.http.routing import Routes, Signed, StoreOf
from api.pages.forms import Fields
from api.pages.rendering import language, page
from api.store import Store
from api.usecases import completeness, dates, table_rows
from features.columns import Column
from features.findings import FindingsError
from features.language import Language, Text
from features.schema import TABLES, choice_label

ROUTES = Routes("pages", prefix="")
OWN = ("enterprise",)
_TABLE = "enterprises"
_NOT_ASKED = ("id", "confirmed_on")
_FIRST = 5
_WHOLE_LINE = ("description", "intents", "forms")


@ROUTES.get("/own", roles=OWN, include_in_schema=False)
def own(request: Request, store: StoreOf, account: Signed, done: str = "") -> Response:
    """The entry as a form."""
    return _shown(request, store, account, saved=done == "saved")


@ROUTES.post("/own", roles=OWN, include_in_schema=False)
def save(request: Request, store: StoreOf, account: Signed, sent: Fields) -> Response:
    """Keep the entry as it was filled in; it counts as confirmed today."""
    before = table_rows.one(store, account, _TABLE, str(account.enterprise_id)).row
    body = {**before, **_body(sent), "confirmed_on": dates.as_of(store).isoformat()}
    try:
        table_rows.replace(
            store, account, _TABLE, str(account.enterprise_id), body,
            if_match=sent.get("etag", ""),
        )  # fmt: skip
    except FindingsError as refused:
        told = {str(f.column): f.message for f in refused.findings}
        return _shown(request, store, account, status=422, told=told, typed=_body(sent))
    except UserError as refused:
        return _shown(
            request, store, account, status=409, refused=refused.message, typed=_body(sent)
        )
    return RedirectResponse("/own?done=saved", 303)


def _asked() -> list[Column]:
    return [c for c in TABLES[_TABLE].columns if not c.staff_only and c.name not in _NOT_ASKED]


def _body(sent: Mapping[str, str]) -> dict[str, object]:
    """The cells of the form; what is ticked of a list of choices is sent one by one."""
    found: dict[str, object] = {}
    for column in _asked():
        if column.kind == "choices":
            found[column.name] = [c for c in column.choices if f"{column.name}.{c}" in sent]
        elif column.name in sent:
            found[column.name] = sent[column.name].strip() or None
    return found


def _shown(
    request: Request, store: Store, account: Account, *, status: int = 200, saved: bool = False,
    told: Mapping[str, Text] | None = None, refused: Text | None = None,
    typed: Mapping[str, object] | None = None,
) -> Response:  # fmt: skip
    lang = language(request)
    held = table_rows.one(store, account, _TABLE, str(account.enterprise_id))
    row = {**held.row, **(typed or {})}
    ranking = request.app.state.keeper.ranking()
    cells = completeness.of_enterprise(ranking, str(account.enterprise_id))
    names = [c.name for c in _asked()]
    first = [cell for cell in cells if cell.column in names][:_FIRST]
    filled = sum(held.row.get(name) not in (None, [], "") for name in names)
    return page(
        request, "own", status, etag=held.etag, name=held.row["name"], saved=saved,
        confirmed=held.row.get("confirmed_on"), filled=filled, asked=len(names),
        first=[(c.column, TABLES[_TABLE].column(c.column).label[lang], c.state) for c in first],
        refused=refused[lang] if refused else None,
        told={name: said[lang] for name, said in (told or {}).items()},
        fields=[_field(c, row.get(c.name), lang, {x.column for x in first}) for c in _asked()],
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _field(column: Column, value: object, lang: Language, first: set[str]) -> dict[str, Any]:
    listed = value if isinstance(value, list) else []
    shown = ";".join(map(str, listed)) if listed else "" if value in (None, []) else value
    return {
        "name": column.name, "label": column.label[lang], "help": column.help[lang],
        "unit": column.unit[lang] if column.unit else "", "kind": column.kind,
        "required": column.required, "value": shown, "chosen": listed,
        "wide": column.name in _WHOLE_LINE, "first": column.name in first,
        "most": column.max_length or 4000,
        "choices": [(c, choice_label(_TABLE, column.name, c)[lang]) for c in column.choices],
    }  # fmt: skip
