"""Whether the service is alive, and whether it can work; the OpenAPI document."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from api import settings
from api.http.routing import EVERYONE, SIGNED_IN, Routes, StoreOf
from api.store.version import HEAD

ROUTES = Routes("health", prefix="")


@ROUTES.add("HEAD", "/healthz", roles=EVERYONE, known=False)
@ROUTES.get("/healthz", roles=EVERYONE, known=False)
async def healthz() -> dict[str, str]:
    """The process answers, however busy its threads are."""
    return {"status": "alive"}


@ROUTES.add("HEAD", "/readyz", roles=EVERYONE, known=False, kind="probe")
@ROUTES.get("/readyz", roles=EVERYONE, known=False, kind="probe")
def readyz(request: Request, store: StoreOf) -> Response:
    """Store, index and model can be used; 503 where they cannot."""
    from models import published

    keeper = request.app.state.keeper
    ready = store.revision() == HEAD and keeper.ready
    model = keeper.model() or published.load(settings.model_folder()).about if ready else {}
    body = {"status": "ready" if ready else "not ready", "model": model.get("id"),
            "degraded": model.get("degraded")}  # fmt: skip
    headers = {} if ready else {"Retry-After": "5"}
    return JSONResponse(body, 200 if ready else 503, headers)


@ROUTES.get("/openapi.json", roles=SIGNED_IN)
def openapi(request: Request) -> dict[str, Any]:
    """What this service answers to, as OpenAPI."""
    from api.http.app import document

    return dict(document(request.app))
