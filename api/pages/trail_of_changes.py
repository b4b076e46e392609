"""The audit for planners: who changed what and when, and the lists that were handed out."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.errors import UsageError
from api.http.routing import PLANNERS, Routes, Signed, StoreOf
from api.pages.rendering import address, language, local, page
from api.store import audit
from features.language import Language, catalogue, say

ROUTES = Routes("pages", prefix="")
_ROWS = 100
_KINDS = ("changes", "lists")


@ROUTES.get("/audit", roles=PLANNERS, include_in_schema=False)
def changes(
    request: Request, store: StoreOf, account: Signed, what: str = "changes", by: str = "",
    before: str = "",
) -> Response:  # fmt: skip
    """One page of what was noted, the latest first; never the values themselves."""
    if what not in _KINDS or len(by) > 64 or not re.fullmatch(r"[0-9A-Za-z:.-]{0,100}", before):
        raise UsageError("pages.error.bad_value", place="what")
    lang = language(request)
    read = audit.noted if what == "changes" else audit.lists_given
    with store.connection() as connection:
        found = read(connection, before=before or None, limit=_ROWS + 1, by=by or None)
    shown = found[:_ROWS]
    more = None
    if len(found) > _ROWS:
        last = shown[-1]
        mark = last["id"] if what == "changes" else f"{last['at']}.{last['id']}"
        more = address("/audit", what=what, by=by, before=mark)
    row = _change if what == "changes" else _list
    return page(
        request, "audit", rows=[row(one, lang) for one in shown], what=what, kinds=_KINDS, by=by,
        more=more, first=not before, made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _change(row: dict[str, Any], lang: Language) -> dict[str, str]:
    detail = ", ".join(f"{name}: {_said(value)}" for name, value in row["detail"].items())
    return {
        "at": local(row["at"]), "by": row["by"], "action": _word(row["action"], lang),
        "subject": row["subject"], "detail": detail,
    }  # fmt: skip


def _list(row: dict[str, Any], lang: Language) -> dict[str, str]:
    asked = row["query"]
    detail = ", ".join(f"{name}: {_said(value)}" for name, value in row["filters"].items() if value)
    return {
        "at": local(row["at"]), "by": row["by"] or "", "action": _word("list", lang),
        "subject": f"{asked.get('side', '')} {asked.get('id', '')}".strip(),
        "detail": "; ".join(part for part in (detail, str(row["model_id"])) if part),
    }  # fmt: skip


def _word(action: str, lang: Language) -> str:
    code = f"pages.audit.action_{action.replace('-', '_')}"
    return say(code, lang) if code in catalogue() else action


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
