"""Every page in a real browser, in English; a module of its own, so that two share the work."""

from __future__ import annotations

import pytest

from tests.pages import appearance
from tests.pages.catalogue import PAGES, Shown
from tests.pages.conftest import Visiting
from tests.pages.demonstration import Served


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_it_can_be_read_by_everybody_in_every_width(
    page: Shown, visit: Visiting, site: Served
) -> None:
    with visit(page.role, lang="en") as visitor:
        visitor.go(page.address(site.home))
        appearance.can_be_read(visitor, "en")
