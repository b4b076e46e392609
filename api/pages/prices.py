"""Placement through the year: who comes when, where each should go, what scarce things cost."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api import jobs
from api.accounts import Account
from api.errors import UsageError
from api.http.job_answers import file_of
from api.http.routing import API, PLANNERS, Routes, Signed, StoreOf
from api.pages.errors import NoSuchPage
from api.pages.forms import Fields
from api.pages.own_jobs import job_of_page
from api.pages.rendering import language, local, page
from api.pages.script import ADDRESS
from api.pages.sheet_view import plain_cell
from api.reports.figures import amount
from api.store import Store
from api.usecases import naming
from features.language import Language, Text, say
from features.tables import Value
from matcher.arrivals import QUANTITIES

ROUTES = Routes("pages", prefix="")
_FILE = "arrivals.csv"
_MOST_LINES = 5000
_DEAREST = 20
_SHOWN_JOBS = 50
_MOST_MEANT = 10
"""Names that nobody bears for which the page says who may have been meant."""
_ENDINGS = ("xlsx", "docx", "csv")


@ROUTES.get("/prices", roles=PLANNERS, include_in_schema=False)
def ask(request: Request, store: StoreOf, account: Signed) -> Response:
    """The form for who comes when, and earlier answers."""
    return _form(request, store, account, "", [])


@ROUTES.post("/prices", roles=PLANNERS, include_in_schema=False)
def submit(request: Request, store: StoreOf, account: Signed, sent: Fields) -> Response:
    """Have newcomers placed, or show the form again with what is wrong, line by line."""
    written = sent.get("arrivals", "")
    rows, wrong = _arrivals(store, written)
    if wrong:
        return _form(request, store, account, written, wrong)
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("enterprise_id", "week"), *rows])
    asked = {"arrivals": _FILE, "as_of": None, "pairing": None, "lang": language(request)}
    job = jobs.submit(
        store, "placement", asked, by=account.name, files={_FILE: file.getvalue().encode("utf-8")}
    )  # fmt: skip
    return RedirectResponse(f"/prices/{job.id}", 303)


@ROUTES.get("/prices/{job_id}", roles=PLANNERS, include_in_schema=False)
def told(request: Request, store: StoreOf, account: Signed, job_id: str) -> Response:
    """How far a placement is; who goes where and the prices once it is done."""
    lang = language(request)
    job = _placement(store, account, job_id)
    done = job.state == "done" and job.result is not None
    return page(
        request, "price", job=job, script=ADDRESS, poll=f"{API}/jobs/{job.id}",
        refresh=None if job.ended else 3, error=_error(job),
        result=_result(store, job, lang) if done else None, endings=_ENDINGS,
        trail=[(say("pages.menu.prices", lang), "/prices")],
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


@ROUTES.get("/prices/{job_id}/table.{ending}", roles=PLANNERS, include_in_schema=False)
def table(store: StoreOf, account: Signed, job_id: str, ending: str) -> Response:
    """The placement as a file."""
    job = _placement(store, account, job_id)
    if ending not in _ENDINGS or job.state != "done":
        raise NoSuchPage("pages.error.no_page")
    return file_of(job, f"placement.{ending}")


def _form(
    request: Request, store: Store, account: Account, written: str, wrong: Sequence[Text]
) -> Response:
    lang = language(request)
    rows = [
        {"id": job.id, "state": "cancelled" if job.cancelled else job.state,
         "at": local(job.submitted_at),
         "placed": len([p for p in (job.result or {}).get("placements", ()) if p["resource_id"]])}
        for job in reversed(
            jobs.listed(store, by=account.name, kind="placement", newest=_SHOWN_JOBS)
        )
        if job.request.get("scores") is None
    ]  # fmt: skip
    return page(
        request, "prices", 422 if wrong else 200, written=written, rows=rows,
        wrong=[one[lang] for one in wrong],
        made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _arrivals(store: Store, written: str) -> tuple[list[tuple[str, int]], list[Text]]:
    """Id and week of each line, and what is wrong with others: all findings at once."""
    lines = [(n, line.strip()) for n, line in enumerate(written.splitlines(), 1) if line.strip()]
    found: list[tuple[str, int]] = []
    wrong: list[Text] = []
    if not lines:
        wrong.append(UsageError("prices.nothing").message)
    if len(lines) > _MOST_LINES:
        return [], [UsageError("prices.too_many", most=_MOST_LINES).message]
    enterprises = naming.RowsNamed(store, "enterprises", suggestions=_MOST_MEANT)
    for number, line in lines:
        parts = re.fullmatch(r"(.+?)[\s,，;；\t]+(?:第)?\s*([0-9０-９]{1,2})\s*周?", line)
        if parts is None or not 1 <= int(parts[2]) <= 53:
            wrong.append(UsageError("prices.bad_line", line=number, value=line[:80]).message)
            continue
        try:
            found.append((enterprises.id_of(parts[1]), int(parts[2])))
        except UsageError as error:
            said = {lang: f"{number}: {error.message[lang]}" for lang in error.message}
            wrong.append(said)
    return found, wrong


def _placement(store: Store, account: Account, key: str) -> jobs.Job:
    return job_of_page(store, account, key, kind="placement", missing="pages.prices.none_such")


def _error(job: jobs.Job) -> Text | None:
    """Why it failed: the first finding where there are some."""
    error = job.error or {}
    findings = error.get("findings") or [{}]
    found: Text | None = findings[0].get("message") or error.get("message")
    return found


def _result(store: Store, job: jobs.Job, lang: Language) -> dict[str, Any]:
    told: Mapping[str, Any] = job.result or {}
    names = {
        table: dict(zip(rows["id"], rows["name"], strict=True))
        for table in ("enterprises", "resources")
        for rows in [store.table(table, ["id", "name"])]
    }
    price = {(row["week"], row["resource_id"]): row for row in told["prices"]}
    placed = []
    for row in told["placements"]:
        here = price.get((row["week"], row["resource_id"]), {})
        cells = [
            str(row["week"]), _named(names["enterprises"], row["enterprise_id"]),
            _named(names["resources"], row["resource_id"]) or say("place.not_placed", lang),
            _short(row["score"]), _short(row["cost"]), *(_short(here.get(q)) for q in QUANTITIES),
        ]  # fmt: skip
        placed.append(cells)
    heads = [
        say(f"place.column.{name}", lang) for name in (
            "week", "enterprise_name", "resource_name", "score", "cost",
            *(f"price_{q}" for q in QUANTITIES),
        )
    ]  # fmt: skip
    dear = sorted(
        (row for row in told["prices"] if any(row[q] for q in QUANTITIES)),
        key=lambda row: (-max(row[q] for q in QUANTITIES), row["week"], row["resource_id"]),
    )[:_DEAREST]  # fmt: skip
    dearest = [
        [str(row["week"]), _named(names["resources"], row["resource_id"]),
         *(_short(row[q]) for q in QUANTITIES)] for row in dear
    ]  # fmt: skip
    return {
        "placed": _table(say("place.sheet.placements", lang), heads, placed, 3),
        "dearest": _table(
            say("pages.prices.dearest", lang, n=len(dearest)),
            [heads[0], say("place.column.resource_name", lang), *heads[5:]], dearest, 2,
        ),
        "summary": say(
            "place.summary", lang, arrivals=len(placed), objective=amount(told["objective"]),
            placed=sum(row["resource_id"] is not None for row in told["placements"]),
        ),
        "reading": say("place.reading", lang), "as_of": told["about"]["as_of"],
        "model": told["about"]["model"],
    }  # fmt: skip


def _named(names: Mapping[Value, Value], key: str | None) -> str:
    """A row's name; the id of one that was deleted since, and nothing of none."""
    return str(names.get(key) or key or "")


def _table(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], words: int
) -> dict[str, Any]:
    return {
        "title": title, "lit": False, "notes": (), "total": len(rows),
        "head": [(label, i >= words) for i, label in enumerate(heads)],
        "rows": [[plain_cell(cell, i >= words) for i, cell in enumerate(row)]
                 for row in rows],
    }  # fmt: skip


def _short(value: float | None) -> str:
    return "—" if value is None else f"{value:.3g}"
