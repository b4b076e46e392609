"""A simulation that is done as a file for Excel or Word, its rows by name."""

from __future__ import annotations

from api import jobs, settings
from api.accounts import Account
from api.pages.scenario_result import table_of
from api.reports.sheets import Document
from api.reports.simulation_names import ALLOCATION, FLOWS, REGIONS
from api.reports.simulation_sheets import Made, document
from api.store import Store
from api.usecases import scenarios
from api.usecases.naming import regions_of
from features.language import Language

_SIDES = ("enterprises", "resources")


def document_of(store: Store, job: jobs.Job, account: Account, lang: Language) -> Document:
    """What the page of a result shows, all pairs and flows with it."""
    made = Made(
        told=job.result or {}, pairs=table_of(job, ALLOCATION), regions=table_of(job, REGIONS),
        flows=table_of(job, FLOWS), names={one: _named(store, one) for one in _SIDES},
    )  # fmt: skip
    return document(
        made, regions_of(store), lang, name=scenarios.name_of(job), generated_at=settings.stamp(),
        made_by=account.name, made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def _named(store: Store, table: str) -> dict[str, tuple[str, str]]:
    """Name and region of each row by its id, also by one that was merged into another since."""
    rows = store.table(table, ["id", "name", "region"]).rows()
    found = {str(r["id"]): (str(r["name"]), str(r["region"] or "")) for r in rows}
    if table == "enterprises":
        found |= {gone: found[now] for gone, now in store.merged_into().items() if now in found}
    return found
