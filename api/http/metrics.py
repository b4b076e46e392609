"""``/metrics`` for Prometheus: what all workers together answered, and the jobs of the store.

With several workers each writes its counts into a folder (``PROMETHEUS_MULTIPROC_DIR``, which
``serve`` sets before they start); whichever worker is asked adds them up.

Prometheus sends a token as it is told to in its configuration::

    scrape_configs:
      - job_name: shanhai
        metrics_path: /metrics
        authorization: {type: Bearer, credentials_file: /etc/prometheus/shanhai.token}
        static_configs: [{targets: ["127.0.0.1:8000"]}]
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping

from fastapi import Response
from prometheus_client import REGISTRY as OWN
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import jobs
from api.http.routing import ADMINS, Routes, StoreOf
from api.http.shared_counts import FOLDER

ROUTES = Routes("health", prefix="")

_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
_BUCKETS = (0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)

REQUESTS = Counter(
    "shanhai_requests", "Requests answered, by route and status", ("method", "route", "status")
)
SECONDS = Histogram(
    "shanhai_request_seconds", "Seconds until an answer was sent whole", ("method", "route"),
    buckets=_BUCKETS,
)  # fmt: skip


class Measured:
    """Counts every request (plain ASGI)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            # Names that a stranger chooses would each make a series of their own.
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = getattr(scope.get("route"), "path", "other")
            REQUESTS.labels(method, route, str(status)).inc()
            SECONDS.labels(method, route).observe(time.perf_counter() - began)


class _Jobs(Collector):
    """The jobs of the store: counted as they are asked for, by no worker of its own."""

    def __init__(self, states: Mapping[str, int]) -> None:
        self._states = states

    def collect(self) -> Iterator[Metric]:
        """The one family."""
        family = GaugeMetricFamily("shanhai_jobs", "Jobs of the store", labels=("state",))
        for state, count in self._states.items():
            family.add_metric((state,), count)
        yield family


@ROUTES.get(
    "/metrics", roles=ADMINS, response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)  # fmt: skip
def metrics(store: StoreOf) -> Response:
    """Counts for Prometheus, which sends an administrator's token; no names or rows are in them."""
    registry = CollectorRegistry()
    parts = b""
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        parts = generate_latest(OWN)
    stored = CollectorRegistry()
    stored.register(_Jobs(jobs.states(store)))
    body = parts + generate_latest(registry) + generate_latest(stored)
    return Response(body, media_type=CONTENT_TYPE_LATEST)
