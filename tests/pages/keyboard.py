"""Somebody who uses a page without a mouse: everything is reached by Tab and done by keys.

Nothing is focused that the Tab key does not come to; a control that is left out of the order,
or that shows no focus, cannot be used.
"""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

_MOST_TABS = 600
_OUTLINED = """element => {
  const style = getComputedStyle(element);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
}"""
Name = str | re.Pattern[str]


class Hand:
    """A hand on the keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: Name, *, within: Locator | None = None, exact: bool = False) -> None:
        """Press a button and wait for what comes."""
        self._reach((within or self.page).get_by_role("button", name=name, exact=exact).first)
        self._enter()

    def follow(self, name: Name, *, within: Locator | None = None) -> None:
        """Follow a link and wait for the page."""
        self._reach((within or self.page).get_by_role("link", name=name).first)
        self._enter()

    def write(self, label: Name, text: str) -> None:
        """Write into a field instead of what stands there."""
        self._reach(self.page.get_by_label(label).first)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    def choose(self, label: Name, choice: str) -> None:
        """Choose from a list by going down it."""
        field = self.page.get_by_label(label).first
        self._reach(field)
        options = field.locator("option").all_inner_texts()
        self.page.keyboard.press("Home")
        for _ in range(options.index(choice)):
            self.page.keyboard.press("ArrowDown")
        assert field.locator("option:checked").inner_text() == choice

    def slide(self, label: Name, key: str, times: int) -> None:
        """Move a slider by the arrow keys."""
        self._reach(self.page.get_by_label(label).first)
        for _ in range(times):
            self.page.keyboard.press(key)

    def tick(self, label: Name) -> None:
        """Tick a box."""
        box = self.page.get_by_role("checkbox", name=label).first
        self._reach(box)
        self.page.keyboard.press("Space")
        assert box.is_checked()

    def download(self, name: Name) -> bytes:
        """Take a file away."""
        self._reach(self.page.get_by_role("link", name=name).first)
        with self.page.expect_download() as found:
            self.page.keyboard.press("Enter")
        return found.value.path().read_bytes()

    def _enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _reach(self, wanted: Locator) -> None:
        """Press Tab until it has the focus; what is shut in a summary cannot be come to."""
        wanted.wait_for(state="visible")
        handle = wanted.element_handle()
        for _ in range(_MOST_TABS):
            if handle.evaluate("element => element === document.activeElement"):
                assert handle.evaluate(_OUTLINED), f"no focus is seen on {wanted}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not come to {wanted}")
