"""A simulation that is done as a file for Excel or Word, its rows by name."""

from __future__ import annotations

from typing import Any

from api import jobs, settings
from api.accounts import Account
from api.pages.scenario_result import result_view, table_of
from api.reports.sheets import Document
from api.reports.simulation_names import ALLOCATION, FLOWS, REGIONS
from api.reports.simulation_sheets import Made, document
from api.store import Store
from api.usecases import scenarios
from api.usecases.naming import regions_of
from features.language import Language


def document_of(store: Store, job: jobs.Job, account: Account, lang: Language) -> Document:
    """What the page of a result shows, all pairs and flows with it."""
    regions = regions_of(store)
    shown = result_view(job, regions, lang)
    made = Made(
        told=job.result or {}, pairs=table_of(job, ALLOCATION), regions=table_of(job, REGIONS),
        flows=table_of(job, FLOWS), names={one: _named(store, one) for one in _SIDES},
        binding=_texts(shown["binding"]), floors=_texts(shown["floors"]),
    )  # fmt: skip
    return document(
        made, regions, lang, name=scenarios.name_of(job), generated_at=settings.stamp(),
        made_by=account.name, made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


_SIDES = ("enterprises", "resources")


def _named(store: Store, table: str) -> dict[str, tuple[str, str]]:
    """Name and region of each row by its id."""
    rows = store.table(table, ["id", "name", "region"]).rows()
    return {str(r["id"]): (str(r["name"]), str(r["region"] or "")) for r in rows}


def _texts(table: dict[str, Any]) -> list[list[str]]:
    return [[cell["text"] for cell in row] for row in table["rows"]]
