"""A workbook of one's own: brought, mapped, checked cell by cell, imported with its progress."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import File, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api import jobs
from api.accounts import Account
from api.errors import UserError
from api.http.job_answers import file_of, own_job
from api.http.routing import API, Routes, Signed, StoreOf
from api.jobs.questions import ANNOTATED
from api.pages import map_form
from api.pages.errors import NoSuchPage
from api.pages.forms import Fields, refusal
from api.pages.offers import BRINGERS, XLSX
from api.pages.own_jobs import job_of_page
from api.pages.rendering import address, language, local, page
from api.pages.script import ADDRESS
from api.store import Store
from api.usecases import draft_check, draft_folder, drafts
from api.usecases.draft_folder import Draft
from api.usecases.row_errors import NotThere
from features.findings import FindingsError
from features.language import Language, Text
from features.schema import TABLES
from features.sheet_cells import letters

ROUTES = Routes("pages", prefix="")
TEMPLATES = ("resources", "enterprises", "outcomes", "projects", "funds", "problems")
"""Tables offered as an empty workbook."""
_SHOWN_JOBS = 10


@ROUTES.get("/uploads", roles=BRINGERS, include_in_schema=False)
def uploads(request: Request, store: StoreOf, account: Signed, gone: str = "") -> Response:
    """The form, empty workbooks, what is half done and what was done."""
    return _uploads(
        request, store, account, gone=gone if re.fullmatch("[0-9a-f]{32}", gone) else ""
    )


def _uploads(
    request: Request, store: Store, account: Account, status: int = 200,
    refused: list[Text] | None = None, gone: str = "",
) -> Response:  # fmt: skip
    lang = language(request)
    done = jobs.listed(store, by=account.name, kind="import", newest=_SHOWN_JOBS, results=False)
    return page(
        request, "uploads", status, refused=[one[lang] for one in refused or []],
        templates=[(name, TABLES[name].label[lang]) for name in TEMPLATES],
        drafts=draft_folder.listed(account), gone=gone,
        done=[(job, local(job.submitted_at)) for job in reversed(done)
              if not job.request.get("dry_run")],
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


@ROUTES.get("/uploads/templates/{table}.xlsx", roles=BRINGERS, include_in_schema=False)
def template(table: str, account: Signed) -> Response:
    """An empty workbook to fill in."""
    from features import template as templates

    if table not in TEMPLATES:
        raise NoSuchPage("pages.error.no_page")
    with TemporaryDirectory(prefix="shanhai-template-") as place:
        out = Path(place) / "template.xlsx"
        templates.write(table, out)
        return _file(out.read_bytes(), f"{table}.xlsx")


@ROUTES.post("/uploads", roles=BRINGERS, include_in_schema=False)
def bring(
    request: Request, store: StoreOf, account: Signed, file: Annotated[UploadFile, File()]
) -> Response:
    """Keep a workbook and propose how to read it."""
    try:
        draft = drafts.begin(store, account, file.filename or "", file.file)
    except (FindingsError, UserError) as refused:
        return _uploads(request, store, account, 422, _messages(refused))
    if draft.certain:
        return _to_the_check(store, account, draft)
    return RedirectResponse(f"/uploads/{draft.key}", 303)


@ROUTES.get("/uploads/jobs/{job}", roles=BRINGERS, include_in_schema=False)
def progress(request: Request, store: StoreOf, account: Signed, job: str) -> Response:
    """How far an import is, and what it came to."""
    lang = language(request)
    found = job_of_page(store, account, job, kind="import", missing="pages.uploads.no_import")
    if found.request.get("dry_run"):  # nothing was stored
        raise NoSuchPage("pages.uploads.no_import")
    error = found.error or {}
    told = [one["message"][lang] for one in error.get("findings", [])]
    return page(
        request, "upload_job", job=found, refresh=None if found.ended else 2, script=ADDRESS,
        poll=f"{API}/jobs/{found.id}",
        counts=_counts((found.result or {}).get("counts", {}), lang),
        error=error.get("message", {}).get(lang), told=told[:50],
        file=", ".join(found.request.get("files", [])),
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


@ROUTES.get("/uploads/{draft}", roles=BRINGERS, include_in_schema=False)
def mapping(
    request: Request, store: StoreOf, account: Signed, draft: str, undecided: int = 0
) -> Response:
    """What each column is taken for."""
    found = draft_folder.found(account, draft)
    if not found.mapped:
        return _proposing(request, store, account, found)
    lang = language(request)
    tables = map_form.view(found, lang)
    return page(
        request, "upload_map", draft=found, tables=tables, first=map_form.first_open(tables),
        undecided=undecided and map_form.undecided(found),
        others=[one["message"][lang] for one in found.document.get("uncertain", [])
                if not str(one["at"]).startswith("tables[")],
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _proposing(request: Request, store: Store, account: Account, draft: Draft) -> Response:
    """How far the job is that looks at a large workbook, or why it cannot be read."""
    lang, job = language(request), None
    with suppress(NotThere):
        job = own_job(store, draft.job or "", account.name, account.role)
    if job is not None and job.state == "done" and draft_folder.found(account, draft.key).mapped:
        return RedirectResponse(f"/uploads/{draft.key}", 303)
    running = job is not None and not job.ended
    error = (job.error if job else None) or {}
    told = [one["message"][lang] for one in error.get("findings", [])]
    return page(
        request, "upload_waits", draft=draft, job=job, running=running, script=ADDRESS,
        refresh=2 if running else None, poll=f"{API}/jobs/{draft.job}",
        error=error.get("message", {}).get(lang), told=told[:50],
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _mapped(account: Account, key: str) -> Draft:
    """A draft of which it is there how to read it.

    Raises
    ------
    NotThere
    """
    found = draft_folder.found(account, key)
    if not found.mapped:
        raise NotThere("pages.uploads.not_mapped")
    return found


@ROUTES.post("/uploads/{draft}", roles=BRINGERS, include_in_schema=False)
def decide(store: StoreOf, account: Signed, draft: str, sent: Fields) -> Response:
    """Keep what was confirmed or changed; or throw the draft away, or have it back."""
    if "undo" in sent:
        return RedirectResponse(f"/uploads/{draft_folder.put_back(account, draft).key}", 303)
    found = draft_folder.found(account, draft)
    if "discard" in sent:
        draft_folder.put_away(account, found)
        return RedirectResponse(address("/uploads", gone=draft), 303)
    if "propose" in sent and not found.mapped:
        drafts.have_proposed(store, account, found)
        return RedirectResponse(f"/uploads/{draft}", 303)
    found = _mapped(account, draft)
    draft_folder.save(found, map_form.apply(found, sent))
    if map_form.undecided(found):
        return RedirectResponse(f"/uploads/{draft}?undecided=1", 303)
    return _to_the_check(store, account, draft_folder.found(account, draft))


@ROUTES.get("/uploads/{draft}/check", roles=BRINGERS, include_in_schema=False)
def check(request: Request, store: StoreOf, account: Signed, draft: str, job: str = "") -> Response:
    """What an import would do, with what is wrong beside the cells; ``job``: as it found out."""
    found, lang = _mapped(account, draft), language(request)
    if map_form.undecided(found):
        return RedirectResponse(f"/uploads/{draft}?undecided=1", 303)
    asked = _checking(store, account, found, job) if job else None
    came: draft_check.Checked | None = None
    if asked is not None:
        came = asked.result  # type: ignore[assignment]
    elif not _is_large(found):
        came = draft_check.run(store, account, found)
    failed = (asked.error or {}).get("message") if asked and asked.state == "failed" else None
    running = asked is not None and not asked.ended
    return page(
        request, "upload_check", draft=found, came=came, letters=letters, script=ADDRESS,
        failed=failed[lang] if failed else None, running=asked if running else None, job=job,
        poll=f"{API}/jobs/{job}", refresh=2 if running else None,
        counts=_counts(came["counts"], lang) if came else [],
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


@ROUTES.post("/uploads/{draft}/check", roles=BRINGERS, include_in_schema=False)
def have_checked(store: StoreOf, account: Signed, draft: str) -> Response:
    """Check once more."""
    return _to_the_check(store, account, _mapped(account, draft))


def _to_the_check(store: Store, account: Account, draft: Draft) -> Response:
    """To the check of a draft; that of a large one is a job, which is asked for here."""
    path = f"/uploads/{draft.key}/check"
    if _is_large(draft):
        path = address(path, job=draft_check.submit(store, account, draft).id)
    return RedirectResponse(path, 303)


def _is_large(draft: Draft) -> bool:
    return draft.file.stat().st_size >= drafts.LARGE


def _checking(store: Store, account: Account, draft: Draft, key: str) -> jobs.Job:
    job = job_of_page(store, account, key, kind="check", missing="pages.uploads.no_check")
    if job.request["draft"] != draft.key:
        raise NoSuchPage("pages.uploads.no_check")
    return job


@ROUTES.get("/uploads/{draft}/annotated.xlsx", roles=BRINGERS, include_in_schema=False)
def annotated(store: StoreOf, account: Signed, draft: str, job: str = "") -> Response:
    """The workbook with what was found beside the cells."""
    found = _mapped(account, draft)
    if job:
        return file_of(_checking(store, account, found, job), ANNOTATED)
    content = drafts.annotated(store, account, found)
    if content is None:
        raise NoSuchPage("pages.uploads.nothing_found")
    return _file(content, ANNOTATED)


@ROUTES.post("/uploads/{draft}/import", roles=BRINGERS, include_in_schema=False)
def import_it(store: StoreOf, account: Signed, draft: str) -> Response:
    """Have the draft imported."""
    job = drafts.submit(store, account, _mapped(account, draft))
    return RedirectResponse(f"/uploads/jobs/{job.id}", 303)


def _messages(refused: FindingsError | UserError) -> list[Text]:
    if isinstance(refused, FindingsError):
        return [finding.message for finding in refused.findings]
    return [refusal(refused)]


def _counts(counts: dict[str, dict[str, int]], lang: Language) -> list[dict[str, Any]]:
    return [
        {"table": TABLES[name].label[lang], **{how: each.get(how, 0) for how in
                                               ("added", "changed", "same")}}
        for name, each in counts.items()
    ]  # fmt: skip


def _file(content: bytes, name: str) -> Response:
    kept = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=XLSX, headers=kept)
