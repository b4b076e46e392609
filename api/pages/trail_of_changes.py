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
from features.schema import TABLES, choice_label

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
    table = str(row["subject"]).partition("/")[0]
    comma = say("report.comma", lang)
    detail = comma.join(
        say("report.labelled", lang, label=_word("detail", name, lang),
            value=_value(name, value, table, lang))
        for name, value in row["detail"].items()
    )  # fmt: skip
    return {
        "at": local(row["at"]), "by": row["by"], "action": _word("action", row["action"], lang),
        "subject": _subject(str(row["subject"]), lang), "detail": detail,
    }  # fmt: skip


def _list(row: dict[str, Any], lang: Language) -> dict[str, str]:
    asked = row["query"]
    filters = [
        say("report.labelled", lang, label=_word("filter", name, lang),
            value=_filter(name, value, lang))
        for name, value in row["filters"].items() if value
    ]  # fmt: skip
    side = _word("side", str(asked.get("side", "")), lang)
    return {
        "at": local(row["at"]), "by": row["by"] or "", "action": _word("action", "list", lang),
        "subject": f"{side} {asked.get('id', '')}".strip(),
        "detail": say("report.comma", lang).join([*filters, str(row["model_id"])]),
    }  # fmt: skip


def _word(kind: str, name: str, lang: Language) -> str:
    """What something is called; what has no word is shown as it is noted."""
    code = f"pages.audit.{kind}_{name.replace('-', '_')}"
    return say(code, lang) if code in catalogue() else name


def _subject(written: str, lang: Language) -> str:
    """``outcomes/E-1/R-2`` as what it is and which."""
    table, _, key = written.partition("/")
    called = TABLES[table].label[lang] if table in TABLES else _word("of", table, lang)
    if table == "exports" and key in TABLES:
        key = TABLES[key].label[lang]
    return f"{called} {key}".strip()


def _value(name: str, value: object, table: str, lang: Language) -> str:
    """A value of the detail; columns and tables by their labels."""
    values = value if isinstance(value, list) else [value]
    if name == "columns" and table in TABLES:
        known = TABLES[table].names
        said = [TABLES[table].column(v).label[lang] if v in known else str(v) for v in values]
    elif name == "tables":
        said = [TABLES[v].label[lang] if v in TABLES else str(v) for v in values]
    else:
        said = [_word("value", str(v), lang) for v in values]
    return say("report.comma", lang).join(said)


def _filter(name: str, value: object, lang: Language) -> str:
    if name == "kind":
        for table in ("resources", "enterprises"):
            if value in TABLES[table].column("kind").choices:
                return choice_label(table, "kind", str(value))[lang]
    if name == "programme":
        return choice_label("projects", "programme", str(value))[lang]
    return _word("value", str(value), lang)
