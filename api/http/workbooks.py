"""Files to fill in, files of others to be read or approved, and the pairing graph."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from fastapi import File, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from api.http import negotiation
from api.http.days import Day
from api.http.job_answers import contents
from api.http.problems import language_of
from api.http.routing import ADMINS, PLANNERS, SIGNED_IN, STAFF, Routes, Signed, StoreOf
from api.usecases import duplicates, graph, proposing, table_rows, template
from features.schema import TABLES

ROUTES = Routes("workbooks")

Table = Literal[tuple(TABLES)]  # type: ignore[valid-type]
_GRAPHS = ("graphml", "gexf", "html")
_PAIRS = ("json", "csv", "xlsx")


@contextmanager
def _kept(upload: UploadFile) -> Iterator[Path]:
    """An uploaded file under its own name, for as long as it is read."""
    ((name, stream),) = contents([upload]).items()
    with TemporaryDirectory(prefix="shanhai-upload-") as folder:
        file = Path(folder) / name
        with file.open("xb") as out:
            shutil.copyfileobj(stream, out, 1 << 20)
        yield file


@ROUTES.get(
    "/templates/{table}", roles=SIGNED_IN, responses=negotiation.answers("The workbook", "xlsx")
)
def empty_workbook(
    request: Request,
    table: Table,  # type: ignore[valid-type]
    account: Signed,
) -> Response:
    """An empty workbook of a table to fill in, in the reader's language."""
    name, content = template.content(table, language_of(request))
    return negotiation.file(content, "xlsx", name)


@ROUTES.post("/maps", roles=ADMINS, kind="read")
def propose_map(
    store: StoreOf,
    account: Signed,
    file: Annotated[UploadFile, File(description="somebody else's workbook")],
) -> dict[str, Any]:
    """A map for somebody else's workbook, proposed by looking at it; nothing is imported."""
    with _kept(file) as kept:
        document, report = proposing.proposed(store, kept)
    told = report.as_dict()
    return {"map": document, **{n: told[n] for n in ("columns", "uncertain", "unread")}}


@ROUTES.get("/duplicates", roles=PLANNERS, responses=negotiation.answers("The pairs", *_PAIRS))
def likely(
    request: Request,
    store: StoreOf,
    account: Signed,
    at_least: Annotated[float, Query(ge=0.05, le=1)] = 0.5,
    format: Literal[_PAIRS] | None = None,  # type: ignore[valid-type]
) -> Response:
    """Enterprises that are likely entered twice, with the evidence; as a file to approve in."""
    form = negotiation.preferred(request, _PAIRS, format)
    found = duplicates.find(store, at_least=at_least)
    if form == "json":
        return JSONResponse(found.as_dict())
    content = duplicates.content(found, form, language_of(request), made_by=account.name)
    return negotiation.file(content, form, "duplicates")


@ROUTES.post("/merges", roles=ADMINS)
def merge(
    store: StoreOf,
    account: Signed,
    file: Annotated[UploadFile, File(description="the file of GET /duplicates, approved")],
    as_dry_run: Annotated[bool, Query(alias="dry_run")] = False,
) -> dict[str, Any]:
    """Merge the entries that a file approves, all or none."""
    with _kept(file) as kept:
        done = duplicates.merge(store, kept, called=kept.name, dry_run=as_dry_run, by=account.name)
    return done.as_dict()


@ROUTES.delete("/merges/latest", roles=ADMINS)
def undo_merge(store: StoreOf, account: Signed) -> dict[str, Any]:
    """Undo the last merge; 409 where there is none, or a row of it was changed since."""
    return duplicates.undo(store, by=account.name).as_dict()


@ROUTES.get("/graph", roles=STAFF, responses=negotiation.answers("The graph", *_GRAPHS))
def pairing_graph(
    request: Request,
    store: StoreOf,
    account: Signed,
    as_of: Day | None = None,
    pairing: Annotated[str | None, Query(max_length=64)] = None,
    format: Literal[_GRAPHS] | None = None,  # type: ignore[valid-type]
) -> Response:
    """The pairing graph on a date: regions, parks, lines and what came of introductions.

    A county is told of introductions that it has a side of.
    """
    own = table_rows.scope_of(store, account).regions if account.role == "county" else ()
    form = negotiation.preferred(request, _GRAPHS, format)
    name = Path(f"graph.{form}")
    content, _ = graph.made(
        store, name, as_of=as_of, pairing=pairing, lang=language_of(request), told_of=own
    )  # fmt: skip
    return negotiation.file(content, form, name.stem)
