"""A workbook of one's own: brought, mapped, checked cell by cell, imported with its progress."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import File, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api import jobs
from api.accounts import Account
from api.errors import UserError
from api.http.jobs import own_job
from api.http.routing import Routes, Signed, StoreOf
from api.pages import map_form
from api.pages.errors import NoSuchPage
from api.pages.forms import Fields
from api.pages.offers import BRINGERS, XLSX
from api.pages.rendering import language, page
from api.store import Store
from api.usecases import drafts
from features.findings import Finding, FindingsError
from features.language import Language, Text
from features.schema import TABLES
from features.sheet_cells import letters

ROUTES = Routes("pages", prefix="")
TEMPLATES = ("resources", "enterprises", "outcomes", "projects", "funds", "problems")
"""Tables offered as an empty workbook."""
_SHOWN_JOBS = 10


@ROUTES.get("/uploads", roles=BRINGERS, include_in_schema=False)
def uploads(request: Request, store: StoreOf, account: Signed) -> Response:
    """The form, empty workbooks, what is half done and what was done."""
    return _uploads(request, store, account)


def _uploads(
    request: Request, store: Store, account: Account, status: int = 200,
    refused: list[Text] | None = None,
) -> Response:  # fmt: skip
    lang = language(request)
    done = [job for job in reversed(jobs.listed(store, by=account.name)) if job.kind == "import"]
    return page(
        request, "uploads", status, refused=[one[lang] for one in refused or []],
        templates=[(name, TABLES[name].label[lang]) for name in TEMPLATES],
        drafts=drafts.listed(account), done=done[:_SHOWN_JOBS],
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
        draft = drafts.begin(store, account, file.filename or "", file.file.read())
    except (FindingsError, UserError) as refused:
        return _uploads(request, store, account, 422, _messages(refused))
    step = "/check" if draft.certain else ""
    return RedirectResponse(f"/uploads/{draft.key}{step}", 303)


@ROUTES.get("/uploads/jobs/{job}", roles=BRINGERS, include_in_schema=False)
def progress(request: Request, store: StoreOf, account: Signed, job: str) -> Response:
    """How far an import is, and what it came to."""
    lang = language(request)
    found = own_job(store, job, account.name, account.role)
    error = found.error or {}
    told = [one["message"][lang] for one in error.get("findings", [])]
    return page(
        request, "upload_job", job=found, refresh=None if found.ended else 2,
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
    found = drafts.found(account, draft)
    lang = language(request)
    return page(
        request, "upload_map", draft=found, tables=map_form.view(found, lang),
        undecided=undecided and map_form.undecided(found),
        others=[one["message"][lang] for one in found.document.get("uncertain", [])
                if not str(one["at"]).startswith("tables[")],
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


@ROUTES.post("/uploads/{draft}", roles=BRINGERS, include_in_schema=False)
def decide(account: Signed, draft: str, sent: Fields) -> Response:
    """Keep what was confirmed or changed, or throw the draft away."""
    found = drafts.found(account, draft)
    if "discard" in sent:
        drafts.discard(found)
        return RedirectResponse("/uploads", 303)
    drafts.save(found, map_form.apply(found, sent))
    step = "?undecided=1" if map_form.undecided(found) else "/check"
    return RedirectResponse(f"/uploads/{draft}{step}", 303)


@ROUTES.get("/uploads/{draft}/check", roles=BRINGERS, include_in_schema=False)
def check(request: Request, store: StoreOf, account: Signed, draft: str) -> Response:
    """What an import would do, with what is wrong beside the cells."""
    found, lang = drafts.found(account, draft), language(request)
    if map_form.undecided(found):
        return RedirectResponse(f"/uploads/{draft}?undecided=1", 303)
    findings: list[Finding] = []
    counts: list[dict[str, Any]] = []
    refused, total, allowed = "", 0, False
    try:
        report = drafts.check(store, account, found)
        findings, total, allowed = list(report.findings), len(report.findings), True
        counts = _counts(report.counts, lang)
    except FindingsError as error:
        findings, total = list(error.findings), error.total
    except UserError as error:
        refused = error.message[lang]
    rows = drafts.rows_at_fault(found, findings)
    placed = {id(one) for row in rows for _, said in row.cells for one in said}
    return page(
        request, "upload_check", draft=found, rows=rows, counts=counts, total=total,
        allowed=allowed, refused=refused, findings=findings,
        others=[one for one in findings if id(one) not in placed],
        letters=letters, made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


@ROUTES.get("/uploads/{draft}/annotated.xlsx", roles=BRINGERS, include_in_schema=False)
def annotated(store: StoreOf, account: Signed, draft: str) -> Response:
    """The workbook with what was found beside the cells."""
    found = drafts.found(account, draft)
    content = drafts.annotated(store, account, found)
    if content is None:
        raise NoSuchPage("pages.uploads.nothing_found")
    return _file(content, "annotated.xlsx")


@ROUTES.post("/uploads/{draft}/import", roles=BRINGERS, include_in_schema=False)
def import_it(store: StoreOf, account: Signed, draft: str) -> Response:
    """Have the draft imported."""
    job = drafts.submit(store, account, drafts.found(account, draft))
    return RedirectResponse(f"/uploads/jobs/{job.id}", 303)


def _messages(refused: FindingsError | UserError) -> list[Text]:
    if isinstance(refused, FindingsError):
        return [finding.message for finding in refused.findings]
    return [refused.message]


def _counts(counts: dict[str, dict[str, int]], lang: Language) -> list[dict[str, Any]]:
    return [
        {"table": TABLES[name].label[lang], **{how: each.get(how, 0) for how in
                                               ("added", "changed", "same")}}
        for name, each in counts.items()
    ]  # fmt: skip


def _file(content: bytes, name: str) -> Response:
    kept = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=XLSX, headers=kept)
