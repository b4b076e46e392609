"""A planner's simulations: asked for from a form, kept under a name, put away and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from api import jobs, settings
from api.errors import UsageError
from api.store import Store
from api.usecases.naming import places_of, regions_of
from features.findings import Finding, FindingsError
from features.pairing import lines

_FILE = "scenario.json"
_LONGEST_NAME = 200


def pairings_of(store: Store) -> list[str]:
    """Names of the pairings there are, in order."""
    return sorted({line.pairing for line in lines(store.own_rows("pairings"))})


def findings(store: Store, document: Mapping[str, Any]) -> list[Finding]:
    """All that is wrong with a scenario as the contract writes it; empty where nothing is."""
    from matcher.scenario_file import read_scenario

    content = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    try:
        read_scenario(
            content, regions=regions_of(store), pairings=set(pairings_of(store)),
            places=places_of(store), file=_FILE,
        )  # fmt: skip
    except FindingsError as error:
        return list(error.findings)
    return []


def submit(store: Store, document: Mapping[str, Any], *, by: str) -> jobs.Job:
    """Have a scenario simulated; the document stays with the job, so that it can be used again.

    Raises
    ------
    features.findings.FindingsError
        With all that is wrong; nothing is asked for then.
    """
    found = findings(store, document)
    if found:
        raise FindingsError(found)
    content = json.dumps(document, ensure_ascii=False).encode("utf-8")
    asked = {"scenario": _FILE, "as_of": None, "document": dict(document)}
    return jobs.submit(store, "simulation", asked, by=by, files={_FILE: content})


def kept(store: Store, by: str | None) -> list[jobs.Job]:
    """Simulations of an account, of all where it is None, the newest first.

    Of what each came to only what a list tells: a result may be megabytes.
    """
    from api.store import jobs as rows

    found = jobs.listed(store, by=by, kind="simulation", results=False)
    done = [job.id for job in found if job.state == "done"]
    with store.connection() as connection:
        told = rows.parts(
            connection, done, *(("scenarios", 0, name) for name in ("name", "planned"))
        )
    return [
        replace(job, result=_short(*told[job.id])) if job.id in told else job
        for job in reversed(found)
    ]


def _short(name: str | None, planned: str | None) -> dict[str, Any] | None:
    """What a list tells of what a simulation came to: of the first plan, name and pairs."""
    if planned is None:
        return None
    return {"scenarios": [{"name": name, "planned": int(planned)}]}


def name_of(job: jobs.Job) -> str:
    """What a simulation is called: as renamed, else as its scenario is."""
    named = job.request.get("name") or (job.request.get("document") or {}).get("name")
    scenarios = (job.result or {}).get("scenarios") or [{}]
    return str(named or scenarios[0].get("name") or job.id[:8])


def is_away(job: jobs.Job) -> bool:
    """Whether it was put away."""
    return bool(job.request.get("away"))


def rename(store: Store, job: jobs.Job, name: str) -> None:
    """Give a simulation another name.

    Raises
    ------
    UsageError
        If it is none.
    """
    plain = name.strip()
    if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise UsageError("scenarios.bad_name", most=_LONGEST_NAME)
    _keep(store, job, {"name": plain})


def put_away(store: Store, job: jobs.Job, *, away: bool) -> None:
    """Take a simulation off the list, or put it back."""
    _keep(store, job, {"away": settings.stamp() if away else None})


def _keep(store: Store, job: jobs.Job, more: Mapping[str, object]) -> None:
    from api.store import jobs as rows

    with store.connection(writer=True) as connection:
        rows.keep_of_request(connection, job.id, more)
