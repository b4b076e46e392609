"""Every page in a real browser: both languages, both themes, three widths, and what it weighs."""

from __future__ import annotations

import pytest

from api.http import app
from api.http.routing import declared
from tests.pages.browser import Visitor
from tests.pages.catalogue import NOT_PAGES, PAGES, Shown
from tests.pages.conftest import Visiting
from tests.pages.demonstration import Served

WITHOUT_MAP, WITH_MAP = 300_000, 1_500_000
"""Most bytes of a page."""

SCRIPTED = {
    "/offers/{resource}/terms", "/scenarios/new", "/uploads/jobs/{job}", "/uploads/{draft}/check",
}  # fmt: skip
"""Pages on which a script may run; what other pages do is the same with scripts as without."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def test_every_page_is_looked_at(site: Served) -> None:
    routes = declared(app.create(site.store))
    paths = {path for method, path in routes if method == "GET"}
    pages = {p for p in paths if not p.startswith(("/api/", "/assets/", "/openapi"))}
    pages -= {"/healthz", "/readyz", "/metrics"}
    assert {page.route for page in PAGES} == pages - NOT_PAGES


@every_page
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_in_either_theme(
    page: Shown, lang: str, visit: Visiting, site: Served
) -> None:
    with visit(page.role, lang=lang) as visitor:
        visitor.go(page.address(site.home))
        assert visitor.page.locator("html").get_attribute("lang") in (
            {"zh": "zh-CN", "en": "en"}[lang],
        )
        assert not visitor.violations()
        visitor.page.emulate_media(color_scheme="dark")
        assert not visitor.violations(only=("color-contrast",))
        assert not visitor.page.evaluate(_OVER_EACH_OTHER)
        visitor.page.set_viewport_size({"width": 360, "height": 900})
        assert not visitor.page.evaluate(_CUT_OFF)


_CUT_OFF = """() => [...document.querySelectorAll('.chart text')].filter(text => {
  const box = text.getBBox(), sheet = text.ownerSVGElement.viewBox.baseVal;
  return box.x < 0 || box.x + box.width > sheet.width;
}).map(text => text.textContent)"""
"""Words of charts that do not stand whole on their sheet."""

_OVER_EACH_OTHER = """() => {
  const names = [...document.querySelectorAll('.labels text')]
    .map(name => [name.textContent, name.getBBox()]);
  return names.flatMap(([a, one], i) => names.slice(i + 1).filter(([b, other]) =>
    one.x < other.x + other.width && other.x < one.x + one.width &&
    one.y + 3 < other.y + other.height - 3 && other.y + 3 < one.y + one.height - 3
  ).map(([b]) => a + ' ' + b));
}"""
"""Names of counties on a map that cover each other."""


def _too_wide(visitor: Visitor) -> bool:
    return bool(visitor.page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    ))  # fmt: skip


@every_page
def test_it_fits_every_width_weighs_little_and_stands_still(
    page: Shown, visit: Visiting, site: Served
) -> None:
    with visit(page.role) as visitor:
        visitor.go(page.address(site.home))
        assert page.route in SCRIPTED or not visitor.page.locator("script").count()
        assert visitor.layout_shift() < 0.1
        weight = visitor.weight()
        print(f"{page.name}: {weight / 1000:.0f} kB")
        assert weight <= (WITH_MAP if page.map else WITHOUT_MAP)
        for width in (360, 2560):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            assert not _too_wide(visitor)
