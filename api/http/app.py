"""The application: all routes over one store; it does not start where something is amiss."""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from api.errors import UserError
from api.http import opening, problems, routing
from api.http.guarding import Guard
from api.http.metrics import Measured
from api.http.rates import Rates
from api.index.keeper import Keeper
from api.jobs.runner import Runner
from api.pages import errors as page_errors
from api.pages import rendering
from api.store import Store
from api.usecases import kept, list_budget, overview

PARTS = (
    "health", "matching", "session", "table_routes", "users", "records", "register", "planner",
    "jobs", "models", "simulations", "batches", "entries", "workbooks", "feedback", "metrics",
)  # fmt: skip
"""Modules of :mod:`api.http` whose ``ROUTES`` the application takes in; a request is held against
one route after the other, so those asked most stand first."""
PAGES = (
    "signing", "offers", "offer_entry", "pairs", "terms", "uploads", "fit", "own", "interests",
    "finding", "planner", "rates", "behind", "scenarios", "prices", "trail_of_changes",
)  # fmt: skip
"""Modules of :mod:`api.pages`, likewise."""


def create(
    store: Store, *, rates: Rates | None = None, runner: Runner | None = None,
    keeper: Keeper | None = None,
) -> FastAPI:  # fmt: skip
    """The application over a store.

    Parameters
    ----------
    keeper : Keeper, optional
        Keeps the index that lists are made from; default: one that makes it when it is asked.
    runner : Runner, optional
        Does the jobs while the application is up; without one they wait for another server.

    Raises
    ------
    api.http.routing.UndeclaredRoute
        If a route does not say who may call it.
    """

    keeping = keeper or Keeper(store)
    kept.keep(store, keeping)
    list_budget.limit(store)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        routing.check(app)
        keeping.start()
        if runner is not None:
            runner.start()
        yield
        if runner is not None:
            await run_in_threadpool(runner.stop)
        await run_in_threadpool(keeping.stop)

    # Documentation is a route like any other: it declares who may read it.
    app = FastAPI(
        title="Shanhai", version="1", openapi_url=None, docs_url=None, redoc_url=None,
        lifespan=lifespan, redirect_slashes=False,
    )  # fmt: skip
    app.router.route_class = routing.JudgedRoute
    app.state.store = store
    app.state.rates = rates or Rates()
    app.state.keeper = keeping
    for part in PARTS:
        importlib.import_module(f"api.http.{part}").ROUTES.install(app)
    for part in PAGES:
        importlib.import_module(f"api.pages.{part}").ROUTES.install(app)
    problems.install(app)
    page_errors.install(app)
    app.add_middleware(Guard)
    app.add_middleware(Measured)
    routing.check(app)
    return app


def document(app: FastAPI) -> Mapping[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        # Whoever never asks for it does without its schemas.
        from api.http.described.document import described

        app.openapi_schema = described(app)
    return app.openapi_schema


# A list is made of thousands of small objects that are let go of one by one; the usual thresholds
# would have it looked through several times, and the whole index every few lists.
_COLLECTED_AFTER = 20_000, 20, 50


def from_settings() -> FastAPI:
    """The application over the store of the settings: what each worker of ``serve`` starts.

    Raises
    ------
    UserError
        See :func:`api.http.opening.opened`; and where a route does not say who may call it.
    """
    found = opening.opened()
    store = found.store
    threading.Thread(target=_stop_with_the_parent, daemon=True).start()
    gc.set_threshold(*_COLLECTED_AFTER)
    store.gather_log()
    app = create(store, runner=found.runner, keeper=Keeper(store, background=True))
    app.state.place = found.place  # let go of when the process ends
    threading.Thread(target=_made_ready, args=(store,), daemon=True).start()
    return app


def _made_ready(store: Store) -> None:
    """What the first page of each role would wait for."""
    rendering.made_ready()
    with suppress(UserError):  # whoever asks for the register is told
        overview.run(store)


def _stop_with_the_parent() -> None:
    """Stop a worker whose parent was killed: it would hold the port against the next start."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
