"""Of each route: which schema its JSON answer has, and which errors it can give."""

from __future__ import annotations

from collections.abc import Mapping

from api.http.routing import API
from features.schema import TABLES

JSON: Mapping[str, str] = {
    "GET /healthz": "Alive", "GET /readyz": "Ready", "GET /openapi.json": "Document",
    "GET /matches": "MatchList", "POST /matches/{list_id}/feedback": "FeedbackKept",
    "GET /feedback": "FeedbackPage", "GET /feedback/{feedback_id}": "FeedbackKept",
    "GET /lists": "ListLog", "GET /audit": "Audit",
    "GET /models": "Models", "POST /models": "TrainingJob", "PUT /models/active": "Active",
    "POST /session": "Session", "GET /session": "Session",
    "GET /session/tokens": "Tokens", "POST /session/tokens": "NewToken",
    "GET /users": "Users", "POST /users": "NewAccount", "GET /users/{name}": "User",
    "PUT /users/{name}": "User", "POST /users/{name}/password": "NewPassword",
    "GET /users/{name}/tokens": "Tokens", "POST /users/{name}/tokens": "NewToken",
    "GET /jobs": "Jobs", "GET /jobs/{job_id}": "Job", "POST /imports": "ImportJob",
    "POST /whatif": "WhatIfJob", "GET /whatif/{job_id}": "WhatIfJob",
    "POST /allocations": "AllocationJob", "POST /allocations/from-scores": "AllocationJob",
    "GET /allocations/{job_id}": "AllocationJob",
    "POST /placements": "PlacementJob", "POST /placements/from-scores": "PlacementJob",
    "GET /placements/{job_id}": "PlacementJob",
    "POST /evaluations": "EvaluationJob", "GET /evaluations/{job_id}": "EvaluationJob",
    "POST /batches": "BatchJob", "POST /batches/from-preferences": "BatchJob",
    "GET /batches/{job_id}": "BatchJob",
    "POST /simulations": "SimulationJob", "GET /simulations/{job_id}": "SimulationJob",
    "GET /simulations/{job_id}/files/{name}": "Summary",
    "POST /records": "Recorded", "POST /declarations": "Declared",
    "POST /maps": "Map", "POST /merges": "Merged", "DELETE /merges/latest": "Merged",
    "GET /duplicates": "Duplicates", "GET /completeness": "Completeness",
    "GET /progress": "Targets", "GET /rates": "Targets", "GET /overdue": "Overdue",
    "GET /brief": "Brief",
}  # fmt: skip
"""Route → schema of what it answers as JSON; those of the tables are named by :func:`schema`."""

_NAMED = (
    "GET /matches", "PUT /models/active", "POST /users", "POST /records", "POST /declarations",
    "POST /whatif", "GET /brief",
)  # fmt: skip
"""Routes that name a row, an account or a model elsewhere than in the path: it may not be there."""
_CONFLICTS = (
    "DELETE /jobs/{job_id}", "DELETE /merges/latest", "POST /merges",
    "POST /session/tokens", "POST /users", "PUT /users/{name}", "DELETE /users/{name}",
    "POST /users/{name}/password", "POST /users/{name}/tokens",
    "GET /allocations/{job_id}/table", "GET /placements/{job_id}/table",
    "GET /batches/{job_id}/lists", "GET /simulations/{job_id}/allocation",
    "GET /simulations/{job_id}/files/{name}",
)  # fmt: skip
"""Routes of a state in which they cannot be done (the tables' are known by their method)."""
_NOTED = ("GET /matches", "GET /exports/{table}")
"""Routes that read and leave a note of it, which a full disk refuses."""
_ALL_SIGNED_IN = {"enterprise", "county", "planner", "admin"}


def short(method: str, path: str) -> str:
    """A route as it is named here: without the prefix of the interface."""
    return f"{method.upper()} {path.removeprefix(API) if path.startswith(API) else path}"


def table_of(path: str) -> str | None:
    """The table that a route is of, if it is one of the tables' five."""
    name, _, rest = path.removeprefix(API).strip("/").partition("/")
    return name if path.startswith(API) and name in TABLES and rest in ("", "{key}") else None


def schema(method: str, path: str) -> str | None:
    """Name of the schema of a JSON answer; None: it answers none."""
    table = table_of(path)
    if table is None:
        return JSON.get(short(method, path))
    if method == "delete":
        return None
    return f"{table}_page" if method == "get" and "{" not in path else f"{table}_row"


def errors(
    method: str, path: str, roles: set[str], *, body: bool, conditional: bool, negotiated: bool
) -> list[int]:
    """The statuses of the problems that a route can give.

    Parameters
    ----------
    roles : set of str
        Who may call it.
    body, conditional, negotiated : bool
        Whether it takes a body, takes ``If-Match``, and is chosen among formats by ``Accept``.
    """
    name, safe = short(method, path), method in ("get", "head")
    # Any may come too fast, with too large a head, with an unknown parameter, at a bad moment.
    found = {422, 429, 431, 500, 503}
    if "anonymous" not in roles or name == "POST /session":
        found.add(401)
    if not safe or not roles >= _ALL_SIGNED_IN:
        found.add(403)
    if body:
        found |= {400, 408, 413, 415}
    if "{" in path or name in _NAMED:
        found.add(404)
    if negotiated:
        found.add(406)
    if name in _CONFLICTS or (table_of(path) is not None and not safe):
        found.add(409)
    if conditional:
        found |= {412, 428} if method == "put" else {412}
    if not safe or name in _NOTED:
        found.add(507)
    return sorted(found)
