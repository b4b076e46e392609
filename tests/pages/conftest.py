"""For every module of page tests: its own server over the demonstration, and a Chromium.

Playwright holds an event loop while it runs, so nothing of it may outlive a module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.pages.browser import Visitor, chromium, visiting
from tests.pages.demonstration import Served, served, shared

Visiting = Callable[..., AbstractContextManager[Visitor]]


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Home of the demonstration, shared by all test processes; to be copied, not changed."""
    folder = tmp_path_factory.getbasetemp()
    return shared(folder if worker_id == "master" else folder.parent)


@pytest.fixture(scope="module")
def site(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of this module alone."""
    with served(demonstration, tmp_path_factory.mktemp("site") / "home") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def visit(site: Served, browser: Browser) -> Visiting:
    """``visit(role='county', lang='en', …)``: a window as :func:`visiting` makes it.

    Signing in happens once a role; the window closes with a failure where the browser complained.
    """
    states: dict[str, Any] = {}

    def visitor(role: str | None = None, **options: Any) -> AbstractContextManager[Visitor]:
        if role is not None and role not in states:
            with visiting(browser, site.url, role=role) as first:
                states[role] = first.context.storage_state()
        return _heeded(visiting(
            browser, site.url, role=role, state=states.get(role or ""), **options
        ))  # fmt: skip

    return visitor


class _heeded(AbstractContextManager[Visitor]):
    """A visit that fails where the browser complained of anything."""

    def __init__(self, visit: AbstractContextManager[Visitor]) -> None:
        self.visit = visit

    def __enter__(self) -> Visitor:
        self.found = self.visit.__enter__()
        return self.found

    def __exit__(self, kind: Any, *rest: Any) -> None:
        self.visit.__exit__(kind, *rest)
        if kind is None:
            assert not self.found.complaints, "\n".join(self.found.complaints)
