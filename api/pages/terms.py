"""What other terms of one's own resource would change: a form, a job, and its answer.

The same market is scored twice, which takes longer than a request should on a large store: so
the question is a job like any other, and its address can be kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api import jobs
from api.accounts import Account
from api.errors import UsageError
from api.http.routing import API, STAFF, Routes, Signed, StoreOf
from api.pages.errors import NoSuchPage
from api.pages.forms import Fields
from api.pages.lists import ranking_with
from api.pages.offers import own_resource
from api.pages.own_jobs import job_of_page
from api.pages.rendering import address, address_of, language, page
from api.pages.script import ADDRESS
from api.pages.sliders import Slider, chosen
from api.reports.details import term_label, term_value
from api.store import Store
from api.usecases import whatif
from features.language import Language, Text
from features.schema import TABLES
from features.tables import Value
from matcher.ranking import Ranking

ROUTES = Routes("pages", prefix="")
_PATH = "/offers/{resource}/terms"


@ROUTES.get(
    _PATH, roles=STAFF, include_in_schema=False, reads=("unchanged", *TABLES["resources"].names)
)
def terms(
    request: Request, store: StoreOf, account: Signed, resource: str, job: str = ""
) -> Response:
    """A slider and a field of each term as the address has it; with ``job``, its answer."""
    row = own_resource(store, account, resource)
    asked = _question(store, account, resource, job) if job else None
    return _shown(request, store, row, dict(request.query_params), asked=asked)


@ROUTES.post(_PATH, roles=STAFF, include_in_schema=False)
def ask(request: Request, store: StoreOf, account: Signed, resource: str, sent: Fields) -> Response:
    """Have the terms that were changed looked into; what cannot be is said at once."""
    from matcher.whatif import BeyondWhatIsKnown  # loads a solver

    row = own_resource(store, account, resource)
    ranking = ranking_with(request, "resource", resource)
    wanted = {name: chosen(sent, name) for name in _numeric(ranking, row)}
    changed = {name: value for name, value in wanted.items() if _differs(value, row.get(name))}
    path = address_of(_PATH, resource=resource)
    if not changed:
        return RedirectResponse(address(path, unchanged="1"), 303)
    written = [f"{name}={value}" for name, value in changed.items()]
    try:
        whatif.check(store, ranking.market, resource, written)
    except (UsageError, BeyondWhatIsKnown) as error:
        return _shown(request, store, row, changed, refused=error.message)
    made = jobs.submit(
        store, "whatif",
        {"resource_id": resource, "terms": written, "introductions": None, "as_of": None,
         "lang": language(request)},
        by=account.name, files={},
    )  # fmt: skip
    return RedirectResponse(address(path, **changed, job=made.id), 303)


def _question(store: Store, account: Account, resource: str, key: str) -> jobs.Job:
    job = job_of_page(store, account, key, kind="whatif", missing="pages.terms.gone")
    if job.request["resource_id"] != resource:
        raise NoSuchPage("pages.terms.gone")
    return job


def _shown(
    request: Request, store: Store, row: Mapping[str, Value], given: Mapping[str, str], *,
    asked: jobs.Job | None = None, refused: Text | None = None,
) -> Response:  # fmt: skip
    lang = language(request)
    failed = (asked.error or {}).get("message") if asked and asked.state == "failed" else None
    done = asked is not None and asked.state == "done" and asked.result is not None
    ranking = ranking_with(request, "resource", str(row["id"]))
    return page(
        request, "terms", 422 if refused else 200, resource=row, refused=refused or failed,
        fields=[_field(ranking, row, name, given.get(name, ""), lang)
                for name in _numeric(ranking, row)],
        job=None if asked is None or asked.ended else asked, script=ADDRESS,
        poll="" if asked is None else f"{API}/jobs/{asked.id}",
        refresh=None if asked is None or asked.ended else 2,
        unchanged=given.get("unchanged") == "1", path=address_of(_PATH, resource=str(row["id"])),
        result=_result(asked.result or {}, lang) if done and asked else None,
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _range(ranking: Ranking, resource: int, name: str) -> tuple[float, float] | None:
    """See :func:`matcher.whatif.known_range`."""
    from matcher.whatif import known_range

    return known_range(ranking.market, resource, name)


def _numeric(ranking: Ranking, row: Mapping[str, Value]) -> list[str]:
    """The numeric terms of which places of the kind show a range."""
    at = ranking.market.resources.index[str(row["id"])]
    found = []
    for name in whatif.TERMS:
        if TABLES["resources"].column(name).kind not in ("int", "float"):
            continue
        known = _range(ranking, at, name)
        if known is not None and known[0] < known[1]:
            found.append(name)
    return found


def _field(
    ranking: Ranking, row: Mapping[str, Value], name: str, given: str, lang: Language
) -> dict[str, Any]:
    """One term as a slider over what its kind has shown, and the same as a number."""
    column, now = TABLES["resources"].column(name), row.get(name)
    known = _range(ranking, ranking.market.resources.index[str(row["id"])], name)
    assert known is not None
    value = given.strip() or ("" if now is None else f"{now:.10g}")
    return {
        "name": name, "label": column.label[lang],
        "unit": column.unit[lang] if column.unit else "", "value": value,
        "now": None if now is None else term_value(name, now, lang),
        "changed": _differs(given.strip(), now),
        "slider": Slider.over(*known, value, whole=column.kind == "int"),
        "low": _end(name, known[0], lang), "high": _end(name, known[1], lang),
    }  # fmt: skip


def _end(name: str, value: float, lang: Language) -> str:
    """An end of the range; a share as it is written and as per cent."""
    said = term_value(name, value, lang)
    return f"{value:.10g} = {said}" if value and said.endswith("%") else said


def _differs(given: str, now: Value) -> bool:
    if given == "":
        return False
    try:
        return not isinstance(now, int | float) or float(given) != float(now)
    except ValueError:
        return True


def _result(told: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    dash = {"zh": "—", "en": "–"}[lang]
    changes = [
        (term_label(name, lang),
         *(dash if each[way] is None else term_value(name, each[way], lang)
           for way in ("from", "to")))
        for name, each in told["changes"].items()
    ]  # fmt: skip
    return {"changes": changes, **told["text"][lang]}
