"""What can be seen of any page, whatever it says: nothing hidden, cut off or out of reach."""

from __future__ import annotations

from tests.pages.browser import Visitor

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

_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
"""Whether one must move the page sideways to read it."""


def can_be_read(visitor: Visitor, lang: str) -> None:
    """See that axe-core finds nothing on a page and that it fits a telephone and a wall.

    Parameters
    ----------
    lang : str
        Language the page must declare.
    """
    assert visitor.page.locator("html").get_attribute("lang") == lang
    assert not visitor.violations()
    assert not visitor.page.evaluate(_OVER_EACH_OTHER)
    for width in (2560, 360):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        assert not visitor.page.evaluate(_TOO_WIDE)
    assert not visitor.page.evaluate(_CUT_OFF)
