"""The planner's scenarios: an editor, simulations as jobs, results, and what was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response

from api import jobs
from api.accounts import Account
from api.http.routing import API, EVERYONE, PLANNERS, Anyone, Routes, Signed, StoreOf
from api.pages.errors import NoSuchPage
from api.pages.forms import Fields, Repeated
from api.pages.own_jobs import job_of_page
from api.pages.rendering import address, language, local, page
from api.pages.scenario_file import document_of as document_of_job
from api.pages.scenario_form import BY_REGION, document_of, field_of, fields_of
from api.pages.scenario_result import result_view
from api.pages.script import ADDRESS, CONTENT
from api.pages.sheet_view import report_file
from api.reports import simulation_names
from api.store import Store
from api.usecases import scenarios
from api.usecases.naming import regions_of
from features.findings import Finding, FindingsError
from features.language import Language, say
from features.schema import PROGRAMMES, choice_label
from matcher.scenario import DRAWS, MODES, MOST_DRAWS, OBJECTIVES, REGIMES

ROUTES = Routes("pages", prefix="")
STEPS = ("market", "pairs", "plans", "draws", "report")
_TYPES = {"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8",
          "json": "application/json"}  # fmt: skip


@ROUTES.get("/scenarios", roles=PLANNERS, include_in_schema=False)
def listed(request: Request, store: StoreOf, account: Signed, gone: str = "") -> Response:
    """The simulations of an account: open, use again, rename, put away."""
    lang = language(request)
    found = scenarios.kept(store, None if account.role == "admin" else account.name)
    here = [_row(job, lang) for job in found if not scenarios.is_away(job)]
    away = [_row(job, lang) for job in found if scenarios.is_away(job)]
    return page(
        request, "scenarios", rows=here, away=away, all_of=account.role == "admin",
        gone=next((row for row in away if row["id"] == gone), None),
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


@ROUTES.get("/scenarios/new", roles=PLANNERS, include_in_schema=False)
def edit(request: Request, store: StoreOf, account: Signed, like: str = "") -> Response:
    """The editor, empty or with what an earlier simulation was asked."""
    document: Mapping[str, Any] = {}
    if like:
        document = _simulation(store, account, like).request.get("document") or {}
    return _editor(request, store, fields_of(document), [], {})


@ROUTES.post("/scenarios", roles=PLANNERS, include_in_schema=False)
def submit(request: Request, store: StoreOf, account: Signed, sent: Repeated) -> Response:
    """Have a scenario simulated, or show the form again with what is wrong beside the fields."""
    document = document_of(sent)
    if "more" in sent:
        return _editor(request, store, fields_of(document), [], sent)
    try:
        job = scenarios.submit(store, document, by=account.name)
    except FindingsError as error:
        return _editor(request, store, fields_of(document), error.findings, sent)
    return RedirectResponse(f"/scenarios/{job.id}", 303)


@ROUTES.post("/scenarios/check", roles=PLANNERS, kind="read", include_in_schema=False)
def check(request: Request, store: StoreOf, account: Signed, sent: Repeated) -> Response:
    """What is wrong with a form as it stands, field by field."""
    lang = language(request)
    found = scenarios.findings(store, document_of(sent))
    said = "pages.scenario.checked_wrong" if found else "pages.scenario.checked"
    return JSONResponse({
        "findings": [
            {"field": field_of(one.column, sent), "message": _mended(one, lang)} for one in found
        ],
        "said": say(said, lang, count=len(found)),
    })  # fmt: skip


@ROUTES.get("/scenarios/{job_id}", roles=PLANNERS, include_in_schema=False)
def told(request: Request, store: StoreOf, account: Signed, job_id: str) -> Response:
    """How far a simulation is; its result once it is done."""
    lang = language(request)
    job = _simulation(store, account, job_id)
    done = job.state == "done" and job.result is not None
    word = (job.progress or "").partition(" ")[0]
    step = STEPS.index(word) if word in STEPS else -1
    return page(
        request, "scenario", job=job, name=scenarios.name_of(job), script=ADDRESS,
        poll=f"{API}/jobs/{job.id}", refresh=None if job.ended else 3, step=step,
        step_names=STEPS, steps=[say(f"pages.scenario.step_{one}", lang) for one in STEPS],
        result=result_view(job, regions_of(store), lang) if done else None,
        error=(job.error or {}).get("message"), files=simulation_names.NAMES,
        trail=[(say("pages.menu.scenarios", lang), "/scenarios")],
        again=job.request.get("document") is not None,
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


@ROUTES.get("/scenarios/{job_id}/files/{name}", roles=PLANNERS, include_in_schema=False)
def file(store: StoreOf, account: Signed, job_id: str, name: str) -> Response:
    """One of the files a simulation made, to keep."""
    job = _simulation(store, account, job_id)
    made = jobs.folder(job.id) / "made" / name
    if job.state != "done" or name not in simulation_names.NAMES or not made.is_file():
        raise NoSuchPage("pages.error.no_page")
    return FileResponse(made, media_type=_TYPES[name.rpartition(".")[2]], filename=name)


@ROUTES.get("/scenarios/{job_id}/report.{ending}", roles=PLANNERS, include_in_schema=False)
def report(
    request: Request, store: StoreOf, account: Signed, job_id: str, ending: str
) -> Response:  # fmt: skip
    """The result as a file for Excel or Word."""
    job = _simulation(store, account, job_id)
    if job.state != "done" or job.result is None:
        raise NoSuchPage("pages.error.no_page")
    made = document_of_job(store, job, account, language(request))
    return report_file(request, made, f"shanhai-scenario-{job.result['as_of']}", ending, account)


@ROUTES.post("/scenarios/{job_id}", roles=PLANNERS, include_in_schema=False)
def change(store: StoreOf, account: Signed, job_id: str, sent: Fields) -> Response:
    """Rename a simulation, put it away, or put it back."""
    job = _simulation(store, account, job_id)
    if "rename" in sent:
        scenarios.rename(store, job, sent.get("name", ""))
        return RedirectResponse("/scenarios", 303)
    away = "back" not in sent
    scenarios.put_away(store, job, away=away)
    return RedirectResponse(address("/scenarios", gone=job.id if away else None), 303)


@ROUTES.get(ADDRESS, roles=EVERYONE, include_in_schema=False)
def script(caller: Anyone) -> Response:
    """The script of the pages."""
    kept = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(CONTENT, media_type="text/javascript", headers=kept)


def _simulation(store: Store, account: Account, key: str) -> jobs.Job:
    return job_of_page(store, account, key, kind="simulation", missing="pages.scenarios.none_such")


def _row(job: jobs.Job, lang: Language) -> dict[str, Any]:
    scenario = ((job.result or {}).get("scenarios") or [None])[0]
    return {
        "id": job.id, "name": scenarios.name_of(job), "by": job.by,
        "state": "cancelled" if job.cancelled else job.state, "at": local(job.submitted_at),
        "again": job.request.get("document") is not None,
        "planned": None if scenario is None else f"{scenario['planned']:,}",
    }  # fmt: skip


def _mended(one: Finding, lang: Language) -> str:
    """What is said of a field: shares are percent there and fractions in a scenario."""
    if one.code == "share_over_one":
        return say("pages.scenario.over_hundred", lang)
    return one.message[lang]


def _editor(
    request: Request, store: Store, fields: dict[str, Any], found: Sequence[Finding],
    sent: Mapping[str, Sequence[str]],
) -> Response:  # fmt: skip
    lang = language(request)
    said: dict[str, list[str]] = {}
    for one in found:
        said.setdefault(field_of(one.column, sent), []).append(_mended(one, lang))
    regions = regions_of(store)
    pairings = scenarios.pairings_of(store)
    compared = [(one, say(f"regime.{one}", lang)) for one in REGIMES]
    compared += [(one, say("regime.pairing", lang, name=one)) for one in pairings]
    return page(
        request, "scenario_edit", 422 if found else 200, fields=fields, said=said,
        pairings=pairings, compared=compared, modes=MODES, by_region=BY_REGION,
        programmes=[(p, choice_label("projects", "programme", p)[lang]) for p in PROGRAMMES],
        objectives=[(o, say(f"objective.{o}", lang)) for o in OBJECTIVES],
        regions=[regions.name(c, lang="zh") for c in regions.codes if not regions.is_prefecture(c)],
        draws=DRAWS, most_draws=MOST_DRAWS, script=ADDRESS,
        trail=[(say("pages.menu.scenarios", lang), "/scenarios")],
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip
