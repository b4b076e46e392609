"""Pictures of all pages, to be looked at: ``python -m tests.pages.screenshots OUT``."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from tests.pages.browser import LANGUAGES, chromium, visiting
from tests.pages.catalogue import PAGES
from tests.pages.demonstration import Served, make, served

WIDTHS = (360, 1280, 2560)


def main() -> None:
    """Make the demonstration, serve it, and take a picture of each page as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", help="part of a page's name")
    parser.add_argument("--lang", nargs="*", default=list(LANGUAGES), choices=list(LANGUAGES))
    parser.add_argument("--width", nargs="*", type=int, default=list(WIDTHS))
    parser.add_argument("--theme", nargs="*", default=["light"], choices=["light", "dark"])
    parser.add_argument("--demo", type=Path, help="where the demonstration is kept for next time")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="shanhai-pictures-") as place:
        made = asked.demo or Path(place) / "made"
        if not made.exists():
            make(made)
        with served(made, Path(place) / "home") as site, chromium() as browser:
            _take(browser, site, asked)


def _take(browser: Any, site: Served, asked: argparse.Namespace) -> None:
    states: dict[str | None, Any] = {None: None}
    for page in PAGES:
        if asked.only not in page.name:
            continue
        if page.role not in states:
            with visiting(browser, site.url, role=page.role) as first:
                states[page.role] = first.context.storage_state()
        for lang in asked.lang:
            for theme in asked.theme:
                for width in asked.width:
                    with visiting(
                        browser,
                        site.url,
                        lang=lang,
                        theme=theme,
                        width=width,
                        state=states[page.role],
                    ) as visitor:
                        visitor.go(page.address(site.home))
                        file = asked.out / f"{page.name}-{lang}-{theme}-{width}.png"
                        visitor.page.screenshot(path=file, full_page=True)
                        print(file.name, *visitor.complaints, sep="\n  ")


if __name__ == "__main__":
    main()
