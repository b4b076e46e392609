"""What other terms of one's own resource would change: a form in the address, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.errors import UserError
from api.http.routing import STAFF, Routes, Signed, StoreOf
from api.pages.offers import own_resource
from api.pages.rendering import language, page
from api.reports.details import term_label, term_value
from api.reports.whatif_terminal import sentences
from api.usecases import whatif
from features.language import Language, Text
from features.schema import TABLES
from features.tables import Value
from matcher.ranking import Ranking
from matcher.whatif import BeyondWhatIsKnown, WhatIf, known_range

ROUTES = Routes("pages", prefix="")


@ROUTES.get("/offers/{resource}/terms", roles=STAFF, include_in_schema=False)
def terms(request: Request, store: StoreOf, account: Signed, resource: str) -> Response:
    """Sliders of the terms that the address changes, and what the change would bring."""
    lang = language(request)
    row = own_resource(store, account, resource)
    fields = _fields(request.app.state.keeper.ranking(), row, request.query_params, lang)
    changed = [f"{each['name']}={each['given']}" for each in fields if each["changed"]]
    found: WhatIf | None = None
    refused: Text | None = None
    if changed:
        try:
            found = whatif.run(store, resource, changed)
            whatif.hand_out(store, found, account.name)
        except (UserError, BeyondWhatIsKnown) as error:
            refused = error.message
    return page(
        request, "terms", 422 if refused else 200, fields=fields, resource=row, refused=refused,
        asked=bool(request.query_params), result=None if found is None else _result(found, lang),
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _fields(
    ranking: Ranking, row: Mapping[str, Value], query: Mapping[str, str], lang: Language
) -> list[dict[str, Any]]:
    """The numeric terms that places of the kind state, with their range."""
    market = ranking.market
    at = market.resources.index[str(row["id"])]
    found = []
    for name in whatif.TERMS:
        column = TABLES["resources"].column(name)
        if column.kind not in ("int", "float"):
            continue
        known = known_range(market, at, name)
        if known is None or known[0] == known[1]:
            continue
        now = row.get(name)
        given = query.get(name, "").strip()
        whole = column.kind == "int"
        found.append({
            "name": name, "label": column.label[lang], "low": f"{known[0]:.10g}",
            "high": f"{known[1]:.10g}", "step": "1" if whole else "any",
            "unit": column.unit[lang] if column.unit else "",
            "now": None if now is None else term_value(name, now, lang),
            "given": given or ("" if now is None else f"{now:.10g}"),
            "changed": given != "" and (now is None or not _same(given, now)),
        })  # fmt: skip
    return found


def _same(given: str, now: Value) -> bool:
    try:
        return isinstance(now, int | float) and float(given) == float(now)
    except ValueError:
        return False


def _result(found: WhatIf, lang: Language) -> dict[str, Any]:
    dash = {"zh": "—", "en": "–"}[lang]
    changes = [
        (term_label(name, lang), dash if old is None else term_value(name, old, lang),
         term_value(name, new, lang))
        for name, (old, new) in found.changes.items()
    ]  # fmt: skip
    said, assumed = sentences(found, lang)
    return {"changes": changes, "said": said, "assumed": assumed, "direction": found.direction}
