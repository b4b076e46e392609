"""Jobs that answer a question and change nothing: other terms, allocations, placements, lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import settings
from api.jobs import queue
from api.store import Store
from api.store.jobs import Job

if TYPE_CHECKING:
    from api.accounts import Account
    from api.reports.sheets import Document

Progress = Callable[[str], None]
Result = dict[str, Any]

ANNOTATED = "annotated.xlsx"
"""The workbook that was checked, with what was found beside the cells."""
TABLES = ("csv", "xlsx", "docx")
"""Formats in which an allocation or a placement is kept beside its result."""


def counted(progress: Progress) -> Callable[[int, int], None]:
    """Tells how many of how many are done."""
    return lambda done, total: progress(f"{done}/{total}")


def given(job: Job, name: str) -> Path:
    """A file that came with a job."""
    return queue.folder(job.id) / "given" / name


def made(job: Job, name: str) -> Path:
    """A file that a job is to make; its folder is there then."""
    folder = queue.folder(job.id)
    for part in (folder.parent, folder, folder / "made"):
        settings.private_folder(part)
    return folder / "made" / name


def day_of(job: Job) -> date | None:
    """The date that a job asks about; None: today."""
    written = job.request.get("as_of")
    return None if written is None else date.fromisoformat(written)


def _optional(job: Job, name: str) -> Path | None:
    file = job.request.get(name)
    return None if file is None else given(job, file)


def _keep(job: Job, name: str, document: Document) -> None:
    """The tables of an answer in every format, for whoever wants to hand them on."""
    from api.reports import sheet_files

    for form in TABLES:
        content = sheet_files.rendered(
            document, form, job.request.get("lang", "zh"), author=job.by  # type: ignore[arg-type]
        )  # fmt: skip
        made(job, f"{name}.{form}").write_bytes(content)


def whatif(store: Store, job: Job, progress: Progress) -> Result:
    """What other terms of a place would change."""
    from api.reports.whatif_terminal import sentences
    from api.usecases import whatif as usecase
    from features.language import LANGUAGES

    asked = job.request
    progress("whatif")
    found = usecase.run(
        store, asked["resource_id"], asked["terms"], as_of=day_of(job),
        introductions=asked.get("introductions"),
    )  # fmt: skip
    usecase.hand_out(store, found, job.by)
    told = {lang: sentences(found, lang) for lang in LANGUAGES}
    words = {lang: {"said": said, "assumed": assumed} for lang, (said, assumed) in told.items()}
    return {**found.as_dict(), "text": words}


def allocation(store: Store, job: Job, progress: Progress) -> Result:
    """The best joint allocation, on the model's scores or the caller's own."""
    from api.reports import allocation_report
    from api.usecases import allocate as usecase

    asked = job.request
    if asked.get("scores") is not None:
        found = usecase.run_scores(
            given(job, asked["scores"]), resources=_optional(job, "resources"),
            enterprises=_optional(job, "enterprises"), time_limit=asked["time_limit"],
            progress=progress,
        )  # fmt: skip
    else:
        found = usecase.run(
            store, value=asked["value"], as_of=day_of(job), pairing=asked.get("pairing"),
            time_limit=asked["time_limit"], by=job.by, progress=progress,
        )  # fmt: skip
    shown = allocation_report.document(
        found, job.request.get("lang", "zh"), generated_at=settings.stamp(), made_by=job.by,
        all_rows=True,
    )  # fmt: skip
    _keep(job, "allocation", shown)
    return found.as_dict()


def placement(store: Store, job: Job, progress: Progress) -> Result:
    """Where newcomers should go week by week, on the store or on the caller's own scores."""
    from api.reports import placement_document
    from api.usecases import placing, placing_store

    arrivals = given(job, job.request["arrivals"])
    if job.request.get("scores") is not None:
        found = placing.run(
            given(job, job.request["scores"]), given(job, job.request["resources"]), arrivals,
            given(job, job.request["past"]), progress=counted(progress),
        )  # fmt: skip
    else:
        found = placing_store.run(
            store, arrivals, as_of=day_of(job), pairing=job.request.get("pairing"),
            progress=counted(progress),
        )  # fmt: skip
    shown = placement_document.document(
        found, job.request.get("lang", "zh"), on_screen=False, generated_at=settings.stamp(),
        made_by=job.by,
    )  # fmt: skip
    _keep(job, "placement", shown)
    return found.as_dict()


def batch(store: Store, job: Job, progress: Progress) -> Result:
    """The lists of every enterprise or resource, of the store or of the caller's own wishes."""
    from api.usecases import match, preferences

    asked: Mapping[str, Any] = job.request
    out = made(job, f"lists.{asked['format']}")
    if asked.get("preferences") is not None:
        wishes = preferences.run(
            asked["side"], given(job, asked["preferences"]), on=asked["congestion"],
            slow=asked["examination"] == "slow", top=asked["top"], out=out, by=job.by,
        )  # fmt: skip
        return _without_place(wishes.as_dict())
    found = match.run_all(
        store, asked["side"], out=out, as_of=day_of(job), pairing=asked.get("pairing"),
        top=asked["top"], congestion=asked["congestion"], by=job.by, progress=counted(progress),
        **asked["filters"],
    )  # fmt: skip
    return _without_place(found.as_dict())


def _without_place(told: dict[str, object]) -> Result:
    """What is told of a batch, but for where on this machine it lies."""
    return {name: value for name, value in told.items() if name != "out"}


def evaluation(store: Store, job: Job, progress: Progress) -> Result:
    """How good the model in use is on history it has not seen."""
    from api.usecases import evaluate

    curve = bool(job.request.get("learning_curve", False))
    return evaluate.run(store, learning_curve=curve, progress=progress, sized=progress).as_dict()


def asker(store: Store, job: Job) -> Account:
    """The account that asked, as it is now.

    Raises
    ------
    NotYours
        If it has been shut since.
    """
    from api.store import accounts
    from api.usecases.row_errors import NotYours

    with store.connection() as connection:
        found = accounts.found(connection, job.by)
    if found is None or found[0].disabled_at is not None:
        raise NotYours("http.not_your_row")
    return found[0]


def check(store: Store, job: Job, progress: Progress) -> Result:
    """What an import of a workbook that was brought would do, and the workbook annotated."""
    from api.usecases import draft_check, draft_folder

    progress("checking")
    account = asker(store, job)
    draft = draft_folder.found(account, job.request["draft"])
    out = made(job, ANNOTATED)
    return dict(draft_check.run(store, account, draft, counted(progress), annotate=out))


def proposal(store: Store, job: Job, progress: Progress) -> Result:
    """How a workbook that was brought is to be read; the map is kept beside it."""
    from api.usecases import draft_folder, drafts

    progress("proposing")
    account = asker(store, job)
    drafts.propose(store, account, draft_folder.found(account, job.request["draft"]))
    return {}
