"""Every page in a real browser, in Chinese: both themes, three widths, and what it weighs."""

from __future__ import annotations

import pytest

from api.http import app
from api.http.routing import declared
from tests.pages import appearance
from tests.pages.catalogue import NOT_PAGES, PAGES, Shown
from tests.pages.conftest import Visiting
from tests.pages.demonstration import Served

WITHOUT_MAP, WITH_MAP = 300_000, 1_500_000
"""Most bytes of a page."""

SCRIPTED = {
    "/offers/{resource}/terms", "/scenarios/new", "/uploads/jobs/{job}", "/uploads/{draft}/check",
}  # fmt: skip
"""Pages on which a script may run; what other pages do is the same with scripts as without."""


def test_every_page_is_looked_at(site: Served) -> None:
    routes = declared(app.create(site.store))
    paths = {path for method, path in routes if method == "GET"}
    pages = {p for p in paths if not p.startswith(("/api/", "/assets/", "/openapi"))}
    pages -= {"/healthz", "/readyz", "/metrics"}
    assert {page.route for page in PAGES} == pages - NOT_PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_it_weighs_little_stands_still_fits_every_width_and_can_be_read_by_everybody(
    page: Shown, visit: Visiting, site: Served
) -> None:
    with visit(page.role) as visitor:
        visitor.go(page.address(site.home))
        assert page.route in SCRIPTED or not visitor.page.locator("script").count()
        assert visitor.layout_shift() < 0.1
        weight = visitor.weight()
        print(f"{page.name}: {weight / 1000:.0f} kB")
        assert weight <= (WITH_MAP if page.map else WITHOUT_MAP)
        appearance.can_be_read(visitor, "zh-CN")
        visitor.page.emulate_media(color_scheme="dark")
        assert not visitor.violations(only=("color-contrast",))
